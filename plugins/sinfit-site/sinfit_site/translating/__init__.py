"""Translations: catalogs, the rules that they must keep, and the texts of a document."""
