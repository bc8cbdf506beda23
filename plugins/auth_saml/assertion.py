"""From the text of an answer to an assertion that can be believed."""

import re
from typing import Any, Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.saml import SamlAssertion
from hubbub.plugins.auth_saml import document, library
from hubbub.plugins.auth_saml.document import NAMES
from hubbub.plugins.auth_saml.errors import ProviderRefused, ResponseRefused
from hubbub.plugins.auth_saml.parties import Parties

BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
SKEW_S: Final = 300
"""Seconds by which clocks may differ; python3-saml's own figure for an assertion's conditions."""
_WORD: Final = re.compile(r"[A-Za-z]{1,60}").fullmatch


class Accepted(msgspec.Struct, kw_only=True, frozen=True):
    """An assertion that has passed every check; it may be used until `expires_at` (ms), once."""

    assertion: SamlAssertion
    expires_at: int


def is_unsolicited(text: str) -> bool:
    """Say whether an answer claims to be one that nobody asked for. Nothing of it is checked otherwise."""
    root = document.parse(document.decode(text))
    return root.get("InResponseTo") is None


def accept(text: str, parties: Parties, request_id: str) -> Accepted:
    """Check an answer (base64) to a request of ours. Takes milliseconds of a thread; no database, no network.

    Raises `ResponseTooLong`, `ProviderRefused`, `ResponseRefused`.
    """
    root = document.parse(document.decode(text))
    document.check(root, old_algorithms=parties.old_algorithms)
    _check_status(root)
    response = _opened(text, root, parties)
    plain = document.parse(library.etree().tostring(response.get_xml_document()))
    if response.encrypted:
        document.check(plain, old_algorithms=parties.old_algorithms)
    try:
        response.is_valid(parties.request_data(), request_id, raise_exceptions=True)
    except Exception as error:  # the library raises whatever its libraries do; each means no
        raise ResponseRefused(str(error)[:500]) from None
    expires_at = _check_conditions(plain, parties, request_id)
    return Accepted(assertion=_read(plain, response), expires_at=expires_at)


def _check_status(root: Any) -> None:
    codes = [code.get("Value", "") for code in root.iterfind("p:Status//p:StatusCode", NAMES)]
    if codes and codes[0] != SUCCESS:
        # SECURITY: nothing here is signed for sure, so only a word of the standard is shown.
        words = [code.rpartition(":")[2] for code in codes]
        raise ProviderRefused(status=", ".join(word for word in words if _WORD(word)) or "it gave no reason")


def _opened(text: str, root: Any, parties: Parties) -> Any:
    """Return the library's answer, its assertion decrypted."""
    if root.find("a:EncryptedAssertion", NAMES) is not None and not parties.decrypts:
        raise ResponseRefused("it is encrypted, but SamlSettings.Encrypt is off")
    try:
        return library.saml("response").OneLogin_Saml2_Response(parties.settings(), "".join(text.split()))
    except Exception:
        # SECURITY: one answer for whatever goes wrong, or somebody could find the plain text by trying.
        raise ResponseRefused("it can't be decrypted with the key of this site, or not be read") from None


def _check_conditions(root: Any, parties: Parties, request_id: str) -> int:
    """Check what the library takes lightly; return until when (ms) the assertion could be used."""
    assertion = document.assertion_of(root)
    if not assertion.get("ID"):
        raise ResponseRefused("the assertion has no id")
    if root.get("Destination") not in (None, parties.acs_url):
        raise ResponseRefused(f"it was sent to {root.get('Destination')[:200]}, not to {parties.acs_url}")
    if root.get("InResponseTo") != request_id:
        raise ResponseRefused("it isn't the answer to the request of this browser (InResponseTo)")
    restrictions = assertion.findall("a:Conditions/a:AudienceRestriction", NAMES)
    for restriction in restrictions:
        if parties.entity_id not in [_text(node) for node in restriction.findall("a:Audience", NAMES)]:
            raise ResponseRefused(f"it is for another audience than {parties.entity_id}")
    if not restrictions:
        raise ResponseRefused("it names no audience")
    ends = [_confirmed_until(node, parties, request_id) for node in assertion.findall("a:Subject/*", NAMES)]
    confirmed = [end for end in ends if end]
    if not confirmed:
        raise ResponseRefused(
            f"no bearer confirmation is for {parties.acs_url} (Recipient), for this request (InResponseTo) and of now"
        )
    conditions = assertion.find("a:Conditions", NAMES).get("NotOnOrAfter")
    return max(*confirmed, _seconds(conditions) if conditions else 0, 0) * 1000 + SKEW_S * 1000


def _confirmed_until(node: Any, parties: Parties, request_id: str) -> int:
    """Return until when (s) a subject confirmation is good; 0 when it isn't one for us."""
    data = node.find("a:SubjectConfirmationData", NAMES)
    if node.get("Method") != BEARER or data is None:
        return 0
    if data.get("Recipient") != parties.acs_url or data.get("InResponseTo") != request_id:
        return 0
    now = now_ms() // 1000
    end = _seconds(data.get("NotOnOrAfter"))
    return end if end > now and _seconds(data.get("NotBefore")) <= now + SKEW_S else 0


def _read(root: Any, response: Any) -> SamlAssertion:
    assertion = document.assertion_of(root)
    statement = assertion.find("a:AuthnStatement", NAMES)
    attributes: dict[str, list[str]] = {}
    for found in (response.get_friendlyname_attributes(), response.get_attributes()):
        attributes |= {name: [value for value in values if isinstance(value, str)] for name, values in found.items()}
    return SamlAssertion(
        id=assertion.get("ID"),
        issuer=_text(assertion.find("a:Issuer", NAMES)),
        name_id=_text(assertion.find("a:Subject/a:NameID", NAMES)),
        session_index=(statement.get("SessionIndex") if statement is not None else None) or "",
        attributes=attributes,
    )


def _seconds(text: str | None) -> int:
    """Return a time of SAML in seconds, 0 for none."""
    if not text:
        return 0
    try:
        return int(library.saml("utils").OneLogin_Saml2_Utils.parse_SAML_to_time(text))
    except Exception:
        raise ResponseRefused("a time in it isn't one") from None


def _text(element: Any) -> str:
    return (element.text or "").strip() if element is not None else ""
