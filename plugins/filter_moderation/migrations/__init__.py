"""Migrations of the filter_moderation plugin, in order."""
