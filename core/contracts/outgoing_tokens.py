"""Access tokens for other servers: what requests of webhooks and slash commands carry where an admin arranged it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from hubbub.core.contracts.outgoing import Answer, Outgoing, OutgoingFailed


class TokenRefused(OutgoingFailed):
    """The authorization server gave no token that can be used: what is arranged is wrong. Once more is in vain."""

    id = "app.outgoing_oauth_connection.token.app_error"
    message = "{url} gave no access token: {reason}."


class OutgoingTokens(Protocol):
    """Gets tokens. Optional: `NullOutgoingTokens` has none."""

    def headers_for(self, url: str) -> dict[str, str]:
        """Return the headers that a request to an address carries: Authorization, or none when nothing is arranged.

        Gets a token when none is at hand. Raises `OutgoingRefused`, `OutgoingFailed` (`TokenRefused`,
        `OutgoingUnreachable` when it may work in a moment).
        """

    def refused(self, url: str) -> None:
        """Forget the token for an address: the server there doesn't take it any more."""


class NullOutgoingTokens:
    """Requests carry nothing."""

    def headers_for(self, url: str) -> dict[str, str]:
        """Return none."""
        return {}

    def refused(self, url: str) -> None:
        """Do nothing."""


def request_with_token(
    outgoing: Outgoing, tokens: OutgoingTokens, method: str, url: str, *, headers: Mapping[str, str], **more: Any
) -> Answer:
    """Send a request as `Outgoing.request` does, with the address's token; once more when that is refused (401).

    Raises what `Outgoing.request` and `OutgoingTokens.headers_for` raise.
    """
    token = tokens.headers_for(url)
    answer = outgoing.request(method, url, headers={**headers, **token}, **more)
    if token and answer.status == HTTPStatus.UNAUTHORIZED:
        tokens.refused(url)
        answer = outgoing.request(method, url, headers={**headers, **tokens.headers_for(url)}, **more)
    return answer
