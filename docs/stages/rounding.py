# %% [markdown]
# # Why your numbers may differ
#
# Every number on this site comes from a run with a fixed seed, and yet another computer may print other digits.
# This page says which numbers are equal everywhere and which are not, and why gradient descent forgets a rounding error while RMSprop makes it grow.
#
# [[lesson: numpy optim]]
#
# ## Where the digits come from {#digits}
#
# A computer keeps about seven digits of a number in float32 and sixteen in float64, and rounds after every operation.
# So the order of the operations matters:

# %%
print((0.1 + 0.2) + 0.3 == 0.1 + (0.2 + 0.3))

# %% [markdown]
# A sum of 2000 squared errors is computed in parts, and the processor decides in which.
# With AVX-512 it adds eight numbers of float64 at once, with AVX2 four; several threads share a large sum among them.
# Each way is right, and each rounds in its own way.
#
# ## What was measured {#measured}
#
# Every fitter was run with its defaults, and again with one thing changed.
# An equals sign means that all printed lines and the final parameters of all fitters are equal, to the last digit.
# A number is the largest relative difference of a printed loss, and beside it stand the fitters that differ by it.
# Those that are not named are equal.
#
# [[numbers]]
#
# The last row is what to expect on a computer that nobody has measured: four times the largest difference that was seen, and no less than the order of a sum may change by itself, $\sqrt{2000}$ roundings.
# `sinfit doctor` says what to expect on your own computer.
#
# One fitter stands out.
# `optim` differs by a thousand times more than the other stages in float32, although it computes in float32 like them.
#
# ## Two runs, a rounding error apart {#two-runs}
#
# No second computer is needed to see why.
# The next program starts every run twice: the second time, each parameter is larger by one part in ten million, about one rounding of float32.
# All the rest is float64, so that nothing else disturbs.

# %%
import numpy as np

import sinfit

STEPS = 2000


def run_twice(name):
    """The parameters of two runs, each (STEPS, 4); the second start is slightly moved."""
    one = sinfit.fit(name, seed=0, steps=STEPS, dtype="float64")
    moved = [value * (1 + 1e-7) for value in one.initial.values()]
    two = sinfit.fit(name, initial=moved, steps=STEPS, dtype="float64")
    return one.parameters_recorded, two.parameters_recorded


descent = run_twice("autograd")
rmsprop = run_twice("optim")


def distance(runs):
    """The largest difference of the four parameters at each step, (STEPS,)."""
    return np.abs(runs[0] - runs[1]).max(axis=1)


def magnitude(value):
    """A number as a power of ten."""
    return f"1e{round(float(np.log10(value))):+03d}"


print("                   at the start   largest   at the end")
for name, runs in (("gradient descent", descent), ("RMSprop", rmsprop)):
    apart = distance(runs)
    shown = [magnitude(value) for value in (apart[0], apart.max(), apart[-200:].max())]
    print(f"{name:18} {shown[0]:>12} {shown[1]:>9} {shown[2]:>12}")

# %% alt="The distance of two runs over 2000 steps: with gradient descent it only falls; with RMSprop it stays for some hundred steps and then grows to the size of the learning rate"
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(6.4, 3))
ax.plot(distance(descent), label="gradient descent")
ax.plot(distance(rmsprop), label="RMSprop")
ax.axhline(1e-3, color="0.5", linestyle=":", label="learning rate of RMSprop")
ax.set_yscale("log")
ax.set_xlabel("step")
ax.set_ylabel("distance of the two runs")
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
# ## Why gradient descent forgets {#forgets}
#
# For this loss one step of gradient descent multiplies the difference of two runs, along each mode, by the factor
#
# $$ 1 - 2 \eta \lambda $$
#
# Here $\eta$ is the learning rate and $\lambda$ an eigenvalue of $X^T X$, as on [the page with all stages](/stages/epilogue/#distance).
# Below the stability limit all these factors lie between $-1$ and $1$, so the difference shrinks with every step.
# A rounding error made on the way is such a difference too: the later steps wipe it out.
# In the end only the latest few are left.
#
# ## Why RMSprop makes it grow {#grows}
#
# RMSprop divides each gradient $g$ by the root of its running mean square $v$.
# So every parameter has a learning rate of its own, $\eta / \sqrt{v}$.
# Near the minimum $g$ becomes small, then $v$ does, and this learning rate rises until it is above the stability limit.
# From there on a factor is beyond $-1$, and a difference grows with every step instead of shrinking.
#
# The next program computes $v$ again from the recorded parameters, and from it the factor of the mode that grows the fastest.

# %%
problem = sinfit.fit("optim", steps=1).problem
x, y = problem.x, problem.y
columns = np.stack([x**0, x, x**2, x**3], axis=1)  # (n, 4)
hessian = 2 * columns.T @ columns  # (4, 4): how the gradient changes

v = np.zeros(4)
factors = []
for parameters in rmsprop[0]:
    gradient = 2 * columns.T @ (columns @ parameters - y)
    v = 0.99 * v + 0.01 * gradient**2
    rates = 1e-3 / (np.sqrt(v) + 1e-8)  # (4,)
    eigenvalues = np.linalg.eigvals(rates[:, None] * hessian).real
    factors.append(np.abs(1 - eigenvalues).max())
factors = np.array(factors)

print("steps         steps that make a difference grow")
for first in range(0, STEPS, 400):
    growing = (factors[first : first + 400] > 1.001).mean()
    print(f"{first:4} to {first + 399:4}  {'some' if growing > 0 else 'none'}")

# %% [markdown]
# The difference grows until it is as large as a step, about $\eta$.
# Then [the limit cycle](/stages/optim/#limit-cycle) holds it: the parameters jump to and fro with this width, and the two runs jump at different times.
# So the seventh digit of the start decides the third digit of a loss.
# Nothing is wrong with either run: both swing around the same best cubic.
#
# ## Exercise {#exercises}
#
# Does a smaller error help?
# Move the start by only one part in $10^{10}$, and look at the largest distance of the two runs of RMSprop within 2000 steps.
# How large does it become?
#
# - above 10 % of the learning rate
# - about as small as the error of the start
#
# [[choices]]

# %% [markdown] tags=["hint"]
# What is multiplied by the same factor again and again soon forgets how small it was.

# %% tags=["solution"]
one = sinfit.fit("optim", seed=0, steps=STEPS, dtype="float64")
moved = [value * (1 + 1e-10) for value in one.initial.values()]
two = sinfit.fit("optim", initial=moved, steps=STEPS, dtype="float64")
apart = distance((one.parameters_recorded, two.parameters_recorded))
print("at the start:", magnitude(apart[0]))
print("above a tenth of the learning rate:", bool(apart.max() > 1e-4))

# %% tags=["build-only"]
print("about as small as at the start", bool(apart.max() < 10 * apart[0]))

# %% [markdown] tags=["solution"]
# It does not help, it only takes longer.
# A difference that is multiplied by the same factor in every step needs few more steps to grow a thousandfold.
# What helps is a learning rate that becomes smaller, as in [the exercise on schedules](/stages/optim/#exercise-2).
