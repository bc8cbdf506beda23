"""A team with people and channels, to talk in, with threads to follow."""

from hubbub.tests.plugins.threads.world import database, make_plain_talk, make_talk, talk

__all__ = ["database", "make_plain_talk", "make_talk", "talk"]
