"""Migrations of the users plugin."""
