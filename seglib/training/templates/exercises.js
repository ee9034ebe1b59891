// Exercises: asking, checking (as seglib.training.exercises does) and answering back.
(function () {
  "use strict";
  var T = Training, el = T.el, words = T.words;
  var LETTERS = "abcdefghijklmnopqrstuvwxyz";

  function answer(verdict, told) { return {verdict: verdict, told: told}; }
  function said(name, values) { return T.fill(words.said[name], values || {}); }
  function own(table, name) { return table && typeof table === "object" ? T.own(table, name) : undefined; }

  function readNumber(given) {
    var text = String(given).trim().replace(/(?:%|procent|percent|[a-zA-Zë ]+)$/, "").trim();
    return /^[+-]?\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : null;
  }

  function written(one, value) {
    var step = String(own(one.about, "step") === undefined ? 1 : one.about.step);
    var decimals = (step.split(".")[1] || "").length;
    return (T.number(value, decimals) + " " + (one.about.unit || "")).trim();
  }

  function ends(one) { return {low: written(one, one.about.low), high: written(one, one.about.high)}; }
  function because(part) { return part.text.replace(/\.+$/, "") + ": " + part.why; }
  function order(one, name) { return one.shown[name]; }

  var checks = {
    number: function (one, given) {
      var value = readNumber(given), about = one.about;
      if (value === null) { return answer("nonsense", [said("no_number")]); }
      if (value < about.low || value > about.high) { return answer("nonsense", [said("outside", ends(one))]); }
      var gap = value - about.answer;
      if (Math.abs(gap) <= (about.close || 0) + 1e-9) { return answer("right", [about.right]); }
      return answer("wrong", [said("given", {given: written(one, value), answer: written(one, about.answer)}), gap < 0 ? about.below : about.above]);
    },
    choice: function (one, given) {
      var options = one.about.option, letter = String(given).trim().toLowerCase();
      var place = letter.length === 1 ? LETTERS.indexOf(letter) : -1;
      if (place < 0 || place >= options.length) { return answer("nonsense", [said("no_choice", {last: LETTERS[options.length - 1]})]); }
      return answer(options[place].right ? "right" : "wrong", [options[place].why]);
    },
    order: function (one, given) {
      var places = order(one, "item"), items = one.about.item;
      var letters = String(given).toLowerCase().split("");
      if (letters.slice().sort().join("") !== LETTERS.slice(0, places.length)) { return answer("nonsense", [said("no_order", {last: LETTERS[places.length - 1]})]); }
      var astray = letters.map(function (letter) { return places[LETTERS.indexOf(letter)]; })
        .filter(function (place, spot) { return place !== spot; }).sort(function (a, b) { return a - b; });
      if (!astray.length) { return answer("right", [one.about.right]); }
      return answer("wrong", [said("in_place", {right: places.length - astray.length, all: places.length})]
        .concat(astray.map(function (place) { return because(items[place]); })));
    },
    sort: function (one, given) {
      var places = order(one, "card"), cards = one.about.card;
      var piles = one.about.pile.map(function (pile) { return pile.id; });
      var placed = places.map(function (place, spot) { return own(given, LETTERS[spot]); });
      var left = placed.filter(function (pile) { return piles.indexOf(pile) < 0; }).length;
      if (left) { return answer("nonsense", [said("unplaced", {left: left, all: places.length})]); }
      var astray = places.filter(function (place, spot) { return cards[place].pile.indexOf(placed[spot]) < 0; });
      if (!astray.length) { return answer("right", [one.about.right]); }
      return answer("wrong", [said("in_place", {right: places.length - astray.length, all: places.length})]
        .concat(astray.map(function (place) { return because(cards[place]); })));
    },
    line: function (one, given) {
      var about = one.about, points = about.point, values = Array.isArray(given) ? given.map(readNumber) : [];
      var inside = values.filter(function (value) { return value !== null && value >= about.low && value <= about.high; });
      if (inside.length !== points.length || values.length !== points.length) {
        return answer("nonsense", [said("no_line", {all: points.length, low: ends(one).low, high: ends(one).high})]);
      }
      var start = own(about, "start") === undefined ? about.low : about.start;
      if (inside.every(function (value) { return value === start; })) { return answer("nonsense", [said("untouched")]); }
      var astray = points.map(function (point, place) {
        var gap = inside[place] - about.answer[place];
        return Math.abs(gap) > (about.close || 0) + 1e-9 ? said(gap < 0 ? "too_low" : "too_high", {point: point.text}) : "";
      }).filter(Boolean);
      return astray.length ? answer("wrong", [astray.join(" "), about.wrong]) : answer("right", [about.right]);
    },
    open: function (one, given) {
      var letters = {};
      String(given).toLowerCase().replace(/[a-zà-ÿ]/g, function (letter) { letters[letter] = true; });
      return Object.keys(letters).length < 4 ? answer("nonsense", [said("too_short")]) : answer("kept", [said("kept")]);
    }
  };

  function check(one, given) {
    var found = checks[one.kind](one, given);
    return found.verdict === "nonsense" || !one.reveal ? found : answer(found.verdict, found.told.concat([one.reveal]));
  }

  // The right answer in words, for who asks to see it and for the sheet.
  function solution(one) {
    var about = one.about;
    if (one.kind === "number") { return [written(one, about.answer)]; }
    if (one.kind === "choice") {
      return about.option.filter(function (option) { return option.right; }).map(function (option) { return option.text + " " + option.why; });
    }
    if (one.kind === "order") { return about.item.map(function (item, place) { return place + 1 + ". " + item.text; }); }
    if (one.kind === "sort") {
      return about.card.map(function (card) {
        var names = about.pile.filter(function (pile) { return card.pile.indexOf(pile.id) >= 0; }).map(function (pile) { return pile.text; });
        return card.text.replace(/\.+$/, "") + ": " + names.join(", ");
      });
    }
    if (one.kind === "line") {
      return [about.point.map(function (point, place) { return point.text + ": " + written(one, about.answer[place]); }).join("; ")];
    }
    return [];
  }

  // What somebody answered, in words.
  function inWords(one, given) {
    if (given === undefined || given === null || given === "") { return words.no_answer; }
    var about = one.about;
    if (one.kind === "choice") {
      var option = about.option[LETTERS.indexOf(String(given))];
      return option ? option.text : words.no_answer;
    }
    if (one.kind === "order") {
      return String(given).split("").map(function (letter, spot) {
        var item = about.item[order(one, "item")[LETTERS.indexOf(letter)]];
        return spot + 1 + ". " + (item ? item.text : "?");
      }).join("\n");
    }
    if (one.kind === "sort") {
      return order(one, "card").map(function (place, spot) {
        var pile = about.pile.filter(function (each) { return each.id === own(given, LETTERS[spot]); })[0];
        return about.card[place].text.replace(/\.+$/, "") + ": " + (pile ? pile.text : words.no_answer);
      }).join("\n");
    }
    if (one.kind === "line" && Array.isArray(given)) {
      return about.point.map(function (point, place) { return point.text + ": " + written(one, Number(given[place])); }).join("; ");
    }
    if (one.kind === "number" && readNumber(given) !== null) { return written(one, readNumber(given)); }
    return String(given);
  }

  // A strip of numbers with the guess and the answer on it.
  function strip(one, given) {
    var about = one.about, span = about.high - about.low || 1, value = readNumber(given);
    function x(at) { return 20 + 560 * (at - about.low) / span; }
    var marks = [[about.answer, "dot", words.answer_is, 62], [value, "handle", words.your_guess, 22]];
    var drawn = [el("line", {"class": "axis", x1: 20, x2: 580, y1: 38, y2: 38}),
      el("text", {x: 20, y: 86, text: written(one, about.low)}), el("text", {x: 580, y: 86, "text-anchor": "end", text: written(one, about.high)})];
    marks.forEach(function (mark) {
      if (mark[0] === null) { return; }
      var at = x(mark[0]), side = at < 130 ? "start" : at > 470 ? "end" : "middle";
      drawn.push(el("circle", {"class": mark[1], cx: at, cy: 38, r: mark[1] === "dot" ? 9 : 6}));
      drawn.push(el("text", {x: side === "start" ? at - 8 : side === "end" ? at + 8 : at, y: mark[3], "text-anchor": side, text: mark[2] + ": " + written(one, mark[0])}));
    });
    return el("svg", {"class": "drawn", viewBox: "0 0 600 92", "aria-hidden": "true"}, drawn);
  }

  function radio(name, value, text, chosen, change) {
    return el("label", {}, [el("input", {type: "radio", name: name, value: value, checked: chosen, on: {change: change}}), el("span", {text: text})]);
  }

  var fields = {
    number: function (one, host, given, id) {
      var about = one.about, step = about.step || 1;
      var field = el("input", {type: "text", id: id, inputmode: "decimal", autocomplete: "off", size: "8", maxlength: "200", value: given === undefined ? "" : String(given),
        on: {keydown: function (event) { if (event.key === "Enter") { event.preventDefault(); host.dispatchEvent(new CustomEvent("checked")); } }}});
      var row = [el("label", {"for": id, text: words.your_guess}), field, about.unit ? el("span", {text: about.unit}) : null];
      if (about.slider) {
        var slide = el("input", {type: "range", min: about.low, max: about.high, step: step, "aria-label": words.your_guess,
          on: {input: function () { field.value = String(slide.value).replace(".", words.decimal); slide.setAttribute("aria-valuetext", written(one, Number(slide.value))); }}});
        slide.value = readNumber(field.value) === null ? (about.low + about.high) / 2 : readNumber(field.value);
        field.addEventListener("input", function () { if (readNumber(field.value) !== null) { slide.value = readNumber(field.value); } });
        host.appendChild(slide);
      }
      host.appendChild(el("div", {"class": "row"}, row));
      return function () { return field.value; };
    },
    choice: function (one, host, given, id) {
      var chosen = given;
      host.appendChild(el("fieldset", {"class": "pick", "aria-labelledby": id + "-ask"}, one.about.option.map(function (option, place) {
        return radio(id, LETTERS[place], option.text, LETTERS[place] === given, function () { chosen = LETTERS[place]; });
      })));
      return function () { return chosen === undefined ? "" : chosen; };
    },
    order: function (one, host, given, id) {
      var places = order(one, "item"), start = LETTERS.slice(0, places.length);
      var now = (typeof given === "string" && given.split("").sort().join("") === start ? given : start).split("");
      var list = el("ol", {"class": "lines", "aria-labelledby": id + "-ask"});
      function text(letter) { return one.about.item[places[LETTERS.indexOf(letter)]].text; }
      function move(spot, by) {
        var letter = now.splice(spot, 1)[0], at = spot + by;
        now.splice(at, 0, letter);
        show();
        var buttons = list.children[at].querySelectorAll("button"), wanted = buttons[by < 0 ? 0 : 1];
        (wanted.disabled ? buttons[by < 0 ? 1 : 0] : wanted).focus();
        T.say(T.fill(words.moved, {text: text(letter), at: at + 1, all: now.length}));
      }
      function show() {
        list.textContent = "";
        now.forEach(function (letter, spot) {
          list.appendChild(el("li", {}, [el("span", {text: text(letter)}),
            el("button", {type: "button", disabled: spot === 0, "aria-label": words.up + ": " + text(letter), text: "↑", on: {click: function () { move(spot, -1); }}}),
            el("button", {type: "button", disabled: spot === now.length - 1, "aria-label": words.down + ": " + text(letter), text: "↓", on: {click: function () { move(spot, 1); }}})]));
        });
      }
      show();
      host.appendChild(list);
      return function () { return now.join(""); };
    },
    sort: function (one, host, given, id) {
      var placed = {}, marks = [];
      order(one, "card").forEach(function (place, spot) {
        var letter = LETTERS[spot], name = id + "-" + letter, now = own(given, letter);
        if (typeof now === "string") { placed[letter] = now; }
        var card = el("fieldset", {"class": "card"}, [el("legend", {text: one.about.card[place].text}),
          el("div", {"class": "piles"}, one.about.pile.map(function (pile) {
            return radio(name, pile.id, pile.text, now === pile.id, function () { placed[letter] = pile.id; card.removeAttribute("data-mark"); });
          }))]);
        marks.push(function () { if (own(placed, letter)) { card.setAttribute("data-mark", one.about.card[place].pile.indexOf(placed[letter]) >= 0 ? "right" : "wrong"); } });
        host.appendChild(card);
      });
      host.addEventListener("told", function () { marks.forEach(function (mark) { mark(); }); });
      return function () { return placed; };
    },
    line: function (one, host, given, id) {
      var about = one.about, points = about.point, start = own(about, "start") === undefined ? about.low : about.start;
      var now = points.map(function (point, place) { var kept = Array.isArray(given) ? readNumber(given[place]) : null; return kept === null ? start : kept; });
      var step = about.step || 1, high = 220, picture = el("div"), ranges = [];
      function x(place) { return 60 + (points.length > 1 ? 500 * place / (points.length - 1) : 250); }
      function y(value) { return 10 + high * (1 - (value - about.low) / (about.high - about.low)); }
      function track(values) { return values.map(function (value, place) { return x(place) + "," + y(value); }).join(" "); }
      function draw(real) {
        var parts = [0, 0.5, 1].map(function (part) {
          var value = about.low + part * (about.high - about.low);
          return el("g", {}, [el("line", {"class": "grid", x1: 60, x2: 560, y1: y(value), y2: y(value)}), el("text", {x: 44, y: y(value) + 4, "text-anchor": "end", text: written({about: {step: step}}, value)})]);
        });
        points.forEach(function (point, place) { parts.push(el("text", {x: x(place), y: high + 32, "text-anchor": place === 0 ? "start" : place === points.length - 1 ? "end" : "middle", text: point.text})); });
        if (real) {
          parts.push(el("polyline", {"class": "real", points: track(about.answer)}));
          about.answer.forEach(function (value, place) { parts.push(el("circle", {"class": "dot", cx: x(place), cy: y(value), r: 5})); });
        }
        parts.push(el("polyline", {"class": "yours", points: track(now)}));
        now.forEach(function (value, place) { parts.push(el("circle", {"class": "handle", cx: x(place), cy: y(value), r: 9})); });
        var drawing = el("svg", {"class": "drawn", viewBox: "0 0 600 " + (high + 42), "aria-hidden": "true", on: {
          pointerdown: drag, pointermove: function (event) { if (event.buttons) { drag(event); } }}}, parts);
        picture.textContent = "";
        picture.appendChild(drawing);
      }
      function drag(event) {
        var box = picture.firstChild.getBoundingClientRect(), scale = 600 / box.width;
        var at = (event.clientX - box.left) * scale, up = (event.clientY - box.top) * scale, near = 0;
        points.forEach(function (point, place) { if (Math.abs(x(place) - at) < Math.abs(x(near) - at)) { near = place; } });
        var value = about.low + (1 - (up - 10) / high) * (about.high - about.low);
        put(near, Math.min(about.high, Math.max(about.low, Number((Math.round(value / step) * step).toFixed(6)))));
        event.preventDefault();
      }
      function put(place, value) { now[place] = value; ranges[place].value = value; ranges[place].setAttribute("aria-valuetext", written(one, value)); draw(host.hasAttribute("data-real")); }
      host.appendChild(picture);
      host.appendChild(el("div", {"class": "points"}, points.map(function (point, place) {
        var range = el("input", {type: "range", id: id + "-" + place, min: about.low, max: about.high, step: step, "aria-valuetext": written(one, now[place]),
          on: {input: function () { put(place, Number(range.value)); }}});
        range.value = now[place];
        ranges.push(range);
        return el("div", {}, [el("label", {"for": id + "-" + place, text: point.text}), range]);
      })));
      draw(false);
      host.addEventListener("told", function () { host.setAttribute("data-real", ""); draw(true); });
      return function () { return now.slice(); };
    },
    open: function (one, host, given, id) {
      var field = el("textarea", {id: id, maxlength: "4000", "aria-labelledby": id + "-ask"});
      field.value = given === undefined ? "" : String(given);
      host.appendChild(field);
      return function () { return field.value; };
    }
  };

  function ask(host, one) {
    var id = "q-" + one.id, kept = own(T.state.answers, one.id), tries = 0, hinted = 0;
    var form = el("div"), hints = el("ol", {"class": "hints", hidden: true}), told = el("div", {"class": "answer", role: "status"});
    var given = kept && kept.given;
    host.textContent = "";
    host.setAttribute("role", "group");
    host.setAttribute("aria-labelledby", id + "-ask");
    host.appendChild(el("div", {"class": "ask", id: id + "-ask"}, T.rich(one.ask)));
    host.appendChild(form);
    var read = fields[one.kind](one, form, given, id);
    var help = el("button", {type: "button", text: words.hint, "data-hint": true, hidden: !one.hints.length, on: {click: function () {
      hints.hidden = false;
      hints.appendChild(el("li", {}, T.rich(one.hints[hinted])));
      T.say(one.hints[hinted]);
      hinted += 1;
      help.textContent = words.hint_more;
      help.hidden = hinted >= one.hints.length;
      offer();
      if (help.hidden) { (shown.hidden ? look : shown).focus(); }
    }}});
    var shown = el("button", {type: "button", text: words.show, "data-show": true, hidden: true, on: {click: function () {
      finish(read(), {verdict: "revealed", told: solution(one).concat(one.reveal ? [one.reveal] : [])});
    }}});
    var look = el("button", {type: "button", "class": "first", "data-check": true, text: one.kind === "open" ? words.keep : words.check, on: {click: verify}});
    host.appendChild(hints);
    host.appendChild(el("div", {"class": "row"}, [look, help, shown]));
    host.appendChild(told);
    form.addEventListener("checked", verify);

    function offer() {
      var wholly = solution(one).length > 0 && (tries >= 2 || (one.hints.length > 0 && hinted >= one.hints.length));
      shown.hidden = !wholly;
    }
    function verify() {
      var found = check(one, read());
      if (found.verdict === "wrong") { tries += 1; }
      offer();
      finish(read(), found);
    }
    function finish(value, found) {
      if (found.verdict !== "nonsense") {
        T.state.answers[one.id] = {given: value, verdict: found.verdict};
        T.save();
      }
      show(value, found);
      T.unfold();
    }
    function show(value, found) {
      told.textContent = "";
      var many = (one.kind === "order" || one.kind === "sort") && found.told.length > 1;
      var lines = many ? [el("ul", {}, found.told.slice(0, one.reveal ? -1 : undefined).map(function (line) { return el("li", {text: line}); }))]
        .concat(one.reveal ? T.rich(found.told[found.told.length - 1]) : []) : [].concat.apply([], found.told.map(T.rich));
      var picture = one.kind === "number" && found.verdict !== "nonsense" ? [strip(one, value)] : [];
      told.appendChild(el("div", {"class": found.verdict, "data-verdict": found.verdict}, [el("strong", {"class": "verdict", text: words[found.verdict]})].concat(picture, lines)));
      if (found.verdict !== "nonsense") { form.dispatchEvent(new CustomEvent("told")); }
    }
    if (kept) {
      var again = kept.verdict === "revealed" ? {verdict: "revealed", told: solution(one).concat(one.reveal ? [one.reveal] : [])} : check(one, given);
      show(given, again);
    }
  }

  T.ask = ask;
  T.check = check;
  T.solution = solution;
  T.inWords = inWords;
})();
