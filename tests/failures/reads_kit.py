"""People who read what replicas may answer, right after they wrote it or were told of it."""

from hubbub.core.testing import LiveServer
from hubbub.tests.failures.kit import Room


def check_told_and_found(server: LiveServer, room: Room, times: int) -> None:
    """Fail unless authors find each post at once, and so does whoever is told of it over a WebSocket.

    What follows a post in its channel is read from a replica; each request may come to any worker.
    """
    author, reader = room.posters[:2]
    path = f"/channels/{room.channel['id']}/posts"
    last = author.create_post(room.channel, "the news")
    with server.websocket(reader) as socket:
        for number in range(times):
            post = author.create_post(room.channel, f"news {number}")
            assert post["id"] in author.get(path, query={"after": last["id"], "per_page": "200"}).json["order"], (
                "its author's"
            )
            while post["id"] not in socket.wait_for("posted")["data"]["post"]:
                pass
            assert post["id"] in reader.get(path, query={"after": last["id"], "per_page": "200"}).json["order"], (
                "whom it was told to"
            )
            last = post
