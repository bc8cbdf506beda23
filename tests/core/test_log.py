"""The log: JSON lines or text, the request's id, no secrets, a file that several processes share."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.core import log
from hubbub.core.config.sections.logs import LogSettings
from hubbub.core.log_file import RotatingFile

logger = logging.getLogger("hubbub.tests")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the console's records go; the log is as it was afterwards."""
    root, ours = logging.getLogger(), logging.getLogger(log.ROOT)
    levels = root.level, ours.level
    yield io.StringIO()
    log.configure(log.LogOptions(enable_console=False))
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
    logging.captureWarnings(False)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_json_object_with_its_fields(stream: io.StringIO) -> None:
    log.configure(log.LogOptions(), stream=stream)
    logger.info("post %s created", "p1", extra={"channel_id": "c1", "took_ms": 1.5})
    (line,) = lines(stream)
    assert line["msg"] == "post p1 created"
    assert (line["level"], line["logger"], line["channel_id"], line["took_ms"]) == ("info", "hubbub.tests", "c1", 1.5)
    assert line["timestamp"].endswith(" Z")
    assert "request_id" not in line


def test_a_stack_is_in_the_record(stream: io.StringIO) -> None:
    log.configure(log.LogOptions(), stream=stream)
    try:
        raise KeyError("lost")
    except KeyError:
        logger.exception("failed")
    (line,) = lines(stream)
    assert "KeyError: 'lost'" in line["stack_trace"]


def test_each_greenlet_logs_the_id_of_its_own_request(stream: io.StringIO) -> None:
    log.configure(log.LogOptions(), stream=stream)

    def serve(name: str) -> None:
        log.request_id.set(name)
        gevent.sleep(0.001)
        logger.info("served", extra={"expected": name})

    gevent.joinall([gevent.spawn(serve, name) for name in ("one", "two")])
    assert [(line["request_id"], line["expected"]) for line in lines(stream)] == [("one", "one"), ("two", "two")]


@pytest.mark.parametrize(
    "extra",
    [
        {"password": "hunter22"},
        {"Token": "hunter22"},
        {"headers": {"Authorization": "hunter22"}},
        {"cookies": ["hunter22"]},
        {"url": "https://bob:hunter22@example.com/"},
        {"query": "access_token=hunter22&page=1"},
        {"error": "Authorization: Bearer hunter22 was refused"},
    ],
)
def test_secrets_in_fields_are_hidden(stream: io.StringIO, extra: dict[str, Any]) -> None:
    log.configure(log.LogOptions(), stream=stream)
    logger.info("request", extra=extra)
    assert "hunter22" not in stream.getvalue()
    assert log.HIDDEN in stream.getvalue()


def test_secrets_in_messages_and_stacks_are_hidden(stream: io.StringIO) -> None:
    log.configure(log.LogOptions(), stream=stream)
    try:
        raise ValueError("postgres://hubbub:hunter22@db/hubbub")
    except ValueError:
        logger.exception("can't connect to %s", "postgres://hubbub:hunter22@db/hubbub")
    assert "hunter22" not in stream.getvalue()


def test_long_fields_are_cut(stream: io.StringIO) -> None:
    log.configure(log.LogOptions(max_field_size=10), stream=stream)
    logger.info("request", extra={"path": "x" * 100})
    assert lines(stream)[0]["path"] == "x" * 10 + "…"


def test_text_for_people_cannot_be_forged_by_what_is_logged(stream: io.StringIO) -> None:
    log.configure(log.LogOptions(console_json=False), stream=stream)
    logger.warning("login failed for %s", "eve\n2026-01-01 00:00:00.000 Z info  all is well\033[2J")
    (line,) = stream.getvalue().splitlines()
    assert " warn  login failed for eve\\n2026" in line
    assert "\033" not in line


def test_levels_are_obeyed_and_libraries_are_heard_only_when_they_warn(stream: io.StringIO) -> None:
    log.configure(log.LogOptions(console_level="INFO"), stream=stream)
    logger.debug("not this")
    logging.getLogger("urllib3").info("nor this")
    logging.getLogger("urllib3").warning("but this")
    assert [line["msg"] for line in lines(stream)] == ["but this"]
    assert not logger.isEnabledFor(logging.DEBUG)


def test_the_settings_name_the_file(tmp_path: Path, stream: io.StringIO) -> None:
    settings = LogSettings(EnableConsole=False, FileLocation=str(tmp_path), FileLevel="ERROR")
    log.configure(log.options_of(settings), stream=stream)
    logger.info("not in the file")
    logger.error("in the file")
    (line,) = (tmp_path / "hubbub.log").read_text().splitlines()
    assert json.loads(line)["msg"] == "in the file"
    assert (tmp_path / "hubbub.log").stat().st_mode & 0o007 == 0


def test_an_unwritable_file_is_reported_and_the_console_still_works(tmp_path: Path, stream: io.StringIO) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    log.configure(log.LogOptions(enable_file=True, file=tmp_path / "logs" / "hubbub.log"), stream=stream)
    logger.info("goes on")
    assert [line["level"] for line in lines(stream)] == ["error", "info"]


def test_a_full_disk_does_not_fail_the_caller(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(log.LogOptions(enable_file=True, file=Path("/dev/full")), stream=stream)
    logger.info("still served")
    assert [line["msg"] for line in lines(stream)] == ["still served"]
    assert "No space left" in capsys.readouterr().err


def test_configuring_again_does_not_write_twice(stream: io.StringIO) -> None:
    log.configure(log.LogOptions(), stream=stream)
    log.configure(log.LogOptions(), stream=stream)
    logger.info("once")
    assert len(lines(stream)) == 1


WRITER = """
import sys
from pathlib import Path
from hubbub.core import log_file
log_file._CHECK_EVERY_S = 0.0
file = log_file.RotatingFile(Path(sys.argv[1]), max_bytes=20_000, kept=100)
for number in range(500):
    file.write(f"{sys.argv[2]} {number} ".encode() + b"x" * 80 + b"\\n")
"""


def test_processes_that_share_and_rotate_the_file_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hubbub.log"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    files = [file for file in tmp_path.iterdir() if not file.name.endswith(".lock")]
    assert len(files) > 3
    written = sorted(tuple(line.split()[:2]) for file in files for line in file.read_text().splitlines())
    assert written == sorted((name, str(number)) for name in "abc" for number in range(500))


def test_old_files_beyond_the_limit_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.core.log_file._CHECK_EVERY_S", -1.0)
    file = RotatingFile(tmp_path / "hubbub.log", max_bytes=10, kept=2)
    for number in range(6):
        file.write(b"line %d is long\n" % number)
    file.close()
    kept = {path.name: path.read_text() for path in tmp_path.iterdir() if not path.name.endswith(".lock")}
    assert kept == {
        "hubbub.log": "line 5 is long\n",
        "hubbub.log.1": "line 4 is long\n",
        "hubbub.log.2": "line 3 is long\n",
    }


def test_a_file_moved_away_by_logrotate_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.core.log_file._CHECK_EVERY_S", -1.0)
    file = RotatingFile(tmp_path / "hubbub.log")
    file.write(b"before\n")
    (tmp_path / "hubbub.log").rename(tmp_path / "archived")
    file.write(b"after\n")
    file.close()
    assert (tmp_path / "archived").read_text() == "before\n"
    assert (tmp_path / "hubbub.log").read_text() == "after\n"


def test_a_reader_that_went_away_does_not_fail_the_caller(stream: io.StringIO) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as broken:
        log.configure(log.LogOptions(), stream=broken)
        logger.info("nobody reads this")
        log.configure(log.LogOptions(enable_console=False))
        # What could not be written would be tried again, and raise, when the file is closed.
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, broken.fileno())
        os.close(devnull)


def formatter_of(options: log.LogOptions, stream: io.StringIO) -> Callable[[logging.LogRecord], str]:
    log.configure(options, stream=stream)
    (handler,) = [h for h in logging.getLogger().handlers if isinstance(h, log.ConsoleHandler)]
    return handler.format


def test_a_terminal_gets_text_even_where_json_is_set(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    record = logging.LogRecord("hubbub", logging.INFO, __file__, 1, "hello", (), None)
    assert not formatter_of(log.LogOptions(console_json=True), stream)(record).startswith("{")


def test_wrong_arguments_do_not_lose_the_record(stream: io.StringIO) -> None:
    record = logging.LogRecord("hubbub", logging.INFO, __file__, 1, "two %s %s", ("one",), None)
    assert json.loads(formatter_of(log.LogOptions(), stream)(record))["msg"] == "two %s %s ('one',)"
