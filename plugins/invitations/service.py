"""The rules of invitations."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

import msgspec

from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.errors import AppError, BadRequest, Forbidden, Internal
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import Team, TeamService
from hubbub.core.contracts.tokens import GUEST_INVITATION, TEAM_INVITATION, Invitation, OneTimeTokenService
from hubbub.core.contracts.users import User, UserService

EXTRA_MAXIMUM: Final = 2_000
"""Bytes that fit into the token's row, with room for its JSON."""


class NotSent(Internal):
    id = "api.team.invite_members.unable_to_send_email.app_error"
    message = "The invitation could not be sent: this server sends no mail now."


class AddressRefused(Forbidden):
    id = "api.team.invite_members.invalid_email.app_error"
    message = "{Addresses} can't be invited: that isn't an address of the domains that may join."


class ChannelElsewhere(BadRequest):
    id = "api.team.invite_guests.channel_in_invalid_team.app_error"
    message = "A channel of the invitation doesn't belong to the team."


class TooManyChannels(BadRequest):
    id = "api.team.invite_guests_to_channels.invalid_body.app_error"
    message = "The invitation names too many channels."


class InviteResult(msgspec.Struct):
    """What became of the invitation to one address."""

    email: str
    error: dict[str, object] | None = None


class Invitations:
    """Invites people by mail and lets them join when they come."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self._channels = context.service(ChannelService)
        self._tokens = context.service(OneTimeTokenService)
        self._mailer = context.service(Mailer)

    def channels_of(self, team: Team, channel_ids: Iterable[str]) -> list[Channel]:
        """Return channels of the team. Raises `ChannelElsewhere`, `TooManyChannels`."""
        wanted = list(dict.fromkeys(channel_ids))
        if len(wanted) * 27 > EXTRA_MAXIMUM - 500:
            raise TooManyChannels
        found = self._channels.get_many(wanted)
        if any(channel_id not in found or found[channel_id].team_id != team.id for channel_id in wanted):
            raise ChannelElsewhere
        return [found[channel_id] for channel_id in wanted]

    def invite(
        self,
        team: Team,
        emails: Iterable[str],
        channels: Iterable[Channel],
        *,
        sender_id: str,
        guest: bool = False,
        message: str = "",
        graceful: bool = False,
    ) -> list[InviteResult]:
        """Invite addresses; return what became of each. Raises the first failure unless `graceful`."""
        wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
        refused = [email for email in wanted if not self._accepts(team, email, guest=guest)]
        if refused and not graceful:
            raise AddressRefused(Addresses=", ".join(refused))
        sender, channel_ids = self._users.get(sender_id), tuple(channel.id for channel in channels)
        results = []
        for email in wanted:
            error: AppError | None = AddressRefused(Addresses=email) if email in refused else None
            invitation = Invitation(
                team_id=team.id, email=email, channel_ids=channel_ids, sender_id=sender.id, guest=guest
            )
            if error is None and not self._send(team, sender, invitation, message):
                error = NotSent()
            if error is not None and not graceful:
                raise error
            results.append(InviteResult(email, None if error is None else _shown(error)))
        return results

    def _accepts(self, team: Team, email: str, *, guest: bool) -> bool:
        config = self._context.config
        if "@" not in email.strip("@") or len(email.encode()) > 128:
            return False
        if guest:
            return _of_domains(email, config.GuestAccountsSettings.RestrictCreationToDomains)
        return _of_domains(email, config.TeamSettings.RestrictCreationToDomains) and _of_domains(
            email, team.allowed_domains
        )

    def _send(self, team: Team, sender: User, invitation: Invitation, message: str) -> bool:
        kind = GUEST_INVITATION if invitation.guest else TEAM_INVITATION
        extra = {
            "teamId": team.id,
            "email": invitation.email,
            "channels": " ".join(invitation.channel_ids),
            "senderId": sender.id,
        }
        token = self._tokens.create(kind, extra)
        shown = {"d": _encoded(team), "t": token}
        site = self._context.config.ServiceSettings.SiteURL.rstrip("/")
        link = f"{site}/signup_user_complete/?{urlencode(shown)}"
        said = f"\n\n{message.strip()}" if message.strip() else ""
        subject = f"{sender.username} invites you to join {team.display_name}"
        text = f"{subject}.{said}\n\nOpen this link within two days:\n\n{link}\n"
        sent = self._mailer.send(Mail(kind=kind, to=invitation.email, subject=subject, text=text, link=link))
        if not sent:
            found = self._tokens.get(token, kind)
            if found is not None:
                self._tokens.take(found)
        return sent

    def join(self, user: User, invitation: Invitation) -> None:
        """Have somebody join the team and the channels; what is gone by now is left out."""
        self._teams.add_member(invitation.team_id, user.id)
        for channel in self._channels.get_many(invitation.channel_ids).values():
            if channel.team_id == invitation.team_id and not channel.delete_at:
                self._channels.add_member(channel.id, user.id)

    def forget_all(self) -> None:
        """Make every invitation that was sent void."""
        self._tokens.forget(TEAM_INVITATION, GUEST_INVITATION)


def _encoded(team: Team) -> str:
    return msgspec.json.encode({"display_name": team.display_name, "name": team.name}).decode()


def _of_domains(email: str, domains: str) -> bool:
    names = domains.lower().replace("@", " ").replace(",", " ").split()
    return not names or any(email.endswith("@" + name) for name in names)


def _shown(error: AppError) -> dict[str, object]:
    return {"id": error.error_id, "message": error.text, "detailed_error": "", "status_code": error.status}
