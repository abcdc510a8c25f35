/* Below the lab: break a training and predict its loss, a mystery, and a box for one's own log. */
(function (lab) {
  "use strict";

  const main = lab.labs.find((each) => !each.small);
  if (!main) return;
  const { words, seeds } = main, { shown, filled } = lab;
  const USUAL = lab.readState("", words).state;
  const MYSTERIES = ["cubed", "zero_grad", "", "flatten", "rate", "mean"];

  /** What a loss does, compared with the one of the same training without the mistake. */
  lab.fate = function (losses, floor, healthy, healthyFloor) {
    const first = losses[0], last = losses[losses.length - 1];
    if (!Number.isFinite(last) || last > 10 * first) return "explodes";
    const rises = losses.filter((loss, t) => t && loss > losses[t - 1] * (1 + 1e-9)).length;
    if (rises > losses.length / 20) return "swings";
    const progress = (l, least) => Math.log((l[0] - least) / Math.max(l[l.length - 1] - least, 1e-300));
    const before = losses[Math.floor(losses.length * 0.9)];
    if (last > 2 * healthyFloor && before - last < 1e-3 * last && last - floor < 0.1 * floor) return "stuck";
    return progress(losses, floor) < 0.4 * progress(healthy, healthyFloor) ? "slow" : "falls";
  };

  function game(name) {
    const box = document.querySelector(`[data-game="${name}"]`);
    return {
      box, svg: box.querySelector("svg"), verdict: box.querySelector(".sf-verdict"),
      on: (action, does) => box.querySelector(`[data-do="${action}"]`).addEventListener("click", does),
      list(where, choices) {
        const key = `sf-${name}-${where}`;
        box.querySelector(`[data-list="${where}"]`).innerHTML = Object.entries(choices).map(([value, text]) =>
          `<label><input type="radio" name="${key}" value="${value}"><span>${text}</span></label>`).join("");
        return () => (box.querySelector(`input[name="${key}"]:checked`) || {}).value;
      },
    };
  }
  /** Losses as a line; of a second run, dashed. */
  function picture(svg, losses, other, steps) {
    svg.style.display = "";
    const seen = [...losses, ...(other || [])].filter((loss) => loss > 0 && loss < Infinity);
    const high = Math.min(Math.max(...seen), 1e12 * losses[0]), low = Math.min(...seen);
    const plot = new lab.Plot(svg, { x: [0, steps], y: [low / 1.5, high * 1.5], log: true });
    const t = losses.map((_, i) => i);
    return (upto) => plot.draw(plot.losses(t.slice(0, upto), losses.slice(0, upto)), other ? plot.line(other.map((_, i) => i), other, "sf-start") : "");
  }
  const button = (text, state) => ` <button type="button" class="md-button" data-state="${state}">${text}</button>`;
  document.querySelector(".sf-games").addEventListener("click", (event) => {
    const state = event.target.closest("[data-state]");
    if (!state) return;
    main.load(state.dataset.state);
    main.box.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    main.find('[data-do="play"]').focus({ preventScroll: true });
  });

  // Predict, then watch
  const broken = game("break"), bug = broken.list("bugs", words.bugs), said = broken.list("fates", words.fates);
  broken.on("watch", () => {
    if (bug() === undefined || said() === undefined) { broken.verdict.textContent = words.choose; return; }
    const s = { ...USUAL, bug: bug() }, start = seeds[0].slice(0, 4);
    const losses = lab.losses(s, start, s.steps), healthy = lab.losses(USUAL, start, s.steps);
    const fate = lab.fate(losses, lab.problem(s).floor, healthy, lab.problem(USUAL).floor);
    const show = picture(broken.svg, losses, healthy, s.steps);
    broken.verdict.textContent = "";
    broken.box.querySelector(".sf-legend").hidden = false;
    const tell = () => {
      const text = fate === said() ? filled(words.right, { fate: words.fates[fate] }) : filled(words.wrong, { said: words.fates[said()], fate: words.fates[fate] });
      broken.verdict.innerHTML = `<b>${text}</b> ${words.because[s.bug]}${button(words.open, `bug=${s.bug}`)}`;
    };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches, begun = performance.now();
    const move = (now) => {
      const part = still ? 1 : Math.min(1, (now - begun) / 2500);
      show(Math.max(2, Math.ceil(part * losses.length)));
      if (part < 1) requestAnimationFrame(move); else tell();
    };
    requestAnimationFrame(move);
  });

  // The mystery
  const mystery = game("mystery"), suspect = mystery.list("suspects", { "": words.healthy, ...words.bugs });
  let number = 0, secret, drawn;
  const pose = () => {
    const hidden = MYSTERIES[number % MYSTERIES.length];
    // with its usual rate, a forgotten Flatten only explodes
    secret = { ...USUAL, bug: hidden, lr: hidden === "flatten" ? 4e-10 : [1e-6, 1.2e-6][number % 2], seed: (7 * number + 3) % 10 };
    const losses = lab.losses(secret, seeds[secret.seed].slice(0, 4), secret.steps);
    drawn = () => picture(mystery.svg, losses, null, secret.steps)(losses.length);
    drawn();
    const printed = losses.map((loss, t) => [t, loss]).filter(([t]) => t === 0 || t % 250 === 249);
    const lines = printed.map(([t, loss]) => `${t} ${loss.toPrecision(8)}`).join("\n");
    mystery.box.querySelector("pre").textContent = lines;
    mystery.verdict.textContent = "";
    mystery.box.querySelectorAll("input").forEach((input) => { input.checked = false; });
  };
  mystery.on("another", () => { number++; pose(); });
  mystery.on("check", () => {
    const named = suspect();
    if (named === undefined) { mystery.verdict.textContent = words.choose; return; }
    const name = named ? words.bugs[named] : words.healthy;
    if (named !== secret.bug) { mystery.verdict.textContent = filled(words.missed, { bug: name }); return; }
    mystery.verdict.innerHTML = `<b>${filled(words.found, { bug: name })}</b> ${words.because[named]}${button(words.open, lab.writeState(secret))}`;
  });
  pose();
  new ResizeObserver(() => drawn()).observe(mystery.svg);

  // One's own log
  const log = game("log"), own = words.judged;
  log.on("judge", () => {
    const found = lab.judge(log.box.querySelector("textarea").value, main.s);
    const parts = [`<b>${filled(own[found.kind], found.values || {})}</b>`];
    log.svg.style.display = found.lines ? "" : "none";
    if (found.lines) {
      const losses = found.lines.map(([, loss]) => loss).filter((loss) => loss > 0), steps = found.lines.map(([t]) => t);
      const plot = new lab.Plot(log.svg, { x: [0, Math.max(...steps, 1)], y: [Math.min(...losses) / 1.5, Math.max(...losses) * 1.5], log: true });
      plot.draw(plot.line(steps, found.lines.map(([, loss]) => loss), "sf-loss"), ...found.lines.map(([t, loss]) => plot.dot(t, loss, "sf-point", 3)));
    }
    if (found.instead) parts.push(filled(own.instead, { what: filled(own[found.instead.what], found.instead) }));
    if (found.start) parts.push(own.proves, button(own.open, lab.writeState({ ...main.s, at: null, bug: "", held: 0, start: found.start })));
    parts.push(`<small>${own.replay}</small>`);
    log.verdict.innerHTML = parts.join(" ");
  });
})((globalThis.sinfitLab = globalThis.sinfitLab || {}));
