/* A lab in a page: its controls, its run, its pictures. No library, nothing is fetched. */
(function (lab) {
  "use strict";

  const SLICE = 14; // milliseconds of training between two pictures
  const GRID = 240; // places along x where curves are drawn
  const NAMES = "abcdefghijklmnop";
  const { shown, filled } = lab;

  class Lab {
    constructor(box) {
      const data = JSON.parse(box.querySelector('script[type="application/json"]').textContent);
      Object.assign(this, data, { box, frame: 0, playing: 0, speed: 250 });
      this.listen();
      new ResizeObserver(() => this.draw()).observe(box);
      const address = [location.hash, location.search].find((each) => each.includes("="));
      this.load(this.small || !address ? this.state : address);
      box.classList.add("sf-ready");
    }
    find(selector) { return this.box.querySelector(selector); }
    all(selector) { return this.box.querySelectorAll(selector); }
    chart(name) { return this.find(`[data-chart="${name}"] > svg`); }

    /** Take a state over, as an address writes it. */
    load(text) {
      const { state, wrong } = lab.readState(text, this.words);
      this.s = state;
      this.note(wrong.join(" "));
      this.change();
    }
    note(text) {
      const note = this.find(".sf-note");
      note.textContent = text;
      note.hidden = !text;
    }

    /** The state has changed: a new problem, a new run. */
    change() {
      const s = lab.settle(this.s);
      this.pause();
      this.initial = s.start || this.seeds[s.seed].slice(0, s.degree + 1);
      this.p = lab.problem(s);
      this.prepareCurve();
      const size = this.initial.length;
      const room = (width) => new Float64Array((s.steps + 1) * width);
      this.run = { losses: room(1), validation: room(1), w: room(size), size, count: 0, done: false, last: 0 };
      this.training = lab.train(this.p, s, this.initial);
      clearTimeout(this.working);
      this.showControls();
      this.work();
      this.save();
    }

    /** Train for a while, then let the page draw. */
    work() {
      const { run, s, p } = this, until = performance.now() + SLICE;
      while (!run.done) {
        const [loss, w] = this.training.next().value;
        if (Number.isFinite(loss)) {
          run.losses[run.count] = loss;
          run.w.set(w, run.count * run.size);
          if (p.validation) run.validation[run.count] = lab.validationLoss(p, w);
          run.last = run.count++;
        } else run.broke = run.count;
        run.done = run.broke !== undefined || run.count > s.steps;
        if (run.count % 8 === 0 && performance.now() > until) break;
      }
      if (!run.done) this.working = setTimeout(() => this.work(), 0);
      this.draw();
    }

    get at() { return Math.min(this.s.at === null ? Infinity : this.s.at, this.run.last); }
    go(step) {
      this.s.at = Math.max(0, Math.min(Math.round(step), this.s.steps));
      this.draw();
      if (!this.playing) this.save();
    }
    w(step) { return this.run.w.subarray(step * this.run.size, (step + 1) * this.run.size); }

    play() {
      if (this.at >= this.run.last) this.s.at = 0;
      let before = performance.now(), at = this.at;
      const move = (now) => {
        at += (this.speed * Math.min(now - before, 100)) / 1000;
        before = now;
        this.go(Math.floor(at));
        if (this.run.done && at >= this.run.last) this.pause();
        else if (this.playing) this.playing = requestAnimationFrame(move);
      };
      this.find("output[aria-live]").setAttribute("aria-live", "off"); // too many to read out
      this.find('[data-do="play"]').textContent = this.words.pause;
      this.playing = requestAnimationFrame(move);
    }
    pause() {
      cancelAnimationFrame(this.playing);
      const was = this.playing;
      this.playing = 0;
      this.find('[data-do="play"]').textContent = this.words.play;
      this.find(".sf-transport output").setAttribute("aria-live", "polite");
      if (was) { this.draw(); this.save(); }
    }

    /** Keep the state in the address, without a step in the browser's history. */
    save() {
      clearTimeout(this.saving);
      this.saving = setTimeout(() => {
        const text = lab.writeState(this.s), open = this.find('[data-do="open"]');
        if (open) open.href = `${this.lab}#${text}`;
        const code = this.find(".sf-program code");
        if (code) code.textContent = lab.program(this.s, this.initial);
        if (this.small || location.hash.slice(1) === text) return;
        this.written = text && "#" + text;
        if (text || location.hash.includes("=")) history.replaceState(null, "", (text ? "#" + text : location.pathname));
      }, 200);
    }

    // Controls

    listen() {
      const box = this.box, find = (name) => this.find(`[data-do="${name}"]`);
      const on = (name, does) => find(name) && find(name).addEventListener("click", does);
      on("play", () => (this.playing ? this.pause() : this.play()));
      on("step", () => { this.pause(); this.go(this.at >= this.run.last && this.s.at === null ? 0 : this.at + 1); });
      on("reset", () => { this.pause(); this.go(0); });
      find("at").addEventListener("input", (event) => { this.pause(); this.go(+event.target.value); });
      find("speed").addEventListener("change", (event) => { this.speed = +event.target.value; });
      on("link", () => this.copy(location.href.split("#")[0].split("?")[0] + "#" + lab.writeState(this.s)));
      on("python", () => this.copy(lab.program(this.s, this.initial)));
      this.all("[data-state]").forEach((button) => button.addEventListener("click", () => this.load(button.dataset.state)));
      this.all("[data-key]").forEach((control) => control.addEventListener(control.tagName === "SELECT" ? "change" : "input", () => this.read(control)));
      const start = this.find(".sf-start > div");
      if (start) start.addEventListener("change", () => {
        const values = Array.from(start.querySelectorAll("input"), (input) => input.valueAsNumber);
        if (values.every(Number.isFinite)) { this.s.start = values; this.s.at = null; this.change(); }
      });
      if (!this.small) addEventListener("hashchange", () => {
        if (location.hash.includes("=") && location.hash !== this.written) this.load(location.hash);
      });
      addEventListener("beforeprint", () => { this.pause(); this.drawNow(); });
      for (const name of ["curve", "loss", "landscape"]) if (this.chart(name)) this.point(name, this.chart(name));
    }

    read(control) {
      const { s } = this, key = control.dataset.key;
      this.note("");
      if (key === "points") {
        try { s.points = lab.readPoints(control.value, this.words); } catch (error) { this.note(error.message); return; }
      } else if (key === "lr") s.lr = +(10 ** +control.value).toPrecision(3);
      else if (key === "n") s.n = lab.POINTS[+control.value];
      else {
        const kind = lab.KEYS[key][0], other = { across: "up", up: "across" }[key];
        const value = typeof kind === "number" ? +control.value : control.value;
        if (other && value === s[other]) s[other] = s[key]; // the two change places
        s[key] = value;
        if (key === "seed" || key === "degree") delete s.start;
        if (key === "target" && value === "own" && !s.points) s.points = lab.readState("target=own", this.words).state.points;
        if (other) { this.showControls(); this.draw(); this.save(); return; }
      }
      s.at = null;
      this.change();
    }

    showControls() {
      const { s, p, words } = this, set = (key, value) => {
        const control = this.find(`[data-key="${key}"]`);
        if (control && control !== document.activeElement || control && control.tagName !== "TEXTAREA") control.value = value;
        if (control && control.tagName === "SELECT" && control.value !== String(value)) { // of the address
          control.add(new Option(value, value));
          control.value = value;
        }
        return control;
      };
      const say = (control, text) => {
        if (!control) return;
        control.closest(".sf-range").querySelector("output").textContent = text;
        control.setAttribute("aria-valuetext", text);
      };
      for (const key of Object.keys(lab.KEYS)) if (!["n", "lr", "at", "across", "up"].includes(key)) set(key, s[key]);
      const nearest = lab.POINTS.reduce((best, n, i) => (Math.abs(Math.log(n / s.n)) < Math.abs(Math.log(lab.POINTS[best] / s.n)) ? i : best), 0);
      say(set("n", nearest), String(s.target === "own" ? s.points.length : s.n));
      say(this.find('[data-key="noise"]'), shown(s.noise));
      say(this.find('[data-key="degree"]'), String(s.degree));

      const limit = lab.stabilityLimit(p, s), slider = set("lr", Math.log10(s.lr)), rate = shown(s.lr, 3);
      const ratio = s.lr / limit;
      say(slider, limit === null ? filled(words.no_limit, { rate })
        : ratio <= 1 ? filled(words.below, { rate, part: ratio < 0.001 ? "< 0.1 %" : shown(100 * ratio, 3) + " %" })
        : filled(words.above, { rate, part: shown(ratio, 3) }));
      const mark = this.find(".sf-limit");
      if (mark) {
        const part = limit === null ? NaN : (Math.log10(limit) - slider.min) / (slider.max - slider.min);
        mark.hidden = !(part >= 0 && part <= 1);
        mark.style.setProperty("--at", part);
        mark.textContent = filled(words.limit, { limit: shown(limit, 3) });
        mark.classList.toggle("sf-left", part > 0.6);
        slider.closest(".sf-range").classList.toggle("sf-above", ratio > 1 && limit !== null);
      }
      const own = this.find(".sf-own");
      if (own) {
        own.hidden = s.target !== "own";
        if (!own.hidden) set("points", s.points.map((pair) => pair.join(" ")).join("\n"));
        this.find('[data-key="n"]').disabled = this.find('[data-key="noise"]').disabled = s.target === "own";
        for (const key of ["across", "up"]) {
          const select = this.find(`[data-key="${key}"]`);
          select.innerHTML = this.initial.map((_, k) => `<option value="${k}">${NAMES[k]}</option>`).join("");
          select.value = s[key];
        }
        this.find(".sf-start > div").innerHTML = this.initial.map((value, k) => `<label>${NAMES[k]} <input type="number" step="any" value="${value}"></label>`).join("");
      }
      this.find('[data-do="at"]').max = s.steps;
      this.find("[data-chart=loss] > svg").setAttribute("aria-valuemax", s.steps);
    }

    async copy(text) {
      const said = this.find(".sf-copied");
      try { await navigator.clipboard.writeText(text); said.textContent = this.words.copied; } catch (error) {
        said.textContent = this.words.not_copied;
        this.find(".sf-sharing details").open = true;
      }
      setTimeout(() => { said.textContent = ""; }, 4000);
    }

    /** Pointer and keys on a picture: exact values; a step, a place along x, a start. */
    point(name, svg) {
      const place = (event) => {
        const box = svg.getBoundingClientRect(), plot = this.plots[name];
        return [plot.x(event.clientX - box.left), plot.y(event.clientY - box.top)];
      };
      const step = (event) => Math.max(0, Math.min(Math.round(place(event)[0]), this.run.last));
      svg.addEventListener("pointerdown", (event) => {
        if (!event.target.closest(".sf-handle")) return;
        svg.setPointerCapture(event.pointerId);
        this.dragging = true;
        event.preventDefault();
      });
      svg.addEventListener("pointermove", (event) => {
        const [x, y] = place(event);
        if (this.dragging) {
          this.frozen = this.plots.landscape; // the ground does not move under the hand
          this.s.start = Array.from(this.initial);
          this.s.start[this.s.across] = +x.toPrecision(4);
          this.s.start[this.s.up] = +y.toPrecision(4);
          this.s.at = null;
          this.change();
        }
        this.hover = { name, x, y, step: name === "loss" ? step(event) : 0 };
        this.draw();
      });
      const leave = () => { this.dragging = false; this.frozen = null; this.hover = null; this.draw(); };
      svg.addEventListener("pointerup", () => { if (this.dragging) leave(); });
      svg.addEventListener("pointerleave", () => { if (!this.dragging) leave(); });
      svg.addEventListener("click", (event) => {
        if (name === "loss") { this.pause(); this.go(step(event)); }
        if (name !== "curve" || this.s.target !== "own") return;
        const [x, y] = place(event);
        this.s.points = [...this.s.points, [+x.toPrecision(3), +y.toPrecision(3)]].slice(-200);
        this.s.at = null;
        this.change();
      });
      svg.addEventListener("blur", () => { if (name === "curve") { this.hover = null; this.draw(); } });
      svg.addEventListener("keydown", (event) => {
        const far = name === "curve" ? 12 : Math.max(1, Math.round(this.s.steps / 20));
        const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: far, PageDown: -far, Home: -1e9, End: 1e9 }[event.key];
        if (!by) return;
        event.preventDefault();
        if (name !== "curve") { this.pause(); this.go(Math.min(this.at + by, this.run.last)); return; }
        const now = this.hover && this.hover.name === "curve" ? this.gridAt(this.hover.x) : GRID / 2;
        this.hover = { name, x: this.grid[Math.max(0, Math.min(GRID, now + by))] };
        this.draw();
      });
    }

    // Pictures

    prepareCurve() {
      const { s, p } = this, [low, high] = p.interval;
      this.grid = lab.linspace(low, high, GRID + 1);
      this.gridColumns = lab.powers(this.grid, s.degree, p.scale, s.bug);
      this.truth = s.target === "own" ? null : Float64Array.from(this.grid, lab.TARGETS[s.target].f);
      const seen = [...p.y, ...p.vy, ...(this.truth || [])], least = Math.min(...seen), most = Math.max(...seen);
      const pad = 0.35 * (most - least || 1);
      this.heights = [least - pad, most + pad];
    }
    gridAt(x) { return Math.round((GRID * (x - this.grid[0])) / (this.grid[GRID] - this.grid[0])); }

    draw() {
      if (!this.frame) this.frame = requestAnimationFrame(() => this.drawNow());
    }
    drawNow() {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      if (!this.run || !this.run.count) return;
      this.plots = this.plots || {};
      // all are measured before one is drawn: the page is laid out once
      this.all(".sf-svg").forEach((svg) => { svg.size = [svg.clientWidth, svg.clientHeight]; });
      this.drawCurve();
      this.drawLoss();
      if (this.chart("landscape")) { this.drawLandscape(); this.drawModes(); }
      const { run, words, at } = this, loss = shown(run.losses[at], 6);
      let text = filled(this.p.validation ? words.validation_at : words.at, { step: at, loss, validation: shown(run.validation[at]) });
      if (run.broke && at === run.last) text += " — " + filled(words.diverged, { step: run.broke });
      const slider = this.find('[data-do="at"]');
      slider.value = at;
      slider.setAttribute("aria-valuetext", text);
      const said = this.find(".sf-transport output");
      if (said.textContent !== text) said.textContent = text;
    }
    said(name, text) { this.find(`[data-chart="${name}"] .sf-said`).textContent = text; }
    legend(name, entries) {
      const text = entries.map(([style, word]) => `<span class="sf-key ${style}">${word}</span>`).join("");
      const legend = this.find(`[data-chart="${name}"] .sf-legend`);
      if (legend.dataset.text !== text) { legend.innerHTML = text; legend.dataset.text = text; }
    }

    drawCurve() {
      const { s, p, grid, words, hover } = this, svg = this.chart("curve");
      const round = Math.abs(p.interval[1] - Math.PI) < 1e-12 ? [[-Math.PI, "−π"], [-Math.PI / 2, "−π/2"], [0, "0"], [Math.PI / 2, "π/2"], [Math.PI, "π"]] : null;
      const plot = (this.plots.curve = new lab.Plot(svg, { x: p.interval, y: this.heights, xTicks: round }));
      const fit = lab.predict(this.gridColumns, this.w(this.at)), few = p.x.length <= 200;
      const dots = (x, y, style) => Array.from(x, (value, i) => plot.dot(value, y[i], style, 3)).join("");
      const parts = [
        this.truth && plot.line(grid, this.truth, "sf-truth"),
        few && dots(p.x, p.y, "sf-point"), p.vx.length <= 200 && dots(p.vx, p.vy, "sf-point sf-held"),
        !few && s.noise && `<path class="sf-cloud" d="${Array.from(p.x, (x, i) => `M${plot.px(x).toFixed(1)} ${plot.py(p.y[i]).toFixed(1)}h.01`).join("")}"/>`,
        plot.line(grid, lab.predict(this.gridColumns, p.best), "sf-best"),
        plot.line(grid, lab.predict(this.gridColumns, this.initial), "sf-start"),
        plot.line(grid, fit, "sf-fit"),
      ];
      if (hover && hover.name === "curve") {
        const i = Math.max(0, Math.min(GRID, this.gridAt(hover.x)));
        parts.push(plot.upright(grid[i], "sf-cross"), plot.dot(grid[i], fit[i]));
        const text = filled(this.truth ? words.probe : words.probe_points, { x: shown(grid[i]), fit: shown(fit[i]), truth: this.truth ? shown(this.truth[i]) : "" });
        this.said("curve", text);
        svg.setAttribute("aria-valuenow", Math.round((100 * i) / GRID));
        svg.setAttribute("aria-valuetext", text);
      } else this.said("curve", "");
      plot.draw(...parts.filter(Boolean));
      this.legend("curve", [this.truth && ["sf-truth", words.truth], (few || s.noise) && ["sf-keypoint", words.points], p.vx.length && ["sf-keypoint sf-held", words.held],
        ["sf-start", words.start], ["sf-fit", words.fit], ["sf-best", words.floor]].filter(Boolean));
    }

    drawLoss() {
      const { s, p, run, words, hover, at } = this, svg = this.chart("loss");
      let low = Infinity, high = 0;
      const see = (value) => { if (value > 0 && value < Infinity) { low = Math.min(low, value); high = Math.max(high, value); } };
      for (let t = 0; t < run.count; t++) { see(run.losses[t]); if (p.validation) see(run.validation[t]); }
      if (p.floor > low * 1e-3) see(p.floor);
      if (!(low < Infinity)) { low = 1e-12; high = 1; }
      high = Math.min(high, 1e9 * (run.losses[0] || 1));
      const plot = (this.plots.loss = new lab.Plot(svg, { x: [0, run.broke ? 1.05 * run.broke : s.steps], y: [Math.min(low, high) / 1.5, high * 1.5], log: true }));
      const steps = Float64Array.from({ length: run.count }, (_, t) => t);
      const now = hover && hover.name === "loss" ? hover.step : at;
      const validation = run.validation.subarray(0, run.count);
      plot.draw(
        p.floor > 0 ? plot.level(p.floor, "sf-line sf-best") : "",
        p.validation ? plot.line(steps, validation, "sf-validation") : "",
        plot.losses(steps, run.losses.subarray(0, run.count)),
        hover && hover.name === "loss" ? plot.upright(now, "sf-cross") : "",
        p.validation ? plot.dot(now, validation[now], "sf-dot sf-vdot") : "", plot.dot(now, run.losses[now]),
      );
      const text = filled(p.validation ? words.validation_at : words.at, { step: now, loss: shown(run.losses[now], 6), validation: shown(run.validation[now], 6) });
      this.said("loss", hover && hover.name === "loss" ? text : "");
      svg.setAttribute("aria-valuenow", now);
      svg.setAttribute("aria-valuetext", text);
      this.legend("loss", [["sf-loss-key", words.train], p.validation && ["sf-validation", words.validation], p.floor > 0 && ["sf-best", words.floor]].filter(Boolean));
    }

    drawLandscape() {
      const { s, p, run, words, hover, at } = this, svg = this.chart("landscape"), { across: i, up: j } = s;
      const ends = [i, j].map((k) => {
        const reach = 3 * Math.abs(this.initial[k] - p.best[k]) + 1e-9;
        let low = Math.min(this.initial[k], p.best[k]), high = Math.max(this.initial[k], p.best[k]);
        const every = Math.max(1, Math.floor(run.count / 1000));
        for (let t = 0; t < run.count; t += t < 200 ? 1 : every) {
          const value = run.w[t * run.size + k];
          if (Math.abs(value - p.best[k]) > reach) continue;
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
        const pad = 0.2 * (high - low) || 1;
        return [low - pad, high + pad];
      });
      const plot = (this.plots.landscape = this.frozen || new lab.Plot(svg, { x: ends[0], y: ends[1] }));
      const away = Math.max(lab.rings(p, plot, i, j, []).loss(this.initial[i], this.initial[j]) - p.floor, 1e-300);
      const rings = lab.rings(p, plot, i, j, [64, 16, 4, 1, 1 / 4, 1 / 16, 1 / 64].map((factor) => factor * away));
      const column = (k, from, to) => Float64Array.from({ length: to - from + 1 }, (_, t) => run.w[(from + t) * run.size + k]);
      const way = (from, to, style) => {
        let d = "";
        const xs = column(i, from, to), ys = column(j, from, to), every = Math.max(1, Math.floor(xs.length / 1500));
        for (let t = 0; t < xs.length; t += t < 300 ? 1 : every) {
          const x = plot.px(xs[t]), y = plot.py(ys[t]);
          d += `L${x.toFixed(1)} ${y.toFixed(1)}`;
          if (Math.abs(x) > 2 * plot.width || Math.abs(y) > 2 * plot.height) break; // it has left for good
        }
        return `<path class="sf-line ${style}" d="M${d.slice(1)}"/>`;
      };
      const w = this.w(at), mark = `M${plot.px(p.best[i]).toFixed(1)} ${plot.py(p.best[j]).toFixed(1)}`;
      plot.draw(rings.svg, way(0, run.last, "sf-way"), way(0, at, "sf-fit"), `<path class="sf-cross sf-best-mark" d="${mark}m-6 0h12m-6 -6v12"/>`,
        plot.dot(this.initial[i], this.initial[j], "sf-grip sf-handle", 16), plot.dot(this.initial[i], this.initial[j], "sf-ring-start sf-handle", 7), plot.dot(w[i], w[j]));
      const [x, y] = hover && hover.name === "landscape" ? [hover.x, hover.y] : [w[i], w[j]];
      const text = filled(words.place, { across: NAMES[i], up: NAMES[j], x: shown(x), y: shown(y), loss: shown(rings.loss(x, y)) });
      this.said("landscape", text);
      svg.setAttribute("aria-valuenow", at);
      svg.setAttribute("aria-valuemax", s.steps);
      svg.setAttribute("aria-valuetext", text);
      this.legend("landscape", [["sf-fit", words.path], ["sf-keyring", words.start], ["sf-keycross", words.floor]]);
    }

    drawModes() {
      const { s, p, words } = this, top = Math.log10(this.run.losses[0] || 1);
      const known = lab.logShrink(p, s, p.parts[0]) !== null;
      const rows = lab.modes(p, s, this.w(this.at)).map((mode) => {
        const order = Array.from(mode.direction, (v, k) => [Math.abs(v), k]).sort((a, b) => b[0] - a[0]);
        const mostly = order.filter(([size], k) => k === 0 || (k < 3 && size > 0.35 * order[0][0])).map(([, k]) => NAMES[k]).sort().join(", ");
        const half = mode.halfLife === null ? "–" : mode.grows ? words.grows : mode.halfLife === Infinity || mode.halfLife > 1e12 ? words.never
          : mode.halfLife < 0.1 ? words.at_once : filled(words.steps, { count: shown(mode.halfLife, 3) });
        const part = Math.max(0, Math.min(1, 1 + (Math.log10(mode.share || 1e-300) - top) / 8));
        return `<tr${mode.grows ? ' class="sf-grows"' : ""}><td>${shown(mode.eigenvalue)}</td><td>${mostly}</td><td>${half}</td><td><span class="sf-bar" style="--part:${part.toFixed(3)}"></span>${shown(mode.share, 2)}</td></tr>`;
      });
      const body = this.find(".sf-modes tbody"), text = rows.join("");
      if (body.dataset.text !== text) { body.innerHTML = text; body.dataset.text = text; }
      this.said("modes", known ? "" : words.mixed);
    }
  }

  lab.Lab = Lab;
  lab.labs = Array.from(document.querySelectorAll(".sf-lab"), (box) => new Lab(box));
})((globalThis.sinfitLab = globalThis.sinfitLab || {}));
