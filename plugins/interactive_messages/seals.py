"""Trigger ids (signed) and cookies of actions (sealed): what clients carry for the server and can't make up."""

import base64
import binascii
import hmac
import os
from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.interactions import BadTrigger
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.interactive_messages.store import KeyStore

NONCE_BYTES: Final = 12
_BAD: Final = "interactive_message.decode_trigger_id."


class Seals:
    """Signs and seals with the site's secret."""

    def __init__(self, context: PluginContext) -> None:
        self._config = context.config_store
        self._store = KeyStore(context.db)
        self._key: bytes = b""

    def _secret(self) -> bytes:
        if not self._key:
            text = self._store.get_or_create(base64.b64encode(os.urandom(32)).decode())
            self._key = base64.b64decode(text)
        return self._key

    # --- trigger ids ---

    def trigger(self, user_id: str) -> str:
        """Return a new trigger id: base64 of `id:user:time in ms:signature`."""
        text = f"{new_id()}:{user_id}:{now_ms()}"
        return base64.b64encode(f"{text}:{self._signature(text)}".encode()).decode()

    def user_of_trigger(self, trigger_id: str) -> str:
        """Return whose trigger id it is. Raises `BadTrigger`."""
        try:
            parts = base64.b64decode(trigger_id, validate=True).decode().split(":")
        except (binascii.Error, ValueError) as error:
            raise BadTrigger(id=f"{_BAD}base64_decode_failed") from error
        if len(parts) != 4 or not parts[2].isdigit():
            raise BadTrigger(id=f"{_BAD}missing_data")
        text, signature = ":".join(parts[:3]), parts[3]
        if not hmac.compare_digest(signature.encode(), self._signature(text).encode()):
            raise BadTrigger
        seconds = self._config.current.ServiceSettings.OutgoingIntegrationRequestsTimeout
        if now_ms() - int(parts[2]) > seconds * 1000:
            text = "The trigger_id is too old: it can be used for {seconds} seconds."
            raise BadTrigger(text, id=f"{_BAD}expired", seconds=seconds)
        return parts[1]

    def _signature(self, text: str) -> str:
        return hmac.new(self._secret(), b"trigger " + text.encode(), "sha256").hexdigest()

    # --- cookies ---

    def seal(self, value: msgspec.Struct) -> str:
        """Return a text that only this site can read or make."""
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, json.encode(value), b"cookie")).decode()

    def open(self, cookie: str, type: type[Any]) -> Any | None:
        """Return what was sealed, None for what wasn't sealed here."""
        from cryptography.exceptions import InvalidTag

        try:
            data = base64.b64decode(cookie, validate=True)
            return json.decode(self._cipher().decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], b"cookie"), type)
        except (binascii.Error, ValueError, InvalidTag, msgspec.MsgspecError):
            return None

    def _cipher(self) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._secret())
