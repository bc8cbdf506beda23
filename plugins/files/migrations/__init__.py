"""Migrations of the files plugin, in order."""
