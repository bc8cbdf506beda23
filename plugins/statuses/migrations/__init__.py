"""Migrations of the statuses plugin, in order."""
