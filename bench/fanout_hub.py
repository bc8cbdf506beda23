"""What one event costs per receiver: `python bench/fanout_hub.py [receivers] [events]` (default 1000 and 40).

One channel, an event of 1.1 KB; CPU time of the worker from `Hub.deliver` until the last receiver's send, as the
best and the median of several rounds (other work on the machine only adds). The receivers read nothing in between;
their socket buffers hold it.
"""

import statistics
import sys
import threading

from hubbub.bench.realtime_kit import BenchServer, bench_server

ROUNDS = 8


def drain(server: BenchServer, per_socket: int) -> int:
    """Read what every receiver got; return how many bytes one event has on the wire."""
    total = 0
    for sock in server.sockets:
        seen = b""
        while seen.count(b'"event":"posted"') < per_socket or not seen.endswith(b"}"):
            seen += sock.recv(1 << 18)
        total += len(seen)
    return total // (len(server.sockets) * per_socket)


def main() -> None:
    """Print one line."""
    receivers = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    events = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    rounds = []
    size = 0
    with bench_server() as server:
        server.connect(receivers)
        server.ask("/bench/event?count=5", "POST")
        drain(server, 5)
        for _ in range(ROUNDS):
            answers: list[dict[str, float]] = []
            path = f"/bench/event?count={events // ROUNDS}"
            asking = threading.Thread(
                target=lambda path=path, answers=answers: answers.append(server.ask(path, "POST"))
            )
            asking.start()
            asking.join()
            size = drain(server, events // ROUNDS)
            rounds.append(answers[0]["cpu_s"] / (events // ROUNDS) / receivers * 1e6)
    print(f"{'receivers':>9} {'bytes':>6} {'best us':>8} {'median us':>10}")
    print(f"{receivers:>9} {size:>6} {min(rounds):>8.2f} {statistics.median(rounds):>10.2f}")


if __name__ == "__main__":
    main()
