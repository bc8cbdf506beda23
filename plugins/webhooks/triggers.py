"""Which posts are sent to other programs, and as what."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from msgspec import structs

from hubbub.core import json
from hubbub.core.contracts.channels import OPEN, Channel, ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.webhooks.delivery import Deliveries, Delivery
from hubbub.plugins.webhooks.outgoing import OutgoingHooks
from hubbub.plugins.webhooks.posting import FROM_WEBHOOK
from hubbub.plugins.webhooks.records import JSON, STARTS_WITH, OutgoingWebhook, Payload


class Triggers:
    """Looks at every new post, in the background. One that no webhook wants costs a few look-ups in caches."""

    def __init__(self, context: PluginContext, hooks: OutgoingHooks, deliveries: Deliveries) -> None:
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self._channels = context.service(ChannelService)
        self._hooks = hooks
        self._deliveries = deliveries

    def posted(self, post: Post) -> None:
        """Send a new post to whom it may concern."""
        # What webhooks post triggers none: two of them would talk for ever.
        if post.type.startswith("system_") or post.props.get(FROM_WEBHOOK) == "true" or not self._hooks.enabled:
            return
        channel = self._channels.get(post.channel_id)
        if channel.type != OPEN:
            return
        for hook, word in wanting(self._hooks.of_team(channel.team_id), post):
            payload = self._payload(post, channel, hook, word)
            for url in hook.callback_urls:
                self._deliveries.send(Delivery(hook=hook, post=post, url=url, body=_body(hook, payload)))

    def _payload(self, post: Post, channel: Channel, hook: OutgoingWebhook, word: str) -> Payload:
        return Payload(
            token=hook.token,
            team_id=channel.team_id,
            team_domain=self._teams.get(channel.team_id).name,
            channel_id=channel.id,
            channel_name=channel.name,
            timestamp=post.create_at,
            user_id=post.user_id,
            user_name=self._users.get(post.user_id).username,
            post_id=post.id,
            text=post.message,
            trigger_word=word,
            file_ids=",".join(post.file_ids),
        )


def wanting(hooks: Iterable[OutgoingWebhook], post: Post) -> Iterator[tuple[OutgoingWebhook, str]]:
    """Yield the webhooks that a post triggers, with the trigger word ("" for those that want every message)."""
    words = post.message.split(maxsplit=1)
    first = words[0] if words else ""
    for hook in hooks:
        if hook.channel_id and hook.channel_id != post.channel_id:
            continue
        if not hook.trigger_words:
            if hook.channel_id:
                yield hook, ""
            continue
        word = _trigger(hook, first)
        if word:
            yield hook, word


def _trigger(hook: OutgoingWebhook, first: str) -> str:
    """Return the trigger word that a message's first word is, or begins with where the rule says so; "" for none."""
    if hook.trigger_when == STARTS_WITH:
        return next((word for word in hook.trigger_words if word and first.startswith(word)), "")
    return first if first in hook.trigger_words else ""


def _body(hook: OutgoingWebhook, payload: Payload) -> bytes:
    return json.encode(payload) if hook.content_type == JSON else urlencode(structs.asdict(payload)).encode()
