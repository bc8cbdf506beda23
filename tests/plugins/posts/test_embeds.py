"""What is shown below a text: attachments, and the post that it links to, for those who may read that one."""

import json
from typing import Any

import pytest

from hubbub.plugins.posts import embeds

SITE = "https://chat.example.com"


@pytest.fixture
def site(make_talk: Any) -> Any:
    """Return people in a channel of a server that knows its address."""
    return make_talk(ServiceSettings={"SiteURL": SITE}, GuestAccountsSettings={"Enable": True})


def link(post: dict[str, Any], team: str = "crew") -> str:
    """Return the address of a post."""
    return f"{SITE}/{team}/pl/{post['id']}"


def post_in(client: Any, channel: str, message: str, **fields: Any) -> dict[str, Any]:
    """Return a new post."""
    answer = client.post("/posts", {"channel_id": channel, "message": message, **fields})
    assert answer.status == 201, answer
    return dict(answer.json)


def preview(post: dict[str, Any]) -> str | None:
    """Return the text of the post whose preview is shown, None without one."""
    shown = post["metadata"].get("embeds", [])
    assert [embed["type"] for embed in shown] in ([], ["permalink"])
    return shown[0]["data"]["post"]["message"] if shown else None


def sent(talk: Any, name: str) -> tuple[str | None, dict[str, str | None]]:
    """Return what the last event of a name shows to everybody, and what it shows to some instead."""
    event = talk.server.events(name)[-1]
    own = {
        user_id: preview(json.loads(data["post"])) for user_id, data in (event.per_user or {}).items() if "post" in data
    }
    return preview(json.loads(event.data["post"])), own


def test_a_link_to_a_post_shows_it(site: Any) -> None:
    first = site.say(site.alice, "look at this")
    post = site.say(site.bob, f"see {link(first)}, please")
    (embed,) = post["metadata"]["embeds"]
    data = embed["data"]
    assert (data["post_id"], data["channel_id"], data["channel_type"]) == (first["id"], site.channel, "O")
    assert (data["team_name"], data["channel_display_name"]) == ("crew", "Talk")
    assert data["post"]["message"] == "look at this"
    assert post["props"] == {"previewed_post": first["id"]}
    assert sent(site, "posted") == ("look at this", {})
    read = site.carol.get
    assert preview(read(f"/posts/{post['id']}").json) == "look at this"
    assert preview(read(f"/channels/{site.channel}/posts").json["posts"][post["id"]]) == "look at this"
    assert preview(read(f"/channels/{site.channel}/posts?collapsedThreads=true").json["posts"][post["id"]])
    assert preview(read(f"/posts/{post['id']}/thread").json["posts"][post["id"]]) == "look at this"
    assert preview(site.carol.post("/posts/ids", [post["id"]]).json[0]) == "look at this"


def test_only_who_may_read_a_post_sees_its_preview(site: Any) -> None:
    secret = site.make_channel("secret", site.bob, type="P")
    hidden = post_in(site.alice, secret, "between us @carol")
    post = site.say(site.bob, f"{link(hidden)} @carol")
    assert preview(post) == "between us @carol"
    shared, own = sent(site, "posted")
    assert shared is None
    assert own == {site.alice.id: "between us @carol", site.bob.id: "between us @carol"}
    assert "between us" not in str(site.server.events("posted")[-1].per_user[site.carol.id])
    for _ in range(2):  # what one reader sees is kept for nobody else
        pages = {
            client.id: client.get(f"/channels/{site.channel}/posts").json["posts"][post["id"]]
            for client in (site.bob, site.carol)
        }
        assert preview(pages[site.bob.id]) == "between us @carol"
        assert preview(pages[site.carol.id]) is None
    for path in (f"/posts/{post['id']}", f"/posts/{post['id']}/thread"):
        assert "between us" not in site.carol.get(path).body.decode()
    site.alice.delete(f"/channels/{secret}/members/{site.bob.id}")
    assert preview(site.bob.get(f"/posts/{post['id']}").json) is None


@pytest.mark.engines("sqlite")
def test_a_public_channels_post_is_for_the_team_but_not_for_guests(site: Any) -> None:
    other = site.make_channel("other")
    linked = post_in(site.alice, other, "open to all")
    guest = site.make_guest("gus", site.channel)
    post = site.say(site.alice, link(linked))
    _, own = sent(site, "posted")
    assert set(own) == {site.alice.id, site.bob.id, site.carol.id}
    assert preview(site.bob.get(f"/posts/{post['id']}").json) == "open to all"
    assert preview(guest.get(f"/posts/{post['id']}").json) is None


@pytest.mark.engines("sqlite")
def test_events_of_large_channels_carry_no_preview_of_other_channels(site: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(embeds, "MAX_RECEIVERS", 2)
    linked = post_in(site.alice, site.make_channel("other"), "elsewhere")
    post = site.say(site.bob, link(linked))
    assert sent(site, "posted") == (None, {})
    assert preview(site.carol.get(f"/posts/{post['id']}").json) == "elsewhere"


def test_an_edit_changes_the_preview(site: Any) -> None:
    first, second = site.say(site.alice, "one"), site.say(site.alice, "two")
    post = site.say(site.bob, link(first))
    edited = site.bob.put(f"/posts/{post['id']}/patch", {"message": link(second)}).json
    assert preview(edited) == "two"
    assert sent(site, "post_edited") == ("two", {})
    gone = site.bob.put(f"/posts/{post['id']}/patch", {"message": "nothing"}).json
    assert (gone["metadata"], gone["props"]) == ({}, {})


def test_a_preview_follows_the_post_it_shows(site: Any) -> None:
    first = site.say(site.alice, "one")
    post = site.say(site.bob, link(first))
    site.alice.put(f"/posts/{first['id']}/patch", {"message": "changed"})
    assert preview(site.carol.get(f"/posts/{post['id']}").json) == "changed"
    site.alice.delete(f"/posts/{first['id']}")
    assert preview(site.carol.get(f"/posts/{post['id']}").json) is None


@pytest.mark.engines("sqlite")
def test_a_client_can_not_say_what_is_previewed(site: Any) -> None:
    secret = post_in(site.alice, site.make_channel("secret", type="P"), "secret")
    forged = {"previewed_post": secret["id"]}
    post = site.say(site.bob, "hello", props=forged)
    assert (post["props"], post["metadata"]) == ({}, {})
    edited = site.bob.put(f"/posts/{post['id']}/patch", {"props": forged}).json
    assert (edited["props"], edited["metadata"]) == ({}, {})


@pytest.mark.engines("sqlite")
def test_what_is_no_link_to_a_post(site: Any) -> None:
    first = site.say(site.alice, "one")
    for text in (
        f"`{link(first)}`",
        link(first).replace(SITE, "https://elsewhere.example.com"),
        link(first) + "abc",
        link({"id": "z" * 26}),
        f"{SITE}/crew/pl/",
    ):
        assert site.say(site.bob, text)["metadata"] == {}, text
    assert preview(site.say(site.bob, link(first, "_redirect"))) == "one"


@pytest.mark.engines("sqlite")
def test_previews_can_be_turned_off(make_talk: Any) -> None:
    talk = make_talk(ServiceSettings={"SiteURL": SITE, "EnablePermalinkPreviews": False})
    assert talk.say(talk.bob, link(talk.say(talk.alice, "one")))["metadata"] == {}


@pytest.mark.engines("sqlite")
def test_a_preview_shows_no_preview_of_its_own(site: Any) -> None:
    first = site.say(site.alice, "one")
    second = site.say(site.alice, link(first))
    third = site.say(site.bob, link(second))
    (embed,) = third["metadata"]["embeds"]
    assert embed["data"]["post_id"] == second["id"]
    assert embed["data"]["post"]["metadata"] == {}


def test_attachments_are_an_embed(talk: Any) -> None:
    post = talk.say(talk.bob, "x", props={"attachments": [{"text": "hello"}]})
    assert post["metadata"] == {"embeds": [{"type": "message_attachment"}]}
    (event,) = talk.server.events("posted")
    assert json.loads(event.data["post"])["metadata"] == post["metadata"]
    assert talk.carol.get(f"/posts/{post['id']}").json["metadata"] == post["metadata"]
    page = talk.carol.get(f"/channels/{talk.channel}/posts").json
    assert page["posts"][post["id"]]["metadata"] == post["metadata"]
    plain = talk.bob.put(f"/posts/{post['id']}/patch", {"props": {"attachments": []}}).json
    assert plain["metadata"] == {}
