# %% [markdown]
# # Tensors and autograd
#
# The third of eight stages: no derivative is written by hand any more.
# You will know what the computational graph is, and the three things that every training loop does with it: it calls `loss.backward()`, it updates the parameters outside of the graph, and it clears the gradients.
#
# ## What is new {#new}
#
# The backward pass of [the tensor stage](/stages/tensor/), five lines long, has become one call: `loss.backward()`.
# Two things are added for it: the parameters say `requires_grad=True`, and the gradients are cleared after each step.
#
# [[diff]]
#
# ## The idea {#idea}
#
# Every operation of the forward pass is small, and its derivative is known: of a sum, of a product, of a power.
# The chain rule puts the small derivatives together.
# This is automatic differentiation; PyTorch calls it autograd.
# It is neither an approximation by differences nor a manipulation of formulas.
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
# The walk starts at a single number.
# The loss of our program is one: its shape is `()`, not `(1,)` as many copies of this tutorial say.

# %%
x = torch.linspace(-torch.pi, torch.pi, 2000)  # (2000,)
y = torch.sin(x)  # (2000,)
print("loss", y.pow(2).sum().shape, "a list of one", torch.tensor([1.0]).shape)

# %% [markdown]
# ## The program {#program}

# %%
# include: fitter.py

# %% [markdown]
# Two places deserve a second look.
#
# - [`torch.no_grad()`](https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html) switches the recording off. The update is no part of the model, so it must not become a part of the graph.
# - `a.grad = None` clears the gradient. `backward()` adds to what is there, which is useful if a gradient is collected from several losses, and wrong here.
#
# The graph is built anew in every step and thrown away after `backward()`.
# That is why a model may contain any Python: the graph holds what has happened, not what the program says.
#
# ## The run {#run}

# %%
import sinfit

result = sinfit.fit("autograd", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# The tensor stage prints the same table, up to the last digits: autograd has found the derivatives that were written by hand there.
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
# ## The published tables {#published}
#
# [[published]]
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
    loss.backward()
    with torch.no_grad():
        for parameter in (a, b, c, d):
            parameter -= 1e-6 * parameter.grad
    # the line that clears the gradients is missing
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
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# Call `backward()` for two losses in a row without clearing, first $w^2$ and then $w^3$, at $w = 2$.
# Which number do you expect in `w.grad`?

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

# %% tags=["solution"]
a = torch.tensor(0.5, requires_grad=True)
b = torch.tensor(0.8, requires_grad=True)
for t in range(60):
    loss = (a * torch.sin(b * x) - y).pow(2).sum()
    loss.backward()
    with torch.no_grad():
        a -= 1e-4 * a.grad
        b -= 1e-4 * b.grad
    a.grad = b.grad = None
    if t % 10 == 9:
        print(t, loss.item(), a.item(), b.item())

# %% [markdown] tags=["solution"]
# None.
# This model contains the sine itself, so its loss can fall to zero, apart from rounding.

# %% [markdown]
# ### Exercise 3 {#exercise-3}
#
# Which of these tensors does autograd track?
# Guess before you run it.

# %% tags=["solution"]
w = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    inside = 3 * w
print("3 * w       ", (3 * w).requires_grad)
print("in no_grad  ", inside.requires_grad)
print("w.detach()  ", w.detach().requires_grad)
print("a new tensor", torch.tensor(2.0).requires_grad)

# %% [markdown]
# ## What comes next {#next}
#
# Autograd knows the derivatives of its own operations.
# [The next stage](/stages/legendre/) adds an operation to them.
