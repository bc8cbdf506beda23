"""Migrations of the system plugin, in order."""
