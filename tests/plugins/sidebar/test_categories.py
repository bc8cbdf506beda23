"""Categories of the sidebar: default and custom ones, order, moves, muting."""

import json
from functools import partial
from typing import Any

import gevent
import pytest


class Bar:
    """bob's sidebar in the team."""

    def __init__(self, talk: Any, client: Any = None, team: str = "") -> None:
        self.talk = talk
        self.client = client or talk.bob
        self.team = team or talk.team
        self.path = f"/users/{self.client.id}/teams/{self.team}/channels/categories"

    def read(self) -> dict[str, Any]:
        """Return categories by type (custom ones by name), in order."""
        answer = self.client.get(self.path)
        assert answer.status == 200, answer
        found = answer.json["categories"]
        assert answer.json["order"] == [category["id"] for category in found]
        return {c["display_name"] if c["type"] == "custom" else c["type"]: c for c in found}

    def channels(self) -> dict[str, list[str]]:
        """Return the ids of the channels in each category."""
        return {name: category["channel_ids"] for name, category in self.read().items()}

    def everything(self) -> set[str]:
        """Return the ids of all channels that are in some category."""
        return {channel_id for ids in self.channels().values() for channel_id in ids}

    def create(self, name: str, *channels: str, **fields: Any) -> dict[str, Any]:
        """Return a new custom category."""
        answer = self.client.post(self.path, {"display_name": name, "channel_ids": channels, **fields})
        assert answer.status == 200, answer
        return dict(answer.json)


@pytest.fixture
def bar(talk: Any) -> Bar:
    """Return bob's sidebar."""
    return Bar(talk)


def test_the_default_categories(bar: Bar) -> None:
    direct = bar.client.post("/channels/direct", [bar.client.id, bar.talk.eve.id]).json["id"]
    found = bar.read()
    assert list(found) == ["favorites", "channels", "direct_messages"]
    names = [c["name"] for c in (bar.client.get(f"/channels/{id}").json for id in found["channels"]["channel_ids"])]
    assert names == ["off-topic", "talk", "town-square"]
    assert found["direct_messages"]["channel_ids"] == [direct]
    favorites = found["favorites"]
    assert favorites["id"] == f"favorites_{bar.client.id}_{bar.team}"
    assert (favorites["user_id"], favorites["team_id"], favorites["channel_ids"]) == (bar.client.id, bar.team, [])
    assert (favorites["muted"], favorites["collapsed"], found["direct_messages"]["sorting"]) == (False, False, "recent")
    assert bar.client.get(f"{bar.path}/order").json == [category["id"] for category in found.values()]
    assert bar.client.get(f"{bar.path}/{favorites['id']}").json == favorites


def test_two_first_looks_at_once(make_talk: Any) -> None:
    bars = [Bar(make_talk()) for _ in range(2)]
    greenlets = [gevent.spawn(partial(bar.read)) for bar in bars for _ in range(3)]
    gevent.joinall(greenlets, raise_error=True)
    assert [list(greenlet.value) for greenlet in greenlets] == [["favorites", "channels", "direct_messages"]] * 6


def test_a_custom_category_comes_below_the_favorites(bar: Bar) -> None:
    made = bar.create(" Work ", bar.talk.channel)
    assert (made["display_name"], made["type"], made["channel_ids"]) == ("Work", "custom", [bar.talk.channel])
    assert list(bar.read()) == ["favorites", "Work", "channels", "direct_messages"]
    assert bar.talk.channel not in bar.channels()["channels"]
    (event,) = bar.talk.server.events("sidebar_category_created")
    assert event.data == {"category_id": made["id"]}
    assert (event.broadcast.user_id, event.broadcast.team_id) == (bar.client.id, bar.team)


@pytest.mark.parametrize(
    "fields", [{"display_name": ""}, {"display_name": "x" * 65}, {"sorting": "random"}, {"display_name": 5}]
)
def test_what_is_not_a_category(bar: Bar, fields: dict[str, Any]) -> None:
    assert bar.client.post(bar.path, {"display_name": "Work", **fields}).status == 400
    assert list(bar.read()) == ["favorites", "channels", "direct_messages"]


def test_a_channel_is_in_one_category(bar: Bar) -> None:
    work = bar.create("Work", bar.talk.channel)
    favorites = bar.read()["favorites"]
    answer = bar.client.put(f"{bar.path}/{favorites['id']}", {**favorites, "channel_ids": [bar.talk.channel]})
    assert answer.json["channel_ids"] == [bar.talk.channel]
    found = bar.channels()
    assert (found["favorites"], found["Work"]) == ([bar.talk.channel], [])
    (event,) = bar.talk.server.events("sidebar_category_updated")
    assert [category["id"] for category in json.loads(event.data["updatedCategories"])] == [favorites["id"]]
    moved = [{**work, "channel_ids": [bar.talk.channel]}, {**favorites, "channel_ids": []}]
    assert bar.client.put(bar.path, moved).status == 200
    found = bar.channels()
    assert (found["favorites"], found["Work"]) == ([], [bar.talk.channel])


def test_the_order_inside_and_of_categories(bar: Bar) -> None:
    bar.create("Work")
    found = bar.read()
    channels = found["channels"]
    turned = channels["channel_ids"][::-1]
    bar.client.put(f"{bar.path}/{channels['id']}", {**channels, "channel_ids": turned, "sorting": "manual"})
    assert bar.read()["channels"]["channel_ids"] == turned
    order = [category["id"] for category in found.values()][::-1]
    assert bar.client.put(f"{bar.path}/order", order).json == order
    assert bar.client.get(f"{bar.path}/order").json == order
    (event,) = bar.talk.server.events("sidebar_category_order_updated")
    assert event.data == {"order": order}
    assert bar.client.put(f"{bar.path}/order", order[1:]).status == 400
    assert bar.client.put(f"{bar.path}/order", [*order, "x" * 26]).status == 400


def test_defaults_keep_their_names_and_stay(bar: Bar) -> None:
    channels = bar.read()["channels"]
    renamed = bar.client.put(f"{bar.path}/{channels['id']}", {**channels, "display_name": "Mine", "collapsed": True})
    assert (renamed.json["display_name"], renamed.json["collapsed"]) == ("Channels", True)
    assert bar.client.delete(f"{bar.path}/{channels['id']}").status == 400


def test_a_deleted_category_gives_its_channels_back(bar: Bar) -> None:
    work = bar.create("Work", bar.talk.channel)
    assert bar.client.delete(f"{bar.path}/{work['id']}").json == {"status": "OK"}
    assert bar.talk.channel in bar.channels()["channels"]
    assert bar.client.delete(f"{bar.path}/{work['id']}").status == 404
    (event,) = bar.talk.server.events("sidebar_category_deleted")
    assert event.data == {"category_id": work["id"]}


def test_channels_that_are_left_or_strange(bar: Bar) -> None:
    private = bar.talk.make_channel("secret", type="P")
    work = bar.create("Work", bar.talk.channel, private, "x" * 26)
    assert work["channel_ids"] == [bar.talk.channel]
    bar.client.delete(f"/channels/{bar.talk.channel}/members/me")
    assert bar.talk.channel not in bar.everything()
    bar.client.post(f"/channels/{bar.talk.channel}/members", {"user_id": bar.client.id})
    assert bar.talk.channel in bar.channels()["channels"], "it starts anew"
    twice = bar.client.post(bar.path, {"display_name": "x", "channel_ids": [bar.talk.channel] * 2})
    assert twice.status == 400


def test_each_team_has_its_own(bar: Bar) -> None:
    other = bar.client.post("/teams", {"name": "other", "display_name": "Other", "type": "O"}).json["id"]
    direct = bar.client.post("/channels/direct", [bar.client.id, bar.talk.eve.id]).json["id"]
    second = Bar(bar.talk, team=other)
    bar.create("Friends", direct)
    assert bar.channels()["Friends"] == [direct]
    assert "Friends" not in second.read()
    assert second.channels()["direct_messages"] == [direct]
    assert bar.talk.channel not in second.everything()


def test_muting_a_category_mutes_its_channels(bar: Bar) -> None:
    def is_muted() -> bool:
        return bool(bar.talk.member(bar.client)["notify_props"]["mark_unread"] == "mention")

    work = bar.create("Work", bar.talk.channel)
    bar.client.put(f"{bar.path}/{work['id']}", {**work, "muted": True})
    assert is_muted()
    assert len(bar.talk.server.events("channel_member_updated")) == 1
    bar.client.put(f"{bar.path}/{work['id']}", {**work, "muted": True, "collapsed": True})
    assert len(bar.talk.server.events("channel_member_updated")) == 1
    channels = bar.read()["channels"]
    bar.client.put(f"{bar.path}/{channels['id']}", {**channels, "channel_ids": [bar.talk.channel]})
    assert not is_muted(), "moved out of it"
    bar.client.put(f"{bar.path}/{work['id']}", {**work, "muted": True})
    assert is_muted(), "moved into it"
    bar.client.put(f"{bar.path}/{work['id']}", {**work, "muted": False})
    assert not is_muted()


def test_a_new_muted_category_mutes_too(bar: Bar) -> None:
    bar.create("Quiet", bar.talk.channel, muted=True)
    assert bar.talk.member(bar.client)["notify_props"]["mark_unread"] == "mention"


def test_ones_sidebar_is_ones_own(bar: Bar) -> None:
    work = bar.create("Work")
    other = Bar(bar.talk, bar.talk.carol)
    assert other.client.get(bar.path).status == 403
    assert other.client.get(f"{other.path}/{work['id']}").status == 404
    assert other.client.put(f"{other.path}/{work['id']}", work).status in (400, 404)
    assert other.client.delete(f"{other.path}/{work['id']}").status == 404
    assert "Work" in bar.read()
    assert bar.client.get(f"{bar.path}/no-id").status == 400
    assert bar.talk.eve.get(f"/users/me/teams/{bar.team}/channels/categories").status == 403
    assert bar.talk.alice.get(bar.path).status == 200, "system admins may"
