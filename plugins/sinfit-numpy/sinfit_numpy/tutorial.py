# %% [markdown]
# # NumPy, by hand
#
# A cubic polynomial starts at random and bends towards the sine.
# Everything that PyTorch will later do for you happens here in the open, on NumPy arrays.
#
# [[lesson]]
#
# ## What is new {#new}
#
# This is the first of eight stages, so all of it is new: a forward pass, a loss, a backward pass and an update, repeated 2000 times.
# [The page before](/stages/prologue/) shows the three curves that this one works with.
#
# ## The idea {#idea}
#
# The curve to learn is $y = \sin x$ on $[-\pi, \pi]$, given at $n = 2000$ points.
# The model is a polynomial with four parameters:
#
# $$ p(x) = a + b x + c x^2 + d x^3 $$
#
# One number says how wrong it is: the loss, here the sum of squared errors.
#
# $$ L = \sum_{i=1}^{n} \left( p_i - y_i \right)^2, \quad p_i = p(x_i) $$
#
# The gradient says how fast the loss grows with each parameter; it is the vector of all partial derivatives.
# The chain rule makes each of them a product of two.
# The first is that of the loss for each prediction, $g_i = 2 (p_i - y_i)$; the second is that of the prediction for each parameter, which is $1$, $x_i$, $x_i^2$ or $x_i^3$:
#
# $$ \frac{\partial L}{\partial a} = \sum_i g_i, \quad \frac{\partial L}{\partial b} = \sum_i g_i x_i, \quad \frac{\partial L}{\partial c} = \sum_i g_i x_i^2, \quad \frac{\partial L}{\partial d} = \sum_i g_i x_i^3 $$
#
# The gradient points uphill, so gradient descent takes a small step the other way.
# The learning rate $\eta$ sets how small; it is a hyperparameter, a number that you choose and that training leaves alone:
#
# $$ a \leftarrow a - \eta \, \frac{\partial L}{\partial a} $$
#
# The parameters `b`, `c` and `d` are updated in the same way.
#
# ## The program {#program}
#
# Here is all of it as a plain script.
# It starts at zero and prints a few of its losses.

# %%
import numpy as np

x = np.linspace(-np.pi, np.pi, 2000)
y = np.sin(x)
a = b = c = d = 0.0

for t in range(2000):
    y_pred = a + b * x + c * x**2 + d * x**3
    loss = np.square(y_pred - y).sum()
    if t % 500 == 499:
        print(t, loss)
    grad_y_pred = 2.0 * (y_pred - y)
    a -= 1e-6 * grad_y_pred.sum()
    b -= 1e-6 * (grad_y_pred * x).sum()
    c -= 1e-6 * (grad_y_pred * x**2).sum()
    d -= 1e-6 * (grad_y_pred * x**3).sum()

print(f"y = {a:.4f} + {b:.4f} x + {c:.4f} x^2 + {d:.4f} x^3")

# %% [markdown]
# The stage itself is the same loop in a function, so that any start, any data and any number of steps can be given.
# It is a generator: where the script prints the loss, it says `yield`, and whoever runs it decides what to do with the number.

# %%
# include: fitter.py

# %% [markdown]
# The forward pass computes `y_pred`, the backward pass goes from the loss back to the four gradients, and the update moves the parameters.
# Every later stage keeps this order and replaces one part.
#
# ## The run {#run}
#
# `sinfit.fit` draws a random start from the seed, drives the generator to its end and keeps every loss.
# Every hundredth is printed, and then the fitted equation.

# %%
import sinfit

result = sinfit.fit("numpy", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# Each line is the step, counted from 0, and the loss before its update.
# So the last line is one update behind; `result.sse` is the loss of the final parameters:

# %%
print(result.sse)

# %% [markdown]
# [[curves]]
#
# The sine is symmetric about the origin, so the best cubic has no constant and no $x^2$.
# Training finds that out: compare `a` and `c` with `b` and `d` in the equation.
#
# ## Quickly, then slowly (optional) {#modes}
#
# You may skip this section: it needs eigenvalues, and only exercise 2 comes back to it.
#
# The loss plunges for about fifty steps, then creeps.
#
# [[losses-plot]]
#
# The reason lies in the loss itself.
# Over the four parameters it is a bowl, steep in some directions and shallow in others.
# In four special directions, called modes, progress in one leaves the others unchanged.
# Each mode has a number $\lambda$, its eigenvalue, which says how steeply the bowl curves along it.
# With it comes a factor, by which the distance to the best cubic shrinks along this mode in every step:
#
# $$ f = 1 - 2 \eta \lambda $$
#
# Where $\lambda$ is large, the walls are steep and the factor is small.
# `sinfit.theory` computes the modes from four columns of numbers, the values of $1$, $x$, $x^2$ and $x^3$ at all points.

# %%
from sinfit.theory import modes

columns = [x**0, x, x**2, x**3]

print("eigenvalue  factor  half-life  direction: a, b, c, d")
for mode in modes(columns, learning_rate=1e-6):
    direction = np.array(mode.direction)
    direction *= np.sign(direction[np.abs(direction).argmax()])
    numbers = f"{mode.eigenvalue:10.2f}  {mode.factor:.4f}  {mode.half_life:9.1f}"
    print(numbers, direction.round(2) + 0.0)

# %% [markdown]
# The half-life says after how many steps a mode's share of the loss has halved.
# The direction says how much of each parameter the mode holds.
# Two modes are fast: they change mostly `c` or mostly `d`, because $x^2$ and $x^3$ are large near the ends of the interval.
# Two modes are slow: one trades the constant against $x^2$, the other trades $x$ against $x^3$.
# Such a trade hardly changes the curve, so it hardly changes the loss: the gradient there is tiny, and so is every step.
#
# By step 99, the first line that is printed, the fast modes contribute almost nothing.
# What the table above shows is the work of the two slow ones.
#
# ## Watch it train {#watch}
#
# The player starts with the random curve.
# The first steps bend its ends into place; after that the middle follows slowly.
#
# [[player]]
#
# ### Change the rate {#change}
#
# Here the learning rate is yours, and each change trains again.
# The red mark is the stability limit.
# Move the rate up to the mark and past it, and watch the loss: what sets the tempo of its end, and what makes it explode?
#
# [[lab: small rate steps]]
#
# ## Common mistakes {#mistakes}
#
# **The result is printed inside the loop.**
# In one copied notebook the last line is indented by one level too many, and the page shows 2000 lines of output.
# Three steps are enough to see it.

# %% tags=["mistake"]
training = fit(x, y, initial=result.initial.values(), steps=3, learning_rate=1e-6)
for _, (a, b, c, d) in training:
    print(f"Result: y = {a} + {b} x + {c} x^2 + {d} x^3")

# %% [markdown]
# **The sum is taken for the mean.**
# A comment in another copy calls this loss the mean squared error.
# The mean is the sum divided by 2000, and so is its gradient.
# With the mean and the same learning rate, every step is 2000 times shorter.

# %% tags=["mistake"]
a, b, c, d = result.initial.values()
for _ in range(2000):
    error = a + b * x + c * x**2 + d * x**3 - y
    grad_y_pred = 2.0 * error / len(x)  # the gradient of the mean
    a -= 1e-6 * grad_y_pred.sum()
    b -= 1e-6 * (grad_y_pred * x).sum()
    c -= 1e-6 * (grad_y_pred * x**2).sum()
    d -= 1e-6 * (grad_y_pred * x**3).sum()
print("mean", np.square(error).mean())
print("sum ", np.square(error).sum(), "instead of", result.losses[-1])

# %% [markdown]
# After 2000 steps the fit has barely begun.
# A learning rate that is 2000 times as large makes up for the division.
#
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# Derivatives by hand go wrong without an error message, so test them.
# Change `d` of the start by a little in both directions, and compare the slope of the loss with `grad_d`.
# What is `grad_d` at the start?
#
# [[answer: by hand]]

# %% [markdown] tags=["hint"]
# The slope is the difference of two losses, divided by the difference of the two values of `d`.
# The start is in `result.initial`.

# %% tags=["solution"]
a, b, c, d = result.initial.values()


def loss_at(d):
    return np.square(a + b * x + c * x**2 + d * x**3 - y).sum()


grad_d = (2.0 * (a + b * x + c * x**2 + d * x**3 - y) * x**3).sum()
print("by hand      ", grad_d)
print("by difference", (loss_at(d + 1e-4) - loss_at(d - 1e-4)) / 2e-4)

# %% [markdown]
# ### Exercise 2 (optional) {#exercise-2}
#
# A mode whose factor is below $-1$ jumps across the bowl and lands higher than before.
# Find the largest learning rate at which no mode does that, and run 100 steps at `4e-6`.
#
# [[answer: limit | 2]]

# %% [markdown] tags=["hint"]
# The factor of a mode is $1 - 2 \eta \lambda$.
# Set it to $-1$ for the mode with the largest eigenvalue in the table above.

# %% tags=["solution"]
from sinfit.theory import stability_limit

print("limit", stability_limit(columns))
start = result.initial.values()
for learning_rate in (3.5e-6, 4e-6):
    training = fit(x, y, initial=start, steps=100, learning_rate=learning_rate)
    losses = [loss for loss, _ in training]
    print(learning_rate, losses[0], losses[9], losses[99])

# %% [markdown] tags=["solution"]
# The steepest mode decides: $1 - 2 \eta \lambda = -1$ gives $\eta = 1 / \lambda$ for the largest $\lambda$.
# Just below the limit the loss falls; at `4e-6` it grows without end.
# `sinfit.fit` warns of such a learning rate before it starts.

# %% [markdown]
# ### Exercise 3 {#exercise-3}
#
# What is left to gain?
# Compute the best cubic with `np.polyfit`, compare its loss with the last loss of the run, and plot its errors.
# What is its loss?
#
# [[answer: best]]

# %% [markdown] tags=["hint"]
# `np.polyfit(x, y, 3)` gives the coefficients, and `np.polyval` turns them into a curve.

# %% tags=["solution"] alt="The errors of the best cubic over x: a wave that crosses zero several times"
import matplotlib.pyplot as plt

best = np.polyfit(x, y, 3)
error = np.polyval(best, x) - y
print("best", np.square(error).sum())
print("run ", result.sse)

fig, ax = plt.subplots(figsize=(6.4, 2.4))
ax.plot(x, error, color="C1")
ax.axhline(0, color="0.5", linewidth=0.8)
ax.set_xlabel("x")
ax.set_ylabel("error")
plt.show()

# %% [markdown] tags=["solution"]
# No cubic does better: its gradient is zero, so gradient descent would stay where it is.
# The wave that is left is what a cubic cannot follow.

# %% [markdown]
# ## Summary {#summary}
#
# A training step has four parts: predict, measure the loss, compute the gradient, update.
# The gradient comes from the chain rule, with one derivative for each parameter.
# The loss falls fast along the steep directions and slowly along the shallow ones.
#
# ## The published tables {#published}
#
# This program circulates in copies with the losses that they printed.
# [A page of their own](/published/tables/#numpy) sets each of these tables beside our run.
#
# ## What comes next {#next}
#
# [The next stage](/stages/tensor/) runs the same program on tensors, which can live on a GPU.
