# %% [markdown]
# # The published tables, line by line
#
# Every loss table that was found for these programs stands here beside our run of the same program.
# [Published results and errata](/published/) says what the verdicts mean, and how a table without a seed can be reproduced.
#
# ## Tables of `numpy` {#numpy}
#
# [The NumPy stage](/stages/numpy/) circulates in many copies, each with losses that were printed without a seed.
# The two slow modes can be recovered from such a table, so each table is set beside our replay of it.
#
# [[published: numpy]]
#
# ## Tables of `tensor` {#tensor}
#
# Several copies of [this program](/stages/tensor/) circulate, each from a start that nobody wrote down.
# In one of them the printed equation lacks the `x` behind `b`; the losses are right.
# One table belongs to the blog post [below](#curves).
#
# [[published: tensor]]
#
# ## Tables of `autograd` {#autograd}
#
# [[published: autograd]]
#
# ## Tables of `legendre` {#legendre}
#
# The official tutorial prints a table for [this program](/stages/legendre/).
# Because nothing is random, anybody can check it.
# `sinfit.fit` computes the points in float64 and the published program computes them in float32, so the last digits differ.
# Given the published program's own points, the run repeats its table.

# %%
import re

import torch
from sinfit_replay import published

import sinfit

result = sinfit.fit("legendre")
x = torch.linspace(-torch.pi, torch.pi, 2000)  # float32, as in the published program
same = sinfit.fit("legendre", x, torch.sin(x))

table = published()["tutkr-legendre"]
losses = table.losses
farthest = max(abs(result.losses[step] / loss - 1) for step, loss in losses)
equal = sum(same.losses[step] == loss for step, loss in losses)
print(f"float64 points: largest relative deviation {farthest:.1e}")
print(f"float32 points: {equal} of {len(losses)} losses equal to the last digit")

printed = re.findall(r"-?\d\.\d+(?:e-\d+)?", table.result_line)
for (name, ours), theirs in zip(same.parameters.items(), printed, strict=True):
    print(name, ours, theirs, "equal" if ours == float(theirs) else "")

# %% [markdown]
# In the equation all four parameters are equal to the last digit, even `a` and `c`, of which only rounding noise around zero is left, less than $10^{-9}$.
# The same operations in the same order leave the same noise; a processor that adds in another order leaves another.
#
# The replay below takes the points in float64, so it reports the larger deviation.
#
# [[published: legendre]]
#
# ## Tables of `nn` {#nn}
#
# These tables were printed without a seed.
# Their layers drew their own start, so the lines differ from ours; beside each table stands our replay of it.
#
# [[published: nn]]
#
# ## Tables of `optim` {#optim}
#
# In the result lines of these tables `a` and `c` agree to several digits, at nearly half the learning rate, or both are nearly zero: it is [the limit cycle](/stages/optim/#limit-cycle).
#
# [[published: optim]]
#
# ## Tables of `module` {#module}
#
# One of these tables ends far above all others.
# [A name that still exists](/stages/module/#leftover-name) is the reason.
#
# [[published: module]]
#
# ## Tables of `dynamic` {#dynamic}
#
# What these runs drew is lost with them, so their losses cannot be repeated line by line.
#
# [[published: dynamic]]
#
# ## A post with one picture twice {#curves}
#
# A published blog post compares the random, the predicted and the true curve, as [our first page](/stages/prologue/) does, with 1000 points and 1000 steps.
# It shows one picture twice: once as the predicted curve, once as the true one.
# The losses that it prints contradict its pictures.
# Here is the last of them; the post counts its epochs from 1.

# %%
import numpy as np

from sinfit.theory import best_polynomial

x = np.linspace(-np.pi, np.pi, 1000)
best = best_polynomial(x, np.sin(x))
step, printed = published()["seed-004-curves"].losses[-1]
times = round(printed / best.sse)
print("step", step, "loss", printed, "=", times, "times the best cubic's")
