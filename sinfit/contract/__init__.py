"""The contract between host and plugins: hooks, the records that they return, and models."""
