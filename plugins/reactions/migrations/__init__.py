"""Migrations of the reactions plugin, in order."""
