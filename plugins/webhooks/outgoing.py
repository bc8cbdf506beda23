"""The rules of outgoing webhooks: made, changed, deleted, and which of them a team has."""

from msgspec import structs

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import OPEN, ChannelService
from hubbub.core.contracts.errors import BadRequest, Forbidden, NotFound, NotImplementedYet
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http.paging import Page
from hubbub.core.ids import new_id
from hubbub.plugins.webhooks.incoming import TeamMismatch
from hubbub.plugins.webhooks.records import OutgoingWebhook
from hubbub.plugins.webhooks.store import outgoing_store
from hubbub.plugins.webhooks.validation import check_outgoing

_TEAMS = "teams"


class OutgoingDisabled(NotImplementedYet):
    id = "api.outgoing_webhook.disabled.app_error"
    message = "Outgoing webhooks are turned off on this server (ServiceSettings.EnableOutgoingWebhooks)."


class OutgoingNotFound(NotFound):
    id = "app.webhooks.get_outgoing.app_error"
    message = "There is no such outgoing webhook."


class NoTriggers(BadRequest):
    id = "api.webhook.create_outgoing.triggers.app_error"
    message = "Name trigger words, or a channel: a webhook for every message of a team isn't possible."


class SameRule(BadRequest):
    id = "api.webhook.create_outgoing.intersect.app_error"
    message = "Another webhook of the same channel has the same trigger word and callback URL."


class OutgoingHooks:
    """Rules for which messages are sent to other programs. The caller has checked permissions."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._store = outgoing_store(context.db)
        self._by_team = context.cache("outgoing")

    @property
    def enabled(self) -> bool:
        """Say whether settings allow outgoing webhooks."""
        return bool(self._context.config.ServiceSettings.EnableOutgoingWebhooks)

    def require_enabled(self) -> None:
        """Raise `OutgoingDisabled` when settings don't allow them."""
        if not self.enabled:
            raise OutgoingDisabled

    def of_team(self, team_id: str) -> tuple[OutgoingWebhook, ...]:
        """Return the webhooks of a team. Cached: in a team without any it never costs a statement of its own."""
        teams: frozenset[str] = self._by_team.get_or_load(_TEAMS, lambda _key: self._store.team_ids())
        if team_id not in teams:
            return ()
        hooks: tuple[OutgoingWebhook, ...] = self._by_team.get_or_load(
            team_id, lambda key: tuple(self._store.of_team(key))
        )
        return hooks

    def get(self, hook_id: str) -> OutgoingWebhook:
        """Return a webhook. Raises `OutgoingNotFound`. One query."""
        hook = self._store.get(hook_id)
        if hook is None:
            raise OutgoingNotFound
        return hook

    def page(self, page: Page, *, team_id: str = "", channel_id: str = "", owner_id: str = "") -> list[OutgoingWebhook]:
        """Return a page of the webhooks of a team, a channel and an owner ("": of all), oldest first."""
        return self._store.page(page, team_id=team_id, channel_id=channel_id, owner_id=owner_id)

    def create(self, hook: OutgoingWebhook) -> OutgoingWebhook:
        """Store a new webhook with a new token. Raises `InvalidHook`, `NoTriggers`, `SameRule`, `Forbidden`."""
        now = now_ms()
        made = structs.replace(hook, id=new_id(), token=new_id(), create_at=now, update_at=now, delete_at=0)
        self._check(made, "api.webhook.create_outgoing.intersect.app_error")
        with self._context.db.transaction():
            self._store.insert(made)
            self._forget(made)
        return made

    def update(self, changed: OutgoingWebhook) -> OutgoingWebhook:
        """Store what has changed of a webhook. Raises as `create` does, and `OutgoingNotFound`."""
        made = structs.replace(changed, update_at=now_ms())
        self._check(made, "api.webhook.update_outgoing.intersect.app_error")
        self._store_changed(made)
        return made

    def new_token(self, hook: OutgoingWebhook) -> OutgoingWebhook:
        """Give a webhook another token. Raises `OutgoingNotFound`."""
        made = structs.replace(hook, token=new_id(), update_at=now_ms())
        self._store_changed(made)
        return made

    def delete(self, hook: OutgoingWebhook) -> None:
        """Mark a webhook deleted. Raises `OutgoingNotFound`."""
        now = now_ms()
        self._store_changed(structs.replace(hook, update_at=now, delete_at=now))

    def delete_of_channel(self, channel_id: str) -> None:
        """Mark the webhooks of a channel deleted."""
        for hook in self._store.of_channel(channel_id):
            self.delete(hook)

    def _store_changed(self, hook: OutgoingWebhook) -> None:
        with self._context.db.transaction():
            if self._store.lock(hook.id) is None:
                raise OutgoingNotFound
            self._store.update(hook)
            self._forget(hook)

    def _forget(self, hook: OutgoingWebhook) -> None:
        self._by_team.invalidate(hook.team_id)
        self._by_team.invalidate(_TEAMS)

    def _check(self, hook: OutgoingWebhook, same_rule: str) -> None:
        check_outgoing(hook)
        if hook.channel_id:
            self._check_channel(hook)
        elif not hook.trigger_words:
            raise NoTriggers
        for other in self._store.of_team(hook.team_id):
            if other.id != hook.id and _overlap(hook, other):
                raise SameRule(id=same_rule)

    def _check_channel(self, hook: OutgoingWebhook) -> None:
        channel = self._channels.get(hook.channel_id)
        if channel.type != OPEN:
            raise Forbidden(
                "Messages of private and direct channels aren't sent to other programs: choose a public channel.",
                id="api.outgoing_webhook.disabled.app_error",
            )
        if channel.team_id != hook.team_id:
            raise TeamMismatch(
                "The channel belongs to another team.",
                id="api.webhook.create_outgoing.permissions.app_error",
                status_code=403,
            )


def _overlap(hook: OutgoingWebhook, other: OutgoingWebhook) -> bool:
    return (
        hook.channel_id == other.channel_id
        and hook.trigger_when == other.trigger_when
        and not set(hook.callback_urls).isdisjoint(other.callback_urls)
        and not set(hook.trigger_words).isdisjoint(other.trigger_words)
    )
