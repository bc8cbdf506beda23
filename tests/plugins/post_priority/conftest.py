"""A team with people and channels, to talk in."""

from hubbub.tests.plugins.posts.world import database, make_talk, talk

__all__ = ["database", "make_talk", "talk"]
