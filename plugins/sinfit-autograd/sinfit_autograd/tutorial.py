# %% [markdown]
# # Tensors and autograd
#
# The third of eight stages: no derivative is written by hand any more.
# You will know what the computational graph is, and the three things that every training loop does with it: it clears the gradients, it calls `loss.backward()`, and it updates the parameters outside of the graph.
#
# [[lesson: tensor]]
#
# ## The idea {#idea}
#
# Every operation of the forward pass is small, and its derivative is known: of a sum, of a product, of a power.
# The chain rule puts the small derivatives together.
# This is automatic differentiation; PyTorch calls it autograd.
# It applies the chain rule to the operations that your program ran; it neither takes differences nor rearranges formulas.
#
# For that, autograd must know which operations led to the loss.
# An operation on a tensor with `requires_grad=True` is recorded in the computational graph, and so is every operation on its results.

# %%
import torch

w = torch.tensor(3.0, requires_grad=True)
loss = (2 * w - 1) ** 2
print(loss)
print("the last operation:", loss.grad_fn.name())

# %% [markdown]
# `backward()` walks through the graph from the loss back to `w`, multiplies the derivatives on its way, and adds the result to `w.grad`.
# This walk is known as backpropagation.
# By hand, at $w = 3$:
#
# $$ \frac{\partial}{\partial w} (2 w - 1)^2 = 2 (2 w - 1) \cdot 2 = 20 $$

# %%
loss.backward()
print(w.grad)

# %% [markdown]
# Here is this graph, drawn from the one that autograd has made.
# Forward, each operation gives a value; backward, each receives the gradient of the loss for its value, and passes it on, times its own derivative.
# Step through it, and say each number before it comes.
#
# [[graph]]

# %% tags=["build-only"]
from sinfit_site.running import graph

graph.show({"": lambda: (2 * w - 1) ** 2}, w=w)

# %% [markdown]
# The walk starts at a single number.
# The loss of our program is one: its shape is `()`, not `(1,)` as many copies of this tutorial say.

# %%
x = torch.linspace(-torch.pi, torch.pi, 2000)  # (2000,)
y = torch.sin(x)  # (2000,)
print("loss", y.pow(2).sum().shape, "a list of one", torch.tensor([1.0]).shape)

# %% [markdown]
# ### All of it as a plain script {#script}
#
# Three lines of the loop are for autograd: the gradients are cleared, computed, and used outside of the graph.

# %%
a, b, c, d = parameters = [torch.zeros((), requires_grad=True) for _ in range(4)]

for t in range(2000):
    y_pred = a + b * x + c * x**2 + d * x**3
    loss = (y_pred - y).pow(2).sum()
    if t % 500 == 499:
        print(t, loss.item())
    for parameter in parameters:
        parameter.grad = None
    loss.backward()
    with torch.no_grad():
        for parameter in parameters:
            parameter -= 1e-6 * parameter.grad

# %% [markdown]
# ## What is new {#new}
#
# The backward pass of [the tensor stage](/stages/tensor/), five lines long, has become one call: `loss.backward()`.
# Two things are added for it: the parameters say `requires_grad=True`, and the gradients of the step before are cleared first.
#
# [[diff]]
#
# ## The program {#program}

# %%
# include: fitter.py

# %% [markdown]
# Two places deserve a second look.
#
# - `a.grad = None` clears the gradient. `backward()` adds to what is there, which is useful if a gradient is collected from several losses, and wrong here.
# - [`torch.no_grad()`](https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html) switches the recording off. The update is no part of the model, so it must not become a part of the graph.
#
# The graph is built anew in every step and thrown away after `backward()`.
# That is why a model may contain any Python: the graph holds what has happened, not what the program says.
#
# ### The graph of a step {#graph}
#
# This is the graph of the first step, with all 2000 points.
# Only what depends on a parameter is recorded, so `x` and its powers are not in it: they are constants that the multiplications have saved.
# A gradient is as large as what it belongs to, and those of the parameters are single numbers.
#
# [[graph]]

# %% tags=["build-only"]
import sinfit

start = sinfit.fit("autograd", seed=0, steps=1).initial
named = {name: torch.tensor(v, requires_grad=True) for name, v in start.items()}
powers = {"x": x, "x²": x**2, "x³": x**3}


def loss_of_a_step():
    a, b, c, d = named.values()
    y_pred = a + b * powers["x"] + c * powers["x²"] + d * powers["x³"]
    return (y_pred - y).pow(2).sum()


graph.show({"": loss_of_a_step}, **named, **powers)

# %% [markdown]
# ## The run {#run}

# %%
import sinfit

result = sinfit.fit("autograd", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# The tensor stage prints the same table, to the last digit: autograd has found the derivatives that were written by hand there, and computes them with the same operations.
# Here is a direct comparison at the start.

# %%
a, b, c, d = (
    torch.tensor(start, requires_grad=True) for start in result.initial.values()
)
error = a + b * x + c * x**2 + d * x**3 - y
error.pow(2).sum().backward()

with torch.no_grad():
    print("a", a.grad.item(), (2 * error).sum().item())
    print("b", b.grad.item(), (2 * error * x).sum().item())
    print("c", c.grad.item(), (2 * error * x**2).sum().item())
    print("d", d.grad.item(), (2 * error * x**3).sum().item())

# %% [markdown]
# [[curves]]
#
# ## Watch it train {#watch}
#
# [[player]]
#
# ### Change the program {#change}
#
# What becomes of the loss when the gradients are never cleared, so that every step adds to those before?
# Say first what you expect, then choose that mistake here.
#
# [[lab: small bug rate]]
#
# ## Common mistakes {#mistakes}
#
# **The gradients are not cleared.**
# Then each step uses the sum of all gradients so far.
# The parameters behave like a ball in a bowl without friction: they rush through the lowest point and climb the other side.
# The loss rises and falls, and never settles.

# %% tags=["mistake"]
a, b, c, d = (
    torch.tensor(start, requires_grad=True) for start in result.initial.values()
)
for t in range(200):
    loss = (a + b * x + c * x**2 + d * x**3 - y).pow(2).sum()
    # the line that clears the gradients is missing
    loss.backward()
    with torch.no_grad():
        for parameter in (a, b, c, d):
            parameter -= 1e-6 * parameter.grad
    if t % 20 == 19:
        print(t, loss.item())

# %% [markdown]
# No error message tells you.
# A loss that goes up and down from the beginning is the sign.
#
# **The update is part of the graph.**
# Without `torch.no_grad()`, PyTorch refuses to change in place what it is recording.

# %% tags=["mistake"] raises="RuntimeError"
w = torch.tensor(3.0, requires_grad=True)
(w**2).backward()
w -= 0.1 * w.grad

# %% [markdown]
# **One graph is used twice.**
# After `backward()` the values that the derivatives need have been freed.

# %% tags=["mistake"] raises="RuntimeError"
loss = w**2
loss.backward()
loss.backward()

# %% [markdown]
# Other messages of PyTorch are among [the error messages](/questions/errors/).
#
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# Call `backward()` for two losses in a row without clearing, first $w^2$ and then $w^3$, at $w = 2$.
# Which number do you expect in `w.grad`?
#
# [[answer: tensor( | 0]]

# %% [markdown] tags=["hint"]
# `backward()` adds to what is in `w.grad`.

# %% tags=["solution"]
w = torch.tensor(2.0, requires_grad=True)
(w**2).backward()
(w**3).backward()
print(w.grad)

# %% [markdown] tags=["solution"]
# It is $2 w + 3 w^2 = 4 + 12$: the gradient of the sum of both losses.

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# Fit another model, $y = a \sin(b x)$, from $a = 0.5$ and $b = 0.8$ with the learning rate `1e-4`.
# How many derivatives do you have to write?
# What is the loss at step 9?
#
# [[answer: 9 | 0.1]]

# %% [markdown] tags=["hint"]
# In the script above only the prediction and the list of parameters change.
# Steps are counted from 0, and a loss is that before its update.

# %% tags=["solution"]
a = torch.tensor(0.5, requires_grad=True)
b = torch.tensor(0.8, requires_grad=True)
for t in range(60):
    loss = (a * torch.sin(b * x) - y).pow(2).sum()
    a.grad = b.grad = None
    loss.backward()
    with torch.no_grad():
        a -= 1e-4 * a.grad
        b -= 1e-4 * b.grad
    if t % 10 == 9:
        print(t, loss.item(), a.item(), b.item())

# %% [markdown] tags=["solution"]
# None.
# This model contains the sine itself, so its loss can fall to zero, apart from rounding.

# %% [markdown]
# ### Exercise 3 {#exercise-3}
#
# Here is a parameter, and a tensor that was computed from it without recording.

# %%
w = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    inside = 3 * w

# %% [markdown]
# Which of these tensors does autograd track?
# Say it before you run it.
#
# - `3 * w`
# - `inside`
# - `w.detach()`
# - `torch.tensor(2.0)`
#
# [[choices]]

# %% [markdown] tags=["hint"]
# A tensor is tracked if it was made from a tracked one while the recording was on.

# %% tags=["solution"]
print("3 * w       ", (3 * w).requires_grad)
print("in no_grad  ", inside.requires_grad)
print("w.detach()  ", w.detach().requires_grad)
print("a new tensor", torch.tensor(2.0).requires_grad)

# %% [markdown]
# ## Summary {#summary}
#
# Every operation on a tensor with `requires_grad=True` is recorded in the computational graph.
# `backward()` walks through the graph from the loss to the parameters and adds a gradient to each `grad`.
# So each step clears the gradients first, and updates the parameters inside `torch.no_grad()`.
#
# ## The published tables {#published}
#
# This program circulates in copies with the losses that they printed.
# [A page of their own](/published/tables/#autograd) sets each of these tables beside our run.
#
# ## What comes next {#next}
#
# Autograd knows the derivatives of its own operations.
# [The next stage](/stages/legendre/) adds an operation to them.
