"""The site's own emoji: made from pictures, found by name, shown with posts that name them."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hubbub.plugins.emoji import names
from hubbub.plugins.emoji.images import MAX_BYTES

BOUNDARY = "frontier"


def picture(width: int = 16, height: int = 16, kind: str = "PNG", frames: int = 1) -> bytes:
    """Return a picture."""
    images = [Image.new("RGB", (width, height), (number * 90 % 256, 40, 80)) for number in range(frames)]
    out = BytesIO()
    more = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    images[0].save(out, kind, **more)
    return out.getvalue()


def form(fields: dict[str, bytes]) -> bytes:
    """Return a multipart body."""
    parts = b""
    for name, value in fields.items():
        file = '; filename="x.png"' if name == "image" else ""
        parts += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + value + b"\r\n"
        )
    return parts + f"--{BOUNDARY}--\r\n".encode()


def send(client: Any, body: bytes) -> Any:
    """Return the answer to a form."""
    return client.post("/emoji", body, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})


def make(client: Any, name: str, image: bytes | None = None, creator_id: str = "") -> Any:
    """Return the answer to a new emoji."""
    emoji = json.dumps({"name": name, "creator_id": creator_id or client.id}).encode()
    return send(client, form({"emoji": emoji, "image": picture() if image is None else image}))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Any]:
    """Return settings that keep files in the test's folder."""
    return {"FileSettings": {"Directory": str(tmp_path / "files")}}


@pytest.fixture
def site(make_talk: Any, files: dict[str, Any]) -> Any:
    """Return people in a channel of a server that keeps files."""
    return make_talk(**files)


def test_an_emoji_is_made_and_found(site: Any, tmp_path: Path) -> None:
    answer = make(site.bob, "Party_Parrot")
    assert answer.status == 200, answer
    emoji = answer.json
    assert (emoji["name"], emoji["creator_id"], emoji["delete_at"]) == ("Party_Parrot", site.bob.id, 0)
    assert emoji["create_at"] == emoji["update_at"] > 0
    assert site.carol.get(f"/emoji/{emoji['id']}").json == emoji
    assert site.carol.get("/emoji/name/Party_Parrot").json == emoji
    assert site.carol.get("/emoji").json == [emoji]
    assert site.carol.post("/emoji/names", ["Party_Parrot", "wave", "unknown"]).json == [emoji]
    assert site.carol.post("/emoji/search", {"term": "parrot"}).json == [emoji]
    assert site.carol.post("/emoji/search", {"term": "parrot", "prefix_only": True}).json == []
    assert site.carol.get("/emoji/autocomplete?name=party").json == [emoji]
    image = site.carol.get(f"/emoji/{emoji['id']}/image")
    assert (image.status, image.headers["content-type"], image.body) == (200, "image/png", picture())
    assert (tmp_path / "files" / "emoji" / emoji["id"] / "image").read_bytes() == picture()


def test_everybody_hears_of_a_new_emoji(site: Any) -> None:
    emoji = make(site.bob, "partyparrot").json
    (event,) = site.server.events("emoji_added")
    assert json.loads(event.data["emoji"]) == emoji
    broadcast = event.broadcast
    assert (broadcast.user_id, broadcast.channel_id, broadcast.team_id, broadcast.connection_id) == ("", "", "", "")


def test_a_name_is_free_again_after_its_emoji_was_deleted(site: Any, tmp_path: Path) -> None:
    emoji = make(site.bob, "partyparrot").json
    taken = make(site.carol, "partyparrot")
    assert (taken.status, taken.error) == (400, "api.emoji.create.duplicate.app_error")
    assert len(list((tmp_path / "files").rglob("image"))) == 1
    assert site.bob.delete(f"/emoji/{emoji['id']}").json == {"status": "OK"}
    for path in (f"/emoji/{emoji['id']}", f"/emoji/{emoji['id']}/image"):
        assert site.bob.get(path).error == "app.emoji.get.no_result"
    assert site.bob.get("/emoji/name/partyparrot").error == "app.emoji.get_by_name.no_result"
    assert site.bob.delete(f"/emoji/{emoji['id']}").status == 404
    assert list((tmp_path / "files").rglob("image")) == []
    assert make(site.carol, "partyparrot").status == 200
    assert site.bob.get("/emoji/name/partyparrot").json["creator_id"] == site.carol.id


def test_posts_show_the_custom_emoji_that_they_name(site: Any) -> None:
    emoji = make(site.bob, "partyparrot").json
    post = site.say(site.bob, "look :wave::partyparrot: and :partyparrot: :nothing: at 10:30:45")
    assert post["metadata"] == {"emojis": [emoji]}
    (event,) = site.server.events("posted")
    assert json.loads(event.data["post"])["metadata"] == {"emojis": [emoji]}
    assert site.carol.get(f"/posts/{post['id']}").json["metadata"] == {"emojis": [emoji]}
    site.bob.put(f"/posts/{post['id']}/patch", {"message": ":wave:"})
    assert site.carol.get(f"/posts/{post['id']}").json["metadata"] == {}


def test_a_client_can_not_say_which_emoji_there_are(site: Any) -> None:
    assert site.say(site.bob, "hello", metadata={"emojis": [{"name": "x"}]})["metadata"] == {}


def test_a_custom_emoji_on_a_post_goes_with_it_and_leaves_with_it(site: Any) -> None:
    emoji = make(site.bob, "partyparrot").json
    post, other = site.say(site.bob, ":partyparrot:"), site.say(site.bob, "hello")
    gone = site.say(site.bob, "soon deleted")
    for target in (post, other, gone):
        body = {"user_id": site.carol.id, "post_id": target["id"], "emoji_name": "partyparrot"}
        assert site.carol.post("/reactions", body).status == 200
    site.bob.delete(f"/posts/{gone['id']}")
    assert site.bob.get(f"/posts/{post['id']}").json["metadata"]["emojis"] == [emoji]
    assert site.bob.get(f"/posts/{other['id']}").json["metadata"]["emojis"] == [emoji]
    site.bob.delete(f"/emoji/{emoji['id']}")
    site.server.settle()
    shown = site.bob.get(f"/posts/{other['id']}").json
    assert (shown["metadata"], "has_reactions" in shown) == ({}, False)
    assert len(site.server.events("reaction_removed")) == 2


def test_pages_by_name_and_by_age(site: Any) -> None:
    for name in ("beta", "alpha", "gamma"):
        make(site.bob, name)

    def page(query: str) -> list[str]:
        return [emoji["name"] for emoji in site.bob.get(f"/emoji?{query}").json]

    assert page("sort=name") == ["alpha", "beta", "gamma"]
    assert page("sort=name&page=1&per_page=2") == ["gamma"]
    assert sorted(page("per_page=2") + page("per_page=2&page=1")) == ["alpha", "beta", "gamma"]
    assert site.bob.get("/emoji?sort=age").status == 400


def test_a_search_takes_wildcards_literally(site: Any) -> None:
    for name in ("a_b", "axb"):
        make(site.bob, name)
    assert [emoji["name"] for emoji in site.bob.post("/emoji/search", {"term": "a_b"}).json] == ["a_b"]
    assert site.bob.post("/emoji/search", {"term": "%"}).json == []


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "model.emoji.name.app_error"),
        ("a" * 65, "model.emoji.name.app_error"),
        ("with space", "model.emoji.name.app_error"),
        ("größe", "model.emoji.name.app_error"),
        ("wave", "model.emoji.system_emoji_name.app_error"),
        ("Wave", "model.emoji.system_emoji_name.app_error"),
        ("wave_dark_skin_tone", "model.emoji.system_emoji_name.app_error"),
    ],
)
def test_names_that_no_emoji_can_have(site: Any, name: str, error: str) -> None:
    answer = make(site.bob, name)
    assert (answer.status, answer.error) == (400, error)


@pytest.mark.engines("sqlite")
def test_the_longest_name(site: Any) -> None:
    assert make(site.bob, "a" * 64).status == 200


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("image", "status", "error"),
    [
        (b"", 400, "api.emoji.upload.image.app_error"),
        (b"<svg/>", 400, "api.emoji.upload.image.app_error"),
        (picture()[:40], 400, "api.emoji.upload.image.app_error"),
        (picture(kind="BMP"), 400, "api.emoji.upload.image.app_error"),
        (picture(1029, 1), 400, "api.emoji.upload.large_image.too_large.app_error"),
        (picture(1, 1029), 400, "api.emoji.upload.large_image.too_large.app_error"),
        (picture() + b"x" * MAX_BYTES, 413, "api.emoji.create.too_large.app_error"),
    ],
)
def test_pictures_that_are_refused(site: Any, tmp_path: Path, image: bytes, status: int, error: str) -> None:
    answer = make(site.bob, "partyparrot", image)
    assert (answer.status, answer.error) == (status, error)
    assert site.bob.get("/emoji").json == []
    assert list((tmp_path / "files").rglob("image")) == []


@pytest.mark.engines("sqlite")
def test_large_pictures_are_kept_small_and_animations_as_they_are(site: Any) -> None:
    wide = make(site.bob, "wide", picture(1028, 514, "JPEG")).json
    kept = site.bob.get(f"/emoji/{wide['id']}/image")
    assert kept.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(kept.body)).size == (128, 64)
    dancing = picture(200, 200, "GIF", frames=3)
    gif = make(site.bob, "dancing", dancing).json
    kept = site.bob.get(f"/emoji/{gif['id']}/image")
    assert (kept.headers["content-type"], kept.body) == ("image/gif", dancing)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        form({"emoji": b"{}"}),
        form({"image": picture()}),
        form({"emoji": b"nonsense", "image": picture()}),
        form({"emoji": b'{"name": 1}', "image": picture()}),
        form({"emoji": b"{}", "image": picture()})[:-40],
    ],
)
def test_forms_that_are_not_understood(site: Any, body: bytes) -> None:
    answer = send(site.bob, body)
    assert (answer.status, answer.error) == (400, "api.emoji.create.parse.app_error")
    assert site.bob.post("/emoji", {"name": "x"}).status == 400


@pytest.mark.engines("sqlite")
def test_who_may_make_and_delete_emoji(site: Any) -> None:
    other = make(site.bob, "partyparrot", creator_id=site.carol.id)
    assert (other.status, other.error) == (403, "api.emoji.create.other_user.app_error")
    emoji = make(site.bob, "partyparrot").json
    assert site.carol.delete(f"/emoji/{emoji['id']}").status == 403
    assert site.alice.delete(f"/emoji/{emoji['id']}").status == 200
    mine = make(site.bob, "mine").json
    role = site.alice.get("/roles/name/system_user").json
    kept = [name for name in role["permissions"] if name not in ("create_emojis", "delete_emojis")]
    site.alice.put(f"/roles/{role['id']}/patch", {"permissions": kept})
    assert make(site.bob, "another").status == 403
    assert site.bob.delete(f"/emoji/{mine['id']}").status == 403
    team_role = site.alice.get("/roles/name/team_user").json
    site.alice.put(f"/roles/{team_role['id']}/patch", {"permissions": [*team_role["permissions"], "create_emojis"]})
    assert make(site.bob, "another").status == 200
    assert make(site.eve, "outsider").status == 403


@pytest.mark.engines("sqlite")
def test_custom_emoji_can_be_turned_off(make_talk: Any, files: dict[str, Any]) -> None:
    site = make_talk(**files)
    emoji = make(site.bob, "partyparrot").json
    off = make_talk(**files, ServiceSettings={"EnableCustomEmoji": False})
    answers = [
        make(off.bob, "another"),
        off.bob.get("/emoji"),
        off.bob.get(f"/emoji/{emoji['id']}"),
        off.bob.get(f"/emoji/{emoji['id']}/image"),
        off.bob.get("/emoji/name/partyparrot"),
        off.bob.post("/emoji/names", ["partyparrot"]),
        off.bob.post("/emoji/search", {"term": "p"}),
        off.bob.get("/emoji/autocomplete?name=p"),
    ]
    assert {(answer.status, answer.error) for answer in answers} == {(501, "api.emoji.disabled.app_error")}
    post = off.say(off.bob, ":partyparrot:")
    assert post["metadata"] == {}
    reaction = off.bob.post("/reactions", {"user_id": off.bob.id, "post_id": post["id"], "emoji_name": "partyparrot"})
    assert (reaction.status, reaction.error) == (403, "api.emoji.disabled.app_error")


@pytest.mark.engines("sqlite")
def test_pictures_need_a_file_store(make_talk: Any) -> None:
    site = make_talk(FileSettings={"DriverName": "amazons3"})
    answer = make(site.bob, "partyparrot")
    assert (answer.status, answer.error) == (501, "api.file.no_driver.app_error")


@pytest.mark.engines("sqlite")
def test_limits_of_one_call(site: Any) -> None:
    assert site.bob.post("/emoji/names", ["x"] * 200).json == []
    assert site.bob.post("/emoji/names", ["x"] * 201).error == "api.emoji.get_multiple_by_name_too_many.request_error"
    assert site.bob.post("/emoji/search", {"term": ""}).status == 400
    assert site.bob.get("/emoji/autocomplete").status == 400
    assert site.bob.get("/emoji/nonsense").status == 400


def test_system_names() -> None:
    assert len(names.SYSTEM) > 1900
    assert all(names.is_valid(name) for name in names.SYSTEM)
    for name in ("+1", "heart", "flag-de", "wave_medium_light_skin_tone", "people_holding_hands"):
        assert names.is_system(name)
    assert names.is_system("people_holding_hands_light_skin_tone_dark_skin_tone")
    for name in ("", "partyparrot", "partyparrot_dark_skin_tone", "_dark_skin_tone", "wave_blue_skin_tone"):
        assert not names.is_system(name)


def test_names_between_colons() -> None:
    assert list(names.custom_in(":a_1::zz: c :wave: http://x:80/ :d :e f: :yy:")) == ["a_1", "zz", "yy"]
    assert list(names.custom_in("no colons, or one: nothing")) == []
