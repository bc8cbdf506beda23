"""What people find: only what they may read, as it is now."""

from collections.abc import Iterator
from typing import Any

import gevent
import pytest

from hubbub.core.contracts.posts import Post
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.posts.world import made
from hubbub.tests.plugins.search.conftest import Searching

pytestmark = pytest.mark.engines("sqlite", "postgres", "mysql")


def test_members_find_posts_and_replies_newest_first(world: Searching) -> None:
    root = world.say(world.alice, "the walrus sings")
    reply = world.say(world.bob, "a walrus answers", root_id=root["id"])
    answer = world.search(world.carol, "walrus").json
    assert answer["order"] == [reply["id"], root["id"]]
    assert set(answer["posts"]) == {root["id"], reply["id"]}
    assert answer["posts"][root["id"]]["reply_count"] == 1
    assert answer["matches"] is None
    assert answer["next_post_id"] == answer["prev_post_id"] == ""
    assert answer["first_inaccessible_post_time"] == 0


def test_others_find_nothing(world: Searching) -> None:
    world.say(world.alice, "heron one")
    world.make_channel("heron", type="P")
    assert world.found(world.dave, "heron") == []
    assert world.search(world.eve, "heron").status == 403
    assert world.found(world.eve, "heron", everywhere=True) == []


def test_who_leaves_a_channel_finds_nothing_there_any_more(world: Searching) -> None:
    channel = world.make_channel("otters", world.bob)
    world.say(world.alice, "otter news", channel_id=channel)
    assert world.found(world.bob, "otter") == ["otter news"]
    assert world.alice.delete(f"/channels/{channel}/members/{world.bob.id}").status == 200
    assert world.found(world.bob, "otter") == []
    assert world.found(world.bob, "otter in:otters") == []


def test_a_team_s_search_has_direct_and_group_messages_but_no_other_team(world: Searching) -> None:
    team = made(world.alice.post("/teams", {"name": "others", "display_name": "Others", "type": "O"}))["id"]
    made(world.alice.post(f"/teams/{team}/members", {"team_id": team, "user_id": world.bob.id}))
    other = world.alice.get(f"/teams/{team}/channels/name/town-square").json["id"]
    for number, channel in enumerate((world.channel, world.direct, world.group, other)):
        world.say(world.alice, f"badger {number}", channel_id=channel)
        gevent.sleep(0.002)  # those of one millisecond come in any order
    assert world.found(world.bob, "badger") == ["badger 2", "badger 1", "badger 0"]
    assert world.found(world.bob, "badger", everywhere=True) == ["badger 3", "badger 2", "badger 1", "badger 0"]
    assert world.found(world.carol, "badger", everywhere=True) == ["badger 2", "badger 0"]


def test_an_edited_post_is_found_by_its_new_text_only(world: Searching) -> None:
    post = world.say(world.bob, "lynx in the wood")
    assert world.bob.put(f"/posts/{post['id']}/patch", {"message": "marmot in the wood"}).status == 200
    assert world.found(world.bob, "lynx") == []
    assert world.found(world.bob, "marmot") == ["marmot in the wood"]
    assert world.bob.put(f"/posts/{post['id']}/patch", {"is_pinned": True}).status == 200
    assert world.found(world.bob, "marmot") == ["marmot in the wood"]


def test_a_deleted_post_and_its_replies_are_gone(world: Searching) -> None:
    root = world.say(world.bob, "gecko root")
    world.say(world.alice, "gecko reply", root_id=root["id"])
    kept = world.say(world.alice, "gecko of another thread")
    assert world.bob.delete(f"/posts/{root['id']}").status == 200
    assert world.found(world.alice, "gecko") == [kept["message"]]


def test_system_messages_are_not_found(world: Searching) -> None:
    body = {"header": "the ibis flies"}
    assert world.alice.put(f"/channels/{world.channel}/patch", body).status == 200
    world.server.settle()
    assert any(
        "ibis" in str(post) for post in world.alice.get(f"/channels/{world.channel}/posts").json["posts"].values()
    )
    assert world.found(world.alice, "ibis") == []
    assert world.found(world.alice, "-nothing", per_page=5) != []


def test_archived_channels_are_found_only_when_asked_for(world: Searching) -> None:
    channel = world.make_channel("attic", world.bob)
    world.say(world.alice, "an old quokka", channel_id=channel)
    assert world.alice.delete(f"/channels/{channel}").status == 200
    assert world.found(world.bob, "quokka") == []
    assert world.found(world.bob, "quokka", include_deleted_channels=True) == ["an old quokka"]
    assert world.found(world.bob, "in:attic", include_deleted_channels=True) == ["an old quokka"]


def test_pages_follow_one_another_and_end(world: Searching) -> None:
    for number in range(5):
        world.say(world.alice, f"puffin {number}")
    pages = [world.found(world.bob, "puffin", page=page, per_page=2) for page in range(4)]
    assert pages == [["puffin 4", "puffin 3"], ["puffin 2", "puffin 1"], ["puffin 0"], []]


def test_posts_that_are_written_at_once_are_all_found(world: Searching) -> None:
    gevent.joinall(
        [gevent.spawn(world.say, world.bob, f"starling number {number}") for number in range(20)], raise_error=True
    )
    assert len(world.found(world.bob, "starling")) == 20


def test_a_post_that_is_refused_is_not_found(world: Searching) -> None:
    answer = world.bob.post("/posts", {"channel_id": world.channel, "message": "dodo", "root_id": "z" * 26})
    assert answer.status == 400
    assert world.found(world.bob, "dodo") == []


def test_what_a_post_has(world: Searching) -> None:
    plain = world.say(world.alice, "hoopoe alone")
    world.say(world.alice, "hoopoe https://example.com/nest")
    assert world.alice.post(f"/posts/{plain['id']}/pin").status == 200
    assert world.found(world.bob, "hoopoe has:link") == ["hoopoe https://example.com/nest"]
    assert world.found(world.bob, "hoopoe -has:link") == ["hoopoe alone"]
    assert world.found(world.bob, "hoopoe has:pin") == ["hoopoe alone"]
    assert world.found(world.bob, "hoopoe -has:pinned has:url") == ["hoopoe https://example.com/nest"]
    assert world.found(world.bob, "hoopoe has:pin has:link") == []
    assert world.found(world.bob, "hoopoe has:file") == world.found(world.bob, "hoopoe has:reaction") == []
    assert len(world.found(world.bob, "hoopoe -has:file -has:reaction")) == 2
    assert world.found(world.bob, "hoopoe has:feathers") == []


def test_hashtags_and_mentions(world: Searching) -> None:
    """The client looks for recent mentions by the user's keywords, of which any is enough."""
    world.say(world.alice, "hello @bob, see #kiwi-time")
    world.say(world.alice, "kiwi without a tag")
    assert world.found(world.bob, "#kiwi-time") == ["hello @bob, see #kiwi-time"]
    assert world.found(world.bob, "bob @bob ", is_or_search=True) == ["hello @bob, see #kiwi-time"]


class Watching:
    """A plugin that sees what people read."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    @hookimpl
    def messages_will_be_consumed(self, posts: list[Post]) -> list[Post]:
        self.seen += [post.message for post in posts]
        return [post for post in posts if "hide" not in post.message]


@pytest.fixture
def watching(world: Searching) -> Iterator[Watching]:
    plugin = Watching()
    world.server.app.hooks.register(plugin, "watching")
    yield plugin
    world.server.app.hooks.unregister("watching")


def test_plugins_are_asked_about_what_is_found(world: Searching, watching: Any) -> None:
    world.say(world.alice, "toucan show")
    world.say(world.alice, "toucan hide")
    assert world.found(world.bob, "toucan") == ["toucan show"]
    assert watching.seen == ["toucan hide", "toucan show"]


@pytest.mark.parametrize(
    "terms", ["x " * 2048, "word " * 800, '"' + "x " * 2047, "字" * 4096, "字 " * 2048, "from:x " * 580, "-" * 4096]
)
def test_the_longest_search_is_answered(world: Searching, terms: str) -> None:
    distinct = " ".join(f"w{number}" for number in range(800))[:4096]
    for text in (terms[:4096], distinct):
        assert world.search(world.bob, text).status == 200
        assert world.search(world.bob, text, is_or_search=True).status == 200
