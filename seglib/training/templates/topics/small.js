// Small numbers: buurten that differ only by chance; the extremes are nearly always small.
Training.topic("small", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, draw = Training.random(data.seed);
  var now = data.buurten, sized = false, picture = el("div"), told = el("p"), caption = el("p", {"class": "told"});

  function percent(one) { return 100 * one[1] / one[0]; }
  function again() {
    now = now.map(function (one) {
      var members = 0;
      for (var person = 0; person < one[0]; person += 1) { if (draw() < data.share) { members += 1; } }
      return [one[0], members];
    });
  }
  function show(aloud) {
    var ranked = now.slice().sort(function (a, b) { return percent(b) - percent(a) || a[0] - b[0]; });
    var top = Math.max(20, percent(ranked[0])) * 1.1, parts = [], share = 100 * data.share;
    function y(value) { return 12 + 180 * (1 - value / top); }
    function x(size) { return 64 + 516 * Math.log(size / 20) / Math.log(100); }
    [0, 10, 20].forEach(function (value) {
      parts.push(el("line", {"class": "grid", x1: 56, x2: 590, y1: y(value), y2: y(value)}));
      parts.push(el("text", {x: 0, y: y(value) + 4, text: value + (about.lang === "nl" ? "\u202f%" : "%")}));
    });
    if (sized) {
      [20, 100, 500, 2000].forEach(function (size) { parts.push(el("text", {x: x(size), y: 212, "text-anchor": size === 2000 ? "end" : "middle", text: about.number(size, 0)})); });
      now.forEach(function (one) { parts.push(el("circle", {"class": "handle", cx: x(one[0]), cy: y(percent(one)), r: 5})); });
    } else {
      ranked.forEach(function (one, place) {
        parts.push(el("rect", {"class": "handle", x: 58 + 533 / now.length * place, width: 533 / now.length - 3, y: y(percent(one)), height: y(0) - y(percent(one))}));
      });
    }
    parts.push(el("line", {"class": "real", x1: 56, x2: 590, y1: y(share), y2: y(share)}));
    picture.textContent = "";
    picture.appendChild(el("svg", {"class": "drawn", viewBox: "0 0 600 218", role: "img", "aria-label": about.fill(sized ? words.alt : words.sorted, {n: now.length, share: share})}, parts));
    caption.textContent = about.fill(sized ? words.spread : words.sorted, {share: share});
    var ends = [ranked[0], ranked[ranked.length - 1]];
    told.textContent = sized ? [words.high, words.low].map(function (line, place) { return about.fill(line, {value: about.number(percent(ends[place]), 0), size: about.number(ends[place][0], 0)}); }).join(" ") : "";
    if (sized) { about.handout([told.textContent]); }
    if (aloud) { about.say(told.textContent || caption.textContent); }
  }
  var reveal = el("button", {type: "button", "class": "first", "data-size": true, "aria-pressed": "false", text: words.size, on: {click: function () {
    sized = !sized;
    reveal.setAttribute("aria-pressed", String(sized));
    show(true);
  }}});
  host.appendChild(el("div", {}, [caption, picture, el("div", {"class": "row"}, [reveal,
    el("button", {type: "button", "data-draw": true, text: words.draw, on: {click: function () { again(); show(true); }}})]), told]));
  show(false);
});
