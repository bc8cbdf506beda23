"""Migrations of the LDAP plugin, in order."""
