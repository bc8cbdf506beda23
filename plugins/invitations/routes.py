"""Operations on invitations by mail."""

from typing import Any

import msgspec

from hubbub.core.contracts.channels import OPEN
from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam, NotImplementedYet
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.invitations.service import Invitations

MAX_EMAILS = 1000


class MemberInvite(msgspec.Struct, kw_only=True):
    emails: list[str] = msgspec.field(default_factory=list)
    channel_ids: list[str] = msgspec.field(default_factory=list, name="channelIds")
    message: str = ""


_MEMBER_INVITE: Any = list[str] | MemberInvite


class GuestsInvite(msgspec.Struct, kw_only=True):
    emails: list[str] = msgspec.field(default_factory=list)
    channels: list[str] = msgspec.field(default_factory=list)
    message: str = ""


class InvitationsOff(NotImplementedYet):
    id = "api.team.invite_members.disabled.app_error"
    message = "Invitations by mail are turned off on this server (ServiceSettings.EnableEmailInvitations)."


class GuestsOff(NotImplementedYet):
    id = "api.team.invite_guests_to_channels.disabled.error"
    message = "Guest accounts are turned off on this server (GuestAccountsSettings.Enable)."


class LinksOff(Forbidden):
    id = "api.team.invite_guests_to_channels.guest_magic_link_disabled.error"
    message = "Guests don't sign in by links here (GuestAccountsSettings.EnableGuestMagicLink)."


class InvalidGuestsInvite(BadRequest):
    id = "api.team.invite_guests_to_channels.invalid_body.app_error"
    message = "Guests are invited with at least one address and at least one channel."


class InvitationRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, invitations: Invitations) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._teams = context.service(TeamService)
        self._invitations = invitations

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/teams/{team_id}/invite/email", self.invite)
        router.post("/api/v4/teams/{team_id}/invite-guests/email", self.invite_guests)
        router.delete("/api/v4/teams/invites/email", self.forget_all)

    def _require_on(self) -> None:
        if not self._context.config.ServiceSettings.EnableEmailInvitations:
            raise InvitationsOff

    def invite(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/invite/email: a list of addresses, or addresses and channels."""
        invite = _member_invite(req)
        self._permissions.require_team(req.session, team_id, Permission.INVITE_USER)
        self._permissions.require_team(req.session, team_id, Permission.ADD_USER_TO_TEAM)
        self._require_on()
        team = self._teams.get(team_id)
        channels = self._invitations.channels_of(team, invite.channel_ids)
        for channel in channels:
            public = channel.type == OPEN
            needed = Permission.MANAGE_PUBLIC_CHANNEL_MEMBERS if public else Permission.MANAGE_PRIVATE_CHANNEL_MEMBERS
            self._permissions.require_channel(req.session, channel.id, needed)
        graceful = req.query_bool("graceful")
        results = self._invitations.invite(
            team, invite.emails, channels, sender_id=req.user_id, message=invite.message, graceful=graceful
        )
        return results if graceful else OK

    def invite_guests(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/invite-guests/email; with `guest_magic_link` the mail's link signs in by itself."""
        invite = req.read(GuestsInvite, name="guests_invite")
        config = self._context.config
        if not config.GuestAccountsSettings.Enable:
            raise GuestsOff
        self._permissions.require_team(req.session, team_id, Permission.INVITE_GUEST)
        self._require_on()
        by_link = req.query_bool("guest_magic_link")
        if by_link and not config.GuestAccountsSettings.EnableGuestMagicLink:
            raise LinksOff
        valid = _are_emails(invite.emails) and invite.channels and all(map(is_valid_id, invite.channels))
        if not valid:
            raise InvalidGuestsInvite
        team = self._teams.get(team_id)
        graceful = req.query_bool("graceful")
        results = self._invitations.invite(
            team,
            invite.emails,
            self._invitations.channels_of(team, invite.channels),
            sender_id=req.user_id,
            guest=True,
            by_link=by_link,
            message=invite.message,
            graceful=graceful,
        )
        return results if graceful else OK

    def forget_all(self, req: Request) -> object:
        """DELETE /teams/invites/email: invitations that were sent and not used yet are void."""
        self._permissions.require(req.session, Permission.INVALIDATE_EMAIL_INVITE)
        self._invitations.forget_all()
        return OK


def _member_invite(req: Request) -> MemberInvite:
    """Return the body, which may be a bare list of addresses."""
    try:
        body = req.read(_MEMBER_INVITE)
    except BadRequest as error:
        raise BadRequest(
            "The body is a list of addresses, or an object with emails, channelIds and message.",
            id="api.team.invite_members_to_team_and_channels.invalid_body.app_error",
        ) from error
    invite = MemberInvite(emails=body) if isinstance(body, list) else body
    if not _are_emails(invite.emails):
        raise InvalidBodyParam("user_email")
    if not all(map(is_valid_id, invite.channel_ids)):
        raise InvalidBodyParam("channelIds")
    return invite


def _are_emails(emails: list[str]) -> bool:
    return 1 <= len(emails) <= MAX_EMAILS and all(email.strip() for email in emails)
