"""Settings of the LDAP plugin beside the section LdapSettings."""

from typing import Annotated

import msgspec

from hubbub.core.config.setting import Section, Setting


class LdapExtras(Section, frozen=True):
    """`PluginSettings.Plugins["auth_ldap"]`."""

    CertificateAuthorityFile: Annotated[
        str, Setting("File (PEM) with the authorities that vouch for the directory; empty: those of the system")
    ] = ""
    LinkByEmail: Annotated[
        bool,
        Setting("At the first sign-in, take over the local account with the same, confirmed e-mail address"),
    ] = False
    Connections: Annotated[
        int, msgspec.Meta(ge=1, le=100), Setting("Most connections of one worker to the directory")
    ] = 8
