"""Migrations of the roles plugin."""
