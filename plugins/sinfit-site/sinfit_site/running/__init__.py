"""Runs: each document once, in a kernel of its own, and what is kept of it."""
