"""People in a channel, another site, and the proxy between them."""

from hubbub.tests.plugins.link_previews.conftest import other_site, site
from hubbub.tests.plugins.posts.world import database, make_talk

__all__ = ["database", "make_talk", "other_site", "site"]
