# %% [markdown]
# # All stages side by side
#
# Eight programs have fitted the same curve.
# This page sets them side by side, shows that five of them are one, finds the best cubic without any training, and says what to learn next.
#
# [[lesson: module]]
#
# ## The eight results {#results}
#
# `sinfit.compare` runs several stages on the same data, with the same seed.
# All of them start at the same four parameters, except `legendre`, which has a fixed start of its own.
# The last column says how far the final parameters are above the best cubic.

# %%
import numpy as np

import sinfit

NAMES = ["numpy", "tensor", "autograd", "legendre", "nn", "optim", "module"]
comparison = sinfit.compare(NAMES, seed=0)

print("stage      steps  final loss  above the best cubic")
for result in comparison:
    loss, gap = result.sse, result.optimality_gap
    print(f"{result.fitter:9} {result.nit:6} {loss:11.4f} {gap:14.4f}")

# %% [markdown]
# The eighth, `dynamic`, draws a fifth parameter besides and makes fifteen times as many steps, so only its own page runs it.
# [The table of all stages](/) has its result too.
#
# Three things stand out.
#
# - Five stages end with the same loss: they do the same arithmetic.
# - `legendre` and `optim` come closer in as many steps, the one from another start, the other with another optimizer.
# - `dynamic` ends below the best cubic. Its mean polynomial has the degree 5, so this is no contradiction.
#
# [[losses-plot: numpy legendre optim module]]
#
# The line of `module` covers the line of `numpy`.
#
# ## One trajectory {#one-trajectory}
#
# NumPy by hand, tensors by hand, autograd, a layer, a module: five ways to write gradient descent on the same loss.
# If they are right, then all their losses agree, not only the last.
# NumPy computes in float64 and PyTorch by default in float32, so first both run in float64.

# %%
FIVE = ["numpy", "tensor", "autograd", "nn", "module"]


def largest_difference(results):
    """The largest relative difference of any loss from that of the first result."""
    first = results[0].losses
    return max(float(np.max(np.abs(result.losses / first - 1))) for result in results)


for dtype in ("float64", "float32"):
    difference = largest_difference(sinfit.compare(FIVE, seed=0, dtype=dtype))
    print(f"{dtype}: largest relative difference {difference:.0e}")
    if dtype == "float64":
        print("below 1e-9:", difference < 1e-9)

# %% [markdown]
# In float64 the 2000 losses of all five programs agree to about 14 digits.
# Autograd is exact up to rounding: it finds the derivatives that you would write by hand.
# In float32, which keeps about seven digits, they differ in the sixth, because sums are rounded at every step.
#
# ## The distance to the best cubic {#distance}
#
# The loss is quadratic in the four parameters.
# So there are four directions that gradient descent moves along independently, the modes.
# Along each mode the distance to the best cubic shrinks by a constant factor in every step.

# %%
from sinfit.theory import best_polynomial, modes

x, y = comparison["numpy"].problem.x, comparison["numpy"].problem.y
for mode in modes([x**0, x, x**2, x**3], learning_rate=1e-6):
    print(f"factor {mode.factor:.6f}, its loss halves in {mode.half_life:.1f} steps")

# %% [markdown]
# Two modes are gone within the first fifty steps, and two need hundreds.
# That is why every loss table begins with a fall and goes on with patience.
# The whole table follows from these factors; `sinfit.theory.trajectory` computes it without a loop.
#
# ## The best cubic, directly {#best-cubic}
#
# The model is linear in its four parameters, so the best values need no training.
# At the minimum all four gradients are zero, which is a system of four linear equations.
# The method is called least squares.

# %%
best = best_polynomial(x, y)
for name, coefficient in zip("abcd", best.parameters, strict=True):
    # Adding 0.0 turns -0.0 into 0.0
    print(name, round(coefficient, 9) + 0.0)
print("loss:", best.sse)

# NumPy alone gives the same
columns = np.column_stack([x**0, x, x**2, x**3])
solution = np.linalg.lstsq(columns, y, rcond=None)[0]
print("NumPy agrees:", np.allclose(solution, best.parameters))

# %% [markdown]
# A sine is odd, so the even terms vanish.
# Notice that the best cubic is not the Taylor series: $x - x^3 / 6$ is better near 0 and much worse near $\pi$.

# %%
taylor = x - x**3 / 6
print("loss of the Taylor series:", round(float(np.square(taylor - y).sum()), 4))

# %% [markdown]
# Why train at all, then?
# Least squares needs a model that is linear in its parameters.
# Gradient descent needs only gradients, and autograd gives them for every model.
#
# ## What larger programs add {#next-steps}
#
# A small neural network shows five things that larger programs have.
#
# - **A network.** Two linear layers with `torch.nn.ReLU` between them. It makes a curve out of straight pieces, and where they bend is learned.
# - **Mini-batches.** A [`DataLoader`](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader) hands out the data in a random order, here 100 points at a time. Each step sees only these, so it is cheap and its gradient is only nearly right. This is what is stochastic about stochastic gradient descent. One pass over all points is an epoch.
# - **Another optimizer.** `Adam` is RMSprop with momentum: it averages the gradient as well as its square.
# - **A scheduler.** It makes the learning rate smaller after every epoch, so that the noise of the mini-batches dies out.
# - **A checkpoint.** `state_dict` holds all parameters by name, and `torch.save` keeps them.

# %%
import torch
from torch.utils.data import DataLoader, TensorDataset

# The layers and the shuffling draw from this seed
torch.manual_seed(0)
inputs = torch.tensor(x, dtype=torch.float32).unsqueeze(-1)  # (n, 1)
target = torch.tensor(y, dtype=torch.float32)  # (n,)
loader = DataLoader(TensorDataset(inputs, target), batch_size=100, shuffle=True)


def make_network():
    """One hidden layer with 32 units; (n, 1) gives (n,)."""
    return torch.nn.Sequential(
        torch.nn.Linear(1, 32),
        torch.nn.ReLU(),
        torch.nn.Linear(32, 1),
        torch.nn.Flatten(0, 1),
    )


network = make_network()
loss_fn = torch.nn.MSELoss()
optimizer = torch.optim.Adam(network.parameters(), lr=2e-2)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.93)

for epoch in range(60):
    for batch_x, batch_y in loader:
        loss = loss_fn(network(batch_x), batch_y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scheduler.step()
    if epoch % 10 == 9:
        with torch.no_grad():
            total = (network(inputs) - target).pow(2).sum().item()
        print("epoch", epoch, "sum of squared errors", round(total, 4))

print("best cubic", round(best.sse, 4))

# %% [markdown]
# The network has more parameters than the cubic, and its loss is no longer a simple bowl, but the loop is the one you know.
# Now keep it and read it back:

# %%
torch.save(network.state_dict(), "network.pt")

restored = make_network()
restored.load_state_dict(torch.load("network.pt", weights_only=True))
print("same prediction:", torch.equal(restored(inputs), network(inputs)))

# %% alt="The sine, the best cubic, which misses it at the ends, and the network, which lies on it"
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(6.4, 3.2))
ax.plot(x, y, color="0.5", linewidth=4, alpha=0.5, label="sin(x)")
best_cubic = np.polynomial.Polynomial(best.parameters)
ax.plot(x, best_cubic(x), color="C1", label="best cubic")
ax.plot(x, network(inputs).detach().numpy(), color="C0", label="network")
ax.set_xlabel("x")
ax.legend()
plt.show()

# %% [markdown]
# ## Exercise {#exercises}
#
# How many parameters does the network have?
# Say it before you count them.
#
# [[answer: parameters | 0]]

# %% [markdown] tags=["hint"]
# A linear layer has a weight for each pair of an input and an output, and a bias for each output.

# %% tags=["solution"]
for name, parameter in network.named_parameters():
    print(name, tuple(parameter.shape))
print("parameters", sum(parameter.numel() for parameter in network.parameters()))

# %% [markdown]
# ## Where next in PyTorch {#pytorch}
#
# - [Learn the basics](https://docs.pytorch.org/tutorials/beginner/basics/intro.html) is the official introduction: a network learns to recognise pictures of clothes, in the loop that you know.
# - [Datasets and DataLoaders](https://docs.pytorch.org/tutorials/beginner/basics/data_tutorial.html) shows how data of your own get into the loop.
# - [Saving and loading models](https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html) goes on where the checkpoint above ends.
# - [The forum](https://discuss.pytorch.org/) answers questions; a program as short as these gets the best answers.
#
# ## Where next in sinfit {#sinfit}
#
# - [Your own problem](/stages/your-own/) is the procedure for other data: the scale, the learning rate, the floor.
# - All stages take your own data: `sinfit.fit("nn", x, y)`.
# - Each stage is a plugin, found by its entry point, and yours can stand beside them. [Write a plugin](/plugins/) shows how: one generator, one hook, one entry point. `sinfit.compare` then includes it.
# - [The published tables](/published/) lists every table that was checked for these pages, and what came out.
