"""Migrations of the channels plugin, in order."""
