"""What of an account others get to see."""

from hashlib import blake2b
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from hubbub.core.contracts.users import User


def sanitize(user: User, config: Any, *, viewer_id: str, full: bool = False) -> User:
    """Return the record as `viewer_id` may see it.

    Oneself and `full` (administrators) see everything but the identity at another service. Everybody else sees
    the profile, without what PrivacySettings hide. `props` stay: they hold the custom status.
    """
    if full or viewer_id == user.id:
        return replace(user, auth_data="") if user.auth_data else user
    privacy = config.PrivacySettings
    return replace(
        user,
        auth_data="",
        auth_service="",
        email=user.email if privacy.ShowEmailAddress else "",
        first_name=user.first_name if privacy.ShowFullName else "",
        last_name=user.last_name if privacy.ShowFullName else "",
        email_verified=UNSET,
        allow_marketing=UNSET,
        notify_props=UNSET,
        last_password_update=UNSET,
        failed_attempts=UNSET,
        mfa_active=UNSET,
        last_login=UNSET,
    )


def etag(user: User, config: Any, *, viewer_id: str, full: bool) -> str:
    """Return what changes whenever the sanitized record does."""
    privacy = config.PrivacySettings
    sees = f"{int(full)}{int(viewer_id == user.id)}{int(privacy.ShowEmailAddress)}{int(privacy.ShowFullName)}"
    own = f".{user.failed_attempts or 0}.{user.last_login or 0}" if full or viewer_id == user.id else ""
    if user.terms_of_service_id:
        own += f".{user.terms_of_service_id}.{user.terms_of_service_create_at}"
    return f"{user.id}.{user.update_at or 0}.{user.bot_last_icon_update or 0}.{sees}{own}"


def etag_of(body: bytes) -> str:
    """Return what changes whenever `body` does."""
    return blake2b(body, digest_size=12).hexdigest()
