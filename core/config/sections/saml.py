"""Signing in through a SAML 2.0 identity provider."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class SamlSettings(Section, frozen=True):
    """The SAML identity provider."""

    Enable: Annotated[bool, Setting("Let people sign in with SAML")] = False
    EnableSyncWithLdap: Annotated[bool, Setting("Accounts follow the directory of LdapSettings")] = False
    EnableSyncWithLdapIncludeAuth: Annotated[bool, Setting("They are known by the id that they have there")] = False
    IgnoreGuestsLdapSync: Annotated[bool, Setting("But for guests")] = False
    Verify: Annotated[bool, Setting("Signatures are always checked, whatever this says")] = True
    Encrypt: Annotated[bool, Setting("Decrypt assertions; the metadata say how to encrypt them")] = True
    SignRequest: Annotated[bool, Setting("Sign requests to the identity provider")] = False
    IdpURL: Annotated[str, Setting("Address that people are sent to")] = ""
    IdpDescriptorURL: Annotated[str, Setting("Name (entity id) of the identity provider")] = ""
    IdpMetadataURL: Annotated[str, Setting("Address of its metadata")] = ""
    ServiceProviderIdentifier: Annotated[str, Setting("Name (entity id) of this site at the identity provider")] = ""
    AssertionConsumerServiceURL: Annotated[
        str, Setting("Address that assertions are sent to: SiteURL + /login/sso/saml")
    ] = ""
    SignatureAlgorithm: Annotated[
        str,
        Setting(
            "RSAwithSHA1, RSAwithSHA256 or RSAwithSHA512",
            choices=("RSAwithSHA1", "RSAwithSHA256", "RSAwithSHA512"),
            error="saml_signature_algorithm",
        ),
    ] = "RSAwithSHA256"
    CanonicalAlgorithm: Annotated[
        str,
        Setting(
            "Changes nothing: requests are signed as addresses",
            choices=("Canonical1.0", "Canonical1.1"),
            error="saml_canonical_algorithm",
        ),
    ] = "Canonical1.0"
    ScopingIDPProviderId: Annotated[str, Setting("Provider that a broker shall ask, by its entity id")] = ""
    ScopingIDPName: Annotated[str, Setting("Its name for people")] = ""
    IdpCertificateFile: Annotated[str, Setting("Certificate of the identity provider")] = ""
    PublicCertificateFile: Annotated[str, Setting("Certificate of this site")] = ""
    PrivateKeyFile: Annotated[str, Setting("Private key of this site")] = ""
    IdAttribute: Annotated[str, Setting("Attribute that never changes; empty: the mail address")] = ""
    GuestAttribute: Annotated[str, Setting("Attribute and value that make somebody a guest, like type=guest")] = ""
    EnableAdminAttribute: Annotated[bool, Setting("Use AdminAttribute")] = False
    AdminAttribute: Annotated[str, Setting("Attribute and value that make somebody an administrator")] = ""
    FirstNameAttribute: Annotated[str, Setting("Attribute with the first name")] = ""
    LastNameAttribute: Annotated[str, Setting("Attribute with the last name")] = ""
    EmailAttribute: Annotated[str, Setting("Attribute with the mail address")] = ""
    UsernameAttribute: Annotated[str, Setting("Attribute with the user name")] = ""
    NicknameAttribute: Annotated[str, Setting("Attribute with the nickname")] = ""
    LocaleAttribute: Annotated[str, Setting("Attribute with the language")] = ""
    PositionAttribute: Annotated[str, Setting("Attribute with the job title")] = ""
    LoginButtonText: Annotated[str, Setting("Text of the button")] = "SAML"
    LoginButtonColor: str = "#34a28b"
    LoginButtonBorderColor: str = "#2389D7"
    LoginButtonTextColor: str = "#ffffff"
