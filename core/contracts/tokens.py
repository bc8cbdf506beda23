"""One-time tokens: whoever shows one has read a mail that we sent, or comes back from where we sent them."""

from typing import Final, Protocol

import msgspec

VERIFY_EMAIL: Final = "verify_email"
PASSWORD_RECOVERY: Final = "password_recovery"
TEAM_INVITATION: Final = "team_invitation"
GUEST_INVITATION: Final = "guest_invitation"
GUEST_MAGIC_LINK_INVITATION: Final = "guest_magic_link_invitation"
GUEST_MAGIC_LINK: Final = "guest_magic_link"
SIGN_ON_STATE: Final = "oauth"
SSO_CODE: Final = "sso-code-exchange"
MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
LIFETIMES_MS: Final = {
    VERIFY_EMAIL: DAY_MS,
    PASSWORD_RECOVERY: DAY_MS,
    TEAM_INVITATION: 2 * DAY_MS,
    GUEST_INVITATION: 2 * DAY_MS,
    GUEST_MAGIC_LINK_INVITATION: 2 * DAY_MS,
    GUEST_MAGIC_LINK: 5 * MINUTE_MS,
    SIGN_ON_STATE: 10 * MINUTE_MS,
    SSO_CODE: 5 * MINUTE_MS,
}
"""How long a token of each type is good for, in ms."""
TOKEN_LENGTH: Final = 64


class OneTimeToken(msgspec.Struct, kw_only=True):
    """A token and what it stands for. `extra` maps names to texts."""

    token: str
    create_at: int
    type: str
    extra: dict[str, str]

    def is_expired(self, now: int) -> bool:
        """Say whether its time is over at `now` (ms)."""
        return now - self.create_at > LIFETIMES_MS.get(self.type, DAY_MS)


class Invitation(msgspec.Struct, kw_only=True, frozen=True):
    """An invitation by mail, to a team and some of its channels."""

    team_id: str
    email: str
    channel_ids: tuple[str, ...] = ()
    sender_id: str = ""
    guest: bool = False


def invitation_of(token: OneTimeToken) -> Invitation:
    """Return what a token of an invitation stands for."""
    extra = token.extra
    return Invitation(
        team_id=extra.get("teamId", ""),
        email=extra.get("email", ""),
        channel_ids=tuple(extra.get("channels", "").split()),
        sender_id=extra.get("senderId", ""),
        guest=token.type in (GUEST_INVITATION, GUEST_MAGIC_LINK_INVITATION),
    )


class OneTimeTokenService(Protocol):
    """Tokens that are good once, in the table `tokens`."""

    def create(self, type: str, extra: dict[str, str]) -> str:
        """Return a new token. One INSERT."""

    def get(self, token: str, *types: str) -> OneTimeToken | None:
        """Return a token of one of the types, an expired one too; None when there is none. One query."""

    def take(self, token: OneTimeToken) -> bool:
        """Use a token up; False when somebody else has just done so. One statement."""

    def count_like(self, type: str, extra: dict[str, str]) -> int:
        """Return how many tokens of a type stand for exactly this and are still good. One query."""

    def forget(self, *types: str) -> int:
        """Delete all tokens of these types; return how many there were."""
