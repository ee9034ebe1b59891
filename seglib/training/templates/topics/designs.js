// A card game: pick a design for a question, say whether it can be trusted, and see the truth.
Training.topic("designs", function (host, about) {
  "use strict";
  var data = about.data, words = about.words, el = about.el, rounds = data.rounds, kept = about.recall() || {};
  var fresh = function (pair) { return {pair: pair, at: 0, pick: null, bet: null, twist: false, played: {}}; };
  var now = fresh(false), box = el("div", {"class": "designs"});
  if (typeof kept === "object" && rounds[kept.at] && typeof kept.played === "object" && kept.played) {
    now = {pair: kept.pair === true, at: kept.at, pick: null, bet: null, twist: false, played: {}};
    rounds.forEach(function (round, place) {
      var one = Training.own(kept.played, round.id);
      if (one && round.cards[one.pick] && typeof one.bet === "boolean") {
        now.played[round.id] = {pick: one.pick, bet: one.bet};
        if (place === now.at) { now.pick = one.pick; now.bet = one.bet; }
      }
    });
  }

  function button(text, click, more) {
    return el("button", Object.assign({type: "button", text: text, on: {click: click}}, more || {}));
  }
  function name(round, place) { return words.name[round.cards[place]]; }
  function picker() { return now.at % 2 + 1; }
  function heading(text) { return el("h4", {tabindex: "-1", "data-here": true, text: text}); }

  // A point for a sound card and one for seeing it; with two, each player has one of these tasks.
  function points() {
    var found = [0, 0];
    rounds.forEach(function (round, place) {
      var one = now.played[round.id];
      if (!one) { return; }
      var sound = round.found[one.pick].sound, first = place % 2;
      if (sound) { found[now.pair ? first : 0] += 1; }
      if (one.bet === sound) { found[now.pair ? 1 - first : 0] += 1; }
    });
    return found;
  }

  function picture(card, all) {
    var ends = [0].concat.apply([0], all.filter(Boolean).map(function (one) { return [one.low, one.high, one.truth]; }));
    var low = Math.min.apply(null, ends), high = Math.max.apply(null, ends);
    function x(value) { return 20 + 560 * (value - low) / (high - low || 1); }
    var at = x(card.truth);
    return el("svg", {"class": "drawn", viewBox: "0 0 600 44", "aria-hidden": "true"}, [
      el("line", {"class": "zero", x1: x(0), x2: x(0), y1: 2, y2: 42}),
      el("line", {"class": "span", x1: x(card.low), x2: x(card.high), y1: 22, y2: 22}),
      el("circle", {"class": "mean", cx: x(card.found), cy: 22, r: 7}),
      el("path", {"class": "truth", d: "M" + at + " 6 L" + (at + 12) + " 22 L" + at + " 38 L" + (at - 12) + " 22 Z"})]);
  }

  function error(n) { return n ? about.fill(words.error, {n: about.number(n, 0)}) : ""; }
  function head(round, place) {
    return [el("svg", {"class": "icon", viewBox: "0 0 24 24", "aria-hidden": "true"}, [el("path", {d: data.icons[round.cards[place]]})]), el("span", {text: name(round, place)})];
  }

  // A hundred dots, of which so many are full.
  function dots(many, kind) {
    var found = [];
    for (var n = 0; n < 100; n += 1) { found.push(el("circle", {"class": n < many ? kind : "", cx: 6 + 12 * (n % 25), cy: 6 + 12 * Math.floor(n / 25), r: 4.5})); }
    return el("svg", {"class": "dots", viewBox: "0 0 300 48", "aria-hidden": "true"}, found);
  }

  function turned(round, place, cards, twisted) {
    var card = cards[place];
    if (!card) { return el("div", {"class": "turned untested"}, [el("h5", {}, head(round, place)), el("p", {text: words.untested})]); }
    function number(value) { return about.number(value, round.decimals); }
    function line(text) { return el("p", {text: text}); }
    var own = place === now.pick && !twisted, found = line(about.fill(words.found, {truth: number(card.truth), found: number(card.found)}));
    var holds = line(about.fill(words.holds, {holds: card.holds[0], error: error(card.holds[1])}));
    var alarm = twisted ? [] : card.alarm ? [own ? dots(card.alarm[0], "false") : null, line(about.fill(words.alarm, {alarm: card.alarm[0], error: error(card.alarm[1])}))] : [line(words.no_alarm)];
    var parts = [el("h5", {}, head(round, place)), el("p", {"class": "mark", text: card.sound ? words.sound : words.unsound})];
    if (own) { parts = parts.concat([picture(card, cards), found, dots(card.holds[0], "hit"), holds], alarm); } else {
      parts.push(dots(card.holds[0], "hit"), line(about.fill(words.hits, {n: card.holds[0]})),
        el("details", {}, [el("summary", {text: words.figures}), picture(card, cards), found, holds].concat(alarm)));
    }
    return el("div", {"class": "turned" + (card.sound ? " sound" : ""), "data-card": place}, parts);
  }

  function result(round) {
    var right = now.bet === round.found[now.pick].sound, rest = [];
    round.cards.forEach(function (card, place) { if (place !== now.pick) { rest.push(turned(round, place, round.found)); } });
    var parts = [heading(words.your_card), el("p", {"class": right ? "bang good" : "bang", text: right ? words.seen : about.fill(words.unseen, {bet: now.bet ? words.yes : words.no})}),
      turned(round, now.pick, round.found), el("p", {"class": "told", text: words.picture + " " + words.unit[round.id]}),
      el("h4", {text: words.rest}), el("div", {"class": "table"}, rest)];
    var truths = round.found.map(function (card) { return card.truth; });
    if (truths.some(function (truth) { return truth !== truths[0]; })) { parts.push(el("p", {"class": "told", text: words.other_truth + " " + (words.note[round.id] || "")})); }
    if (!now.twist) {
      parts.push(el("div", {"class": "row"}, [button(words.what_if, function () { now.twist = true; show(true); }, {"data-twist": true})]));
    } else {
      parts.push(heading(words.what_if), el("p", {text: words.twist[round.id]}),
        el("div", {"class": "table"}, round.cards.map(function (card, place) { return turned(round, place, round.twisted, true); })));
    }
    var last = now.at === rounds.length - 1;
    parts.push(el("p", {"class": "points", text: total()}));
    if (last) { parts.push(el("p", {text: words.done})); }
    parts.push(el("div", {"class": "row"}, [last
      ? button(words.again, function () { now = fresh(now.pair); save(); show(true); }, {"data-again": true})
      : button(words.next, function () { enter(now.at + 1); }, {"class": "first", "data-round": true})]),
    el("p", {"class": "told", text: about.fill(words.draws, {draws: data.draws})}));
    return parts;
  }

  function total() {
    var found = points();
    return now.pair ? about.fill(words.score_pair, {a: found[0], b: found[1]})
      : about.fill(words.score, {a: found[0], n: 2 * Object.keys(now.played).length});
  }

  function enter(at) {
    now.at = at;
    now.twist = false;
    var one = now.played[rounds[at].id];
    now.pick = one ? one.pick : null;
    now.bet = one ? one.bet : null;
    save();
    show(true);
  }

  function save() {
    about.keep({pair: now.pair, at: now.at, played: now.played});
    about.handout(rounds.filter(function (round) { return now.played[round.id]; }).map(function (round) {
      var one = now.played[round.id];
      return about.fill(words.line, {question: words.question[round.id], card: name(round, one.pick), verdict: round.found[one.pick].sound ? words.sound : words.unsound});
    }).concat(Object.keys(now.played).length ? [total(), words.simulated] : []));
  }

  function bet(value) {
    var round = rounds[now.at];
    now.bet = value;
    now.played[round.id] = {pick: now.pick, bet: value};
    save();
    show(true);
    about.say((now.bet === round.found[now.pick].sound ? words.seen + " " : "") + (round.found[now.pick].sound ? words.sound : words.unsound));
  }

  function show(moved) {
    var round = rounds[now.at], players = {player: picker(), other: 3 - picker()};
    box.textContent = "";
    if (!Object.keys(now.played).length) {
      box.appendChild(el("div", {"class": "row", role: "group", "aria-label": words.mode}, [el("span", {text: words.mode})].concat([false, true].map(function (pair) {
        return button(pair ? words.pair : words.alone, function () { now = fresh(pair); save(); show(true); }, {"aria-pressed": String(now.pair === pair), "data-mode": pair ? "pair" : "alone"});
      }))));
      box.appendChild(el("p", {"class": "told", text: words.points}));
    }
    box.appendChild(el("h3", {text: about.fill(words.round, {at: now.at + 1, all: rounds.length}) + ": " + words.question[round.id]}));
    box.appendChild(el("div", {"class": "world"}, [el("p", {text: words.world[round.id]}), el("p", {"class": "told", text: words.simulated})]));
    if (now.bet === null) {
      if (now.pair) { box.appendChild(el("p", {text: about.fill(words.turn, players)})); }
      box.appendChild(now.pick === null ? heading(words.pick) : el("h4", {text: words.pick}));
      box.appendChild(el("ul", {"class": "hand"}, round.cards.map(function (card, place) {
        return el("li", {}, [el("button", {type: "button", "aria-pressed": String(now.pick === place), "data-pick": place, on: {click: function () { now.pick = place; show(true); }}},
          [el("strong", {}, head(round, place)), el("span", {text: words.about[card]})])]);
      })));
    }
    if (now.bet === null && now.pick !== null) {
      var asked = about.fill(now.pair ? words.trust_other : words.trust, {card: name(round, now.pick), other: players.other});
      box.appendChild(heading(asked));
      box.appendChild(el("div", {"class": "row"}, [button(words.yes, function () { bet(true); }, {"class": "first", "data-bet": "yes"}), button(words.no, function () { bet(false); }, {"class": "first", "data-bet": "no"})]));
    }
    if (now.bet !== null) { result(round).forEach(function (part) { box.appendChild(part); }); }
    if (moved) {
      var here = box.querySelectorAll("[data-here]");
      here[here.length - 1].focus();
    }
  }

  host.appendChild(box);
  show(false);
});
