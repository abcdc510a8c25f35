"""Tables that were published, as data."""
