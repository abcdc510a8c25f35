/* "Copy as Python": the program that makes the run of a setting, with sinfit where it has the
   fitter, and else in plain PyTorch. tests/site/lab/test_program.py runs what it writes. */
(function (lab) {
  "use strict";

  const NOISE = `def noise(n, seed):
    """The lab's own noise: sums of twelve uniform numbers, minus six."""
    state, found = seed + 1, []
    for i in range(10 + 12 * n):
        state = 48271 * state % 2147483647
        found.append(state / 2147483647)
    return np.array([sum(found[i : i + 12]) - 6 for i in range(10, len(found), 12)])`;
  const OPTIMIZERS = {
    gd: (lr) => `SGD([parameters], lr=${lr})`,
    momentum: (lr) => `SGD([parameters], lr=${lr}, momentum=${lab.MOMENTUM})`,
    rmsprop: (lr) => `RMSprop([parameters], lr=${lr})`,
    adam: (lr) => `Adam([parameters], lr=${lr})`,
  };
  const list = (numbers) => `[${Array.from(numbers).join(", ")}]`;

  /** The lines that make x and y. */
  function data(s) {
    if (s.target === "own") {
      const { x, y } = lab.points(s);
      return [`x = np.array(${list(x)})`, `y = np.array(${list(y)})`];
    }
    const ends = s.target === "exp" ? "-1.0, 1.0" : "-np.pi, np.pi";
    const lines = [`x = np.linspace(${ends}, ${s.n})`, `y = np.${s.target}(x)`];
    if (!s.noise) return lines;
    return [NOISE, "", "", ...lines, `y = y + ${s.noise} * noise(len(x), ${s.seed})`];
  }

  /** The call of sinfit.fit, for the settings that a fitter of sinfit has. */
  function call(s, initial) {
    const own = s.target === "own" || s.noise || s.scale === "scaled";
    const given = own ? [s.scale === "scaled" ? "x / np.abs(x).max()" : "x", "y"]
      : [`target="${s.target}"`, `points=${s.n}`];
    const more = [`steps=${s.steps}`, `learning_rate=${lab.rate(s)}`,
      s.start ? `initial=${list(initial)}` : `seed=${s.seed}`];
    const fitter = s.optimizer === "gd" ? '"numpy"' : '"optim"';
    if (s.optimizer !== "gd") more.push('dtype="float64"');
    const lines = [`result = sinfit.fit(`, `    ${[fitter, ...given].join(", ")},`, `    ${more.join(", ")},`, `)`];
    return [...(own ? ["import numpy as np", ""] : []), "import sinfit", "", ...(own ? [...data(s), ""] : []),
      ...lines, "losses = result.losses", "print(losses[-1], result.equation())"];
  }

  /** The loop in PyTorch, with its mistake. */
  function loop(s, initial) {
    const lines = ["import numpy as np", "import torch", "", ...data(s)];
    if (s.held) lines.push("", `held = np.arange(len(x)) % ${s.held} == ${s.held - 1}`, "x, y, held_x, held_y = x[~held], y[~held], x[held], y[held]");
    const z = s.scale === "scaled" ? "z" : "x";
    if (s.scale === "scaled") {
      const all = s.held ? "np.concatenate([x, held_x])" : "x";
      lines.push("", `z = x / np.abs(${all}).max()`);
    }
    lines.push("", `columns = np.stack([${z}**k for k in range(${s.degree + 1})], axis=1)  # (n, ${s.degree + 1})`);
    if (s.bug === "cubed") lines.push(`c = ${lab.LEFT_OVER}  # from an earlier cell`, `columns[:, ${s.degree}] = c**${s.degree}  # meant: ${z}**${s.degree}`);
    lines.push("inputs, y = torch.tensor(columns), torch.tensor(y)",
      `parameters = torch.tensor(${list(initial)}, dtype=torch.float64, requires_grad=True)`,
      `optimizer = torch.optim.${OPTIMIZERS[s.optimizer](lab.rate(s))}`, "", "losses = []",
      `for t in range(${s.steps}):`);
    const flat = s.bug === "flatten";
    lines.push(flat ? "    y_pred = inputs @ parameters[:, None]  # (n, 1): not flattened" : "    y_pred = inputs @ parameters  # (n,)",
      `    loss = (y_pred - y).square().${s.loss === "mean" || s.bug === "mean" ? "mean" : "sum"}()`,
      "    losses.append(loss.item())",
      s.bug === "zero_grad" ? "    # optimizer.zero_grad() is forgotten" : "    optimizer.zero_grad()",
      "    loss.backward()", "    optimizer.step()", "print(losses[-1], parameters.tolist())");
    return lines;
  }

  /** The program as text. */
  lab.program = function (s, initial) {
    const plain = s.degree === 3 && s.loss === "sum" && !s.held && (!s.bug || s.bug === "rate");
    const known = plain && (s.optimizer === "gd" || s.optimizer === "rmsprop");
    return (known ? call : loop)(s, initial).join("\n") + "\n";
  };
})((globalThis.sinfitLab = globalThis.sinfitLab || {}));
