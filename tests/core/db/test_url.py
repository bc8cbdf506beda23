"""SqlSettings.DriverName and DataSource as existing configurations write them."""

import logging
from pathlib import Path

import pytest

from hubbub.core.db import postgres, url
from hubbub.core.db.errors import BadDataSource


def libpq(data_source: str) -> dict[str, str]:
    return postgres.parameters(url.postgres_source(data_source, postgres.is_option))


def test_the_default_postgres_source_is_understood_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    found = libpq("postgres://mmuser:mostest@localhost/test?sslmode=disable&connect_timeout=10&binary_parameters=yes")

    assert found == {
        "user": "mmuser",
        "password": "mostest",
        "host": "localhost",
        "dbname": "test",
        "sslmode": "disable",
        "connect_timeout": "10",
    }
    assert not caplog.records


def test_an_unknown_option_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = libpq("postgres://me@db:5433/x?default_query_exec_mode=exec&sslmode=require")

    assert found == {"user": "me", "host": "db", "port": "5433", "dbname": "x", "sslmode": "require"}
    assert "default_query_exec_mode" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "postgres://me@db/x?search_path=chat,%20public&binary_parameters=yes",
        "host=db user=me dbname=x search_path='chat, public' binary_parameters=yes",
    ],
)
def test_settings_of_the_session_are_handed_on(text: str, caplog: pytest.LogCaptureFixture) -> None:
    found = libpq(text)

    assert found == {"user": "me", "host": "db", "dbname": "x", "options": r"-c search_path=chat,\ public"}
    assert not caplog.records


def test_settings_of_the_session_join_options_that_are_there() -> None:
    found = libpq("postgres://me@db/x?options=-c%20jit%3Doff&search_path=chat")

    assert found["options"] == "-c jit=off -c search_path=chat"


def test_percent_encoding_in_a_postgres_password_is_undone() -> None:
    assert libpq("postgresql://me:p%40ss%2F%3F@db/x")["password"] == "p@ss/?"


def test_a_socket_folder_in_a_postgres_url() -> None:
    assert libpq("postgres:///x?host=/var/run/postgresql&user=me")["host"] == "/var/run/postgresql"


def test_key_value_pairs_with_quotes() -> None:
    found = libpq(r"host=db port=5432 user=me password='it\'s a secret' dbname=x binary_parameters=yes")

    assert found == {"host": "db", "port": "5432", "user": "me", "password": "it's a secret", "dbname": "x"}


@pytest.mark.parametrize("text", ["just words", "postgres://me:secret/@db/x", "postgres://me:secret%zz@db/x", ""])
def test_what_is_no_postgres_source_is_refused_without_showing_the_password(text: str) -> None:
    with pytest.raises(BadDataSource, match=r"SqlSettings\.DataSource") as caught:
        libpq(text)
    assert "secret" not in str(caught.value)


def test_a_go_mysql_source() -> None:
    source = url.mysql_source(
        "mm:p@s:s@tcp(db.example:3307)/chat?charset=utf8mb4,utf8&readTimeout=30s&writeTimeout=1m30s"
    )

    assert (source.user, source.password, source.host, source.port) == ("mm", "p@s:s", "db.example", 3307)
    assert (source.database, source.read_timeout, source.write_timeout) == ("chat", 30.0, 90.0)


def test_a_go_mysql_source_over_a_unix_socket() -> None:
    source = url.mysql_source("mm@unix(/run/mysqld/mysqld.sock)/chat")

    assert (source.user, source.password, source.unix_socket) == ("mm", "", "/run/mysqld/mysqld.sock")


def test_a_go_mysql_source_with_an_ipv6_address() -> None:
    source = url.mysql_source("mm:x@tcp([::1]:3306)/chat")

    assert (source.host, source.port) == ("::1", 3306)


@pytest.mark.parametrize("text", ["mm:x@tcp(db:3306)", "nonsense", "mm:x@carrier(db)/chat", "a@/b?readTimeout=soon"])
def test_what_is_no_mysql_source_is_refused(text: str) -> None:
    with pytest.raises(BadDataSource, match=r"SqlSettings\.DataSource"):
        url.mysql_source(text)


def test_an_empty_sqlite_source_is_a_file_in_the_data_directory() -> None:
    assert url.sqlite_path("", Path("/srv/hubbub")) == "/srv/hubbub/hubbub.db"


def test_a_server_address_is_no_sqlite_file() -> None:
    with pytest.raises(BadDataSource, match="DriverName is sqlite"):
        url.sqlite_path("postgres://me@db/x", ".")


def test_an_unknown_driver_is_refused_by_name() -> None:
    with pytest.raises(BadDataSource, match="oracle"):
        url.engine_of("oracle")
