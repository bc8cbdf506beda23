"""Migrations of the drafts plugin, in order."""
