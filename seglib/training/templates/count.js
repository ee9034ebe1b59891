// Hands counted in a room, as bars. Nothing is kept; all that is typed is shown as text.
(function () {
  "use strict";
  var about = JSON.parse(document.getElementById("about").textContent), words = about.words;
  var rows = [], right = [], shown = false, waiting;
  function find(name) { return document.querySelector("[data-" + name + "]"); }
  function make(tag, text, given) {
    var made = document.createElement(tag);
    if (text) { made.textContent = text; }
    Object.keys(given || {}).forEach(function (name) { made.setAttribute(name, given[name]); });
    return made;
  }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return name in values ? values[name] : all; });
  }
  var question = document.getElementById("question"), preset = document.getElementById("preset");

  function hands(row) {
    var text = row.hands.value.trim();
    return text === "" ? 0 : /^\d{1,3}$/.test(text) ? Number(text) : null;
  }

  function draw() {
    var counts = rows.map(hands), wrong = counts.indexOf(null);
    var all = counts.reduce(function (sum, each) { return sum + (each || 0); }, 0);
    var most = Math.max.apply(null, counts.concat(1));
    find("nonsense").hidden = wrong < 0;
    find("nonsense").textContent = wrong < 0 ? "" : fill(words.nonsense, {at: wrong + 1});
    rows.forEach(function (row, place) { row.hands.setAttribute("aria-invalid", String(counts[place] === null)); });
    var table = make("table", "", {"class": all ? "tally" : "tally empty"});
    table.appendChild(make("caption", question.value.trim() || words.question));
    var head = table.appendChild(make("thead")).appendChild(make("tr"));
    head.appendChild(make("th", words.answer, {scope: "col"}));
    head.appendChild(make("th", words.bar, {scope: "col", "class": "size"}));
    head.appendChild(make("th", words.number, {scope: "col", "class": "hands"}));
    var body = table.appendChild(make("tbody"));
    rows.forEach(function (row, place) {
      var line = body.appendChild(make("tr")), isRight = shown && right.indexOf(place) >= 0;
      if (isRight) { line.setAttribute("data-right", ""); }
      var name = row.label.value.trim() || fill(words.option, {at: place + 1});
      line.appendChild(make("th", isRight ? "✓ " + name + " (" + words.right + ")" : name, {scope: "row"}));
      var bar = line.appendChild(make("td", "", {"class": "size"}));
      if (counts[place]) { bar.appendChild(make("div", "", {"class": "fill"})).style.width = 100 * counts[place] / most + "%"; }
      line.appendChild(make("td", all ? String(counts[place] === null ? "–" : counts[place]) : "", {"class": "hands"}));
    });
    var total = all ? fill(words.total, {all: all}) : words.none;
    find("picture").replaceChildren(table, make("p", total, {"class": all ? "told" : "told unprinted"}));
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { find("live").textContent = total; }, 600);
  }

  function add(text) {
    var at = rows.length + 1, box = make("div", "", {"class": "option"});
    var row = {label: make("input", "", {type: "text", id: "option-" + at, maxlength: 200})};
    row.hands = make("input", "", {type: "text", id: "hands-" + at, inputmode: "numeric", maxlength: 12, "class": "hands"});
    row.label.value = text || "";
    [["label", words.option], ["hands", words.hands]].forEach(function (part) {
      var cell = box.appendChild(make("div")), field = row[part[0]];
      var name = cell.appendChild(make("label", part[0] === "hands" ? words.number : fill(part[1], {at: at}), {"for": field.id}));
      if (part[0] === "hands") { name.appendChild(make("span", " " + fill(words.option, {at: at}), {"class": "away"})); }
      cell.appendChild(field);
      field.addEventListener("input", draw);
    });
    rows.push(row);
    find("rows").appendChild(box);
  }

  function reveal(now) {
    shown = now;
    find("show").setAttribute("aria-pressed", String(now));
    find("show").textContent = now ? words.hide : words.show;
    draw();
  }

  function begin(one) {
    rows = [];
    find("rows").replaceChildren();
    question.value = one ? one.ask : "";
    right = one ? one.right : [];
    find("show").hidden = !one;
    (one ? one.options : ["", "", ""]).forEach(add);
    reveal(false);
  }

  about.presets.forEach(function (one, place) { preset.appendChild(make("option", one.name, {value: place})); });
  preset.addEventListener("change", function () { begin(about.presets[preset.value]); });
  question.addEventListener("input", draw);
  find("add").addEventListener("click", function () { add(""); draw(); rows[rows.length - 1].label.focus(); });
  find("clear").addEventListener("click", function () { rows.forEach(function (row) { row.hands.value = ""; }); reveal(false); rows[0].hands.focus(); });
  find("show").addEventListener("click", function () { reveal(!shown); });
  find("print").addEventListener("click", function () { window.print(); });
  find("form").addEventListener("submit", function (event) { event.preventDefault(); });
  find("form").hidden = false;
  begin(null);
}());
