"""Makes a repeated request create one post: clients give each post a pending id and send again when in doubt."""

from collections import OrderedDict
from hashlib import blake2b
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import AppError

KEEP_MS: Final = 30_000
MAX_ITEMS: Final = 25_000
IN_PROGRESS: Final = ""


class StillPending(AppError):
    id = "api.post.deduplicate_create_post.pending"
    status_code = 500
    message = "The same post is being created right now."


def id_of(user_id: str, pending_id: str) -> str:
    """Return the id of the post that a user creates under a pending id: the same in every worker."""
    return blake2b(f"{user_id} {pending_id}".encode(), digest_size=13).hexdigest()


class PendingPosts:
    """Pending ids of the last 30 seconds, per author: "" while the post is being made, then its id."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], tuple[int, str]] = OrderedDict()

    def begin(self, user_id: str, pending_id: str) -> str | None:
        """Note that a post is being made; returns the post's id when it was made already, else None.

        Raises `StillPending`.
        """
        self._expire()
        entry = self._seen.get((user_id, pending_id))
        if entry is None:
            self._seen[user_id, pending_id] = (now_ms(), IN_PROGRESS)
            return None
        if entry[1] == IN_PROGRESS:
            raise StillPending
        return entry[1]

    def made(self, user_id: str, pending_id: str, post_id: str) -> None:
        """Note the post of a pending id (made here, or in another worker)."""
        self._seen.pop((user_id, pending_id), None)
        self._seen[user_id, pending_id] = (now_ms(), post_id)

    def failed(self, user_id: str, pending_id: str) -> None:
        """Forget a pending id: no post was made, the client may try again."""
        self._seen.pop((user_id, pending_id), None)

    def _expire(self) -> None:
        limit = now_ms() - KEEP_MS
        while self._seen and (len(self._seen) > MAX_ITEMS or next(iter(self._seen.values()))[0] < limit):
            self._seen.popitem(last=False)
