"""What holds for every fitter, tried on one; `sinfit_author` has the names to use."""
