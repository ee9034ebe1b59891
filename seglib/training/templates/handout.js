// My sheet: answers and notes together, to print or to keep as a file.
(function () {
  "use strict";
  var T = Training, el = T.el, words = T.words, about = T.about;

  // One part for each step that has something: a title and lines of name and text.
  function parts() {
    return about.titles.map(function (title, place) {
      var section = document.querySelector('[data-step="' + (place + 1) + '"]'), lines = [];
      section.querySelectorAll("[data-exercise]").forEach(function (host) {
        var one = about.exercises[host.getAttribute("data-exercise")], kept = T.own(T.state.answers, one.id);
        lines.push([words.question, one.ask.replace(/\*/g, "")]);
        lines.push([words.my_answer, T.inWords(one, kept && kept.given)]);
        if (kept && T.solution(one).length && kept.verdict !== "right") { lines.push([words.answer_is, T.solution(one).join("\n")]); }
        if (kept && one.reveal) { lines.push(["", one.reveal.replace(/\*/g, "")]); }
      });
      section.querySelectorAll("[data-topic]").forEach(function (host) {
        var own = T.own(T.state.lines, host.getAttribute("data-topic"));
        if (Array.isArray(own)) { own.forEach(function (line) { lines.push(["", String(line)]); }); }
      });
      var note = T.own(T.state.notes, place + 1);
      if (note) { lines.push([words.note_short, String(note)]); }
      return {title: title, lines: lines};
    }).filter(function (part) { return part.lines.length; });
  }

  function drawn() {
    return parts().map(function (part) {
      return el("div", {"class": "sheetpart"}, [el("h3", {text: part.title})].concat(part.lines.map(function (line) {
        return el("p", {}, [line[0] ? el("strong", {text: line[0] + ": "}) : null, line[1]]);
      })));
    });
  }

  function plain() {
    return [about.title, ""].concat(parts().map(function (part) {
      return [part.title].concat(part.lines.map(function (line) { return "  " + (line[0] ? line[0] + ": " : "") + line[1].replace(/\n/g, "\n    "); })).join("\n") + "\n";
    })).join("\n");
  }

  function whole() {
    var made = document.implementation.createHTMLDocument(about.title + ": " + words.handout);
    made.documentElement.lang = about.lang;
    made.head.insertBefore(made.createElement("meta"), made.head.firstChild).setAttribute("charset", "utf-8");
    made.head.appendChild(made.createElement("style")).textContent = "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}p{white-space:pre-wrap;margin:.3rem 0}";
    made.body.appendChild(made.importNode(el("main", {}, [el("h1", {text: about.title})].concat(drawn())), true));
    return "<!doctype html>\n" + made.documentElement.outerHTML;
  }

  function save(text, kind, ending) {
    var name = about.slug + "-" + words.handout.toLowerCase().replace(/ /g, "-") + ending;
    var address = URL.createObjectURL(new Blob([text], {type: kind + ";charset=utf-8"}));
    var link = el("a", {href: address, download: name});
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(address); }, 10000);
    T.say(T.fill(words.saved, {name: name}));
  }

  T.showHandout = function () {
    var host = document.querySelector("[data-handout]"), sure = false;
    var forget = el("button", {type: "button", "data-forget": true, text: words.forget, on: {click: function () {
      if (!sure) { sure = true; forget.textContent = words.forget_sure; T.say(words.forget_sure); return; }
      try { window.localStorage.removeItem(T.key); } catch (error) { /* nothing was kept */ }
      ["answers", "notes", "kept", "lines"].forEach(function (name) { T.state[name] = {}; });
      T.state.step = T.state.seen = 1;
      try { window.history.replaceState(null, "", "#stap-1"); } catch (error) { /* the device forgot already */ }
      window.location.reload();
    }}});
    host.textContent = "";
    host.appendChild(el("div", {"class": "row"}, [
      el("button", {type: "button", "class": "first", "data-print": true, text: words.print, on: {click: function () { window.print(); }}}),
      el("button", {type: "button", "data-save": "page", text: words.save_page, on: {click: function () { save(whole(), "text/html", ".html"); }}}),
      el("button", {type: "button", "data-save": "text", text: words.save_text, on: {click: function () { save(plain(), "text/plain", ".txt"); }}}),
      forget]));
    drawn().forEach(function (part) { host.appendChild(part); });
  };
})();
