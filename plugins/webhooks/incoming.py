"""The rules of incoming webhooks: made, changed, deleted."""

from msgspec import structs

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import BadRequest, NotFound, NotImplementedYet
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http.paging import Page
from hubbub.core.ids import new_id
from hubbub.plugins.webhooks.records import IncomingPage, IncomingWebhook
from hubbub.plugins.webhooks.store import incoming_store
from hubbub.plugins.webhooks.validation import check_incoming


class IncomingDisabled(NotImplementedYet):
    id = "api.incoming_webhook.disabled.app_error"
    message = "Incoming webhooks are turned off on this server (ServiceSettings.EnableIncomingWebhooks)."


class IncomingNotFound(NotFound):
    id = "app.webhooks.get_incoming.app_error"
    message = "There is no such incoming webhook."


class TeamMismatch(BadRequest):
    id = "api.webhook.team_mismatch.app_error"
    message = "A webhook can't be moved to another team."


class IncomingHooks:
    """Addresses to which other programs send messages. The caller has checked permissions."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._store = incoming_store(context.db)
        self._cache = context.cache("incoming")

    @property
    def enabled(self) -> bool:
        """Say whether settings allow incoming webhooks."""
        return bool(self._context.config.ServiceSettings.EnableIncomingWebhooks)

    def require_enabled(self) -> None:
        """Raise `IncomingDisabled` when settings don't allow them."""
        if not self.enabled:
            raise IncomingDisabled

    def find(self, hook_id: str) -> IncomingWebhook | None:
        """Return a webhook, or None. Cached."""
        found: IncomingWebhook | None = self._cache.get_or_load(hook_id, self._store.get)
        return found

    def get(self, hook_id: str) -> IncomingWebhook:
        """Return a webhook. Raises `IncomingNotFound`. Cached."""
        hook = self.find(hook_id)
        if hook is None:
            raise IncomingNotFound
        return hook

    def page(self, page: Page, *, team_id: str = "", owner_id: str = "") -> list[IncomingWebhook]:
        """Return a page of the webhooks of a team and an owner ("": of all), oldest first."""
        return self._store.page(page, team_id=team_id, owner_id=owner_id)

    def counted_page(self, page: Page, *, team_id: str = "", owner_id: str = "") -> IncomingPage:
        """Return a page and how many webhooks there are in all."""
        return IncomingPage(
            incoming_webhooks=self.page(page, team_id=team_id, owner_id=owner_id),
            total_count=self._store.count(team_id=team_id, owner_id=owner_id),
        )

    def create(self, hook: IncomingWebhook, channel: Channel) -> IncomingWebhook:
        """Store a new webhook of a channel. Raises `InvalidHook`."""
        now = now_ms()
        made = structs.replace(
            hook, id=new_id(), create_at=now, update_at=now, delete_at=0, channel_id=channel.id, team_id=channel.team_id
        )
        self._drop_overrides(made)
        check_incoming(made)
        self._store.insert(made)
        return made

    def update(self, changed: IncomingWebhook, channel: Channel) -> IncomingWebhook:
        """Store what has changed of a webhook. Raises `IncomingNotFound`, `TeamMismatch`, `InvalidHook`."""
        if channel.team_id != changed.team_id:
            raise TeamMismatch
        made = structs.replace(changed, channel_id=channel.id, update_at=now_ms())
        self._drop_overrides(made)
        check_incoming(made)
        with self._context.db.transaction():
            if self._store.lock(made.id) is None:
                raise IncomingNotFound
            self._store.update(made)
            self._cache.invalidate(made.id)
        return made

    def delete(self, hook_id: str) -> None:
        """Mark a webhook deleted: its address answers no more. Raises `IncomingNotFound`."""
        with self._context.db.transaction():
            hook = self._store.lock(hook_id)
            if hook is None:
                raise IncomingNotFound
            self._mark_deleted(hook)

    def delete_of_channel(self, channel_id: str) -> None:
        """Mark the webhooks of a channel deleted."""
        with self._context.db.transaction():
            for hook in self._store.of_channel(channel_id):
                self._mark_deleted(hook)

    def _mark_deleted(self, hook: IncomingWebhook) -> None:
        now = now_ms()
        self._store.update(structs.replace(hook, update_at=now, delete_at=now))
        self._cache.invalidate(hook.id)

    def _drop_overrides(self, hook: IncomingWebhook) -> None:
        """Leave out what settings don't allow."""
        settings = self._context.config.ServiceSettings
        if not settings.EnablePostUsernameOverride:
            hook.username = ""
        if not settings.EnablePostIconOverride:
            hook.icon_url = ""
