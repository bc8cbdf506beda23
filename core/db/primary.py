"""A look at the primary, so that connections which lead to yesterday's one are let go of before somebody needs them."""

import logging
from typing import Final

import gevent

from hubbub.core.contracts.errors import Unavailable
from hubbub.core.db import errors
from hubbub.core.db.asking import PATIENCE_S, Late, ask
from hubbub.core.db.pool import ServerPool
from hubbub.core.db.progress import Progress

READ_ONLY: Final = "the database is read-only: no change can be stored"
_log: Final = logging.getLogger("hubbub.db")


def look(pool: ServerPool, progress: Progress) -> str:
    """Return what is wrong, empty when the primary takes changes; connections that are of no use are closed."""
    try:
        is_read_only = ask(pool, progress.is_read_only)
    except Late as error:
        _look_by_another_way(pool)
        return error.detailed_error
    except (Unavailable, errors.StoreError) as error:
        return error.detailed_error
    if is_read_only:
        # The address may lead to another server by now; these connections go on leading to this one.
        pool.renew()
        return READ_ONLY
    return ""


def _look_by_another_way(pool: ServerPool) -> None:
    """Connect anew where an open connection is silent: one whose host has vanished stays so for a long time.

    Where a new one is no better the server is busy or down, and nothing would be won by closing what is open.
    """
    try:
        with gevent.Timeout(PATIENCE_S, Late(detailed_error="no answer")):
            session = pool.connect_alone()
    except errors.StoreUnavailable:
        return
    session.close()
    _log.warning("the database answers new connections alone: those that wait are closed")
    pool.drop_idle()
    pool.notice(session)
