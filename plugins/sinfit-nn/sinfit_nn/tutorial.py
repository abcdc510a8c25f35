# %% [markdown]
# # Layers from nn
#
# The fifth of eight stages: a layer from `torch.nn` holds the parameters, and a loss function comes ready made.
# At the end you will know which shapes such a layer wants, and what happens when they are wrong.
#
# [[lesson: autograd]]
#
# ## The idea {#idea}
#
# ### A linear layer {#layer}
#
# A linear layer ([`torch.nn.Linear`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html)) with three inputs and one output multiplies each input by a weight and adds a bias.
# If the inputs are the powers of $x$, this is the cubic again:
#
# $$ p(x) = b + w_1 x + w_2 x^2 + w_3 x^3 $$
#
# The bias $b$ is what was called `a`, and the weights are `b`, `c` and `d`.
#
# ### The powers as columns {#columns}
#
# The layer needs a tensor with one row for each point and one column for each power.
# Broadcasting makes it in one operation: shape `(n, 1)` and shape `(3,)` give shape `(n, 3)`.

# %%
import torch

x = torch.linspace(-torch.pi, torch.pi, 2000)
powers = torch.tensor([1, 2, 3])
xx = x.unsqueeze(-1).pow(powers)

print(x.unsqueeze(-1).shape, powers.shape, xx.shape)
# The last row is π, π², π³
print(xx[-1])

# %% [markdown]
# ### The shape of the output {#output}
#
# The output of the layer has the shape `(n, 1)`: one row for each point, one column for the one output.
# The true values have the shape `(n,)`.
# `Flatten(0, 1)` merges the first two dimensions into one, and `Sequential` runs the two parts one after the other.
#
# ### The loss function {#loss}
#
# [`MSELoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html) takes the mean of the squared errors.
# With `reduction="sum"` it takes their sum, which is the loss of all stages so far.
#
# ### All of it as a plain script {#script}
#
# A new `Linear` draws its start by itself, from the seed that is set before.
# `model.parameters()` walks through all parameters of all parts: a model with a thousand layers would need no other update.
# `model.zero_grad()` clears all gradients at once.

# %%
y = torch.sin(x)  # (2000,)
torch.manual_seed(0)
linear = torch.nn.Linear(3, 1)
model = torch.nn.Sequential(linear, torch.nn.Flatten(0, 1))
loss_fn = torch.nn.MSELoss(reduction="sum")

for t in range(2000):
    loss = loss_fn(model(xx), y)
    if t % 500 == 499:
        print(t, loss.item())
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 1e-6 * parameter.grad

print("bias", linear.bias.tolist(), "weight", linear.weight.tolist())

# %% [markdown]
# ## What is new {#new}
#
# Autograd computes the gradients, but it knows nothing about models: you must keep track of the parameters yourself.
# The package `torch.nn` offers parts that do it for you.
# Against the stage [Tensors and autograd](/stages/autograd/), the four loose parameters become one linear layer, the loss becomes `MSELoss`, and the update becomes a loop over `model.parameters()`.
#
# [[diff: autograd]]
#
# ## The program {#program}
#
# The stage is the same loop as a generator, with one thing more.
# Its start comes from outside, the same for all stages, so `skip_init` creates the layer without a start of its own, and `load_state_dict` fills it.
# It copies each tensor into the parameter of that name; a saved model is loaded in the same way.

# %%
# include: fitter.py

# %% [markdown]
# ## The run {#run}
#
# The start is the one that the earlier stages have had, so the losses should be theirs up to rounding.
# [The page with all stages](/stages/epilogue/#one-trajectory) checks it.

# %%
import sinfit

result = sinfit.fit("nn", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# [[curves]]
#
# A layer changes how the program is written, not what it computes.
# The loss falls as before: fast within the first fifty steps, then slowly.
#
# [[losses-plot]]
#
# ## Watch it train {#watch}
#
# [[player]]
#
# ## Common mistakes {#mistakes}
#
# The experiments below share this loop.
# It is the program from above, except that the two safeguards can be left out.


# %%
def train(
    inputs,
    target,
    *,
    start,
    learning_rate,
    steps,
    reduction="sum",
    flatten=True,
    clear=True,
):
    """Train a linear layer; return what it predicts, and its losses."""
    model = torch.nn.Linear(inputs.shape[1], 1)
    values = torch.tensor(start)
    model.load_state_dict({"bias": values[:1], "weight": values[1:].unsqueeze(0)})
    if flatten:
        model = torch.nn.Sequential(model, torch.nn.Flatten(0, 1))
    loss_fn = torch.nn.MSELoss(reduction=reduction)
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(inputs), target)
        losses.append(loss.item())
        if clear:
            model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= learning_rate * parameter.grad
    return model(inputs).detach(), losses


# %% [markdown]
# ### Flatten is forgotten {#forgotten-flatten}
#
# Now the prediction has the shape `(n, 1)` and the truth the shape `(n,)`.
# Their difference is no error: broadcasting subtracts every true value from every prediction, and the result has the shape `(n, n)`.
# The best answer to that task is the mean of `y` everywhere, a flat line.
# PyTorch gives a warning and goes on.
#
# To show it, the training begins with the parameters that the run above has found, on every tenth point.
# There are 200 times as many squares in this sum, so the learning rate has to be smaller.

# %% tags=["mistake"]
import warnings

few = slice(None, None, 10)
found = list(result.parameters.values())

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    prediction, losses = train(
        xx[few], y[few], start=found, learning_rate=1e-7, steps=2000, flatten=False
    )

print(caught[0].category.__name__)
print(caught[0].message)
print("Shapes:", prediction.shape, y[few].shape)
print("Loss:", round(losses[0]), "->", round(losses[-1]))
print("Largest prediction:", round(prediction.abs().max().item(), 4))

# %% [markdown]
# The loss has gone down, and the curve is gone with it.
# Treat this warning as an error.
#
# Here the mistake is made in the lab, with 200 points and the same rate.
# Take it away: the curve comes back, and the stability limit, the red mark, rises as many times as there are points.
# So the right program can bear a much larger rate; move it up.
#
# [[lab: small bug rate n=200&lr=1e-7&bug=flatten]]
#
# ### The gradients are not cleared {#forgotten-zero-grad}
#
# `backward` adds to the gradients that are there.
# Without `zero_grad` each update uses the sum of all gradients so far, which never forgets.
# The parameters swing around the best fit as a pendulum without friction.

# %% tags=["mistake"]
zeros = [0.0, 0.0, 0.0, 0.0]
_, with_clearing = train(xx, y, start=zeros, learning_rate=1e-6, steps=500)
_, without = train(xx, y, start=zeros, learning_rate=1e-6, steps=500, clear=False)

print("step  cleared  not cleared")
for t in range(49, 500, 50):
    print(f"{t:4} {with_clearing[t]:8.2f} {without[t]:12.2f}")

# %% [markdown]
# What else a loss may do, and why, is among [the questions about the loss](/questions/).
#
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# Use `reduction="mean"`, the default of `MSELoss`.
# Which learning rate gives the same parameters at every step?
# Check it over 300 steps.
#
# [[answer: rate for the mean: | 0.1]]

# %% [markdown] tags=["hint"]
# The mean is the sum divided by the number of points, and so is each of its gradients.

# %% tags=["solution"]
rate = 1e-6 * len(y)
as_sum, sums = train(xx, y, start=zeros, learning_rate=1e-6, steps=300)
as_mean, means = train(
    xx, y, start=zeros, learning_rate=rate, steps=300, reduction="mean"
)

print("rate for the mean:", rate)
print("sum: ", sums[-1])
print("mean:", means[-1], "times 2000 is", means[-1] * 2000)
print("same prediction:", torch.allclose(as_sum, as_mean, atol=1e-4))

# %% [markdown] tags=["solution"]
# The mean is the sum divided by $n$, so its gradients are smaller by the same factor.
# The learning rate must be larger by $n = 2000$.
# A learning rate therefore says nothing without the loss it belongs to.

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# The column $x^3$ reaches 31, the column $x$ only 3.1, and gradient descent suffers from such differences.
# Divide each column by its largest value and train again.
# `sinfit.theory.stability_limit` tells how large the learning rate may be.
# What is 0.9 times this limit for the scaled columns?
#
# [[answer: scaled: learning rate | 2]]

# %% [markdown] tags=["hint"]
# `xx.abs().max(dim=0).values` holds the largest value of each column.
# The bias counts as a column that holds 1 everywhere.

# %% tags=["solution"]
from sinfit.theory import best_polynomial, stability_limit

scaled = xx / xx.abs().max(dim=0).values
for name, inputs in [("powers", xx), ("scaled", scaled)]:
    columns = [torch.ones(2000), *inputs.T]
    rate = 0.9 * stability_limit([column.numpy() for column in columns])
    _, losses = train(inputs, y, start=zeros, learning_rate=rate, steps=300)
    print(f"{name}: learning rate {rate:.2e}, loss after 300 steps {losses[-1]:.4f}")

print(f"best cubic: {best_polynomial(x.numpy(), y.numpy()).sse:.4f}")

# %% [markdown] tags=["solution"]
# The model is the same family of curves, yet it trains many times faster.
# Scaling the inputs is the cheapest improvement there is.

# %% [markdown]
# ## Summary {#summary}
#
# A `Linear` layer holds a weight for each input and a bias, and gives one column for each output.
# The prediction must have the shape of the true values, so `Flatten` removes the extra dimension.
# `model.parameters()` reaches every parameter, however many layers there are.
#
# ## The published tables {#published}
#
# This program circulates in copies with the losses that they printed.
# [A page of their own](/published/tables/#nn) sets each of these tables beside our run.
#
# ## What comes next {#next}
#
# The update is still written by hand, with one learning rate for all.
# In [the next stage](/stages/optim/) an optimizer takes it over.
