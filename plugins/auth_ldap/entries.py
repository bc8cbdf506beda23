"""From an entry of the directory to an identity."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from hubbub.core.contracts.auth import ExternalIdentity
from hubbub.core.contracts.users import nearest_username
from hubbub.plugins.auth_ldap.settings import PROFILE

LDAP: Final = "ldap"
"""The provider's id: users.authservice, and the source of groups."""
_GUID: Final = "objectguid"
_LONGEST: Final = {"first_name": 64, "last_name": 64, "nickname": 64, "position": 128}


class Entry(NamedTuple):
    """An entry: its name, and the values that were asked for by the attribute's name in lower case."""

    dn: str
    values: Mapping[str, list[bytes]]

    def first(self, attribute: str) -> bytes:
        """Return the first value of an attribute, b"" when there is none."""
        found = self.values.get(attribute.lower()) if attribute else None
        return found[0] if found else b""

    def text(self, attribute: str) -> str:
        """Return the first value of an attribute as text, "" when there is none."""
        return self.first(attribute).decode("utf-8", "replace").replace("\x00", "").strip()


def subject_of(value: bytes, attribute: str) -> str:
    r"""Return what never changes of a person or group as text: bytes that are no text as `\1e\bc…`.

    That is how existing databases keep an objectGUID (users.authdata, usergroups.remoteid).
    """
    if attribute.lower() != _GUID:
        try:
            text = value.decode()
        except UnicodeDecodeError:
            pass
        else:
            if text.isprintable():
                return text
    return "".join(f"\\{byte:02x}" for byte in value)


def wanted_attributes(ldap: Any, *, pictures: bool = True) -> list[str]:
    """Return the attributes that an identity is made of."""
    names = [ldap.IdAttribute, ldap.LoginIdAttribute, *(getattr(ldap, key) for key in PROFILE.values())]
    if pictures:
        names.append(ldap.PictureAttribute)
    return sorted({name for name in names if name})


def identity_of(
    entry: Entry, ldap: Any, *, is_guest: bool | None, is_admin: bool | None, links_by_email: bool = False
) -> ExternalIdentity:
    """Return who somebody is. `subject` is empty when the entry has no value of IdAttribute."""
    profile: dict[str, Any] = {
        field: entry.text(getattr(ldap, key))[: _LONGEST[field]] if getattr(ldap, key) else None
        for field, key in PROFILE.items()
        if field in _LONGEST
    }
    return ExternalIdentity(
        provider=LDAP,
        subject=subject_of(entry.first(ldap.IdAttribute), ldap.IdAttribute),
        username=nearest_username(entry.text(ldap.UsernameAttribute)),
        email=entry.text(ldap.EmailAttribute).lower(),
        is_guest=is_guest,
        is_admin=is_admin,
        picture=entry.first(ldap.PictureAttribute),
        attributes=_texts(entry),
        links_by_email=links_by_email,
        **profile,
    )


def _texts(entry: Entry) -> dict[str, list[str]]:
    found = {}
    for name, values in entry.values.items():
        try:
            found[name] = [value.decode() for value in values]
        except UnicodeDecodeError:
            continue  # a picture, or an id in bytes
    return found
