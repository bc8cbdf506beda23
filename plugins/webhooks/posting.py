"""Messages of other programs as posts of this server: under whose name, in how many pieces."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import MAX_MESSAGE, Post, PostService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.webhooks import attachments as parts
from hubbub.plugins.webhooks.markup import named_users, to_markdown
from hubbub.plugins.webhooks.records import Message

FROM_WEBHOOK: Final = "from_webhook"
DEFAULT_USERNAME: Final = "webhook"
SLACK_ATTACHMENT: Final = "slack_attachment"
MAX_PROPS: Final = 760_000
"""Runes of a post's props as JSON."""
MAX_USERNAME: Final = 64
_OURS: Final = frozenset(
    {FROM_WEBHOOK, "override_username", "override_icon_url", "override_icon_emoji", "webhook_display_name", "from_bot"}
)
"""Props that a payload can't set by itself."""


class Hook(msgspec.Struct, frozen=True):
    """Whose posts they become, and how those are shown when the message doesn't say."""

    user_id: str
    display_name: str
    username: str = ""
    icon_url: str = ""


class NoText(BadRequest):
    id = "web.incoming_webhook.text.app_error"
    message = "The message has neither text nor attachments."


class TooManyProps(BadRequest):
    id = "web.incoming_webhook.split_props_length.app_error"
    message = "The message's props or one of its attachments take more than {max} characters as JSON."


class BadType(BadRequest):
    id = "api.context.invalid_param.app_error"
    message = "The type {type} is not for other programs: begin it with custom_."


class Posting:
    """Makes posts."""

    def __init__(self, context: PluginContext) -> None:
        self._config = context.config_store
        self._users = context.service(UserService)
        self._posts = context.service(PostService)

    def post(self, message: Message, channel: Channel, hook: Hook, *, root_id: str = "") -> list[Post]:
        """Post a message, in several pieces when it is long. The caller has checked permissions.

        Raises `NoText`, `TooManyProps`, `BadType`, `BadAttachment`, and what `PostService.create` raises.
        """
        kind = message.type or ""
        if kind.startswith("system_") or kind == "burn_on_read":
            raise BadType(type=kind[:64])
        props = dict(message.props or {})
        attached = message.attachments or props.pop("attachments", None)
        props.pop("attachments", None)
        attachments = parts.read_attachments(attached) if isinstance(attached, list) else []
        text = message.text or ""
        if not text and not attachments:
            raise NoText
        text = self._convert(text, attachments)
        shown = self._shown_as(message, hook, props)
        if attachments:
            kind = SLACK_ATTACHMENT
        asked = {"priority": message.priority} if message.priority and not root_id else {}
        made = []
        for piece, some in pieces(text, attachments, shown):
            post = Post(user_id=hook.user_id, channel_id=channel.id, root_id=root_id, message=piece, type=kind)
            post.props = {**shown, "attachments": some} if some else dict(shown)
            post.metadata = dict(asked)
            asked = {}
            made.append(self._posts.create(post, set_online=False))
        return made

    def _convert(self, text: str, attachments: list[dict[str, Any]]) -> str:
        """Have Slack's markup as Markdown; returns the text. One query when users are named."""
        ids = named_users([text, *parts.texts_of(attachments)])
        users = self._users.get_many(ids) if ids else {}

        def change(marked: str) -> str:
            return to_markdown(marked, lambda user_id: users[user_id].username if user_id in users else "")

        parts.convert(attachments, change)
        return change(text)

    def _shown_as(self, message: Message, hook: Hook, props: dict[str, Any]) -> dict[str, Any]:
        """Return a post's props: the message's own, and the name and picture that settings allow."""
        settings = self._config.current.ServiceSettings
        shown = {name: value for name, value in props.items() if name not in _OURS}
        shown[FROM_WEBHOOK] = "true"
        if hook.display_name:
            shown["webhook_display_name"] = hook.display_name
        if settings.EnablePostUsernameOverride:
            shown["override_username"] = (message.username or hook.username or DEFAULT_USERNAME)[:MAX_USERNAME]
        if settings.EnablePostIconOverride:
            if icon := message.icon_url or hook.icon_url:
                shown["override_icon_url"] = icon
            if message.icon_emoji:
                shown["override_icon_emoji"] = message.icon_emoji.strip(":")
        return shown


def pieces(
    text: str, attachments: list[dict[str, Any]], props: dict[str, Any]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield (text, attachments) for as many posts as it takes; attachments come with the last text if they fit.

    Raises `TooManyProps` before the first for what fits into no post.
    """
    room = MAX_PROPS - len(json.encode_str(props)) - len(',"attachments":[]')
    sizes = [len(json.encode_str(one)) + 1 for one in attachments]
    if room < 0 or any(size > room for size in sizes):
        raise TooManyProps(max=MAX_PROPS)
    texts = list(_texts(text))
    yield from ((piece, []) for piece in texts[:-1])
    batch: list[dict[str, Any]] = []
    last, used = texts[-1], 0
    for one, size in zip(attachments, sizes, strict=True):
        if used + size > room:
            yield last, batch
            last, batch, used = "", [], 0
        batch.append(one)
        used += size
    yield last, batch


def _texts(text: str) -> Iterator[str]:
    """Yield a text in pieces that fit, cut at the last line break near the end of each where there is one."""
    while len(text) > MAX_MESSAGE:
        cut = text.rfind("\n", MAX_MESSAGE * 3 // 4, MAX_MESSAGE)
        if cut < 0:
            yield text[:MAX_MESSAGE]
            text = text[MAX_MESSAGE:]
        else:
            yield text[:cut]
            text = text[cut + 1 :]
    yield text
