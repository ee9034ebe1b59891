"use strict";
(function () {
  var form = document.getElementById("find");
  var field = form.elements.words, book = form.elements.book, tongue = form.elements.tongue;
  var told = document.getElementById("told"), waiting = 0;
  var items = [].slice.call(document.querySelectorAll("[data-find]"));
  var rooms = [].slice.call(document.querySelectorAll(".group, main > section"));
  var dutch = !/^en\b/i.test(navigator.language || "");

  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f'\u2019]/g, "")
      .replace(/[^a-z0-9]+/g, " ").trim();
  }
  function speak(lang) {
    form.lang = lang;
    [].forEach.call(form.querySelectorAll("[data-en]"), function (part) {
      part.textContent = part.getAttribute("data-" + lang);
    });
  }
  function show() {
    var asked = plain(field.value).split(" "), count = 0;
    speak(tongue.value || (dutch ? "nl" : "en"));
    items.forEach(function (item) {
      var text = " " + item.getAttribute("data-find");
      var fits = asked.every(function (word) { return text.indexOf(" " + word) >= 0; }) &&
        (!book.value || item.getAttribute("data-book") === book.value) &&
        (!tongue.value || item.getAttribute("data-lang") === tongue.value);
      item.hidden = !fits;
      count += fits ? 1 : 0;
    });
    rooms.forEach(function (room) {
      room.hidden = !room.querySelector("[data-find]:not([hidden])");
    });
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      var text = told.getAttribute("data-" + (count ? "some-" : "none-") + form.lang);
      told.textContent = text.replace("{n}", count).replace("{all}", items.length);
    }, 250);
  }
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { window.setTimeout(function () { show(); field.focus(); }, 0); });
  show();
})();
