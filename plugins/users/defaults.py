"""What a new account starts with (limits of the API: default notify_props and timezone)."""

from collections.abc import Mapping
from typing import Final

NOTIFY_PROPS: Final[Mapping[str, str]] = {
    "email": "true",
    "push": "mention",
    "desktop": "mention",
    "desktop_sound": "true",
    "mention_keys": "",
    "channel": "true",
    "push_status": "online",
    "comments": "never",
    "first_name": "false",
    "desktop_threads": "all",
    "email_threads": "all",
    "push_threads": "all",
}
TIMEZONE: Final[Mapping[str, str]] = {
    "useAutomaticTimezone": "true",
    "automaticTimezone": "",
    "manualTimezone": "",
}
USER_ROLE: Final = "system_user"
ADMIN_ROLES: Final = "system_admin system_user"


def mention_keys_after_rename(keys: str, old_username: str) -> str:
    """Return mention keys without the former user name."""
    former = {old_username.lower(), f"@{old_username.lower()}"}
    return ",".join(key for key in (part.strip() for part in keys.split(",")) if key and key.lower() not in former)
