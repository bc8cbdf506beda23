"""Who follows a thread, and what they have not read of it."""

from typing import Any

import pytest


def test_the_first_reply_has_its_author_the_roots_author_and_the_mentioned_follow(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    assert talk.thread(talk.alice, root) is None
    talk.reply(talk.bob, root, "hello @carol")
    assert talk.unread(talk.alice, root) == (1, 0)
    assert talk.unread(talk.bob, root) == (0, 0)
    assert talk.unread(talk.carol, root) == (1, 1)
    assert talk.thread(talk.dave, root) is None


def test_whom_the_root_mentions_follows_with_the_first_reply(talk: Any) -> None:
    root = talk.say(talk.alice, "what do you think, @carol?")
    talk.reply(talk.bob, root)
    assert talk.unread(talk.carol, root) == (1, 0), "the root's mention is the channel's"


def test_who_is_not_in_the_channel_does_not_follow_by_a_mention(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@dave should know")
    assert (
        talk.server.app.db.fetch_value("SELECT COUNT(*) FROM {threadmemberships} WHERE userid = ?", (talk.dave.id,))
        == 0
    )


def test_writing_reads_the_thread(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@alice")
    talk.reply(talk.bob, root, "@alice again")
    assert talk.unread(talk.alice, root) == (2, 2)
    talk.reply(talk.alice, root)
    assert talk.unread(talk.alice, root) == (0, 0)
    assert talk.unread(talk.bob, root) == (1, 0)


def test_who_has_stopped_following_is_left_alone_until_mentioned(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root)
    assert talk.alice.delete(f"{talk.path(root)}/following").status == 200
    talk.reply(talk.bob, root)
    assert talk.thread(talk.alice, root) is None
    talk.reply(talk.bob, root, "@alice")
    assert talk.unread(talk.alice, root) == (3, 1)


def test_who_has_stopped_following_does_so_again_by_answering(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root)
    talk.alice.delete(f"{talk.path(root)}/following")
    talk.reply(talk.alice, root)
    assert talk.unread(talk.alice, root) == (0, 0)


def test_following_by_choice_reads_the_thread(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root)
    assert talk.carol.put(f"{talk.path(root)}/following").status == 200
    assert talk.unread(talk.carol, root) == (0, 0)
    talk.reply(talk.bob, root)
    assert talk.unread(talk.carol, root) == (1, 0)


def test_a_root_can_be_followed_before_anybody_answers(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    assert talk.carol.put(f"{talk.path(root)}/following").status == 200
    answer = talk.carol.get(talk.path(root))
    assert (answer.status, answer.error) == (404, "app.user.get_threads_for_user.not_found")
    talk.reply(talk.bob, root)
    assert talk.unread(talk.carol, root) == (1, 0)


def test_who_follows_everything_in_a_channel(talk: Any) -> None:
    path = f"/channels/{talk.channel}/members/{talk.carol.id}/notify_props"
    assert talk.carol.put(path, {"channel_auto_follow_threads": "on"}).status == 200
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root)
    assert talk.unread(talk.carol, root) == (1, 0)


def test_nobody_follows_by_itself_when_that_is_turned_off(make_talk: Any) -> None:
    talk = make_talk(ServiceSettings={"CollapsedThreads": "disabled", "ThreadAutoFollow": False})
    root = talk.say(talk.alice, "root")
    talk.carol.put(f"{talk.path(root)}/following")
    talk.reply(talk.bob, root, "@carol @alice")
    assert talk.unread(talk.carol, root) == (1, 1)
    assert talk.thread(talk.alice, root) is None
    assert talk.thread(talk.bob, root) is None


def test_each_reply_to_a_direct_message_mentions_the_other(talk: Any) -> None:
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["id"]
    root = talk.say(talk.bob, "between us", channel_id=direct)
    talk.reply(talk.bob, root, "and more")
    assert talk.unread(talk.carol, root) == (1, 1)
    assert talk.totals_of_threads(talk.carol) == (1, 1, 1)
    other = talk.carol.get(f"/users/me/teams/{talk.team}/threads", query={"excludeDirect": "true"}).json
    assert (other["total"], other["threads"]) == (0, [])


def test_leaving_a_channel_ends_following_for_good(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@carol")
    assert talk.carol.delete(f"/channels/{talk.channel}/members/{talk.carol.id}").status == 200
    assert talk.totals_of_threads(talk.carol) == (0, 0, 0)
    talk.alice.post(f"/channels/{talk.channel}/members", {"user_id": talk.carol.id})
    assert talk.thread(talk.carol, root) is None
    talk.reply(talk.bob, root)
    assert talk.thread(talk.carol, root) is None


def test_a_deleted_root_takes_its_thread_along(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@carol")
    assert talk.alice.delete(f"/posts/{root['id']}").status == 200
    assert talk.totals_of_threads(talk.carol) == (0, 0, 0)
    assert talk.carol.get(talk.path(root)).status == 404
    found = talk.carol.get(talk.path(), query={"deleted": "true"}).json
    assert [thread["id"] for thread in found["threads"]] == [root["id"]]
    assert found["threads"][0]["delete_at"] > 0


def test_a_deleted_reply_is_unread_no_more(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@carol stays")
    reply = talk.reply(talk.bob, root, "@carol goes")
    assert talk.unread(talk.carol, root) == (2, 2)
    talk.bob.delete(f"/posts/{reply['id']}")
    assert talk.unread(talk.carol, root) == (1, 1)
    assert talk.thread(talk.carol, root)["reply_count"] == 1


def test_who_has_no_reply_left_takes_part_no_more(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root)
    reply = talk.reply(talk.carol, root)
    talk.carol.delete(f"/posts/{reply['id']}")
    assert [user["id"] for user in talk.thread(talk.alice, root)["participants"]] == [talk.bob.id]


def test_an_edit_neither_mentions_nor_takes_back(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    first = talk.reply(talk.bob, root, "@carol")
    second = talk.reply(talk.bob, root, "plain")
    for post, text in ((first, "nothing"), (second, "@carol")):
        assert talk.bob.put(f"/posts/{post['id']}/patch", {"message": text}).status == 200
    assert talk.unread(talk.carol, root) == (2, 1)
    talk.bob.delete(f"/posts/{second['id']}")
    assert talk.unread(talk.carol, root) == (1, 1)
    talk.bob.delete(f"/posts/{first['id']}")
    talk.reply(talk.bob, root)
    assert talk.unread(talk.carol, root) == (1, 0)


@pytest.mark.engines("sqlite")
def test_who_wants_to_hear_of_every_reply_is_not_mentioned_in_the_thread_by_that(talk: Any) -> None:
    talk.carol.put("/users/me/patch", {"notify_props": {**talk.carol.user["notify_props"], "comments": "any"}})
    root = talk.say(talk.carol, "root")
    talk.reply(talk.bob, root)
    assert talk.mentions(talk.carol) == 1
    assert talk.unread(talk.carol, root) == (1, 0)


def test_who_comes_back_has_read_what_named_them_before(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    before = talk.reply(talk.bob, root, "@carol")
    talk.carol.delete(f"/channels/{talk.channel}/members/{talk.carol.id}")
    talk.alice.post(f"/channels/{talk.channel}/members", {"user_id": talk.carol.id})
    talk.reply(talk.bob, root, "welcome @carol")
    assert talk.unread(talk.carol, root) == (1, 1)
    talk.bob.delete(f"/posts/{before['id']}")
    assert talk.unread(talk.carol, root) == (1, 1)


def test_who_is_added_to_a_channel_because_of_a_thread_follows_it(talk: Any) -> None:
    root = talk.say(talk.alice, "what does @dave think?")
    reply = talk.reply(talk.bob, root, "ask @dave")
    talk.reply(talk.bob, root)
    path = f"/channels/{talk.channel}/members"
    for wrong in ("a" * 26, "x", reply["id"]):
        answer = talk.alice.post(path, {"user_id": talk.dave.id, "post_root_id": wrong})
        assert (answer.status, answer.error) == (400, "api.context.invalid_body_param.app_error")
    assert talk.thread(talk.dave, root) is None
    talk.told("thread_updated", talk.dave)
    assert talk.alice.post(path, {"user_id": talk.dave.id, "post_root_id": root["id"]}).status == 201
    assert talk.unread(talk.dave, root) == (2, 1)
    (data,) = talk.told("thread_updated", talk.dave)
    assert (data["previous_unread_replies"], data["previous_unread_mentions"]) == (0, 0)


def test_the_followers_of_a_moved_thread_go_along(make_talk: Any) -> None:
    talk = make_talk(FeatureFlags={"MoveThreadsEnabled": True})
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@carol")
    reply = talk.reply(talk.bob, root, "@carol")
    talk.carol.put(f"{talk.path(root)}/read/{reply['create_at'] - 1}")
    talk.alice.delete(f"{talk.path(root)}/following")
    target = talk.make_channel("target", talk.carol)
    assert talk.alice.post(f"/posts/{root['id']}/move", {"channel_id": target}).status == 200
    posts = talk.carol.get(f"/channels/{target}/posts").json["posts"].values()
    (new,) = [post for post in posts if post["message"] == "root"]
    found = talk.thread(talk.carol, new)
    assert found is not None
    assert found["unread_mentions"] == 1, "as far as it was read before"
    assert talk.thread(talk.alice, new) is None, "nor does one who had stopped following"
    assert talk.carol.get(talk.path(root)).status == 404
