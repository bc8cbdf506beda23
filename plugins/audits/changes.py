"""What changed, in words: of accounts and of the configuration."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hubbub.core.contracts.users import User

MOST_KEYS: Final = 50


def changes_of_account(new: User, old: User) -> Iterator[tuple[str, str]]:
    """Yield (end of the path, detail) for what changed of an account that matters for who gets in and may do what."""
    if new.last_password_update != old.last_password_update:
        yield "password", "password changed"
    if new.roles != old.roles:
        yield "roles", f"roles from {old.roles} to {new.roles}"
    if new.email != old.email:
        yield "email", f"email from {old.email} to {new.email}"
    if new.username != old.username:
        yield "username", f"username from {old.username} to {new.username}"
    if bool(new.delete_at) != bool(old.delete_at):
        yield "active", f"active={'false' if new.delete_at else 'true'}"
    if bool(new.mfa_active) != bool(old.mfa_active):
        yield "mfa", f"mfa={'true' if new.mfa_active else 'false'}"
    if new.auth_service != old.auth_service:
        yield "auth", f"auth_service from {old.auth_service or 'password'} to {new.auth_service or 'password'}"


def changed_keys(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[str]:
    """Return the names (Section.Key) of settings that differ, at most `MOST_KEYS`."""
    keys = []
    for section in sorted({*new, *old}):
        after, before = new.get(section), old.get(section)
        if after == before:
            continue
        if not isinstance(after, Mapping) or not isinstance(before, Mapping):
            keys.append(section)
            continue
        keys += [f"{section}.{key}" for key in sorted({*after, *before}) if after.get(key) != before.get(key)]
    return keys[:MOST_KEYS]
