"""Migrations of the plugin for notifications by mail, in order."""
