"""The key with which this installation signs: P-256, in the table systems, in the form that Mattermost gives it.

SECURITY: it leaves this module by signatures only; no message, log line or answer has it.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.system.store import DIAGNOSTIC_ID, SystemStore

SIGNING_KEY: Final = "AsymmetricSigningKey"
CURVE: Final = "P-256"


class Installation:
    """`InstallationService`: the id, and signatures."""

    def __init__(self, context: PluginContext, store: SystemStore) -> None:
        self._context = context
        self._store = store
        self._server_id = ""
        self._key: ec.EllipticCurvePrivateKey | None = None
        self._public = ""
        self._is_broken = False

    def create_key(self) -> None:
        """Make the key at the very first start; the same one in all workers."""
        if not self._store.get(SIGNING_KEY):
            self._store.set_once(SIGNING_KEY, _encoded(ec.generate_private_key(ec.SECP256R1())))

    def server_id(self) -> str:
        """See `InstallationService.server_id`."""
        if not self._server_id:
            self._server_id = self._store.get(DIAGNOSTIC_ID)
        return self._server_id

    def sign(self, claims: Mapping[str, str]) -> str:
        """See `InstallationService.sign`."""
        key = self._private_key()
        return jwt.encode(dict(claims), key, algorithm="ES256") if key is not None else ""

    def public_key(self) -> str:
        """Return the public part as clients get it: base64 of DER (PKIX), "" when there is none."""
        if not self._public and (key := self._private_key()) is not None:
            der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            self._public = b64encode(der).decode()
        return self._public

    def _private_key(self) -> ec.EllipticCurvePrivateKey | None:
        if self._key is None and not self._is_broken and (stored := self._store.get(SIGNING_KEY)):
            try:
                self._key = _decoded(stored)
            except (ValueError, TypeError, KeyError):
                self._is_broken = True
                self._context.log.error(
                    "The row %s of the table systems holds no P-256 key that can be read: pushes go out unsigned. "
                    "Delete the row to have a new one made at the next start.",
                    SIGNING_KEY,
                )
        return self._key


def _encoded(key: ec.EllipticCurvePrivateKey) -> str:
    public = key.public_key().public_numbers()
    numbers = {"curve": CURVE, "x": public.x, "y": public.y, "d": key.private_numbers().private_value}
    return json.dumps({"ecdsa_key": numbers})


def _decoded(text: str) -> ec.EllipticCurvePrivateKey:
    """Return the key of a row. Raises `ValueError`, `TypeError` or `KeyError`, none of which names what is in it."""
    try:
        numbers: Any = json.loads(text)["ecdsa_key"]
    except json.JSONDecodeError:
        raise ValueError("not JSON") from None
    if numbers["curve"] != CURVE:
        raise ValueError("another curve")
    return ec.derive_private_key(int(numbers["d"]), ec.SECP256R1())
