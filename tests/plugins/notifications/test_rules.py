"""Who is told of what, over which way: one case per rule."""

from typing import Any

import pytest

from hubbub.core.contracts.notifications import (
    ADDED,
    CHANNEL_MENTION,
    COMMENT,
    COMMENT_ROOT,
    DIRECT,
    EVERYTHING,
    GROUP_MENTION,
    KEYWORD,
    MENTION,
    TEST,
    THREAD,
)

BOTH = {"email", "push"}


@pytest.mark.parametrize(
    ("text", "own", "reason"),
    [
        ("hello @{name}", {}, MENTION),
        ("hello {name}.", {}, MENTION),
        ("hello @nobody", {}, None),
        ("who watches the reactor", {"mention_keys": "reactor,turbine"}, KEYWORD),
        ("Reactor!", {"mention_keys": "reactor"}, KEYWORD),
        ("in `reactor` code", {"mention_keys": "reactor"}, None),
        ("hello Fiona", {"first_name": "true"}, KEYWORD),
        ("hello fiona", {"first_name": "true"}, None),
        ("hello Fiona", {}, None),
        ("look at the mauve", {"highlight_keys": "mauve"}, None),
        ("@channel!", {}, CHANNEL_MENTION),
        ("@all", {}, CHANNEL_MENTION),
        ("@channel", {"channel": "false"}, None),
        ("@here", {}, None),
        ("just so", {}, None),
        ("just so", {"push": "all"}, EVERYTHING),
    ],
)
def test_what_mentions_somebody(site: Any, text: str, own: dict[str, str], reason: str | None) -> None:
    person = site.person(own={"mention_keys": "", **own}, first_name="Fiona")
    text = text.format(name=person.user["username"])
    expected = {"push"} if reason == EVERYTHING else BOTH if reason else set()
    if text.startswith("hello p"):
        expected, reason = set(), None  # without an @ a user name is a keyword, and this person has removed it
    site.say(site.channel(person), text)
    assert site.ways(person) == expected
    if reason:
        assert site.only(person).reason == reason


@pytest.mark.parametrize(
    ("status", "own", "props", "ways"),
    [
        ("offline", {}, {}, BOTH),
        ("away", {}, {}, BOTH),
        ("online", {}, {}, {"push"}),
        ("dnd", {}, {}, set()),
        ("ooo", {}, {}, set()),
        ("online", {"push_status": "away"}, {}, set()),
        ("away", {"push_status": "away"}, {}, BOTH),
        ("away", {"push_status": "offline"}, {}, {"email"}),
        ("offline", {"push_status": "offline"}, {}, BOTH),
        ("offline", {"push": "none"}, {}, {"email"}),
        ("offline", {"email": "false"}, {}, {"push"}),
        ("offline", {"email": "false"}, {"email": "true"}, BOTH),
        ("offline", {}, {"email": "false"}, {"push"}),
        ("offline", {}, {"push": "none"}, {"email"}),
        ("offline", {"push": "none"}, {"push": "mention"}, BOTH),
        ("offline", {}, {"mark_unread": "mention"}, set()),
        ("offline", {"push": "all"}, {"mark_unread": "mention"}, set()),
    ],
)
def test_a_mention_comes_over_the_ways_that_one_wants(
    site: Any, status: str, own: dict[str, str], props: dict[str, str], ways: set[str]
) -> None:
    person = site.person(own=own)
    channel = site.channel(person, props=props)
    site.set_status(person, status)
    site.say(channel, f"@{person.user['username']} hello")
    assert site.ways(person) == ways


@pytest.mark.parametrize(
    ("own", "props", "ways"),
    [
        ({}, {}, set()),
        ({}, {"push": "all"}, {"push"}),
        ({"push": "all"}, {}, {"push"}),
        ({"push": "all"}, {"push": "mention"}, set()),
        ({"push": "all"}, {"push": "none"}, set()),
    ],
)
def test_every_post_comes_to_the_phone_of_those_who_want_that(
    site: Any, own: dict[str, str], props: dict[str, str], ways: set[str]
) -> None:
    person = site.person(own=own)
    site.say(site.channel(person, props=props), "just so")
    assert site.ways(person) == ways


@pytest.mark.parametrize(
    ("props", "told"),
    [
        ({}, True),
        ({"ignore_channel_mentions": "on"}, False),
        ({"ignore_channel_mentions": "off"}, True),
        ({"mark_unread": "mention"}, False),
    ],
)
def test_calls_of_everybody_can_be_ignored_in_a_channel(site: Any, props: dict[str, str], told: bool) -> None:
    person = site.person()
    site.say(site.channel(person, props=props), "@all come")
    assert bool(site.ways(person)) == told


def test_here_calls_those_who_are_online(site: Any) -> None:
    online, away = site.person("online"), site.person("away")
    channel = site.channel(online, away)
    site.set_status(online, "online")
    site.set_status(away, "away")
    site.say(channel, "@here come")
    assert (site.ways(online), site.ways(away)) == ({"push"}, set())
    assert site.only(online).reason == CHANNEL_MENTION


def test_who_looks_at_the_channel_needs_no_push(site: Any) -> None:
    person = site.person()
    channel = site.channel(person)
    site.set_status(person, "online")
    text = f"@{person.user['username']} hello"
    person.post("/channels/members/me/view", {"channel_id": channel["id"]})
    site.say(channel, text)
    assert site.ways(person) == set()
    person.post("/channels/members/me/view", {"channel_id": ""})  # the window has lost the focus
    site.say(channel, text)
    assert site.ways(person) == {"push"}


def test_only_one_s_own_look_at_a_channel_counts(site: Any) -> None:
    person, other = site.person(own={"push_status": "online"}), site.person()
    channel, hidden = site.channel(person), site.channel(other)
    site.set_status(person, "online")
    site.alice.post(f"/channels/members/{person.id}/view", {"channel_id": channel["id"]})
    site.say(channel, f"@{person.user['username']} hello")
    assert site.ways(person) == {"push"}
    person.post("/channels/members/me/view", {"channel_id": channel["id"]})
    person.post("/channels/members/me/view", {"channel_id": hidden["id"]})  # not a member there
    site.say(channel, f"@{person.user['username']} hello")
    assert site.ways(person) == set()


def test_direct_and_group_messages_are_for_all_who_are_in_them(site: Any) -> None:
    bob, carol = site.person(), site.person(nickname="Caro")
    site.say(site.direct(bob), "hello")
    assert site.ways(bob) == BOTH
    assert (site.only(bob).reason, site.only(bob).channel_name, site.only(bob).team) == (DIRECT, "alice", None)
    site.say(site.direct(bob, carol), "hello both")
    assert (site.ways(bob), site.ways(carol)) == (BOTH, BOTH)
    assert site.only(carol).channel_name == f"alice, {bob.user['username']}"
    assert site.ways(site.alice) == set()


def test_what_is_handed_over_can_be_shown_as_it_is(site: Any) -> None:
    person = site.person()
    body = {"user_id": person.id, "category": "display_settings", "name": "name_format", "value": "full_name"}
    person.put(f"/users/{person.id}/preferences", [body])
    site.alice.put(f"/users/{site.alice.id}/patch", {"first_name": "Alice", "last_name": "Adams"})
    channel = site.channel(person)
    post = site.say(channel, f"@{person.user['username']} hello")
    one = site.only(person)
    assert (one.sender_name, one.channel_name, one.team.name) == ("Alice Adams", channel["display_name"], "crew")
    assert one.link == f"https://chat.example.com/crew/pl/{post['id']}"
    assert (one.status, one.is_crt, one.is_repeated, one.post.id) == ("offline", False, False, post["id"])


def test_nobody_is_told_of_their_own_posts_of_edits_and_of_system_messages(site: Any) -> None:
    person = site.person(own={"push": "all"})
    channel = site.channel(person)
    post = site.say(channel, f"@{person.user['username']} @all", author=person)
    assert site.ways(person) == set()
    post = site.say(channel, "so")
    site.recording.phone.got.clear()
    site.alice.put(f"/posts/{post['id']}/patch", {"message": f"@{person.user['username']} edited"})
    site.alice.put(f"/channels/{channel['id']}/patch", {"header": "a system message"})
    site.app.settle()
    assert site.ways(person) == set()


def test_who_is_added_to_a_channel_gets_mail_of_it(site: Any) -> None:
    person = site.person()
    channel = site.channel()
    site.say(channel, "nothing yet")
    site.alice.post(f"/channels/{channel['id']}/members", {"user_id": person.id})
    site.app.settle()
    assert site.ways(person) == {"email"}
    assert site.only(person).reason == ADDED


def test_bots_and_people_who_are_gone_are_not_told(site: Any) -> None:
    gone = site.person()
    channel = site.channel(gone)
    site.alice.delete(f"/users/{gone.id}")
    site.say(channel, f"@{gone.user['username']} @all")
    assert site.ways(gone) == set()


def test_guests_are_told_like_others(site: Any) -> None:
    guest = site.person()
    channel = site.channel(guest)
    site.alice.put(f"/users/{guest.id}/roles", {"roles": "system_guest"})
    site.say(channel, f"@{guest.user['username']} hello")
    assert site.ways(guest) == BOTH


# --- threads ---


@pytest.mark.parametrize(
    ("comments", "began", "reason"),
    [("never", True, None), ("root", True, COMMENT_ROOT), ("root", False, None), ("any", False, COMMENT)],
)
def test_replies_are_told_to_those_who_asked_for_it(site: Any, comments: str, began: bool, reason: str | None) -> None:
    person = site.person(own={"comments": comments})
    channel = site.channel(person)
    root = site.say(channel, "the root", author=person if began else None)
    if not began:
        site.say(channel, "an answer", author=person, root_id=root["id"])
    site.set_status(person, "offline")
    site.say(channel, "another", root_id=root["id"])
    assert site.ways(person) == (BOTH if reason else set())
    if reason:
        assert site.only(person).reason == reason


def collapse(client: Any) -> None:
    """Have somebody see replies in threads."""
    body = {"user_id": client.id, "category": "display_settings", "name": "collapsed_reply_threads", "value": "on"}
    client.put(f"/users/{client.id}/preferences", [body])


@pytest.mark.parametrize(
    ("own", "props", "ways"),
    [
        ({}, {}, BOTH),
        ({"email_threads": "mention"}, {}, {"push"}),
        ({"push_threads": "mention"}, {}, {"email"}),
        ({"push_threads": "none"}, {}, {"email"}),
        ({"email": "false", "push": "none"}, {}, set()),
        ({}, {"email": "false"}, BOTH),
        ({}, {"push_threads": "mention"}, {"email"}),
        ({}, {"mark_unread": "mention"}, set()),
    ],
)
def test_who_follows_a_thread_is_told_of_replies(
    site: Any, own: dict[str, str], props: dict[str, str], ways: set[str]
) -> None:
    person = site.person(own=own)
    collapse(person)
    channel = site.channel(person, props=props)
    root = site.say(channel, "the root", author=person)
    site.say(channel, "a reply", root_id=root["id"])
    site.set_status(person, "offline")
    site.say(channel, "another", root_id=root["id"])
    assert site.ways(person) == ways
    if ways:
        assert (site.only(person).reason, site.only(person).is_crt) == (THREAD, True)


def test_who_does_not_follow_is_not_told_even_when_they_want_every_post(site: Any) -> None:
    person = site.person(own={"push": "all", "comments": "any"})
    collapse(person)
    channel = site.channel(person)
    root = site.say(channel, "the root", author=person)
    site.say(channel, "a reply", root_id=root["id"])
    person.delete(f"/users/{person.id}/teams/{site.team['id']}/threads/{root['id']}/following")
    site.set_status(person, "offline")
    site.say(channel, "another", root_id=root["id"])
    assert site.ways(person) == set()
    site.say(channel, f"@{person.user['username']} another", root_id=root["id"])
    assert site.ways(person) == BOTH


# --- groups ---


def test_a_group_is_mentioned_and_counts(site: Any) -> None:
    inside, outside = site.person(), site.person()
    body = {
        "name": "engineers",
        "display_name": "Engineers",
        "source": "custom",
        "allow_reference": True,
        "user_ids": [inside.id, outside.id],
    }
    group = site.alice.post("/groups", body).json
    channel = site.channel(inside)
    inside.post("/channels/members/me/view", {"channel_id": channel["id"]})
    site.say(channel, "@engineers, come.")
    assert (site.ways(inside), site.ways(outside)) == (BOTH, set())
    assert site.only(inside).reason == GROUP_MENTION
    assert inside.get(f"/channels/{channel['id']}/members/{inside.id}").json["mention_count"] == 1
    site.alice.request("DELETE", f"/groups/{group['id']}/members", {"user_ids": [inside.id]})
    site.say(channel, "@engineers, come.")
    assert site.ways(inside) == set()


def test_who_may_not_mention_groups_tells_nobody(site: Any) -> None:
    person, guest = site.person(), site.person()
    body = {
        "name": "doctors",
        "display_name": "Doctors",
        "source": "custom",
        "allow_reference": True,
        "user_ids": [person.id],
    }
    site.alice.post("/groups", body)
    channel = site.channel(person, guest)
    role = site.alice.get("/roles/name/channel_user").json
    left = [name for name in role["permissions"] if name != "use_group_mentions"]
    site.alice.put(f"/roles/{role['id']}/patch", {"permissions": left})
    try:
        post = site.say(channel, "@doctors", author=guest)
    finally:
        site.alice.put(f"/roles/{role['id']}/patch", {"permissions": role["permissions"]})
    assert site.ways(person) == set()
    assert post["props"]["disable_group_highlight"] is True


# --- tests that people ask for ---


def test_a_test_comes_over_every_way_whatever_the_settings(site: Any) -> None:
    person = site.person("dnd", own={"push": "none", "email": "false"})
    site.say(site.channel(), "before")
    person.post("/notifications/test")
    site.app.settle()
    assert site.ways(person) == BOTH
    assert site.only(person).reason == TEST
