# %% [markdown]
# # An autograd Function of your own
#
# The fourth of eight stages: you will add an operation to autograd, with a derivative that you wrote, and test that derivative.
#
# ## What is new {#new}
#
# The model has another form, $y = a + b P_3(c + d x)$, with the Legendre polynomial $P_3$.
# [The autograd stage](/stages/autograd/) would take $P_3$ apart into products and sums; here it is one operation of our own.
#
# [[diff]]
#
# ## The idea {#idea}
#
# The third Legendre polynomial and its derivative are
#
# $$ P_3(z) = \frac{5 z^3 - 3 z}{2} = 2.5 \, z^3 - 1.5 \, z, \quad \frac{d P_3}{d z} = 7.5 \, z^2 - 1.5 $$
#
# With $z = c + d x$ the model is still a cubic in $x$; only its four parameters mean something else.
#
# An autograd [`Function`](https://docs.pytorch.org/docs/stable/notes/extending.html) has two halves.
#
# - `forward` computes the result, and keeps in `ctx` what the derivative will need.
# - `backward` receives the gradient of the loss for the result, and returns the gradient of the loss for the input.
#
# The second half is one link of the chain rule.
# For each element $i$:
#
# $$ \frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial P_3(z_i)} \cdot \left( 7.5 \, z_i^2 - 1.5 \right) $$
#
# The first factor arrives as `grad_output`; the second is our own code.
# Neither half has to know what comes before or after it.
#
# ## The program {#program}

# %%
# include: fitter.py

# %% [markdown]
# The loop is that of the autograd stage; one line of the forward pass has changed.
#
# ## The run {#run}
#
# The model is no longer linear in its parameters, so some starts lead nowhere.
# This stage therefore begins at a fixed start, $a = 0$, $b = -1$, $c = 0$ and $d = 0.3$.
# Nothing is random, and the seed has no effect.

# %%
import sinfit

result = sinfit.fit("legendre", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# [[curves]]
#
# Multiplied out, the result is a cubic like any other.
# Here are its coefficients in ascending powers of $x$, and the best ones.

# %%
from sinfit.theory import best_polynomial

best = best_polynomial(result.problem.x, result.problem.y)
for power, (ours, theirs) in enumerate(zip(result.coef, best.parameters, strict=True)):
    print(f"x^{power}  {ours:9.6f}  {theirs:9.6f}")
print("above the best loss:", result.optimality_gap)

# %% [markdown]
# `a` and `c` stay at zero, apart from rounding.
# The start is symmetric about the origin, and so are $P_3$ and the sine, so the gradients of `a` and `c` vanish in every step.
#
# ## Watch it train {#watch}
#
# [[player]]
#
# ## The published tables {#published}
#
# The official tutorial prints a table for this program.
# Because nothing is random, anybody can check it.
# The run above differs from it in the last digits, because `sinfit.fit` computes the points in float64 and the published program computes them in float32.
# Given the published program's own points, the run repeats its table.

# %%
import json
import re
from importlib.resources import files

x = torch.linspace(-torch.pi, torch.pi, 2000)  # float32, as in the published program
same = sinfit.fit("legendre", x, torch.sin(x))

logs = json.loads((files("sinfit") / "published" / "logs.json").read_text("utf-8"))
table = next(log for log in logs if log["id"] == "tutkr-legendre")
losses = table["losses"]
farthest = max(abs(result.losses[step] / loss - 1) for step, loss in losses)
equal = sum(same.losses[step] == loss for step, loss in losses)
print(f"float64 points: largest relative deviation {farthest:.1e}")
print(f"float32 points: {equal} of {len(losses)} losses equal to the last digit")

printed = re.findall(r"-?\d\.\d+(?:e-\d+)?", table["result_line"])
for (name, ours), theirs in zip(same.parameters.items(), printed, strict=True):
    print(name, ours, theirs, "equal" if ours == float(theirs) else "")

# %% [markdown]
# In the equation `b` and `d` are equal to the last digit too.
# Of `a` and `c` only rounding noise around zero is left, less than $10^{-9}$, and noise need not repeat.
#
# The replay below takes the points in float64, so it reports the larger deviation.
#
# [[published]]
#
# ## Common mistakes {#mistakes}
#
# **An instance is called.**
# The official text speaks of constructing an instance and calling it like a function.
# PyTorch no longer allows it: it warns when the instance is made, and raises an error when it is called.

# %% tags=["mistake"] raises="RuntimeError"
import warnings

# Ignore the warning, so that the error is seen alone
warnings.simplefilter("ignore", DeprecationWarning)
instance = LegendrePolynomial3()
instance(torch.tensor([0.5]))

# %% [markdown]
# The right call is `LegendrePolynomial3.apply(z)`: no instance is needed, and `ctx` keeps what belongs to this call.

# %%
print(LegendrePolynomial3.apply(torch.tensor([0.5])))


# %% [markdown]
# **`backward` forgets `grad_output`.**
# It then returns the derivative of $P_3$ instead of the gradient of the loss.
# The program runs, and the parameters are wrong.


# %% tags=["mistake"]
class Forgetful(LegendrePolynomial3):
    @staticmethod
    def backward(ctx, grad_output):
        (z,) = ctx.saved_tensors
        return 7.5 * z**2 - 1.5


for function in (LegendrePolynomial3, Forgetful):
    z = torch.tensor([0.5], requires_grad=True)
    (10 * function.apply(z)).sum().backward()
    print(function.__name__, z.grad.item())

# %% [markdown]
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# `torch.autograd.gradcheck` compares a derivative with differences of the function, as you may have done by hand in [the NumPy stage](/stages/numpy/#exercise-1).
# Check both classes.
# It needs inputs in float64; why?

# %% tags=["solution"]
z = torch.linspace(-1, 1, 5, dtype=torch.float64, requires_grad=True)
for function in (LegendrePolynomial3, Forgetful):
    passed = torch.autograd.gradcheck(function.apply, (z,), raise_exception=False)
    print(function.__name__, passed)

# %% [markdown] tags=["solution"]
# `gradcheck` moves each input by $10^{-6}$ and looks at what changes.
# In float32, with seven digits, the change would drown in rounding.
# Run it once on every `backward` that you write.

# %% [markdown]
# ### Exercise 2 {#exercise-2}
#
# Was the work needed?
# Write $P_3$ as ordinary operations, let autograd differentiate it, and compare the gradients.

# %% tags=["solution"]
z = torch.linspace(-1, 1, 5, requires_grad=True)
LegendrePolynomial3.apply(z).sum().backward()
ours = z.grad

z.grad = None
(2.5 * z**3 - 1.5 * z).sum().backward()
print(ours)
print(z.grad)

# %% [markdown] tags=["solution"]
# For $P_3$ it was not needed.
# A `Function` of your own pays off where autograd cannot follow (a library outside PyTorch), where a derivative is known in a shorter form, or where less has to be kept in memory.

# %% [markdown]
# ### Exercise 3 {#exercise-3}
#
# Start at $b = 1$ and $d = -0.3$ instead of $b = -1$ and $d = 0.3$.
# What do you expect of the losses?

# %% tags=["solution"]
mirrored = sinfit.fit("legendre", initial=(0, 1, 0, -0.3))
print(mirrored.losses[99], result.losses[99])
print(mirrored.equation())

# %% [markdown] tags=["solution"]
# Because $P_3(-z) = -P_3(z)$, both starts are the same curve, and both runs stay the same curve.
# Two sets of parameters, one function: in neural networks this is the rule, not the exception.

# %% [markdown]
# ## What comes next {#next}
#
# The model is still written out term by term.
# [The next stage](/stages/nn/) builds it from ready-made layers.
