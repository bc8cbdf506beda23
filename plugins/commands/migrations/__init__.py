"""Migrations of the commands plugin, in order."""
