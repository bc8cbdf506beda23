"""What plugins can do with posts, and what clients hear of them."""

import json
from typing import Any

import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.hookspecs import hookimpl


class Watcher:
    """Filters posts as a test says, and remembers what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []
        self.filter: Any = lambda post: None
        self.hide: Any = lambda posts: None

    @hookimpl
    def message_will_be_posted(self, post: Any) -> Any:
        return self.filter(post)

    @hookimpl
    def message_will_be_updated(self, new_post: Any, old_post: Any) -> Any:
        assert old_post.id == new_post.id
        return self.filter(new_post)

    @hookimpl
    def messages_will_be_consumed(self, posts: Any) -> Any:
        return self.hide(posts)

    @hookimpl
    def message_has_been_posted(self, post: Any) -> None:
        self.told.append(("posted", post.message))

    @hookimpl
    def message_has_been_updated(self, new_post: Any, old_post: Any) -> None:
        self.told.append(("updated", old_post.message, new_post.message))

    @hookimpl
    def message_has_been_deleted(self, post: Any) -> None:
        self.told.append(("deleted", post.message))


@pytest.fixture
def watcher(talk: Any) -> Watcher:
    """Return a plugin that is registered with the server."""
    watcher = Watcher()
    talk.server.app.hooks.register(watcher, "watcher")
    return watcher


def test_plugins_hear_of_each_change_once(talk: Any, watcher: Watcher) -> None:
    post = talk.say(talk.bob, "one", pending_post_id="p")
    talk.say(talk.bob, "one", pending_post_id="p")
    talk.bob.put(f"/posts/{post['id']}/patch", {"message": "two"})
    talk.bob.delete(f"/posts/{post['id']}")
    talk.bob.delete(f"/posts/{post['id']}")
    talk.server.settle()
    assert watcher.told == [("posted", "one"), ("updated", "one", "two"), ("deleted", "two")]


def test_a_filter_changes_what_is_said_but_not_where_or_by_whom(talk: Any, watcher: Watcher) -> None:
    def shout(post: Any) -> Any:
        post.message = post.message.upper() + " #loud"
        post.user_id, post.channel_id, post.id = talk.carol.id, "x" * 26, "y" * 26
        return post

    watcher.filter = shout
    post = talk.say(talk.bob, "quiet @carol")
    assert (post["message"], post["user_id"], post["channel_id"]) == ("QUIET @CAROL #loud", talk.bob.id, talk.channel)
    assert post["hashtags"] == "#loud"
    assert talk.bob.get(f"/posts/{post['id']}").json["message"] == "QUIET @CAROL #loud"
    assert talk.mentions(talk.carol) == 1
    edited = talk.bob.put(f"/posts/{post['id']}/patch", {"message": "again"})
    assert edited.json["message"] == "AGAIN #loud"
    assert edited.json["user_id"] == talk.bob.id


def test_a_rejection_tells_the_author_why(talk: Any, watcher: Watcher) -> None:
    post = talk.say(talk.bob, "fine")

    def refuse(post: Any) -> None:
        raise Rejected("No swearing here.")

    watcher.filter = refuse
    answers = [
        talk.bob.post("/posts", {"channel_id": talk.channel, "message": "damn", "pending_post_id": "p"}),
        talk.bob.put(f"/posts/{post['id']}/patch", {"message": "damn"}),
    ]
    for answer in answers:
        assert (answer.status, answer.json["message"]) == (400, "No swearing here.")
    assert talk.messages(talk.carol) == ["fine"]


def test_a_broken_filter_lets_nothing_pass(talk: Any, watcher: Watcher) -> None:
    watcher.filter = lambda post: 1 / 0
    answer = talk.bob.post("/posts", {"channel_id": talk.channel, "message": "m", "pending_post_id": "p"})
    assert (answer.status, answer.error) == (500, "app.plugin.hook_failed.app_error")
    assert "ZeroDivisionError" not in answer.body.decode()
    watcher.filter = lambda post: None
    talk.say(talk.bob, "m", pending_post_id="p")
    assert talk.messages(talk.bob) == ["m"]


def test_a_filter_may_not_make_a_post_invalid(talk: Any, watcher: Watcher) -> None:
    def inflate(post: Any) -> Any:
        post.message = "x" * 20_000
        return post

    watcher.filter = inflate
    answer = talk.bob.post("/posts", {"channel_id": talk.channel, "message": "m"})
    assert answer.error == "model.post.is_valid.message_length.app_error"


def test_what_readers_see_may_be_changed_or_hidden(talk: Any, watcher: Watcher) -> None:
    hidden, shown = talk.say(talk.bob, "secret"), talk.say(talk.bob, "open")
    assert talk.messages(talk.carol) == ["open", "secret"]
    watcher.hide = lambda posts: [post for post in posts if post.message != "secret"]
    assert talk.messages(talk.carol) == ["open"]
    assert talk.carol.get(f"/posts/{hidden['id']}").status == 404
    assert talk.carol.post("/posts/ids", [hidden["id"], shown["id"]]).json[0]["message"] == "open"
    watcher.hide = lambda posts: None
    assert talk.messages(talk.carol) == ["open", "secret"], "what is stored stays"


def test_the_event_of_a_post(talk: Any) -> None:
    root = talk.say(talk.bob, "root")
    post = talk.say(talk.bob, "hello", root_id=root["id"])
    event = talk.server.events("posted")[-1]
    assert json.loads(event.data["post"]) == post
    assert {name: value for name, value in event.data.items() if name != "post"} == {
        "channel_display_name": "Talk",
        "channel_name": "talk",
        "channel_type": "O",
        "sender_name": "@bob",
        "team_id": talk.team,
        "set_online": True,
    }
    assert (event.broadcast.channel_id, event.per_user) == (talk.channel, None)


def test_the_event_of_a_direct_message_is_named_after_its_sender(talk: Any) -> None:
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.eve.id]).json["id"]
    talk.bob.post("/posts?set_online=false", {"channel_id": direct, "message": "hi"})
    data = talk.server.events("posted")[-1].data
    assert (data["channel_display_name"], data["channel_type"], data["team_id"]) == ("@bob", "D", "")
    assert data["set_online"] is False


def test_a_webhooks_name_is_shown_where_that_is_allowed(talk: Any) -> None:
    props = {"from_webhook": "true", "override_username": "Builder"}
    program = program_of(talk, talk.alice)
    talk.say(program, "m", props=props)
    assert talk.server.events("posted")[-1].data["sender_name"] == "@alice"
    talk.server.configure(ServiceSettings={"EnablePostUsernameOverride": True})
    talk.say(program, "m", props=props)
    assert talk.server.events("posted")[-1].data["sender_name"] == "Builder"


def program_of(talk: Any, admin: Any) -> Any:
    """Return a client with a personal access token."""
    talk.server.configure(ServiceSettings={"EnableUserAccessTokens": True})
    made = admin.post(f"/users/{admin.id}/tokens", {"description": "for a program"})
    assert made.status == 200, made
    client = talk.server.client()
    client.token = made.json["token"]
    return client


def test_a_person_can_not_pass_for_somebody_else(talk: Any) -> None:
    talk.server.configure(ServiceSettings={"EnablePostUsernameOverride": True})
    props = {"from_webhook": "true", "override_username": "Builder", "override_icon_url": "https://x.example.com/i"}
    post = talk.say(talk.bob, "m", props=props)
    assert post["props"] == {"from_webhook": "true"}
    assert talk.server.events("posted")[-1].data["sender_name"] == "@bob"
    changed = talk.bob.put(f"/posts/{post['id']}/patch", {"props": props}).json
    assert changed["props"] == {"from_webhook": "true"}
    shown = talk.say(program_of(talk, talk.alice), "m", props=props)
    kept = talk.alice.put(f"/posts/{shown['id']}/patch", {"props": {**props, "more": "x"}}).json
    assert kept["props"] == {**props, "more": "x"}, "an edit leaves the name that the post has"


def system_messages(talk: Any, channel: str = "") -> list[tuple[str, str, dict[str, Any]]]:
    """Return type, author and props of the system messages of a channel, oldest first."""
    found = talk.alice.get(f"/channels/{channel or talk.channel}/posts").json
    posts = [found["posts"][post_id] for post_id in reversed(found["order"])]
    return [(post["type"], post["user_id"], post["props"]) for post in posts if post["type"]]


def test_changes_of_a_channel_are_said_in_it(talk: Any) -> None:
    for patch in ({"header": "h"}, {"purpose": "p"}, {"display_name": "Chat"}, {"header": ""}):
        assert talk.bob.put(f"/channels/{talk.channel}/patch", patch).status == 200
    talk.alice.put(f"/channels/{talk.channel}/privacy", {"privacy": "P"})
    talk.alice.delete(f"/channels/{talk.channel}")
    talk.alice.post(f"/channels/{talk.channel}/restore")
    bob, alice = {"username": "bob"}, {"username": "alice"}
    assert system_messages(talk) == [
        ("system_header_change", talk.bob.id, {**bob, "old_header": "", "new_header": "h"}),
        ("system_purpose_change", talk.bob.id, {**bob, "old_purpose": "", "new_purpose": "p"}),
        ("system_displayname_change", talk.bob.id, {**bob, "old_displayname": "Talk", "new_displayname": "Chat"}),
        ("system_header_change", talk.bob.id, {**bob, "old_header": "h", "new_header": ""}),
        ("system_change_chan_privacy", talk.alice.id, alice),
        ("system_channel_deleted", talk.alice.id, alice),
        ("system_channel_restored", talk.alice.id, alice),
    ]


def test_coming_and_going_is_said_in_the_channel(talk: Any) -> None:
    talk.server.configure(TeamSettings={"EnableJoinLeaveMessageByDefault": True})
    members = f"/channels/{talk.channel}/members"
    talk.dave.post(members, {"user_id": talk.dave.id})
    talk.dave.delete(f"{members}/{talk.dave.id}")
    talk.bob.post(members, {"user_id": talk.dave.id})
    talk.bob.delete(f"{members}/{talk.dave.id}")
    added = {"userId": talk.bob.id, "username": "bob", "addedUserId": talk.dave.id, "addedUsername": "dave"}
    assert system_messages(talk) == [
        ("system_join_channel", talk.dave.id, {"username": "dave"}),
        ("system_leave_channel", talk.dave.id, {"username": "dave"}),
        ("system_add_to_channel", talk.bob.id, added),
        ("system_remove_from_channel", talk.bob.id, {"removedUserId": talk.dave.id, "removedUsername": "dave"}),
    ]
    assert talk.server.events("posted")[0].data["sender_name"] == "System"


def test_the_default_channel_says_team(talk: Any) -> None:
    talk.server.configure(TeamSettings={"EnableJoinLeaveMessageByDefault": True})
    talk.alice.post(f"/teams/{talk.team}/members", {"team_id": talk.team, "user_id": talk.eve.id})
    talk.eve.delete(f"/teams/{talk.team}/members/{talk.eve.id}")
    square = talk.alice.get(f"/teams/{talk.team}/channels/name/town-square").json["id"]
    assert [entry[0] for entry in system_messages(talk, square)] == ["system_add_to_team", "system_leave_team"]


@pytest.mark.engines("sqlite")
def test_guests_have_messages_of_their_own(make_talk: Any) -> None:
    talk = make_talk(GuestAccountsSettings={"Enable": True}, TeamSettings={"EnableJoinLeaveMessageByDefault": True})
    guest = talk.make_guest("gus")
    member = {"user_id": guest.id}
    talk.alice.post(f"/channels/{talk.channel}/members", member)
    guest.delete(f"/channels/{talk.channel}/members/{guest.id}")
    assert [(kind, author) for kind, author, _ in system_messages(talk)] == [
        ("system_add_guest_to_chan", talk.alice.id),
        ("system_leave_channel", guest.id),
    ]


@pytest.mark.engines("sqlite")
def test_a_channel_that_moves_to_another_team_says_where_from(talk: Any) -> None:
    team = talk.alice.post("/teams", {"name": "other", "display_name": "Other", "type": "O"}).json["id"]
    moved = talk.alice.post(f"/channels/{talk.channel}/move", {"team_id": team, "force": True})
    assert moved.status == 200, moved
    assert system_messages(talk) == [("system_move_channel", talk.alice.id, {"username": "alice"})]
    page = talk.alice.get(f"/channels/{talk.channel}/posts").json
    assert page["posts"][page["order"][0]]["message"] == "alice moved this channel to this team from Crew."
