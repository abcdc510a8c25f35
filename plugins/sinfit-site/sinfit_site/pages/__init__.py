"""Pages: the Markdown, notebooks and programs of each language, and what stands in them."""
