"""What well-known identity providers send, with the settings that docs/admin/saml.md gives for them."""

import base64
import json
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from lxml import etree

from hubbub.core.config import Config
from hubbub.core.config.decode import decode
from hubbub.plugins.auth_saml import assertion, metadata, request
from hubbub.plugins.auth_saml.identity import identity_of, user_name
from hubbub.plugins.auth_saml.parties import Parties
from hubbub.tests.meta.tree import ROOT
from hubbub.tests.plugins.auth_saml import forging
from hubbub.tests.plugins.auth_saml.forging import NAMES
from hubbub.tests.plugins.auth_saml.idp import Idp, pair

_CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_MICROSOFT: Final = "http://schemas.microsoft.com"
PAGE: Final = (ROOT / "docs/admin/saml.md").read_text()

SHAPES: Final[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "Active Directory Federation Services": (
        {
            "objectGUID": "AAAAEjRWeJCrze8=",
            f"{_CLAIMS}/emailaddress": "Anna.Berg@example.com",
            f"{_CLAIMS}/name": "EXAMPLE\\aberg",
            f"{_CLAIMS}/givenname": "Anna",
            f"{_CLAIMS}/surname": "Berg",
            f"{_MICROSOFT}/ws/2008/06/identity/claims/role": ["Domain Users", "chat-admins"],
        },
        {"encrypt_assertion": True},
    ),
    "Okta": (
        {
            "id": "00u1a2b3c4",
            "email": "anna.berg@example.com",
            "login": "anna.berg@example.com",
            "firstName": "Anna",
            "lastName": "Berg",
            "groups": ["Everyone"],
        },
        {"sign_response": True},
    ),
    "Entra ID": (
        {
            f"{_MICROSOFT}/identity/claims/objectidentifier": "5c0e3f2a-9b1d-4e57-8a6c-1f2e3d4c5b6a",
            f"{_CLAIMS}/emailaddress": "anna.berg@example.com",
            f"{_CLAIMS}/name": "anna.berg@example.onmicrosoft.com",
            f"{_CLAIMS}/givenname": "Anna",
            f"{_CLAIMS}/surname": "Berg",
        },
        {},
    ),
    "Keycloak": (
        {
            "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "email": "anna.berg@example.com",
            "username": "anna.berg",
            "firstName": "Anna",
            "lastName": "Berg",
            "Role": ["offline_access"],
        },
        {"sign_response": True, "sign_assertion": False, "encrypt_assertion": True},
    ),
    "OneLogin": (
        {
            "User.id": "31415926",
            "User.email": "anna.berg@example.com",
            "User.FirstName": "Anna",
            "User.LastName": "Berg",
            "memberOf": ["Partners"],
        },
        {"sign_response": True, "sign_assertion": False},
    ),
}
"""Heading of the page → attributes, and what is signed or encrypted."""
IS: Final = {
    "Active Directory Federation Services": {"username": "aberg", "is_admin": True, "is_guest": None},
    "Okta": {"username": "anna.berg", "is_admin": None, "is_guest": False},
    "Entra ID": {"username": "anna.berg", "is_admin": None, "is_guest": None},
    "Keycloak": {"username": "anna.berg", "is_admin": False, "is_guest": None},
    "OneLogin": {"username": "anna.berg", "is_admin": None, "is_guest": True},
}


def documented(heading: str) -> Config:
    """Return the configuration below a heading of the page."""
    found = re.search(rf"^## {re.escape(heading)}$.*?```json\n(.*?)```", PAGE, re.S | re.M)
    assert found is not None, f"docs/admin/saml.md has no example for {heading}"
    decoded = decode(json.loads(found[1]), {})
    assert [str(problem) for problem in decoded.problems if "SamlSettings" in str(problem)] == []
    return decoded.config


def parties_of(settings: Any) -> Parties:
    """Return both parties as the settings say, with keys of this run."""
    own = settings.Encrypt or settings.SignRequest
    return Parties(
        entity_id=settings.ServiceProviderIdentifier,
        acs_url=settings.AssertionConsumerServiceURL,
        idp_entity_id=settings.IdpDescriptorURL,
        idp_url=settings.IdpURL,
        idp_certificates=(pair("idp").certificate,),
        certificate=pair("site").certificate if own else "",
        private_key=pair("site").key if own else "",
        sign_requests=settings.SignRequest,
        decrypts=settings.Encrypt,
    )


def provider(folder: Path, parties: Parties) -> Idp:
    """Return the identity provider of the settings."""
    known = metadata.own_metadata(parties).decode()
    return Idp(folder, known, pair("idp"), entity_id=parties.idp_entity_id, url=parties.idp_url)


@pytest.mark.parametrize("heading", SHAPES)
def test_the_documented_settings_fit_what_comes(heading: str, tmp_path: Path) -> None:
    attributes, how = SHAPES[heading]
    settings = documented(heading).SamlSettings
    parties = parties_of(settings)
    idp = provider(tmp_path, parties)
    made = request.make(parties)
    asked = parse_qs(urlsplit(request.address(made, "state", parties)).query)["SAMLRequest"][0]
    xml = idp.respond(asked, attributes, **how)
    accepted = assertion.accept(base64.b64encode(xml).decode(), parties, made.id)
    identity = identity_of(accepted.assertion, settings)
    found = {name: getattr(identity, name) for name in IS[heading]}
    assert found == IS[heading]
    assert identity.subject == next(iter(attributes.values()))
    assert (identity.email, identity.first_name, identity.last_name) == ("anna.berg@example.com", "Anna", "Berg")


def test_every_example_of_the_page_is_tried() -> None:
    with_ldap = documented("Together with LDAP")
    assert with_ldap.SamlSettings.EnableSyncWithLdap
    assert with_ldap.LdapSettings.EnableSync
    assert len(re.findall(r"^```json$", PAGE, re.M)) == len(SHAPES) + 1


def test_an_attribute_that_comes_several_times_has_all_values(tmp_path: Path) -> None:
    """As Keycloak sends roles."""
    settings = documented("Keycloak").SamlSettings
    parties = parties_of(settings)
    idp = provider(tmp_path, parties)
    made = request.make(parties)
    asked = parse_qs(urlsplit(request.address(made, "state", parties)).query)["SAMLRequest"][0]

    def once_more(root: Any) -> None:
        statement = root.find(".//a:AttributeStatement", NAMES)
        attribute = etree.SubElement(statement, f"{{{forging.A}}}Attribute", Name="Role")
        etree.SubElement(attribute, f"{{{forging.A}}}AttributeValue").text = "chat-admin"

    xml = forging.resigned(idp.respond(asked, SHAPES["Keycloak"][0]), once_more, pair("idp"))
    accepted = assertion.accept(base64.b64encode(xml).decode(), parties, made.id)
    assert accepted.assertion.attributes["Role"] == ["offline_access", "chat-admin"]
    assert identity_of(accepted.assertion, settings).is_admin is True


def test_a_subject_that_no_column_holds_is_none() -> None:
    given = assertion.SamlAssertion(id="x", attributes={"id": ["ü" * 65]})
    settings = msgspec.structs.replace(documented("Okta").SamlSettings)
    assert identity_of(given, settings).subject == ""


@pytest.mark.parametrize(
    ("given", "name"),
    [("Anna", "anna"), ("a@b.example", "a"), ("CORP\\anna", "anna"), (" Müller ", "m-ller"), ("@@", ""), ("", "")],
)
def test_user_names(given: str, name: str) -> None:
    assert user_name(given) == name
