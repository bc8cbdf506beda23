"""A worker of the tests: a real process with a bus, told what to do by lines on standard input.

Prints one JSON line per event: ready, message, reconnect, peers.
"""

# ruff: noqa: E402  (patching comes first)

from gevent import monkey

monkey.patch_all()

import json
import os
import sys
from pathlib import Path

import gevent
from gevent.fileobject import FileObject

from hubbub.plugins.cluster_local.bus import LocalBus


def say(**event: object) -> None:
    """Print one event."""
    print(json.dumps(event), flush=True)


def main() -> None:
    """Obey until standard input ends."""
    bus = LocalBus(Path(sys.argv[1]))
    bus.start(
        lambda topic, payload: say(event="message", topic=topic, payload=payload[:64].decode()),
        lambda: say(event="reconnect"),
    )
    say(event="ready", pid=os.getpid(), name=bus.name)
    for line in FileObject(sys.stdin):
        word, *arguments = line.split()
        if word == "publish":
            bus.publish(arguments[0], arguments[1].encode())
        elif word == "burst":
            for number in range(int(arguments[0])):
                bus.publish("burst", str(number).encode())
        elif word == "flood":
            for _ in range(int(arguments[0])):
                bus.publish("flood", b"x" * 65536)
        elif word == "block":
            # Hold the whole process, as a blocking call would.
            monkey.get_original("time", "sleep")(float(arguments[0]))
        elif word == "peers":
            say(event="peers", count=len(bus.peers), healthy=bus.healthy)
        elif word == "stop":
            break
        gevent.sleep(0)
    bus.stop()


main()
