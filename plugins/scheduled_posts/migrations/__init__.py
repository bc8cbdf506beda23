"""Migrations of the scheduled_posts plugin, in order."""
