"""The key that this installation signs with: made once, the same everywhere, and never shown."""

import json
from base64 import b64decode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key

from hubbub.core.contracts.installation import InstallationService
from hubbub.tests.plugins.system.conftest import PLUGINS

READ = "SELECT value FROM {systems} WHERE name = 'AsymmetricSigningKey'"


def public_key(server: Any) -> Any:
    """Return what clients are told."""
    return server.client().get("/config/client").json["AsymmetricSigningPublicKey"]


def test_all_servers_of_a_database_sign_with_one_key(make_server: Any, database: Any) -> None:
    first, second = (make_server(database, PLUGINS) for _ in range(2))
    token = first.app.services.get(InstallationService).sign({"ack_id": "a", "device_id": "b"})
    key = load_der_public_key(b64decode(public_key(second)))
    assert jwt.decode(token, key, algorithms=["ES256"]) == {"ack_id": "a", "device_id": "b"}
    numbers = json.loads(first.app.db.fetch_value(READ))["ecdsa_key"]
    assert (numbers["curve"], numbers["x"]) == ("P-256", key.public_numbers().x)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "row",
    ["", "nonsense 4711", "[]", '{"ecdsa_key":{"curve":"P-521","d":4711}}', '{"ecdsa_key":{"curve":"P-256","d":0}}',
     '{"ecdsa_key":{"curve":"P-256","d":"4711x"}}', '{"ecdsa_key":{"curve":"P-256"}}', '{"ecdsa_key":null}'],
)  # fmt: skip
def test_a_key_that_cannot_be_read_is_said_to_be_so_and_not_shown(
    make_server: Any, database: Any, caplog: pytest.LogCaptureFixture, row: str
) -> None:
    before = make_server(database, PLUGINS)
    before.app.db.execute("UPDATE {systems} SET value = ? WHERE name = 'AsymmetricSigningKey'", (row,))
    server = make_server(database, PLUGINS)
    if not row:  # an empty one is none
        return
    assert public_key(server) == ""
    assert server.app.services.get(InstallationService).sign({"a": "b"}) == ""
    assert "holds no P-256 key that can be read" in caplog.text
    assert "4711" not in caplog.text
