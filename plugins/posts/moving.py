"""Moving a thread to another channel: copies there, and the original is deleted, in one transaction."""

from typing import Final

import msgspec

from hubbub.core.contracts.channels import DIRECT, GROUP, PRIVATE, Channel, ChannelService
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostNotFound
from hubbub.core.contracts.users import User
from hubbub.core.ids import new_id
from hubbub.plugins.posts.changes import PostChanges
from hubbub.plugins.posts.creation import PostCreation
from hubbub.plugins.posts.store import PostStore
from hubbub.plugins.posts.times import PostTimes

WRANGLER: Final = "system_wrangler"
_FROM: Final = {
    PRIVATE: ("MoveThreadFromPrivateChannelEnable", "a private channel"),
    DIRECT: ("MoveThreadFromDirectMessageChannelEnable", "a direct message"),
    GROUP: ("MoveThreadFromGroupMessageChannelEnable", "a group message"),
}


class CannotMove(BadRequest):
    id = "app.post.move_thread_command.error"
    message = "This thread can't be moved."


class ThreadMoves:
    """Moves threads; callers have checked permissions."""

    def __init__(
        self,
        context: PluginContext,
        store: PostStore,
        creation: PostCreation,
        changes: PostChanges,
        times: PostTimes,
    ) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._store = store
        self._creation = creation
        self._changes = changes
        self._times = times

    def move(self, root: Post, target: Channel, actor: User) -> Post:
        """Move a thread; returns its new first post. Authors and times stay, ids change.

        Publishes `post_deleted` in the old channel and `posted` in the new one, where nobody is mentioned anew.
        Earlier versions of edited posts stay behind. Raises `CannotMove`, `PostNotFound`.
        """
        self._check(root, target)
        with self._context.db.transaction():
            # First of all: whoever replies at this moment waits, and then finds the thread gone.
            current = self._store.lock(root, self._times.next(root.channel_id))
            if current is None or current.delete_at:
                raise PostNotFound
            thread = sorted(self._store.threads_of([root.id]), key=lambda post: (post.create_at, post.id))
            replies = [post for post in thread if post.root_id]
            self._check_count(1 + len(replies))
            new_ids = {post.id: new_id() for post in thread}
            copies = [self._copy(post, new_ids, target) for post in (current, *replies)]
            self._creation.store_copies(copies, target)
            self._changes.delete(current, actor_id=actor.id)
        self._context.hooks.tell("thread_has_been_moved", new_ids=new_ids, channel=target)
        self._say_so(copies[0], len(copies), actor)
        return copies[0]

    def _copy(self, post: Post, new_ids: dict[str, str], target: Channel) -> Post:
        return msgspec.structs.replace(
            post,
            id=new_ids[post.id],
            root_id=new_ids[post.root_id] if post.root_id else "",
            channel_id=target.id,
            update_at=self._times.next(target.id),
            reply_count=0,
            last_reply_at=0,
            metadata={},
        )

    def _check(self, root: Post, target: Channel) -> None:
        settings = self._context.config.WranglerSettings
        source = self._channels.get(root.channel_id)
        if root.type.startswith("system_"):
            raise CannotMove("A system message can't be moved.")
        if source.id == target.id:
            raise CannotMove("The thread is in this channel already.")
        if source.delete_at or target.delete_at:
            raise CannotMove("One of the channels is archived: nothing is moved from or to it.")
        switch, kind = _FROM.get(source.type, ("", ""))
        if switch and not getattr(settings, switch):
            raise CannotMove(
                "Threads can't be moved from {kind} (WranglerSettings.{switch}).", kind=kind, switch=switch
            )
        other_team = source.team_id and target.team_id and source.team_id != target.team_id
        if other_team and not settings.MoveThreadToAnotherTeamEnable:
            raise CannotMove("Threads can't be moved to another team (WranglerSettings.MoveThreadToAnotherTeamEnable).")

    def _check_count(self, count: int) -> None:
        limit = self._context.config.WranglerSettings.MoveThreadMaxCount
        if count > limit:
            raise CannotMove("The thread has {count} messages; at most {limit} can be moved.", count=count, limit=limit)

    def _say_so(self, root: Post, count: int, actor: User) -> None:
        """Say it in the moved thread. The old channel isn't named: not all who read here may know of it."""
        messages = "1 message" if count == 1 else f"{count} messages"
        notice = Post(
            channel_id=root.channel_id,
            root_id=root.id,
            user_id=actor.id,
            type=WRANGLER,
            message=f"{actor.username} moved this thread of {messages} from another channel.",
            props={"username": actor.username},
        )
        self._creation.create(notice, set_online=False, read_by_author=False)
