"""Migrations of the groups plugin, in order."""
