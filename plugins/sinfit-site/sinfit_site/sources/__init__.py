"""Sources: tutorials and pages, composed, and taken apart into what is translated."""
