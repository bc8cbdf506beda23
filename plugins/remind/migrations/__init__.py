"""Migrations of the remind plugin, in order."""
