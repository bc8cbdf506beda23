"""Migrations of the reminders plugin, in order."""
