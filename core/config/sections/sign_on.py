"""Signing in through GitLab, Google, Microsoft or any OpenID Connect provider."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class GitLabSettings(Section, frozen=True):
    """Signing in with GitLab."""

    Enable: Annotated[bool, Setting("Let people sign in with GitLab")] = False
    Secret: Annotated[str, Setting("Secret of this site at the provider", secret=True)] = ""
    Id: Annotated[str, Setting("Name of this site at the provider")] = ""
    Scope: Annotated[str, Setting("What is asked of the provider")] = ""
    AuthEndpoint: Annotated[str, Setting("Address that people are sent to")] = ""
    TokenEndpoint: Annotated[str, Setting("Address where codes are exchanged")] = ""
    UserAPIEndpoint: Annotated[str, Setting("Address that says who signed in")] = ""
    DiscoveryEndpoint: Annotated[str, Setting("Address of the provider's OpenID configuration")] = ""
    ButtonText: Annotated[str, Setting("Text of the button")] = ""
    ButtonColor: Annotated[str, Setting("Colour of the button")] = ""
    UsePreferredUsername: Annotated[bool, Setting("Take the user name that the provider suggests")] = False


class GoogleSettings(Section, frozen=True):
    """Signing in with Google."""

    Enable: Annotated[bool, Setting("Let people sign in with Google")] = False
    Secret: Annotated[str, Setting("Secret of this site at the provider", secret=True)] = ""
    Id: Annotated[str, Setting("Name of this site at the provider")] = ""
    Scope: Annotated[str, Setting("What is asked of the provider")] = "profile email"
    AuthEndpoint: Annotated[str, Setting("Address that people are sent to")] = (
        "https://accounts.google.com/o/oauth2/v2/auth"
    )
    TokenEndpoint: Annotated[str, Setting("Address where codes are exchanged")] = (
        "https://www.googleapis.com/oauth2/v4/token"
    )
    UserAPIEndpoint: Annotated[str, Setting("Address that says who signed in")] = (
        "https://people.googleapis.com/v1/people/me?personFields=names,emailAddresses,nicknames,metadata"
    )
    DiscoveryEndpoint: Annotated[str, Setting("Address of the provider's OpenID configuration")] = ""
    ButtonText: Annotated[str, Setting("Text of the button")] = ""
    ButtonColor: Annotated[str, Setting("Colour of the button")] = ""
    UsePreferredUsername: Annotated[bool, Setting("Take the user name that the provider suggests")] = False


class Office365Settings(Section, frozen=True):
    """Signing in with Microsoft."""

    Enable: Annotated[bool, Setting("Let people sign in with Microsoft")] = False
    Secret: Annotated[str, Setting("Secret of this site at the provider", secret=True)] = ""
    Id: Annotated[str, Setting("Name of this site at the provider")] = ""
    Scope: Annotated[str, Setting("What is asked of the provider")] = "User.Read"
    AuthEndpoint: Annotated[str, Setting("Address that people are sent to")] = (
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"
    )
    TokenEndpoint: Annotated[str, Setting("Address where codes are exchanged")] = (
        "https://login.microsoftonline.com/common/oauth2/v2.0/token"
    )
    UserAPIEndpoint: Annotated[str, Setting("Address that says who signed in")] = "https://graph.microsoft.com/v1.0/me"
    DiscoveryEndpoint: Annotated[str, Setting("Address of the provider's OpenID configuration")] = ""
    DirectoryId: str = ""
    UsePreferredUsername: Annotated[bool, Setting("Take the user name that the provider suggests")] = False


class OpenIdSettings(Section, frozen=True):
    """Signing in with any OpenID Connect provider."""

    Enable: Annotated[bool, Setting("Let people sign in with OpenID Connect")] = False
    Secret: Annotated[str, Setting("Secret of this site at the provider", secret=True)] = ""
    Id: Annotated[str, Setting("Name of this site at the provider")] = ""
    Scope: Annotated[str, Setting("What is asked of the provider")] = "profile openid email"
    AuthEndpoint: Annotated[str, Setting("Address that people are sent to")] = ""
    TokenEndpoint: Annotated[str, Setting("Address where codes are exchanged")] = ""
    UserAPIEndpoint: Annotated[str, Setting("Address that says who signed in")] = ""
    DiscoveryEndpoint: Annotated[str, Setting("Address of the provider's OpenID configuration")] = ""
    ButtonText: Annotated[str, Setting("Text of the button")] = ""
    ButtonColor: Annotated[str, Setting("Colour of the button")] = "#145DBF"
    UsePreferredUsername: Annotated[bool, Setting("Take the user name that the provider suggests")] = False
