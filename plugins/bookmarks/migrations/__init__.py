"""Migrations of the bookmarks plugin, in order."""
