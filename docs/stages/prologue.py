# %% [markdown]
# # Three curves and a number
#
# A random curve, a predicted curve and the true curve: this page draws all three, for real, and says how far apart they are.
# You will then know enough for the first stage.
#
# [[lesson]]
#
# ## What we fit {#fit}
#
# The true curve is the sine on $[-\pi, \pi]$, given as points.
# Here there are 1000 of them.

# %%
import numpy as np

x = np.linspace(-np.pi, np.pi, 1000)  # (1000,), in radians
y = np.sin(x)  # (1000,): the true values

# %% [markdown]
# The curve that we may bend is a cubic polynomial with four parameters:
#
# $$ p(x) = a + b x + c x^2 + d x^3 $$
#
# Nobody needs a polynomial in order to compute a sine.
# The problem is small on purpose: you can plot it, check every number, and still see all that happens in a large neural network, which has parameters, a loss, gradients and a loop.
#
# ## The random curve {#random}
#
# Training has to begin somewhere, so the four parameters are drawn at random.
# That is their initialization.
# A random seed makes the draw repeatable: the same seed gives the same start, today and tomorrow.

# %%
import sinfit

run = sinfit.fit("numpy", points=1000, steps=1000, seed=0)
for name, value in run.initial.items():
    print(name, value)

# %% [markdown]
# ## What a loss is {#loss}
#
# To improve a curve, a program needs one number that says how wrong the curve is.
# That number is the loss.
# Throughout this site it is the sum of squared errors over all $n$ points:
#
# $$ L = \sum_{i=1}^{n} \left( p(x_i) - y_i \right)^2 $$
#
# Each error is squared, so errors above and below the curve cannot cancel, and one large error weighs more than several small ones.
# A loss of zero means that the curve passes through every point.
# A loss has no meaning on its own: it depends on the number of points, so compare it only with other losses on the same points.


# %%
def loss_of(parameters):
    a, b, c, d = parameters
    prediction = a + b * x + c * x**2 + d * x**3  # (1000,)
    return np.square(prediction - y).sum()


print("random curve   ", loss_of(run.initial.values()))
print("after 1000 steps", loss_of(run.parameters.values()))

# %% [markdown]
# Training reduces the loss by small steps, and each step moves the four parameters a little.
# The stages show how a step finds its direction.
#
# ## Is it finished? {#finished}
#
# The loss has become much smaller.
# That does not mean that it is small.
# Of all cubics, one has the smallest loss, and for this problem it can be computed directly, without training.

# %%
from sinfit.theory import best_polynomial

best = best_polynomial(x, y)
print("best cubic      ", best.sse)
print("still too much  ", run.optimality_gap)
print("times as large  ", round(run.sse / best.sse, 1))

# %% [markdown]
# So after 1000 steps the fit is far from convergence, and the predicted curve is visibly not the sine.
# The best cubic is not the sine either: its loss is not zero, because no cubic is a sine.

# %% tags=["output-only"] alt="Left: the random curve leaves the picture, the predicted curve is too flat. Right: the best cubic nearly covers the sine."
import matplotlib.pyplot as plt

fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
start = tuple(run.initial.values())
left.plot(x, run.model.predict(x, start), color="0.5", label="random")
left.plot(x, run.predict(x), color="C1", label="predicted, 1000 steps")
left.plot(x, y, color="C0", label="true")
right.plot(x, run.model.predict(x, best.parameters), color="C2", label="best cubic")
right.plot(x, y, color="C0", label="true")
for ax in (left, right):
    ax.set_ylim(-2.4, 2.4)
    ax.set_xlabel("x")
    ax.legend(loc="lower right", fontsize="small")
plt.show()

# %% [markdown]
# One reason is that 1000 points make each step half as long as 2000 points do; the other is that 1000 steps are few.
# More steps close the gap.

# %%
for steps in (1000, 2000, 4000, 8000):
    longer = sinfit.fit("numpy", points=1000, steps=steps, seed=0)
    print(steps, "steps:", round(longer.optimality_gap, 5), "above the best cubic")

# %% [markdown]
# !!! note "Two questions to ask of every fit"
#     Is the loss still falling?
#     How far is it above the best that this model can reach?
#     `result.optimality_gap` can answer the second question.
#
# ## How to read the player {#watch}
#
# Every stage has a player that shows its training.
# This one belongs to the first stage: 2000 points and 2000 steps.
#
# - The upper picture holds the random start, the true curve and the fit at the chosen step.
# - The lower picture holds the loss on a logarithmic scale, where equal heights are equal factors. The dot is the chosen step.
# - Move the slider, or use the arrow keys once it has the focus. Beside it you read the step and the loss.
# - The button plays the training from the start.
#
# [[player: numpy]]
#
# Every curve and every loss in it comes from a recorded run.
# Watch the first steps: the curve jumps towards the sine at once.
# The rest of the training improves it slowly, and [the first stage](/stages/numpy/#modes) explains why.
#
# ## The eight stages {#stages}
#
# Each stage solves the same problem and adds one idea of PyTorch.
# The last column says how far its final loss is above the best cubic's.
#
# [[stages]]
#
# Read them in this order if you are new to PyTorch.
# Each page shows what has changed against the page before.
#
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# The flat curve $p(x) = 0$ ignores $x$.
# Compute its loss, and compare it with that of the random curve.
# Why is it about half the number of points?
#
# [[answer]]

# %% [markdown] tags=["hint"]
# Where the curve is 0, each error is $-\sin x$.

# %% tags=["solution"]
print(loss_of((0, 0, 0, 0)))

# %% [markdown] tags=["solution"]
# The loss is the sum of $\sin^2 x$ over all points, and the mean of $\sin^2 x$ over a full period is one half.
# The flat line is far better than the random curve, because $x^3$ reaches 31 at the ends of the interval, so a random `d` costs much.

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# Does the seed matter?
# Train with three other seeds, and compare the loss of the start, of 1000 steps and of 8000 steps.
# Which of these losses differ by more than 10 % from seed to seed?
#
# - the loss of the start
# - the loss after 1000 steps
# - the loss after 8000 steps
#
# [[choices]]

# %% [markdown] tags=["hint"]
# Where does the training lead, if it goes on for long enough?

# %% tags=["solution"]
table = []
for seed in (1, 2, 3):
    short = sinfit.fit("numpy", points=1000, steps=1000, seed=seed)
    longer = sinfit.fit("numpy", points=1000, steps=8000, seed=seed)
    table.append((short.losses[0], short.sse, longer.sse))
    print(seed, round(short.losses[0]), round(short.sse, 3), round(longer.sse, 3))

# %% tags=["build-only"]
for name, losses in zip(
    ("start", "1000 steps", "8000 steps"), zip(*table, strict=True), strict=True
):
    print(name, bool(max(losses) > 1.1 * min(losses)))

# %% [markdown] tags=["solution"]
# The starts differ, and so do the losses after 1000 steps.
# After 8000 steps all of them have arrived at the same best cubic: the loss of this problem has one valley, and it leads there from everywhere.

# %% [markdown]
# ## Summary {#summary}
#
# Training begins at random parameters and improves them by small steps.
# The loss is one number that says how wrong the curve is, here the sum of the squared errors.
# Compare it with the least loss that the model can have: then you know whether the training is finished.
#
# ## What comes next {#next}
#
# [The first stage](/stages/numpy/) writes the whole training out on NumPy arrays, each derivative by hand.
