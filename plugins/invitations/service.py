"""The rules of invitations."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import MAGIC_LINK
from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.errors import AppError, BadRequest, Forbidden, Internal
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import Team, TeamService
from hubbub.core.contracts.tokens import (
    GUEST_INVITATION,
    GUEST_MAGIC_LINK_INVITATION,
    LIFETIMES_MS,
    TEAM_INVITATION,
    Invitation,
    OneTimeTokenService,
)
from hubbub.core.contracts.users import User, UserNotFound, UserService

EXTRA_MAXIMUM: Final = 2_000
"""Bytes that fit into the token's row, with room for its JSON."""
SIGN_UP: Final = "/signup_user_complete/"
ONE_TIME_LINK: Final = "/login/one_time_link"


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


class _NoMailer(Exception):
    """Nobody sends mail: the tokens are taken back."""


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
        by_link: bool = False,
        message: str = "",
        graceful: bool = False,
    ) -> list[InviteResult]:
        """Invite addresses; return what became of each. Raises the first failure unless `graceful`.

        Guests invited `by_link` need no password: the link signs them in.
        """
        wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
        refused = [email for email in wanted if not self._accepts(team, email, guest=guest)]
        if refused and not graceful:
            raise AddressRefused(Addresses=", ".join(refused))
        sender, named = self._users.get(sender_id), tuple(channels)
        accepted = [email for email in wanted if email not in refused]
        kinds = self._kinds(accepted, guest=guest, by_link=by_link)
        sent = self._send(team, sender, named, kinds, message=message)
        if accepted and not sent and not graceful:
            raise NotSent
        return [InviteResult(email, self._failure(email, email in refused, sent)) for email in wanted]

    def _failure(self, email: str, refused: bool, sent: bool) -> dict[str, object] | None:
        if refused:
            return _shown(AddressRefused(Addresses=email))
        return None if sent else _shown(NotSent())

    def _accepts(self, team: Team, email: str, *, guest: bool) -> bool:
        config = self._context.config
        if "@" not in email.strip("@") or len(email.encode()) > 128:
            return False
        if guest:
            return _of_domains(email, config.GuestAccountsSettings.RestrictCreationToDomains)
        return _of_domains(email, config.TeamSettings.RestrictCreationToDomains) and _of_domains(
            email, team.allowed_domains
        )

    def _kinds(self, emails: list[str], *, guest: bool, by_link: bool) -> dict[str, str]:
        """Return which kind of invitation each address gets."""
        kind = GUEST_INVITATION if guest else TEAM_INVITATION
        return {email: GUEST_MAGIC_LINK_INVITATION if by_link and self._takes_link(email) else kind for email in emails}

    def _takes_link(self, email: str) -> bool:
        """SECURITY: no link signs somebody in whose account asks for a password, or for another site's word."""
        try:
            return self._users.get_by_email(email).auth_service == MAGIC_LINK
        except UserNotFound:
            return True

    def _send(
        self, team: Team, sender: User, channels: tuple[Channel, ...], kinds: dict[str, str], *, message: str
    ) -> bool:
        """Queue one mail per address, all or none; say whether they will be sent."""
        try:
            with self._context.db.transaction():
                mails = [self._mail(team, sender, channels, *one, message=message) for one in kinds.items()]
                if mails and not self._mailer.send_many(mails):
                    raise _NoMailer
        except _NoMailer:
            return False
        return True

    def _mail(
        self, team: Team, sender: User, channels: tuple[Channel, ...], email: str, kind: str, *, message: str
    ) -> Mail:
        """Return the mail with a new token."""
        extra = {
            "teamId": team.id,
            "email": email,
            "channels": " ".join(channel.id for channel in channels),
            "senderId": sender.id,
        }
        shown = {"t": self._tokens.create(kind, extra)}
        path = ONE_TIME_LINK if kind == GUEST_MAGIC_LINK_INVITATION else SIGN_UP
        if path == SIGN_UP:
            shown = {"d": _encoded(team), **shown}
        config = self._context.config
        link = f"{config.ServiceSettings.SiteURL.rstrip('/')}{path}?{urlencode(shown)}"
        said = message.strip()
        subject = f"{sender.username} invites you to join {team.display_name}"
        text = "\n\n".join(filter(None, [f"{subject}.", said, f"Open this link within two days:\n\n{link}\n"]))
        return Mail(
            kind=kind,
            to=email,
            subject=subject,
            text=text,
            link=link,
            locale=config.LocalizationSettings.DefaultServerLocale,
            values={
                "sender": sender.username,
                "team": team.display_name,
                "message": said,
                "channels": ", ".join(channel.display_name for channel in channels),
            },
            expires_at=now_ms() + LIFETIMES_MS[kind],
        )

    def join(self, user: User, invitation: Invitation) -> None:
        """Have somebody join the team and the channels; what is gone by now is left out."""
        self._teams.add_member(invitation.team_id, user.id)
        for channel in self._channels.get_many(invitation.channel_ids).values():
            if channel.team_id == invitation.team_id and not channel.delete_at:
                self._channels.add_member(channel.id, user.id)

    def forget_all(self) -> None:
        """Make every invitation that was sent void."""
        self._tokens.forget(TEAM_INVITATION, GUEST_INVITATION, GUEST_MAGIC_LINK_INVITATION)


def _encoded(team: Team) -> str:
    return msgspec.json.encode({"display_name": team.display_name, "name": team.name}).decode()


def _of_domains(email: str, domains: str) -> bool:
    names = domains.lower().replace("@", " ").replace(",", " ").split()
    return not names or any(email.endswith("@" + name) for name in names)


def _shown(error: AppError) -> dict[str, object]:
    return {"id": error.error_id, "message": error.text, "detailed_error": "", "status_code": error.status}
