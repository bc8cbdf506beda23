"""Migrations of the post_priority plugin, in order."""
