# %% [markdown]
# # Your own problem
#
# The loop of the stages works for other data too, and on the first try it often answers nan.
# This page turns the choices that the stages made for you into a procedure: scale the input, choose sum or mean, find the learning rate, notice divergence, use mini-batches, save the result.
# At the end you fit another curve by yourself.
#
# [[lesson: nn module]]
#
# ## The old rate, new data {#nan}
#
# Here are new data: the temperature outside, measured every six minutes for a day.
# They are made up, with noise from a fixed seed, so that everybody has the same.

# %%
import torch

generator = torch.Generator().manual_seed(0)
x = torch.arange(0, 24, 0.1)  # (240,), in hours
noise = 0.5 * torch.randn(len(x), generator=generator)
y = 12 - 5 * torch.cos(2 * torch.pi * (x - 4) / 24) + noise  # (240,), in °C

# %% [markdown]
# The model is the cubic, and the loop is that of [the stage before](/stages/module/), with its learning rate $10^{-6}$.


# %%
def powers(x, degree=3):
    """The columns 1, x, x², …; x of shape (n,) gives (n, degree + 1)."""
    return torch.stack([x**k for k in range(degree + 1)], dim=1)


def train(columns, y, rate, steps, loss_fn):
    """Fit y by columns @ w with plain SGD from zero; return w and the losses."""
    w = torch.nn.Parameter(torch.zeros(columns.shape[1]))
    optimizer = torch.optim.SGD([w], lr=rate)
    losses = []
    for _ in range(steps):
        loss = loss_fn(columns @ w, y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return w.detach(), losses


# %% tags=["mistake"]
as_sum = torch.nn.MSELoss(reduction="sum")
w, losses = train(powers(x), y, 1e-6, 100, as_sum)
print("loss at the steps 0, 1, 2:", *(f"{loss:.3g}" for loss in losses[:3]))
print("loss at the end:", losses[-1])

# %% [markdown]
# Each step overshoots, lands higher than before, and has a larger gradient for it.
# After a few steps the numbers no longer fit into float32: they become inf, and inf minus inf is nan.
# The program is right, the rate is wrong: $x^3$ reaches 31 in the stages and nearly 14,000 here.
#
# ## Scale the input {#scale}
#
# Bring x to the interval $[-1, 1]$: subtract the middle, divide by half the width.
# Then all powers lie between $-1$ and $1$, and the loss is about equally steep in all directions.
#
# The learning rate that plain gradient descent can bear is known here: it is $1 / \lambda$ for the largest eigenvalue $\lambda$ of $X^T X$, where $X$ holds the columns.
# `sinfit.theory.stability_limit` computes it, and `modes` says how fast the slowest direction is.

# %%
from sinfit.theory import modes, stability_limit

middle, half = 12.0, 12.0
u = (x - middle) / half  # (240,), from -1 to 1

for name, inputs in [("hours", x), ("scaled", u)]:
    columns = list(powers(inputs).double().T.numpy())
    limit = stability_limit(columns)
    slowest = max(mode.half_life for mode in modes(columns, learning_rate=limit / 2))
    print(f"{name:6}  limit {limit:.2g}, half-life of the slowest mode {slowest:.0f}")

# %% [markdown]
# Scaling has not only moved the limit, which another rate would do as well.
# It has made the slow directions fast.
# Why a direction is slow, and what its eigenvalue has to do with it, is in [a section that you may skip](/stages/numpy/#modes).
#
# ## Sum or mean {#mean}
#
# The sum of the squared errors grows with the number of points, so the largest rate shrinks with it.
# The mean does not: a rate that is right for 240 points is right for a million of the same kind.
# So take the mean for your own problems; it is also the default of `MSELoss`.
# Its largest rate is $n$ times that of the sum.

# %%
as_mean = torch.nn.MSELoss()


def largest_rate(columns):
    """The stability limit of the mean: n / λ, with the largest eigenvalue λ of XᵀX."""
    return len(columns) / torch.linalg.eigvalsh(columns.T @ columns)[-1].item()


print("largest rate for the mean:", round(largest_rate(powers(u)), 3))

# %% [markdown]
# ## Find the rate {#rate}
#
# The formula holds for plain gradient descent on a model that is linear in its parameters.
# For other models and optimizers, search.
#
# 1. Start with a rate that is certainly too small.
# 2. Train for some hundred steps, take three times the rate, and begin again.
# 3. When the loss explodes or swings, divide that rate by 3.

# %%
for rate in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0):
    w, losses = train(powers(u), y, rate, 200, as_mean)
    print(f"rate {rate:<5}  loss after 200 steps {losses[-1]:.4g}")

# %% [markdown]
# The search finds the same edge as the formula: 1.0 is beyond it.
# Divided by 3 it leaves room for the surprises of other data, so 0.3 it is.
# [The lab](/lab/) marks the limit and lets you cross it.
#
# ## Stop at divergence, know the floor {#divergence}
#
# A run that has diverged does not come back, so a program should stop and say so.
# And a run that has come near the best loss should stop as well.
# For a polynomial, least squares gives this floor at once; for other models, the loss is compared with that of a simple model, or with what the noise leaves.


# %%
def train_carefully(columns, y, rate, steps, floor):
    """Train until the loss is within one per cent of the floor; an error if it diverges."""
    w = torch.nn.Parameter(torch.zeros(columns.shape[1]))
    optimizer = torch.optim.SGD([w], lr=rate)
    for t in range(steps):
        loss = as_mean(columns @ w, y)
        if not torch.isfinite(loss):
            raise ArithmeticError(f"diverged at step {t}: divide the rate {rate} by 3")
        if loss < 1.01 * floor:
            return w.detach(), t
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return w.detach(), steps


best = torch.linalg.lstsq(powers(u), y.unsqueeze(1)).solution.squeeze(1)  # (4,)
floor = as_mean(powers(u) @ best, y).item()
w, steps = train_carefully(powers(u), y, 0.3, 5000, floor)
print("floor:", round(floor, 4))
print("within one per cent of it after", steps, "steps")

# %% tags=["mistake"] raises="ArithmeticError"
train_carefully(powers(u), y, 1.0, 5000, floor)

# %% [markdown]
# ## Mini-batches {#batches}
#
# With many points, one step on all of them is expensive, and most of it is wasted: a part of the points gives nearly the same gradient.
# A [`DataLoader`](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader) hands out the points in random order, here 24 at a time; one pass over all of them is an epoch.
# The gradient of a mini-batch is only nearly right, so at a constant rate the loss ends in noise above the floor.
# A smaller rate for the last epochs makes the noise smaller.

# %%
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(powers(u), y)
loader = DataLoader(data, batch_size=24, shuffle=True, generator=generator)
w = torch.nn.Parameter(torch.zeros(4))
optimizer = torch.optim.SGD([w], lr=0.3)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[80], gamma=0.1)
for epoch in range(100):
    for batch_columns, batch_y in loader:
        loss = as_mean(batch_columns @ w, batch_y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scheduler.step()
    if epoch in (9, 39, 79, 99):
        total = as_mean(powers(u) @ w, y).item()
        print(f"epoch {epoch:2}  loss {total:.4f}, above the floor {total - floor:.4f}")

# %% [markdown]
# ## Save what a prediction needs {#save}
#
# A saved model is of no use without its scaling: the parameters belong to `u`, not to `x`.
# Keep both in one file.

# %%
torch.save({"w": w.detach(), "middle": middle, "half": half}, "temperature.pt")

kept = torch.load("temperature.pt", weights_only=True)
hours = torch.tensor([6.0, 15.5])
predicted = powers((hours - kept["middle"]) / kept["half"]) @ kept["w"]
print("predicted at 6:00 and 15:30:", [round(each, 1) for each in predicted.tolist()])

# %% tags=["output-only"] alt="The measured temperatures as points and the fitted cubic through them: low in the early morning, high in the afternoon"
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(6.4, 3.0))
ax.plot(x, y, ".", color="0.6", markersize=3, label="measured")
ax.plot(x, (powers(u) @ w).detach(), color="C1", label="fitted cubic")
ax.set_xlabel("hour")
ax.set_ylabel("temperature")
ax.legend()
plt.show()

# %% [markdown]
# ## The procedure {#procedure}
#
# 1. Scale every input to $[-1, 1]$, and keep the numbers that you scaled with.
# 2. Take the mean as the loss.
# 3. Compute the largest rate or search for it, and divide it by 2 or 3.
# 4. Stop the run when the loss is not finite.
# 5. Compare the loss with a floor: it tells a training that is too short from a model that is too weak.
# 6. With many points, use mini-batches, and a smaller rate at the end.
# 7. Save the parameters together with the scaling.
#
# ## Your task {#exercises}
#
# ### Task: another wave, degree 5 {#exercise-1}
#
# Fit $y = \cos 2x$ on $[-\pi, \pi]$, at 2000 points, by a polynomial of degree 5.
# The rate of the module stage, $10^{-6}$ with the sum, gives nan; see for yourself.
# Then follow the procedure, and get within one per cent of the floor.
#
# How many steps do you need with half of the largest rate?
#
# [[answer: steps: | 3]]

# %% [markdown] tags=["hint"]
# `powers(x / torch.pi, 5)` holds the scaled columns, and `largest_rate` and `train_carefully` are ready.
# The floor comes from `torch.linalg.lstsq`, as above.

# %% tags=["solution"]
x = torch.linspace(-torch.pi, torch.pi, 2000)
y = torch.cos(2 * x)
w, losses = train(powers(x, 5), y, 1e-6, 100, as_sum)
print("the rate of the module stage:", losses[-1])

u = x / torch.pi
columns = powers(u, 5)
limit = largest_rate(columns)
print("largest rate for the mean, scaled:", round(limit, 3))

best = torch.linalg.lstsq(columns, y.unsqueeze(1)).solution.squeeze(1)  # (6,)
floor = as_mean(columns @ best, y).item()
w, steps = train_carefully(columns, y, limit / 2, 5000, floor)
print("floor:", round(floor, 4))
print("steps:", steps)

# The formula for every step says what x without scaling would need
from sinfit.theory import trajectory

unscaled = list(powers(x, 5).double().T.numpy())
rate = stability_limit(unscaled) / 2
losses = trajectory(unscaled, y.double().numpy(), [0] * 6, rate, 100_000).losses
print("without scaling:", int((losses / len(x) < 1.01 * floor).argmax()))

# %% [markdown] tags=["solution"]
# Scaled, fewer than a thousand steps are enough.
# Without scaling it takes more than eighty times as many, at a rate that is just as close to its own limit.

# %% [markdown]
# ### Exercise: is it the training, or the model? {#exercise-2}
#
# About 32 % of the loss of the flat line $p(x) = 0$ is left.
# Would more steps help, or another degree?
# Compute the floor for the degrees 3 to 8.
# Which is the first degree that leaves less than a tenth of the loss of the flat line?
#
# [[answer: less than a tenth from degree | 0]]

# %% [markdown] tags=["hint"]
# Try it in [the lab](/lab/): the broken line is the best that a degree can do.

# %% tags=["solution"]
flat = y.square().mean().item()
print("flat line", round(flat, 4))
floors = {}
for degree in range(3, 9):
    best = torch.linalg.lstsq(powers(u, degree), y.unsqueeze(1)).solution.squeeze(1)
    floors[degree] = as_mean(powers(u, degree) @ best, y).item()
    print("degree", degree, round(floors[degree], 4))
enough = [degree for degree, loss in floors.items() if loss < flat / 10]
print("less than a tenth from degree", enough[0])

# %% [markdown] tags=["solution"]
# The training is done: no polynomial of degree 5 is better.
# The cosine is even, so $x^5$ cannot help, and degree 5 is no better than degree 4; the term $x^6$ helps a lot.
# That is what a floor is for: it says whether to look at the training or at the model.

# %% [markdown]
# ## What comes next {#next}
#
# You can now train a model of your own on data of your own.
# [The last stage](/stages/dynamic/) is a side track: a model that is another program at every step.
# [The last page](/stages/epilogue/) sets all stages side by side and goes on to neural networks.
