// The reference group: one group grows, nobody moves, and a D falls.
Training.topic("reference", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, M = Training.measures, times = data.growth[0];
  var picture = el("div"), meters = el("div", {"class": "meters"});

  function grown() { return data.counts.map(function (row) { return [row[0], Math.round(row[1] * times), row[2]]; }); }
  function column(counts, group) { return counts.map(function (row) { return row[group]; }); }
  function meter(name, value) {
    var fill = el("div");
    fill.style.width = value + "%";
    return el("div", {"class": "meter"}, [el("p", {"class": "name"}, [el("span", {text: name}), el("span", {text: about.number(value, 0)})]), el("div", {"class": "bar", "aria-hidden": "true"}, [fill])]);
  }
  function show(aloud) {
    var counts = grown(), ours = column(counts, 0), others = column(counts, 2);
    var everyone = counts.map(function (row) { return row[1] + row[2]; });
    var rest = 100 * M.dissimilarity(ours, everyone), fixed = 100 * M.dissimilarity(ours, others), parts = [];
    var most = Math.max.apply(null, data.counts.map(function (row) { return row[0] + data.growth[1] * row[1] + row[2]; }));
    counts.forEach(function (row, unit) {
      var x = 90;
      parts.push(el("text", {x: 4, y: 22 + 34 * unit, text: about.fill(words.bar, {n: unit + 1})}));
      row.forEach(function (persons, group) {
        var width = 500 * persons / most;
        parts.push(el("rect", {"class": "part-" + group, x: x, y: 4 + 34 * unit, width: width, height: 27}));
        if (width > 22) { parts.push(el("text", {"class": "part-letter", x: x + 6, y: 22 + 34 * unit, text: "ABC".charAt(group)})); }
        x += width + 1;
      });
    });
    var told = about.fill(words.told, {n: about.number(times, 1), rest: about.number(rest, 0), fixed: about.number(fixed, 0)});
    picture.textContent = meters.textContent = "";
    picture.appendChild(el("svg", {viewBox: "0 0 600 " + (34 * counts.length + 2), role: "img", "aria-label": told}, parts));
    meters.appendChild(meter(words.rest, rest));
    meters.appendChild(meter(words.fixed, fixed));
    slide.setAttribute("aria-valuetext", about.fill(words.times, {n: about.number(times, 1)}));
    if (aloud) { about.say(told); about.handout([told]); }
  }
  var slide = el("input", {type: "range", id: "grow-" + about.place, min: data.growth[0], max: data.growth[1], step: 0.5, on: {input: function () { times = Number(slide.value); show(true); }}});
  slide.value = times;
  host.appendChild(el("div", {"class": "reference"}, [el("label", {"for": "grow-" + about.place, text: words.slider}), slide, meters, picture, el("p", {"class": "told", text: words.key})]));
  show(false);
});
