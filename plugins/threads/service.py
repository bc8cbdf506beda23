"""The rules of threads: following, reading, marking unread. `ThreadService`."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService, UnreadChange
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, InvalidUrlParam, NotFound, PermissionDenied
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.threads import Thread, ThreadCounts, ThreadList
from hubbub.plugins.threads import events
from hubbub.plugins.threads.collapsed import CollapsedThreads
from hubbub.plugins.threads.lists_store import ThreadListStore
from hubbub.plugins.threads.records import ListOptions, Membership
from hubbub.plugins.threads.shown import ShownThreads
from hubbub.plugins.threads.store import MembershipStore


class NotFollowed(NotFound):
    id = "app.user.get_thread_membership_for_user.not_found"
    message = "The user does not follow this thread."


class ThreadNotFound(NotFound):
    id = "app.user.get_threads_for_user.not_found"
    message = "There is no such thread: its first message is gone, or nobody has answered it."


class NotInThread(BadRequest):
    id = "app.user.update_thread_read_for_user_by_post.app_error"
    message = "The post does not belong to the thread."


class Threads:
    """Implements `ThreadService`."""

    def __init__(
        self,
        context: PluginContext,
        store: MembershipStore,
        lists: ThreadListStore,
        collapsed: CollapsedThreads,
        shown: ShownThreads,
    ) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._store = store
        self._lists = lists
        self._collapsed = collapsed
        self._shown = shown

    # --- reading ---

    def is_collapsed_for(self, user_id: str) -> bool:
        """See `ThreadService.is_collapsed_for`."""
        return self._collapsed.has(user_id)

    def collapsed_among(self, user_ids: Iterable[str], chosen: Mapping[str, str] | None = None) -> set[str]:
        """See `ThreadService.collapsed_among`."""
        return self._collapsed.among(user_ids, chosen)

    def followers(self, root_id: str) -> set[str]:
        """See `ThreadService.followers`."""
        return {row.user_id for row in self._store.of_threads([root_id]) if row.following}

    def followed(self, user_id: str, root_ids: Iterable[str]) -> list[str]:
        """Return those of some threads that the user follows."""
        return self._store.followed(user_id, root_ids)

    def get(self, user_id: str, root_id: str, *, extended: bool) -> Thread:
        """Return a thread that the user follows. Raises `NotFollowed`, `ThreadNotFound`."""
        membership = self._store.get(root_id, user_id)
        if membership is None or not membership.following:
            raise NotFollowed
        row = self._lists.get(user_id, root_id)
        if row is None:
            raise ThreadNotFound
        threads = self._shown.many([row], self._store.unread_replies(user_id, [root_id]), extended=extended)
        if not threads:
            raise ThreadNotFound
        return threads[0]

    def page(self, user_id: str, team_id: str, options: ListOptions) -> ThreadList:
        """Return a page of the threads that the user follows in a team, and what is unread in all of them."""
        found = ThreadList()
        if not options.threads_only:
            unread = [row for row in self._lists.unread(user_id) if _is_of(row[1], team_id, options)]
            urgent = self._shown.urgent([root_id for root_id, _, mentions in unread if mentions])
            found.total = len(unread) if options.unread else self._lists.count(user_id, team_id, options)
            found.total_unread_threads = len(unread)
            found.total_unread_mentions = sum(mentions for _, _, mentions in unread)
            found.total_unread_urgent_mentions = sum(mentions for root_id, _, mentions in unread if root_id in urgent)
        if not options.totals_only:
            rows = self._lists.page(user_id, team_id, options)
            counts = self._store.unread_replies(user_id, [row.id for row in rows])
            found.threads = self._shown.many(rows, counts, extended=options.extended)
        return found

    def unread_by_team(self, user_id: str) -> Mapping[str, ThreadCounts]:
        """See `ThreadService.unread_by_team`."""
        rows = self._lists.unread(user_id)
        urgent = self._shown.urgent([root_id for root_id, _, mentions in rows if mentions])
        counts: dict[str, ThreadCounts] = {}
        for root_id, team_id, mentions in rows:
            before = counts.get(team_id, ThreadCounts())
            counts[team_id] = ThreadCounts(
                threads=before.threads + 1,
                mentions=before.mentions + mentions,
                urgent_mentions=before.urgent_mentions + (mentions if root_id in urgent else 0),
            )
        return counts

    # --- following ---

    def set_following(self, user_id: str, root: Post, state: bool) -> None:
        """Follow a thread, which is read by that, or follow it no more. Publishes `thread_follow_changed`."""
        self._require_root(root)
        if state and not self._channels.is_member(root.channel_id, user_id):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)
        with self._context.db.transaction():
            self._store.lock([root.id])
            known = self._store.get(root.id, user_id)
            row = known or Membership(post_id=root.id, user_id=user_id)
            if known is None or (state and not row.following):
                # Not until now: a reply that is being stored has a time before that, and nobody has seen it.
                read_until = self._store.last_replies([root.id]).get(root.id, 0)
                last_viewed = max(row.last_viewed, read_until)
                row = msgspec.structs.replace(row, last_viewed=last_viewed, unread_mentions=0)
            self._save(msgspec.structs.replace(row, following=state), row.following != state)
            team_id = self._channels.get(root.channel_id).team_id
            event = events.follow_changed(user_id, team_id, root.id, state, root.reply_count)
            self._context.publish(event)

    def _save(self, row: Membership, changed: bool) -> None:
        self._store.save([row], now_ms())
        if changed:
            self._posts.reader_changed(row.user_id)

    @staticmethod
    def _require_root(root: Post) -> None:
        if root.root_id:
            raise InvalidUrlParam("thread_id")

    def require_thread(self, channel_id: str, root_id: str) -> None:
        """See `ThreadService.require_thread`."""
        root = self._posts.get_many([root_id]).get(root_id)
        if root is None or root.root_id or root.channel_id != channel_id:
            raise InvalidBodyParam("post_root_id")

    def follow_after_adding(self, user_ids: Iterable[str], root_id: str) -> None:
        """See `ThreadService.follow_after_adding`. Publishes `thread_updated` to those with collapsed threads."""
        ids = sorted(user_ids)
        shown_to = self._collapsed.among(ids)
        with self._context.db.transaction():
            self._store.lock([root_id])
            root = self._posts.get(root_id)
            for user_id in ids:
                row = self._store.get(root_id, user_id) or Membership(post_id=root_id, user_id=user_id)
                if row.following:
                    continue
                self._mark(row, root, root.create_at)
                if user_id in shown_to and root.reply_count:
                    thread = self.get(user_id, root_id, extended=True)
                    team_id = self._channels.get(root.channel_id).team_id
                    self._context.publish(events.thread_updated(user_id, team_id, thread, (0, 0)))

    def move(self, new_ids: Mapping[str, str], channel_id: str) -> None:
        """Have those who followed a thread that was moved follow it there, if they are members; times stay."""
        members = set(self._channels.member_ids(channel_id))
        old = [row for row in self._store.of_threads(new_ids) if row.user_id in members]
        rows = [msgspec.structs.replace(row, post_id=new_ids[row.post_id]) for row in old]
        with self._context.db.transaction():
            self._store.lock({row.post_id for row in rows})
            self._store.save(rows, now_ms())
        for row in rows:
            self._posts.reader_changed(row.user_id)

    def erase(self, root_ids: Sequence[str]) -> None:
        """Forget who follows threads that are gone for good."""
        self._store.erase(root_ids)

    def leave_channel(self, user_id: str, channel_id: str) -> None:
        """Forget the threads of a channel that the user has left."""
        self._store.leave(user_id, channel_id)
        self._posts.reader_changed(user_id)

    # --- what has been read ---

    def read(self, user_id: str, root: Post, time: int, *, session_id: str = "") -> Thread:
        """Mark a thread as read until a time, what is later as unread. Publishes `thread_read_changed`."""
        self._require_root(root)
        with self._context.db.transaction():
            self._store.lock([root.id])
            row = self._store.get(root.id, user_id)
            if row is None or not row.following:
                raise NotFollowed
            thread = self._read_until(row, root, time)
            self._changed(user_id, root, session_id, is_read=not thread.unread_replies)
        return thread

    def set_unread(self, user_id: str, root: Post, post: Post) -> Thread:
        """Mark a thread unread from one of its posts on; who doesn't follow it does so then."""
        self._require_root(root)
        if root.id not in (post.id, post.root_id):
            raise NotInThread
        if not self._channels.is_member(root.channel_id, user_id):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)
        with self._context.db.transaction():
            self._store.lock([root.id])
            row = self._store.get(root.id, user_id) or Membership(post_id=root.id, user_id=user_id)
            if not row.following:
                team_id = self._channels.get(root.channel_id).team_id
                self._context.publish(events.follow_changed(user_id, team_id, root.id, True, root.reply_count))
            thread = self._read_until(row, root, post.create_at - 1)
            self._changed(user_id, root, "", is_read=False)
        return thread

    def _changed(self, user_id: str, root: Post, session_id: str, *, is_read: bool) -> None:
        ids = (root.channel_id,)
        change = UnreadChange(
            user_id=user_id, channel_ids=ids, mentioned_in=ids, root_id=root.id, session_id=session_id, is_read=is_read
        )
        self._context.hooks.tell_later("unread_has_changed", change=change)

    def _read_until(self, row: Membership, root: Post, time: int) -> Thread:
        """Store how far a thread is read, the root locked, and tell the user's clients."""
        replies = self._store.unread_replies(row.user_id, [root.id]).get(root.id, 0) if row.following else 0
        mentions = row.unread_mentions if row.following else 0
        self._mark(row, root, time)
        thread = self.get(row.user_id, root.id, extended=False)
        team_id = self._channels.get(root.channel_id).team_id
        event = events.thread_read(row.user_id, team_id, thread, root.channel_id, time, (mentions, replies))
        self._context.publish(event)
        return thread

    def _mark(self, row: Membership, root: Post, time: int) -> None:
        mentions = self._mentions_after(row.user_id, root.id, time)
        changed = msgspec.structs.replace(row, following=True, last_viewed=time, unread_mentions=mentions)
        self._save(changed, not row.following)

    def _mentions_after(self, user_id: str, root_id: str, time: int) -> int:
        """Return how many of others' replies after a time mention the user."""
        ids = [reply.id for reply in self._store.replies_after(root_id, time) if reply.user_id != user_id]
        if not ids:
            return 0
        mentioned = self._posts.mentioned(self._posts.get_many(ids).values())
        return sum(user_id in user_ids for user_ids in mentioned.values())

    def read_all(self, user_id: str, team_id: str, *, session_id: str = "") -> None:
        """Mark all threads of a team, and those of no team, as read. Publishes `thread_read_changed`."""
        self._read_until_now(user_id, self._store.behind(user_id, team_id=team_id))
        self._context.publish(events.all_threads_read(user_id, team_id))
        change = UnreadChange(user_id=user_id, session_id=session_id)
        self._context.hooks.tell_later("unread_has_changed", change=change)

    def channels_viewed(self, user_id: str, channel_ids: Iterable[str], *, collapsed_supported: bool) -> None:
        """See `ThreadService.channels_viewed`."""
        has_collapsed = self._collapsed.has(user_id)
        ids = list(channel_ids)
        if not ids or (collapsed_supported and has_collapsed):
            return
        time = self._read_until_now(user_id, self._store.behind(user_id, channel_ids=ids))
        if has_collapsed:
            for channel_id in ids:
                self._context.publish(events.channel_threads_read(user_id, channel_id, time))

    def _read_until_now(self, user_id: str, root_ids: list[str]) -> int:
        now = now_ms()
        if root_ids:
            with self._context.db.transaction():
                self._store.lock(root_ids)
                self._store.read(user_id, root_ids, now)
        return now

    def mark_unread(self, user_id: str, post: Post, *, collapsed_supported: bool) -> bool:
        """See `ThreadService.mark_unread`; publishes `thread_updated` without previous counts.

        Without collapsed threads the channel is marked too, and a thread only if it is followed.
        """
        if not post.root_id:
            return False
        has_collapsed = self._collapsed.has(user_id)
        concerns_thread = collapsed_supported and has_collapsed
        root = self._posts.get(post.root_id)
        with self._context.db.transaction():
            self._store.lock([root.id])
            row = self._store.get(root.id, user_id) or Membership(post_id=root.id, user_id=user_id)
            if not row.following and not concerns_thread:
                return False
            self._mark(row, root, post.create_at - 1)
            if has_collapsed:
                thread = self.get(user_id, root.id, extended=True)
                team_id = self._channels.get(root.channel_id).team_id
                self._context.publish(events.thread_updated(user_id, team_id, thread, None))
        return concerns_thread


def _is_of(thread_team: str, team_id: str, options: ListOptions) -> bool:
    """Say whether a thread is in a team's list: those of direct and group channels are in every team's."""
    return thread_team == team_id or (not thread_team and not options.exclude_direct)
