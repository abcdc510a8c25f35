# %% [markdown]
# # An optimizer from optim
#
# The sixth of eight stages: an optimizer from `torch.optim` makes the update, and RMSprop chooses a step size for each parameter.
# You will see what it does with gradients of very different sizes, and why its loss may rise again at the end.
#
# [[lesson: nn]]
#
# ## The idea {#idea}
#
# ### One call for the update {#sgd}
#
# An optimizer takes over the last part of the loop.
# It is told once which parameters it moves; then `optimizer.zero_grad()` clears their gradients, and `optimizer.step()` updates them.
# The plainest optimizer is [`SGD`](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html): its step is the update that you have written by hand so far, with the same learning rate.
# Here it trains the layer of [the stage before](/stages/nn/).

# %%
import torch

x = torch.linspace(-torch.pi, torch.pi, 2000)
y = torch.sin(x)
xx = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))  # (2000, 3)

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
loss_fn = torch.nn.MSELoss(reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)

for t in range(2000):
    loss = loss_fn(model(xx), y)
    if t % 500 == 499:
        print(t, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %% [markdown]
# The losses are those of [the script there](/stages/nn/#script).
# `SGD` stands for stochastic gradient descent.
# Nothing is stochastic about it here: every step sees all 2000 points, so it is the gradient descent of the first stage.
#
# ### A step size for each parameter {#rmsprop}
#
# Plain gradient descent uses one learning rate for all parameters.
# But the loss is far steeper along `d` than along `a`, so a step that is safe for `d` is tiny for `a`.
#
# [`RMSprop`](https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html) keeps, for each parameter, a running mean $v$ of the squared gradient $g$, and divides the step by its root.
# With $\alpha = 0.99$ and a very small $\epsilon$ against division by zero:
#
# $$ v \leftarrow \alpha v + (1 - \alpha) \, g^2, \qquad \theta \leftarrow \theta - \eta \, \frac{g}{\sqrt{v} + \epsilon} $$
#
# The name stands for root mean square propagation.
# The size of the gradient cancels out, and what is left is its sign and how steady it is.
# If a gradient keeps its value for some hundred steps, each step has about the length $\eta$, however steep or flat the loss is.
# The first steps are longer, because $v$ starts at 0: at the very first, $\sqrt{v} = \sqrt{0.01} \, |g|$, and the step has the length $10 \, \eta$.

# %%
# Two parameters whose gradients differ by a factor of a million
theta = torch.nn.Parameter(torch.zeros(2))
optimizer = torch.optim.RMSprop([theta], lr=1e-3)
theta.grad = torch.tensor([1000.0, 0.001])

for t in range(3):
    before = theta.detach().clone()
    optimizer.step()
    print("step", t, (theta.detach() - before).tolist())

# %% [markdown]
# Both parameters move alike.
#
# ## What is new {#new}
#
# The loop over `model.parameters()` becomes `optimizer.step()`, and `optimizer.zero_grad()` clears the gradients.
# The learning rate is now $10^{-3}$ instead of $10^{-6}$, because it means something else.
#
# [[diff]]
#
# ## The program {#program}
#
# Another line makes the optimizer, and the loop is the one above.

# %%
# include: fitter.py

# %% [markdown]
# ## The run {#run}
#
# The start is the one of the earlier stages.

# %%
import sinfit

result = sinfit.fit("optim", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# [[curves]]
#
# Compare with [the table of the stage before](/stages/nn/#run).
# At first RMSprop is far behind: `b` must move by about 1, and at about $10^{-3}$ a step that takes about 1000 steps.
# In the second half it overtakes plain gradient descent, whose steps have become tiny by then.
# Then look at the last lines: they no longer fall, and some are higher than a line before them.
#
# [[losses-plot]]
#
# ## The end of the run {#limit-cycle}
#
# How far is the loss above that of the best cubic?

# %% alt="The gap to the best cubic over the last 1000 steps: it falls steeply, then swings up and down less and less, and ends level"
import matplotlib.pyplot as plt
import numpy as np

from sinfit.theory import best_polynomial

x, y = result.problem.x, result.problem.y
best = best_polynomial(x, y)
gap = result.losses - best.sse

lowest = int(gap.argmin())
print(f"lowest loss: {result.losses[lowest]:.6f} at step {lowest}")
print(f"last loss:   {result.losses[-1]:.6f} at step {len(gap) - 1}")

fig, ax = plt.subplots(figsize=(6.4, 2.6))
ax.plot(np.arange(1000, 2000), gap[1000:])
ax.set_yscale("log")
ax.set_xlabel("step")
ax.set_ylabel("loss above the best")
plt.show()

# %% [markdown]
# This is no rounding error.
# Near the minimum the gradient becomes small, but its root mean square becomes small with it, so the step does not.
# In the end a parameter jumps over the minimum and back: the gradient changes its sign at each step and keeps its size.
# Then $\sqrt{v} = |g|$, the step is exactly $\eta$, and it leads from $\eta / 2$ on one side to $\eta / 2$ on the other.
# That is a limit cycle.
# Here are the distances of the four parameters from the best cubic, as multiples of $\eta$, at the last steps:

# %%
offsets = (result.parameters_recorded - best.parameters) / result.learning_rate

print("            a      b      c      d")
for t in range(1996, 2000):
    print(t, " ".join(f"{offset:6.2f}" for offset in offsets[t]))

# The loss that half a step in b and d must cost
half = result.learning_rate / 2
print("expected gap:", round(float(np.square(half * (x + x**3)).sum()), 4))
print("gap:         ", round(float(gap[-1]), 4))

# %% [markdown]
# With this seed `b` and `d` jump, while `a` and `c` rest for the moment.
# Another start ends with all four jumping, and `a` and `c` side by side:

# %%
other = sinfit.fit("optim", seed=1, steps=4000)
for t in range(3996, 4000):
    offset = (other.parameters_recorded[t] - best.parameters) / other.learning_rate
    print(t, " ".join(f"{value:6.2f}" for value in offset))

# %% [markdown]
# ## Watch it train {#watch}
#
# [[player]]
#
# ### Change the optimizer {#change}
#
# Choose plain gradient descent and look at the loss: the learning rate of RMSprop is far too large for it.
# Then find a rate for each optimizer with which it comes near the best cubic in 2000 steps.
#
# [[lab: small optimizer rate optimizer=rmsprop&lr=0.001]]
#
# ## Common mistakes {#mistakes}
#
# ### The old learning rate {#old-learning-rate}
#
# A learning rate belongs to its optimizer.
# With RMSprop, $10^{-6}$ means: about a millionth for each parameter and step, whatever the gradient says.
# After 2000 steps no parameter can be far from its start.

# %% tags=["mistake"]
slow = sinfit.fit("optim", seed=0, learning_rate=1e-6)
for name, start in slow.initial.items():
    print(name, "moved by", round(abs(slow.parameters[name] - start), 4))
print("loss:", slow.losses[0], "->", slow.losses[-1])

# %% [markdown]
# ### The model instead of its parameters {#model-not-parameters}
#
# The optimizer wants the parameters, not the model that holds them.

# %% tags=["mistake"] raises="TypeError"
model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
torch.optim.RMSprop(model, lr=1e-3)

# %% [markdown]
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# The cycle is as wide as the learning rate.
# Go on from where the run ended, with a tenth of the learning rate, for 1000 steps.
# How many times smaller should the gap become, about?
#
# [[answer: times smaller, in theory: | 30]]

# %% [markdown] tags=["hint"]
# Near its minimum the loss is a bowl: the gap goes with the square of the distance.

# %% tags=["solution"]
finer = sinfit.fit("optim", initial=result.parameters, learning_rate=1e-4, steps=1000)
print("gap before:", round(result.optimality_gap, 6))
print("gap after: ", round(finer.optimality_gap, 6))
print("times smaller, in theory:", round((result.learning_rate / 1e-4) ** 2))

# %% [markdown] tags=["solution"]
# The loss is quadratic around the minimum: a tenth of the distance costs about a hundredth of the loss.

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# A learning-rate schedule makes the learning rate smaller during the training.
# Write the loop with `torch.optim.lr_scheduler.MultiStepLR`: a tenth from step 1400 on, and a hundredth from step 1700 on.
# Start where the run above started.
# What is the loss at step 1399, the last one before the rate falls?
#
# [[answer: 1399 | 0.1]]

# %% [markdown] tags=["hint"]
# Call `scheduler.step()` once in every step, after `optimizer.step()`.
# The start is in `result.initial`.

# %% tags=["solution"]
# float32, like the parameters of a new layer
inputs = (
    torch.tensor(x, dtype=torch.float32).unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
)
target = torch.tensor(y, dtype=torch.float32)
start = list(result.initial.values())


def train(learning_rate, milestones):
    """Train from the start of the run; return the losses."""
    linear = torch.nn.Linear(3, 1)
    values = torch.tensor(start)
    linear.load_state_dict({"bias": values[:1], "weight": values[1:].unsqueeze(0)})
    model = torch.nn.Sequential(linear, torch.nn.Flatten(0, 1))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=learning_rate)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, gamma=0.1)
    loss_fn = torch.nn.MSELoss(reduction="sum")
    losses = []
    for _ in range(2000):
        loss = loss_fn(model(inputs), target)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        # The scheduler counts the steps and changes the learning rate
        scheduler.step()
    return losses


losses = train(1e-3, milestones=[1400, 1700])
for t in range(1299, 2000, 100):
    print(t, losses[t])
print("best cubic:", best.sse)

# %% [markdown] tags=["solution"]
# The large steps find the region, the small ones the place.

# %% [markdown]
# ## Summary {#summary}
#
# An optimizer is told once which parameters it moves, and moves them with each `step()`.
# `SGD` does what the update by hand did; RMSprop gives each parameter a step size of its own.
# Every optimizer needs a learning rate of its own, and at a constant one RMSprop ends in a limit cycle.
#
# ## The published tables {#published}
#
# This program circulates in copies with the losses that they printed.
# [A page of their own](/published/tables/#optim) sets each of these tables beside our run.
#
# ## What comes next {#next}
#
# The model is still a chain of ready-made parts.
# In [the next stage](/stages/module/) it becomes a class of your own.
