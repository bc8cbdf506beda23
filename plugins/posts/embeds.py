"""What is shown below a post's text: its attachments, or the post that it links to for those who may read that one."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

import msgspec

from hubbub.core.contracts.channels import OPEN, Channel, ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.posts.access import Access
from hubbub.plugins.posts.store import PostStore
from hubbub.plugins.posts.text import without_code

PREVIEWED: Final = "previewed_post"
"""The prop that names the post whose preview is shown; only the server sets it."""
ATTACHMENTS: Final = "attachments"
MAX_RECEIVERS: Final = 200
"""Members of a channel up to which an event carries a preview of another channel's post, for each who may read it."""


def joined(metadata: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two plugins show with a post: lists that both have (`emojis`) are put together."""
    both = {**metadata, **keys}
    for name in metadata.keys() & keys.keys():
        first, second = metadata[name], keys[name]
        if isinstance(first, list) and isinstance(second, list):
            both[name] = [*first, *(item for item in second if item not in first)]
    return both


def show_attachments(post: Post) -> None:
    """Tell clients that a post has attachments in its props: they look for that among the embeds."""
    if post.props.get(ATTACHMENTS) and not post.delete_at:
        post.metadata = joined(post.metadata or {}, {"embeds": [{"type": "message_attachment"}]})


def hide_integrations(post: Post) -> None:
    """Take out of a post what its buttons and menus do.

    SECURITY: addresses and contexts of integrations hold secrets; clients get the actions' ids only.
    """
    attachments = post.props.get(ATTACHMENTS)
    if isinstance(attachments, list):
        post.props = {**post.props, ATTACHMENTS: [_without_integrations(one) for one in attachments]}


def _without_integrations(attachment: Any) -> Any:
    actions = attachment.get("actions") if isinstance(attachment, dict) else None
    if not isinstance(actions, list):
        return attachment
    shown = [
        {name: value for name, value in action.items() if name != "integration"} if isinstance(action, dict) else action
        for action in actions
    ]
    return {**attachment, "actions": shown}


class PreviewPost(msgspec.Struct, kw_only=True):
    """The post that another one links to, and where it is."""

    post_id: str
    post: Post
    team_name: str
    channel_display_name: str
    channel_type: str
    channel_id: str


class Previews:
    """Shows posts that others link to. SECURITY: only to readers who may read them, which is asked for each reader."""

    def __init__(self, context: PluginContext, store: PostStore, shown: Callable[[list[Post]], list[Post]]) -> None:
        self._config = context.config_store
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)
        self._users = context.service(UserService)
        self._access = Access(context)
        self._store = store
        self._shown = shown

    def mark(self, post: Post) -> None:
        """Note in the props which post the text links to, whatever the client has said. A query if there is a link."""
        linked = self._linked(post.message) if "/pl/" in post.message else ""
        if linked or PREVIEWED in post.props:
            kept = {name: value for name, value in post.props.items() if name != PREVIEWED}
            post.props = {**kept, PREVIEWED: linked} if linked else kept

    def _linked(self, message: str) -> str:
        """Return the id of the first post of this site that a text links to and that exists, or ""."""
        settings = self._config.current.ServiceSettings
        site = settings.SiteURL.rstrip("/")
        if not site or not settings.EnablePermalinkPreviews:
            return ""
        link = re.escape(site) + r"/[\w-]+/pl/([a-z0-9]{26})(?![\w-])"
        found = re.search(link, without_code(message))
        post = self._store.get(found[1]) if found else None
        return "" if post is None or post.delete_at else post.id

    def wanted(self, posts: Iterable[Post]) -> dict[str, str]:
        """Return post id → id of the post to preview, for those of the posts that have a preview."""
        return {
            post.id: str(post.props[PREVIEWED])
            for post in posts
            if PREVIEWED in post.props and not post.delete_at and not post.props.get(ATTACHMENTS)
        }

    def seen_by(self, session: Session, posts: Collection[Post]) -> dict[str, Post]:
        """Return those of the posts in which the reader sees a preview, as copies that have it, by id.

        Posts without links cost nothing, others a bulk query or two.
        """
        wanted = self.wanted(posts)
        if not wanted:
            return {}
        found = self._previews(wanted.values(), lambda channel: self._access.may_read(session, channel.id))
        by_id = {post.id: post for post in posts}
        return {
            post_id: _with_preview(by_id[post_id], found[linked_id])
            for post_id, linked_id in wanted.items()
            if linked_id in found
        }

    def for_event(self, post: Post) -> tuple[Post, frozenset[str], Post]:
        """Return a post as everybody in its channel gets it, who gets more, and the post as those get it.

        A preview of the same channel's post is for all; another channel's is for the members of a small channel, each
        of whom is asked for. Elsewhere clients show it when they read the page again.
        """
        nobody: frozenset[str] = frozenset()
        linked_id = self.wanted([post]).get(post.id)
        preview = self._previews([linked_id], lambda channel: True).get(linked_id) if linked_id else None
        if preview is None:
            return post, nobody, post
        richer = _with_preview(post, preview)
        if preview.channel_id == post.channel_id:
            return richer, nobody, richer
        members = self._channels.member_ids(post.channel_id)
        if len(members) > MAX_RECEIVERS:
            return post, nobody, post
        return post, self._readers(members, self._channels.get(preview.channel_id)), richer

    def _readers(self, user_ids: Collection[str], channel: Channel) -> frozenset[str]:
        """Return which of the users may read a channel: its members, and the team's members but for guests."""
        readers = set(self._channels.member_ids(channel.id))
        if channel.type == OPEN:
            in_team = set(self._teams.member_ids(channel.team_id)).intersection(user_ids)
            readers |= {user.id for user in self._users.get_many(in_team).values() if not user.is_guest}
        return frozenset(readers.intersection(user_ids))

    def _previews(self, post_ids: Iterable[str], may_read: Callable[[Channel], bool]) -> dict[str, PreviewPost]:
        """Return previews of the posts that are there and may be read, by id."""
        if not self._config.current.ServiceSettings.EnablePermalinkPreviews:
            return {}
        posts = self._store.get_many(post_ids)
        known = self._channels.get_many({post.channel_id for post in posts})
        channels = {channel.id: channel for channel in known.values() if may_read(channel)}
        teams = self._teams.get_many({channel.team_id for channel in channels.values() if channel.team_id})
        previews = {}
        for post in self._shown([post for post in posts if post.channel_id in channels]):
            channel = channels[post.channel_id]
            previews[post.id] = PreviewPost(
                post_id=post.id,
                post=post,
                team_name=teams[channel.team_id].name if channel.team_id in teams else "",
                channel_display_name=channel.display_name,
                channel_type=channel.type,
                channel_id=channel.id,
            )
        return previews


def _with_preview(post: Post, preview: PreviewPost) -> Post:
    embed = {"type": "permalink", "data": preview}
    return msgspec.structs.replace(post, metadata=joined(post.metadata or {}, {"embeds": [embed]}))
