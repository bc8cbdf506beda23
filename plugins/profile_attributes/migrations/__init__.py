"""Migrations of the profile_attributes plugin, in order."""
