"""Migrations of the OAuth provider, in order."""
