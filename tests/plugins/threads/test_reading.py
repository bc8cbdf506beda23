"""What is read and unread: threads, channels, teams; with and without collapsed threads."""

from typing import Any

import pytest

NOBODY = "a" * 26


def counts(talk: Any, client: Any) -> tuple[int, int, int, int]:
    """Return a client's unread (posts, roots, mentions, mentions in roots) in the channel."""
    found = client.get(f"/users/me/channels/{talk.channel}/unread").json
    return found["msg_count"], found["msg_count_root"], found["mention_count"], found["mention_count_root"]


@pytest.fixture
def root(talk: Any) -> dict[str, Any]:
    """Return a root with three replies of bob's, two of which mention carol, who follows."""
    root = talk.say(talk.alice, "root")
    root["replies"] = [talk.reply(talk.bob, root, text) for text in ("@carol", "plain", "@carol again")]
    return root


def test_reading_a_thread(talk: Any, root: dict[str, Any]) -> None:
    last = root["replies"][-1]["create_at"]
    answer = talk.carol.put(f"{talk.path(root)}/read/{last}")
    assert answer.status == 200
    shown = {name: answer.json[name] for name in ("id", "unread_replies", "unread_mentions", "last_viewed_at")}
    assert shown == {"id": root["id"], "unread_replies": 0, "unread_mentions": 0, "last_viewed_at": last}
    assert talk.totals_of_threads(talk.carol) == (1, 0, 0)
    assert talk.unread(talk.alice, root) == (3, 0), "others have not read it"


def test_reading_a_thread_to_its_middle(talk: Any, root: dict[str, Any]) -> None:
    talk.carol.put(f"{talk.path(root)}/read/{root['replies'][0]['create_at']}")
    assert talk.unread(talk.carol, root) == (2, 1)


def test_marking_unread_from_a_reply_on(talk: Any, root: dict[str, Any]) -> None:
    talk.reply(talk.carol, root, "mine @carol")
    path = f"{talk.path(root)}/set_unread"
    answer = talk.carol.post(f"{path}/{root['replies'][1]['id']}")
    assert (answer.json["unread_replies"], answer.json["unread_mentions"]) == (2, 1)
    assert talk.carol.post(f"{path}/{root['id']}").json["unread_replies"] == 3
    assert talk.unread(talk.carol, root) == (3, 2)


def test_marking_unread_follows(talk: Any, root: dict[str, Any]) -> None:
    talk.carol.delete(f"{talk.path(root)}/following")
    talk.carol.post(f"{talk.path(root)}/set_unread/{root['replies'][2]['id']}")
    assert talk.unread(talk.carol, root) == (1, 1)


def test_a_post_of_another_thread_marks_nothing(talk: Any, root: dict[str, Any]) -> None:
    other = talk.say(talk.bob, "other")
    answer = talk.carol.post(f"{talk.path(root)}/set_unread/{other['id']}")
    assert (answer.status, answer.error) == (400, "app.user.update_thread_read_for_user_by_post.app_error")


def test_reading_all_threads(talk: Any, root: dict[str, Any]) -> None:
    other = talk.say(talk.carol, "other")
    talk.reply(talk.bob, other)
    assert talk.totals_of_threads(talk.carol) == (2, 2, 2)
    assert talk.carol.put(f"{talk.path()}/read").json == {"status": "OK"}
    assert talk.totals_of_threads(talk.carol) == (2, 0, 0)
    assert talk.totals_of_threads(talk.alice) == (1, 1, 0)


@pytest.mark.parametrize(("supported", "left"), [(True, (3, 2)), (False, (0, 0))])
def test_looking_at_a_channel_reads_its_threads_for_a_client_without_them(
    talk: Any, root: dict[str, Any], supported: bool, left: tuple[int, int]
) -> None:
    body = {"channel_id": talk.channel, "collapsed_threads_supported": supported}
    talk.server.sent.clear()
    assert talk.carol.post("/channels/members/me/view", body).status == 200
    assert talk.unread(talk.carol, root) == left
    events = talk.server.events("thread_read_changed")
    if supported:
        assert events == []
    else:
        (event,) = events
        assert list(event.data) == ["timestamp"]
        assert (event.broadcast.user_id, event.broadcast.channel_id) == (talk.carol.id, talk.channel)


def test_marking_a_reply_unread_concerns_the_thread(talk: Any, root: dict[str, Any]) -> None:
    talk.carol.post("/channels/members/me/view", {"channel_id": talk.channel})
    path = f"/users/me/posts/{root['replies'][1]['id']}/set_unread"
    talk.told("thread_updated", talk.carol)
    answer = talk.carol.post(path, {"collapsed_threads_supported": True})
    assert (answer.status, answer.json["msg_count"]) == (200, 4)
    assert talk.unread(talk.carol, root) == (2, 1)
    assert counts(talk, talk.carol) == (0, 0, 0, 0)
    assert talk.server.events("post_unread") == []
    (data,) = talk.told("thread_updated", talk.carol)
    assert list(data) == ["thread"]


def test_marking_a_reply_unread_by_a_client_without_threads_concerns_the_channel_too(
    talk: Any, root: dict[str, Any]
) -> None:
    talk.carol.post("/channels/members/me/view", {"channel_id": talk.channel})
    for body in ({"collapsed_threads_supported": False}, None):
        talk.carol.post(f"/users/me/posts/{root['replies'][1]['id']}/set_unread", body)
        assert counts(talk, talk.carol) == (2, 0, 1, 0)
        assert talk.unread(talk.carol, root) == (2, 1)


def test_marking_a_root_unread_concerns_the_channel(talk: Any, root: dict[str, Any]) -> None:
    body = {"channel_id": talk.channel}
    talk.carol.post("/channels/members/me/view", body)
    talk.carol.post(f"/users/me/posts/{root['id']}/set_unread", {"collapsed_threads_supported": True})
    assert counts(talk, talk.carol) == (4, 1, 2, 0)
    assert talk.unread(talk.carol, root) == (0, 0)


def test_a_team_counts_its_threads(talk: Any, root: dict[str, Any]) -> None:
    names = ("thread_count", "thread_mention_count", "thread_urgent_mention_count")
    found = talk.carol.get(f"/users/me/teams/{talk.team}/unread").json
    assert [found[name] for name in names] == [1, 2, 0]
    (listed,) = talk.carol.get("/users/me/teams/unread", query={"include_collapsed_threads": "true"}).json
    assert listed == found
    (plain,) = talk.carol.get("/users/me/teams/unread").json
    assert [plain[name] for name in names] == [0, 0, 0]


def test_an_archived_channels_threads_are_left_out(talk: Any, root: dict[str, Any]) -> None:
    assert talk.alice.delete(f"/channels/{talk.channel}").status == 200
    assert talk.totals_of_threads(talk.carol) == (0, 0, 0)
    assert talk.carol.get(talk.path()).json["threads"] == []


def test_lists_by_page_before_after_since_and_unread(talk: Any) -> None:
    roots = []
    for number in range(5):
        root = talk.say(talk.carol, str(number))
        talk.reply(talk.bob, root)
        roots.append(root["id"])

    def listed(**query: Any) -> list[int]:
        answer = talk.carol.get(talk.path(), query=query)
        assert answer.status == 200, answer
        return [roots.index(thread["id"]) for thread in answer.json["threads"]]

    assert listed() == [4, 3, 2, 1, 0]
    assert listed(per_page=2) == listed(pageSize=2) == [4, 3]
    assert listed(per_page=2, page=1) == [2, 1]
    assert listed(before=roots[3], per_page=2) == [2, 1]
    assert listed(after=roots[1], per_page=2) == [2, 3]
    talk.carol.put(f"{talk.path(roots[2])}/read/{2**53}")
    assert listed(unread="true") == [4, 3, 1, 0]
    found = talk.carol.get(talk.path(), query={"unread": "true", "totalsOnly": "true"}).json
    assert (found["total"], found["total_unread_threads"], found["threads"]) == (4, 4, None)
    since = talk.thread(talk.carol, {"id": roots[4]})["last_reply_at"]
    assert listed(since=since) == [4, 2], "what was read since is told too"
    only = talk.carol.get(talk.path(), query={"threadsOnly": "true", "per_page": 1}).json
    assert (len(only["threads"]), only["total"]) == (1, 0)


def test_a_thread_shows_its_root_and_who_takes_part(talk: Any, root: dict[str, Any]) -> None:
    found = talk.thread(talk.carol, root)
    assert (found["id"], found["reply_count"], found["post"]["message"]) == (root["id"], 3, "root")
    assert (found["is_urgent"], found["delete_at"]) == (False, 0)
    assert [(user["id"], user["username"]) for user in found["participants"]] == [(talk.bob.id, "")]
    for path in (talk.path(root), f"{talk.path()}"):
        answer = talk.carol.get(path, query={"extended": "true"}).json
        (person,) = answer.get("participants") or answer["threads"][0]["participants"]
        assert person["username"] == "bob"
        assert not person.get("notify_props"), "as others see them"


def test_roots_say_whether_the_reader_follows_them(talk: Any, root: dict[str, Any]) -> None:
    def following(client: Any) -> tuple[Any, str]:
        answer = client.get(f"/channels/{talk.channel}/posts", query={"collapsedThreads": "true"})
        return answer.json["posts"][root["id"]]["is_following"], answer.headers["etag"]

    assert following(talk.carol)[0] is True
    before = following(talk.carol)
    talk.carol.delete(f"{talk.path(root)}/following")
    after = following(talk.carol)
    assert (after[0], after[1] != before[1]) == (False, True)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"before": NOBODY, "after": NOBODY}, "api.getThreadsForUser.bad_params"),
        ({"totalsOnly": "true", "threadsOnly": "true"}, "api.getThreadsForUser.bad_only_params"),
        ({"before": "x"}, "api.context.invalid_url_param.app_error"),
        ({"after": "x"}, "api.context.invalid_url_param.app_error"),
        ({"since": "-1"}, "api.context.invalid_url_param.app_error"),
        ({"since": "x"}, "api.context.invalid_url_param.app_error"),
    ],
)
def test_what_does_not_fit_is_refused(talk: Any, query: dict[str, str], error: str) -> None:
    answer = talk.carol.get(talk.path(), query=query)
    assert (answer.status, answer.error) == (400, error)


@pytest.mark.engines("sqlite")
def test_who_may_do_what(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    reply = talk.reply(talk.bob, root, "@carol")
    thread = f"/teams/{talk.team}/threads/{root['id']}"
    operations = [
        ("GET", f"/teams/{talk.team}/threads"),
        ("PUT", f"/teams/{talk.team}/threads/read"),
        ("GET", thread),
        ("PUT", f"{thread}/read/{reply['create_at']}"),
        ("POST", f"{thread}/set_unread/{reply['id']}"),
        ("PUT", f"{thread}/following"),
        ("DELETE", f"{thread}/following"),
    ]
    for method, path in operations:
        assert talk.bob.request(method, f"/users/{talk.carol.id}{path}").status == 403, (method, path)
        assert talk.eve.request(method, f"/users/me{path}").status == 403, (method, path)
        assert talk.server.client().request(method, f"/users/me{path}").status == 401, (method, path)
        assert talk.alice.request(method, f"/users/{talk.carol.id}{path}").status == 200, "an admin may"
    for path in (f"/users/me{thread}/following", f"/users/me{thread}/set_unread/{reply['id']}"):
        method = "PUT" if path.endswith("following") else "POST"
        assert talk.dave.request(method, path).status == 403, "who is not in the channel can't follow"


@pytest.mark.engines("sqlite")
def test_what_is_not_there(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    reply = talk.reply(talk.bob, root)
    for method, rest in (("GET", ""), ("PUT", "/following"), ("PUT", "/read/5"), ("DELETE", "/following")):
        assert talk.carol.request(method, f"{talk.path(NOBODY)}{rest}").status == 404
        assert talk.carol.request(method, f"{talk.path('short')}{rest}").status == 400
    assert talk.carol.put(f"{talk.path(root)}/read/5").error == "app.user.get_thread_membership_for_user.not_found"
    assert talk.carol.put(f"{talk.path(reply)}/following").status == 400, "a reply is no thread"
    assert talk.carol.post(f"{talk.path(root)}/set_unread/{NOBODY}").status == 404
    for time in ("x", "-1", "9" * 20):
        assert talk.alice.put(f"{talk.path(root)}/read/{time}").status == 400


def test_mentions_in_urgent_threads_are_counted_apart(talk: Any) -> None:
    root = talk.say(talk.alice, "root", metadata={"priority": {"priority": "urgent"}})
    talk.reply(talk.bob, root, "@carol")
    talk.reply(talk.bob, talk.say(talk.alice, "calm"), "@carol")
    assert talk.thread(talk.carol, root)["is_urgent"] is True
    totals = talk.carol.get(talk.path(), query={"totalsOnly": "true"}).json
    assert (totals["total_unread_mentions"], totals["total_unread_urgent_mentions"]) == (2, 1)
    assert talk.carol.get(f"/users/me/teams/{talk.team}/unread").json["thread_urgent_mention_count"] == 1
