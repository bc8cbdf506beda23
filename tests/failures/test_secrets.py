"""Passwords, tokens and the database's address never reach a log, whatever way they were sent."""

import json
import os
import signal
from pathlib import Path

import pytest

from hubbub.core.testing import LiveServer
from hubbub.core.testing.client import Client, HttpTransport
from hubbub.tests.failures.kit import config_for, eventually, rows
from hubbub.tests.services.databases import DatabaseSource


def sent_in_odd_ways(client: Client, secret: str) -> None:
    """Send a secret wherever a client may put one, well and badly formed."""
    for headers in (
        {"Authorization": f"Bearer {secret}"},
        {"Authorization": f"token {secret}"},
        {"Authorization": secret},
        {"Authorization": f"Basic {secret}"},
        {"Cookie": f"MMAUTHTOKEN={secret}"},
        {"Cookie": f'a=b; MMAUTHTOKEN="{secret}"; MMCSRF={secret}'},
        {"X-CSRF-Token": secret, "Cookie": "MMAUTHTOKEN=x"},
    ):
        client.get("/users/me", headers=headers)
        client.post("/posts", {"message": "x"}, headers=headers)
        client.get("/websocket", headers=headers)
    client.get("/users/me", query={"access_token": secret})
    client.get("/system/ping", query={"token": secret, "password": secret})
    client.get(f"/teams/invite/{secret}")
    client.get(f"/users/email/{secret}")
    for body in (
        {"login_id": "alice", "password": secret},
        {"login_id": "alice", "password": secret, "token": secret},
        {"login_id": secret, "password": [secret]},
        {"login_id": "alice", "password": {"a": secret}},
    ):
        client.post("/users/login", body)
    client.post("/users/login", f'{{"login_id": "alice", "password": "{secret}'.encode())
    client.post("/users", {"username": "x!", "email": "no", "password": secret})
    client.post("/users/tokens/revoke", {"token_id": secret})


@pytest.mark.engines("postgres")
def test_no_secret_is_in_any_log(database: DatabaseSource, tmp_path: Path) -> None:
    log = {"ConsoleLevel": "DEBUG", "EnableFile": True, "FileLevel": "DEBUG", "FileLocation": str(tmp_path)}
    config = config_for(
        database,
        LogSettings=log,
        HubbubSettings={"LogAccess": True},
        SqlSettings={"Trace": True},
        ServiceSettings={"EnableDeveloper": True, "EnableUserAccessTokens": True},
    )
    secrets = ["hunter2-Secret-horse", "s3cr3tt0ken9" + "z" * 14, "Odd \"quoted' $ecret; 9", "pässwörter-9-Geheim"]
    with LiveServer(config, workers=1) as server:
        alice = server.create_user("alice", password=secrets[0])
        personal = alice.post(f"/users/{alice.id}/tokens", {"description": "script"}, expect=200).json["token"]
        change = {"current_password": secrets[0], "new_password": secrets[2]}
        alice.put(f"/users/{alice.id}/password", change, expect=200)
        for secret in secrets[:2]:
            sent_in_odd_ways(Client(HttpTransport(server.host, server.port), strict=False), secret)
        quoted = Client(HttpTransport(server.host, server.port), strict=False)
        for secret in secrets[2:]:
            quoted.post("/users/login", {"login_id": "alice", "password": secret})
        socket = server.websocket()
        socket.send("authentication_challenge", token=secrets[1])
        os.kill(server.worker_pids[0], signal.SIGKILL)
        eventually(lambda: server.client().get("/system/ping").status == 200)
        password = database.data_source.split("//")[1].split("@")[0].split(":")[1]
        written = server.log + (tmp_path / "hubbub.log").read_text()
        signing = rows(database, "SELECT value FROM {systems} WHERE name = 'AsymmetricSigningKey'")[0][0]
    hidden = [*secrets, alice.token, personal, password, str(json.loads(signing)["ecdsa_key"]["d"])]
    assert "/api/v4/users/login" in written, "requests are logged at all"
    assert [secret for secret in hidden if secret in written or ascii(secret)[1:-1] in written] == []
    about = [line for line in written.splitlines() if "$pbkdf2$" in line or "$2b$" in line]
    assert about == [], "hashes of passwords are secrets, too"
