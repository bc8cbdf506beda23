"""Migrations of the interactive_messages plugin, in order."""
