# %% [markdown]
# # Questions about results
#
# The training is over: are its numbers right, and is the fit any good?
# If the loss behaves oddly, see [the questions about the loss](/questions/); if your program stops with a message, see [the error messages](/questions/errors/).

# %%
import numpy as np
import torch

import sinfit
from sinfit.theory import best_polynomial


def cubic(x):
    """The powers that a cubic is made of, (n, 4)."""
    return torch.stack([x**0, x, x**2, x**3], dim=1)


x = torch.linspace(-torch.pi, torch.pi, 2000)  # (2000,)
y = torch.sin(x)  # (2000,)

# %% [markdown]
# ## The numbers differ {#differs}
#
# ### Why do I get other numbers at every run? {#other-numbers}
#
# The start is drawn at random.
# A seed makes the draw repeatable.

# %%
first = torch.nn.Linear(3, 1).weight
second = torch.nn.Linear(3, 1).weight
print("equal without a seed:", torch.equal(first, second))
torch.manual_seed(0)
first = torch.nn.Linear(3, 1).weight
torch.manual_seed(0)
second = torch.nn.Linear(3, 1).weight
print("equal with a seed:   ", torch.equal(first, second))

# %% [markdown]
# The same seed gives other numbers in NumPy than in PyTorch.
# More: [seeds in sinfit](/python/#seed).
# [See it in the lab](/lab/?seed=1).
#
# ### Why do the last digits differ on another computer? {#last-digits}
#
# Rounding depends on the order of a sum, and the order on the processor.
# float32 keeps about seven digits, float64 about sixteen.

# %%
for dtype in ("float32", "float64"):
    values = np.sin(np.linspace(0, 3, 2000)).astype(dtype)
    forward, backward = values.cumsum()[-1], values[::-1].cumsum()[-1]
    print(dtype, "differs by", f"{abs(forward - backward) / forward:.0e}")

# %% [markdown]
# More: [why your numbers may differ](/stages/rounding/).
#
# ### Why is my loss 2000 times smaller than on the page? {#mean-or-sum}
#
# Yours is a mean, this site's a sum.
# `MSELoss()` takes the mean unless you ask for the sum.

# %%
flat = torch.zeros(2000)
print("mean", f"{torch.nn.MSELoss()(flat, y).item():.4f}")
print("sum ", f"{torch.nn.MSELoss(reduction='sum')(flat, y).item():.1f}")

# %% [markdown]
# More: [a learning rate for the mean](/stages/nn/#exercise-1).
# [See it in the lab](/lab/?loss=mean&lr=0.002).
#
# ### Why is my loss printed with `grad_fn`? {#printed-with-grad-fn}
#
# It is still a tensor, and knows the last operation that made it.
# `item()` gives the number alone.

# %%
b = torch.tensor(0.5, requires_grad=True)
loss = (b * x - y).square().sum()
print(loss)
print(loss.item())

# %% [markdown]
# More: [what autograd records](/stages/autograd/#idea).
#
# ### Why are the coefficients not those of the Taylor series? {#taylor}
#
# The series $x - x^3/6$ is best close to zero.
# A fit spreads its errors over the whole interval, and the series misses the ends by more than 2.

# %%
best = best_polynomial(x, y).parameters
for name, terms in (("Taylor", (0, 1, 0, -1 / 6)), ("fit", best)):
    errors = np.polyval(terms[::-1], x.numpy()) - y.numpy()
    loss, worst = np.square(errors).sum(), np.abs(errors).max()
    print(f"{name:6} {terms[1]:.3f} x {terms[3]:.3f} x³", end="")
    print(f"  loss {loss:.1f}  largest error {worst:.2f}")

# %% [markdown]
# More: [the best cubic](/stages/epilogue/#best-cubic).
# [See it in the lab](/lab/?start=0,1,0,-0.166667&at=0).
#
# ### Did my fit fail if it says MAX_ITER? {#max-iter}
#
# No: it has done all the steps that it was given.
# `optimality_gap` says how far it is above the best cubic, and a `tolerance` ends it once the loss hardly falls.

# %%
result = sinfit.fit("numpy")
print(result.status, "gap", round(result.optimality_gap, 3))
result = sinfit.fit("numpy", steps=20_000, tolerance=1e-6)
print(result.status, "gap", round(result.optimality_gap, 3), "steps", result.nit)

# %% [markdown]
# More: [when a fit stops](/python/#stopping).
# [See it in the lab](/lab/?steps=5000).
#
# ## Overfitting and prediction {#good-fit}
#
# ### How do I see overfitting? {#overfitting}
#
# Hold some points back for validation.
# A model that overfits has a small error on the points it was trained on and a large one on the others: it has learned the noise.
# Here are twenty noisy points of the sine, and the cubic beside a polynomial of degree 15.

# %%
rng = np.random.default_rng(0)
noisy_x = np.linspace(-np.pi, np.pi, 20)
noisy_y = np.sin(noisy_x) + rng.normal(0, 0.3, 20)
held_x = rng.uniform(-np.pi, np.pi, 200)
held_y = np.sin(held_x) + rng.normal(0, 0.3, 200)
fit = np.polynomial.Polynomial.fit
fits = {degree: fit(noisy_x, noisy_y, degree) for degree in range(1, 16)}


def error(degree, x, y):
    """The mean squared error of a fit."""
    return np.square(fits[degree](x) - y).mean()


print("degree  training  held back")
for degree in (3, 15):
    training, held = error(degree, noisy_x, noisy_y), error(degree, held_x, held_y)
    print(f"{degree:6} {training:9.3f} {held:10.3f}")

# %% tags=["output-only"] alt="Twenty noisy points around a sine. The cubic passes between them; the polynomial of degree 15 swings through nearly all of them."
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(6.4, 2.8))
grid = np.linspace(-np.pi, np.pi, 120)
ax.plot(noisy_x, noisy_y, "o", color="0.5", label="noisy points", markersize=4)
ax.plot(grid, fits[3](grid), label="degree 3")
ax.plot(grid, fits[15](grid), label="degree 15")
ax.set_ylim(-2.2, 2.2)
ax.set_xlabel("x")
ax.legend(loc="upper left", fontsize="small")
plt.show()

# %% [markdown]
# More: [overfitting](/glossary/#overfitting), and [a loss is a number about these points](/stages/prologue/#loss).
# [See it in the lab](/lab/?n=20&noise=0.3&held=2&degree=9&scale=scaled&optimizer=adam&lr=0.1&steps=5000).
#
# ### Which degree should I take? {#which-degree}
#
# The one with the smallest error on the points held back.
# On the training points more degrees always look better.

# %%
training = min(fits, key=lambda degree: error(degree, noisy_x, noisy_y))
held = min(fits, key=lambda degree: error(degree, held_x, held_y))
print("best on the training points: degree", training)
print("best on those held back:     degree", held)

# %% [markdown]
# More: [what to try next](/stages/epilogue/#next-steps).
# [See it in the lab](/lab/?n=20&noise=0.3&held=2&degree=5&scale=scaled&optimizer=adam&lr=0.1&steps=5000).
#
# ### Why is the prediction wrong outside the training data? {#outside-the-data}
#
# Nothing held the curve there.
# A cubic goes to infinity with $x^3$, whatever the data were.

# %%
for at in (1.0, 3.0, 6.0, 9.0):
    predicted = np.polyval(best[::-1], at)
    print(f"x = {at}: sine {np.sin(at):6.3f}, cubic {predicted:8.3f}")

# %% [markdown]
# Predict only where you had data.
# More: [what we fit](/stages/prologue/#fit).
#
# ### How do I predict with the trained model? {#predict}
#
# Call it on new inputs that are made like those of the training, without recording: in `torch.no_grad()`.

# %%
w = torch.linalg.lstsq(cubic(x), y.unsqueeze(1)).solution.squeeze(1)
with torch.no_grad():
    print(cubic(torch.tensor([0.5, 1.0])) @ w)
print(sinfit.fit("numpy").predict(np.array([0.5, 1.0])))

# %% [markdown]
# More: [what a result can do](/python/#result).
#
# ### How do I save a model and load it again? {#save}
#
# Save the parameters, not the object: `state_dict()` names them.

# %%
model = torch.nn.Linear(3, 1)
torch.save(model.state_dict(), "model.pt")
again = torch.nn.Linear(3, 1)
again.load_state_dict(torch.load("model.pt", weights_only=True))
print("equal:", torch.equal(model.weight, again.weight))

# %% [markdown]
# More: [state_dict of a module](/stages/module/#exercise-2), and [saving a result](/python/#save).
