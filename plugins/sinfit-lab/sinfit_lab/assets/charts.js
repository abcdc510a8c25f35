/* Pictures of the lab: SVG as wide as its place, so that its words keep their size on a phone. */
(function (lab) {
  "use strict";

  const LEFT = 52, RIGHT = 10, TOP = 8, BOTTOM = 24;
  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

  /** A number as people read it: four digits, powers of ten raised, a real minus. */
  lab.shown = function (value, digits = 4) {
    if (value === 0) return "0";
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "−∞" : "∞";
    const size = Math.abs(value);
    let text = size >= 1e6 || size < 1e-3 ? value.toExponential(digits - 1) : String(Number(value.toPrecision(digits)));
    if (text.includes("e")) text = text.replace(/\.?0+e/, "e");
    text = text.replace(/e([+-])(\d+)$/, (_, sign, power) => " · 10" + raised((sign === "-" ? "-" : "") + power));
    return text.replace(/^1 · /, "").replace("-", "−");
  };
  const raised = (power) => power.replace(/[-\d]/g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

  function nice(low, high, most) {
    const raw = (high - low) / most, base = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((f) => f * base).find((each) => each >= raw * 0.999);
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(+(k * step).toPrecision(12));
    return found;
  }

  /** A picture in `svg`: px and py give places, x and y give values, draw() puts lines into it. */
  lab.Plot = class {
    constructor(svg, { x, y, log = false, xTicks = null }) {
      const [wide, tall] = svg.size || [svg.clientWidth, svg.clientHeight];
      const width = Math.max(wide, 200), height = Math.max(tall, 120);
      Object.assign(this, { svg, width, height, low: x[0], high: x[1], log, xTicks });
      [this.bottom, this.top] = log ? y.map(Math.log10) : y;
    }
    px(x) { return LEFT + ((this.width - LEFT - RIGHT) * (x - this.low)) / (this.high - this.low); }
    py(y) {
      const at = this.log ? Math.log10(Math.max(y, 1e-300)) : y;
      const place = TOP + ((this.height - TOP - BOTTOM) * (this.top - at)) / (this.top - this.bottom);
      return Math.min(Math.max(place, -2 * this.height), 3 * this.height);
    }
    x(px) { return this.low + ((this.high - this.low) * (px - LEFT)) / (this.width - LEFT - RIGHT); }
    y(py) {
      const at = this.top - ((this.top - this.bottom) * (py - TOP)) / (this.height - TOP - BOTTOM);
      return this.log ? 10 ** at : at;
    }
    /** The `d` of a line through points; of several in one pixel the lowest and the highest. */
    path(xs, ys) {
      let d = "", column = null, low = 0, high = 0;
      const flush = () => { if (column !== null) d += `L${column} ${low.toFixed(1)}` + (high - low > 0.5 ? `L${column} ${high.toFixed(1)}` : ""); };
      for (let i = 0; i < xs.length; i++) {
        if (!Number.isFinite(ys[i])) break;
        const at = this.px(xs[i]).toFixed(1), row = this.py(ys[i]);
        if (at === column) { low = Math.min(low, row); high = Math.max(high, row); continue; }
        flush();
        [column, low, high] = [at, row, row];
      }
      flush();
      return d && "M" + d.slice(1);
    }
    line(xs, ys, style) { return `<path class="sf-line ${style}" d="${this.path(xs, ys)}"/>`; }
    /** Losses; thin where they go up and down so often that they would be a block. */
    losses(xs, ys) {
      let rises = 0;
      for (let i = 1; i < ys.length; i++) if (ys[i] > ys[i - 1]) rises++;
      return this.line(xs, ys, rises > ys.length / 5 && ys.length > this.width / 2 ? "sf-loss sf-thin" : "sf-loss");
    }
    dot(x, y, style = "sf-dot", r = 5) { return `<circle class="${style}" cx="${this.px(x).toFixed(1)}" cy="${this.py(y).toFixed(1)}" r="${r}"/>`; }
    level(y, style) { return `<path class="${style}" d="M${LEFT} ${this.py(y).toFixed(1)}H${this.width - RIGHT}"/>`; }
    upright(x, style) { return `<path class="${style}" d="M${this.px(x).toFixed(1)} ${TOP}V${this.height - BOTTOM}"/>`; }
    axes() {
      const floor = this.height - BOTTOM;
      let ticks;
      if (this.log) {
        const first = Math.ceil(this.bottom - 1e-9), last = Math.floor(this.top + 1e-9);
        const every = Math.max(1, Math.ceil((last - first) / Math.max(2, this.height / 40)));
        ticks = [];
        for (let k = first; k <= last; k += every) ticks.push(10 ** k);
        if (ticks.length < 3 && every === 1) {
          ticks = [];
          for (let k = first - 1; k <= last; k++) for (const f of [1, 2, 5]) {
            const log = k + Math.log10(f);
            if (log >= this.bottom && log <= this.top) ticks.push(+(f * 10 ** k).toPrecision(2));
          }
        }
      } else ticks = nice(this.bottom, this.top, Math.max(2, Math.floor(this.height / 45)));
      let grid = "", words = "";
      for (const value of ticks) {
        const at = this.py(value);
        grid += `M${LEFT} ${at.toFixed(1)}H${this.width - RIGHT}`;
        const power = Math.round(Math.log10(value));
        const text = this.log && (value >= 1e5 || value < 1e-2) && Math.abs(value / 10 ** power - 1) < 1e-9 ? "10" + raised(String(power)) : lab.shown(value, 2);
        words += `<text class="sf-y" x="${LEFT - 6}" y="${Math.max(at + 4, 11).toFixed(1)}">${escape(text)}</text>`;
      }
      const along = this.xTicks || nice(this.low, this.high, Math.max(2, Math.floor(this.width / 80))).map((v) => [v, lab.shown(v)]);
      for (const [value, text] of along) {
        const at = this.px(value), end = at > this.width - 24;
        words += `<text class="sf-x" ${end ? 'style="text-anchor:end"' : ""} x="${(end ? this.width - 2 : at).toFixed(1)}" y="${floor + 17}">${escape(text)}</text>`;
      }
      return `<path class="sf-grid" d="${grid}"/><path class="sf-axis" d="M${LEFT} ${floor}H${this.width - RIGHT}"/>${words}`;
    }
    draw(...parts) {
      const clip = `${LEFT} 0 ${this.width - LEFT} ${this.height - BOTTOM + 1}`.split(" ");
      this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
      this.svg.innerHTML = `${this.axes()}<svg x="${clip[0]}" y="0" width="${clip[2]}" height="${clip[3]}" viewBox="${clip.join(" ")}">${parts.join("")}</svg>`;
    }
  };

  /** Rings of equal loss around the best values of two parameters, the others at their best. */
  lab.rings = function (p, plot, i, j, levels) {
    let aa = 0, ab = 0, bb = 0;
    for (const part of p.parts) {
      if (!part.there) continue;
      const weight = p.count / (p.each * part.s * part.s);
      aa += part.v[i] * part.v[i] * weight;
      ab += part.v[i] * part.v[j] * weight;
      bb += part.v[j] * part.v[j] * weight;
    }
    const a = Math.sqrt(aa) || 1e-300, b = ab / a, c = Math.sqrt(Math.max(bb - b * b, 0));
    return {
      loss: (x, y) => { const u = (x - p.best[i]) / a, v = c ? (y - p.best[j] - b * u) / c : 0; return p.floor + u * u + v * v; },
      svg: levels.map((level, k) => {
        const r = Math.sqrt(level);
        let d = "";
        for (let step = 0; step < 90; step++) {
          const u = r * Math.cos((step * Math.PI) / 45), v = r * Math.sin((step * Math.PI) / 45);
          d += `L${plot.px(p.best[i] + a * u).toFixed(1)} ${plot.py(p.best[j] + b * u + c * v).toFixed(1)}`;
        }
        return `<path class="sf-ring" style="--k:${k / levels.length}" d="M${d.slice(1)}Z"/>`;
      }).join(""),
    };
  };
})((globalThis.sinfitLab = globalThis.sinfitLab || {}));
