"""What a case of the walk is: how one operation is asked so that it succeeds, and who else may ask it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from hubbub.tests.walk.world import World

Made = dict[str, str]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One request that succeeds.

    `operation` is the id of data/operations.json (tests/meta). The path's fields and every `{name}` in `query`,
    `headers` and `body` are filled from the world's values and from what `make(world)` returns; it makes what the
    request destroys. A `body` that is text is sent as it is.

    `after(world)` puts back what others need, whatever came of the request.

    `who` asks (a name of the world's people, "" for nobody signed in). `status` is another than the one of success, for
    the few that can only be refused. `outsider` is what somebody without team, channel and special role gets; whoever
    is let in although the operation has permissions is let in for the reason `open_to_all`. `nobody` is what somebody
    who isn't signed in gets. `answer` names the record of the answer (`[Post]`: an array) where the description has
    none or a wrong one, `raw` the beginning of its content type where that isn't JSON.
    """

    operation: str
    body: "Any | Callable[[World], Any]" = None
    query: str = ""
    who: str = "bob"
    make: "Callable[[World], Made] | None" = None
    after: "Callable[[World], None] | None" = None
    headers: Made = {}
    status: int = 0
    outsider: int = 403
    open_to_all: str = ""
    nobody: int = 401
    answer: str = ""
    raw: str = ""
