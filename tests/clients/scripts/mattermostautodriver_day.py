"""A working day by script with mattermostautodriver: threads, reactions, search, schedules; prints what it saw."""

import json
import sys
import time

from mattermostautodriver import TypedDriver as Driver
from mattermostautodriver.exceptions import NotEnoughPermissions

ASKED = json.load(sys.stdin)
PASSWORD = "Correct-horse-9"
HOUR = 3600


def driver(name):
    """Return a driver of one user."""
    return Driver(
        {
            "scheme": "http",
            "url": ASKED["host"],
            "port": ASKED["port"],
            "login_id": name,
            "password": PASSWORD,
            "timeout": 10,
            "max_retries": 0,
        }
    )


def converse(alice, bob, team, channel):
    """Talk in a thread, react, read it; return what each sees."""
    root = alice.posts.create_post(channel_id=channel["id"], message="Lunch at #noon?")
    bob.posts.create_post(channel_id=channel["id"], message="gladly", root_id=root["id"])
    me, other = alice.client.userid, bob.client.userid
    bob.reactions.save_reaction({"user_id": other, "post_id": root["id"], "emoji_name": "pizza"})
    seen = {
        "reactions": [one["emoji_name"] for one in alice.reactions.get_reactions(root["id"])],
        "threads": alice.threads.get_user_threads(me, team["id"]),
        "found": list(alice.posts.search_posts(team["id"], terms="#noon", is_or_search=False)["posts"]) == [root["id"]],
    }
    bob.reactions.delete_reaction(other, root["id"], "pizza")
    alice.threads.update_thread_read_for_user(me, team["id"], root["id"], str(int(time.time() * 1000) + 1000))
    seen["read"] = alice.threads.get_user_threads(me, team["id"])["total_unread_threads"]
    alice.threads.stop_following_thread(me, team["id"], root["id"])
    seen["left"] = alice.threads.get_user_threads(me, team["id"])["total"]
    bob.posts.set_post_reminder(other, root["id"], int(time.time()) + HOUR)
    return seen


def arrange(alice, team, channel):
    """Prepare what comes later, and how the channel looks; return what there is then."""
    due = (int(time.time()) + HOUR) * 1000
    later = alice.scheduled_post.create_scheduled_post(scheduled_at=due, channel_id=channel["id"], message="tea")
    # The driver's own call for this forgets its argument (11.11).
    seen = {"scheduled": alice.client.get(f"/api/v4/posts/scheduled/team/{team['id']}")}
    alice.scheduled_post.delete_scheduled_post(later["id"])
    alice.bookmarks.create_channel_bookmark(
        channel["id"], display_name="Menu", type="link", link_url="https://example.com/menu"
    )
    seen["bookmarks"] = [
        one["display_name"] for one in alice.bookmarks.list_channel_bookmarks_for_channel(channel["id"])
    ]
    alice.status.update_user_custom_status(alice.client.userid, emoji="pizza", text="Lunch")
    seen["status"] = json.loads(alice.users.get_user(alice.client.userid)["props"]["customStatus"])["text"]
    seen["emoji"] = alice.emoji.get_emoji_list()
    seen["fields"] = alice.custom_profile_attributes.list_all_cpa_fields()
    return seen


def main():
    """Do it all."""
    with driver(ASKED["alice"]) as alice, driver(ASKED["bob"]) as bob:
        for name in (ASKED["alice"], ASKED["bob"]):
            alice.users.create_user(email=f"{name}@example.com", username=name, password=PASSWORD)
        alice.login()
        bob.login()
        team = alice.teams.create_team(name=ASKED["team"], display_name="Team", type="O")
        alice.teams.add_team_member(team["id"], user_id=bob.client.userid)
        channel = alice.channels.create_channel(team["id"], name="kitchen", display_name="Kitchen", type="O")
        alice.channels.add_channel_member(channel["id"], user_id=bob.client.userid)
        seen = converse(alice, bob, team, channel) | arrange(alice, team, channel)
        try:
            bob.posts.set_post_reminder(alice.client.userid, seen["threads"]["threads"][0]["id"], 1)
            seen["refused"] = False
        except NotEnoughPermissions:
            seen["refused"] = True
    print(json.dumps(seen | {"team": team["id"]}))


main()
