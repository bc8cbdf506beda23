"""Create the search index and put the posts that exist into it."""

from hubbub.core.db import Migrator
from hubbub.plugins.search_database.engines import engine_of, index_all


def up(m: Migrator) -> None:
    """Create the index; all posts of an existing database are indexed here: a minute or two for a million."""
    is_there = m.has_table("hb_search_posts")
    if is_there and m.db.engine != "mysql":
        return
    # On MySQL the table stays when this was killed: the next run goes on, past what is in it.
    engine = engine_of(m.db)
    if not is_there:
        engine.create(m)
    if m.has_table("posts"):
        index_all(m.db, engine)
    engine.finish(m)
