"""Databases for tests: real servers, started once per run when the first test asks, and a fresh database per test.

``database`` is what a test of data takes: it runs once per engine. By default those are SQLite and PostgreSQL;
``@pytest.mark.engines("sqlite", "postgres", "mysql")`` names others for a test or a module, and the option
``--engine NAME`` (may be repeated) for a whole run.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import TypeVar

import pytest

from hubbub.tests.services.databases import DEFAULT_ENGINES, ENGINES, Databases, DatabaseSource
from hubbub.tests.services.ldap import LdapServer
from hubbub.tests.services.mariadb import MariadbServer
from hubbub.tests.services.nginx import NginxServer
from hubbub.tests.services.oidc import OidcServer
from hubbub.tests.services.postgres import PostgresServer
from hubbub.tests.services.process import Server, ServiceMissing
from hubbub.tests.services.s3 import S3Server
from hubbub.tests.services.smtp import SmtpServer

S = TypeVar("S", bound=Server)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--engine``."""
    parser.addoption("--engine", action="append", choices=ENGINES, help="run tests of data on this engine only")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "engines(*names): the database engines that this test runs on")
    config.addinivalue_line("markers", "mysql: set on each test that runs on MariaDB")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes ``database``, itself or through a fixture, once per engine."""
    if "database" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("engines")
    engines = metafunc.config.getoption("--engine") or (marker.args if marker else DEFAULT_ENGINES)
    marks = {"mysql": [pytest.mark.mysql]}
    parameters = [pytest.param(engine, marks=marks.get(engine, [])) for engine in engines]
    metafunc.parametrize("database", parameters, indirect=True)


@contextmanager
def served(kind: Callable[[], S]) -> Iterator[S]:
    """Have a server of a kind run; skip the test when it is not installed."""
    try:
        server = kind()
    except ServiceMissing as missing:
        pytest.skip(str(missing))
    try:
        server.prepare()
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Yield the PostgreSQL of this run; a test that stops or kills it uses ``own_postgres_server`` instead."""
    with served(PostgresServer) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariadbServer]:
    """Yield the MariaDB of this run; a test that stops or kills it uses ``own_mariadb_server`` instead."""
    with served(MariadbServer) as server:
        yield server


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """Yield the S3 of this run."""
    with served(S3Server) as server:
        yield server


@pytest.fixture(scope="session")
def smtp_process() -> Iterator[SmtpServer]:
    """Yield the mail server of this run; tests take `smtp`."""
    with served(SmtpServer) as server:
        yield server


@pytest.fixture
def smtp(smtp_process: SmtpServer) -> SmtpServer:
    """Return a mail server that has no mail and refuses none."""
    smtp_process.start()
    smtp_process.forget()
    return smtp_process


@pytest.fixture(scope="session")
def ldap_server() -> Iterator[LdapServer]:
    """Yield the LDAP directory of this run; a test that stops or kills it uses ``own_ldap_server`` instead."""
    with served(LdapServer) as server:
        yield server


@pytest.fixture
def own_ldap_server() -> Iterator[LdapServer]:
    """Yield an LDAP directory of this test's own, to stop, kill and start at will."""
    with served(LdapServer) as server:
        yield server


@pytest.fixture(scope="session")
def oidc() -> Iterator[OidcServer]:
    """Yield the OpenID provider of this run."""
    with served(OidcServer) as server:
        yield server


@pytest.fixture
def own_oidc() -> Iterator[OidcServer]:
    """Yield an OpenID provider of this test's own, to stop, kill and start at will."""
    with served(OidcServer) as server:
        yield server


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """Yield a PostgreSQL of this test's own, with durable commits, to stop, kill and start at will."""
    with served(lambda: PostgresServer(durable=True)) as server:
        yield server


@pytest.fixture
def own_mariadb_server() -> Iterator[MariadbServer]:
    """Yield a MariaDB of this test's own, with durable commits, to stop, kill and start at will."""
    with served(lambda: MariadbServer(durable=True)) as server:
        yield server


@pytest.fixture
def start_nginx() -> Iterator[Callable[..., NginxServer]]:
    """Yield a function that starts nginx; its arguments are NginxServer's."""
    with ExitStack() as started:

        def start(site: str, files: Mapping[str, bytes] = MappingProxyType({})) -> NginxServer:
            return started.enter_context(served(lambda: NginxServer(site, files)))

        yield start


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Return the maker of databases; a server is started when the first test asks for one of its databases."""
    return Databases(
        tmp_path_factory.mktemp("databases"),
        postgres=lambda: request.getfixturevalue("postgres_server"),
        mysql=lambda: request.getfixturevalue("mariadb_server"),
    )


@pytest.fixture
def database(databases: Databases, request: pytest.FixtureRequest) -> Iterator[DatabaseSource]:
    """Yield an empty database on each engine in turn, dropped after the test."""
    with databases.fresh(request.param) as source:
        yield source


@pytest.fixture
def sqlite_database(databases: Databases) -> Iterator[DatabaseSource]:
    """Yield an empty SQLite database, deleted after the test."""
    with databases.fresh("sqlite") as source:
        yield source


@pytest.fixture
def postgres_database(databases: Databases) -> Iterator[DatabaseSource]:
    """Yield an empty PostgreSQL database, dropped after the test."""
    with databases.fresh("postgres") as source:
        yield source


@pytest.fixture
def mysql_database(databases: Databases) -> Iterator[DatabaseSource]:
    """Yield an empty MariaDB database, dropped after the test."""
    with databases.fresh("mysql") as source:
        yield source
