"""Fills a server's database with people who are signed in: `python people.py CONFIG USERS CHANNELS POSTS EVERYWHERE`.

Runs before the server, through its own services, so that a thousand accounts need no thousand password hashes.
Prints one JSON object: the team, per channel its id and its members' ids and tokens, and who is in every channel.
"""

import json
import os
import sys
from pathlib import Path

from hubbub.core.cli_app import create_offline_app, running_offline
from hubbub.core.config import ConfigStore
from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.teams import Team, TeamService
from hubbub.core.contracts.users import NewUser, UserService


def main(config: str, users: int, channels: int, posts: int, everywhere: int) -> None:
    """Make `users` people, spread over `channels` channels with `posts` posts in each, and some who are in all."""
    store = ConfigStore(Path(config), dict(os.environ))
    store.load()
    with running_offline(create_offline_app(store)) as app:
        accounts, teams = app.service(UserService), app.service(TeamService)
        rooms, sessions, messages = app.service(ChannelService), app.service(SessionService), app.service(PostService)
        admin = accounts.create(NewUser(username="boss", email="boss@example.org"), password_hash="none")
        team = teams.create(Team(id="", name="bench", display_name="Bench"), creator_id=admin.id)
        made = []
        for number in range(channels):
            name = f"room{number}"
            channel = rooms.create(Channel(id="", team_id=team.id, name=name, display_name=name), creator_id=admin.id)
            made.append({"id": channel.id, "users": []})
        for number in range(users):
            user = accounts.create(
                NewUser(username=f"user{number}", email=f"user{number}@example.org"), password_hash="none"
            )
            teams.add_member(team.id, user.id)
            room = made[number % channels]
            rooms.add_member(room["id"], user.id)
            room["users"].append({"id": user.id, "token": sessions.create(user).token})
        busy = []
        for number in range(everywhere):
            user = accounts.create(
                NewUser(username=f"busy{number}", email=f"busy{number}@example.org"), password_hash=""
            )
            teams.add_member(team.id, user.id)
            for room in made:
                rooms.add_member(room["id"], user.id)
            busy.append({"id": user.id, "token": sessions.create(user).token})
        for room in made:
            for number in range(posts):
                author = room["users"][number % len(room["users"])]["id"]
                text = f"This is message number {number} of the benchmark, as long as people's messages usually are."
                messages.create(Post(channel_id=room["id"], user_id=author, message=text), set_online=False)
        print(json.dumps({"team": team.id, "admin": sessions.create(admin).token, "channels": made, "busy": busy}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:6]))
