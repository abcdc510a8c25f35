# %% [markdown]
# # Tensors, by hand
#
# The second of eight stages: the program of the first, on PyTorch tensors.
# You will know what a device and a dtype are, and what they do to the numbers.
#
# ## What is new {#new}
#
# NumPy arrays have become tensors.
# The mathematics, the order of the lines and nearly all names stay as they were in [the NumPy stage](/stages/numpy/).
#
# [[diff]]
#
# ## The idea {#idea}
#
# A tensor is an array of numbers, as in NumPy, with two more properties that matter here.
#
# - The **dtype** is the type of every number in it. PyTorch computes in `torch.float32` unless told otherwise; NumPy computes in float64.
# - The **device** is where the numbers live: in the memory of the CPU, or in that of a GPU. All tensors of one operation must live on the same device; a single number on the CPU, a tensor of shape `()`, may join those of a GPU.

# %%
import torch

numbers = torch.tensor([1.0, 2.0, 3.0])
print(numbers.shape, numbers.dtype, numbers.device)

# %% [markdown]
# A sum of all elements is a tensor too.
# It holds one number and has no dimension, so its shape is `()`; `item()` takes the number out.

# %%
total = numbers.sum()
print(total, total.shape, total.item())

# %% [markdown]
# The loss and its gradients are those of the first stage.
# With $g_i = 2 (p_i - y_i)$, for example:
#
# $$ \frac{\partial L}{\partial d} = \sum_{i=1}^{n} g_i x_i^3 $$
#
# ## The program {#program}

# %%
# include: fitter.py

# %% [markdown]
# Where the NumPy program multiplies and sums, this one says `@`.
# That is the dot product, which does both in one operation: `error @ error` is the sum of squared errors.
#
# [`torch.tensor`](https://docs.pytorch.org/docs/stable/generated/torch.tensor.html) copies the points to the device once, before the loop.
# Inside the loop nothing is copied, so on a GPU all the work stays there.
#
# ## The run {#run}

# %%
import sinfit

result = sinfit.fit("tensor", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# The losses agree with those of the NumPy stage in the leading digits and differ in the last.
# The start is the same; the dtype is not.
#
# [[curves]]
#
# ## How many digits {#digits}
#
# A float32 number keeps about seven decimal digits, a float64 number about sixteen.
# Gradient descent on this loss has a formula for every step, so the rounding can be measured against it.

# %%
import numpy as np

from sinfit.theory import trajectory

grid = result.problem.x  # (2000,), float64
columns = [grid**0, grid, grid**2, grid**3]
start = tuple(result.initial.values())
exact = trajectory(columns, np.sin(grid), start, 1e-6, 2000).losses

for dtype in ("float32", "float64"):
    losses = sinfit.fit("tensor", seed=0, dtype=dtype).losses
    deviation = np.max(np.abs(losses / exact - 1))
    print(f"{dtype}: largest relative deviation {deviation:.0e}")

# %% [markdown]
# For training, float32 is exact enough: the parameters are improved in every step, so a small rounding error is repaired by the next ones.
# It takes half the memory, and GPUs are much faster with it.
# Use float64 to check derivatives.
#
# ## Watch it train {#watch}
#
# [[player]]
#
# ## The published tables {#published}
#
# Several copies of this program circulate, each from a start that nobody wrote down.
# In one of them the printed equation lacks the `x` behind `b`; the losses are right.
# One table belongs to the run of 1000 steps that [the prologue](/stages/prologue/#finished) looks at.
#
# [[published]]
#
# ## Common mistakes {#mistakes}
#
# **A device that is not there.**
# One copied notebook asks for `cuda:5`, the sixth GPU of the machine it was written on.
# On nearly every other machine the first line that makes a tensor fails.

# %% tags=["mistake"]
try:
    torch.zeros(3, device="cuda:5")
except (RuntimeError, AssertionError) as error:
    print(type(error).__name__, error)

# %% [markdown]
# sinfit checks the device before it starts, and says which devices there are.

# %% tags=["mistake"]
try:
    sinfit.fit("tensor", device="cuda:5")
except sinfit.SinfitError as error:
    print(type(error).__name__, error)

# %% [markdown]
# **A tensor is kept instead of its value.**
# `a -= …` changes the tensor `a` in place, so a list of tensors that was filled on the way holds the same tensor again and again.

# %% tags=["mistake"]
x = np.linspace(-np.pi, np.pi, 2000)
kept = []
training = fit(x, np.sin(x), initial=(1, 0, 0, 0), steps=3, learning_rate=1e-6)
for _, (a, _, _, _) in training:
    kept.append(a)
print(kept)

# %% [markdown]
# Keep `a.item()`, a number of its own, or `a.clone()`, a copy.
#
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# Keep the three values of `a` properly.

# %% tags=["solution"]
kept = []
training = fit(x, np.sin(x), initial=(1, 0, 0, 0), steps=3, learning_rate=1e-6)
for _, (a, _, _, _) in training:
    kept.append(a.item())
print(kept)

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# Write a program that uses a GPU where there is one, and runs everywhere else too.

# %% tags=["solution"]
device = "cuda" if torch.cuda.is_available() else "cpu"
short = sinfit.fit("tensor", seed=0, steps=100, device=device)
print(short.printed()[0])

# %% [markdown] tags=["solution"]
# Do not expect a GPU to be faster with 2000 points: each step is a few small operations, and starting an operation on a GPU takes longer than doing it.
# A GPU pays off with millions of numbers.

# %% [markdown]
# ### Exercise 3 {#exercise-3}
#
# Find out where float32 ends: what is the first whole number $n$, among the powers of two, for which $n + 1 = n$?

# %% tags=["solution"]
for dtype in (torch.float32, torch.float64):
    n = torch.tensor(1, dtype=dtype)
    while n + 1 != n:
        n = 2 * n
    print(dtype, n.item())

# %% [markdown] tags=["solution"]
# These are $2^{24}$ and $2^{53}$: a number has 24 or 53 binary digits.
# A loss of thousands in float32 therefore has only three or four digits behind the point that mean anything.

# %% [markdown]
# ## What comes next {#next}
#
# Four derivatives by hand are bearable; four million are not.
# [The next stage](/stages/autograd/) lets PyTorch work them out.
