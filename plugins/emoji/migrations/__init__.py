"""Migrations of the emoji plugin, in order."""
