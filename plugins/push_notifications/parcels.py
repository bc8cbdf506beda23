"""One thing to send to the proxy."""

from collections.abc import Callable
from typing import Any, NamedTuple


class NotYet(Exception):
    """A parcel wasn't sent, and isn't given up either: its row is for whoever takes it next."""


class Parcel(NamedTuple):
    """Those with the same key go one after the other; `born` in ms.

    `send` returns when the parcel is done with, and raises `NotYet`. `id` is that of its row in the table (empty: it is
    in memory only), `claim` the mark under which this worker has the row.
    """

    key: str
    send: Callable[["Parcel"], None]
    content: Any
    born: int
    id: str = ""
    claim: str = ""
