# %% [markdown]
# # An nn.Module of your own
#
# The seventh of eight stages: the model becomes a class, with its parameters in `__init__` and its prediction in `forward`.
# You will see how the parameters are found, and what a single wrong letter in `forward` does to a training.
#
# [[lesson: optim]]
#
# ## The idea {#idea}
#
# A subclass of [`torch.nn.Module`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html) does two things.
# Its `__init__` creates the parameters, after calling `super().__init__()`.
# Its `forward` turns an input into a prediction, with any Python code and any tensor operations.
#
# Assign a `torch.nn.Parameter` to an attribute of `self`, and the module registers it under that name.
# So `model.parameters()`, `model.zero_grad()` and `model.to(device)` reach all of them.
# A plain tensor is not registered: it is a constant.
#
# A model is called like a function, `model(x)`, which calls `forward`.
# The gradients need no code at all, because autograd follows whatever `forward` does.
#
# ### All of it as a plain script {#script}
#
# Here the four parameters begin at zero.


# %%
import torch


class Polynomial3(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = (
            torch.nn.Parameter(torch.zeros(())) for _ in range(4)
        )

    def forward(self, x):
        return self.a + self.b * x + self.c * x**2 + self.d * x**3


# %%
x = torch.linspace(-torch.pi, torch.pi, 2000)
y = torch.sin(x)
model = Polynomial3()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)

for t in range(2000):
    loss = (model(x) - y).pow(2).sum()
    if t % 500 == 499:
        print(t, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %% [markdown]
# ## What is new {#new}
#
# `Sequential` runs parts one after the other, and a linear layer is one kind of part.
# A class of your own can compute anything.
# Against the stage before, `Polynomial3` replaces the layer and the table of powers, and the optimizer is plain gradient descent again: `SGD` with the learning rate $10^{-6}$.
#
# [[diff]]
#
# ## The program {#program}

# %%
# include: fitter.py

# %% [markdown]
# The class is ready to be looked at.
# The parameters appear in the order in which `__init__` assigned them:

# %%
model = Polynomial3((1.0, 2.0, 3.0, 4.0))
for name, parameter in model.named_parameters():
    print(name, parameter.item(), tuple(parameter.shape))

# 1 + 2·10 + 3·10² + 4·10³
print(model(torch.tensor(10.0)).item())

# %% [markdown]
# ## The run {#run}
#
# The optimizer is the plain `SGD` of [the stage before](/stages/optim/#sgd), so the losses should be those of the earlier stages up to rounding.

# %%
import sinfit

result = sinfit.fit("module", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# [[curves]]
#
# [[losses-plot]]
#
# ## Watch it train {#watch}
#
# [[player]]
#
# ## Common mistakes {#mistakes}
#
# ### A name that still exists {#leftover-name}
#
# In a notebook that circulates in Korean, the last term of `forward` reads `self.d * c**3` instead of `self.d * x**3`.
# It should be an error, since the class has no `c`.
# But an earlier cell of the same notebook has left a tensor `c` behind, a number near zero, and Python finds it.
# The program runs, the loss falls, and only its final value looks odd.
# Here is the same slip, trained from the start of the run above:

# %% tags=["mistake"]
from sinfit.theory import best_polynomial

# Left over from an earlier cell
c = torch.tensor(-0.0032)


class Slipped(Polynomial3):
    """The same four parameters; one letter of forward is wrong."""

    def forward(self, x):
        """Predict y, or so it seems."""
        return self.a + self.b * x + self.c * x**2 + self.d * c**3


# All in float32, as in the run above
problem = result.problem
x = torch.tensor(problem.x, dtype=torch.float32)
y = torch.tensor(problem.y, dtype=torch.float32)
slipped = Slipped(tuple(result.initial.values())).to(torch.float32)
optimizer = torch.optim.SGD(slipped.parameters(), lr=1e-6)
d_before = slipped.d.item()

for t in range(2000):
    loss = torch.nn.functional.mse_loss(slipped(x), y, reduction="sum")
    if t % 400 == 399:
        print(t, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print("d before:", d_before, "after:", slipped.d.item())
print("best parabola:", best_polynomial(problem.x, problem.y, degree=2).sse)
print("best cubic:   ", best_polynomial(problem.x, problem.y).sse)

# %% [markdown]
# The factor $c^3$ is about $-3 \cdot 10^{-8}$.
# The term `self.d * c**3` does not depend on `x`, and the gradient for `d` is so small that `d` keeps its value to the last digit.
# What is left to train is $a + b x + c x^2$, so the loss goes towards that of the best parabola and cannot fall below it.
#
# How to notice it: compare the loss with what the model should reach, and look for parameters that do not move.
# How to avoid it: restart the kernel and run the notebook from the top.
#
# The lab makes the same mistake.
# Its fit is a parabola at every step; take the mistake away, and it becomes a cubic.
# Now make it again with the target $\cos x$: a parabola follows an even curve as well as a cubic does, so the loss alone would not tell you.
#
# [[lab: small bug target bug=cubed]]
#
# ### Parameters in a list {#parameters-in-a-list}
#
# A Python list is not searched for parameters.
# `torch.nn.ParameterList` is the list that a module knows.


# %% tags=["mistake"] raises="ValueError"
class Listed(torch.nn.Module):
    """Four parameters that the module does not know of."""

    def __init__(self):
        super().__init__()
        self.coefficients = [torch.nn.Parameter(torch.zeros(())) for _ in range(4)]


torch.optim.SGD(Listed().parameters(), lr=1e-6)

# %% [markdown]
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# A module need not be a polynomial.
# Write one that computes $A \sin(\omega x + \varphi)$ and train its three parameters from $(0.5, 0.8, 0.5)$, with the learning rate $10^{-4}$.
# What do you expect of the loss?
#
# - It goes towards zero.
# - It stops at that of the best cubic.
# - It explodes.
#
# [[choices]]

# %% [markdown] tags=["hint"]
# Can this model be the sine itself?


# %% tags=["solution"]
class Wave(torch.nn.Module):
    """A sine with three learnable parameters."""

    def __init__(self, amplitude, frequency, phase):
        super().__init__()
        self.amplitude = torch.nn.Parameter(torch.tensor(amplitude))
        self.frequency = torch.nn.Parameter(torch.tensor(frequency))
        self.phase = torch.nn.Parameter(torch.tensor(phase))

    def forward(self, x):
        """Predict y; x and y have shape (n,)."""
        return self.amplitude * torch.sin(self.frequency * x + self.phase)


wave = Wave(0.5, 0.8, 0.5)
optimizer = torch.optim.SGD(wave.parameters(), lr=1e-4)
for t in range(50):
    loss = torch.nn.functional.mse_loss(wave(x), y, reduction="sum")
    if t % 10 == 9:
        print(t, f"{loss.item():.6f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

for name, parameter in wave.named_parameters():
    print(name, f"{parameter.item():.5f}")

# %% tags=["build-only"]
print("zero", loss.item() < 1e-3)
print("best cubic", abs(loss.item() - best_polynomial(problem.x, problem.y).sse) < 1)
print("explodes", not torch.isfinite(loss).item())

# %% [markdown] tags=["solution"]
# The truth is a curve of this family, so the loss can go to zero.
# A cubic has to stop at its best, however long it trains.

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# `state_dict` returns all parameters by name.
# Save those of the result to a file, load them into a new `Polynomial3`, and check that both models predict the same.
# What does the loaded model predict at $x = 1$?
#
# [[answer: at 1: | 0.1]]

# %% [markdown] tags=["hint"]
# `torch.save` writes the dictionary to a file, `torch.load` reads it, and `load_state_dict` puts it into a model.

# %% tags=["solution"]
trained = Polynomial3(tuple(result.parameters.values()))
torch.save(trained.state_dict(), "polynomial.pt")

fresh = Polynomial3((0.0, 0.0, 0.0, 0.0))
fresh.load_state_dict(torch.load("polynomial.pt", weights_only=True))
print(list(fresh.state_dict()))
print("same prediction:", torch.equal(fresh(x), trained(x)))
print("at 1:", fresh(torch.tensor(1.0)).item())

# %% [markdown]
# ## Summary {#summary}
#
# A module registers every `Parameter` that is assigned to one of its attributes.
# `forward` may compute anything, and autograd follows.
# A wrong name in `forward` is no error if an earlier cell has left that name behind.
#
# ## The published tables {#published}
#
# This program circulates in copies with the losses that they printed.
# [A page of their own](/published/tables/#module) sets each of these tables beside our run.
#
# ## What comes next {#next}
#
# You now know all the parts of a training.
# [Your own problem](/stages/your-own/) puts them together for other data, where the rate of this page gives nan.
# `forward` may contain any Python code, even a loop whose length changes from call to call; [the last stage](/stages/dynamic/) does exactly that.
