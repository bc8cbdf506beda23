"""from:, in:, dates and the like, as people type them."""

from datetime import UTC, datetime

import gevent
import pytest

from hubbub.tests.plugins.search.conftest import Searching

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture(scope="module")
def talk(world: Searching) -> Searching:
    """Return the world after some talk."""
    news = world.make_channel("news", world.bob)
    for author, text, channel in (
        (world.alice, "apple talk by alice", world.channel),
        (world.bob, "apple talk by bob", world.channel),
        (world.carol, "pear talk by carol", world.channel),
        (world.alice, "apple news by alice", news),
        (world.bob, "pear news by bob", news),
        (world.alice, "apple between us", world.direct),
        (world.alice, "apple for three", world.group),
    ):
        world.say(author, text, channel_id=channel)
        gevent.sleep(0.002)  # those of one millisecond come in any order
    return world


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("apple", ["apple for three", "apple between us", "apple news by alice", "apple talk by bob",
                   "apple talk by alice"]),
        ("apple in:news", ["apple news by alice"]),
        ("apple channel:news", ["apple news by alice"]),
        ("apple IN:NEWS", ["apple news by alice"]),
        ("apple in: news", ["apple news by alice"]),
        ("apple in:~news", ["apple news by alice"]),
        ("in:news", ["pear news by bob", "apple news by alice"]),
        ("apple in:news in:talk", ["apple news by alice", "apple talk by bob", "apple talk by alice"]),
        ("apple -in:news -in:talk", ["apple for three", "apple between us"]),
        ("apple in:talk -in:talk", []),
        ("apple in:nowhere", []),
        ("apple in:nowhere in:news", ["apple news by alice"]),
        ("apple -in:nowhere in:news", ["apple news by alice"]),
        ("apple in:@alice", ["apple between us"]),
        ("apple in:@alice,carol", ["apple for three"]),
        ("apple in:@carol,@alice,bob", ["apple for three"]),
        ("apple in:@nobody", []),
        ("apple in:@", []),
        ("apple in:@carol", []),
        ("from:carol", ["pear talk by carol"]),
        ("from:@Carol", ["pear talk by carol"]),
        ("from: carol", ["pear talk by carol"]),
        ("apple from:bob", ["apple talk by bob"]),
        ("pear from:bob from:carol", ["pear news by bob", "pear talk by carol"]),
        ("from:nobody", []),
        ("apple from:nobody from:bob", ["apple talk by bob"]),
        ("in:talk -from:alice -from:bob", ["pear talk by carol"]),
        ("apple -from:alice", ["apple talk by bob"]),
        ("apple -from:nobody in:news", ["apple news by alice"]),
        ("apple -news -between -three", ["apple talk by bob", "apple talk by alice"]),
        ('apple -"by alice" -between -three', ["apple talk by bob"]),
        ('"apple news"', ["apple news by alice"]),
        ('"news apple"', []),
        ('"apple news', ["apple news by alice"]),
        ("app* in:news", ["apple news by alice"]),
        ("app in:news", []),
        ("-apple in:news", ["pear news by bob"]),
        ("apple from:", []),
        ("ext:pdf", []),
        ("!!! in:news", ["pear news by bob", "apple news by alice"]),
        ("!!!", []),
        ("-", []),
        ('""', []),
        ("from:carol on:2026-13-45", []),
        ("from:carol before:yesterday", []),
        ("from:carol on:", []),
    ],
)  # fmt: skip
def test_what_bob_finds(talk: Searching, terms: str, expected: list[str]) -> None:
    assert talk.found(talk.bob, terms) == expected


@pytest.fixture(scope="module")
def calendar(world: Searching) -> Searching:
    """Return the world with a post at each end of some days (UTC)."""
    for moment in ("2020-02-28T23:59:59.999", "2020-02-29T00:00", "2020-02-29T23:59:59.999", "2020-03-01T00:00"):
        time = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)
        world.say(world.alice, f"calendar {moment[5:16]}", create_at=time)
    return world


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("on:2020-02-29", ["02-29T23:59", "02-29T00:00"]),
        ("on:2020-2-29", ["02-29T23:59", "02-29T00:00"]),
        ("before:2020-02-29", ["02-28T23:59"]),
        ("after:2020-02-29", ["03-01T00:00"]),
        ("after:2020-02-28 before:2020-03-01", ["02-29T23:59", "02-29T00:00"]),
        ("-on:2020-02-29", ["03-01T00:00", "02-28T23:59"]),
        ("-before:2020-02-29", ["03-01T00:00", "02-29T23:59", "02-29T00:00"]),
        ("-after:2020-02-29", ["02-29T23:59", "02-29T00:00", "02-28T23:59"]),
        ("-on:2020-02-28 -on:2020-03-01", ["02-29T23:59", "02-29T00:00"]),
        ("on:2020-02-29 on:2020-03-01", []),
        ("on:2019-02-28", []),
    ],
)
def test_dates(calendar: Searching, terms: str, expected: list[str]) -> None:
    assert calendar.found(calendar.bob, f"calendar {terms}") == [f"calendar {moment}" for moment in expected]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, ["02-29T23:59", "02-29T00:00"]),
        (3600, ["02-29T00:00", "02-28T23:59"]),
        (-3600, ["03-01T00:00", "02-29T23:59"]),
    ],
)
def test_days_are_those_of_the_user(calendar: Searching, offset: int, expected: list[str]) -> None:
    """An hour east of UTC the day begins an hour earlier."""
    found = calendar.found(calendar.bob, "calendar on:2020-02-29", time_zone_offset=offset)
    assert found == [f"calendar {moment}" for moment in expected]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "terms"),
        ({"terms": ""}, "terms"),
        ({"terms": None}, "terms"),
        ({"terms": 5}, "terms"),
        ({"terms": "x" * 4097}, "terms"),
        ({"terms": "x", "is_or_search": "yes"}, "is_or_search"),
        ({"terms": "x", "page": -1}, "page"),
        ({"terms": "x", "per_page": -1}, "per_page"),
        ({"terms": "x", "per_page": "many"}, "per_page"),
        ({"terms": "x", "time_zone_offset": 86_401}, "time_zone_offset"),
        ({"terms": "x", "page": 2**63}, "page"),
    ],
)
@pytest.mark.parametrize("kind", ["posts", "files"])
def test_a_wrong_field_is_named(world: Searching, kind: str, body: dict[str, object], field: str) -> None:
    for path in (f"/{kind}/search", f"/teams/{world.team}/{kind}/search"):
        answer = world.bob.post(path, body)
        assert (answer.status, answer.json["id"]) == (400, "api.context.invalid_body_param.app_error")
        assert field in answer.json["message"]


@pytest.mark.parametrize("kind", ["posts", "files"])
def test_a_body_that_is_no_json_is_refused(world: Searching, kind: str) -> None:
    for body in ("{", [], ""):
        answer = world.bob.post(f"/teams/{world.team}/{kind}/search", body)
        assert (answer.status, answer.json["id"]) == (400, f"api.post.search_{kind}.invalid_body.app_error")


@pytest.mark.parametrize("kind", ["posts", "files"])
def test_one_must_be_in_the_team(world: Searching, kind: str) -> None:
    for client, team in ((world.eve, world.team), (world.bob, "z" * 26)):
        answer = client.post(f"/teams/{team}/{kind}/search", {"terms": "x"})
        assert (answer.status, answer.json["id"]) == (403, "api.context.permissions.app_error")
    assert world.bob.post(f"/teams/short/{kind}/search", {"terms": "x"}).status in (400, 404)
    assert world.server.client().post(f"/teams/{world.team}/{kind}/search", {"terms": "x"}).status == 401
    assert world.server.client().post(f"/{kind}/search", {"terms": "x"}).status == 401


def test_page_size_has_limits(talk: Searching) -> None:
    assert talk.found(talk.bob, "apple", per_page=0) == []
    assert len(talk.found(talk.bob, "apple", per_page=10_000)) == 5
    assert talk.found(talk.bob, "apple", page=2**62) == []
    assert talk.found(talk.bob, "apple", page=None, per_page=None, is_or_search=None, time_zone_offset=None) != []


def test_no_files_are_found(world: Searching) -> None:
    for path in ("/files/search", f"/teams/{world.team}/files/search"):
        answer = world.bob.post(path, {"terms": "ext:pdf", "is_or_search": False})
        assert answer.status == 200
        assert answer.json == {
            "order": [],
            "file_infos": {},
            "next_file_info_id": "",
            "prev_file_info_id": "",
            "first_inaccessible_file_time": 0,
        }


def test_search_can_be_turned_off(world: Searching) -> None:
    settings = (
        ("EnablePostSearch", "posts", "store.sql_post.search.disabled"),
        (
            "EnableFileSearch",
            "files",
            "store.sql_file_info.search.disabled",
        ),
    )
    for setting, kind, error_id in settings:
        world.server.configure(ServiceSettings={setting: False})
        for path in (f"/{kind}/search", f"/teams/{world.team}/{kind}/search"):
            answer = world.bob.post(path, {"terms": "x"})
            assert (answer.status, answer.json["id"]) == (501, error_id)
        world.server.configure(ServiceSettings={setting: True})


def test_short_hashtags_are_words(world: Searching) -> None:
    """As with clients, a hashtag has MinimumHashtagLength (3) characters at least."""
    world.say(world.alice, "the #qa team, and qa")
    world.say(world.alice, "another qa")
    assert len(world.found(world.bob, "#qa")) == 2
    world.server.configure(ServiceSettings={"MinimumHashtagLength": 2})
    assert world.found(world.bob, "#qa") == ["the #qa team, and qa"]
    world.server.configure(ServiceSettings={"MinimumHashtagLength": 3})
