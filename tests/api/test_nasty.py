"""Whatever a client sends to whatever route, the answer comes, says what was wrong, and the server stays whole."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hubbub.core.http.routing import Route
from hubbub.core.testing import Answer, Client, LiveServer, make_app
from hubbub.tests.api import nasty
from hubbub.tests.api.kit import FIELD, World, judge
from hubbub.tests.api.samples import good_body
from hubbub.tests.services.databases import Databases, DatabaseSource

# Nobody may change how the server is set up or whether it runs: every later request would test another server.
SPARED = {("PUT", "/api/v4/config"), ("PUT", "/api/v4/config/patch"), ("GET", "/api/v4/websocket")}
# These take a whole configuration and look at one section of it.
READ_SECTIONS = {"/api/v4/email/test": "EmailSettings", "/api/v4/file/s3_test": "FileSettings"}
# These take all settings of a directory, and two operations read them in the same way.
READ_FIELDS = {
    "/api/v4/ldap/test_connection": "LdapServer LdapPort ConnectionSecurity BindUsername BindPassword QueryTimeout",
    "/api/v4/ldap/test_diagnostics": "UserFilter",
}
SHOWN = 10


def all_routes() -> list[Route]:
    with make_app() as server:
        found = [route for route in server.app.router.routes if (route.method, route.template) not in SPARED]
    return sorted(found, key=lambda route: (route.template, route.method))


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    return all_routes()


@contextmanager
def running(source: DatabaseSource) -> Iterator[World]:
    config = {
        "SqlSettings": {"DriverName": source.driver_name, "DataSource": source.data_source},
        "ServiceSettings": {"MaximumLoginAttempts": 1_000_000},  # nobody is locked out here
        "LogSettings": {"ConsoleLevel": "ERROR"},
    }
    with LiveServer(config, workers=1) as server:
        yield World(server)


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    with databases.fresh("postgres") as source, running(source) as world:
        yield world


@pytest.fixture(scope="module")
def sqlite_world() -> Iterator[World]:
    # In memory where that is possible: thousands of changes need not reach a disk.
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        running(DatabaseSource("sqlite", str(Path(folder) / "hubbub.db"))) as world,
    ):
        yield world


Request = tuple[str, str, bytes, dict[str, str]]


def complaints(world: World, who: Client, requests: Iterable[Request]) -> list[str]:
    """Send requests as somebody and return what is wrong with the answers."""
    found = []
    for method, target, body, headers in requests:
        asked = f"{method} {target[:150]} {body[:150]!r} {headers or ''}"
        try:
            wrong = judge(who.request(method, target, body, headers=headers, raw_path=True))
        except TimeoutError:
            wrong = "no answer"
        if wrong:
            found.append(f"{asked}: {wrong}")
    return found


def check(world: World, routes: Iterable[Route], make: Callable[[Route], Iterable[Request]]) -> None:
    """Send what `make` makes of each route as an admin, a member and, where it gets so far, nobody."""
    found: list[str] = []
    for route in routes:
        for who in (world.member, world.admin) if route.auth == "required" else (world.nobody, world.member):
            found += complaints(world, who, make(route))
        if route.method != "GET":
            world.repair()
    assert not found, f"{len(found)} answers are wrong:\n" + "\n".join(found[:SHOWN])


def test_paths(world: World, routes: list[Route]) -> None:
    def requests(route: Route) -> Iterator[Request]:
        for field in FIELD.finditer(route.template):
            for value in nasty.PATH_VALUES:
                path = route.template[: field.start()] + value + route.template[field.end() :]
                yield route.method, world.target(path), b"{}", {}

    check(world, [route for route in routes if route.names], requests)


def test_queries(world: World, routes: list[Route]) -> None:
    def requests(route: Route) -> Iterator[Request]:
        target = world.target(route.template)
        for value in nasty.QUERY_VALUES:
            # Half of the names at a time: an address has an end.
            for part in (nasty.QUERY_NAMES[::2], nasty.QUERY_NAMES[1::2]) if len(value) < 100 else ():
                names = [name for name in part if name != "access_token"]
                yield route.method, f"{target}?" + "&".join(f"{name}={value}" for name in names), b"", {}
            if len(value) >= 100:
                yield route.method, f"{target}?term={value}", b"", {}

    check(world, [route for route in routes if route.method == "GET"], requests)


def test_bodies(world: World, routes: list[Route]) -> None:
    def requests(route: Route) -> Iterator[Request]:
        for body in nasty.BODIES:
            yield route.method, world.target(route.template), body, {}
        for content_type in nasty.CONTENT_TYPES:
            yield route.method, world.target(route.template), b'{"a":1}', {"Content-Type": content_type}

    check(world, [route for route in routes if route.method != "GET"], requests)


def requests_with_wrong_fields(world: World, route: Route) -> Iterator[Request]:
    good = good_body(route.method, route.template, world.ids)
    is_list = isinstance(good, list)
    record = good[0] if is_list and good else good
    if (section := READ_SECTIONS.get(route.template)) is not None:
        record = {section: record[section]}
    if (fields := READ_FIELDS.get(route.template)) is not None:
        record = {field: record[field] for field in fields.split()}
    for body in nasty.field_bodies(record) if isinstance(record, dict) else ():
        yield route.method, world.target(route.template), b"[" + body + b"]" if is_list else body, {}


def test_fields_of_bodies(world: World, routes: list[Route]) -> None:
    changing = [route for route in routes if route.method != "GET"]
    check(world, changing, lambda route: requests_with_wrong_fields(world, route))


def test_fields_of_bodies_on_sqlite(sqlite_world: World, routes: list[Route]) -> None:
    changing = [route for route in routes if route.method != "GET"]
    check(sqlite_world, changing, lambda route: requests_with_wrong_fields(sqlite_world, route))
    check_whole(sqlite_world)


def test_methods_and_spellings_of_paths(world: World, routes: list[Route]) -> None:
    def requests(route: Route) -> Iterator[Request]:
        target = world.target(route.template)
        for method in ("OPTIONS", "TRACE", "PROPFIND", "CONNECT", "X" * 20):
            yield method, target, b"", {}
        for spelling in (f"{target}/", f"/{target}", f"{target}//", f"{target}/x", f"{target}/..", target.upper()):
            yield "GET", spelling, b"", {}
            yield "POST", spelling + "?a=b", b"{}", {}

    templates = {route.template: route for route in routes if route.method == "GET"}
    check(world, templates.values(), requests)


def test_routes_for_people_who_signed_in_answer_nobody_else(world: World, routes: list[Route]) -> None:
    found: list[str] = []
    for route in routes:
        if route.auth == "required":
            answer: Answer = world.nobody.request(route.method, world.target(route.template), b"{}", raw_path=True)
            if (answer.status, judge(answer)) != (401, ""):
                found.append(f"{route.method} {route.template}: {answer!r}")
    assert not found, "\n".join(found)


def test_the_server_is_whole_afterwards(world: World) -> None:
    check_whole(world)


def check_whole(world: World) -> None:
    world.repair()
    world.member.post("/posts", {"channel_id": world.ids["channel_id"], "message": "still here"}, expect=201)
    assert world.nobody.get("/system/ping", query={"get_server_status": "true"}).status == 200
    assert "Traceback" not in world.server.log
