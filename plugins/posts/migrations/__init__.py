"""Migrations of the posts plugin, in order."""
