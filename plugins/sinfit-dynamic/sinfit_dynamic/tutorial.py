# %% [markdown]
# # Control flow and weight sharing
#
# The last of eight stages: the model is another program at every step, because it draws the powers of `x` that it adds.
# Autograd follows, because it records what happens and not what is written.
#
# [[lesson: module]]
#
# ## The idea {#idea}
#
# ### Control flow {#control-flow}
#
# PyTorch builds the computational graph anew in each forward pass; this is called a dynamic graph.
# So `forward` may use the control flow of Python, loops and branches, and the graph is whatever was really computed.
# One backward pass goes through exactly these operations.
#
# ### Which powers? {#which-powers}
#
# Copies of this program say `for exp in range(4, random.randint(4, 6))`.
# The line is easy to misread.
# `randint(4, 6)` gives 4, 5 or 6, with both ends included, and `range` leaves its end out.
# So there are three cases, and counting shows that they are equally likely:

# %%
import random
from collections import Counter

draw = random.Random(0)
counts = Counter(tuple(range(4, draw.randint(4, 6))) for _ in range(30000))
for powers, count in sorted(counts.items()):
    print("adds the powers", list(powers), count)

# %% [markdown]
# One step of three sees a cubic, one a polynomial of degree 4, and one a polynomial of degree 5.
# The power $x^5$ never comes without $x^4$.
# The program of this stage draws the highest power directly, 3, 4 or 5.
#
# ### Weight sharing {#weight-sharing}
#
# In the third case `e` stands in two places.
# By the chain rule its gradient is the sum over both, and autograd adds them up without being told:
#
# $$ \frac{\partial L}{\partial e} = \sum_{i=1}^{n} 2 \, (p_i - y_i) \, (x_i^4 + x_i^5) $$
#
# ### Momentum {#momentum}
#
# The three cases pull `e` and the other parameters in different directions, and one of them is very steep.
# Momentum keeps a velocity $u$, which remembers the gradients of about the last ten steps ($\beta = 0.9$):
#
# $$ u \leftarrow \beta u + g, \qquad \theta \leftarrow \theta - \eta \, u $$
#
# A gradient $g$ that stays the same adds up to $u = g / (1 - \beta) = 10 \, g$, while opposite gradients cancel out.
# The training becomes about ten times faster where all cases agree.
# Without momentum a learning rate ten times as large would be needed, and the steepest case forbids it:

# %%
import numpy as np

from sinfit.theory import stability_limit

x = np.linspace(-np.pi, np.pi, 2000)
cubic = [x**0, x, x**2, x**3]
for name, columns in [
    ("nothing added", cubic),
    ("x^4 added", [*cubic, x**4]),
    ("x^4 and x^5 added", [*cubic, x**4 + x**5]),
]:
    print(f"{name}: largest stable learning rate {stability_limit(columns):.2e}")

# %% [markdown]
# ### All of it as a plain script {#script}
#
# Every step draws its highest power, and `forward` loops up to it.
# These are the first 3000 of the stage's 30000 steps.


# %%
import torch


class DynamicNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d, self.e = (
            torch.nn.Parameter(torch.zeros(())) for _ in range(5)
        )

    def forward(self, x, highest):
        y = self.a + self.b * x + self.c * x**2 + self.d * x**3
        for exponent in range(4, highest + 1):
            y = y + self.e * x**exponent
        return y


# %%
inputs = torch.linspace(-torch.pi, torch.pi, 2000)
target = torch.sin(inputs)
draw = random.Random(0)
model = DynamicNet()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-8, momentum=0.9)

for t in range(3000):
    loss = (model(inputs, draw.randint(3, 5)) - target).pow(2).sum()
    if t % 500 == 499:
        print(t, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %% [markdown]
# ## What is new {#new}
#
# A fifth parameter `e` joins the cubic.
# A loop in `forward` adds $e x^4$, or $e x^4 + e x^5$, or nothing, and both terms share the one parameter.
# The optimizer gets momentum, a learning rate of $10^{-8}$ and 30000 steps.
#
# [[diff]]
#
# ## The program {#program}
#
# The host hands in `rng`, which all random draws come from, so that a seed gives the same run again.
# The method `rng.integers` leaves its upper end out: `rng.integers(3, 6)` gives 3, 4 or 5.

# %%
# include: fitter.py

# %% [markdown]
# ### Three graphs {#graphs}
#
# These are the graphs of three steps, one for each case.
# Choose one, and step through it.
# In the last, two lines lead away from `e`, so two gradients come back to it: `e.grad` is their sum.
#
# [[graph]]

# %% tags=["build-only"]
from sinfit_site.running import graph

model = DynamicNet((0.1, 0.9, 0.1, -0.1, 0.01))
inputs = torch.tensor(x)
loss_fn = torch.nn.MSELoss(reduction="sum")
graph.show(
    {
        f"highest = {highest}": lambda highest=highest: loss_fn(
            model(inputs, highest), torch.sin(inputs)
        )
        for highest in (3, 4, 5)
    },
    **dict(model.named_parameters()),
    **{
        "x": inputs,
        "x²": inputs**2,
        "x³": inputs**3,
        "x⁴": inputs**4,
        "x⁵": inputs**5,
    },
)

# %% [markdown]
# ## The run {#run}
#
# Every loss is the loss of the polynomial that its own step has drawn, so neighbouring lines belong to different models.

# %%
import sinfit

result = sinfit.fit("dynamic", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# The question marks say that these terms come and go.
#
# [[curves]]
#
# The loss scatters because the polynomial changes.
# For the parameters of one moment, these are the losses that the next step may show:


# %%
def loss_of(parameters, highest):
    """The loss of one of the three polynomials."""
    a, b, c, d, e = parameters
    y_pred = a + b * x + c * x**2 + d * x**3
    for exponent in range(4, highest + 1):
        y_pred = y_pred + e * x**exponent
    return float(np.square(y_pred - np.sin(x)).sum())


print("  step   degree 3   degree 4   degree 5")
for t in (0, 1, 10, 100, 2000, 29999):
    losses = [loss_of(result.parameters_recorded[t], highest) for highest in (3, 4, 5)]
    print(f"{t:6}", " ".join(f"{loss:10.2f}" for loss in losses))

# %% [markdown]
# They lie far apart at the start and close together at the end, since `e` goes almost to zero.
# A term that is there only now and then, with one weight for an even and an odd power, is of little use for a sine.
#
# [[losses-plot]]
#
# ## Watch it train {#watch}
#
# The player draws the mean of the three polynomials.
#
# [[player]]
#
# ### Change the momentum {#change}
#
# The lab has no model that changes, so here $x^4$ and $x^5$ are always there, each with a weight of its own.
# Choose plain gradient descent: how far does its loss get in as many steps?
# Then give it ten times the learning rate, which should make up for the momentum.
#
# [[lab: small optimizer rate degree=5&optimizer=momentum&lr=1e-8&steps=5000]]
#
# ## Common mistakes {#mistakes}
#
# ### Two functions of one name {#two-randints}
#
# `random.randint(4, 6)` includes 6, but `np.random.randint(4, 6)` does not.
# Changing the import changes the model: now $x^5$ never appears.

# %% tags=["mistake"]
other = np.random.RandomState(0)
counts = Counter(tuple(range(4, other.randint(4, 6))) for _ in range(30000))
for powers, count in sorted(counts.items()):
    print("adds the powers", list(powers), count)

# %% [markdown]
# ### The learning rate of the cubic {#old-learning-rate}
#
# For a cubic, $10^{-6}$ was right.
# With the power 5 in the model it is far above the limit.

# %% tags=["mistake"]
diverged = sinfit.fit("dynamic", seed=0, learning_rate=1e-6)
print(diverged.status)
print(diverged.message)

# %% [markdown]
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# What is momentum good for?
# Train `DynamicNet` from the same start for 2000 steps: with momentum, without it, and without it but with ten times the learning rate.
# Which of the three diverge?
#
# - with momentum
# - without momentum
# - without momentum, with ten times the learning rate
#
# [[choices]]

# %% [markdown] tags=["hint"]
# The steepest case, with $x^4$ and $x^5$, sets the limit for all of them; [the table above](#momentum) has it.


# %% tags=["solution"]
def train(learning_rate, momentum, steps=2000):
    """Train with the draws of seed 0; return the model."""
    draws = np.random.default_rng(0)
    model = DynamicNet(tuple(result.initial.values()))
    optimizer = torch.optim.SGD(
        model.parameters(), lr=learning_rate, momentum=momentum
    )
    inputs = torch.tensor(x)
    for _ in range(steps):
        y_pred = model(inputs, int(draws.integers(3, 6)))
        loss = (y_pred - torch.sin(inputs)).pow(2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


finite = []
for rate, momentum in [(1e-8, 0.9), (1e-8, 0.0), (1e-7, 0.0)]:
    model = train(rate, momentum)
    last = [parameter.item() for parameter in model.parameters()]
    # A diverged model predicts numbers whose squares are too large for a float
    with np.errstate(over="ignore"):
        loss = sum(loss_of(last, highest) for highest in (3, 4, 5)) / 3
    finite.append(bool(loss < 1e6))
    print(f"learning rate {rate:.0e}, momentum {momentum}: mean loss {loss:.4g}")

# %% tags=["build-only"]
for each in finite:
    print("diverges", not each)

# %% [markdown] tags=["solution"]
# Without momentum the same learning rate gets less far, and ten times the learning rate is too much.

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# Training minimizes, on average, the mean of the three losses.
# Which parameters are best for it, and what is their mean loss?
# It is one least-squares problem: write the three sets of columns below each other.
#
# [[answer: least mean loss:]]

# %% [markdown] tags=["hint"]
# The five columns are $1$, $x$, $x^2$, $x^3$ and what `e` is multiplied by: nothing, $x^4$, or $x^4 + x^5$.
# The right-hand side is the sine three times.

# %% tags=["solution"]
nothing = np.zeros_like(x)
rows = [np.column_stack([*cubic, extra]) for extra in (nothing, x**4, x**4 + x**5)]
best = np.linalg.lstsq(np.concatenate(rows), np.tile(np.sin(x), 3), rcond=None)[0]

for name, parameters in [("best", best), ("trained", result.parameters.values())]:
    parameters = list(parameters)
    mean = sum(loss_of(parameters, highest) for highest in (3, 4, 5)) / 3
    print(f"{name:8} e = {parameters[4]:.6f}, mean loss {mean:.4f}")

# %% tags=["build-only"]
least = sum(loss_of(list(best), highest) for highest in (3, 4, 5)) / 3
print("least mean loss:", least)

# %% [markdown]
# ## Summary {#summary}
#
# The graph is built anew in every step, so loops and branches may change it.
# A parameter that stands in two places gets the sum of both gradients.
# Momentum adds up the gradients that agree and lets those that disagree cancel out.
#
# ## The published tables {#published}
#
# This program circulates in copies with the losses that they printed.
# [A page of their own](/published/tables/#dynamic) sets each of these tables beside our run.
#
# ## What comes next {#next}
#
# These were the eight stages.
# [The last page](/stages/epilogue/) sets them side by side and shows the way on.
