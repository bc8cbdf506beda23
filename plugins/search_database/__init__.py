"""Search in the database itself: FTS5 on SQLite, full text on PostgreSQL and MySQL. Owns tables hb_search…"""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.search import SearchEngine

manifest = Manifest(
    id="search_database",
    version="0.1.0",
    name="Search in the database",
    summary="Finds posts with the database's own full-text index",
    provides=(SearchEngine,),
)
