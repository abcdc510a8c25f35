/* The state of a lab, and the address that holds it: only what differs from the default. */
(function (lab) {
  "use strict";

  lab.POINTS = [5, 10, 20, 30, 50, 100, 200, 400, 700, 1000, 2000];
  const MOST_POINTS = 200;

  /** For each key: its default, and what it may be, a list or the least and the greatest. */
  const KEYS = {
    target: ["sin", ["sin", "cos", "exp", "own"]],
    n: [2000, { low: 3, high: 2000, whole: true }],
    noise: [0, { low: 0, high: 1 }],
    held: [0, [0, 2, 4, 5]],
    degree: [3, { low: 1, high: 15, whole: true }],
    scale: ["powers", ["powers", "scaled"]],
    loss: ["sum", ["sum", "mean"]],
    optimizer: ["gd", ["gd", "momentum", "rmsprop", "adam"]],
    lr: [1e-6, { low: 1e-12, high: 100 }],
    steps: [2000, { low: 1, high: 5000, whole: true }],
    seed: [0, { low: 0, high: 9, whole: true }],
    bug: ["", ["", "zero_grad", "flatten", "mean", "cubed", "rate"]],
    across: [1, { low: 0, high: 15, whole: true }],
    up: [3, { low: 0, high: 15, whole: true }],
    at: [null, { low: 0, high: 5000, whole: true }],
  };
  lab.KEYS = KEYS;

  const defaults = () => Object.fromEntries(Object.entries(KEYS).map(([key, [value]]) => [key, value]));
  const known = (words, allowed) => Array.isArray(allowed) ? allowed.filter((each) => each !== "").join(", ")
    : lab.filled(words.between, { low: allowed.low, high: allowed.high });

  /** A message with its {values} put in. */
  lab.filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));

  /** Points from lines "x y"; raises with the line that is none. */
  lab.readPoints = function (text, words) {
    const found = [];
    text.split(/[\n;]+/).forEach((line, number) => {
      if (!line.trim()) return;
      const pair = line.trim().split(/[\s,]+/).map(Number);
      if (pair.length !== 2 || !pair.every(Number.isFinite)) throw new Error(lab.filled(words.bad_line, { line: number + 1, text: line.trim().slice(0, 40) }));
      found.push(pair);
    });
    if (new Set(found.map((p) => p[0])).size < 2) throw new Error(words.few);
    return found.slice(0, MOST_POINTS);
  };

  /** The state that an address names, and what in it is wrong. */
  lab.readState = function (text, words) {
    const s = defaults(), wrong = [];
    for (const [key, value] of new URLSearchParams(text.replace(/^[#?]/, ""))) {
      if (key === "pts" || key === "start") {
        try {
          if (key === "pts") s.points = lab.readPoints(value, words);
          else {
            s.start = value.split(",").map(Number);
            if (!value || !s.start.every(Number.isFinite)) { delete s.start; throw new Error(); }
          }
        } catch (error) { wrong.push(error.message || lab.filled(words.bad, { key, value, known: "1, 2, 3 …" })); }
        continue;
      }
      if (!Object.hasOwn(KEYS, key)) continue; // a campaign's key, say
      const [, allowed] = KEYS[key];
      const number = value.trim() === "" ? NaN : Number(value);
      const found = Array.isArray(allowed) ? allowed.find((each) => String(each) === value)
        : number >= allowed.low && number <= allowed.high && (!allowed.whole || Number.isInteger(number)) ? number : undefined;
      if (found === undefined) wrong.push(lab.filled(words.bad, { key, value, known: known(words, allowed) }));
      else s[key] = found;
    }
    if (s.target === "own" && !s.points) s.points = [[-2, -1], [-1, 0.5], [0, 0], [1, -0.5], [2, 1]];
    lab.settle(s);
    return { state: s, wrong };
  };

  /** Bring a state into order after a change. */
  lab.settle = function (s) {
    if (s.start) s.start = Array.from({ length: s.degree + 1 }, (_, k) => s.start[k] || 0);
    for (const [key, other] of [["across", "up"], ["up", "across"]]) {
      if (s[key] > s.degree) s[key] = s.degree;
      if (s[key] === s[other]) s[key] = s[key] ? s[key] - 1 : 1;
    }
    if (s.at !== null && s.at > s.steps) s.at = null;
    return s;
  };

  /** The address of a state, without its mark. */
  lab.writeState = function (s) {
    const parts = [];
    for (const [key, [usual]] of Object.entries(KEYS)) if (s[key] !== usual) parts.push(`${key}=${s[key]}`);
    if (s.target === "own") parts.push("pts=" + s.points.map((p) => p.join(",")).join(";"));
    if (s.start) parts.push("start=" + s.start.join(","));
    return parts.join("&");
  };
})((globalThis.sinfitLab = globalThis.sinfitLab || {}));
