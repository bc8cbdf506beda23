"""CPU time that core/http adds to a request: falcon and ours, no socket, no database.

Run: python bench/http_overhead.py [seconds per case]
"""

import cProfile
import io
import pstats
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from hubbub.core.config.store import ConfigStore
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import OK, HttpApp, Reply, Request, Router
from hubbub.core.ids import new_id

ROUTES: Final = 400


class Member(msgspec.Struct):
    """A small record, of a channel member's size."""

    channel_id: str
    user_id: str
    roles: str = "channel_user"
    last_viewed_at: int = 1_700_000_000_000
    msg_count: int = 12
    mention_count: int = 0


class Sessions:
    """Sessions in a dictionary, as the real service's cache is when it is warm."""

    def __init__(self) -> None:
        self.session = Session(id=new_id(), token=new_id(), user_id=new_id(), props={"csrf": new_id()})
        self._by_token = {self.session.token: self.session}

    def get_by_token(self, token: str) -> Session | None:
        """Return the session of a token."""
        return self._by_token.get(token)


def make_app(sessions: Sessions, folder: str) -> HttpApp:
    """Return an app with as many routes as the server has, and four that are measured."""
    router = Router()
    for number in range(ROUTES):
        router.get(f"/api/v4/other{number}/{{channel_id}}/thing", _get_member)
    router.get("/api/v4/system/ping", lambda req: OK, auth="none")
    router.get("/api/v4/channels/{channel_id}/members/{user_id}", _get_member)
    router.post("/api/v4/posts", _create, status=201)
    router.get("/api/v4/tagged", lambda req: Reply({"a": 1}, etag="abc"))
    store = ConfigStore(Path(folder) / "config.json", {})
    return HttpApp(store, router, lambda: sessions, version_id=lambda: "11.6.0.1.abc.true")  # type: ignore[arg-type,return-value]  # a stand-in


def _get_member(req: Request, channel_id: str = "", user_id: str = "") -> Member:
    return Member(channel_id, user_id)


def _create(req: Request) -> Member:
    return req.read(Member)


def environ(method: str, path: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    """Return what our worker hands over for a request."""
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8065",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.input": io.BytesIO(body),
        "hubbub.body": body,
        "HTTP_HOST": "localhost:8065",
        "HTTP_USER_AGENT": "bench",
        "HTTP_ACCEPT": "*/*",
        **({"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"} if body else {}),
        **headers,
    }


def cases(session: Session) -> dict[str, dict[str, Any]]:
    """Return the measured requests by name."""
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {session.token}"}
    cookies = {"HTTP_COOKIE": f"MMAUTHTOKEN={session.token}; MMUSERID={session.user_id}; MMCSRF={session.csrf_token}"}
    path = f"/api/v4/channels/{new_id()}/members/{new_id()}"
    body = msgspec.json.encode(Member(new_id(), new_id()))
    return {
        "ping, nobody": environ("GET", "/api/v4/system/ping"),
        "GET member, bearer": environ("GET", path, **bearer),
        "GET member, cookie": environ("GET", path, **cookies),
        "GET 304": environ("GET", "/api/v4/tagged", HTTP_IF_NONE_MATCH='"abc"', **bearer),
        "POST small, bearer": environ("POST", "/api/v4/posts", body, **bearer),
        "POST small, cookie": environ("POST", "/api/v4/posts", body, HTTP_X_CSRF_TOKEN=session.csrf_token, **cookies),
        "404": environ("GET", "/api/v4/nothing", **bearer),
    }


def measure(app: HttpApp, request: dict[str, Any], seconds: float) -> tuple[float, float]:
    """Return the best and the median CPU µs of one call, in batches of 200."""
    times: list[float] = []
    answers: list[str] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or not times:
        begun = time.process_time()
        for _ in range(200):
            app(dict(request), lambda status, headers, exc_info=None: answers.append(status))
        times.append((time.process_time() - begun) / 200 * 1e6)
        answers.clear()
    return min(times), sorted(times)[len(times) // 2]


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    sessions = Sessions()
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(sessions, folder)
        print(f"{'case':24} {'best µs':>9} {'median µs':>10}")
        for name, request in cases(sessions.session).items():
            best, median = measure(app, request, seconds)
            print(f"{name:24} {best:9.1f} {median:10.1f}")
        if "--profile" in sys.argv:
            request = cases(sessions.session)["GET member, bearer"]
            with cProfile.Profile() as profile:
                measure(app, request, seconds)
            pstats.Stats(profile).sort_stats("tottime").print_stats(22)


if __name__ == "__main__":
    main()
