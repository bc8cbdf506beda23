"""Over which ways somebody is told of a post: their wishes, why the post is theirs, and whether they are there."""

from typing import Final

import msgspec

from hubbub.core.contracts.notifications import EMAIL, PUSH
from hubbub.core.contracts.statuses import AWAY, DND, OFFLINE, ONLINE, OUT_OF_OFFICE
from hubbub.plugins.notifications.wishes import ALL, NONE, Wish

NO_WAY: Final[frozenset[str]] = frozenset()


class Case(msgspec.Struct, frozen=True):
    """Why a post is somebody's.

    `mentioned` in any way; `follows` the thread; `in_thread`: it is a reply, and they have collapsed threads;
    `is_system`: the server wrote it.
    """

    mentioned: bool
    follows: bool = False
    in_thread: bool = False
    is_system: bool = False


def ways(wish: Wish, status: str, case: Case) -> frozenset[str]:
    """Return the ways over which somebody wants to be told, and may be now."""
    if wish.muted or status in (DND, OUT_OF_OFFICE):
        return NO_WAY
    found = set()
    if wants_email(wish, case) and status in (AWAY, OFFLINE):
        found.add(EMAIL)
    if wants_push(wish, case) and _is_away_enough(wish.push_status, status):
        found.add(PUSH)
    return frozenset(found)


def wants_email(wish: Wish, case: Case) -> bool:
    """Say whether somebody wants an e-mail about a post. In collapsed threads the channel's setting doesn't count."""
    if not case.in_thread:
        return case.mentioned and wish.email
    return wish.own_email and (case.mentioned or (case.follows and wish.email_threads == ALL))


def wants_push(wish: Wish, case: Case) -> bool:
    """Say whether somebody wants a post on their phone. What the server writes nobody does."""
    if case.is_system or wish.push == NONE:
        return False
    if not case.in_thread:
        return case.mentioned or wish.push == ALL
    if wish.push_threads == NONE or not (case.mentioned or case.follows):
        return False
    return case.mentioned or wish.push_threads == ALL


def _is_away_enough(wanted: str, status: str) -> bool:
    """Say whether phones ring in this status: `wanted` online means always."""
    if wanted == ONLINE:
        return True
    return status in ((AWAY, OFFLINE) if wanted == AWAY else (OFFLINE,))
