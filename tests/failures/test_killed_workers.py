"""A worker is killed in the middle of everything (kill -9): what was answered is kept, and the server goes on."""

import os
import signal

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.failures.kit import Load, Room, check_nothing_lost, config_for, eventually
from hubbub.tests.services.databases import DatabaseSource

KILLS = 3


def workers_of(source: DatabaseSource) -> int:
    return 1 if source.driver_name == "sqlite" else 2


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_killed_workers_lose_nothing_that_was_answered(database: DatabaseSource) -> None:
    number = workers_of(database)
    with LiveServer(config_for(database), workers=number) as server:
        room = Room(server)
        with Load(room) as load:
            for _ in range(KILLS):
                load.more()
                victim = server.worker_pids[0]
                os.kill(victim, signal.SIGKILL)
                eventually(lambda victim=victim: victim not in server.worker_pids and len(server.worker_pids) == number)
            load.more()
        assert not load.refused
        check_nothing_lost(database, load.kept)


@pytest.mark.engines("postgres")
def test_clients_of_the_other_worker_hear_what_is_posted_after_a_worker_was_killed(database: DatabaseSource) -> None:
    with LiveServer(config_for(database), workers=2) as server:
        room = Room(server)
        os.kill(server.worker_pids[0], signal.SIGKILL)
        eventually(lambda: len(server.worker_pids) == 2)

        def all_hear() -> bool:
            """Connect and listen; several connections, so that both workers have some."""
            sockets = [server.websocket(poster) for poster in room.posters for _ in range(3)]
            said = room.posters[0].create_post(room.channel, "does everybody hear me?")["id"]
            try:
                return all(said in socket.wait_for("posted", timeout=5)["data"]["post"] for socket in sockets)
            except ConnectionError:
                return False  # told to connect again (1001): its worker has just seen that it missed messages
            finally:
                for socket in sockets:
                    socket.close()

        eventually(all_hear, timeout=20)
