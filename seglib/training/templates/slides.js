// One slide at a time, by buttons and keys; without this script they stand below each other.
(function () {
  "use strict";
  var about = JSON.parse(document.getElementById("about").textContent), words = about.words;
  var slides = Array.prototype.slice.call(document.querySelectorAll(".slide"));
  var now = 0;
  function find(name) { return document.querySelector("[data-" + name + "]"); }

  function show(place, quiet) {
    now = Math.min(Math.max(place, 0), slides.length - 1);
    slides.forEach(function (slide, each) { slide.toggleAttribute("data-now", each === now); });
    var at = words.at.replace("{at}", now + 1).replace("{all}", slides.length);
    find("at").textContent = at;
    find("back").disabled = now === 0;
    find("next").disabled = now === slides.length - 1;
    if (quiet) { return; }
    window.scrollTo(0, 0);
    slides[now].focus({preventScroll: true});
    find("live").textContent = at + ": " + about.titles[now];
    try { window.history.replaceState(null, "", "#" + (now + 1)); } catch (error) { /* a file may refuse */ }
  }

  function fromAddress() { return (Number(/^#(\d{1,3})$/.test(window.location.hash) ? window.location.hash.slice(1) : 1) || 1) - 1; }

  var moves = {ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, Home: -999, End: 999};
  document.addEventListener("keydown", function (event) {
    var inside = event.target.closest && event.target.closest(".scroll, input, select, textarea");
    if (event.altKey || event.ctrlKey || event.metaKey || inside || !(event.key in moves)) { return; }
    event.preventDefault();
    show(now + moves[event.key]);
  });
  find("back").addEventListener("click", function () { show(now - 1); });
  find("next").addEventListener("click", function () { show(now + 1); });
  window.addEventListener("hashchange", function () { show(fromAddress()); });
  document.body.classList.add("turning");
  document.querySelector(".turn").hidden = false;
  show(fromAddress(), true);
}());
