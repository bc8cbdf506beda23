"""Making, finding, changing and archiving channels, and who may."""

import json
from typing import Any

import pytest


def create(talk: Any, client: Any, **fields: Any) -> Any:
    """Return the answer to a new channel."""
    body = {"team_id": talk.team, "name": "news", "display_name": "News", "type": "O", **fields}
    return client.post("/channels", body)


def test_a_new_channel(talk: Any) -> None:
    answer = create(talk, talk.bob, header="h", purpose="p")
    channel = answer.json
    assert answer.status == 201
    assert (channel["name"], channel["type"], channel["creator_id"]) == ("news", "O", talk.bob.id)
    assert (channel["total_msg_count"], channel["delete_at"]) == (0, 0)
    assert channel["create_at"] == channel["last_post_at"] > 0
    member = talk.bob.get(f"/channels/{channel['id']}/members/me").json
    assert (member["roles"].split(), member["scheme_admin"]) == (["channel_user", "channel_admin"], True)
    (event,) = talk.server.events("channel_created")
    assert (event.data, event.broadcast.user_id) == (
        {"channel_id": channel["id"], "team_id": talk.team},
        talk.bob.id,
    )
    assert talk.carol.get(f"/channels/{channel['id']}").json == channel


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "talk"}, "store.sql_channel.save_channel.exists.app_error"),
        ({"name": ""}, "model.channel.is_valid.1_or_more.app_error"),
        ({"name": "Not Allowed"}, "model.channel.is_valid.1_or_more.app_error"),
        ({"name": "-dash"}, "model.channel.is_valid.1_or_more.app_error"),
        ({"name": "x" * 65}, "model.channel.is_valid.1_or_more.app_error"),
        ({"name": "a" * 40}, "model.channel.is_valid.name.app_error"),
        ({"name": "a" * 26 + "__" + "b" * 26}, "model.channel.is_valid.name.app_error"),
        ({"display_name": "ü" * 65}, "model.channel.is_valid.display_name.app_error"),
        ({"header": "ü" * 1025}, "model.channel.is_valid.header.app_error"),
        ({"purpose": "ü" * 251}, "model.channel.is_valid.purpose.app_error"),
        ({"type": "D"}, "api.context.invalid_body_param.app_error"),
        ({"team_id": ""}, "api.context.invalid_body_param.app_error"),
        ({"team_id": "x" * 26}, "api.context.permissions.app_error"),
    ],
)
def test_what_is_not_a_channel(talk: Any, fields: dict[str, Any], error: str) -> None:
    assert create(talk, talk.bob, **fields).error == error


def test_who_may_make_channels(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    assert create(talk, talk.eve).status == 403
    assert create(talk, guest).status == 403
    assert create(talk, talk.dave, type="P").status == 201


def test_a_team_has_room_for_so_many(talk: Any) -> None:
    talk.server.configure(TeamSettings={"MaxChannelsPerTeam": 4})
    assert create(talk, talk.bob).status == 201
    answer = create(talk, talk.bob, name="more")
    assert answer.error == "api.channel.create_channel.max_channel_limit.app_error"


def test_an_archived_channel_keeps_its_name(talk: Any) -> None:
    talk.alice.delete(f"/channels/{talk.channel}")
    assert create(talk, talk.bob, name="talk").error == "store.sql_channel.save_channel.exists.app_error"


def test_changing_what_is_shown(talk: Any) -> None:
    path = f"/channels/{talk.channel}"
    before = talk.bob.get(path).json
    answer = talk.bob.put(f"{path}/patch", {"header": "H", "display_name": "Talks"})
    assert answer.status == 200
    assert (answer.json["header"], answer.json["display_name"], answer.json["purpose"]) == ("H", "Talks", "")
    assert answer.json["update_at"] > before["update_at"]
    (event,) = talk.server.events("channel_updated")
    assert json.loads(event.data["channel"])["header"] == "H"
    assert event.broadcast.channel_id == talk.channel
    whole = talk.bob.put(path, {**answer.json, "purpose": "P", "name": "talks"})
    assert (whole.json["purpose"], whole.json["name"], whole.json["header"]) == ("P", "talks", "H")
    assert talk.carol.get(f"/teams/{talk.team}/channels/name/talks").json["id"] == talk.channel


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        ({"display_name": "ü" * 65}, "model.channel.is_valid.display_name.app_error"),
        ({"header": "x" * 1025}, "model.channel.is_valid.header.app_error"),
        ({"name": "off-topic"}, "store.sql_channel.save_channel.exists.app_error"),
        ({"name": "Bad Name"}, "model.channel.is_valid.1_or_more.app_error"),
        ({"display_name": 5}, "api.context.invalid_body_param.app_error"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(talk: Any, patch: dict[str, Any], error: str) -> None:
    before = talk.bob.get(f"/channels/{talk.channel}").json
    assert talk.bob.put(f"/channels/{talk.channel}/patch", patch).error == error
    assert talk.bob.get(f"/channels/{talk.channel}").json == before
    assert talk.server.events("channel_updated") == []


def test_who_may_change_a_channel(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    for client, status in ((talk.dave, 403), (talk.eve, 403), (guest, 403), (talk.carol, 200), (talk.alice, 200)):
        assert client.put(f"/channels/{talk.channel}/patch", {"header": client.id}).status == status


def test_the_default_channel_keeps_its_place(talk: Any) -> None:
    square = talk.alice.get(f"/teams/{talk.team}/channels/name/town-square").json["id"]
    assert (
        talk.alice.put(f"/channels/{square}/patch", {"name": "x"}).error == "api.channel.update_channel.tried.app_error"
    )
    assert talk.alice.put(f"/channels/{square}/patch", {"display_name": "Plaza"}).status == 200
    assert talk.alice.delete(f"/channels/{square}").error == "api.channel.delete_channel.cannot.app_error"
    private = talk.alice.put(f"/channels/{square}/privacy", {"privacy": "P"})
    assert private.error == "api.channel.update_channel_privacy.default_channel_error"
    left = talk.bob.delete(f"/channels/{square}/members/{talk.bob.id}")
    assert left.error == "api.channel.remove.default.app_error"


def test_public_and_private_and_back(talk: Any) -> None:
    path = f"/channels/{talk.channel}"
    assert talk.bob.put(f"{path}/privacy", {"privacy": "P"}).status == 403
    assert talk.alice.put(f"{path}/privacy", {"privacy": "X"}).status == 400
    assert talk.dave.get(path).status == 200
    assert talk.alice.put(f"{path}/privacy", {"privacy": "P"}).json["type"] == "P"
    assert talk.dave.get(path).status == 403
    assert talk.dave.get(f"{path}/posts").status == 403
    (event,) = talk.server.events("channel_converted")
    assert (event.data, event.broadcast.team_id) == ({"channel_id": talk.channel}, talk.team)
    assert talk.bob.get(path).status == 200
    assert talk.alice.put(f"{path}/privacy", {"privacy": "O"}).json["type"] == "O"
    assert talk.dave.post(f"{path}/members", {"user_id": talk.dave.id}).status == 201


def test_archived_and_restored(talk: Any) -> None:
    path = f"/channels/{talk.channel}"
    assert talk.dave.delete(path).status == 403
    assert talk.bob.delete(path).json == {"status": "OK"}
    archived = talk.bob.get(path).json
    assert archived["delete_at"] > 0
    (event,) = talk.server.events("channel_deleted")
    assert event.data == {"channel_id": talk.channel, "delete_at": archived["delete_at"]}
    assert event.broadcast.team_id == talk.team
    assert talk.bob.delete(path).status == 400
    assert talk.bob.put(f"{path}/patch", {"header": "h"}).error == "api.channel.update_channel.deleted.app_error"
    listed = talk.bob.get(f"/teams/{talk.team}/channels/deleted").json
    assert [channel["id"] for channel in listed] == [talk.channel]
    assert talk.channel not in [entry["id"] for entry in talk.bob.get(f"/users/me/teams/{talk.team}/channels").json]
    mine = talk.bob.get(f"/users/me/teams/{talk.team}/channels", query={"include_deleted": "true"}).json
    assert talk.channel in [entry["id"] for entry in mine]
    assert talk.bob.get(f"/teams/{talk.team}/channels/name/talk").status == 404
    assert talk.bob.post(f"{path}/restore").status == 403
    assert talk.alice.post(f"{path}/restore").json["delete_at"] == 0
    assert talk.alice.post(f"{path}/restore").status == 400
    assert talk.server.events("channel_restored")[0].data == {"channel_id": talk.channel}
    assert talk.say(talk.bob, "back")["message"] == "back"


def test_a_private_channel_is_unknown_to_others(talk: Any) -> None:
    private = talk.make_channel("secret", talk.bob, type="P")
    for path in (f"/channels/{private}", f"/channels/{private}/stats", f"/channels/{private}/members"):
        assert talk.dave.get(path).status == 403, path
        assert talk.bob.get(path).status == 200, path
    hidden = talk.dave.get(f"/teams/{talk.team}/channels/name/secret")
    missing = talk.dave.get(f"/teams/{talk.team}/channels/name/nothing")
    assert (hidden.status, hidden.error) == (missing.status, missing.error) == (404, missing.error)
    assert talk.bob.get("/teams/name/crew/channels/name/secret").json["id"] == private
    assert talk.dave.get("/teams/name/crew/channels/name/secret").status == 404
    assert talk.dave.post(f"/teams/{talk.team}/channels/search", {"term": "secret"}).json == []
    assert talk.dave.get(f"/teams/{talk.team}/channels/autocomplete", query={"name": "sec"}).json == []
    assert talk.dave.post(f"/teams/{talk.team}/channels/ids", [private]).status == 404
    assert talk.dave.post(f"/channels/{private}/members", {"user_id": talk.dave.id}).status == 403
    assert talk.dave.get(f"/channels/{'x' * 26}").status == 404


def test_lists_of_a_team(talk: Any) -> None:
    talk.make_channel("secret", talk.bob, type="P")

    def names(answer: Any) -> list[str]:
        return [channel["name"] for channel in answer.json]

    path = f"/teams/{talk.team}/channels"
    assert names(talk.dave.get(path)) == ["off-topic", "talk", "town-square"]
    assert names(talk.dave.get(path, query={"page": 1, "per_page": 2})) == ["town-square"]
    assert talk.eve.get(path).status == 403
    assert talk.bob.get(f"{path}/private").status == 403
    assert names(talk.alice.get(f"{path}/private")) == ["secret"]
    assert names(talk.bob.get(f"/users/me/teams/{talk.team}/channels")) == [
        "off-topic",
        "secret",
        "talk",
        "town-square",
    ]
    assert names(talk.bob.get("/users/me/channels")) == ["off-topic", "secret", "talk", "town-square"]
    assert talk.bob.get(f"/users/{talk.carol.id}/channels").status == 403
    assert names(talk.bob.post(f"{path}/search", {"term": "SEC"})) == ["secret"]
    assert names(talk.bob.get(f"{path}/search_autocomplete", query={"name": "t"})) == [
        "off-topic",
        "secret",
        "talk",
        "town-square",
    ]
    assert names(talk.bob.get(f"{path}/autocomplete", query={"name": "100%"})) == []
    assert len(talk.bob.post(f"{path}/ids", [talk.channel]).json) == 1


def test_admins_list_and_search_everything(talk: Any) -> None:
    talk.make_channel("secret", type="P")
    assert talk.bob.get("/channels").status == 403
    answer = talk.alice.get("/channels", query={"include_total_count": "true", "per_page": 2}).json
    assert (answer["total_count"], len(answer["channels"])) == (4, 2)
    assert answer["channels"][0]["team_display_name"] == "Crew"
    found = talk.alice.post("/channels/search", {"term": "sec", "page": 0, "per_page": 10}).json
    assert [channel["name"] for channel in found["channels"]] == ["secret"]
    assert talk.bob.post("/channels/search", {"term": "sec"}).status == 403
    own = talk.bob.post("/channels/search", {"term": "t"}, query={"system_console": "false"}).json
    assert "secret" not in [channel["name"] for channel in own]


def test_numbers_of_members(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    stats = talk.bob.get(f"/channels/{talk.channel}/stats", query={"exclude_files_count": "true"}).json
    assert (stats["member_count"], stats["guest_count"], stats["files_count"]) == (4, 1, -1)
    counts = talk.bob.post("/channels/stats/member_count", [talk.channel])
    assert counts.json == {talk.channel: 4}
    private = talk.make_channel("secret", type="P")
    assert talk.bob.post("/channels/stats/member_count", [talk.channel, private]).status == 403
    assert talk.bob.post("/channels/stats/member_count", []).status == 400
    talk.alice.put(f"/users/{guest.id}/active", {"active": False})
    assert talk.bob.get(f"/channels/{talk.channel}/stats").json["member_count"] == 3


def test_moved_to_another_team(talk: Any) -> None:
    other = talk.alice.post("/teams", {"name": "other", "display_name": "Other", "type": "O"}).json["id"]
    path = f"/channels/{talk.channel}/move"
    assert talk.bob.post(path, {"team_id": other}).status == 403
    assert talk.alice.post(path, {"team_id": other}).status == 400, "bob and carol aren't there"
    assert talk.alice.post(path, {"team_id": other, "force": True}).json["team_id"] == other
    assert talk.bob.get(f"/channels/{talk.channel}").status == 403
    assert talk.say(talk.alice, "here")["channel_id"] == talk.channel


def test_a_banner_of_its_own(talk: Any) -> None:
    banner = {"enabled": True, "text": "Careful", "background_color": "#ff0000"}
    path = f"/channels/{talk.channel}/patch"
    assert talk.bob.put(path, {"banner_info": banner}).status == 403
    assert talk.alice.put(path, {"banner_info": banner}).json["banner_info"] == banner
    assert talk.bob.get(f"/channels/{talk.channel}").json["banner_info"] == banner
    wrong = talk.alice.put(path, {"banner_info": {"background_color": "red"}})
    assert wrong.error == "model.channel.is_valid.banner_info.background_color.invalid.app_error"


def test_a_direct_channel_that_another_worker_has_just_made_can_be_read_at_once(make_talk: Any) -> None:
    here, there = make_talk(), make_talk()  # without a bus: what one makes the other has not heard of yet
    pair = [here.bob.id, here.carol.id]
    assert here.bob.get(f"/users/{here.bob.id}/channels").status == 200
    here.bob.get(f"/channels/{here.channel}/posts")
    made = there.bob.post("/channels/direct", pair).json["id"]
    assert here.bob.post("/channels/direct", pair).json["id"] == made
    assert here.bob.get(f"/channels/{made}/posts").status == 200
