"""From a problem to a result: check what is asked for, drive the fitter, keep, compare, draw."""
