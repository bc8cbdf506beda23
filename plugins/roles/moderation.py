"""What the roles of a moderated channel grant.

A channel with a scheme of its own has its own roles, but they only decide about what can be moderated; for the rest
the same role of the team (or the built-in one) counts, and nothing is granted that it doesn't grant.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import structs

from hubbub.core.contracts.permissions import Role
from hubbub.plugins.roles.store import RoleStore

MODERATED: Final[Mapping[str, str]] = {
    "create_post": "create_post",
    "add_reaction": "create_reactions",
    "remove_reaction": "create_reactions",
    "manage_public_channel_members": "manage_members",
    "manage_private_channel_members": "manage_members",
    "use_channel_mentions": "use_channel_mentions",
    "add_bookmark_public_channel": "manage_bookmarks",
    "add_bookmark_private_channel": "manage_bookmarks",
    "edit_bookmark_public_channel": "manage_bookmarks",
    "edit_bookmark_private_channel": "manage_bookmarks",
    "delete_bookmark_public_channel": "manage_bookmarks",
    "delete_bookmark_private_channel": "manage_bookmarks",
    "order_bookmark_public_channel": "manage_bookmarks",
    "order_bookmark_private_channel": "manage_bookmarks",
}
"""Each permission that can be moderated, and the name of what is moderated."""
CHANNEL_ADMIN: Final = "channel_admin"


def merged(roles: dict[str, Role], store: RoleStore) -> dict[str, Role]:
    """Return the roles, those of channel schemes with what they grant in fact.

    Costs nothing for ordinary roles; four queries when there are roles of schemes among them.
    """
    candidates = [role.name for role in roles.values() if role.scheme_managed and not role.built_in]
    higher_names = store.higher_roles(candidates) if candidates else {}
    if not higher_names:
        return roles
    higher_roles = store.get_by_names(set(higher_names.values()))
    return roles | {
        name: _merge(roles[name], higher_roles[higher])
        for name, higher in higher_names.items()
        if higher in higher_roles
    }


def _merge(role: Role, higher: Role) -> Role:
    if higher.name == CHANNEL_ADMIN:
        return structs.replace(role, permissions=higher.permissions)
    own = frozenset(role.permissions)
    granted = [name for name in higher.permissions if name not in MODERATED or name in own]
    return structs.replace(role, permissions=granted)
