"""Hubbub goes on where a Mattermost server stopped: same accounts, sessions, channels, unread counts, posts."""

from typing import Any

from hubbub.tests.takeover.conftest import Site
from hubbub.tests.takeover.people import PASSWORD, user_id
from hubbub.tests.takeover.site import ANA_BEA, CREW, CUSTOM_CATEGORY, NEWS, PREFERENCES, SQUARE, TRIO
from hubbub.tests.takeover.talk import LAB, TEAM, post_id


def test_old_passwords_let_people_in(site: Site) -> None:
    assert site.sign_in("bea").get("/users/me").json["last_name"] == "Müller-Ó"
    assert site.server.client().login("bea", PASSWORD + "!").status == 401


def test_whoever_left_or_signs_in_elsewhere_does_not_get_in_with_a_password(site: Site) -> None:
    for name in ("dora", "leo", "sam", "gus", "deploybot"):
        assert site.server.client().login(name, PASSWORD).status in (400, 401, 403), name


def test_a_session_of_before_is_valid_and_an_expired_one_is_not(site: Site) -> None:
    assert site.resume("bea's phone").get("/users/me").json["username"] == "bea"
    assert site.resume("ana's browser").get("/users/me").json["nickname"] == "Ana ⛵ 🚢"
    assert site.resume("carl's old one").get("/users/me").status == 401


def test_an_access_token_of_before_is_valid(site: Site) -> None:
    assert site.resume("deploybot").get("/users/me").json["is_bot"] is True


def test_a_team_and_its_channels_are_there(site: Site) -> None:
    bea = site.resume("bea's phone")

    assert {team["id"] for team in bea.get("/users/me/teams").json} == {TEAM, LAB}
    channels = {channel["id"] for channel in bea.get(f"/users/me/teams/{TEAM}/channels").json}
    assert {SQUARE, CREW, NEWS, ANA_BEA, TRIO} <= channels
    members = bea.get(f"/users/me/teams/{TEAM}/channels/members").json
    assert {member["channel_id"] for member in members} == channels


def test_unread_counts_are_those_of_before(site: Site) -> None:
    bea = site.resume("bea's phone")

    square = bea.get(f"/users/me/channels/{SQUARE}/unread").json
    assert (square["msg_count"], square["mention_count"]) == (12, 1)
    direct = bea.get(f"/users/me/channels/{ANA_BEA}/unread").json
    assert (direct["msg_count"], direct["mention_count"]) == (1, 1)
    assert bea.get(f"/users/me/channels/{CREW}/unread").json["msg_count"] == 0


def test_settings_of_a_membership_are_kept(site: Site) -> None:
    carl = site.sign_in("carl")

    props = carl.get(f"/channels/{SQUARE}/members/me").json["notify_props"]
    assert (props["desktop"], props["mark_unread"]) == ("none", "mention")


def test_posts_read_as_they_were(site: Site) -> None:
    page = site.resume("bea's phone").get(f"/channels/{SQUARE}/posts?per_page=100").json

    messages = {id: post["message"] for id, post in page["posts"].items()}
    assert messages[post_id("hello")] == "Hello everybody 🚢"
    assert messages[post_id("typo")] == "The weather is fine"
    assert page["posts"][post_id("typo")]["edit_at"] > 0
    assert page["posts"][post_id("more 0")]["props"] == {}
    assert page["posts"][post_id("join")]["type"] == "system_join_channel"
    assert post_id("gone") not in messages
    assert page["order"][0] == post_id("bot")


def test_a_thread_is_whole(site: Site) -> None:
    thread = site.resume("bea's phone").get(f"/posts/{post_id('root')}/thread").json

    assert set(thread["posts"]) == {post_id("root"), post_id("reply 1"), post_id("reply 2")}
    assert thread["posts"][post_id("root")]["reply_count"] == 2


def test_preferences_are_kept(site: Site) -> None:
    found = site.resume("bea's phone").get("/users/me/preferences").json

    assert {(one["category"], one["name"], one["value"]) for one in found} >= set(PREFERENCES)


def test_sidebar_categories_are_kept(site: Site) -> None:
    found = site.resume("bea's phone").get(f"/users/me/teams/{TEAM}/channels/categories").json

    by_id = {category["id"]: category for category in found["categories"]}
    assert by_id[CUSTOM_CATEGORY]["display_name"] == "Ships 🚢"
    assert by_id[CUSTOM_CATEGORY]["collapsed"] is True
    assert by_id[CUSTOM_CATEGORY]["channel_ids"] == [CREW]
    assert by_id[f"favorites_{user_id('bea')}_{TEAM}"]["channel_ids"] == [NEWS]


def test_roles_that_an_administrator_changed_count(site: Site) -> None:
    role = site.resume("ana's browser").get("/roles/name/channel_guest").json

    assert "use_channel_mentions" not in role["permissions"]


def test_a_channel_scheme_counts(site: Site) -> None:
    body = {"channel_id": NEWS, "message": "by a member"}

    if site.offers("/api/v4/schemes"):
        assert site.sign_in("carl").post("/posts", body).status == 403
    assert site.resume("ana's browser").post("/posts", {**body, "message": "by an admin"}).status == 201


def test_people_go_on_talking(site: Site) -> None:
    bea = site.resume("bea's phone")

    posted = bea.post("/posts", {"channel_id": CREW, "message": "Aye 🏴‍☠️ 你好"})
    assert posted.status == 201, posted
    assert bea.put(f"/posts/{posted.json['id']}/patch", {"message": "Aye aye 🏴‍☠️"}).status == 200
    reply = bea.post("/posts", {"channel_id": CREW, "message": "in a thread", "root_id": posted.json["id"]})
    assert reply.status == 201, reply
    ana = site.resume("ana's browser")
    assert ana.get(f"/users/me/channels/{CREW}/unread").json["msg_count"] == 2
    assert ana.post("/channels/members/me/view", {"channel_id": CREW}).status == 200
    assert ana.get(f"/users/me/channels/{CREW}/unread").json["msg_count"] == 0


def test_new_things_can_be_made(site: Site) -> None:
    ana = site.resume("ana's browser")
    team = ana.post("/teams", {"name": f"new{site.version.latest}", "display_name": "New", "type": "O"})
    assert team.status == 201, team
    body = {"team_id": team.json["id"], "name": "new-channel", "display_name": "New", "type": "O"}
    channel = ana.post("/channels", body)
    assert channel.status == 201, channel
    assert ana.put(f"/channels/{channel.json['id']}/patch", {"header": "A header 🌊"}).json["header"] == "A header 🌊"
    assert ana.post(f"/channels/{channel.json['id']}/members", {"user_id": user_id("ana")}).status in (200, 201)
    assert ana.put("/users/me/preferences", [preference("new", "name", "value")]).status == 200
    new = ana.post("/users", {"username": "nils", "email": "nils@example.com", "password": PASSWORD})
    assert new.status == 201, new
    assert site.sign_in("nils").id == new.json["id"]


def preference(category: str, name: str, value: str) -> dict[str, Any]:
    return {"user_id": user_id("ana"), "category": category, "name": name, "value": value}


def test_new_password_hashes_are_such_as_the_old_server_reads(site: Site) -> None:
    ana = site.resume("ana's browser")
    changed = ana.put(f"/users/{user_id('user01')}/password", {"new_password": "Another-2 word"})
    assert changed.status == 200, changed
    site.sign_in("user02")  # a sign-in may renew the hash

    for name in ("user01", "user02"):
        hashed = site.db.fetch_value("SELECT password FROM {users} WHERE username = ?", (name,))
        assert hashed.startswith("$pbkdf2$f=SHA256,w=600000,l=32$" if site.version.is_11 else "$2a$10$"), hashed


READ = (
    f"/users/me/teams/{TEAM}/drafts", f"/users/me/teams/{TEAM}/threads?extended=true", "/users/me/teams/unread",
    f"/posts/scheduled/team/{TEAM}", f"/posts/{post_id('hello')}/reactions", f"/posts/{post_id('reply 2')}/files/info",
    f"/posts/{post_id('hello')}/info", f"/channels/{SQUARE}/pinned", f"/channels/{SQUARE}/stats",
    f"/channels/{CREW}/bookmarks", f"/channels/{SQUARE}/member_counts_by_group", "/users/me/posts/flagged",
    f"/users?in_channel={SQUARE}", f"/users?in_team={TEAM}", "/users/me/groups", "/users/me/tokens", "/users/stats",
    f"/users/{user_id('bea')}/custom_profile_attributes", "/custom_profile_attributes/fields", "/emoji",
    "/emoji/name/anchor_of_ours", "/schemes", "/groups?filter_allow_reference=true", "/bots", "/hooks/incoming",
    "/hooks/outgoing", f"/commands?team_id={TEAM}", "/oauth/apps", "/roles", "/audits", "/users/me/audits", "/jobs",
    "/reports/users?page_size=50", "/terms_of_service", "/analytics/old", "/config/client", "/license/client",
    f"/teams/{TEAM}/channels", f"/teams/{TEAM}/members", f"/teams/{TEAM}/stats", f"/teams/{TEAM}/channels/deleted",
    "/channels?per_page=20", "/sharedchannels/remotes", "/remotecluster", "/data_retention/policies",
)  # fmt: skip
WRITTEN = (
    ("/drafts", {"channel_id": SQUARE, "message": "not yet", "user_id": user_id("ana")}),
    ("/reactions", {"post_id": post_id("root"), "emoji_name": "ship", "user_id": user_id("ana")}),
    (f"/users/me/posts/{post_id('hello')}/ack", None),
    (f"/users/me/posts/{post_id('hello')}/set_unread", {}),
    (f"/posts/{post_id('root')}/pin", None),
    ("/posts/search", {"terms": "weather"}),
    (f"/teams/{TEAM}/posts/search", {"terms": "weather", "is_or_search": False}),
    ("/channels/search", {"term": "town"}),
    ("/users/search", {"term": "be", "team_id": TEAM}),
    ("/bots", {"username": "newbot"}),
)


def test_nothing_that_is_there_stumbles_over_old_rows(site: Site) -> None:
    """Whatever plugins are there: what isn't answered yet is a 404 or 501, what is must not be a bug's 500."""
    ana = site.resume("ana's browser")

    answers = {path: ana.get(path) for path in READ} | {path: ana.post(path, body) for path, body in WRITTEN}
    assert {path: answer for path, answer in answers.items() if answer.status == 500} == {}


def test_everything_is_there_after_a_restart(site: Site) -> None:
    site.restart()

    bea = site.resume("bea's phone")
    assert bea.get(f"/users/me/channels/{SQUARE}/unread").json["mention_count"] == 1
    assert bea.get(f"/posts/{post_id('hello')}").json["message"] == "Hello everybody 🚢"
