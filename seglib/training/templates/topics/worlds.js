// Three worlds with one slope: alike among areas, and told apart by what persons say.
Training.topic("worlds", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, names = Object.keys(data.worlds).sort();
  function number(value) { return about.number(value, 2); }

  function cloud(name) {
    var one = data.worlds[name], parts = [];
    function x(value) { return 34 + 4 * value; }
    function y(value) { return 8 + 21 * (10 - value); }
    [1, 5, 10].forEach(function (value) { parts.push(el("line", {"class": "grid", x1: x(0), x2: x(60), y1: y(value), y2: y(value)}), el("text", {x: 28, y: y(value) + 5, "text-anchor": "end", text: String(value)})); });
    [0, 30, 60].forEach(function (value) { parts.push(el("text", {x: x(value), y: 216, "text-anchor": value === 60 ? "end" : "middle", text: String(value)})); });
    var middle = [0, 1].map(function (side) { return one.points.reduce(function (sum, point) { return sum + point[side]; }, 0) / one.points.length; });
    one.points.forEach(function (point) { parts.push(el("circle", {"class": "spot", cx: x(point[0]), cy: y(point[1]), r: 4})); });
    function at(place) { return x(place) + " " + y(middle[1] + one.line[0] * (place - middle[0]) / 10); }
    parts.push(el("path", {"class": "trend", d: "M" + at(2) + " L" + at(52)}));
    return el("div", {}, [el("h3", {text: about.fill(words.world, {name: name})}),
      el("svg", {"class": "drawn", viewBox: "0 0 290 222", role: "img", "aria-label": about.fill(words.alt, {name: name, value: number(Math.abs(one.line[0]))})}, parts),
      el("p", {"class": "told", text: about.fill(words.slope, {value: number(Math.abs(one.line[0])), low: number(-one.line[2]), high: number(-one.line[1])})})]);
  }

  function inside(name) {
    var one = data.worlds[name], rows = one.parts.map(function (each) {
      var part = each[0], found = each[1];
      function x(value) { return 300 + 540 * value; }
      return el("li", {}, [el("span", {text: about.fill(words.row, {part: words.part[part], value: number(found[0]), low: number(found[1]), high: number(found[2])})}),
        el("svg", {"class": "drawn", viewBox: "0 0 600 28", "aria-hidden": "true"}, [
          el("line", {"class": "zero", x1: x(0), x2: x(0), y1: 0, y2: 28}), el("line", {"class": "range", x1: x(found[1]), x2: x(found[2]), y1: 14, y2: 14}), el("circle", {"class": "dot", cx: x(found[0]), cy: 14, r: 8})])]);
    });
    return el("div", {}, [el("h3", {text: about.fill(words.world, {name: name})}), el("ul", {}, rows), el("div", {"class": "truth"}, [el("p", {text: words.kind[one.kind]})])]);
  }

  host.appendChild(el("div", {"class": "worlds"}, data.mode === "guess"
    ? [el("p", {"class": "told", text: words.picture}), el("div", {"class": "three"}, names.map(cloud)), el("p", {"class": "told", text: words.simulated})]
    : [el("p", {text: words.inside}), el("p", {"class": "told", text: words.read})].concat(names.map(inside), [el("p", {"class": "told", text: words.simulated})])));
});
