"""Migrations of outgoing OAuth connections, in order."""
