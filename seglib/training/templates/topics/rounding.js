// Rounding: the same town with exact and with rounded percentages.
Training.topic("rounding", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, M = Training.measures, chosen = 0;
  var picture = el("div"), meters = el("div", {"class": "meters"});

  function shares(step) {
    return data.counts.map(function (row) {
      var percent = 100 * row[0] / (row[0] + row[1]);
      return step ? Math.floor(percent / step + 0.5) * step : percent;
    });
  }
  function show(aloud) {
    var told = shares(data.steps[chosen]), totals = data.counts.map(function (row) { return row[0] + row[1]; });
    var ours = told.map(function (percent, unit) { return Math.round(percent * totals[unit] / 100); });
    var value = 100 * M.dissimilarity(ours, totals.map(function (total, unit) { return total - ours[unit]; }));
    var top = 5, parts = [0, 1, 2, 3, 4, 5].map(function (at) {
      return el("g", {}, [el("line", {"class": "grid", x1: 46, x2: 590, y1: 150 - 26 * at, y2: 150 - 26 * at}), el("text", {x: 0, y: 154 - 26 * at, text: at + (about.lang === "nl" ? "\u202f%" : "%")})]);
    });
    told.forEach(function (percent, unit) {
      parts.push(el("rect", {"class": "handle", x: 48 + 543 / told.length * unit, width: 543 / told.length - 4, y: 150 - 26 * Math.min(percent, top), height: 26 * Math.min(percent, top)}));
    });
    var ends = {n: told.length, low: about.number(Math.min.apply(null, told), 1), high: about.number(Math.max.apply(null, told), 1)};
    picture.textContent = meters.textContent = "";
    picture.appendChild(el("svg", {"class": "drawn", viewBox: "0 0 600 158", role: "img", "aria-label": about.fill(words.alt, ends)}, parts));
    meters.appendChild(el("div", {"class": "meter"}, [el("p", {"class": "name"}, [el("span", {text: words.d}), el("span", {text: about.number(value, 1)})])]));
    if (aloud) { about.say(about.fill(words.told, {step: words.steps[data.steps[chosen]], value: about.number(value, 1)})); }
  }
  host.appendChild(el("div", {}, [el("fieldset", {"class": "pick"}, [el("legend", {text: words.choose})].concat(data.steps.map(function (step, place) {
    var text = words.steps[step];
    return el("label", {}, [el("input", {type: "radio", name: "step-" + about.place, value: place, checked: place === 0, on: {change: function () { chosen = place; show(true); }}}), el("span", {text: text})]);
  }))), meters, picture, el("p", {"class": "told", text: words.key})]));
  show(false);
});
