/* The loop of the lab, a twin of the fitters: data, modes, best fit, and a generator of losses.
   No page is needed for it; tests/lab/test_twin.py holds it against sinfit, NumPy and PyTorch. */
(function (lab) {
  "use strict";

  const CIRCLE = [-Math.PI, Math.PI]; // radians, as sinfit's own targets
  const TARGETS = {
    sin: { f: Math.sin, interval: CIRCLE },
    cos: { f: Math.cos, interval: CIRCLE },
    exp: { f: Math.exp, interval: [-1, 1] },
  };
  const MOMENTUM = 0.9;
  const LEFT_OVER = 0.1; // c from an earlier cell, where somebody writes c**3 for x**3
  const TOO_HIGH = 4; // times the learning rate

  /** n numbers from low to high, as np.linspace gives them. */
  function linspace(low, high, n) {
    const step = (high - low) / (n - 1);
    return Float64Array.from({ length: n }, (_, i) => (i === n - 1 ? high : i * step + low));
  }

  /** n nearly normal numbers: sums of twelve from the minimal standard generator, minus six. */
  function noise(n, seed) {
    let state = seed + 1;
    const uniform = () => (state = (48271 * state) % 2147483647) / 2147483647;
    for (let i = 0; i < 10; i++) uniform();
    return Float64Array.from({ length: n }, () => {
      let sum = 0;
      for (let i = 0; i < 12; i++) sum += uniform();
      return sum - 6;
    });
  }

  /** The columns 1, z, z², … for each point; z is x, or x through the largest |x|. */
  function powers(x, degree, scale, bug) {
    const columns = [new Float64Array(x.length).fill(1)];
    for (let k = 1; k <= degree; k++) {
      const below = columns[k - 1];
      columns.push(Float64Array.from(x, (value, i) => below[i] * (value / scale)));
    }
    if (bug === "cubed") columns[degree] = new Float64Array(x.length).fill(LEFT_OVER ** degree);
    return columns;
  }

  /** All points of a setting: x, y and the interval that is drawn. */
  function points(s) {
    if (s.target === "own") {
      const sorted = s.points.slice().sort((p, q) => p[0] - q[0]);
      const x = Float64Array.from(sorted, (p) => p[0]);
      const y = Float64Array.from(sorted, (p) => p[1]);
      return { x, y, interval: [x[0], x[x.length - 1]] };
    }
    const { f, interval } = TARGETS[s.target];
    const x = linspace(interval[0], interval[1], s.n);
    const y = Float64Array.from(x, f);
    if (s.noise) noise(s.n, s.seed).forEach((each, i) => { y[i] += s.noise * each; });
    return { x, y, interval };
  }

  /** X = U Sᵀ V by one-sided Jacobi rotations: accurate also for tiny singular values. */
  function svd(columns) {
    const p = columns.length;
    const U = columns.map((column) => column.slice());
    const V = columns.map((_, i) => Float64Array.from({ length: p }, (_, k) => (i === k ? 1 : 0)));
    const dot = (a, b) => { let sum = 0; for (let i = 0; i < a.length; i++) sum += a[i] * b[i]; return sum; };
    const rotate = (a, b, c, s) => {
      for (let i = 0; i < a.length; i++) {
        const left = a[i];
        a[i] = c * left - s * b[i];
        b[i] = s * left + c * b[i];
      }
    };
    for (let sweep = 0, turned = true; turned && sweep < 40; sweep++) {
      turned = false;
      for (let i = 0; i < p; i++) {
        for (let j = i + 1; j < p; j++) {
          const a = dot(U[i], U[i]), b = dot(U[j], U[j]), c = dot(U[i], U[j]);
          if (!(Math.abs(c) > 1e-15 * Math.sqrt(a * b))) continue;
          turned = true;
          const zeta = (b - a) / (2 * c);
          const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
          const cos = 1 / Math.hypot(1, t);
          rotate(U[i], U[j], cos, cos * t);
          rotate(V[i], V[j], cos, cos * t);
        }
      }
    }
    return U.map((u, i) => ({ s: Math.sqrt(dot(u, u)), u, v: V[i] })).sort((a, b) => a.s - b.s);
  }

  /** What a setting is trained on: columns, modes, the best fit, and what is held back. */
  function problem(s) {
    const all = points(s);
    const scale = s.scale === "scaled" ? Math.max(...all.x.map(Math.abs)) || 1 : 1;
    const held = (i) => s.held > 0 && i % s.held === s.held - 1;
    const x = all.x.filter((_, i) => !held(i)), y = all.y.filter((_, i) => !held(i));
    const vx = all.x.filter((_, i) => held(i)), vy = all.y.filter((_, i) => held(i));
    const columns = powers(x, s.degree, scale, s.bug), n = x.length;
    const target = s.bug === "flatten" ? y.map(() => y.reduce((a, b) => a + b, 0) / n) : y;
    // every prediction against every true value: n times the distance to their mean, and the rest
    const each = s.bug === "flatten" ? n : 1;
    const rest = s.bug === "flatten" ? n * y.reduce((sum, value) => sum + (value - target[0]) ** 2, 0) : 0;
    const count = s.loss === "mean" || s.bug === "mean" ? n * each : 1;

    const parts = svd(columns);
    const largest = parts[parts.length - 1].s;
    const best = new Float64Array(s.degree + 1), left = target.slice();
    for (const part of parts) {
      part.there = part.s > 1e-13 * largest;
      if (!part.there) continue;
      let share = 0;
      for (let i = 0; i < n; i++) share += part.u[i] * target[i];
      share /= part.s * part.s;
      for (let k = 0; k < best.length; k++) best[k] += share * part.v[k];
      for (let i = 0; i < n; i++) left[i] -= share * part.u[i];
    }
    const floor = (each * left.reduce((sum, e) => sum + e * e, 0) + rest) / count;
    return {
      x, y, vx, vy, interval: all.interval, scale, columns, target, each, rest, count, parts, best, floor,
      validation: vx.length ? powers(vx, s.degree, scale, s.bug) : null,
      curvature: (2 * each * largest * largest) / count, // the largest eigenvalue of the Hessian
    };
  }

  /** X w for columns X. */
  function predict(columns, w) {
    const y = new Float64Array(columns[0].length);
    columns.forEach((column, k) => { for (let i = 0; i < y.length; i++) y[i] += w[k] * column[i]; });
    return y;
  }

  /** The loss on the points held back, scaled to as many points as are trained on. */
  function validationLoss(p, w) {
    if (!p.validation) return NaN;
    const y = predict(p.validation, w);
    const sum = y.reduce((total, value, i) => total + (value - p.vy[i]) ** 2, 0);
    return (sum / y.length) * (p.y.length / (p.count === 1 ? 1 : p.y.length));
  }

  /** Learning rates below this are stable: 2/λmax for gradient descent; null where there is none. */
  function stabilityLimit(p, s) {
    if (s.optimizer === "gd") return 2 / p.curvature;
    if (s.optimizer === "momentum") return (2 * (1 + MOMENTUM)) / p.curvature;
    return null;
  }

  /** The rate that is used: a mistake may have made it too high. */
  function rate(s) {
    return s.bug === "rate" ? TOO_HIGH * s.lr : s.lr;
  }

  /** By what a mode's share of the loss is multiplied in a step, as its logarithm; null if unknown. */
  function logShrink(p, s, part) {
    const h = (rate(s) * 2 * p.each * part.s * part.s) / p.count;
    if (s.bug === "zero_grad") return null;
    if (s.optimizer === "gd") return 2 * (h < 1 ? Math.log1p(-h) : Math.log(h - 1));
    if (s.optimizer !== "momentum") return null;
    const trace = 1 + MOMENTUM - h, inner = trace * trace - 4 * MOMENTUM;
    return inner < 0 ? Math.log(MOMENTUM) : 2 * Math.log((Math.abs(trace) + Math.sqrt(inner)) / 2);
  }

  /** The modes from slow to fast: eigenvalue of XᵀX, half-life of its share, and that share at w. */
  function modes(p, s, w) {
    return p.parts.map((part) => {
      const log = logShrink(p, s, part);
      const away = part.v.reduce((sum, v, k) => sum + v * (w[k] - p.best[k]), 0) * part.s;
      return {
        eigenvalue: part.s * part.s, direction: part.v, share: (p.each * away * away) / p.count,
        halfLife: log === null ? null : log < 0 ? Math.LN2 / -log : Infinity, grows: log > 0,
      };
    });
  }

  /** Train from `initial`: yields [loss, parameters] before each update, as a fitter does. */
  function* train(p, s, initial) {
    const { columns, target } = p, n = target.length, size = columns.length, lr = rate(s);
    const w = Float64Array.from(initial), g = new Float64Array(size), error = new Float64Array(n);
    const m = new Float64Array(size), v = new Float64Array(size);
    for (let t = 1; ; t++) {
      // Forward pass and loss
      let sum = 0;
      for (let i = 0; i < n; i++) {
        let y = 0;
        for (let k = 0; k < size; k++) y += w[k] * columns[k][i];
        error[i] = y - target[i];
        sum += error[i] * error[i];
      }
      yield [(p.each * sum + p.rest) / p.count, w];

      // Backward pass; who forgets zero_grad adds to the gradients of all steps before
      for (let k = 0; k < size; k++) {
        let slope = 0;
        for (let i = 0; i < n; i++) slope += 2 * error[i] * columns[k][i];
        g[k] = (slope * p.each) / p.count + (s.bug === "zero_grad" ? g[k] : 0);
      }

      // Update, as torch.optim defines SGD, RMSprop and Adam
      for (let k = 0; k < size; k++) {
        if (s.optimizer === "gd") w[k] -= lr * g[k];
        else if (s.optimizer === "momentum") w[k] -= lr * (m[k] = MOMENTUM * m[k] + g[k]);
        else if (s.optimizer === "rmsprop") {
          v[k] = 0.99 * v[k] + (1 - 0.99) * g[k] * g[k];
          w[k] -= (lr * g[k]) / (Math.sqrt(v[k]) + 1e-8);
        } else {
          m[k] += (1 - 0.9) * (g[k] - m[k]);
          v[k] = 0.999 * v[k] + (1 - 0.999) * g[k] * g[k];
          const size_ = lr / (1 - 0.9 ** t);
          w[k] -= (size_ * m[k]) / (Math.sqrt(v[k]) / Math.sqrt(1 - 0.999 ** t) + 1e-8);
        }
      }
    }
  }

  /** The losses of the first steps; the run ends with the first that is no finite number. */
  function losses(s, initial, steps) {
    const found = [], p = problem(s);
    for (const [loss] of train(p, s, initial)) {
      found.push(loss);
      if (found.length === steps || !Number.isFinite(loss)) return found;
    }
  }

  Object.assign(lab, {
    TARGETS, MOMENTUM, LEFT_OVER, TOO_HIGH, linspace, noise, powers, points, svd, problem, predict,
    validationLoss, stabilityLimit, rate, logShrink, modes, train, losses,
  });
})((globalThis.sinfitLab = globalThis.sinfitLab || {}));
