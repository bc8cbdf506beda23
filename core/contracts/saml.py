"""SAML: what an identity provider said about somebody, for plugins that are told of it."""

from collections.abc import Mapping

import msgspec


class SamlAssertion(msgspec.Struct, kw_only=True, frozen=True):
    """What a SAML identity provider said about somebody, signed and checked.

    `attributes` are by name, and by friendly name where that is another; values that aren't text are left out.
    """

    id: str
    issuer: str = ""
    name_id: str = ""
    session_index: str = ""
    attributes: Mapping[str, list[str]] = msgspec.field(default_factory=dict)
