"""Migrations of the mail plugin, in order."""
