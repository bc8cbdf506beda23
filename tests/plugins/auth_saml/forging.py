"""Answers that somebody has tampered with: each takes a real one (XML) and returns what an attacker would send."""

import copy
from collections.abc import Callable
from typing import Any, Final

import xmlsec
from lxml import etree

from hubbub.tests.plugins.auth_saml.idp import Pair

P: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
A: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
NAMES: Final = {"p": P, "a": A, "ds": DS, "xenc": XENC}
Change = Callable[[Any], Any]


def changed(xml: bytes, change: Change) -> bytes:
    """Return a document after `change(root)`, which may return another root."""
    root = etree.fromstring(xml)
    other = change(root)
    return bytes(etree.tostring(root if other is None else other))


def resigned(xml: bytes, change: Change, keys: Pair) -> bytes:
    """Return a document changed before its assertion was signed: what a careless provider would send."""
    root = etree.fromstring(xml)
    for signature in root.findall(".//ds:Signature", NAMES):
        signature.getparent().remove(signature)
    change(root)
    assertion = root.find("a:Assertion", NAMES)
    signature = xmlsec.template.create(assertion, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256)
    assertion.insert(1, signature)
    target = f"#{assertion.get('ID')}"
    reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256, uri=target)
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(keys.key, xmlsec.KeyFormat.PEM)
    context.sign(signature)
    return bytes(etree.tostring(root))


def assertion_of(root: Any) -> Any:
    """Return the assertion."""
    return root.find("a:Assertion", NAMES)


def evil(root: Any, *, signed: bool = False, new_id: bool = True) -> Any:
    """Return a copy of the assertion that says somebody else signed in."""
    made = copy.deepcopy(assertion_of(root))
    for value in made.iterfind(".//a:AttributeValue", NAMES):
        value.text = (value.text or "").lower().replace("wanda", "admin")
    if new_id:
        made.set("ID", "id-evil")
    signature = made.find("ds:Signature", NAMES)
    if not signed and signature is not None:
        made.remove(signature)
    return made


# --- signature wrapping, after the eight forms of Somorovsky et al., "On Breaking SAML" (2012) ---


def xsw_original_response_in_signature(root: Any) -> Any:
    """1: another response, the signed one inside its signature."""
    outer = copy.deepcopy(root)
    outer.set("ID", "id-evil")
    outer.replace(assertion_of(outer), evil(outer))
    signature = etree.SubElement(outer, f"{{{DS}}}Signature")
    signature.append(root)
    outer.insert(1, signature)
    return outer


def xsw_original_response_beside(root: Any) -> Any:
    """2: another response, the signed one a child of it."""
    outer = copy.deepcopy(root)
    outer.set("ID", "id-evil")
    outer.replace(assertion_of(outer), evil(outer))
    outer.append(root)
    return outer


def xsw_evil_before(root: Any) -> None:
    """3: another assertion before the signed one."""
    root.insert(root.index(assertion_of(root)), evil(root))


def xsw_evil_after(root: Any) -> None:
    """3, the other way round."""
    root.append(evil(root))


def xsw_evil_around(root: Any) -> None:
    """4: the signed assertion inside another."""
    original = assertion_of(root)
    outer = evil(root)
    root.replace(original, outer)
    outer.append(original)


def xsw_signature_taken_over(root: Any) -> None:
    """5: the signature in another assertion, the signed one at the end."""
    original = assertion_of(root)
    outer = evil(root, signed=True)
    root.replace(original, outer)
    original.remove(original.find("ds:Signature", NAMES))
    root.append(original)


def xsw_original_in_signature(root: Any) -> None:
    """6: the signed assertion inside the signature of another."""
    original = assertion_of(root)
    outer = evil(root, signed=True)
    root.replace(original, outer)
    original.remove(original.find("ds:Signature", NAMES))
    outer.find("ds:Signature", NAMES).append(original)


def xsw_evil_in_extensions(root: Any) -> None:
    """7: another assertion in the extensions."""
    extensions = etree.Element(f"{{{P}}}Extensions")
    extensions.append(evil(root))
    root.insert(1, extensions)


def xsw_original_in_object(root: Any) -> None:
    """8: the signed assertion in an object of the signature of another."""
    original = assertion_of(root)
    outer = evil(root, signed=True)
    root.replace(original, outer)
    original.remove(original.find("ds:Signature", NAMES))
    etree.SubElement(outer.find("ds:Signature", NAMES), f"{{{DS}}}Object").append(original)


def xsw_same_id(root: Any) -> None:
    """Two assertions of one id."""
    root.insert(root.index(assertion_of(root)), evil(root, new_id=False))


def xsw_id_in_another_spelling(root: Any) -> None:
    """Another element claims the id of the assertion in another spelling."""
    root.find("p:Status", NAMES).set("Id", assertion_of(root).get("ID"))


def xsw_assertion_of_no_namespace(root: Any) -> None:
    """An assertion that only careless readers take for one."""
    etree.SubElement(root, "Assertion").append(evil(root))


def xsw_signature_on_the_response(root: Any) -> None:
    """The assertion's signature moved to the response, the assertion changed."""
    signature = assertion_of(root).find("ds:Signature", NAMES)
    root.insert(1, signature)
    root.replace(assertion_of(root), evil(root, new_id=False))


def reference_to_the_whole(root: Any) -> None:
    """A reference without a target, which stands for the document."""
    root.find(".//ds:Reference", NAMES).set("URI", "")


def second_reference(root: Any) -> None:
    """One more reference."""
    reference = root.find(".//ds:Reference", NAMES)
    reference.addnext(copy.deepcopy(reference))


def xpath_transform(root: Any) -> None:
    """A transform that leaves out what is read."""
    transforms = root.find(".//ds:Transforms", NAMES)
    made = etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116")
    etree.SubElement(made, f"{{{DS}}}XPath").text = "not(ancestor-or-self::*[local-name()='AttributeValue'])"


def xslt_transform(root: Any) -> None:
    """A transform that is a program."""
    transforms = root.find(".//ds:Transforms", NAMES)
    etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116")


def hmac_method(root: Any) -> None:
    """A method by which the public certificate would be the secret."""
    root.find(".//ds:SignatureMethod", NAMES).set("Algorithm", f"{DS}hmac-sha1")


def unsigned(root: Any) -> None:
    """No signature at all."""
    for signature in root.findall(".//ds:Signature", NAMES):
        signature.getparent().remove(signature)


def another_name(root: Any) -> None:
    """A signed word changed."""
    next(root.iterfind(".//a:AttributeValue", NAMES)).text = "id-admin"


def comment_in_name_id(root: Any) -> None:
    """A comment, which no signature covers, in the name: some readers see only what is before it."""
    name = root.find(".//a:NameID", NAMES)
    name.text = (name.text or "")[:1]
    name.append(etree.Comment("x"))
    name[0].tail = "-1"


def comment_in_attribute(root: Any) -> None:
    """A comment in the value of an attribute."""
    value = next(root.iterfind(".//a:AttributeValue", NAMES))
    text = value.text or ""
    value.text = text[:4]
    value.append(etree.Comment(""))
    value[0].tail = text[4:]


def instruction_in_attribute(root: Any) -> None:
    """A processing instruction in the value of an attribute."""
    value = next(root.iterfind(".//a:AttributeValue", NAMES))
    value.append(etree.ProcessingInstruction("x", "y"))


WRAPPING: Final[tuple[Change, ...]] = (
    xsw_evil_before,
    xsw_evil_after,
    xsw_evil_around,
    xsw_signature_taken_over,
    xsw_original_in_signature,
    xsw_evil_in_extensions,
    xsw_original_in_object,
    xsw_same_id,
    xsw_id_in_another_spelling,
    xsw_assertion_of_no_namespace,
    xsw_signature_on_the_response,
    reference_to_the_whole,
    second_reference,
    xpath_transform,
    xslt_transform,
    hmac_method,
    unsigned,
    another_name,
    comment_in_name_id,
    comment_in_attribute,
    instruction_in_attribute,
)
OF_SIGNED_RESPONSES: Final[tuple[Change, ...]] = (
    xsw_original_response_in_signature,
    xsw_original_response_beside,
    xsw_evil_before,
    xsw_evil_in_extensions,
    another_name,
    comment_in_attribute,
)
