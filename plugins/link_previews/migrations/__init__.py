"""Migrations of the link_previews plugin, in order."""
