# %% [markdown]
# # Tensors, by hand
#
# The second of eight stages: the program of the first, on PyTorch tensors.
# You will know what a device and a dtype are, and what they do to the numbers.
#
# [[lesson: numpy]]
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
# ### All of it as a plain script {#script}
#
# The four parameters are tensors of shape `()`, which begin at zero.

# %%
x = torch.linspace(-torch.pi, torch.pi, 2000)
y = torch.sin(x)
a, b, c, d = (torch.zeros(()) for _ in range(4))

for t in range(2000):
    y_pred = a + b * x + c * x**2 + d * x**3
    loss = (y_pred - y).pow(2).sum()
    if t % 500 == 499:
        print(t, loss.item())
    grad_y_pred = 2.0 * (y_pred - y)
    a -= 1e-6 * grad_y_pred.sum()
    b -= 1e-6 * (grad_y_pred * x).sum()
    c -= 1e-6 * (grad_y_pred * x**2).sum()
    d -= 1e-6 * (grad_y_pred * x**3).sum()

# %% [markdown]
# ## What is new {#new}
#
# NumPy arrays have become tensors.
# The mathematics, the order of the lines and nearly all names stay as they were in [the NumPy stage](/stages/numpy/).
#
# [[diff]]
#
# ## The program {#program}

# %%
# include: fitter.py

# %% [markdown]
# Tensors are added, multiplied and summed like arrays, so a single operation of the loop has changed: `np.square` belongs to NumPy, and `pow` belongs to the tensor.
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
# Which of these, put into the list, hold the value of their own step?
#
# - `a`
# - `a.item()`
# - `a.clone()`
# - `a.detach()`
#
# [[choices]]

# %% [markdown] tags=["hint"]
# One of them is another tensor that shares its memory with `a`.

# %% tags=["solution"]
ways = {
    "a": lambda a: a,
    "a.item()": lambda a: a.item(),
    "a.clone()": lambda a: a.clone(),
    "a.detach()": lambda a: a.detach(),
}
for name, keep in ways.items():
    training = fit(x, np.sin(x), initial=(1, 0, 0, 0), steps=3, learning_rate=1e-6)
    kept = [keep(a) for _, (a, _, _, _) in training]
    print(f"{name:10} three values:", len({float(value) for value in kept}) == 3)

# %% [markdown] tags=["solution"]
# `a.detach()` takes the tensor out of the computational graph of the next stage, but copies nothing: it shares the memory of `a`.

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# Write a program that uses a GPU where there is one, and runs everywhere else too.
# Let it train for 100 steps from the start of seed 1.
# What is the loss at step 99?
#
# [[answer: 99 | 0.1]]

# %% [markdown] tags=["hint"]
# `torch.cuda.is_available()` says whether there is a GPU, and `sinfit.fit` takes `device=`.

# %% tags=["solution"]
device = "cuda" if torch.cuda.is_available() else "cpu"
short = sinfit.fit("tensor", seed=1, steps=100, device=device)
print(short.printed()[0])

# %% [markdown] tags=["solution"]
# Do not expect a GPU to be faster with 2000 points: each step is a few small operations, and starting an operation on a GPU takes longer than doing it.
# A GPU pays off with millions of numbers.

# %% [markdown]
# ### Exercise 3 {#exercise-3}
#
# Find out where float32 ends: what is the first whole number $n$, among the powers of two, for which $n + 1 = n$?
#
# [[answer: torch.float32 | 0]]

# %% [markdown] tags=["hint"]
# Begin with a tensor that holds 1, and double it until adding 1 changes nothing.

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
# ## Summary {#summary}
#
# A tensor is an array of numbers with a dtype and a device.
# In float32 the losses agree with those of NumPy in about seven digits, which is enough for training.
# All tensors of one operation must be on the same device.
#
# ## The published tables {#published}
#
# This program circulates in copies with the losses that they printed.
# [A page of their own](/published/tables/#tensor) sets each of these tables beside our run.
#
# ## What comes next {#next}
#
# Four derivatives by hand are bearable; four million are not.
# [The next stage](/stages/autograd/) lets PyTorch work them out.
