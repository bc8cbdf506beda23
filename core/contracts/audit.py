"""What is told of requests that may have changed something, for those who keep a record of it."""

from collections.abc import Mapping

import msgspec


class AnsweredRequest(msgspec.Struct, kw_only=True, frozen=True):
    """A request other than GET, and its answer.

    `route` is the template, `event` plugin and handler (`users.update_roles`), `params` the fields of the path.
    `user_id` and `session_id` are of who asked, "" for nobody. `status` and `error_id` ("": success) are the answer's.

    SECURITY: `body` (at most 16 KiB, else empty) may hold passwords and tokens: take out of it what you know by name.
    """

    request_id: str
    event: str
    method: str
    route: str
    params: Mapping[str, str]
    user_id: str = ""
    session_id: str = ""
    ip_address: str = ""
    user_agent: str = ""
    status: int = 200
    error_id: str = ""
    body: bytes = b""
