"""Create the search index and put the posts that exist into it."""

from hubbub.core.db import Migrator
from hubbub.plugins.search_database.engines import engine_of, index_all


def up(m: Migrator) -> None:
    """Create the index; all posts of an existing database are indexed here: a minute or two for a million."""
    if m.has_table("hb_search_posts"):
        return
    engine = engine_of(m.db)
    engine.create(m)
    if m.has_table("posts"):
        index_all(m.db, engine)
    engine.finish(m)
