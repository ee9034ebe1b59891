// One's own gemeente: find it by typing, guess first, then strengths, spread, likeness and questions.
Training.topic("scan", function (host, about) {
  "use strict";
  var T = Training, words = about.words, el = about.el, part = about.data.part, data = about.data;
  Object.keys(T.about.topics).forEach(function (place) {
    if (T.about.topics[place].topic === "scan" && T.about.topics[place].data.places) { data = T.about.topics[place].data; }
  });
  var box = el("div", {"class": "scan"}), LETTERS = "ABCDEFG", order = data.groups.map(function (one) { return one[0]; }), named = {};
  data.groups.forEach(function (one) { named[one[0]] = one[1]; });
  function held() {
    var kept = T.own(T.state.kept, "scan");
    if (!kept || typeof kept !== "object" || !T.own(data.places, kept.code)) { kept = {code: null, guess: null, seen: false, asks: []}; }
    if (!Array.isArray(kept.asks)) { kept.asks = []; }
    return kept;
  }
  function hold(kept) { T.state.kept.scan = kept; T.save(); }
  function code() { return held().code || data.start; }
  function percent(value, decimals) { return about.number(value, decimals) + (about.lang === "nl" ? "\u202f%" : "%"); }
  function told(text, values) { return about.fill(words[text], Object.assign({place: data.names[code()], year: data.year}, values || {})); }
  function line(text, values) { return el("p", {text: told(text, values)}); }
  function small(text, values) { return el("p", {"class": "told", text: told(text, values)}); }
  function plain(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim(); }
  function counted(one, many, n) { return about.fill(words[n === 1 ? one : many], {n: about.number(n, 0)}); }
  function people(one) { return told("people", {people: about.number(one.people, 0), buurten: counted("buurt", "buurten", one.buurten), wijken: counted("wijk", "wijken", one.wijken)}); }
  function capital(text) { return text.charAt(0).toUpperCase() + text.slice(1); }
  function share(n) { return n < 1 ? words.below : n > 99 ? words.above : about.fill(words.share, {n: n}); }

  // A field with a list of names below it: letters narrow, arrows go through, Enter chooses.
  function finder() {
    var id = "find-" + about.place, at = -1, found = [];
    var all = Object.keys(data.names).sort(function (a, b) { return data.names[a].localeCompare(data.names[b], "nl"); });
    var list = el("ul", {"class": "found", role: "listbox", id: id + "-list", "aria-label": words.gemeente, hidden: true});
    var none = el("p", {"class": "told", role: "status"});
    var field = el("input", {type: "text", id: id, role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: "120", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": id + "-list", "aria-describedby": id + "-how", value: held().code ? data.names[held().code] : "",
      on: {input: narrow, keydown: keyed, blur: function () { window.setTimeout(close, 150); }}});
    function close() { list.hidden = true; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); at = -1; }
    function narrow() {
      var text = plain(field.value);
      var begins = all.filter(function (one) { return plain(data.names[one]).indexOf(text) === 0; });
      found = text ? begins.concat(all.filter(function (one) { return plain(data.names[one]).indexOf(text) > 0; })).slice(0, 8) : [];
      none.textContent = !text ? "" : found.length ? about.fill(words.several, {n: found.length}) : told("none_found", {text: field.value.slice(0, 120)});
      at = -1;
      show();
    }
    function show() {
      list.textContent = "";
      found.forEach(function (one, place) {
        list.appendChild(el("li", {role: "option", id: id + "-" + place, "aria-selected": String(place === at), text: data.names[one],
          on: {mousedown: function (event) { event.preventDefault(); choose(one); }}}));
      });
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
      if (at >= 0) { field.setAttribute("aria-activedescendant", id + "-" + at); list.children[at].scrollIntoView({block: "nearest"}); } else { field.removeAttribute("aria-activedescendant"); }
    }
    function keyed(event) {
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
        event.preventDefault();
        at = (at + (event.key === "ArrowDown" ? 1 : -1) + found.length + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % found.length;
        show();
      } else if (event.key === "Enter") {
        event.preventDefault();
        var same = found.filter(function (one) { return plain(data.names[one]) === plain(field.value); })[0];
        if (at >= 0 || same || found.length === 1) { choose(at >= 0 ? found[at] : same || found[0]); }
      } else if (event.key === "Escape") { close(); }
    }
    function choose(one) {
      hold({code: one, guess: null, seen: false, asks: []});
      field.value = data.names[one];
      found = [];
      close();
      none.textContent = told("chosen");
      below();
    }
    var under = el("div");
    function below() {
      under.textContent = "";
      if (held().code) { town(under, below); }
    }
    box.appendChild(el("div", {"class": "row"}, [el("label", {"for": id, text: words.find}), field]));
    box.appendChild(el("p", {"class": "told", id: id + "-how", text: words.how}));
    box.appendChild(list);
    box.appendChild(none);
    box.appendChild(under);
    below();
  }

  function town(under, again) {
    var one = data.places[code()], kept = held();
    var title = el("h3", {tabindex: "-1", text: told("heading")});
    under.appendChild(title);
    under.appendChild(el("p", {text: people(one)}));
    about.handout([people(one)]);
    var dutch = T.own(one.groups, "Nederland");
    if (dutch === undefined) { under.appendChild(line("no_groups")); under.appendChild(small("source")); return; }
    if (!kept.seen) { under.appendChild(guess(dutch, again)); return; }
    if (kept.guess !== null) { under.appendChild(el("p", {role: "status", "data-told": "", text: about.fill(words[Math.abs(kept.guess - dutch) <= 5 ? "near" : "off"], {guess: about.number(kept.guess, 0), real: dutch})})); }
    under.appendChild(small("hundred"));
    hundred(one).forEach(function (part) { under.appendChild(part); });
    if (Object.keys(one.groups).length < order.length) { under.appendChild(small("small")); }
    under.appendChild(small("origin"));
    under.appendChild(small("source"));
  }

  function guess(dutch, again) {
    var id = "guess-" + about.place, wrong = el("p", {role: "status"});
    var field = el("input", {type: "text", id: id, inputmode: "numeric", autocomplete: "off", size: "6", maxlength: "60", on: {keydown: function (event) { if (event.key === "Enter") { event.preventDefault(); check(); } }}});
    function reveal(value) {
      var kept = held();
      hold({code: kept.code, guess: value, seen: true, asks: kept.asks});
      again();
      box.querySelector("h3").focus();
    }
    function check() {
      var text = field.value.trim().replace(/\s*%$/, "");
      if (!/^\d{1,3}$/.test(text) || Number(text) > 100) { wrong.textContent = words.nonsense; return; }
      reveal(Number(text));
    }
    return el("div", {"class": "exercise"}, [el("p", {text: words.guess_how}),
      el("div", {"class": "row"}, [el("label", {"for": id, text: words.guess}), field,
        el("button", {type: "button", "class": "first", "data-guess": true, text: words.check, on: {click: check}}),
        el("button", {type: "button", "data-skip": true, text: words.skip, on: {click: function () { reveal(null); }}})]), wrong]);
  }

  function cell(x, y, place) {
    var what = place < 0 ? "rest" : "p" + place;
    return [el("circle", {"class": what, cx: x + 10, cy: y + 10, r: 9}), el("text", {"class": place < 0 ? "letter rest" : "letter", x: x + 10, y: y + 14, text: place < 0 ? "·" : LETTERS[place]})];
  }
  // A hundred figures, as many of each group as of every hundred residents; what rounding adds is cut.
  function hundred(one) {
    var cells = [], parts = [], key = [];
    order.forEach(function (group, place) {
      var n = T.own(one.groups, group);
      if (n === undefined) { return; }
      for (var each = 0; each < n; each += 1) { cells.push(place); }
      key.push(el("li", {}, [el("svg", {viewBox: "0 0 20 20", "aria-hidden": "true"}, cell(0, 0, place)), el("span", {text: capital(named[group])}), el("span", {text: share(n)})]));
    });
    var all = Object.keys(one.groups).length === order.length;
    for (var spot = 0; spot < 100; spot += 1) {
      var what = spot < cells.length ? cells[spot] : all ? cells[cells.length - 1] : -1;
      parts = parts.concat(cell(20 * (spot % 20), 22 * Math.floor(spot / 20), what));
    }
    if (!all) { key.push(el("li", {}, [el("svg", {viewBox: "0 0 20 20", "aria-hidden": "true"}, cell(0, 0, -1)), el("span", {text: words.rest})])); }
    return [el("svg", {"class": "hundred", viewBox: "0 0 400 110", "aria-hidden": "true"}, parts), el("ul", {"class": "key"}, key)];
  }

  function margin(found) { return found[1] === null ? words.no_margin : about.fill(words.margin, {low: about.number(found[1], 1), high: about.number(found[2], 1)}); }

  var parts = {
    strengths: function (one) {
      var lines = [told("strengths")];
      lines.push(one.mixing ? told("mixing", {kept: percent(one.mixing[0], 1), margin: margin(one.mixing)}) + " " + words.mixing_told : words.no_mixing);
      if (one.said) {
        var items = Object.keys(one.said).map(function (item) { return data.items[item] + " (" + percent(one.said[item], 0) + ")"; });
        lines.push(told("said", {year: one.said_year, items: items.join(", ")}));
      } else { lines.push(told("not_said")); }
      about.handout(lines.slice(0, 2));
      return [el("h3", {text: words.strength_first + ": " + told("heading")}), el("ul", {}, lines.map(function (text) { return el("li", {text: text}); })), small("source")];
    },
    spread: function (one) {
      var groups = order.filter(function (group) { return T.own(one.d, group); });
      var unclear = order.filter(function (group) { return T.own(one.groups, group) !== undefined && !T.own(one.d, group); });
      var made = [el("h3", {text: words.d_head + " " + told("heading")}), groups.length ? line("d_told") : null];
      if (groups.length) { made.push(el("div", {"class": "meters"}, groups.map(function (group) {
        var found = one.d[group];
        return el("div", {"class": "meter"}, [el("p", {"class": "name"}, [el("span", {text: capital(named[group])}), el("span", {text: about.number(found[0], 1)})]), strip(found), el("p", {"class": "told", text: margin(found)})]);
      }))); }
      made.push(groups.length ? small("d_order") : line("no_d"));
      if (unclear.length) { made.push(line("unclear", {groups: unclear.map(function (group) { return named[group]; }).join(", ")})); }
      if (one.between) { made.push(line("between", {share: percent(one.between[0], 0), low: percent(one.between[1], 0), high: percent(one.between[2], 0)})); }
      about.handout(groups.map(function (group) { return "D, " + named[group] + ": " + about.number(one.d[group][0], 1) + " (" + margin(one.d[group]) + ")"; }));
      return made.concat([small("source")]);
    },
    alike: function (one) {
      var names = one.alike.map(function (each) { return data.names[each]; }).join(", ");
      var text = names ? told("alike", {names: names}) : told("no_alike");
      about.handout([text]);
      return [el("h3", {text: words.alike_head + " " + told("heading")}), el("p", {text: text}), names ? line("alike_how") : null, small("source")];
    },
    questions: function (one) {
      var asks = words.ask.map(function (text) { return about.fill(text, {place: data.names[code()], year: data.year}); });
      if (one.between) { asks.splice(2, 0, words.ask_between); }
      if (one.alike.length) { asks.push(told("ask_alike", {other: data.names[one.alike[0]]})); }
      function report() { var kept = held().asks; about.handout(asks.filter(function (text) { return kept.indexOf(text) >= 0; })); }
      var list = el("ul", {"class": "lessons"}, asks.map(function (text) {
        var tick = el("input", {type: "checkbox", checked: held().asks.indexOf(text) >= 0, on: {change: function () {
          var kept = held();
          kept.asks = kept.asks.filter(function (each) { return each !== text; }).concat(tick.checked ? [text] : []);
          if (!kept.code) { kept.code = code(); }
          hold(kept);
          report();
        }}});
        return el("li", {"class": "asks"}, [el("label", {}, [tick, el("span", {text: text})])]);
      }));
      report();
      return [el("h3", {text: told("ask_head")}), small("pick"), list];
    }
  };

  function strip(found) {
    function x(value) { return 8 + 5.84 * value; }
    return el("svg", {"class": "dots", viewBox: "0 0 600 20", "aria-hidden": "true"}, [
      el("line", {stroke: "var(--line)", "stroke-width": "2", x1: x(0), x2: x(100), y1: 10, y2: 10}),
      found[1] === null ? null : el("line", {stroke: "var(--accent)", "stroke-width": "8", "stroke-opacity": ".5", x1: x(found[1]), x2: x(found[2]), y1: 10, y2: 10}),
      el("circle", {"class": "p0", cx: x(found[0]), cy: 10, r: 7})]);
  }

  function render() {
    box.textContent = "";
    box.appendChild(small("now"));
    parts[part](data.places[code()]).forEach(function (made) { if (made) { box.appendChild(made); } });
  }

  host.appendChild(box);
  if (part === "choose") { finder(); } else { render(); T.onStep(render); }
});
