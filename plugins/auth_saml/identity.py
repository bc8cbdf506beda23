"""From what an assertion says to an identity, by the attribute names in SamlSettings."""

from typing import Any, Final

from hubbub.core.contracts.auth import ExternalIdentity
from hubbub.core.contracts.saml import SamlAssertion
from hubbub.core.contracts.users import nearest_username

PROVIDER: Final = "saml"
LONGEST_SUBJECT: Final = 128


def identity_of(assertion: SamlAssertion, settings: Any) -> ExternalIdentity:
    """Return who somebody is. `settings` is SamlSettings.

    The subject is the value of IdAttribute, or the address where that is empty.
    """

    def value(attribute: str) -> str:
        """Return the first value of an attribute, "" for none."""
        return next(iter(assertion.attributes.get(attribute, ())), "") if attribute else ""

    email = value(settings.EmailAttribute).lower()
    subject = value(settings.IdAttribute) if settings.IdAttribute else email
    return ExternalIdentity(
        provider=PROVIDER,
        subject=subject if len(subject.encode()) <= LONGEST_SUBJECT else "",
        username=user_name(value(settings.UsernameAttribute)),
        email=email,
        first_name=value(settings.FirstNameAttribute) if settings.FirstNameAttribute else None,
        last_name=value(settings.LastNameAttribute) if settings.LastNameAttribute else None,
        nickname=value(settings.NicknameAttribute) if settings.NicknameAttribute else None,
        position=value(settings.PositionAttribute) if settings.PositionAttribute else None,
        locale=value(settings.LocaleAttribute),
        is_guest=_has(assertion, settings.GuestAttribute),
        is_admin=_has(assertion, settings.AdminAttribute) if settings.EnableAdminAttribute else None,
        attributes=dict(assertion.attributes),
    )


def fields_of_provider(settings: Any) -> list[str]:
    """Return the fields of an account that the provider sets, by their names in the API."""
    named = {
        "username": settings.UsernameAttribute,
        "email": settings.EmailAttribute,
        "first_name": settings.FirstNameAttribute,
        "last_name": settings.LastNameAttribute,
        "nickname": settings.NicknameAttribute,
        "position": settings.PositionAttribute,
    }
    return [field for field, attribute in named.items() if attribute]


def user_name(text: str) -> str:
    """Return a name that an account can have: anna of anna@corp.example and CORP\\anna; hyphens for other signs."""
    return nearest_username(text.partition("@")[0].rpartition("\\")[2])


def _has(assertion: SamlAssertion, wanted: str) -> bool | None:
    """Say whether an `attribute=value` of the settings is there; None when there is none in the settings."""
    if not wanted:
        return None
    attribute, _, value = wanted.partition("=")
    return value.strip() in assertion.attributes.get(attribute.strip(), ())
