"""Signing in through others: LDAP, SAML, OpenID Connect, guests."""

from collections.abc import Iterator
from typing import Any, Final

from hubbub.core.config.model import Config
from hubbub.core.config.problems import Problem
from hubbub.core.config.rules.formats import doubtful, has_balanced_brackets, is_url, wrong

LDAP_NEEDS: Final = {
    "LdapServer": "model.config.is_valid.ldap_server",
    "BaseDN": "model.config.is_valid.ldap_basedn",
    "EmailAttribute": "model.config.is_valid.ldap_email",
    "UsernameAttribute": "model.config.is_valid.ldap_username",
    "IdAttribute": "model.config.is_valid.ldap_id",
    "LoginIdAttribute": "model.config.is_valid.ldap_login_id",
}
LDAP_FILTERS: Final = {
    "UserFilter": "ent.ldap.validate_filter.app_error",
    "GuestFilter": "ent.ldap.validate_guest_filter.app_error",
    "AdminFilter": "ent.ldap.validate_admin_filter.app_error",
    "GroupFilter": "ent.ldap.validate_filter.app_error",
}
SAML_NEEDS: Final = {
    "IdpDescriptorURL": "saml_idp_descriptor_url",
    "IdpCertificateFile": "saml_idp_cert",
    "EmailAttribute": "saml_email_attribute",
    "UsernameAttribute": "saml_username_attribute",
    "ServiceProviderIdentifier": "saml_spidentifier_attribute",
}
DISCOVERY: Final = "DiscoveryEndpoint"
ENDPOINTS: Final = ("AuthEndpoint", "TokenEndpoint", "UserAPIEndpoint")
PROVIDERS: Final = ("GitLabSettings", "GoogleSettings", "Office365Settings", "OpenIdSettings")


def check_sign_on(config: Config) -> Iterator[Problem]:
    """Yield what is wrong with ways of signing in that are on."""
    if config.LdapSettings.Enable:
        yield from _ldap(config)
    if config.SamlSettings.Enable:
        yield from _saml(config)
    yield from _guests(config)
    for section in PROVIDERS:
        settings = getattr(config, section)
        if settings.Enable:
            yield from _provider(section, settings, config.ServiceSettings.SiteURL)


def _provider(section: str, settings: Any, site_url: str) -> Iterator[Problem]:
    """These are warnings: a server whose provider is set up wrongly still serves everybody else."""
    if not (settings.Id and settings.Secret):
        yield doubtful(f"{section}.Enable", True, "Id or Secret is empty.", "Take both from the provider.")
    if not site_url:
        remedy = "Set ServiceSettings.SiteURL to the address that people open."
        yield doubtful(f"{section}.Enable", True, "Nobody can come back from the provider without SiteURL.", remedy)
    needed = (DISCOVERY,) if settings.DiscoveryEndpoint else ENDPOINTS
    for key in needed:
        text = getattr(settings, key)
        if not is_url(text):
            remedy = f"Set it, or {DISCOVERY}, from which all others follow."
            yield doubtful(f"{section}.{key}", text, "Not an http or https address.", remedy)


def _ldap(config: Config) -> Iterator[Problem]:
    for key, error in LDAP_NEEDS.items():
        if not getattr(config.LdapSettings, key):
            yield wrong(f"LdapSettings.{key}", "", "Empty, but LDAP is on.", "Set it, or turn LDAP off.", error)
    for key, error in LDAP_FILTERS.items():
        text = getattr(config.LdapSettings, key)
        if text and not (text.startswith("(") and has_balanced_brackets(text)):
            remedy = "Write it as (attribute=value); brackets inside a value are \\28 and \\29."
            yield wrong(f"LdapSettings.{key}", text, "Not an LDAP filter.", remedy, error)


def _saml(config: Config) -> Iterator[Problem]:
    saml = config.SamlSettings
    remedy = "Set it, or turn SAML off."
    for key, error in SAML_NEEDS.items():
        if not getattr(saml, key):
            yield wrong(f"SamlSettings.{key}", "", "Empty, but SAML is on.", remedy, error)
    if not is_url(saml.IdpURL):
        yield wrong("SamlSettings.IdpURL", saml.IdpURL, "Not an http or https address.", remedy, "saml_idp_url")
    # The address only matters with encryption or checked signatures to existing servers; ours always compares it.
    if saml.Verify and not is_url(saml.AssertionConsumerServiceURL):
        key, error = "SamlSettings.AssertionConsumerServiceURL", "saml_assertion_consumer_service_url"
        text = "Write it as the site's address followed by /login/sso/saml."
        yield wrong(key, saml.AssertionConsumerServiceURL, "Not an http or https address.", text, error)
    if saml.Encrypt or saml.SignRequest:
        for key, error in (("PrivateKeyFile", "saml_private_key"), ("PublicCertificateFile", "saml_public_cert")):
            if not getattr(saml, key):
                text = "Set it, or turn Encrypt and SignRequest off."
                yield wrong(f"SamlSettings.{key}", "", "Encrypting and signing need it.", text, error)
    for key, error in (("GuestAttribute", "saml_guest_attribute"), ("AdminAttribute", "saml_admin_attribute")):
        text = getattr(saml, key)
        if text and (text.count("=") != 1 or not all(text.split("="))):
            yield wrong(f"SamlSettings.{key}", text, "Not attribute=value.", "Write it as type=guest.", error)


def _guests(config: Config) -> Iterator[Problem]:
    guests = config.GuestAccountsSettings
    if guests.EnableGuestMagicLink and guests.EnforceMultifactorAuthentication:
        name = "cannot_enforce_multifactor_authentication_when_guest_magic_link_is_enabled"
        key = "GuestAccountsSettings.EnforceMultifactorAuthentication"
        remedy = "Turn one of the two off."
        yield wrong(key, True, "Not possible with EnableGuestMagicLink.", remedy, f"guest_accounts.{name}")
