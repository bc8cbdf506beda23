"""The standard library made cooperative by gevent, before anything keeps a reference to the blocking one."""

import sys
from typing import Final

_TOO_EARLY: Final = ("peewee", "psycopg2", "pymysql")


class PatchedTooLate(RuntimeError):
    """A library that keeps state per thread was imported before gevent made threads of greenlets."""


def patch() -> None:
    """Patch everything; harmless when it has been done. Raises `PatchedTooLate`."""
    from gevent import monkey

    if not monkey.is_module_patched("threading"):
        refuse_early_imports()
        monkey.patch_all()


def refuse_early_imports() -> None:
    """Raise `PatchedTooLate` if a library was imported that must come after the patch."""
    early = [name for name in _TOO_EARLY if name in sys.modules]
    if early:
        # peewee would give all greenlets the same connection, and mix their transactions without a word.
        raise PatchedTooLate(f"{', '.join(early)} was imported before gevent.monkey.patch_all(); patch first")
