/* The training player, and the memory of the chosen language. No library, nothing is fetched. */
(function () {
  "use strict";

  function player(box) {
    var data = JSON.parse(box.querySelector("script").textContent);
    var slider = box.querySelector("input"), button = box.querySelector("button");
    var said = box.querySelector("output"), curve = box.querySelector("path.sf-fit");
    var dot = box.querySelector(".sf-dot"), last = data.t.length - 1, timer = 0;
    // a row has the differences of the differences of its tenths
    data.y.forEach(function (row) {
      for (var time = 0; time < 2; time++) for (var k = 1; k < row.length; k++) row[k] += row[k - 1];
    });

    function show(i) {
      var d = data.x.map(function (x, k) { return x + " " + data.y[i][k] / 10; });
      curve.setAttribute("d", "M" + d.join("L"));
      dot.setAttribute("cx", data.dot[i][0]);
      dot.setAttribute("cy", data.dot[i][1]);
      var text = data.speak.replace("{step}", data.t[i]).replace("{loss}", data.loss[i]);
      said.textContent = text;
      slider.setAttribute("aria-valuetext", text);
      slider.style.setProperty("--done", 100 * i / last + "%");
    }
    function stop() {
      clearInterval(timer);
      timer = 0;
      said.setAttribute("aria-live", "polite");
      button.textContent = data.play;
    }
    function play() {
      if (+slider.value >= last) slider.value = 0;
      button.textContent = data.pause;
      said.setAttribute("aria-live", "off"); // eight steps a second are too many to read out
      show(+slider.value);
      timer = setInterval(function () {
        if (document.hidden) return;
        slider.value = +slider.value + 1;
        show(+slider.value);
        if (+slider.value >= last) stop();
      }, 120);
    }
    slider.addEventListener("input", function () { if (timer) stop(); show(+slider.value); });
    button.addEventListener("click", function () { if (timer) stop(); else play(); });
    addEventListener("beforeprint", function () {
      if (timer) { stop(); slider.value = last; show(last); } // on paper nothing moves
    });
    box.classList.add("sf-ready");
    show(last);
    if (data.autoplay && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      slider.value = 0;
      play();
    }
  }

  document.querySelectorAll(".sf-player").forEach(player);

  document.querySelectorAll("[data-language]").forEach(function (link) {
    link.addEventListener("click", function () {
      try { localStorage.setItem("sinfit-language", link.dataset.language); } catch (error) { /* private mode */ }
      if (location.hash) link.href = link.href.split("#")[0] + location.hash;
    });
  });

  // short code and numbers are read as one word, so they stay on one line
  document.querySelectorAll("article :not(pre) > code").forEach(function (code) {
    if (code.textContent.length <= 24) code.classList.add("sf-whole");
  });
  document.querySelectorAll("article td").forEach(function (cell) {
    if (/^[−+-]?\d[\d.,]*(e[+-]?\d+)?( ?%)?$/.test(cell.textContent.trim())) cell.classList.add("sf-whole");
  });

  // a browser may break a line between a formula and the comma or the particle that follows it
  document.querySelectorAll("article math:not(.sf-maths > math)").forEach(function (formula) {
    var after = formula.nextSibling, end = after && after.nodeType === 3 && /^[.,;:!?)’”，。；：！？、）」가-힣]+/.exec(after.data);
    if (!end) return;
    var whole = document.createElement("span");
    whole.className = "sf-whole";
    formula.before(whole);
    after.splitText(end[0].length);
    whole.append(formula, after);
  });

  // the theme shows a term's meaning on hover and on focus
  document.querySelectorAll("article abbr[title]").forEach(function (term) { term.tabIndex = 0; });

  // paper shows what is folded
  var folded = [];
  addEventListener("beforeprint", function () {
    folded = Array.from(document.querySelectorAll("article details:not([open])"));
    folded.forEach(function (each) { each.open = true; });
  });
  addEventListener("afterprint", function () { folded.forEach(function (each) { each.open = false; }); });

  // what scrolls sideways can be reached by keyboard; the theme wraps its tables only later
  function reach() {
    var boxes = document.querySelectorAll("article pre, article pre > code, .md-typeset__scrollwrap, .md-typeset__table, .sf-maths");
    // first all are measured, then some are changed: the page is laid out once
    Array.from(boxes).filter(function (box) {
      return box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX);
    }).forEach(function (box) { box.tabIndex = 0; });
  }
  addEventListener("load", function () { setTimeout(reach, 50); });
  addEventListener("resize", reach);
})();
