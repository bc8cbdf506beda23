"""Connections as the API shows them and takes them."""

from typing import Final

import msgspec

CLIENT_CREDENTIALS: Final = "client_credentials"
PASSWORD: Final = "password"  # nosec B105  # the name of a grant


class Connection(msgspec.Struct, kw_only=True):
    """How to get tokens for some addresses (`audiences`). Shared: never change it. Times in ms."""

    id: str = ""
    creator_id: str = ""
    create_at: int = 0
    update_at: int = 0
    name: str = ""
    client_id: str = ""
    client_secret: str = ""
    credentials_username: str = ""
    credentials_password: str = ""
    oauth_token_url: str = ""
    grant_type: str = CLIENT_CREDENTIALS
    audiences: list[str] = []


class ShownConnection(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A connection as people see it. SECURITY: it has no field for secrets."""

    id: str
    creator_id: str = msgspec.field(default_factory=str)
    create_at: int
    update_at: int
    name: str
    client_id: str = ""
    credentials_username: str = ""
    oauth_token_url: str
    grant_type: str
    audiences: list[str]


class ConnectionRequest(msgspec.Struct, kw_only=True):
    """What is sent to make, change or try a connection. Of an existing one, what is empty stays as it is."""

    id: str = ""
    name: str = ""
    client_id: str = ""
    client_secret: str = ""
    credentials_username: str | None = ""
    credentials_password: str | None = ""
    oauth_token_url: str = ""
    grant_type: str = ""
    audiences: list[str] | None = None


def shown(connection: Connection, *, to_manager: bool) -> ShownConnection:
    """Return a connection without its secrets; who doesn't manage it doesn't learn as whom it signs in either."""
    return ShownConnection(
        id=connection.id,
        creator_id=connection.creator_id,
        create_at=connection.create_at,
        update_at=connection.update_at,
        name=connection.name,
        client_id=connection.client_id if to_manager else "",
        credentials_username=connection.credentials_username if to_manager else "",
        oauth_token_url=connection.oauth_token_url,
        grant_type=connection.grant_type,
        audiences=connection.audiences,
    )
