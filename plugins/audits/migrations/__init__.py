"""Migrations of the audits plugin, in order."""
