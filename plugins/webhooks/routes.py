"""Operations on incoming and outgoing webhooks."""

from typing import Any, Final

import msgspec
from msgspec import structs

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.webhooks.access import OTHERS_INCOMING, OTHERS_OUTGOING, OWN_INCOMING, OWN_OUTGOING, HookAccess
from hubbub.plugins.webhooks.incoming import IncomingHooks, TeamMismatch
from hubbub.plugins.webhooks.outgoing import OutgoingHooks
from hubbub.plugins.webhooks.records import IncomingWebhook, OutgoingWebhook

_INCOMING: Final = "/api/v4/hooks/incoming"
_OUTGOING: Final = "/api/v4/hooks/outgoing"


class IncomingBody(msgspec.Struct, kw_only=True):
    """What a client says about an incoming webhook; None leaves a field as it is."""

    id: str | None = None
    channel_id: str | None = None
    user_id: str | None = None
    team_id: str | None = None
    display_name: str | None = None
    description: str | None = None
    username: str | None = None
    icon_url: str | None = None
    channel_locked: bool | None = None


class OutgoingBody(msgspec.Struct, kw_only=True):
    """What a client says about an outgoing webhook; None leaves a field as it is."""

    id: str | None = None
    team_id: str | None = None
    channel_id: str | None = None
    creator_id: str | None = None
    description: str | None = None
    display_name: str | None = None
    trigger_words: list[str] | None = None
    trigger_when: int | None = None
    callback_urls: list[str] | None = None
    content_type: str | None = None
    username: str | None = None
    icon_url: str | None = None


class IncomingRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, hooks: IncomingHooks, access: HookAccess) -> None:
        self._channels = context.service(ChannelService)
        self._hooks = hooks
        self._access = access

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post(_INCOMING, self.create, status=201)
        router.get(_INCOMING, self.page)
        router.get(_INCOMING + "/{hook_id}", self.get)
        router.put(_INCOMING + "/{hook_id}", self.update, status=201)
        router.delete(_INCOMING + "/{hook_id}", self.delete)

    def create(self, req: Request) -> object:
        """POST /hooks/incoming."""
        body = req.read(IncomingBody, name="incoming_webhook")
        self._hooks.require_enabled()
        if not is_valid_id(body.channel_id or ""):
            raise InvalidBodyParam("channel_id")
        channel = self._channels.get(body.channel_id or "")
        self._access.require_team(req.session, channel.team_id, OWN_INCOMING)
        self._access.require_channel(req.session, channel)
        if not body.channel_locked:
            self._access.require_unlocked(req.session, channel.team_id)
        owner = self._access.owner(req.session, channel.team_id, body.user_id or "", "user_id", OTHERS_INCOMING)
        hook = _with(IncomingWebhook(), body, "display_name description username icon_url channel_locked")
        return self._hooks.create(structs.replace(hook, user_id=owner), channel)

    def page(self, req: Request) -> object:
        """GET /hooks/incoming."""
        self._hooks.require_enabled()
        team_id = req.query("team_id")
        self._access.require_team(req.session, team_id, OWN_INCOMING)
        owner_id = self._access.seen_owner(req.session, team_id, OTHERS_INCOMING)
        if req.query_bool("include_total_count"):
            return self._hooks.counted_page(req.page(), team_id=team_id, owner_id=owner_id)
        return self._hooks.page(req.page(), team_id=team_id, owner_id=owner_id)

    def get(self, req: Request, hook_id: str) -> object:
        """GET /hooks/incoming/{hook_id}."""
        return self._allowed(req, hook_id)

    def update(self, req: Request, hook_id: str) -> object:
        """PUT /hooks/incoming/{hook_id}."""
        body = req.read(IncomingBody, name="incoming_webhook")
        if body.id != hook_id:
            raise InvalidBodyParam("id")
        old = self._allowed(req, hook_id)
        if body.team_id and body.team_id != old.team_id:
            raise TeamMismatch
        new = _with(old, body, "display_name description username icon_url channel_locked")
        channel = self._channels.get(body.channel_id or old.channel_id)
        self._access.require_channel(req.session, channel)
        if old.channel_locked and (not new.channel_locked or channel.id != old.channel_id):
            self._access.require_unlocked(req.session, old.team_id)
        return self._hooks.update(new, channel)

    def delete(self, req: Request, hook_id: str) -> object:
        """DELETE /hooks/incoming/{hook_id}."""
        self._hooks.delete(self._allowed(req, hook_id).id)
        return OK

    def _allowed(self, req: Request, hook_id: str) -> IncomingWebhook:
        self._hooks.require_enabled()
        hook = self._hooks.get(hook_id)
        self._access.require_incoming(req.session, hook)
        return hook


class OutgoingRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, hooks: OutgoingHooks, access: HookAccess) -> None:
        self._channels = context.service(ChannelService)
        self._hooks = hooks
        self._access = access

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post(_OUTGOING, self.create, status=201)
        router.get(_OUTGOING, self.page)
        router.get(_OUTGOING + "/{hook_id}", self.get)
        router.put(_OUTGOING + "/{hook_id}", self.update)
        router.delete(_OUTGOING + "/{hook_id}", self.delete)
        router.post(_OUTGOING + "/{hook_id}/regen_token", self.regenerate)

    def create(self, req: Request) -> object:
        """POST /hooks/outgoing."""
        body = req.read(OutgoingBody, name="outgoing_webhook")
        self._hooks.require_enabled()
        if not is_valid_id(body.team_id or ""):
            raise InvalidBodyParam("team_id")
        team_id = body.team_id or ""
        self._access.require_team(req.session, team_id, OWN_OUTGOING)
        owner = self._access.owner(req.session, team_id, body.creator_id or "", "creator_id", OTHERS_OUTGOING)
        hook = _with(OutgoingWebhook(team_id=team_id, creator_id=owner), body, _OUTGOING_FIELDS)
        return self._hooks.create(hook)

    def page(self, req: Request) -> object:
        """GET /hooks/outgoing."""
        self._hooks.require_enabled()
        channel_id, team_id = req.query("channel_id"), req.query("team_id")
        if channel_id:
            team_id = self._channels.get(channel_id).team_id
        self._access.require_team(req.session, team_id, OWN_OUTGOING)
        owner_id = self._access.seen_owner(req.session, team_id, OTHERS_OUTGOING)
        return self._hooks.page(req.page(), team_id=team_id, channel_id=channel_id, owner_id=owner_id)

    def get(self, req: Request, hook_id: str) -> object:
        """GET /hooks/outgoing/{hook_id}."""
        return self._allowed(req, hook_id)

    def update(self, req: Request, hook_id: str) -> object:
        """PUT /hooks/outgoing/{hook_id}."""
        body = req.read(OutgoingBody, name="outgoing_webhook")
        if body.id != hook_id:
            raise InvalidBodyParam("id")
        old = self._allowed(req, hook_id)
        if body.team_id and body.team_id != old.team_id:
            raise TeamMismatch
        return self._hooks.update(_with(old, body, _OUTGOING_FIELDS))

    def regenerate(self, req: Request, hook_id: str) -> object:
        """POST /hooks/outgoing/{hook_id}/regen_token."""
        return self._hooks.new_token(self._allowed(req, hook_id))

    def delete(self, req: Request, hook_id: str) -> object:
        """DELETE /hooks/outgoing/{hook_id}."""
        self._hooks.delete(self._allowed(req, hook_id))
        return OK

    def _allowed(self, req: Request, hook_id: str) -> OutgoingWebhook:
        self._hooks.require_enabled()
        hook = self._hooks.get(hook_id)
        self._access.require_outgoing(req.session, hook)
        return hook


_OUTGOING_FIELDS: Final = (
    "channel_id description display_name trigger_words trigger_when callback_urls content_type username icon_url"
)


def _with(hook: Any, body: msgspec.Struct, names: str) -> Any:
    """Return the webhook with those of the fields that a body names."""
    given = {name: getattr(body, name) for name in names.split() if getattr(body, name) is not None}
    return structs.replace(hook, **given)
