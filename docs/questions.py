# %% [markdown]
# # Questions about the loss
#
# What does your loss do?
# Each answer is a few lines with a run that shows it, and a link to the page that explains more.
# Overfitting, prediction and numbers that differ are among [the questions about results](/questions/results/); if your program stops with a message, look among [the error messages](/questions/errors/).
#
# The examples share this cubic and this loop of gradient descent, which begins at zero.

# %%
import numpy as np
import torch

x = torch.linspace(-torch.pi, torch.pi, 2000)  # (2000,)
y = torch.sin(x)  # (2000,)
powers = torch.stack([x**0, x, x**2, x**3], dim=1)  # (2000, 4)


def train(inputs, target, rate, steps, *, mean=False, clear=True, sign=-1):
    """Fit target by inputs @ w; return the losses and w."""
    w = torch.zeros(inputs.shape[1], dtype=inputs.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        squares = (inputs @ w - target).square()  # (n,)
        loss = squares.mean() if mean else squares.sum()
        losses.append(loss.item())
        if clear:
            w.grad = None
        loss.backward()
        with torch.no_grad():
            w += sign * rate * w.grad
    return losses, w.detach()


def show(name, losses, every):
    """Print some of the losses."""
    print(f"{name:10}", *(f"{loss:.4g}" for loss in losses[::every]))


# %% [markdown]
# ## The loss does not fall {#does-not-fall}
#
# ### Why does my loss stay exactly the same? {#loss-stays-the-same}
#
# Nothing changes the parameters.
# Either the call of `optimizer.step()` is missing, or the optimizer holds other parameters than the model: here the model was made anew after the optimizer.

# %% tags=["mistake"]
model = torch.nn.Linear(4, 1, bias=False)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
model = torch.nn.Linear(4, 1, bias=False)  # the optimizer does not know this one
torch.nn.init.zeros_(model.weight)


def two_steps():
    for _ in range(2):
        loss = (model(powers).flatten() - y).square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(loss.item())


two_steps()

# %% [markdown]
# Make the optimizer after the model, and after every `model = …`:

# %%
optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
two_steps()

# %% [markdown]
# More: [what an optimizer holds](/stages/optim/#idea).
#
# ### Why does my loss fall so slowly? {#loss-falls-slowly}
#
# The learning rate is too small for this loss.
# The mean of 2000 squares has gradients 2000 times smaller than their sum, so it needs a rate 2000 times as large.

# %% tags=["mistake"]
show("mean, 1e-6", train(powers, y, 1e-6, 501, mean=True)[0], 100)

# %%
show("mean, 2e-3", train(powers, y, 2e-3, 501, mean=True)[0], 100)

# %% [markdown]
# More: [the sum is taken for the mean](/stages/numpy/#mistakes).
# [See it in the lab](/lab/?loss=mean).
#
# ### Why does my loss stop far above zero? {#loss-above-zero}
#
# The model cannot do better.
# No cubic is a sine, and the best one leaves a loss of about 8.8 on 2000 points; a term $x^5$ leaves far less.

# %%
from sinfit.theory import best_polynomial

for degree in (1, 2, 3, 5):
    print("degree", degree, f"{best_polynomial(x, y, degree).sse:.4f}")

# %% [markdown]
# Compare your loss with this floor before you train any longer.
# More: [is it finished?](/stages/prologue/#finished)
# [See it in the lab](/lab/?lr=3e-6&steps=5000).
#
# ### Why is my prediction a flat line? {#flat-line}
#
# The prediction has the shape `(n, 1)` and the target `(n,)`.
# Their difference has the shape `(n, n)`, every prediction against every target, and the best answer to that is the mean of all targets.

# %% tags=["mistake"]
few = powers[::20]  # (100, 4)
target = y[::20] + 1  # (100,): a mean of about 1
w = torch.zeros(4, 1, requires_grad=True)
for _ in range(1000):
    errors = few @ w - target
    (gradient,) = torch.autograd.grad(errors.square().mean(), w)
    with torch.no_grad():
        w -= 2e-3 * gradient
print("errors", tuple(errors.shape))
low, high = (few @ w).aminmax()
print(f"predictions from {low:.3f} to {high:.3f}")

# %%
print("errors", tuple(((few @ w).squeeze(1) - target).shape))

# %% [markdown]
# Flatten the prediction, and print both shapes once.
# More: [Flatten is forgotten](/stages/nn/#forgotten-flatten).
# [See it in the lab](/lab/?n=200&lr=1e-7&bug=flatten).
#
# ### Why does one parameter never change? {#parameter-never-changes}
#
# The loss does not depend on it.
# A gradient of zero, or of `None`, after `backward()` names the culprit: here the last term has the `c` of another cell instead of `x`.

# %% tags=["mistake"]
c = 0.0  # left over from another cell
a, d = (torch.tensor(1.0, requires_grad=True) for _ in range(2))
(a * x + d * c**3 - y).square().sum().backward()
print("a.grad", a.grad, " d.grad", d.grad)

# %%
a.grad = d.grad = None
(a * x + d * x**3 - y).square().sum().backward()
print("a.grad", a.grad, " d.grad", d.grad)

# %% [markdown]
# More: [a name that still exists](/stages/module/#leftover-name).
# [See it in the lab](/lab/?bug=cubed).
#
# ## The loss is nan or inf {#nan}
#
# ### Why is my loss nan? {#loss-nan}
#
# The learning rate is too high, so each step lands further from the minimum than it began.
# The loss grows until it is `inf`, and `inf - inf` is `nan`.

# %% tags=["mistake"]
show("1e-5", train(powers, y, 1e-5, 81)[0], 10)

# %%
show("1e-6", train(powers, y, 1e-6, 81)[0], 10)

# %% [markdown]
# Divide the rate by ten until the loss falls.
# More: [how far a rate may go](/stages/numpy/#exercise-2).
# [See it in the lab](/lab/?lr=1e-5&steps=100).
#
# ### Why is my loss nan with my own data? {#nan-own-data}
#
# Large inputs make large gradients.
# If `x` goes up to 100 instead of 3, then $x^3$ is a million, and a rate that worked is far too high.
# Scale `x` to $[-1, 1]$; for most data, subtract the mean and divide by the standard deviation.


# %% tags=["mistake"]
def cubic(x):
    return torch.stack([x**0, x, x**2, x**3], dim=1)


own_x = torch.linspace(0, 100, 200)
own_y = torch.sqrt(own_x)
show("x", train(cubic(own_x), own_y, 1e-3, 13, mean=True)[0], 3)

# %%
scaled = (own_x - 50) / 50  # from -1 to 1
show("scaled x", train(cubic(scaled), own_y, 0.1, 1201, mean=True)[0], 300)

# %% [markdown]
# Scale the inputs of a later prediction by the same two numbers.
# More: [columns of the same size](/stages/nn/#exercise-2).
# [See it in the lab](/lab/?target=own&pts=0,0;25,5;50,7.07;75,8.66;100,10&loss=mean&lr=0.001&steps=100).
#
# ### Why is my loss nan from the first step? {#nan-first-step}
#
# The data hold a `nan` already, for example an empty cell of a table.
# One is enough for the whole sum.

# %% tags=["mistake"]
measured = y.clone()
measured[7] = float("nan")
show("all", train(powers, measured, 1e-6, 2)[0], 1)

# %%
good = torch.isfinite(measured)
print("not finite:", (~good).sum().item())
show("the others", train(powers[good], measured[good], 1e-6, 2)[0], 1)

# %% [markdown]
# `sinfit.fit` refuses such data and says how many values are wrong.
# More: [data of your own](/python/#data).
#
# ### Why is a gradient nan while the loss is finite? {#gradient-nan}
#
# Some functions have no finite derivative at a point where their value is fine: the root, at zero.
# The chain rule then multiplies infinity by zero.

# %% tags=["mistake"]
w = torch.tensor(0.0, requires_grad=True)
loss = torch.sqrt(w**2)
loss.backward()
print("loss", loss.item(), "gradient", w.grad.item())

# %%
w.grad = None
loss = torch.sqrt(w**2 + 1e-12)
loss.backward()
print("loss", loss.item(), "gradient", w.grad.item())

# %% [markdown]
# `torch.autograd.set_detect_anomaly(True)` names the operation that made the first `nan`.
# More: [the chain rule](/stages/autograd/#idea).
#
# ### Which learning rate should I choose? {#which-learning-rate}
#
# Try powers of ten for a few steps, and take the largest whose loss still falls steadily.
# For a sum of squares that is linear in its parameters, the limit can also be computed.

# %%
for rate in (1e-8, 1e-7, 1e-6, 1e-5):
    show(f"{rate:g}", train(powers, y, rate, 41)[0], 10)

from sinfit.theory import stability_limit

print(f"limit {stability_limit(list(powers.double().T.numpy())):.3g}")

# %% [markdown]
# More: [where the limit comes from](/stages/numpy/#exercise-2), and `sinfit map` of [the command line](/cli/), which tries many rates.
# [See it in the lab](/lab/?lr=3.5e-6&steps=100).
#
# ## The loss rises {#rises}
#
# ### Why does my loss go up and down? {#loss-up-and-down}
#
# The gradients are not cleared.
# `backward()` adds to them, so every step repeats all steps before it, and the fit swings like a pendulum.

# %% tags=["mistake"]
show("not zeroed", train(powers, y, 1e-6, 301, clear=False)[0], 30)

# %%
show("zeroed", train(powers, y, 1e-6, 301)[0], 30)

# %% [markdown]
# Call `optimizer.zero_grad()` once in every step.
# More: [the gradients are not cleared](/stages/autograd/#mistakes).
# [See it in the lab](/lab/?bug=zero_grad&steps=500).
#
# ### Why does my loss rise at every step? {#loss-rises}
#
# Either the rate is too high, or the update has the wrong sign.
# Make the rate a thousand times smaller: if the loss still rises, the sign is wrong.

# %% tags=["mistake"]
show("plus", train(powers, y, 1e-9, 5, sign=+1)[0], 1)

# %%
show("minus", train(powers, y, 1e-9, 5)[0], 1)

# %% [markdown]
# The gradient points uphill, so the step goes against it.
# More: [the program by hand](/stages/numpy/#program).
# [See it in the lab](/lab/?lr=4e-6&steps=100).
#
# ### Why does my loss rise again at the end? {#loss-rises-late}
#
# RMSprop and Adam take steps of about the size of the learning rate, however small the gradient is.
# Near the minimum they step over it, again and again.
# A smaller rate, or one that shrinks on the way, lets them arrive.

# %% tags=["mistake"]
import sinfit

result = sinfit.fit("optim", learning_rate=1e-2, steps=1000)
late = result.losses[500:]
print("late losses that rise:", f"{(np.diff(late) > 0).mean():.0%}")

# %%
start = result.parameters
finer = sinfit.fit("optim", initial=start, learning_rate=1e-4, steps=1000)
for run in (result, finer):
    print(f"rate {run.learning_rate:g}: gap {run.optimality_gap:.4f}")

# %% [markdown]
# More: [the limit cycle](/stages/optim/#limit-cycle), and [schedules](/stages/optim/#exercise-2).
# [See it in the lab](/lab/?optimizer=rmsprop&lr=0.01&steps=1000).
#
# ### Why does my loss jump with minibatches? {#minibatches-jump}
#
# Each minibatch is another small sample, so each step sees another loss.
# Judge the mean over an epoch, not a single batch.

# %%
generator = torch.Generator().manual_seed(0)
w = torch.zeros(4, requires_grad=True)
for _ in range(3):
    losses = []
    for batch in torch.randperm(2000, generator=generator).split(20):
        loss = (powers[batch] @ w - y[batch]).square().mean()
        losses.append(loss.item())
        (gradient,) = torch.autograd.grad(loss, w)
        with torch.no_grad():
            w -= 1e-3 * gradient
    low, high = min(losses), max(losses)
    print(f"batches {low:.3f} to {high:.3f}, mean {np.mean(losses):.3f}")

# %% [markdown]
# More: [stochastic gradient descent](/stages/module/#run).
#
# ## It is slow {#slow}
#
# ### Why does the loss fall fast, and then hardly at all? {#fast-then-slow}
#
# The loss is a valley with two steep and two flat directions.
# One rate serves all of them, and the steep ones limit it.
# The half-life says how many steps halve what is left in a direction.

# %%
from sinfit.theory import modes

for mode in modes(list(powers.double().T.numpy()), learning_rate=1e-6):
    print(f"half-life {mode.half_life:6.1f} steps")

# %% [markdown]
# More: [four directions, four speeds](/stages/numpy/#modes).
# [See it in the lab](/lab/?at=100).
#
# ### Why is gradient descent so bad at polynomials of high degree? {#high-degree}
#
# The powers of `x` look more and more alike, so the valley becomes narrower: the condition number compares its steepest direction with its flattest.
# Legendre polynomials of the scaled `x` span the same curves, and progress in one hardly changes the others.

# %% tags=["mistake"]
unit = np.linspace(-1, 1, 2000)
for degree in (3, 9, 15):
    basis = np.vander(unit, degree + 1)
    print("powers  ", degree, f"{np.linalg.cond(basis) ** 2:.0e}")

# %%
for degree in (3, 9, 15):
    basis = np.polynomial.legendre.legvander(unit, degree)
    print("Legendre", degree, f"{np.linalg.cond(basis) ** 2:.0e}")

# %% [markdown]
# For a polynomial you need no gradient descent at all: `np.polynomial.Polynomial.fit` solves it.
# More: [a Legendre polynomial](/stages/legendre/).
# [See it in the lab](/lab/?degree=9&scale=scaled&lr=0.0004&steps=5000).
#
# ### Why is PyTorch slower than NumPy? {#slower-than-numpy}
#
# Every operation of PyTorch costs some microseconds before it computes anything.
# With 20 numbers that is nearly all of the time; with many, the computing decides, and a GPU begins to pay.

# %%
from timeit import repeat


def seconds(n):
    """The time of one sum of squares of n numbers."""
    values = torch.ones(n)
    return min(repeat(lambda: values.square().sum(), number=200)) / 200


less = seconds(2000) < 20 * seconds(20)
print("100 times the numbers take less than 20 times the time:", less)

# %% [markdown]
# More: [a GPU for this problem](/stages/tensor/#mistakes).
#
# ### Why does my training need more and more memory? {#memory-grows}
#
# A sum of losses that are still tensors keeps the graph of every step.
# Add up numbers: `loss.item()`.


# %% tags=["mistake"]
def depth(tensor):
    """How many operations behind a tensor are kept."""
    node, count = tensor.grad_fn, 0
    while node:
        node, count = node.next_functions[0][0], count + 1
    return count


w = torch.zeros(4, requires_grad=True)
total = 0
for _ in range(100):
    total = total + (powers @ w - y).square().sum()
print("operations kept:", depth(total))

# %%
total = 0
for _ in range(100):
    total = total + (powers @ w - y).square().sum().item()
print(type(total).__name__)

# %% [markdown]
# More: [how the graph is built](/stages/autograd/#program).
