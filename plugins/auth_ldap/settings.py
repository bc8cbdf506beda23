"""What LdapSettings say, in the form that the rest of the plugin wants."""

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

PROFILE: Final = {
    "username": "UsernameAttribute",
    "email": "EmailAttribute",
    "first_name": "FirstNameAttribute",
    "last_name": "LastNameAttribute",
    "nickname": "NicknameAttribute",
    "position": "PositionAttribute",
}
"""Field of an account → key with the attribute that it comes from."""
TLS: Final = "TLS"
STARTTLS: Final = "STARTTLS"
_SERVER: Final = re.compile(r"(?:ldaps?://)?(\[[^\]]+\]|[^:/\s]+)(?::(\d{1,5}))?/?").fullmatch


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class BadServer(ValueError):
    """A part of LdapServer isn't a server."""


def addresses(servers: str, port: int) -> list[Address]:
    """Return the servers of LdapServer: separated by commas or spaces, each a host or host:port.

    Raises `BadServer`.
    """
    found = []
    for part in servers.replace(",", " ").split():
        match = _SERVER(part)
        if match is None or not 0 < int(match[2] or port) < 65_536:
            raise BadServer(f"{part!r} in LdapSettings.LdapServer isn't a host or host:port")
        found.append(Address(match[1].strip("[]"), int(match[2] or port)))
    if not found:
        raise BadServer("LdapSettings.LdapServer is empty")
    return found


class DirectorySettings(NamedTuple):
    """Everything that a connection depends on; equal ones may share connections."""

    servers: tuple[Address, ...]
    security: str
    base: str
    user: str
    password: str
    query_timeout_s: int
    page_size: int
    check_certificates: bool
    authorities: str
    certificate: str
    key: str
    connections: int

    def __repr__(self) -> str:
        # SECURITY: a record's usual text would have the password.
        return f"<DirectorySettings {', '.join(map(str, self.servers))}>"


PAGE: Final = 200
"""Entries of one answer at most: decoding more would keep the loop from others for too long."""


def directory_settings(ldap: Any, extras: Any, folder: Path) -> DirectorySettings:
    """Return what connections depend on; files are found in `folder`, that of config.json. Raises `BadServer`."""

    def file(name: str) -> str:
        return str(folder / name) if name else ""

    return DirectorySettings(
        servers=tuple(addresses(ldap.LdapServer, ldap.LdapPort)),
        security=ldap.ConnectionSecurity,
        base=ldap.BaseDN,
        user=ldap.BindUsername,
        password=ldap.BindPassword,
        query_timeout_s=ldap.QueryTimeout,
        page_size=min(ldap.MaxPageSize or PAGE, PAGE),
        check_certificates=not ldap.SkipCertificateVerification,
        authorities=file(extras.CertificateAuthorityFile),
        certificate=file(ldap.PublicCertificateFile),
        key=file(ldap.PrivateKeyFile),
        connections=extras.Connections,
    )


def fields_of_directory(ldap: Any) -> list[str]:
    """Return the fields of an account that the directory sets, by their names in the API; `picture` is one."""
    fields = [field for field, key in PROFILE.items() if getattr(ldap, key)]
    return [*fields, "picture"] if ldap.PictureAttribute else fields
