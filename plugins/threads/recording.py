"""Who follows a thread by its replies, and what is unread for them: written with the replies, in their transaction."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import NewPost, Post, PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.threads.changes import Members, ThreadChange
from hubbub.plugins.threads.collapsed import CollapsedThreads
from hubbub.plugins.threads.records import Membership, Reply
from hubbub.plugins.threads.store import MembershipStore
from hubbub.plugins.threads.updates import Update, Updates

NONE: Final = "none"
MAX_CHANNELS: Final = 256
"""Busy channels for which it is remembered who follows everything."""


class ThreadRecorder:
    """A `PostRecorder` and `PostEraser`. Roots cost nothing; a batch of replies two reads and one write.

    The first reply of a thread costs a read of its root too. Nothing is asked per follower or member.
    """

    keeps: frozenset[str] = frozenset()

    def __init__(
        self, context: PluginContext, store: MembershipStore, collapsed: CollapsedThreads, updates: Updates
    ) -> None:
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._store = store
        self._collapsed = collapsed
        self._updates = updates
        self._automatic: dict[str, tuple[Members, frozenset[str]]] = {}

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Let every post pass; a reply's channel is read before the transaction, so that caches keep it."""
        if post.root_id:
            self._channels.notify_props_of_members(channel.id)

    def record(self, posts: Sequence[NewPost]) -> None:
        """Write what new replies change; events about it follow after `posted`."""
        by_root: dict[str, list[NewPost]] = {}
        for new in posts:
            if new.post.root_id:
                by_root.setdefault(new.post.root_id, []).append(new)
        if by_root:
            self._record(by_root)

    def _record(self, by_root: dict[str, list[NewPost]]) -> None:
        last_replies = self._store.last_replies(sorted(by_root))
        before: dict[str, list[Membership]] = {}
        for row in self._store.of_threads(sorted(by_root)):
            before.setdefault(row.post_id, []).append(row)
        channels = {replies[0].post.channel_id for replies in by_root.values()}
        members_of = {channel_id: self._channels.notify_props_of_members(channel_id) for channel_id in channels}
        changes = []
        for root_id, replies in sorted(by_root.items()):
            members = members_of[replies[0].post.channel_id]
            change = ThreadChange(root_id, before.get(root_id, ()), members, last_replies.get(root_id, 0))
            for reply in replies:
                change.add(reply)
            changes.append(change)
        if self._collapsed.follows_by_itself:
            self._join(changes)
        else:
            for change in changes:
                change.keep_known()
        self._store.record([row for change in changes for row in change.rows.values()], now_ms())
        self._tell(changes)

    def _join(self, changes: list[ThreadChange]) -> None:
        """Have those follow who say nothing themselves.

        With the first reply the root's author and whom it mentions, with any reply who follows all of the channel.
        """
        first = [change.root_id for change in changes if change.replies[0].post.reply_count <= len(change.replies)]
        roots = self._posts.get_many(first) if first else {}
        mentioned = self._posts.mentioned(roots.values()) if roots else {}
        for change in changes:
            root = roots.get(change.root_id)
            if root is not None and root.props.get("from_webhook") != "true":
                change.join([root.user_id, *mentioned.get(root.id, ())])
            change.join(self._who_follow_everything(change.replies[0].post.channel_id, change.members))

    def _who_follow_everything(self, channel_id: str, members: Members) -> frozenset[str]:
        known = self._automatic.get(channel_id)
        if known is None or known[0] is not members:
            if len(self._automatic) >= MAX_CHANNELS:
                self._automatic.clear()
            found = (user for user, props in members.items() if props.get("channel_auto_follow_threads") == "on")
            known = self._automatic[channel_id] = (members, frozenset(found))
        return known[1]

    def _tell(self, changes: list[ThreadChange]) -> None:
        """Say in `posted` who follows, and have their clients told what the thread is like now."""
        for change in changes:
            for user_id in change.began:
                self._posts.reader_changed(user_id)
        followers = {change.root_id: change.now for change in changes}
        shown_to = self._collapsed.among({user_id for rows in followers.values() for user_id in rows})
        if not shown_to:
            return
        users = self._users.get_many(shown_to)
        for change in changes:
            now = {user_id: row for user_id, row in followers[change.root_id].items() if user_id in shown_to}
            for reply in change.replies:
                _name_followers(reply, now, users, change.members)
            last = change.replies[-1]
            update = Update(
                root_id=change.root_id,
                team_id=last.team_id,
                before=change.before,
                now=now,
                added=[Reply(new.post.id, new.post.create_at, new.post.user_id) for new in change.replies],
            )
            last.after.append(partial(self._updates.send, update))

    # --- a reply is deleted ---

    def erase(self, post: Post) -> None:
        """Take back what a deleted reply has counted; called after it was marked deleted, its root locked."""
        if not post.root_id:
            return
        rows = {row.user_id: row for row in self._store.of_threads([post.root_id])}
        unread = [row.user_id for row in rows.values() if row.unread_mentions and row.last_viewed < post.create_at]
        lowered: frozenset[str] = frozenset()
        if unread:
            lowered = self._posts.mentioned([post])[post.id].intersection(unread)
            self._store.take_back(post.root_id, post.create_at, lowered, now_ms())
        members = self._channels.notify_props_of_members(post.channel_id)
        following = [user_id for user_id, row in rows.items() if row.following and user_id in members]
        shown_to = self._collapsed.among(following)
        if shown_to:
            now = {
                user_id: row.less_a_mention() if user_id in lowered else row
                for user_id, row in rows.items()
                if user_id in shown_to
            }
            removed = [Reply(post.id, post.create_at, post.user_id)]
            team_id = self._channels.get(post.channel_id).team_id
            self._updates.send_later(
                Update(root_id=post.root_id, team_id=team_id, before=rows, now=now, removed=removed)
            )


def _name_followers(reply: NewPost, followers: Iterable[str], users: Mapping[str, User], members: Members) -> None:
    for user_id in followers:
        user = users.get(user_id)
        if user is None or user_id == reply.post.user_id:
            continue
        if wants_desktop(user, members.get(user_id, {}), mentioned=user_id in reply.mentions):
            reply.per_user[user_id] = {"followers": f'["{user_id}"]'}


def wants_desktop(user: User, channel_props: Mapping[str, str], *, mentioned: bool) -> bool:
    """Say whether a follower wants to be shown a reply on the desktop: by the channel's settings, else their own."""
    if channel_props.get("mark_unread") == "mention" and not mentioned:
        return False
    own = user.notify_props if isinstance(user.notify_props, dict) else {}
    level = channel_props.get("desktop", "default")
    threads = channel_props.get("desktop_threads", "default")
    if level == "default":
        level = own.get("desktop", "mention")
    if threads == "default":
        threads = own.get("desktop_threads", "all")
    if level == NONE or threads == NONE:
        return False
    return threads == "all" or mentioned
