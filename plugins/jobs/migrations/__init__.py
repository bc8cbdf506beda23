"""Migrations of the jobs plugin, in order."""
