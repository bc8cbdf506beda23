"""What a batch of replies does to the followers of one thread, worked out from what was there before."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from hubbub.core.contracts.posts import NewPost
from hubbub.plugins.threads.records import Membership

Members = Mapping[str, Mapping[str, str]]
"""Member of a channel → their notify props for it."""


class ThreadChange:
    """The memberships of one thread: those `before`, and `rows` to write. `now` combines them.

    Who is new to a thread has read what was there before the reply that brought them: what counts as unread for them
    is what was counted, also when some of it is deleted again.
    """

    def __init__(self, root_id: str, before: Iterable[Membership], members: Members, last_reply_at: int) -> None:
        self.root_id: Final = root_id
        self.members: Final = members
        self._last_reply_at = last_reply_at
        self.replies: list[NewPost] = []
        self.before = {row.user_id: row for row in before}
        self.rows: dict[str, Membership] = {}
        self._authors: set[str] = set()

    def add(self, reply: NewPost) -> None:
        """Count a reply: for who wrote it, and for who is mentioned by it."""
        self.replies.append(reply)
        post = reply.post
        for user_id in reply.named:
            if user_id != post.user_id:
                self._mention(user_id, post.create_at)
        if reply.read_by_author and post.user_id in self.members:
            # Another worker may have stored a later reply before this one: it was there, so it counts as read too.
            self.rows[post.user_id] = self._new(post.user_id, max(post.create_at, self._last_reply_at))
            self._authors.add(post.user_id)

    def _mention(self, user_id: str, create_at: int) -> None:
        if user_id not in self.members:
            return
        known = self.before.get(user_id)
        row = self.rows.get(user_id) or self._new(user_id, 0 if known else create_at - 1)
        # Who has read the thread until a later time has read this one too.
        if create_at > max(row.last_viewed, known.last_viewed if known else 0):
            row = msgspec.structs.replace(row, unread_mentions=row.unread_mentions + 1)
        self.rows[user_id] = row

    def _new(self, user_id: str, last_viewed: int) -> Membership:
        return Membership(post_id=self.root_id, user_id=user_id, following=True, last_viewed=last_viewed)

    def join(self, user_ids: Iterable[str]) -> None:
        """Have members follow the thread who have had nothing to do with it: a choice not to follow is kept."""
        for user_id in user_ids:
            if user_id in self.members and user_id not in self.before and user_id not in self._authors:
                row = self.rows.get(user_id) or self._new(user_id, 0)
                self.rows[user_id] = msgspec.structs.replace(row, last_viewed=self.replies[0].post.create_at - 1)

    def keep_known(self) -> None:
        """Have nobody new follow: what was counted stays with those who follow already."""
        known = {user_id for user_id, row in self.before.items() if row.following}
        self.rows = {user_id: row for user_id, row in self.rows.items() if user_id in known}

    @property
    def now(self) -> dict[str, Membership]:
        """The followers who are members of the channel, as they are after the replies."""
        found = {user_id: row for user_id, row in self.before.items() if row.following and user_id in self.members}
        for user_id, row in self.rows.items():
            old = self.before.get(user_id)
            if old is not None and row.last_viewed:
                row = msgspec.structs.replace(row, last_viewed=max(row.last_viewed, old.last_viewed))
            elif old is not None:
                total = old.unread_mentions + row.unread_mentions
                row = msgspec.structs.replace(row, last_viewed=old.last_viewed, unread_mentions=total)
            found[user_id] = row
        return found

    @property
    def began(self) -> list[str]:
        """Those who follow since these replies."""
        return [user_id for user_id in self.rows if user_id not in self.before or not self.before[user_id].following]
