"""How much memory an idle WebSocket takes: `python bench/idle_sockets.py [sockets ...]` (default 5000 and 15000).

Every socket is another user's, signed in, a member of 20 channels. RSS of the worker process before and after,
divided by the sockets; sessions and memberships are counted in, buffers of the kernel are not.
"""

import sys
import time

from hubbub.bench.realtime_kit import bench_server

SETTLE_SECONDS = 2.0


def main() -> None:
    """Print a line for each number of sockets."""
    counts = sorted(int(text) for text in sys.argv[1:]) or [5000, 15000]
    with bench_server() as server:
        server.connect(20)
        before = server.ask("/bench/state?collect=true")
        print(f"worker with 20 sockets: {before['rss_kib'] / 1024:.1f} MiB RSS")
        print(f"{'sockets':>8} {'RSS MiB':>8} {'KiB each':>9} {'connect s':>10} {'CPU ms each':>12}")
        for count in counts:
            begin = time.monotonic()
            cpu = server.ask("/bench/state")["cpu_s"]
            had = len(server.sockets)
            server.connect(count)
            seconds = time.monotonic() - begin
            used = server.ask("/bench/state")["cpu_s"] - cpu
            time.sleep(SETTLE_SECONDS)
            state = server.ask("/bench/state?collect=true")
            if state["sockets"] != count:
                raise SystemExit(f"only {state['sockets']} of {count} sockets are open")
            each = (state["rss_kib"] - before["rss_kib"]) / (count - 20)
            per_connect = used * 1000 / (count - had)
            print(f"{count:>8} {state['rss_kib'] / 1024:>8.1f} {each:>9.2f} {seconds:>10.1f} {per_connect:>12.3f}")


if __name__ == "__main__":
    main()
