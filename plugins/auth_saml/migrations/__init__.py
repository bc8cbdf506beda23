"""Migrations of the auth_saml plugin, in order."""
