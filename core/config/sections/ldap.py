"""Signing in through an LDAP directory."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class LdapSettings(Section, frozen=True):
    """The LDAP directory."""

    Enable: Annotated[bool, Setting("Let people sign in with the directory")] = False
    EnableSync: Annotated[bool, Setting("Bring accounts up to date from the directory regularly")] = False
    LdapServer: Annotated[str, Setting("Host of the directory")] = ""
    LdapPort: Annotated[int, Setting("Port of the directory", minimum=1, maximum=65535)] = 389
    ConnectionSecurity: Annotated[
        str,
        Setting(
            "How to talk to the directory: empty, TLS or STARTTLS",
            choices=("", "TLS", "STARTTLS"),
            error="ldap_security",
        ),
    ] = ""
    BaseDN: Annotated[str, Setting("Where in the directory to look for people")] = ""
    BindUsername: Annotated[str, Setting("Account that looks things up in the directory")] = ""
    BindPassword: Annotated[str, Setting("Password of that account", secret=True)] = ""
    MaximumLoginAttempts: Annotated[
        int, Setting("Failed sign-ins before an account is locked", minimum=1, error="ldap_max_login_attempts")
    ] = 10
    UserFilter: Annotated[str, Setting("Only people who match this filter can sign in")] = ""
    GroupFilter: Annotated[str, Setting("Groups that can be linked")] = ""
    GuestFilter: Annotated[str, Setting("People who match this filter are guests")] = ""
    EnableAdminFilter: Annotated[bool, Setting("Use AdminFilter")] = False
    AdminFilter: Annotated[str, Setting("People who match this filter are system administrators")] = ""
    GroupDisplayNameAttribute: str = ""
    GroupIdAttribute: str = ""
    FirstNameAttribute: Annotated[str, Setting("Attribute with the first name")] = ""
    LastNameAttribute: Annotated[str, Setting("Attribute with the last name")] = ""
    EmailAttribute: Annotated[str, Setting("Attribute with the mail address")] = ""
    UsernameAttribute: Annotated[str, Setting("Attribute with the user name")] = ""
    NicknameAttribute: Annotated[str, Setting("Attribute with the nickname")] = ""
    IdAttribute: Annotated[str, Setting("Attribute that never changes, like objectGUID or entryUUID")] = ""
    PositionAttribute: Annotated[str, Setting("Attribute with the job title")] = ""
    LoginIdAttribute: Annotated[str, Setting("Attribute that people type to sign in")] = ""
    PictureAttribute: Annotated[str, Setting("Attribute with the picture")] = ""
    SyncIntervalMinutes: Annotated[
        int, Setting("Time between two synchronisations, in minutes", minimum=1, error="ldap_sync_interval")
    ] = 60
    ReAddRemovedMembers: bool = False
    SkipCertificateVerification: Annotated[bool, Setting("Accept the directory's certificate unchecked")] = False
    PublicCertificateFile: str = ""
    PrivateKeyFile: str = ""
    QueryTimeout: Annotated[int, Setting("Longest time a search may take, in seconds", minimum=1)] = 60
    MaxPageSize: Annotated[
        int, Setting("Entries per answer; 0 is no paging", minimum=0, error="ldap_max_page_size")
    ] = 0
    LoginFieldName: Annotated[str, Setting("Name of the field people type their directory name into")] = ""
    LoginButtonColor: str = "#0000"
    LoginButtonBorderColor: str = "#2389D7"
    LoginButtonTextColor: str = "#2389D7"
