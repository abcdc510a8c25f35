"""`python -m sinfit` is `sinfit`."""

from sinfit.cli import main

if __name__ == "__main__":
    main()
