"""The shape that an answer may have, checked before anything in it is believed.

SECURITY: signature wrapping puts a second assertion, or a second meaning of an id, where a verifier looks or where a
reader looks. So there may be one answer, one assertion and one meaning of each id, signatures only where they belong,
and no comment, instruction or declaration anywhere (they split the text that is read from the text that is signed).
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any, Final

from hubbub.plugins.auth_saml import library
from hubbub.plugins.auth_saml.errors import ResponseRefused, ResponseTooLong

MAX_BYTES: Final = 2 << 20
"""Bytes that an answer may have, before and after base64."""
MAX_ELEMENTS: Final = 20_000

PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
SIGNATURES: Final = "http://www.w3.org/2000/09/xmldsig#"
NAMES: Final = {"p": PROTOCOL, "a": ASSERTION, "ds": SIGNATURES}

_IDS: Final = ("ID", "Id", "id", "AssertionID", "{http://www.w3.org/XML/1998/namespace}id")
_ENCODINGS: Final = frozenset({"UTF-8", "UTF8", "ASCII", "US-ASCII"})
_BLANKS: Final = re.compile(r"\s+")

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_ENCRYPTION: Final = "http://www.w3.org/2001/04/xmlenc#"
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
CANONICAL: Final = frozenset(
    {
        _EXCLUSIVE,
        f"{_EXCLUSIVE}WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    }
)
ENVELOPED: Final = f"{SIGNATURES}enveloped-signature"
METHODS: Final = frozenset(
    f"{_MORE}{name}" for name in "rsa-sha256 rsa-sha384 rsa-sha512 ecdsa-sha256 ecdsa-sha384 ecdsa-sha512".split()
)
DIGESTS: Final = frozenset({f"{_ENCRYPTION}sha256", f"{_MORE}sha384", f"{_ENCRYPTION}sha512"})
OLD_METHOD: Final = f"{SIGNATURES}rsa-sha1"
OLD_DIGEST: Final = f"{SIGNATURES}sha1"
OLD_KEY_TRANSPORT: Final = f"{_ENCRYPTION}rsa-1_5"


def decode(text: str) -> bytes:
    """Return the XML of a field SAMLResponse. Raises `ResponseTooLong`, `ResponseRefused`."""
    if len(text) > MAX_BYTES:
        raise ResponseTooLong(limit=MAX_BYTES)
    try:
        return base64.b64decode(_BLANKS.sub("", text), validate=True)
    except (binascii.Error, ValueError):
        raise ResponseRefused("it isn't base64") from None


def parse(xml: bytes) -> Any:
    """Return the root element of a document that has no declarations. Raises `ResponseRefused`."""
    # SECURITY: before any parser sees them; without declarations there are no entities to expand or to fetch.
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ResponseRefused("it has a document type declaration")
    etree = library.etree()
    try:
        xml.decode("utf-8")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(xml, parser)
    except (UnicodeDecodeError, ValueError, etree.XMLSyntaxError):
        raise ResponseRefused("it isn't well-formed XML in UTF-8") from None
    info = root.getroottree().docinfo
    # SECURITY: another encoding in the declaration would let two parsers read two documents out of the same bytes.
    if (info.encoding or "UTF-8").upper() not in _ENCODINGS:
        raise ResponseRefused(f"its encoding is {info.encoding}, not UTF-8")
    if info.internalDTD is not None or info.externalDTD is not None:
        raise ResponseRefused("it has a document type declaration")
    return root


def check(root: Any, *, old_algorithms: bool) -> None:
    """Check that the document is one answer with one assertion, signed in places that count. Raises `ResponseRefused`.

    `old_algorithms` lets SHA-1 pass.
    """
    if root.tag != f"{{{PROTOCOL}}}Response":
        raise ResponseRefused("it isn't a samlp:Response")
    elements = _elements(root)
    _check_ids(elements)
    wanted = {"Response": 1, "Assertion": 0, "EncryptedAssertion": 0}
    found = dict.fromkeys(wanted, 0)
    for element in elements:
        name = _local(element)
        if name in found:
            found[name] += 1
            if element is not root and (element.getparent() is not root or _space(element) != ASSERTION):
                raise ResponseRefused(f"it has a {name} where there must be none")
    if found["Response"] != 1 or found["Assertion"] + found["EncryptedAssertion"] != 1:
        raise ResponseRefused("it doesn't have exactly one assertion")
    for element in elements:
        if _local(element) == "Signature":
            _check_signature(element, root, old_algorithms=old_algorithms)
        _check_encryption(element)


def _check_encryption(element: Any) -> None:
    """Refuse what would be fetched from elsewhere, and what tells by its failures what the key of this site is."""
    name = _local(element)
    elsewhere = name == "RetrievalMethod" and not element.get("URI", "").startswith("#")
    if name in ("CipherReference", "KeyInfoReference") or elsewhere:
        raise ResponseRefused("a part of it is said to be elsewhere")
    if name == "EncryptionMethod" and element.get("Algorithm") == OLD_KEY_TRANSPORT:
        raise ResponseRefused("its key is encrypted by RSA with PKCS#1 v1.5: have the provider use OAEP")


def assertion_of(root: Any) -> Any:
    """Return the one assertion of a document that was checked and decrypted. Raises `ResponseRefused`."""
    found = root.findall("a:Assertion", NAMES)
    if len(found) != 1:
        raise ResponseRefused("it doesn't have exactly one assertion")
    return found[0]


def _elements(root: Any) -> list[Any]:
    tree = root.getroottree()
    if tree.xpath("//comment() | //processing-instruction()"):
        raise ResponseRefused("it has comments or processing instructions")
    found: list[Any] = []
    for node in root.iter():
        if not isinstance(node.tag, str):
            raise ResponseRefused("it has comments, instructions or entities")
        found.append(node)
        if len(found) > MAX_ELEMENTS:
            raise ResponseRefused(f"it has more than {MAX_ELEMENTS} elements")
    return found


def _check_ids(elements: Iterable[Any]) -> None:
    seen: set[str] = set()
    for element in elements:
        for name in _IDS:
            value = element.get(name)
            if value is None:
                continue
            if not value or value in seen:
                raise ResponseRefused("an id is empty or there twice")
            seen.add(value)


def _check_signature(signature: Any, root: Any, *, old_algorithms: bool) -> None:
    """Check that a signature is over its parent, as a whole and by a method that can be relied on."""
    parent = signature.getparent()
    owns = parent is root or (parent is not None and parent.tag == f"{{{ASSERTION}}}Assertion")
    if _space(signature) != SIGNATURES or not owns:
        raise ResponseRefused("it has a signature where there must be none")
    if len(parent.findall("ds:Signature", NAMES)) != 1:
        raise ResponseRefused("an element has two signatures")
    names = [_local(child) for child in signature]
    if sorted(names) not in (["SignatureValue", "SignedInfo"], ["KeyInfo", "SignatureValue", "SignedInfo"]):
        raise ResponseRefused("a signature has other parts than it may have")
    info = signature.find("ds:SignedInfo", NAMES)
    names = [_local(child) for child in info]
    if names != ["CanonicalizationMethod", "SignatureMethod", "Reference"]:
        raise ResponseRefused("a signature has not exactly one reference")
    canonical, method, reference = info
    _expect(canonical, CANONICAL)
    _expect(method, METHODS | ({OLD_METHOD} if old_algorithms else set()))
    if len(method):
        raise ResponseRefused("a signature's method has parameters")
    _check_reference(reference, parent, old_algorithms=old_algorithms)


def _check_reference(reference: Any, parent: Any, *, old_algorithms: bool) -> None:
    own = parent.get("ID")
    if not own or reference.get("URI") != f"#{own}":
        raise ResponseRefused("a signature is not over the element that it is in")
    transforms = reference.findall("ds:Transforms/ds:Transform", NAMES)
    # SECURITY: other transforms (XPath, XSLT) could leave out what is read, or compute for ever.
    used = [transform.get("Algorithm") for transform in transforms]
    if ENVELOPED not in used or len(used) > 2 or not set(used) <= CANONICAL | {ENVELOPED}:
        raise ResponseRefused("a signature uses transforms that it may not use")
    digests = reference.findall("ds:DigestMethod", NAMES)
    if len(digests) != 1:
        raise ResponseRefused("a signature has not exactly one digest method")
    _expect(digests[0], DIGESTS | ({OLD_DIGEST} if old_algorithms else set()))


def _expect(element: Any, allowed: frozenset[str] | set[str]) -> None:
    algorithm = element.get("Algorithm", "")
    if algorithm not in allowed:
        raise ResponseRefused(f"a signature uses {algorithm[:80]}, which is not allowed here")


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _space(element: Any) -> str:
    return str(element.tag)[1:].partition("}")[0]
