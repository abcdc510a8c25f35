"""`python -m sinfit` is `sinfit`."""

from sinfit.ground.entry import load

if __name__ == "__main__":
    load("sinfit_cli.root:main")()  # a plugin, as far as the core knows
