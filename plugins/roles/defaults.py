"""The roles that every server starts with, from `defaults.json`.

They are those of a freshly installed Mattermost 11.6 after all of its own permission migrations. Display names and
descriptions are translation keys, stored as such: clients translate them.
"""

import importlib.resources

import msgspec


class DefaultRole(msgspec.Struct):
    """One entry of defaults.json."""

    display_name: str
    description: str
    scheme_managed: bool
    built_in: bool
    permissions: list[str]


def default_roles() -> dict[str, DefaultRole]:
    """Return the default roles by name."""
    text = importlib.resources.files("hubbub.plugins.roles").joinpath("defaults.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, DefaultRole])
