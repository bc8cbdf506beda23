"""Sign up, talk and listen with mattermostdriver; prints what it saw as one line of JSON."""

import asyncio
import json
import sys
import threading

from mattermostdriver import Driver
from mattermostdriver.exceptions import NotEnoughPermissions

ASKED = json.load(sys.stdin)
PASSWORD = "Correct-horse-9"
LAST = "that is all"


def driver(name):
    """Return a driver for the server under test."""
    return Driver(
        {
            "scheme": "http",
            "url": ASKED["host"],
            "port": ASKED["port"],
            "login_id": name,
            "password": PASSWORD,
            "timeout": 10,
        }
    )


def talk(alice, bob_id, channel, team):
    """Post, reply, edit, read and search as a bot would; return what came back."""
    posts = alice.posts
    root = posts.create_post({"channel_id": channel["id"], "message": "first words"})
    reply = posts.create_post({"channel_id": channel["id"], "message": "an answer", "root_id": root["id"]})
    edited = posts.patch_post(root["id"], {"message": "first words, mended"})
    replaced = posts.update_post(reply["id"], {"id": reply["id"], "message": "a better answer"})
    gone = posts.create_post({"channel_id": channel["id"], "message": "never mind"})
    posts.delete_post(gone["id"])
    direct = alice.channels.create_direct_message_channel([alice.client.userid, bob_id])
    posts.create_post({"channel_id": direct["id"], "message": "between us"})
    page = posts.get_posts_for_channel(channel["id"], {"per_page": 10})
    posts.create_post({"channel_id": channel["id"], "message": LAST})
    found = alice.users.search_users({"term": ASKED["bob"], "team_id": team["id"]})
    return {
        "root": root,
        "reply": reply,
        "edited": edited,
        "replaced": replaced,
        "page": [page["posts"][post_id]["message"] for post_id in page["order"]],
        "thread": sorted(post["message"] for post in posts.get_thread(root["id"])["posts"].values()),
        "found": [user["username"] for user in found],
        "by_name": alice.users.get_user_by_username(ASKED["bob"])["id"],
        "members": len(alice.channels.get_channel_members(channel["id"])),
    }


def listen(bob, seen, greeted):
    """Collect events until the last post comes, on a loop of this thread."""
    asyncio.set_event_loop(asyncio.new_event_loop())

    async def take(text):
        message = json.loads(text)
        if "event" not in message:
            return
        seen.append(message)
        if message["event"] == "hello":
            greeted.set()
        elif message["event"] == "posted" and json.loads(message["data"]["post"])["message"] == LAST:
            bob.disconnect()

    bob.init_websocket(take)


def main():
    """Do it all."""
    alice, bob = driver(ASKED["alice"]), driver(ASKED["bob"])
    for name in (ASKED["alice"], ASKED["bob"]):
        alice.users.create_user({"email": f"{name}@example.com", "username": name, "password": PASSWORD})
    me, bob_id = alice.login(), bob.login()["id"]
    team = alice.teams.create_team({"name": ASKED["team"], "display_name": "Team", "type": "O"})
    alice.teams.add_user_to_team(team["id"], {"team_id": team["id"], "user_id": bob_id})
    channel = alice.channels.create_channel(
        {"team_id": team["id"], "name": "lounge", "display_name": "Lounge", "type": "O"}
    )
    alice.channels.add_user(channel["id"], {"user_id": bob_id})
    seen, greeted = [], threading.Event()
    listener = threading.Thread(target=listen, args=(bob, seen, greeted), daemon=True)
    listener.start()
    assert greeted.wait(20), "the server did not say hello"
    result = talk(alice, bob_id, channel, team)
    listener.join(20)
    assert not listener.is_alive(), f"the last post did not come; there were {[event['event'] for event in seen]}"
    try:
        alice.system.get_configuration()
        refused = False
    except NotEnoughPermissions:
        refused = True
    alice.logout()
    print(json.dumps({**result, "me": me, "bob_id": bob_id, "channel": channel, "events": seen, "refused": refused}))


main()
