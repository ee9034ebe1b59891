// The engine of a lesson: steps, what is kept on this device, and what scripts of topics may use.
(function () {
  "use strict";
  var holder = document.getElementById("about");
  var about = holder ? JSON.parse(holder.textContent) : {words: {}, topics: {}, exercises: {}, titles: []};
  var words = about.words;
  var key = "seglib-training-" + about.slug;
  var topics = {};
  var state = {step: 1, seen: 1, answers: {}, notes: {}, kept: {}, lines: {}};
  var stored = true;
  var moments = [];

  function own(object, name) { return Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined; }
  function isTable(value) { return value !== null && typeof value === "object" && !Array.isArray(value); }

  try {
    var earlier = JSON.parse(window.localStorage.getItem(key) || "{}");
    Object.keys(state).forEach(function (name) {
      if (typeof own(earlier, name) === typeof state[name] && isTable(earlier[name]) === isTable(state[name])) { state[name] = earlier[name]; }
    });
    window.localStorage.setItem(key, JSON.stringify(state));
  } catch (error) { stored = false; }

  function save() {
    try { window.localStorage.setItem(key, JSON.stringify(state)); } catch (error) { stored = false; }
  }

  function el(tag, given, children) {
    var svg = ["svg", "g", "path", "line", "rect", "circle", "text", "polyline", "polygon", "title", "desc", "pattern"].indexOf(tag) >= 0;
    var made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    Object.keys(given || {}).forEach(function (name) {
      var value = given[name];
      if (value === null || value === undefined || value === false) { return; }
      if (name === "text") { made.textContent = value; }
      else if (name === "value") { made.value = value; }
      else if (name === "on") { Object.keys(value).forEach(function (event) { made.addEventListener(event, value[event]); }); }
      else { made.setAttribute(name, value === true ? "" : value); }
    });
    (children || []).forEach(function (child) {
      if (child) { made.appendChild(typeof child === "string" ? document.createTextNode(child) : child); }
    });
    return made;
  }

  // Paragraphs, **bold** and *italic* of our own texts, and nothing else.
  function rich(text) {
    return String(text).split(/\n\s*\n/).map(function (part) {
      var line = el("p");
      part.split(/(\*\*[^*]+\*\*|\*[^*]+\*)/).forEach(function (piece) {
        var bold = /^\*\*([^*]+)\*\*$/.exec(piece), italic = /^\*([^*]+)\*$/.exec(piece);
        line.appendChild(bold ? el("strong", {text: bold[1]}) : italic ? el("em", {text: italic[1]}) : document.createTextNode(piece));
      });
      return line;
    });
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return own(values, name) === undefined ? all : String(values[name]); });
  }

  function number(value, decimals) {
    var sign = value < 0 && Number(Math.abs(value).toFixed(decimals || 0)) !== 0 ? "\u2212" : "";
    var parts = (Math.abs(value) + 1e-12).toFixed(decimals || 0).split(".");
    var whole = parts[0].replace(/\B(?=(\d{3})+$)/g, words.decimal === "," ? "." : ",");
    return sign + whole + (parts[1] ? words.decimal + parts[1] : "");
  }

  var waiting;
  function say(text) {
    var live = document.querySelector("[data-live]");
    window.clearTimeout(waiting);
    live.textContent = "";
    waiting = window.setTimeout(function () { live.textContent = text; }, 60);
  }

  function last() { return about.titles.length + 1; }

  function go(step, quiet) {
    state.step = Math.min(Math.max(step, 1), last());
    state.seen = Math.max(state.seen, state.step);
    save();
    document.querySelectorAll(".step").forEach(function (section) { section.hidden = Number(section.getAttribute("data-step")) !== state.step; });
    var heading = document.querySelector('[data-step="' + state.step + '"] h2');
    document.title = heading.textContent + " – " + about.title;
    path();
    if (state.step === last()) { Training.showHandout(); }
    unfold();
    try { window.history.replaceState(null, "", "#stap-" + state.step); } catch (error) { /* a page may forbid it: the device still knows */ }
    moments.forEach(function (tell) { tell(state.step); });
    if (!quiet) { window.scrollTo(0, 0); heading.focus({preventScroll: true}); }
  }

  function path() {
    var list = document.querySelector(".path ol");
    list.textContent = "";
    about.titles.concat([words.handout]).forEach(function (title, place) {
      var here = place + 1 === state.step;
      list.appendChild(el("li", {}, [el("button", {type: "button", "data-seen": place < state.seen, "aria-current": here ? "step" : null,
        "aria-label": place + 1 + ": " + title, title: title, text: String(place + 1),
        on: {click: function () { go(place + 1); }}})]));
    });
    var walk = document.querySelector(".walk");
    walk.textContent = "";
    var first = state.step === 1, end = state.step === last();
    walk.appendChild(el("button", {type: "button", disabled: first, text: words.back, on: {click: function () { go(state.step - 1); }}}));
    walk.appendChild(el("span", {text: fill(words.step_of, {at: state.step, all: last()})}));
    walk.appendChild(end ? el("span") : el("button", {type: "button", "class": "first", "data-next": true,
      text: state.step === last() - 1 ? words.to_handout : words.next, on: {click: function () { go(state.step + 1); }}}));
  }

  // What comes after the exercises of a step shows when each of them has had its answer.
  function unfold() {
    document.querySelectorAll(".step").forEach(function (section) {
      var after = section.querySelector(".after");
      if (!after) { return; }
      var asked = Array.prototype.slice.call(section.querySelectorAll("[data-exercise]"));
      var done = asked.every(function (one) {
        var answer = own(state.answers, one.getAttribute("data-exercise"));
        return answer && answer.verdict !== "nonsense";
      });
      var opens = done && after.hidden;
      after.hidden = !done;
      if (opens) { after.querySelectorAll("[data-topic]").forEach(play); }
    });
  }

  function play(host) {
    if (host.getAttribute("data-played") || host.closest("[hidden].after")) { return; }
    host.setAttribute("data-played", "yes");
    var place = host.getAttribute("data-topic"), entry = about.topics[place];
    topics[entry.topic](host, {
      data: entry.data, words: about.topic_words[entry.topic], lang: about.lang, place: place,
      number: number, say: say, el: el, rich: rich, fill: fill,
      keep: function (value) { state.kept[place] = value; save(); },
      recall: function () { return own(state.kept, place); },
      handout: function (lines) { state.lines[place] = lines.map(String); save(); }
    });
  }

  function notes() {
    document.querySelectorAll("[data-note]").forEach(function (host) {
      var step = host.getAttribute("data-note"), id = "note-" + step;
      var field = el("textarea", {id: id, maxlength: "4000", on: {input: function () { state.notes[step] = field.value; save(); }}});
      field.value = String(own(state.notes, step) || "");
      host.appendChild(el("details", {open: field.value !== ""}, [el("summary", {text: words.note}), el("label", {"for": id, "class": "away", text: words.note}), field]));
    });
  }

  function begin() {
    document.querySelectorAll(".path, .walk").forEach(function (part) { part.hidden = false; });
    document.querySelectorAll(".after").forEach(function (part) { part.hidden = true; });
    notes();
    document.querySelectorAll("[data-exercise]").forEach(function (host) {
      Training.ask(host, about.exercises[host.getAttribute("data-exercise")]);
    });
    document.querySelectorAll("[data-topic]").forEach(play);
    var asked = /^#stap-(\d+)$/.exec(window.location.hash);
    go(asked ? Number(asked[1]) : state.step, true);
    window.addEventListener("hashchange", function () {
      var wanted = /^#stap-(\d+)$/.exec(window.location.hash);
      if (wanted && Number(wanted[1]) !== state.step) { go(Number(wanted[1])); }
    });
    if (!stored) { document.querySelector(".path").before(el("p", {"class": "warning", text: words.no_storage})); }
  }

  // A seeded generator (mulberry32), so that a shuffle can be repeated.
  function random(seed) {
    var at = seed >>> 0;
    return function () {
      at = (at + 0x6D2B79F5) >>> 0;
      var t = at;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  function shuffled(list, draw) {
    var mixed = list.slice();
    for (var place = mixed.length - 1; place > 0; place -= 1) {
      var other = Math.floor(draw() * (place + 1)), held = mixed[place];
      mixed[place] = mixed[other];
      mixed[other] = held;
    }
    return mixed;
  }

  window.Training = {
    about: about, words: words, state: state, topic: function (name, script) { topics[name] = script; },
    begin: begin, el: el, rich: rich, fill: fill, number: number, say: say, save: save, own: own,
    unfold: unfold, go: go, key: key, random: random, shuffled: shuffled,
    onStep: function (tell) { moments.push(tell); }
  };
})();
