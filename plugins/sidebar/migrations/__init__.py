"""Migrations of the sidebar plugin, in order."""
