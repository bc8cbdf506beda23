"""Migrations of the bulk plugin."""
