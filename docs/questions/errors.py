# %% [markdown]
# # Error messages
#
# Find the message that PyTorch or NumPy has printed.
# Below each are a short program that causes it, and the mend.
# If there is no message and the loss behaves oddly, see [the questions about the loss](/questions/).

# %%
import numpy as np
import torch

x = torch.linspace(-torch.pi, torch.pi, 2000)  # (2000,)
y = torch.sin(x)  # (2000,)

# %% [markdown]
# ## Messages about gradients {#gradients}
#
# ### `element 0 of tensors does not require grad and does not have a grad_fn` {#does-not-require-grad}
#
# Nothing that leads to the loss was recorded: no tensor has `requires_grad=True`, or all was computed in `torch.no_grad()` or detached.

# %% tags=["mistake"] raises="RuntimeError"
b = torch.tensor(0.5)
(b * x - y).square().sum().backward()

# %%
b = torch.tensor(0.5, requires_grad=True)
(b * x - y).square().sum().backward()
print(b.grad)

# %% [markdown]
# Do not set `loss.requires_grad = True`: the message goes away, and nothing learns.
# More: [what autograd records](/stages/autograd/#idea).
#
# ### `Trying to backward through the graph a second time` {#second-time}
#
# `backward()` frees the graph, and here the second step uses a part of the first: the prediction is computed once, before the loop.

# %% tags=["mistake"] raises="RuntimeError"
prediction = b * x**2
for _ in range(2):
    (prediction - y).square().sum().backward()

# %%
for _ in range(2):
    prediction = b * x**2
    (prediction - y).square().sum().backward()

# %% [markdown]
# `retain_graph=True` is seldom the answer.
# More: [one graph is used twice](/stages/autograd/#mistakes).
#
# ### `a leaf Variable that requires grad is being used in an in-place operation` {#leaf-in-place}
#
# A parameter is updated while PyTorch records.
# The update is no part of the model.

# %% tags=["mistake"] raises="RuntimeError"
b -= 1e-6 * b.grad

# %%
with torch.no_grad():
    b -= 1e-6 * b.grad
print(b.requires_grad)

# %% [markdown]
# More: [the update is part of the graph](/stages/autograd/#mistakes).
#
# ### `'NoneType' object has no attribute 'zero_'` {#grad-is-none}
#
# Before the first `backward()` there is no gradient to clear: `.grad` is `None`.
# If it is `None` after `backward()` too, the loss does not depend on this tensor, or the tensor is no leaf, as in the next question.

# %% tags=["mistake"] raises="AttributeError"
w = torch.tensor(0.5, requires_grad=True)
w.grad.zero_()

# %%
w.grad = None  # works before and after
(w * x - y).square().sum().backward()
print(w.grad)

# %% [markdown]
# `optimizer.zero_grad()` works before the first `backward()` too.
# More: [clearing the gradient](/stages/autograd/#program).
#
# ### `The .grad attribute of a Tensor that is not a leaf Tensor is being accessed` {#not-a-leaf}
#
# The tensor is the result of an operation, so it is no parameter: `.double()`, `.to(device)` and `/ 10` all make a new tensor.
# This is only a warning, and the program goes on with `None`.

# %% tags=["mistake"]
import warnings

w = torch.tensor(0.5, requires_grad=True).double()
(w * x - y).square().sum().backward()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print("gradient:", w.grad)
print(str(caught[0].message).split(". ")[0])

# %%
w = torch.tensor(0.5).double().requires_grad_()  # last of all
(w * x - y).square().sum().backward()
print(w.grad)

# %% [markdown]
# An optimizer refuses such a tensor with `can't optimize a non-leaf Tensor`.
# More: [what autograd records](/stages/autograd/#idea).
#
# ### `grad can be implicitly created only for scalar outputs` {#scalar-outputs}
#
# `backward()` begins at one number, and this loss is still 2000 of them: the sum or the mean is missing.

# %% tags=["mistake"] raises="RuntimeError"
b = torch.tensor(0.5, requires_grad=True)
(b * x - y).square().backward()

# %%
(b * x - y).square().sum().backward()
print(b.grad)

# %% [markdown]
# More: [the loss is a single number](/stages/autograd/#idea).
#
# ### `one of the variables needed for gradient computation has been modified by an inplace operation` {#modified-in-place}
#
# `+=` has changed a value that the backward pass needs.
# Write the operation so that it makes a new tensor.

# %% tags=["mistake"] raises="RuntimeError"
prediction = torch.exp(b * x)
prediction += 1  # exp needs its own result for the derivative
(prediction - y).square().sum().backward()

# %%
b.grad = None
prediction = torch.exp(b * x)
prediction = prediction + 1
(prediction - y).square().sum().backward()
print(b.grad)

# %% [markdown]
# More: [an operation of your own, and what it saves](/stages/legendre/#idea).
#
# ## Shapes and data types {#shapes}
#
# ### `Using a target size that is different to the input size` {#target-size}
#
# Broadcasting compares every prediction with every target, and the fit becomes a flat line.
# It is a warning that deserves to be an error, and the line with `simplefilter` makes it one.

# %% tags=["mistake"] raises="UserWarning"
layer = torch.nn.Linear(1, 1)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    torch.nn.functional.mse_loss(layer(x.unsqueeze(1)), y)

# %%
prediction = layer(x.unsqueeze(1)).squeeze(1)
torch.nn.functional.mse_loss(prediction, y)
print(tuple(prediction.shape), tuple(y.shape))

# %% [markdown]
# More: [Flatten is forgotten](/stages/nn/#forgotten-flatten).
# [See it in the lab](/lab/?n=200&lr=1e-7&bug=flatten).
#
# ### `The size of tensor a (2000) must match the size of tensor b (1000)` {#size-of-tensor}
#
# Two tensors of different lengths meet, most often because only one of `x` and `y` was made anew.

# %% tags=["mistake"] raises="RuntimeError"
fewer = torch.sin(torch.linspace(-torch.pi, torch.pi, 1000))
print((0.5 * x - fewer).square().sum())

# %%
print(tuple(x.shape), tuple(torch.sin(x).shape))

# %% [markdown]
# More: [shapes that a layer wants](/stages/nn/#idea).
#
# ### `mat1 and mat2 shapes cannot be multiplied` {#mat1-and-mat2}
#
# A linear layer wants one row for each point and one column for each input, `(n, 1)` here, and `x` has the shape `(n,)`.
# In the message, the first pair is your data and the second the layer.

# %% tags=["mistake"] raises="RuntimeError"
layer(x)

# %%
print(tuple(layer(x.unsqueeze(1)).shape))

# %% [markdown]
# More: [shapes that a layer wants](/stages/nn/#idea).
#
# ### `mat1 and mat2 must have the same dtype, but got Double and Float` {#same-dtype}
#
# NumPy makes float64, which PyTorch calls Double; a new layer holds float32, called Float.

# %% tags=["mistake"] raises="RuntimeError"
from_numpy = torch.from_numpy(np.linspace(-np.pi, np.pi, 2000))
layer(from_numpy.unsqueeze(1))

# %%
print(layer(from_numpy.float().unsqueeze(1)).dtype)
print(torch.nn.Linear(1, 1).double()(from_numpy.unsqueeze(1)).dtype)

# %% [markdown]
# More: [float32 and float64](/stages/tensor/#digits).
#
# ### `Only Tensors of floating point and complex dtype can require gradients` {#floating-point}
#
# A parameter that starts at `1` is an integer, and an integer cannot move a little.

# %% tags=["mistake"] raises="RuntimeError"
torch.tensor(1, requires_grad=True)

# %%
print(torch.tensor(1.0, requires_grad=True))

# %% [markdown]
# More: [tensors with a gradient](/stages/autograd/#new).
#
# ### `invalid index of a 0-dim tensor` {#zero-dim}
#
# Old programs say `loss.data[0]`.
# A loss has the shape `()`: there is no first element, and `item()` gives the number.

# %% tags=["mistake"] raises="IndexError"
loss = (0.5 * x - y).square().sum()
loss[0]

# %%
print(loss.item())

# %% [markdown]
# More: [the shape of a loss](/stages/autograd/#idea).
#
# ## Models and optimizers {#models}
#
# ### `cannot assign parameters before Module.__init__() call` {#before-init}
#
# `super().__init__()` is missing, or stands below the first parameter.


# %% tags=["mistake"] raises="AttributeError"
class Line(torch.nn.Module):
    def __init__(self):
        self.b = torch.nn.Parameter(torch.tensor(0.5))


Line()


# %%
class Line(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.b = torch.nn.Parameter(torch.tensor(0.5))

    def forward(self, x):
        return self.b * x


print(Line())

# %% [markdown]
# More: [a module of your own](/stages/module/#idea).
#
# ### `Module is missing the required "forward" function` {#missing-forward}
#
# The method has another name, or is indented into `__init__`, so that the class never gets it.


# %% tags=["mistake"] raises="NotImplementedError"
class Misspelled(torch.nn.Module):
    def foward(self, x):
        return 0.5 * x


Misspelled()(x)

# %%
print(tuple(Line()(x).shape))

# %% [markdown]
# More: [a module of your own](/stages/module/#idea).
#
# ### `optimizer got an empty parameter list` {#empty-parameter-list}
#
# The model has parameters that it does not know of: plain tensors, or parameters in a Python list.


# %% tags=["mistake"] raises="ValueError"
class Plain(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.b = torch.tensor(0.5, requires_grad=True)


torch.optim.SGD(Plain().parameters(), lr=1e-6)

# %%
print(list(Line().parameters()))

# %% [markdown]
# More: [parameters in a list](/stages/module/#parameters-in-a-list).
#
# ### `'Linear' object is not iterable` {#not-iterable}
#
# The optimizer has been given the model instead of its parameters.

# %% tags=["mistake"] raises="TypeError"
torch.optim.SGD(layer, lr=1e-6)

# %%
print(type(torch.optim.SGD(layer.parameters(), lr=1e-6)).__name__)

# %% [markdown]
# More: [the model instead of its parameters](/stages/optim/#model-not-parameters).
#
# ### `Error(s) in loading state_dict: Missing key(s), Unexpected key(s)` {#state-dict}
#
# The saved parameters have other names than those of this model, because it is built in another way.
# In a `Sequential` each part has a number.

# %% tags=["mistake"] raises="RuntimeError"
saved = torch.nn.Linear(3, 1).state_dict()
model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
model.load_state_dict(saved)

# %%
print(list(model.state_dict()))
print(model[0].load_state_dict(saved))

# %% [markdown]
# More: [saving the parameters](/stages/module/#exercise-2).
#
# ### `Legacy autograd function with non-static forward method is deprecated` {#legacy-function}
#
# A `Function` of your own has been called like an object, or its methods are no `@staticmethod`.
# Use `apply`.


# %% tags=["mistake"] raises="RuntimeError"
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * gradient


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns before it fails
    Cube()(x)

# %%
w = torch.tensor(2.0, requires_grad=True)
Cube.apply(w).backward()
print(w.grad)

# %% [markdown]
# More: [forward and backward of your own](/stages/legendre/#mistakes).
#
# ## NumPy and devices {#devices}
#
# ### `Can't call numpy() on Tensor that requires grad` {#cannot-call-numpy}
#
# NumPy records nothing, so PyTorch asks you to leave the graph first.
# Plots cause this message most often.

# %% tags=["mistake"] raises="RuntimeError"
(b * x).numpy()

# %%
print((b * x).detach().numpy()[:2])

# %% [markdown]
# More: [what autograd tracks](/stages/autograd/#exercise-3).
#
# ### `argument 'input' must be Tensor, not numpy.ndarray` {#must-be-tensor}
#
# A function of `torch` has got an array of NumPy.

# %% tags=["mistake"] raises="TypeError"
torch.sin(np.linspace(-np.pi, np.pi, 5))

# %%
print(torch.sin(torch.from_numpy(np.linspace(-np.pi, np.pi, 5))).dtype)

# %% [markdown]
# More: [from arrays to tensors](/stages/tensor/#new).
#
# ### `RuntimeWarning: overflow encountered in square` {#overflow}
#
# The loss has grown beyond the largest number that NumPy can hold: the learning rate is too high.

# %% tags=["mistake"] raises="RuntimeWarning"
points, b_value = np.linspace(-np.pi, np.pi, 2000), 0.5
with warnings.catch_warnings():
    warnings.simplefilter("error")
    for _ in range(100):
        error = b_value * points - np.sin(points)
        np.square(error).sum()
        b_value -= 1e-1 * (2 * error * points).sum()

# %%
b_value = 0.5
for _ in range(100):
    error = b_value * points - np.sin(points)
    b_value -= 1e-5 * (2 * error * points).sum()
print(np.square(error).sum())

# %% [markdown]
# More: [why is my loss nan?](/questions/#loss-nan) and [how far a rate may go](/stages/numpy/#exercise-2).
# [See it in the lab](/lab/?lr=1e-5&steps=200).
#
# ### `Expected all tensors to be on the same device` {#same-device}
#
# The model is on the GPU and the data are not, or the other way round.
# No GPU is needed to see it: `meta` is a device that every PyTorch has, though its message has other words.

# %% tags=["mistake"] raises="RuntimeError"
torch.nn.Linear(1, 1, device="meta")(x.unsqueeze(1))

# %%
device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(1, 1).to(device)
print(layer(x.to(device).unsqueeze(1)).device.type == device)

# %% [markdown]
# More: [devices](/stages/tensor/#mistakes).
#
# ### `Torch not compiled with CUDA enabled` {#no-cuda}
#
# This computer has no such GPU, or this PyTorch was built for the CPU.
# A GPU with a number that does not exist, as in one published copy, fails too.

# %% tags=["mistake"]
try:
    torch.ones(3, device="cuda:5")
except (AssertionError, RuntimeError) as error:  # it depends on the computer
    print(type(error).__name__, str(error).splitlines()[0])

# %%
print(torch.ones(3, device="cpu"))

# %% [markdown]
# More: [PyTorch with a GPU](/install/#gpu).
#
# ### `No module named 'torch'` {#no-module}
#
# PyTorch is not installed in the Python that runs your program, or the name is misspelled as in one published copy.

# %% tags=["mistake"] raises="ModuleNotFoundError"
import toech

toech.tensor(1.0)

# %%
import torch

print(torch.tensor(1.0))

# %% [markdown]
# More: [what to install](/install/).
