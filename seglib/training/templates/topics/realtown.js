// A real town: strips by buurt, and the measures on two scales with their margins.
Training.topic("realtown", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, kept = about.recall() || {};
  var towns = Object.keys(data.towns).sort(), groups = Object.keys(data.groups);
  var town = towns.indexOf(kept.town) >= 0 ? kept.town : data.start;
  var group = groups.indexOf(kept.group) >= 0 ? kept.group : groups[0];
  var shown = el("div"), box = el("div", {"class": "realtown"});

  function chooser(id, name, options, chosen, change) {
    var list = el("select", {id: id, on: {change: function () { change(list.value); show(true); }}}, options.map(function (one) {
      return el("option", {value: one[0], selected: one[0] === chosen, text: one[1]});
    }));
    return el("label", {"for": id}, [el("span", {text: name}), list]);
  }
  function percent(value) { return about.number(value, 0) + (about.lang === "nl" ? "\u202f%" : "%"); }

  function strips(found) {
    var seen = found.strips.filter(function (strip) { return strip[1] !== null; }).map(function (strip) { return strip[1]; });
    var top = Math.max.apply(null, seen.concat([found.share, 5])) * 1.1, total = found.strips.reduce(function (sum, strip) { return sum + strip[0]; }, 0);
    var left = 46, wide = 545, high = 190, x = left, parts = [];
    function y(value) { return 12 + high * (1 - value / top); }
    var hid = el("pattern", {id: "realtown-hid", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"},
      [el("line", {"class": "stripe", x1: 0, x2: 0, y1: 0, y2: 6})]);
    parts.push(hid);
    found.strips.forEach(function (strip) {
      var width = wide * strip[0] / total, value = strip[1] === null ? found.share / 2 : strip[1];
      parts.push(el("rect", {"class": strip[1] === null ? "hid" : "strip", x: x, width: width, y: y(value), height: Math.max(0, y(0) - y(value))}));
      x += width;
    });
    parts.push(el("line", {"class": "base", x1: left, x2: left + wide, y1: y(0), y2: y(0)}));
    parts.push(el("line", {"class": "whole", x1: left, x2: left + wide, y1: y(found.share), y2: y(found.share)}));
    [0, top / 1.1].forEach(function (value) { parts.push(el("text", {x: left - 6, y: y(value) + 4, "text-anchor": "end", text: percent(value)})); });
    var alt = about.fill(words.alt, {town: town, year: data.year, group: data.groups[group], share: about.number(found.share, 1), low: Math.min.apply(null, seen), high: Math.max.apply(null, seen)});
    return el("svg", {viewBox: "0 0 600 216", role: "img", "aria-label": alt}, parts);
  }

  function meter(name, found) {
    var value = found ? about.number(found.value, 1) + (name === "meet" ? (about.lang === "nl" ? "\u202f%" : "%") : "") : "–";
    var told = !found ? words.one_wijk : found.low === null ? words.no_margin : about.fill(words.margin, {low: about.number(found.low, 1), high: about.number(found.high, 1)});
    var fill = el("div");
    fill.style.width = (found ? found.value : 0) + "%";
    return el("div", {"class": "meter"}, [el("p", {"class": "name"}, [el("span", {text: words[name]}), el("span", {text: value})]),
      el("div", {"class": "bar", "aria-hidden": "true"}, [fill]), el("p", {"class": "told", text: told})]);
  }

  function show(aloud) {
    var found = data.towns[town][group];
    shown.textContent = "";
    about.keep({town: town, group: group});
    if (!found) { shown.appendChild(el("p", {text: words.absent})); if (aloud) { about.say(words.absent); } return; }
    shown.appendChild(el("p", {"class": "told", text: words.picture + (found.strips.some(function (strip) { return strip[1] === null; }) ? " " + words.hidden : "")}));
    shown.appendChild(strips(found));
    shown.appendChild(el("p", {"class": "told", text: about.fill(words.units, found) + "; " + about.fill(words.share, {share: about.number(found.share, 1)}) + "."}));
    shown.appendChild(el("div", {"class": "meters"}, ["d_buurt", "d_wijk", "meet"].map(function (name) { return meter(name, found[name]); })));
    var line = about.fill(words.told, {town: town, year: data.year, buurt: about.number(found.d_buurt.value, 0), wijk: found.d_wijk ? about.number(found.d_wijk.value, 0) : "–", meet: about.number(found.meet.value, 0)});
    about.handout([data.groups[group] + ". " + line]);
    if (aloud) { about.say(line); }
  }

  box.appendChild(el("div", {"class": "row"}, [
    chooser("town-" + about.place, words.town, towns.map(function (one) { return [one, one]; }), town, function (value) { town = value; }),
    chooser("group-" + about.place, words.group, groups.map(function (one) { return [one, data.groups[one]]; }), group, function (value) { group = value; })]));
  box.appendChild(el("p", {"class": "told", text: words.against}));
  box.appendChild(shown);
  box.appendChild(el("p", {"class": "told", text: about.fill(words.year, {year: data.year})}));
  host.appendChild(box);
  show(false);
});
