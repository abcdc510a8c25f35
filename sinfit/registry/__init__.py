"""Find the installed plugins, load each so that it can break only itself, and report on them."""
