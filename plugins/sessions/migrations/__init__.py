"""Migrations of the sessions plugin."""
