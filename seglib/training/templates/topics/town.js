// A town to draw in with mouse, finger or keyboard; the measures move at once.
Training.topic("town", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, side = data.side, M = Training.measures;
  var NAMES = [words.empty, words.pitched, words.flat];
  var kept = about.recall(), levels = data.levels, level = 0, won = {};
  var homes, earlier = [], brush = 1, held = null, swaps = 0, at = 0, painting = false, reached = false, swapping = false;

  function drawn(what) {
    if (what === 1) { return [el("g", {"class": "home home-1"}, [el("path", {d: "M10 1 L19 9 H17 V19 H3 V9 H1 Z"}), el("path", {"class": "home-door", d: "M8 12 H12 V19 H8 Z"})])]; }
    if (what === 2) { return [el("g", {"class": "home home-2"}, [el("path", {d: "M2 5 H18 V19 H2 Z M1 3 H19 V5 H1 Z"}), el("path", {"class": "home-door", d: "M5 8 H8 V11 H5 Z M12 8 H15 V11 H12 Z M8.5 13 H11.5 V19 H8.5 Z"})])]; }
    return [el("rect", {"class": "lot", x: 3, y: 3, width: 14, height: 14})];
  }
  function picture(what) { return el("svg", {viewBox: "0 0 20 20", "aria-hidden": "true"}, drawn(what)); }
  function area(place, size) { return Math.floor(Math.floor(place / side) / size) * (side / size) + Math.floor(place % side / size); }

  // Persons by block and by wijk, and the three measures on the scale of 0 to 100.
  function measured() {
    var blocks = side / data.block * (side / data.block), ours = [], theirs = [], all = [], wijken = [], unit;
    for (unit = 0; unit < blocks; unit += 1) { ours.push(0); theirs.push(0); all.push(0); wijken.push(0); }
    homes.forEach(function (what, place) {
      var block = area(place, data.block);
      wijken[block] = area(place, data.wijk);
      if (what) { (what === 1 ? ours : theirs)[block] += 1; all[block] += 1; }
    });
    function scaled(value) { return value === null ? null : 100 * value; }
    var both = M.sum(ours) && M.sum(theirs);
    return {
      d_block: scaled(M.dissimilarity(ours, theirs)),
      d_wijk: scaled(M.dissimilarity(M.merge(ours, wijken), M.merge(theirs, wijken))),
      meet: both ? scaled(M.exposure(ours, theirs, all)) : null
    };
  }

  var cells = [], meters = {}, goal = el("div", {"class": "goal", hidden: !levels.length});
  var grid = el("div", {"class": "homes", role: "grid", "aria-label": words.grid, on: {keydown: keyed, pointerleave: function () { painting = false; }}});
  if (data.fixed) { grid.setAttribute("aria-readonly", "true"); }
  for (var row = 0; row < side; row += 1) {
    var line = el("div", {role: "row"});
    for (var column = 0; column < side; column += 1) { line.appendChild(cell(row * side + column)); }
    grid.appendChild(line);
  }

  function cell(place) {
    var made = el("div", {role: "gridcell", tabindex: place === 0 ? "0" : "-1", on: {
      pointerdown: function (event) {
        if (event.button || data.fixed) { return; }
        event.preventDefault();
        if (made.hasPointerCapture && made.hasPointerCapture(event.pointerId)) { made.releasePointerCapture(event.pointerId); }
        painting = !swapping;
        focus(place);
        act(place, brush, true);
      },
      pointerenter: function (event) { if (painting && event.buttons) { act(place, brush, false); } }}});
    cells.push(made);
    return made;
  }

  function label(place) {
    var text = about.fill(words.cell, {row: Math.floor(place / side) + 1, column: place % side + 1,
      block: area(place, data.block) + 1, wijk: area(place, data.wijk) + 1, what: NAMES[homes[place]]});
    return held === place ? text + ", " + words.held : text;
  }

  function focus(place) {
    cells[at].setAttribute("tabindex", "-1");
    at = place;
    cells[at].setAttribute("tabindex", "0");
    cells[at].focus({preventScroll: true});
  }

  function keyed(event) {
    var step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side}[event.key];
    if (event.key === "Home") { step = -(at % side); }
    if (event.key === "End") { step = side - 1 - at % side; }
    if (step !== undefined) {
      var next = at + step, jumps = Math.abs(step) === 1 && Math.floor(next / side) !== Math.floor(at / side);
      if (next >= 0 && next < homes.length && !jumps) { focus(next); }
      event.preventDefault();
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!data.fixed) { act(at, brush, true); }
    } else if (/^[012]$/.test(event.key) && !data.fixed && !swapping) {
      event.preventDefault();
      act(at, Number(event.key), true);
    } else if (event.key === "Escape" && held !== null) { held = null; show(); }
  }

  // One home built or cleared, or two homes swapped; a stroke is one step to undo.
  function act(place, what, starts) {
    if (swapping) { swap(place); return; }
    if (starts) { earlier.push({homes: homes.slice(), swaps: swaps}); }
    if (homes[place] === what) { if (starts) { about.say(label(place)); } return; }
    homes[place] = what;
    changed(NAMES[what]);
  }

  function swap(place) {
    if (held === null) {
      if (limit() && swaps >= limit()) { about.say(words.no_swaps); return; }
      held = place;
      show();
      about.say(about.fill(words.pick_other, {what: NAMES[homes[place]]}));
      return;
    }
    var other = held;
    held = null;
    if (homes[other] === homes[place]) { show(); return; }
    earlier.push({homes: homes.slice(), swaps: swaps});
    var moved = homes[other];
    homes[other] = homes[place];
    homes[place] = moved;
    swaps += 1;
    changed(NAMES[moved]);
  }

  function limit() { return levels.length ? levels[level].swaps || 0 : 0; }

  function changed(what) {
    show();
    var now = measured();
    about.say(about.fill(words.live, {what: what, block: written(now.d_block), wijk: written(now.d_wijk), meet: written(now.meet)})
      + (reached ? " " + words.reached : ""));
    keep();
  }
  function keep() { about.keep({homes: homes, level: level, won: Object.keys(won), swaps: swaps}); }
  function written(value) { return value === null ? words.none : about.number(value, 0); }

  function show() {
    homes.forEach(function (what, place) {
      var made = cells[place];
      if (made.getAttribute("data-what") !== String(what)) {
        made.textContent = "";
        made.appendChild(picture(what));
        made.setAttribute("data-what", what);
      }
      made.setAttribute("aria-label", label(place));
      if (held === place) { made.setAttribute("data-held", ""); } else { made.removeAttribute("data-held"); }
    });
    var now = measured();
    Object.keys(meters).forEach(function (name) { meters[name](now[name]); });
    if (levels.length) { judge(now); }
  }

  function meter(name) {
    var value = el("span"), fill = el("div"), told = el("p", {"class": name === "meet" ? "told" : "told short"});
    var box = el("div", {"class": "meter", "data-meter": name}, [el("p", {"class": "name"}, [el("span", {text: words[name]}), value]), el("div", {"class": "bar", "aria-hidden": "true"}, [fill]), told]);
    meters[name] = function (now) {
      value.textContent = now === null ? "–" : about.number(now, 0) + (name === "meet" ? (about.lang === "nl" ? "\u202f%" : "%") : "");
      fill.style.width = (now || 0) + "%";
      var unit = words[name === "d_wijk" ? "unit_wijk" : "unit_block"], kind = now < 10 ? "d_low" : now > 90 ? "d_high" : "d_some";
      var sentence = now === null ? words.d_none : name === "meet" ? about.fill(words.meet_told, {n: about.number(now, 0)}) : about.fill(words[kind], {unit: unit});
      told.textContent = sentence.charAt(0).toUpperCase() + sentence.slice(1) + ".";
      var wanted = levels.length ? levels[level].goal[name] : null;
      box.classList.toggle("wanted", Boolean(wanted));
      if (wanted) { box.style.setProperty("--from", wanted[0] + "%"); box.style.setProperty("--to", wanted[1] + "%"); }
    };
    return box;
  }

  function judge(now) {
    goal.textContent = "";
    var one = levels[level];
    reached = Object.keys(one.goal).every(function (name) { return now[name] !== null && now[name] >= one.goal[name][0] - 1e-9 && now[name] <= one.goal[name][1] + 1e-9; });
    grid.classList.toggle("won", reached);
    if (reached && !won[one.id]) { won[one.id] = true; report(); }
    goal.appendChild(el("p", {}, [el("strong", {text: (levels.length > 1 ? about.fill(words.level, {at: level + 1, all: levels.length}) : words.only) + ". "}), words.goal[one.id]]));
    if (one.swaps) { goal.appendChild(el("p", {text: swaps < one.swaps ? about.fill(words.swaps_left, {n: one.swaps - swaps}) : reached ? "" : words.no_swaps})); }
    if (reached) { goal.appendChild(el("p", {"class": "won", text: level + 1 < levels.length ? words.reached : words.done})); }
    if (reached && level + 1 < levels.length) {
      goal.appendChild(el("div", {"class": "row"}, [el("button", {type: "button", "class": "first", "data-level": true, text: words.next, on: {click: function () {
        level += 1;
        enter();
        focus(0);
        about.say(words.goal[levels[level].id]);
      }}})]));
    }
  }
  function report() { about.handout([about.fill(words.done_line, {done: Object.keys(won).length, all: levels.length})]); }

  function enter() {
    homes = data.patterns[levels[level].start].slice();
    earlier = []; swaps = 0; held = null; reached = false;
    choose(limit() ? 3 : 1);
    show();
    keep();
  }

  // 0 to 2 build, 3 swaps; a level with so many swaps allows nothing else.
  var tools = el("div", {"class": "tools", role: "group", "aria-label": words.tools, hidden: data.fixed});
  function choose(what) {
    swapping = what === 3;
    if (!swapping) { brush = what; }
    held = null;
    tools.textContent = "";
    [1, 2, 0, 3].forEach(function (each) {
      tools.appendChild(el("button", {type: "button", "data-tool": each, "aria-pressed": String(each === what), disabled: Boolean(limit()) && each !== 3,
        on: {click: function () { choose(each); show(); tools.querySelector('[data-tool="' + each + '"]').focus(); }}},
        [each < 3 ? picture(each) : null, el("span", {text: each === 3 ? words.swap : NAMES[each]})]));
    });
  }

  var below = el("div", {"class": "row", hidden: data.fixed}, [
    el("button", {type: "button", "data-undo": true, text: words.undo, on: {click: function () {
      var last = earlier.pop();
      while (last && last.homes.join() === homes.join()) { last = earlier.pop(); }
      if (last) { homes = last.homes; swaps = last.swaps; held = null; changed(words.undo); }
    }}}),
    el("button", {type: "button", "data-mix": true, text: words.mix, on: {click: function () {
      if (limit()) { about.say(words.goal[levels[level].id]); return; }
      earlier.push({homes: homes.slice(), swaps: swaps});
      homes = Training.shuffled(homes, Math.random);
      changed(words.mix);
    }}}),
    el("button", {type: "button", "data-again": true, text: words.again, on: {click: function () {
      if (levels.length) { enter(); } else { homes = data.patterns[data.start].slice(); earlier = []; show(); keep(); }
    }}})]);

  document.addEventListener("pointerup", function () { painting = false; });
  host.appendChild(goal);
  host.appendChild(el("div", {"class": data.fixed ? "town fixed" : "town"}, [
    el("div", {}, [tools, grid, el("p", {"class": "key", text: words.key}), below]),
    el("div", {"class": "meters"}, data.show.map(meter))]));

  var sound = kept && !data.fixed && Array.isArray(kept.homes) && kept.homes.length === side * side && kept.homes.every(function (what) { return what === 0 || what === 1 || what === 2; });
  homes = data.patterns[levels.length ? levels[0].start : data.start].slice();
  if (sound) {
    homes = kept.homes.slice();
    level = Math.max(0, Math.min(Math.floor(Number(kept.level)) || 0, levels.length - 1));
    swaps = Math.max(0, Number(kept.swaps) || 0);
    (Array.isArray(kept.won) ? kept.won : []).forEach(function (id) { won[id] = true; });
  }
  choose(limit() ? 3 : 1);
  show();
});
