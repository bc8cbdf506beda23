"""`hubbub doctor` says whether a takeover will work, what is missing, what changes; and changes nothing itself."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest

from hubbub.core.cli_doctor import diagnose
from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.db import SchemaRefused, table_names
from hubbub.core.doctor.features import FEATURES, Capabilities
from hubbub.core.doctor.report import Report
from hubbub.core.testing import make_app
from hubbub.hookspecs import hookimpl
from hubbub.tests.core.cli_kit import COMMAND, environment
from hubbub.tests.services.databases import Databases, DatabaseSource
from hubbub.tests.takeover.conftest import built, config, open_database
from hubbub.tests.takeover.rows import contents
from hubbub.tests.takeover.versions import V9_11, V10_11, V11_6

SITES = [
    pytest.param(("postgres", V11_6), id="11.6-postgres"),
    pytest.param(("mysql", V10_11), id="10.11-mysql", marks=pytest.mark.mysql),
]


def lines(report: Report, level: str) -> list[str]:
    """Return the texts of one level."""
    return [text for found in report.sections.values() for one, text in found if one == level]


def one(report: Report, words: str) -> str:
    """Return the line that holds `words`."""
    found = [text for section in report.sections.values() for _, text in section if words in text]
    assert len(found) == 1, report.text()
    return found[0]


class Patient:
    """A database that is examined, and what was in it before."""

    def __init__(self, source: DatabaseSource, folder: Path) -> None:
        self.source = source
        self.folder = folder
        self.db = open_database(source)

    def examine(self, **sections: dict[str, Any]) -> Report:
        """Return what the doctor says."""
        return diagnose(config(self.source, self.folder, **sections))

    def refuses(self) -> str:
        """Return why a server doesn't start on it."""
        before = table_names(self.db)
        settings = {"SqlSettings": {"DriverName": self.source.driver_name, "DataSource": self.source.data_source}}
        with pytest.raises(SchemaRefused) as refused:
            make_app(settings, data_directory=self.folder / "server")
        assert table_names(self.db) == before
        return str(refused.value)


@pytest.fixture(params=SITES)
def patient(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Patient]:
    """Yield the database of a site."""
    engine, version = request.param
    with built(databases, engine, version) as source:
        found = Patient(source, tmp_path)
        yield found
        found.db.close()


@pytest.fixture
def eleven(databases: Databases, tmp_path: Path) -> Iterator[Patient]:
    """Yield the database of a site of 11.6 on PostgreSQL."""
    with built(databases, "postgres", V11_6) as source:
        found = Patient(source, tmp_path)
        yield found
        found.db.close()


def test_a_site_that_can_be_taken_over_is_a_go(patient: Patient) -> None:
    report = patient.examine()

    assert report.is_go, report.text()
    assert "It is the database of Mattermost" in one(report, "It is the database of")
    assert "com.mattermost.calls" in one(report, "own plugins don't run")


def test_looking_changes_nothing(patient: Patient) -> None:
    tables = table_names(patient.db)
    before = contents(patient.db, tables)
    path = config(patient.source, patient.folder)
    written = path.read_bytes()

    diagnose(path)

    assert table_names(patient.db) == tables
    assert contents(patient.db, tables) == before
    assert path.read_bytes() == written
    assert sorted(entry.name for entry in patient.folder.iterdir()) == ["config.json", "data"]


def test_what_is_not_supported_is_said_with_numbers(eleven: Patient) -> None:
    report = eleven.examine()

    assert one(report, "values of Mattermost's own plugins: 1;")


class Signage:
    """A plugin that signs people in over LDAP, for this test's purposes."""

    manifest = Manifest(id="signage", version="1", summary="Signs in")

    def __init__(self, context: Any) -> None:
        pass

    @hookimpl
    def register_auth_providers(self) -> list[Any]:
        return [SimpleNamespace(id="ldap", kind="password")]

    @hookimpl
    def register_routes(self, router: Any) -> None:
        router.post("/api/v4/drafts_of_test/{some_id}", lambda req, some_id: None)


def test_what_a_plugin_does_is_not_missing(tmp_path: Path) -> None:
    ldap = next(feature for feature in FEATURES if "LDAP" in feature.what)

    with make_app(data_directory=tmp_path / "without") as server:
        assert not ldap.offered(Capabilities(server.app))
    with make_app(plugins=[Signage], data_directory=tmp_path / "with") as server:
        able = Capabilities(server.app)
    assert ldap.offered(able)
    assert able.answers("POST", "/drafts_of_test/{}")
    assert not able.answers("GET", "/drafts_of_test/{}")


def test_older_columns_are_named(databases: Databases, tmp_path: Path) -> None:
    with built(databases, "postgres", V9_11) as source:
        report = diagnose(config(source, tmp_path))

    assert report.is_go
    assert "channels.bannerinfo" in one(report, "Columns of later versions")
    assert "bcrypt" in one(report, "New passwords")


def test_lost_files_are_counted(eleven: Patient) -> None:
    assert "1 of the newest 1 files aren't in" in one(eleven.examine(), "newest")

    file = eleven.folder / "data" / "20260101" / "teams" / "noteam" / "chart.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"png")
    assert one(eleven.examine(), "newest") == "The newest 1 files are there."


def test_the_command_ends_with_the_verdict(eleven: Patient) -> None:
    path = config(eleven.source, eleven.folder)

    ran = subprocess.run([*COMMAND, "doctor", "--config", str(path)], env=environment(), capture_output=True, text=True,
                         cwd=eleven.folder, timeout=60)  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("Go, with ")
    assert "k" * 32 not in ran.stdout


def test_without_a_configuration_it_is_a_no_go(tmp_path: Path) -> None:
    ran = subprocess.run([*COMMAND, "doctor", "--config", "nowhere.json"], env=environment(), capture_output=True,
                         text=True, cwd=tmp_path, timeout=60)  # fmt: skip

    assert ran.returncode == 1
    assert "nowhere.json" in ran.stdout
    assert list(tmp_path.iterdir()) == []


# what is wrong with the connection


def no_go(report: Report, words: str) -> str:
    """Return the line that forbids to go, which holds `words`."""
    assert not report.is_go, report.text()
    found = [text for text in lines(report, "error") if words in text]
    assert found, report.text()
    return found[0]


def test_a_data_source_that_cannot_be_read(tmp_path: Path) -> None:
    report = diagnose(config(DatabaseSource("postgres", "this is no address"), tmp_path))

    assert "SqlSettings.DataSource" in no_go(report, "postgres://user:password@host")


def test_a_wrong_password(tmp_path: Path, mariadb_server: Any) -> None:
    wrong = mariadb_server.data_source("mysql").replace(mariadb_server.password, "wrong")

    report = diagnose(config(DatabaseSource("mysql", wrong), tmp_path))

    line = no_go(report, "refuses the user name or password")
    assert "SqlSettings.DataSource" in line
    assert "wrong@" not in line


def test_a_database_that_does_not_exist(eleven: Patient, mariadb_server: Any) -> None:
    name = eleven.source.data_source.partition("?")[0].rpartition("/")[2]
    elsewhere = eleven.source.data_source.replace(f"/{name}", "/nobody_has_this")

    for source in (
        DatabaseSource("postgres", elsewhere),
        DatabaseSource("mysql", mariadb_server.data_source("nobody_has_this")),
    ):
        assert no_go(diagnose(config(source, eleven.folder)), "no database of that name")


@pytest.mark.parametrize(
    "source",
    [
        DatabaseSource("postgres", "postgres://hubbub:secret@127.0.0.1:1/chat?connect_timeout=2"),
        DatabaseSource("mysql", "hubbub:secret@tcp(127.0.0.1:1)/chat"),
    ],
)
def test_a_server_that_does_not_run(source: DatabaseSource, tmp_path: Path) -> None:
    line = no_go(diagnose(config(source, tmp_path)), "can't be reached")

    assert "Check that it runs" in line
    assert "secret" not in line


def test_a_host_that_is_not_known(tmp_path: Path) -> None:
    source = DatabaseSource("postgres", "postgres://hubbub:secret@no-such-host.invalid:5432/chat")

    assert no_go(diagnose(config(source, tmp_path)), "host name of the database isn't known")


# what is wrong with the database


def test_a_read_only_database(eleven: Patient) -> None:
    name = eleven.db.fetch_value("SELECT current_database()")
    eleven.db.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    assert no_go(eleven.examine(), "The database is read-only")


def test_a_schema_newer_than_known_that_does_not_fit(eleven: Patient) -> None:
    eleven.db.execute("INSERT INTO {db_migrations} (version, name) VALUES (200, 'later')")
    eleven.db.execute("ALTER TABLE posts ADD COLUMN mood varchar(26) NOT NULL DEFAULT 'x'")
    eleven.db.execute("ALTER TABLE posts ALTER COLUMN mood DROP DEFAULT")

    line = no_go(eleven.examine(), "newer than 11.6")
    assert "posts.mood" in line
    assert "Get a newer Hubbub" in line
    assert "posts.mood" in eleven.refuses()


def test_a_schema_newer_than_known_that_fits_is_a_go_with_a_warning(eleven: Patient) -> None:
    eleven.db.execute("INSERT INTO {db_migrations} (version, name) VALUES (160, 'later')")
    eleven.db.execute("ALTER TABLE posts ADD COLUMN mood varchar(26)")

    report = eleven.examine()
    assert report.is_go
    assert "its tables fit" in one(report, "newer than what this Hubbub was tested with")


def test_a_schema_older_than_supported(eleven: Patient) -> None:
    eleven.db.execute("DELETE FROM {db_migrations} WHERE version > 100")

    assert "Upgrade Mattermost to 9.11" in no_go(eleven.examine(), "from version 9.11 on")
    assert "9.11" in eleven.refuses()


def test_a_half_finished_migration(eleven: Patient) -> None:
    eleven.db.execute("ALTER TABLE channels DROP COLUMN bannerinfo")

    assert "channels.bannerinfo (migration 133)" in no_go(eleven.examine(), "half finished")
    assert "half finished" in eleven.refuses()


def test_a_backup_that_was_restored_in_part(eleven: Patient) -> None:
    eleven.db.execute("DROP TABLE sessions")

    assert "sessions" in no_go(eleven.examine(), "Tables of Mattermost are missing")


def test_a_mattermost_that_is_migrating(eleven: Patient) -> None:
    eleven.db.execute("INSERT INTO {db_lock} (id, expireat) VALUES ('mattermost', ?)", (now_ms() // 1000 + 60,))

    assert no_go(eleven.examine(), "migrating this database right now")


def test_a_lock_that_a_dead_server_left_is_no_matter(eleven: Patient) -> None:
    eleven.db.execute("INSERT INTO {db_lock} (id, expireat) VALUES ('mattermost', ?)", (now_ms() // 1000 - 60,))

    assert eleven.examine().is_go


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_database_of_something_else(database: DatabaseSource, tmp_path: Path) -> None:
    patient = Patient(database, tmp_path)
    patient.db.execute("CREATE TABLE users (id integer, login varchar(20))")
    patient.db.execute("CREATE TABLE invoices (id integer)")

    assert "users" in no_go(patient.examine(), "belongs to something else")
    assert "something else" in patient.refuses()
    patient.db.close()


@pytest.mark.engines("postgres")
def test_an_empty_database_is_a_new_site(database: DatabaseSource, tmp_path: Path) -> None:
    report = diagnose(config(database, tmp_path))

    assert report.is_go
    assert one(report, "a new site would begin in it")


@pytest.mark.engines("sqlite")
def test_our_own_database_is_known(database: DatabaseSource, tmp_path: Path) -> None:
    settings = {"SqlSettings": {"DriverName": database.driver_name, "DataSource": database.data_source}}
    make_app(settings, data_directory=tmp_path / "server").stop()

    report = diagnose(config(database, tmp_path))
    assert report.is_go
    assert one(report, "It is Hubbub's own.")
    assert one(report, "No migration is pending.")


def test_somebody_else_who_is_connected_is_told(eleven: Patient) -> None:
    address = eleven.source.data_source.partition("?")[0]
    with closing(psycopg2.connect(address)):
        assert one(eleven.examine(), "stop it before you start Hubbub")
