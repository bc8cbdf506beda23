"""What the plugin's parts hand each other."""

import msgspec


class Membership(msgspec.Struct, kw_only=True, frozen=True):
    """What one user has to do with one thread. `last_viewed` in ms; unread mentions are of replies after it."""

    post_id: str
    user_id: str
    following: bool = False
    last_viewed: int = 0
    unread_mentions: int = 0

    def less_a_mention(self) -> "Membership":
        """Return it with one unread mention less."""
        return msgspec.structs.replace(self, unread_mentions=max(0, self.unread_mentions - 1))


class Reply(msgspec.Struct, frozen=True):
    """Of a reply what counting takes."""

    id: str
    create_at: int
    user_id: str


class ThreadRow(msgspec.Struct, frozen=True):
    """A followed thread as the list reads it. `participants` is the JSON text of their ids; times in ms."""

    id: str
    reply_count: int
    last_reply_at: int
    delete_at: int
    participants: str
    last_viewed: int
    unread_mentions: int


class ListOptions(msgspec.Struct, kw_only=True, frozen=True):
    """What a client asks for: see the parameters of `GET /users/{user_id}/teams/{team_id}/threads`."""

    since: int = 0
    before: str = ""
    after: str = ""
    offset: int = 0
    limit: int = 60
    extended: bool = False
    deleted: bool = False
    unread: bool = False
    totals_only: bool = False
    threads_only: bool = False
    exclude_direct: bool = False
