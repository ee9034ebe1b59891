// By lot: every home is given out at random, and D is not zero.
Training.topic("chance", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, M = Training.measures;
  var size = data.size, draw = Training.random(data.seed), found = [], blocks = [];
  var picture = el("div", {"class": "blocks", "aria-hidden": "true"}), dots = el("div"), told = el("p", {"class": "told"}), numbers = el("div", {"class": "meters"});

  function once() {
    var homes = [], place, ours = [], theirs = [];
    for (place = 0; place < data.blocks * size; place += 1) { homes.push(place % 2); }
    homes = Training.shuffled(homes, draw);
    for (place = 0; place < data.blocks; place += 1) {
      var here = M.sum(homes.slice(place * size, (place + 1) * size));
      ours.push(here);
      theirs.push(size - here);
    }
    blocks = ours;
    found.push(100 * M.dissimilarity(ours, theirs));
  }
  function mean() { return M.sum(found) / found.length; }
  function meter(name, value) { return el("div", {"class": "meter"}, [el("p", {"class": "name"}, [el("span", {text: name}), el("span", {text: value})])]); }

  function show(aloud) {
    var expected = data.expected.filter(function (one) { return one[0] === size; })[0][1];
    picture.textContent = numbers.textContent = dots.textContent = "";
    told.textContent = found.length ? about.fill(words.town, {blocks: data.blocks}) : words.none;
    if (!found.length) { return; }
    blocks.forEach(function (ours) {
      var bar = el("div");
      bar.style.height = 100 * ours / size + "%";
      picture.appendChild(el("div", {}, [bar]));
    });
    numbers.appendChild(meter(words.last, about.number(found[found.length - 1], 0)));
    numbers.appendChild(meter(about.fill(words.mean, {n: found.length}), about.number(mean(), 0)));
    var stacked = {}, parts = [el("line", {"class": "axis", x1: 20, x2: 580, y1: 140, y2: 140})];
    [0, 25, 50, 75, 100].forEach(function (value) { parts.push(el("text", {x: 20 + 5.6 * value, y: 158, "text-anchor": value === 0 ? "start" : value === 100 ? "end" : "middle", text: String(value)})); });
    found.slice(-400).forEach(function (value) {
      var spot = Math.round(value);
      stacked[spot] = (stacked[spot] || 0) + 1;
      parts.push(el("circle", {"class": "lot-dot", cx: 20 + 5.6 * spot, cy: 136 - 4 * Math.min(stacked[spot], 32), r: 2.6}));
    });
    parts.push(el("line", {"class": "mean", x1: 20 + 5.6 * expected, x2: 20 + 5.6 * expected, y1: 6, y2: 140}));
    dots.appendChild(el("svg", {"class": "drawn", viewBox: "0 0 600 164", "aria-hidden": "true"}, parts));
    dots.appendChild(el("p", {"class": "told", text: about.fill(words.dots, {value: about.number(expected, 0)})}));
    about.handout([about.fill(words.line, {size: size, mean: about.number(mean(), 0), n: found.length})]);
    if (aloud) { about.say(about.fill(words.told, {value: about.number(found[found.length - 1], 0), n: found.length, mean: about.number(mean(), 0)})); }
  }
  function button(name, text, times) {
    return el("button", {type: "button", "data-lot": name, "class": name === "once" ? "first" : null, text: text, on: {click: function () {
      if (!times) { found = []; }
      for (var each = 0; each < times; each += 1) { once(); }
      show(true);
    }}});
  }
  var list = el("select", {id: "size-" + about.place, on: {change: function () { size = Number(list.value); found = []; show(false); }}}, data.sizes.map(function (one) {
    return el("option", {value: one, selected: one === size, text: String(one)});
  }));
  host.appendChild(el("div", {"class": "chance"}, [
    el("div", {"class": "row"}, [el("label", {"for": "size-" + about.place}, [el("span", {text: words.size}), list])]),
    el("div", {"class": "row"}, [button("once", words.draw, 1), button("many", words.many, 100), button("clear", words.clear, 0)]),
    numbers, picture, told, dots]));
  show(false);
});
