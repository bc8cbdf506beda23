"""Slash commands and outgoing webhooks to an audience carry a token of its connection; others never do."""

from typing import Any

import pytest

from hubbub.plugins.outgoing_oauth_connections import tokens
from hubbub.plugins.outgoing_oauth_connections.addresses import best, covers
from hubbub.plugins.outgoing_oauth_connections.records import Connection
from hubbub.tests.plugins.outgoing_oauth_connections.conftest import CONNECTIONS


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_command_carries_a_token_that_is_fetched_once(site: Any) -> None:
    site.connection()
    site.command()
    assert [site.run().status for _ in range(3)] == [200, 200, 200]
    (token,) = site.oauth.tokens
    assert site.sent() == [f"Bearer {token}"] * 3


@pytest.mark.engines("sqlite")
def test_the_password_grant_and_secrets_in_the_body_work_too(site: Any) -> None:
    site.oauth.by_header = False
    site.connection(grant_type="password", credentials_username="robot", credentials_password="pass word")
    site.command(method="G")
    assert site.run().status == 200
    assert site.oauth.grants == ["password"]
    assert site.sent() == [f"Bearer {site.oauth.tokens[0]}"]


@pytest.mark.engines("sqlite")
def test_an_outgoing_webhook_carries_it(site: Any) -> None:
    site.connection()
    hook = {
        "team_id": site.talk.team,
        "channel_id": site.talk.channel,
        "display_name": "robots",
        "trigger_words": [],
        "callback_urls": [f"{site.integration.url}/deeper"],
    }
    site.alice.post("/hooks/outgoing", hook, expect=201)
    site.talk.say(site.bob, "tell the robots")
    site.server.settle()
    assert site.server.plugin("webhooks").deliveries.drain(10)
    assert site.sent() == [f"Bearer {site.oauth.tokens[0]}"]


@pytest.mark.engines("sqlite")
def test_other_addresses_get_no_token(site: Any) -> None:
    site.connection(audiences=["http://example.com/"])
    site.command()
    assert site.run().status == 200
    assert site.oauth.asked == 0
    assert not site.sent()[0].startswith("Bearer")


@pytest.mark.engines("sqlite")
def test_with_the_setting_off_nothing_is_sent(site: Any) -> None:
    site.connection()
    site.command()
    site.server.configure(ServiceSettings={"EnableOutgoingOAuthConnections": False})
    assert site.run().status == 200
    assert site.oauth.asked == 0


@pytest.mark.engines("sqlite")
def test_a_token_is_renewed_before_its_end_and_when_it_is_refused(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site.connection()
    site.command()
    site.oauth.expires_in = 0
    assert [site.run().status for _ in range(2)] == [200, 200]
    assert len(site.oauth.tokens) == 2, "the first was good for no time at all"
    site.oauth.expires_in = 3_600
    site.run()
    site.integration.status = 401
    assert site.run().status != 200
    assert site.sent()[-2:] == [f"Bearer {token}" for token in site.oauth.tokens[-2:]], "once more with a new one"
    assert len(site.oauth.tokens) == 4


@pytest.mark.engines("sqlite")
def test_a_changed_connection_gets_a_new_token(site: Any) -> None:
    made = site.connection()
    site.command()
    site.run()
    site.alice.put(f"{CONNECTIONS}/{made['id']}", {"name": "Bots"}, expect=200)
    site.run()
    assert len(site.oauth.tokens) == 2
    site.alice.delete(f"{CONNECTIONS}/{made['id']}", expect=200)
    site.run()
    assert not site.sent()[-1].startswith("Bearer")


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, b"<html>"), "without a token"),
        ((200, b'{"access_token": ""}'), "without a token"),
        ((200, b'{"access_token": "x", "token_type": "mac"}'), "aren't bearer tokens"),
        ((200, b'{"access_token": "a\\r\\nX: y", "token_type": "bearer"}'), "can't be sent"),
        ((400, b'{"error": "invalid_scope"}'), "invalid_scope"),
        ((503, b""), "503"),
        ((302, b""), "302"),
    ],
)
def test_without_a_token_nothing_is_asked_and_the_caller_is_told(site: Any, answer: Any, said: str) -> None:
    site.connection()
    site.command()
    site.oauth.answer = answer
    ran = site.run()
    assert ran.status >= 400
    assert said in ran.json["message"]
    assert site.integration.asked == []


@pytest.mark.engines("sqlite")
def test_a_mattermost_servers_connections_go_on(site: Any) -> None:
    row = ("a" * 26, "Old", site.alice.id, 1, 1, "hubbub", "s3cret/+ &=ä", None, None)
    rest = (f"{site.oauth.url}/token", "client_credentials", f'["{site.integration.url}"]')
    names = "id name creatorid createat updateat clientid clientsecret credentialsusername credentialspassword"
    columns = (*names.split(), "oauthtokenurl", "granttype", "audiences")
    site.server.app.db.insert_many("outgoingoauthconnections", columns, [(*row, *rest)])
    site.command()
    assert site.run().status == 200
    assert site.sent() == [f"Bearer {site.oauth.tokens[0]}"]


@pytest.mark.parametrize(
    ("audience", "url", "expected"),
    [
        ("https://example.com", "https://example.com/a/b?c=d", True),
        ("https://example.com/", "https://EXAMPLE.com:443", True),
        ("https://example.com/a", "https://example.com/a", True),
        ("https://example.com/a/", "https://example.com/a", True),
        ("https://example.com/a", "https://example.com/a/b", True),
        ("https://example.com/a", "https://example.com/ab", False),
        ("https://example.com/a*", "https://example.com/ab", True),
        ("https://example.com/a/*", "https://example.com/b", False),
        ("https://example.com/a", "https://example.com/a/../b", False),
        ("https://example.com/a", "https://example.com/a/%2e%2E/b", False),
        ("https://example.com", "http://example.com", False),
        ("https://example.com", "https://example.com:8443", False),
        ("https://example.com", "https://example.com.evil.org/", False),
        ("https://example.com", "https://example.com@evil.org/", False),
        ("https://example.com", "https://evil.org\\@example.com/", False),
        ("https://example.com", "https://evil.org/https://example.com", False),
        ("https://*.example.com", "https://a.example.com", False),
    ],
)
def test_which_addresses_are_an_audiences(audience: str, url: str, expected: bool) -> None:
    assert covers(audience, url) is expected


def test_the_audience_that_says_most_counts() -> None:
    wide, narrow = Connection(audiences=["https://e.com"]), Connection(audiences=["https://e.com/x", "https://f.com"])
    assert best([narrow, wide], "https://e.com/x/y") is narrow
    assert best([narrow, wide], "https://e.com/z") is wide
    assert best([narrow], "https://e.com/z") is None


@pytest.mark.parametrize(
    ("expires_in", "used"),
    [(3_600, 3_570), (40, 20), (0, 0), (-5, 0), (None, 570), ("60", 30), ("x", 570), (1e400, 570)],
)
def test_how_long_a_token_is_used(expires_in: Any, used: int) -> None:
    assert tokens._used_for(expires_in) == used
