"""Sign up, talk and listen with mattermostautodriver; prints what it saw as one line of JSON."""

import asyncio
import json
import sys

from mattermostautodriver import AsyncTypedDriver as AsyncDriver
from mattermostautodriver import TypedDriver as Driver
from mattermostautodriver.exceptions import NotEnoughPermissions

ASKED = json.load(sys.stdin)
PASSWORD = "Correct-horse-9"
LAST = "that is all"


def driver(kind=Driver, name=""):
    """Return a driver for the server under test."""
    return kind(
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


def talk(alice, bob_id, channel, team):
    """Post, reply, edit, read and search as a bot would; return what came back."""
    posts = alice.posts
    root = posts.create_post(channel_id=channel["id"], message="first words")
    reply = posts.create_post(channel_id=channel["id"], message="an answer", root_id=root["id"])
    edited = posts.patch_post(root["id"], message="first words, mended")
    replaced = posts.update_post(reply["id"], id=reply["id"], message="a better answer")
    gone = posts.create_post(channel_id=channel["id"], message="never mind")
    posts.delete_post(gone["id"])
    direct = alice.channels.create_direct_channel([alice.client.userid, bob_id])
    posts.create_post(channel_id=direct["id"], message="between us")
    page = posts.get_posts_for_channel(channel["id"], per_page=10)
    posts.create_post(channel_id=channel["id"], message=LAST)
    return {
        "root": root,
        "reply": reply,
        "edited": edited,
        "replaced": replaced,
        "page": [page["posts"][post_id]["message"] for post_id in page["order"]],
        "thread": sorted(post["message"] for post in posts.get_post_thread(root["id"])["posts"].values()),
        "found": [user["username"] for user in alice.users.search_users(term=ASKED["bob"], team_id=team["id"])],
        "by_name": alice.users.get_user_by_username(ASKED["bob"])["id"],
        "members": len(alice.channels.get_channel_members(channel["id"])),
    }


async def listen(name, work):
    """Collect events until the last post comes; `work` begins once the server said hello."""
    seen = []
    async with driver(AsyncDriver, name) as bob:
        await bob.login()
        greeted, done = asyncio.Event(), asyncio.Event()

        async def take(text):
            message = json.loads(text)
            if "event" not in message:
                return
            seen.append(message)
            if message["event"] == "hello":
                greeted.set()
            elif message["event"] == "posted" and json.loads(message["data"]["post"])["message"] == LAST:
                done.set()

        socket = asyncio.create_task(bob.init_websocket(take))
        await asyncio.wait_for(greeted.wait(), 20)
        result = await asyncio.to_thread(work)
        await asyncio.wait_for(done.wait(), 20)
        socket.cancel()
    return result, seen


def main():
    """Do it all."""
    with driver(name=ASKED["alice"]) as alice:
        for name in (ASKED["alice"], ASKED["bob"]):
            alice.users.create_user(email=f"{name}@example.com", username=name, password=PASSWORD)
        me = alice.login()
        bob_id = alice.users.get_user_by_username(ASKED["bob"])["id"]
        team = alice.teams.create_team(name=ASKED["team"], display_name="Team", type="O")
        alice.teams.add_team_member(team["id"], user_id=bob_id)
        channel = alice.channels.create_channel(team["id"], name="lounge", display_name="Lounge", type="O")
        alice.channels.add_channel_member(channel["id"], user_id=bob_id)
        result, seen = asyncio.run(listen(ASKED["bob"], lambda: talk(alice, bob_id, channel, team)))
        try:
            alice.system.get_config()
            refused = ""
        except NotEnoughPermissions as error:
            refused = error.error_id
        alice.logout()
    print(json.dumps({**result, "me": me, "bob_id": bob_id, "channel": channel, "events": seen, "refused": refused}))


main()
