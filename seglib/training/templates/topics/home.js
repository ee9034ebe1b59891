// Feeling at home and diversity: dots of areas, and a line that moves with what is held equal.
Training.topic("home", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, kept = about.recall() || {}, choosing = data.mode === "choose";
  var questions = data.questions.map(function (one) { return one[0]; }), named = {};
  data.questions.forEach(function (one) { named[one[0]] = one[1]; });
  var now = {question: questions.indexOf(kept.question) >= 0 ? kept.question : questions[0],
    year: data.years.indexOf(kept.year) >= 0 ? kept.year : data.years[0],
    held: /^[01]+$/.test(kept.held) && String(kept.held).length === data.held.length ? kept.held : data.held.map(function () { return "0"; }).join(""),
    line: choosing || kept.line === true};
  var box = el("div", {"class": "home"}), shown = el("div");
  function x(value) { return 56 + 5.2 * value; }
  function y(value) { return 12 + 2.6 * (100 - value); }
  function line() { return data.lines[now.question][now.year][now.held]; }
  function signed(value) { return about.number(value, 1); }

  function picture() {
    var points = data.points[now.question][now.year], found = line(), parts = [];
    var middle = [0, 1].map(function (side) { return points.reduce(function (sum, one) { return sum + one[side]; }, 0) / points.length; });
    var ends = points.map(function (one) { return one[0]; }), from = Math.min.apply(null, ends), to = Math.max.apply(null, ends);
    function at(place, slope) { return x(place) + " " + y(Math.max(0, Math.min(100, middle[1] + slope * (place - middle[0]) / 10))); }
    [0, 25, 50, 75, 100].forEach(function (value) {
      parts.push(el("line", {"class": "grid", x1: x(0), x2: x(100), y1: y(value), y2: y(value)}), el("text", {x: 48, y: y(value) + 5, "text-anchor": "end", text: String(value)}));
      parts.push(el("text", {x: x(value), y: 294, "text-anchor": "middle", text: String(value)}));
    });
    if (now.line) {
      parts.push(el("path", {"class": "fan", d: "M" + at(from, found[1]) + " L" + at(to, found[1]) + " L" + at(to, found[2]) + " L" + at(from, found[2]) + " Z"}));
    }
    points.forEach(function (one) { parts.push(el("circle", {"class": "spot", cx: x(one[0]), cy: y(one[1]), r: 6})); });
    if (now.line) { parts.push(el("path", {"class": "trend", d: "M" + at(from, found[0]) + " L" + at(to, found[0])})); }
    var values = points.map(function (one) { return one[1]; });
    var alt = about.fill(words.alt, {year: now.year, n: points.length, question: named[now.question], low: Math.min.apply(null, values), high: Math.max.apply(null, values)});
    if (now.line && !choosing) {
      alt += " " + about.fill(words.alt_ends, {from: about.number(middle[1] + found[0] * (from - middle[0]) / 10, 0), left: from, to: about.number(middle[1] + found[0] * (to - middle[0]) / 10, 0), right: to});
    } else if (now.line) { alt += " " + about.fill(words.alt_line, {way: found[0] < 0 ? words.down : words.up, value: signed(Math.abs(found[0]))}); }
    return el("svg", {"class": "drawn", viewBox: "0 0 600 300", role: "img", "aria-label": alt}, parts);
  }

  function told() {
    var found = line(), names = data.held.filter(function (name, place) { return now.held[place] === "1"; });
    return about.fill(words.told, {held: names.length ? about.fill(words.equal, {names: names.join(", ")}) : words.raw,
      value: signed(Math.abs(found[0])), more: found[0] < 0 ? words.less : words.more, low: signed(found[1]), high: signed(found[2])})
      + " " + (found[2] < 0 ? words.below : found[1] > 0 ? words.above : words.zero);
  }

  function strip() {
    var all = [], mine = now.year + now.held;
    data.years.forEach(function (year) {
      Object.keys(data.lines[now.question][year]).sort().forEach(function (key) { all.push([year + key, data.lines[now.question][year][key]]); });
    });
    all.sort(function (a, b) { return a[1][0] - b[1][0]; });
    var ends = [0].concat.apply([0], all.map(function (one) { return one[1]; })), low = Math.min.apply(null, ends), high = Math.max.apply(null, ends);
    function up(value) { return 10 + 130 * (high - value) / (high - low); }
    var step = 520 / all.length, parts = [el("line", {"class": "zero", x1: 56, x2: 576, y1: up(0), y2: up(0)}), el("text", {x: 48, y: up(0) + 5, "text-anchor": "end", text: "0"})];
    all.forEach(function (one, place) {
      var here = 60 + step * (place + .5);
      parts.push(el("line", {"class": one[0] === mine ? "span mine" : "span", x1: here, x2: here, y1: up(one[1][2]), y2: up(one[1][1])}));
      parts.push(el("circle", {"class": one[0] === mine ? "dot" : "handle", cx: here, cy: up(one[1][0]), r: one[0] === mine ? 7 : 4}));
    });
    var below = all.filter(function (one) { return one[1][2] < 0; }).length, above = all.filter(function (one) { return one[1][1] > 0; }).length;
    return [el("h3", {text: about.fill(words.all_lines, {n: all.length})}), el("svg", {"class": "drawn", viewBox: "0 0 600 150", "aria-hidden": "true"}, parts),
      el("p", {"class": "told", text: about.fill(words.all_told, {n: all.length, below: below, above: above})})];
  }

  function show(aloud) {
    shown.textContent = "";
    [el("p", {"class": "told", text: "“" + data.wording[now.question] + "”"}), el("p", {"class": "told", text: "↑ " + words.y}), picture(), el("p", {"class": "told end", text: words.x + "\u00a0→"})].forEach(function (part) { shown.appendChild(part); });
    shown.appendChild(choosing ? el("p", {"class": "first", "data-told": "", text: told()}) : el("p", {text: words.means}));
    if (now.line) { shown.appendChild(el("p", {"class": "told", text: words.pivot})); }
    if (choosing) { strip().forEach(function (part) { shown.appendChild(part); }); }
    shown.appendChild(el("p", {"class": "told", text: words.source}));
    about.keep({question: now.question, year: now.year, held: now.held, line: now.line});
    if (choosing) { about.handout([about.fill(words.sheet, {question: named[now.question], year: now.year, told: told()})]); }
    if (aloud) { about.say(choosing ? told() : shown.querySelector("svg").getAttribute("aria-label")); }
  }

  function chooser(id, name, options, chosen, change) {
    var list = el("select", {id: id, on: {change: function () { change(list.value); show(true); }}}, options.map(function (one) {
      return el("option", {value: one[0], selected: one[0] === chosen, text: one[1]});
    }));
    return el("label", {"for": id}, [el("span", {text: name}), list]);
  }
  var row = [chooser("year-" + about.place, words.year, data.years.map(function (one) { return [one, one]; }), now.year, function (value) { now.year = value; })];
  if (choosing) { row.unshift(chooser("asked-" + about.place, words.question, questions.map(function (one) { return [one, named[one]]; }), now.question, function (value) { now.question = value; })); }
  box.appendChild(el("p", {"class": "told", text: words.picture}));
  box.appendChild(el("div", {"class": "row"}, row));
  if (choosing) {
    box.appendChild(el("fieldset", {}, [el("legend", {text: words.held})].concat(data.held.map(function (name, place) {
      var tick = el("input", {type: "checkbox", "data-held": place, checked: now.held[place] === "1", on: {change: function () {
        now.held = now.held.slice(0, place) + (tick.checked ? "1" : "0") + now.held.slice(place + 1);
        show(true);
      }}});
      return el("label", {}, [tick, el("span", {text: name})]);
    }))));
  } else {
    var toggle = el("button", {type: "button", "data-line": true, text: now.line ? words.no_line : words.line, on: {click: function () {
      now.line = !now.line;
      toggle.textContent = now.line ? words.no_line : words.line;
      show(true);
    }}});
    box.lastChild.appendChild(toggle);
  }
  box.appendChild(shown);
  host.appendChild(box);
  show(false);
});
