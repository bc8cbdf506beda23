"""Migrations of the data_retention plugin, in order."""
