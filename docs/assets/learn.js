/* Exercises judged in the page, and the memory of what is done. No library, nothing is sent. */
(function () {
  "use strict";

  function number(text) {
    // 3.5e-6, 3,5e-6, 3.5·10^-6 and 3.5 × 10⁻⁶ are one number
    var plain = text.trim().replace(/[−–]/g, "-").replace(/[⁰¹²³⁴-⁹⁻]/g, function (sign) {
      return sign === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign);
    });
    var power = /^(\d+)(?:\^|\*\*)(-?\d+)$/.exec(plain);
    if (power) return Math.pow(+power[1], +power[2]);
    plain = plain.replace(/\s+/g, "").replace(/[·×*]10(\^|\*\*)?/, "e").replace(/^(-?)10(?=-)/, "$11e");
    if (/^[^,]*,\d{1,2}(e|$)|^-?0,/.test(plain)) plain = plain.replace(",", ".");
    plain = plain.replace(/,(?=\d{3})/g, "").replace(/%$/, "");
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? +plain : NaN;
  }

  function judge(form) {
    var input = form.querySelector("input[type=text]"), data = form.dataset;
    if (input) {
      var value = number(input.value), right = +data.answer;
      if (isNaN(value)) return "number";
      if (Math.abs(value - right) <= data.within * Math.abs(right) + 1e-12) return "right";
      return value < right ? "small" : "large";
    }
    var chosen = Array.from(form.querySelectorAll("li input")).map(function (box, i) { return box.checked ? i : ""; });
    chosen = chosen.filter(String).join();
    return !chosen ? "none" : chosen === data.right ? "right" : "other";
  }

  // what is done, by page: d marks it as done, s has the exercises that were solved, n is how many there are
  var mark = document.querySelector(".sf-done");
  function kept() {
    try { return JSON.parse(localStorage.getItem("sinfit-done")) || {}; } catch (error) { return {}; } // private mode
  }
  function keep(change) {
    if (!mark) return;
    var all = kept(), page = mark.dataset.page, one = all[page] || { d: 0, s: [] };
    one.n = document.querySelectorAll(".sf-answer").length;
    change(one);
    all[page] = one;
    try { localStorage.setItem("sinfit-done", JSON.stringify(all)); } catch (error) { /* private mode */ }
    show();
  }
  function show() {
    if (!mark) return;
    var all = kept(), words = mark.dataset, here = all[words.page];
    mark.querySelector("button").setAttribute("aria-pressed", !!(here && here.d));
    document.querySelectorAll(".md-nav--primary a.md-nav__link").forEach(function (link) {
      var name = /\/(stages\/[\w.-]+)\/(index\.html)?$/.exec(link.pathname), old = link.querySelector(".sf-tick");
      if (old) old.remove();
      var one = name && !/^#/.test(link.getAttribute("href")) && all[name[1]];
      if (!one || !(one.d || one.s.length)) return;
      var tick = document.createElement("span");
      tick.className = "sf-tick";
      tick.setAttribute("role", "img");
      tick.setAttribute("aria-label", one.d ? words.done : words.some.replace("{solved}", one.s.length).replace("{count}", one.n));
      tick.textContent = one.d ? "✓" : one.s.length + "/" + one.n;
      link.append(tick);
    });
  }

  function exercise(form, at) {
    var said = form.querySelector("output"), words = said.dataset, tries = 0, set = form.querySelector("fieldset");
    var name = said.id;
    if (mark && ((kept()[mark.dataset.page] || {}).s || []).indexOf(name) >= 0) {
      said.textContent = mark.dataset.solved;
      said.className = "sf-is-right";
    }
    if (set) {
      var list = form.previousElementSibling;
      list.querySelectorAll("li").forEach(function (entry) {
        var label = document.createElement("label"), box = document.createElement("input");
        box.type = form.dataset.one === "1" ? "radio" : "checkbox";
        box.name = "sf-choice-" + at;
        label.append(box, " ");
        while (entry.firstChild) label.append(entry.firstChild);
        entry.append(label);
      });
      set.append(list);
    }
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var how = judge(form);
      if (how !== "right" && how !== "number" && how !== "none") tries += 1;
      if (how === "right") keep(function (page) { if (page.s.indexOf(name) < 0) page.s.push(name); });
      said.textContent = words["say" + how[0].toUpperCase() + how.slice(1)];
      said.className = how === "right" ? "sf-is-right" : "sf-is-not";
      var hint = form.nextElementSibling;
      if (how !== "right" && tries > 1 && hint && hint.matches(".sf-hint:not([open])")) said.textContent += " " + words.sayHint;
    });
    form.addEventListener("input", function () { said.textContent = ""; });
  }

  // the computational graph: forward through its nodes, then backward; at 0 all of it is shown
  function graph(box) {
    var figures = box.querySelectorAll("figure"), tabs = box.querySelectorAll(".sf-graph-tabs button");
    var said = box.querySelector("output"), begin = said.textContent, figure, steps, count, at;
    function draw() {
      var active = at <= count ? at - 1 : 2 * count - at, back = at > count;
      said.textContent = at ? steps[at - 1] : begin;
      figure.querySelectorAll(".sf-node").forEach(function (node, i) {
        node.classList.toggle("sf-active", i === active);
        node.querySelector(".sf-value").classList.toggle("sf-later", at > 0 && i >= at);
        node.querySelector(".sf-grad").classList.toggle("sf-later", at > 0 && (!back || i < active));
      });
      figure.querySelectorAll(".sf-edge").forEach(function (edge) {
        edge.classList.toggle("sf-active", +(back ? edge.dataset.from : edge.dataset.to) === active);
      });
    }
    function go(by) { at = (at + by + steps.length + 1) % (steps.length + 1); draw(); }
    function choose(number) {
      figures.forEach(function (each, i) { each.hidden = i !== number; });
      tabs.forEach(function (tab, i) { tab.setAttribute("aria-pressed", i === number); });
      figure = figures[number];
      steps = JSON.parse(figure.dataset.steps);
      count = steps.length / 2;
      at = 0;
      draw();
    }
    tabs.forEach(function (tab, i) { tab.addEventListener("click", function () { choose(i); }); });
    box.querySelectorAll(".sf-graph-steps button").forEach(function (button, i) {
      button.addEventListener("click", function () { go(i ? 1 : -1); });
      button.addEventListener("keydown", function (event) {
        var by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by) { go(by); event.preventDefault(); }
      });
    });
    box.querySelectorAll("[hidden]").forEach(function (part) { part.hidden = false; });
    addEventListener("beforeprint", function () { at = 0; draw(); });
    choose(0);
  }

  document.querySelectorAll(".sf-graph").forEach(graph);
  document.querySelectorAll(".sf-answer").forEach(exercise);
  if (mark) {
    mark.hidden = false;
    mark.querySelector("button").addEventListener("click", function () {
      keep(function (page) { page.d = page.d ? 0 : 1; });
    });
    show();
  }
})();
