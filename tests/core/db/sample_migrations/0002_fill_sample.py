"""Put a row into the sample table; counts how often it was run."""

from hubbub.core.db import Migrator


def up(m: Migrator) -> None:
    """Insert a row whose key says nothing about how often this ran, and count it."""
    (number,) = m.fetch_all("SELECT count(*) FROM {hb_sample}")[0]
    m.insert_many("hb_sample", ("id", "createat", "kind"), [(f"row {number}", number, "P")])
