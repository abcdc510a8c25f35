# %% [markdown]
# # An autograd Function of your own
#
# The fourth of eight stages: you will add an operation to autograd, with a derivative that you wrote, and test that derivative.
#
# [[lesson: autograd]]
#
# ## The idea {#idea}
#
# The third Legendre polynomial and its derivative are
#
# $$ P_3(z) = \frac{1}{2} \left( 5 z^3 - 3 z \right), \quad \frac{d P_3}{d z} = \frac{3}{2} \left( 5 z^2 - 1 \right) $$
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
# $$ \frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial P_3(z_i)} \cdot \frac{3}{2} \left( 5 z_i^2 - 1 \right) $$
#
# The first factor arrives as `grad_output`; the second is our own code.
# Neither half has to know what comes before or after it.
#
# ### All of it as a plain script {#script}
#
# First the operation, then the loop of [the autograd stage](/stages/autograd/#script) with another prediction.


# %%
import torch


class LegendrePolynomial3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return 0.5 * (5 * z**3 - 3 * z)

    @staticmethod
    def backward(ctx, grad_output):
        (z,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * z**2 - 1)


# %%
x = torch.linspace(-torch.pi, torch.pi, 2000)
y = torch.sin(x)
start = (0.0, -1.0, 0.0, 0.3)
parameters = [torch.tensor(value, requires_grad=True) for value in start]
a, b, c, d = parameters

for t in range(2000):
    y_pred = a + b * LegendrePolynomial3.apply(c + d * x)
    loss = (y_pred - y).pow(2).sum()
    if t % 500 == 499:
        print(t, loss.item())
    for parameter in parameters:
        parameter.grad = None
    loss.backward()
    with torch.no_grad():
        for parameter in parameters:
            parameter -= 5e-6 * parameter.grad

# %% [markdown]
# ## What is new {#new}
#
# The model has another form, $y = a + b P_3(c + d x)$, with the Legendre polynomial $P_3$.
# [The autograd stage](/stages/autograd/) would take $P_3$ apart into products and sums; here it is one operation of our own.
#
# [[diff]]
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
        return 1.5 * (5 * z**2 - 1)


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
# Which classes pass?
#
# - `LegendrePolynomial3`
# - `Forgetful`
#
# [[choices]]

# %% [markdown] tags=["hint"]
# Call `torch.autograd.gradcheck(function.apply, (z,), raise_exception=False)` with a `z` that requires a gradient.
# It multiplies the result by numbers of its own, which `grad_output` then holds.

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
# Write $P_3$ as ordinary operations, let autograd differentiate it, and compare the gradients at the five points of `torch.linspace(-1, 1, 5)`.
# What is the gradient at the first of them?
#
# [[answer: tensor(]]

# %% [markdown] tags=["hint"]
# A sum of all results is a single number, from which `backward()` can start.
# Clear `z.grad` between the two.

# %% tags=["solution"]
z = torch.linspace(-1, 1, 5, requires_grad=True)
LegendrePolynomial3.apply(z).sum().backward()
ours = z.grad

z.grad = None
(0.5 * (5 * z**3 - 3 * z)).sum().backward()
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
# What is the loss at step 99?
#
# [[answer: | 0.1]]

# %% [markdown] tags=["hint"]
# $P_3$ is odd: $P_3(-z) = -P_3(z)$.
# Is the curve at the start another one?

# %% tags=["solution"]
mirrored = sinfit.fit("legendre", initial=(0, 1, 0, -0.3))
print(mirrored.losses[99], result.losses[99])
print(mirrored.equation())

# %% [markdown] tags=["solution"]
# Because $P_3(-z) = -P_3(z)$, both starts are the same curve, and both runs stay the same curve.
# Two sets of parameters, one function: in neural networks this is the rule, not the exception.

# %% [markdown]
# ## Summary {#summary}
#
# A `Function` of your own has two halves, `forward` and `backward`.
# `backward` multiplies the gradient that arrives by the derivative of its own operation.
# `gradcheck` tests it with differences, in float64.
#
# ## The published tables {#published}
#
# This program circulates in copies with the losses that they printed.
# [A page of their own](/published/tables/#legendre) sets each of these tables beside our run.
#
# ## What comes next {#next}
#
# The model is still written out term by term.
# [The next stage](/stages/nn/) builds it from ready-made layers.
