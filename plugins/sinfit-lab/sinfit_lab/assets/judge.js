/* What a log of losses can and cannot be: a run of plain gradient descent is a sum of shrinking
   modes, so its start follows from its losses. A small sinfit replay; see sinfit_replay for proofs. */
(function (lab) {
  "use strict";

  const NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?";
  const LOSS = "(?:loss|cost|손실|오차|损失|误差|代价|sse|mse)";
  const BARE = new RegExp(`^[^\\w]*(?:step|iter(?:ation)?|epoch|t)?\\W*?(\\d+)(?:\\s*/\\s*\\d+)?[\\s\\]),:;|=>]+(?:${LOSS}\\W*)?(${NUMBER})\\b`, "i");
  const NAMED = new RegExp(`(\\d+).*?${LOSS}[^\\d\\n.+-]*(${NUMBER})`, "i");

  /** The lines of a log that have a step and a loss: [step, loss, half of its last digit]. */
  lab.readLog = function (text) {
    const found = new Map();
    for (const line of text.split("\n")) {
      if (/result|결과|结果|\by\s*=/i.test(line)) continue;
      const clean = line.replace(/(?:tensor|np\.float64)\(([^,)]+)[^)]*\)/g, "$1");
      const match = NAMED.exec(clean) || BARE.exec(clean);
      if (!match) continue;
      const [digits, power] = match[2].toLowerCase().split("e");
      const places = (digits.split(".")[1] || "").length;
      found.set(+match[1], [+match[1], +match[2], 0.5 * 10 ** ((+power || 0) - places)]);
    }
    return [...found.values()].sort((a, b) => a[0] - b[0]);
  };

  /** Least squares with a few columns, by Gram and Schmidt, twice; null if they depend. */
  function solve(columns, y) {
    const q = [], r = columns.map(() => []), dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
    for (const [j, column] of columns.entries()) {
      const u = column.slice();
      r[j] = new Array(j).fill(0);
      for (let twice = 0; twice < 2; twice++) for (let i = 0; i < j; i++) {
        const share = dot(q[i], u);
        r[j][i] += share;
        for (let k = 0; k < u.length; k++) u[k] -= share * q[i][k];
      }
      const size = Math.sqrt(dot(u, u));
      if (!(size > 1e-12 * Math.sqrt(dot(column, column)))) return null;
      r[j][j] = size;
      q.push(u.map((v) => v / size));
    }
    const x = [];
    for (let j = columns.length - 1; j >= 0; j--) {
      let value = dot(q[j], y);
      for (let k = j + 1; k < columns.length; k++) value -= r[k][j] * x[k];
      x[j] = value / r[j][j];
    }
    return x;
  }

  /** Squared sizes of the modes, none negative, that come closest to the lines, and how far off. */
  function closest(lines, p, { rate, scale = 1 }) {
    const floor = p.floor * p.count; // the sum's
    const log = p.parts.map((part) => { const h = 2 * rate * part.s * part.s; return 2 * (h < 1 ? Math.log1p(-h) : Math.log(Math.max(h - 1, 1e-300))); });
    const seen = p.parts.map((_, i) => i).filter((i) => p.parts[i].there && Math.max(...lines.map(([t]) => t * log[i])) > Math.log(1e-13)).slice(0, 8);
    const losses = lines.map(([, loss]) => loss / scale);
    const columns = seen.map((i) => lines.map(([t], k) => Math.exp(Math.min((t - lines[0][0]) * log[i], 500)) / losses[k]));
    const goal = losses.map((loss) => (loss - floor) / loss);
    let best = { off: Infinity };
    for (let chosen = 0; chosen < 1 << seen.length; chosen++) {
      const some = seen.map((_, i) => i).filter((i) => chosen & (1 << i));
      const x = some.length ? solve(some.map((i) => columns[i]), goal) : [];
      if (!x || x.some((value) => value < 0)) continue;
      const offs = goal.map((value, k) => some.reduce((sum, i, n) => sum + x[n] * columns[i][k], 0) - value);
      const off = Math.sqrt(offs.reduce((sum, v) => sum + v * v, 0));
      if (off < best.off) best = { off, offs, sizes: some.map((i, n) => [seen[i], x[n] * Math.exp(-lines[0][0] * log[seen[i]])]) };
    }
    best.visible = seen.length;
    best.fits = best.offs && best.offs.every((value, k) => Math.abs(value) <= allowed(lines[k]));
    best.worst = best.offs ? Math.max(...best.offs.map(Math.abs)) : Infinity;
    return best;
  }

  /** How far a line may be off: its last digit, and what rounding does to losses of its kind. */
  function allowed([, loss, half]) {
    const single = Math.fround(loss) === loss || half / loss > 1e-10;
    return half / loss + (single ? 1e-5 : 1e-9);
  }

  /** Judge a log as a run of a setting: what it is, in words' keys with their values. */
  lab.judge = function (text, s) {
    const lines = lab.readLog(text), p = lab.problem({ ...s, bug: "", held: 0 });
    if (!lines.length) return { kind: "unread" };
    if (s.optimizer !== "gd") return { kind: "optimizer" };
    if (s.bug) return { kind: "nonlinear" };
    const rate = s.lr / p.count, scale = 1 / p.count, n = p.y.length;
    const found = closest(lines, p, { rate, scale }), least = found.visible + 2;
    if (lines.length < least) return { kind: "few", values: { count: lines.length, least } };
    const values = { count: lines.length, off: lab.shown(found.worst, 2) };
    if (found.fits) {
      const start = Array.from(p.best);
      for (const [i, size] of found.sizes) p.parts[i].v.forEach((v, k) => { start[k] += (v * Math.sqrt(size)) / p.parts[i].s; });
      return { kind: "fits", values, start, lines };
    }
    const stable = s.lr < lab.stabilityLimit(p, s);
    const low = lines.find((line) => line[1] * (1 + allowed(line)) < p.floor);
    const high = stable && lines.findIndex((line, k) => k && line[1] * (1 - allowed(line)) > lines[k - 1][1] * (1 + allowed(lines[k - 1])));
    const first = found.offs ? found.offs.findIndex((value, k) => Math.abs(value) > allowed(lines[k])) : 0;
    const proof = low ? { kind: "below", values: { step: low[0], loss: low[1], floor: lab.shown(p.floor, 6) } }
      : high > 0 ? { kind: "rises", values: { from: lines[high - 1][0], to: lines[high][0] } }
      : { kind: "misfit", values: { ...values, step: lines[first][0] } };
    return { ...proof, lines, instead: other(lines, p, rate, scale, n) };
  };

  /** What else explains the lines: another scale, another rate. */
  function other(lines, p, rate, scale, n) {
    const ways = p.count === 1 ? [["mean", { rate: rate / n, scale: 1 / n }], ["printed_mean", { rate, scale: 1 / n }], ["half", { rate: rate / 2, scale: 0.5 }]] : [];
    for (const [what, way] of ways) if (closest(lines, p, way).fits) return { what };
    const limit = 1 / p.parts[p.parts.length - 1].s ** 2;
    const tried = (log) => closest(lines, p, { rate: Math.exp(log), scale }).off;
    const grid = Array.from({ length: 1200 }, (_, k) => Math.log(limit) - (k + 1) * 0.01).map((log) => [tried(log), log]);
    const valleys = grid.filter(([off], k) => (k === 0 || off <= grid[k - 1][0]) && (k === grid.length - 1 || off <= grid[k + 1][0]));
    for (let [least, best] of valleys.sort((a, b) => a[0] - b[0]).slice(0, 4)) {
      for (let step = 0.01; step > 1e-14; step /= 1.5) for (const log of [best - step, best + step]) {
        const off = tried(log);
        if (off < least) [least, best] = [off, log];
      }
      if (closest(lines, p, { rate: Math.exp(best), scale }).fits) return { what: "rate", rate: lab.shown(Math.exp(best) * p.count, 4) };
    }
    return null;
  }
})((globalThis.sinfitLab = globalThis.sinfitLab || {}));
