"""Migrations of the teams plugin, in order."""
