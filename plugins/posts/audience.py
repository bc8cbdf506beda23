"""Whom a new post mentions, from what is cached about a channel's members."""

from hubbub.core.contracts.channels import DIRECT, GROUP, Channel, ChannelService
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.statuses import ONLINE, StatusService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.posts.decoration import GROUP_HIGHLIGHT_DISABLED, HIGHLIGHT_DISABLED
from hubbub.plugins.posts.group_mentions import GroupMentions
from hubbub.plugins.posts.mentions import MentionIndex, Mentions, ignores_channel_mentions
from hubbub.plugins.posts.store import PostStore


class Audience:
    """Finds the users that a post mentions. One dictionary look-up per word when caches are warm."""

    def __init__(self, context: PluginContext, store: PostStore) -> None:
        self._config = context.config_store
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._statuses = context.service(StatusService)
        self._permissions = context.service(PermissionService)
        self._groups = GroupMentions(context)
        self._store = store
        self._indexes = context.cache("mention_index", max_items=5_000, ttl_s=1_800)

    def forget_channel(self, channel_id: str) -> None:
        """Have the channel's members read again, in every worker."""
        self._indexes.invalidate(channel_id)

    def forget_user(self, user_id: str) -> None:
        """Have the members of the user's channels read again, in every worker."""
        for channel_id in self._channels.channel_ids_of(user_id):
            self._indexes.invalidate(channel_id)

    def _index(self, channel_id: str) -> MentionIndex:
        members = self._users.get_many(self._channels.member_ids(channel_id)).values()
        return MentionIndex(members)

    def named(self, post: Post, channel: Channel, session: Session | None) -> frozenset[str]:
        """Return the ids of the users that the post mentions, however: see `mentions`."""
        return frozenset(self.mentions(post, channel, session).all)

    def mentions(self, post: Post, channel: Channel, session: Session | None) -> Mentions:
        """Return whom the post mentions, and how; its author only when a webhook posts for them.

        Those who want to be mentioned by every reply to a thread of theirs are `commented`.
        """
        nobody = set() if post.props.get("from_webhook") == "true" else {post.user_id}
        if post.type.startswith("system_"):
            return Mentions(set(self._added(post)))
        if channel.type in (DIRECT, GROUP):
            return Mentions(set(), called=set(self._channels.member_ids(channel.id)) - nobody)
        index: MentionIndex = self._indexes.get_or_load(channel.id, self._index)
        # Decoration has noted on a post that its author may call nobody: who reads it later has no session of theirs.
        may_call = not post.props.get(HIGHLIGHT_DISABLED)
        found = index.find(
            post.message,
            online=lambda: self._online(index),
            called=lambda: self._called(index, channel, session) if may_call else set(),
        )
        if not post.props.get(GROUP_HIGHLIGHT_DISABLED):
            found.by_group = self._groups.members(post.message, channel) & index.member_ids
        found.user_ids -= nobody
        found.called -= nobody
        found.by_group -= nobody
        return found

    def commented(self, post: Post, channel: Channel) -> frozenset[str]:
        """Return who wants to be mentioned by a reply because of their own posts in the thread."""
        if not post.root_id or channel.is_direct_or_group or post.type.startswith("system_"):
            return frozenset()
        index: MentionIndex = self._indexes.get_or_load(channel.id, self._index)
        return frozenset(self._commented(index, post)) if index.comments else frozenset()

    def _added(self, post: Post) -> list[str]:
        """Being added to a channel counts as a mention for who was added."""
        added = post.props.get("addedUserId")
        return [added] if isinstance(added, str) and added != post.user_id else []

    def _called(self, index: MentionIndex, channel: Channel, session: Session | None) -> set[str]:
        """Return whom @channel mentions: nobody in a large channel, or when the author may not call everybody."""
        if len(index.member_ids) > self._config.current.TeamSettings.MaxNotificationsPerChannel:
            return set()
        if session and not self._permissions.has_channel(session, channel.id, Permission.USE_CHANNEL_MENTIONS):
            return set()
        props = self._channels.notify_props_of_members(channel.id)
        return {user_id for user_id in index.everybody if not ignores_channel_mentions(props.get(user_id, {}))}

    def _online(self, index: MentionIndex) -> set[str]:
        statuses = self._statuses.get_many(index.member_ids)
        return {user_id for user_id, status in statuses.items() if status.status == ONLINE}

    def _commented(self, index: MentionIndex, post: Post) -> set[str]:
        thread = self._store.threads_of([post.root_id])
        root_author = next((entry.user_id for entry in thread if not entry.root_id), "")
        wanting = index.commented((entry.user_id for entry in thread), root_author)
        return (wanting & index.member_ids) - {post.user_id}
