"""The change of what is moderated in a channel: from what the API says to roles of a channel's scheme."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from hubbub.core.contracts.errors import Forbidden, InvalidBodyParam
from hubbub.core.contracts.permissions import Role
from hubbub.core.contracts.schemes import (
    ChannelModeratedRole,
    ChannelModeratedRoles,
    ChannelModeration,
    ChannelModerationPatch,
)
from hubbub.plugins.roles.moderation import MODERATED

NAMES: Final = tuple(dict.fromkeys(MODERATED.values()))
NOT_FOR_GUESTS: Final = frozenset({"manage_members", "manage_bookmarks"})


class Restricted(Forbidden):
    id = "api.channel.patch_channel_moderations_for_channel.restricted_permission.app_error"
    message = "{name} can't be allowed in this channel: the roles of its team don't allow it."


class Sides(NamedTuple):
    """The same for the guests and the members of a channel."""

    guests: frozenset[str]
    members: frozenset[str]


def moderated_of(guests: Role, members: Role) -> Sides:
    """Return those permissions of both roles that can be moderated."""
    return Sides(*(frozenset(role.permissions) & MODERATED.keys() for role in (guests, members)))


def shown(own: Sides, wider: Sides, *, public: bool) -> list[ChannelModeration]:
    """Return the answer of the API: what a channel's roles allow, and what they might."""
    have = [_names(side, public=public) for side in own]
    might = [_names(side, public=public) for side in wider]
    found = []
    for name in NAMES:
        guests, members = (ChannelModeratedRole(name in h, name in m) for h, m in zip(have, might, strict=True))
        roles = ChannelModeratedRoles(guests=None if name in NOT_FOR_GUESTS else guests, members=members)
        found.append(ChannelModeration(name, roles))
    return found


def _names(permissions: Iterable[str], *, public: bool) -> set[str]:
    other = "_private_channel" if public else "_public_channel"
    return {MODERATED[permission] for permission in permissions if other not in permission}


def patched(own: Sides, wider: Sides, patches: Iterable[ChannelModerationPatch]) -> Sides:
    """Return what both roles grant after the patches. Raises `Restricted`, `InvalidBodyParam`."""
    guests, members = own
    for patch in patches:
        if patch.name not in NAMES:
            raise InvalidBodyParam("name", f"name={patch.name}")
        guests = _apply(guests, wider.guests, patch.name, patch.roles.guests)
        members = _apply(members, wider.members, patch.name, patch.roles.members)
    return Sides(guests & wider.guests, members & wider.members)


def _apply(own: frozenset[str], wider: frozenset[str], name: str, allowed: bool | None) -> frozenset[str]:
    if allowed is None:
        return own
    about = {permission for permission, moderated in MODERATED.items() if moderated == name}
    if not allowed:
        return own - about
    if not about & wider:
        raise Restricted(name=name)
    return own | (about & wider)
