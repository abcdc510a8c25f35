# %% [markdown]
# # Heavy ball
#
# A cubic polynomial learns to follow the sine, by gradient descent with momentum.
#
# ## What is new {#new}
#
# Plain gradient descent forgets each step as soon as it is made.
# With momentum, a step keeps a share of the one before, and steps in the same direction add up.
#
# ## The idea {#idea}
#
# The velocity $v$ gathers the gradients of the loss $L$.
# It keeps the share $\mu$ of itself, and the learning rate $\eta$ says how much of the new gradient it takes in:
#
# $$ v \leftarrow \mu v - \eta \, \frac{\partial L}{\partial w} $$
#
# The parameters $w$ then move by the velocity:
#
# $$ w \leftarrow w + v $$
#
# ## The program {#program}

# %%
# include: fitter.py

# %% [markdown]
# ## The run {#run}
#
# Every hundredth loss is printed, and then the fitted equation.

# %%
import sinfit

result = sinfit.fit("heavy-ball", seed=0)
for line in result.printed():
    print(line)

# %% [markdown]
# [[curves]]
#
# ## Watch it train {#watch}
#
# [[player]]
#
# ## Exercises {#exercises}
#
# ### Exercise 1 {#exercise-1}
#
# How much does the momentum bring?
# Take it away, and compare how far each fit is from the best cubic.

# %% tags=["solution"]
plain = sinfit.fit("heavy-ball", seed=0, momentum=0.0)
print("with momentum   ", result.optimality_gap)
print("without momentum", plain.optimality_gap)

# %% [markdown]
# ## What comes next {#next}
#
# Put a program of your own in the place of this one, and tell its story here.
