"""Hubbub: a self-hosted team-messaging server, every feature a plugin."""

__version__ = "0.1.0"
