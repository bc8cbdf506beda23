"""Migrations of the preferences plugin, in order."""
