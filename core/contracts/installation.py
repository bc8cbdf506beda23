"""This installation: the id that other servers know it by, and what it signs to be believed by them."""

from collections.abc import Mapping
from typing import Protocol


class InstallationService(Protocol):
    """Facts that outlive every configuration. Optional: `NullInstallationService` has none."""

    def server_id(self) -> str:
        """Return the id of this installation: 26 characters that stay. Cached."""

    def sign(self, claims: Mapping[str, str]) -> str:
        """Return a JWT (ES256) of claims, signed with this installation's key; "" when that can't be read.

        Clients know the public part (`AsymmetricSigningPublicKey` of the client configuration).
        """


class NullInstallationService:
    """Nobody knows this server."""

    def server_id(self) -> str:
        """Return nothing."""
        return ""

    def sign(self, claims: Mapping[str, str]) -> str:
        """Sign nothing."""
        return ""
