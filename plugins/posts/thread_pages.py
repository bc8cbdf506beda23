"""Which part of a thread a client asks for: the parameters of `GET /posts/{post_id}/thread`."""

from typing import Final

import msgspec

from hubbub.core.contracts.errors import InvalidUrlParam
from hubbub.core.http import Request
from hubbub.core.ids import is_valid_id

MAX_PER_PAGE: Final = 200
UP: Final = "up"
DOWN: Final = "down"


class ThreadPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of replies. `per_page` 0 means all of them. Times in ms.

    `direction` "down" goes from old to new, "up" from new to old. `from_create_at` (with `from_post` for those of the
    same millisecond) is where the page before ended. `from_update_at` asks for what was changed after a time instead,
    deleted replies too, the oldest change first; with `updates_only` the root comes only if it was changed itself.
    """

    per_page: int = 0
    direction: str = UP
    from_post: str = ""
    from_create_at: int = 0
    from_update_at: int = 0
    updates_only: bool = False

    @property
    def oldest_first(self) -> bool:
        """Say whether replies come in the order they were written (or changed)."""
        return self.direction == DOWN or self.from_update_at > 0


def read_thread_page(req: Request) -> ThreadPage:
    """Return what the query asks for. Raises `InvalidUrlParam` naming a parameter that doesn't fit the others."""
    page = ThreadPage(
        per_page=req.query_int("perPage", 0, minimum=0, maximum=MAX_PER_PAGE),
        direction=req.query("direction") or UP,
        from_post=req.query("fromPost"),
        from_create_at=req.query_int("fromCreateAt", 0, minimum=0),
        from_update_at=req.query_int("fromUpdateAt", 0, minimum=0),
        updates_only=req.query_bool("updatesOnly"),
    )
    if page.direction not in (UP, DOWN):
        raise InvalidUrlParam("direction")
    if page.from_post and (not is_valid_id(page.from_post) or not (page.from_create_at or page.from_update_at)):
        raise InvalidUrlParam("fromPost")
    if page.from_update_at and (page.direction == DOWN or page.from_create_at):
        raise InvalidUrlParam("fromUpdateAt")
    if page.updates_only and not page.from_update_at:
        raise InvalidUrlParam("updatesOnly")
    return page
