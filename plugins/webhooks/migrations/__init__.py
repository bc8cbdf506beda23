"""Migrations of the webhooks plugin, in order."""
