"""Migrations of the push plugin, in order."""
