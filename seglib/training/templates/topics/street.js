// A street of eight homes: three switches for three forms of segregation, each by itself.
Training.topic("street", function (host, about) {
  "use strict";
  var words = about.words, el = about.el, scenes = about.data.scenes, kept = about.recall(), seen = {}, movers = [];
  var HOME = ["M10 1 L19 9 H17 V19 H3 V9 H1 Z M8 12 H12 V19 H8 Z", "M2 5 H18 V19 H2 Z M1 3 H19 V5 H1 Z M5 8 H8 V11 H5 Z M12 8 H15 V11 H12 Z M8.5 13 H11.5 V19 H8.5 Z"], PERSON = "M0 -7 a5 5 0 1 0 .01 0 M-7 14 v-4 a7 7 0 0 1 14 0 v4 Z";
  var forms = ["living", "contact", "belonging"], names = Object.keys(words.told), apart = scenes.length ? scenes[0].apart.slice() : [0, 0, 0];
  if (typeof kept === "string" && names.indexOf(kept.slice(0, 3)) >= 0) {
    apart = kept.slice(0, 3).split("").map(Number);
    kept.split(" ").forEach(function (name) { if (names.indexOf(name) >= 0) { seen[name] = true; } });
  }

  // Where home or person `n` of a kind (0 or 1) stands.
  function home(kind, n) {
    var row = n >> 1, column = apart[0] ? 2 * kind + n % 2 : 2 * (n % 2) + (row + kind) % 2;
    return [28 + 100 * column + (apart[0] ? 26 * kind - 13 : 0), row ? 178 : 58];
  }
  function person(kind, n) {
    return apart[1] ? [38 + 246 * kind + 26 * n, 130 + n % 2 * 10] : [48 + 92 * n + 26 * kind, 135];
  }
  function add(paths, place) {
    [0, 1].forEach(function (kind) {
      for (var n = 0; n < 4; n += 1) { movers.push({node: el("g", {"class": "mover kind-" + kind}, [el("path", paths[kind])]), place: place, kind: kind, n: n}); }
    });
  }
  function cloud(x, wide, kinds) {
    return el("g", {}, [el("rect", {"class": "cloud", x: x, y: 3, width: wide, height: 40, rx: 20}), el("text", {x: x + wide / 2 - 20 * kinds.length, y: 29, "text-anchor": "middle", text: words.we})]
      .concat(kinds.map(function (kind, at) { return el("path", {"class": "kind-" + kind, d: HOME[kind], transform: "translate(" + (x + wide / 2 + 8 + 26 * (at - kinds.length / 2 + 0.5)) + " 10) scale(1.25)"}); })));
  }
  add(HOME.map(function (path) { return {d: path, transform: "scale(2.3)"}; }), home);
  add([0, 1].map(function () { return {d: PERSON, transform: "scale(1.35)"}; }), person);
  var together = cloud(110, 180, [0, 1]), split = el("g", {}, [cloud(30, 130, [0]), cloud(240, 130, [1])]);
  var told = el("p", {"class": "caption"}), count = el("p", {"class": "told", hidden: scenes.length > 0});
  var buttons = (scenes.length ? scenes : forms).map(function (one, place) {
    return el("button", {type: "button", "data-switch": one.id || one, on: {click: function () {
      if (one.id) { apart = one.apart.slice(); } else { apart[place] = 1 - apart[place]; }
      show();
      about.say(told.textContent + " " + (one.id ? "" : count.textContent));
    }}}, [el("strong", {text: words[one.id || one]}), one.id ? null : el("span", {text: words[one + "_told"]})]);
  });

  function show() {
    var name = apart.join("");
    seen[name] = true;
    movers.forEach(function (one) {
      var at = one.place(one.kind, one.n);
      one.node.style.transform = "translate(" + at[0] + "px, " + at[1] + "px)";
    });
    together.setAttribute("class", apart[2] ? "gone" : "");
    split.setAttribute("class", apart[2] ? "" : "gone");
    told.textContent = words.told[name];
    count.textContent = about.fill(words.seen, {n: Object.keys(seen).length, all: names.length});
    buttons.forEach(function (button, place) { button.setAttribute("aria-pressed", String(scenes.length ? scenes[place].apart.join("") === name : apart[place] === 1)); });
    about.keep(name + " " + Object.keys(seen).join(" "));
  }

  host.appendChild(el("div", {"class": "street"}, [el("div", {"class": "switches", role: "group", "aria-label": words.switches}, buttons),
    el("svg", {viewBox: "0 0 400 228", "aria-hidden": "true"}, [el("rect", {"class": "road", x: 0, y: 112, width: 400, height: 56, rx: 6}), together, split].concat(movers.map(function (one) { return one.node; }))), told, count]));
  show();
});
