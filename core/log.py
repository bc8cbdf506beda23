"""Logging: JSON lines (or text for people), with the request's id, without secrets.

Loggers are the standard library's: `logging.getLogger("hubbub.…")`; facts go into `extra={…}` and become fields.
"""

import datetime
import logging
import os
import re
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TextIO

from hubbub.core import json
from hubbub.core.config.sections.logs import LogSettings
from hubbub.core.log_file import RotatingFile

# Each greenlet has a context of its own, so this is local to the greenlet that serves the request.
request_id: Final[ContextVar[str]] = ContextVar("hubbub_request_id", default="")

ROOT: Final = "hubbub"
access_log: Final = logging.getLogger("hubbub.access")
DEFAULT_FOLDER: Final = "logs"
LOG_FILE_NAME: Final = "hubbub.log"

LEVELS: Final = {
    "TRACE": 5,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "WARNING": logging.WARNING,
    "ERROR": logging.ERROR,
    "CRITICAL": logging.CRITICAL,
    "FATAL": logging.CRITICAL,
    "PANIC": logging.CRITICAL,
}
_LEVEL_NAMES: Final = {5: "trace", 10: "debug", 20: "info", 30: "warn", 40: "error", 50: "critical"}
_COLORS: Final = {10: "\033[36m", 20: "\033[32m", 30: "\033[33m", 40: "\033[31m", 50: "\033[31m"}

HIDDEN: Final = "********"
_SECRET_KEY = re.compile(
    r"(?i)password|passwd|secret|token|authorization|cookie|credential|api_?key|private_?key|salt|data_?source|mfa_?code"
)
# SECURITY: what may stand in a message by accident: bearer tokens, tokens in addresses, passwords in addresses.
_SECRET_TEXT = re.compile(
    r"(?i)(\b(?:bearer|token)[ =:]+|(?:access_token|mmauthtoken|password|secret)[\"']?\s*[=:]\s*[\"']?)"
    r"([^\s\"'&;,]{6,})"
    r"|(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)([^\s@/]+)(?=@)"
)
_HAS_SECRET = re.compile(r"(?i)token|bearer|password|secret|://[^\s/]*@").search
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@dataclass(frozen=True)
class LogOptions:
    """Where records go: the part of `LogSettings` that matters here. `file_location` "" means no folder is named."""

    enable_console: bool = True
    console_level: str = "INFO"
    console_json: bool = True
    color: bool = False
    enable_file: bool = False
    file_level: str = "INFO"
    file_json: bool = True
    file: Path | None = None
    max_field_size: int = 2048


def mask(text: str) -> str:
    """Return `text` with what looks like a token or a password hidden."""
    if _HAS_SECRET(text) is None:
        return text
    return _SECRET_TEXT.sub(lambda m: f"{m[1] or m[3]}{HIDDEN}", text)


def clean_fields(fields: dict[str, Any], max_size: int = 2048) -> dict[str, Any]:
    """Return fields fit for the log: secrets hidden by their name, long texts cut, odd objects as text."""
    return {
        key: HIDDEN if _SECRET_KEY.search(key) and value else _clean(value, max_size) for key, value in fields.items()
    }


def _clean(value: Any, max_size: int) -> Any:
    if isinstance(value, str):
        text = mask(value)
        return text if len(text) <= max_size else text[:max_size] + "…"
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dict):
        return clean_fields({str(key): item for key, item in value.items()}, max_size)
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item, max_size) for item in list(value)[:100]]
    return _clean(str(value), max_size)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def _caller(record: logging.LogRecord) -> str:
    return f"{record.module}.py:{record.lineno}"


def _message(record: logging.LogRecord) -> str:
    try:
        return mask(record.getMessage())
    except (TypeError, ValueError):  # arguments that don't fit: show both rather than lose the record
        return mask(f"{record.msg} {record.args}")


class JsonFormatter(logging.Formatter):
    """One JSON object per line: timestamp, level, msg, caller, logger, request_id, then the fields."""

    def __init__(self, max_field_size: int = 2048) -> None:
        super().__init__()
        self._max = max_field_size

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "timestamp": _timestamp(record.created),
            "level": _LEVEL_NAMES.get(record.levelno, record.levelname.lower()),
            "msg": _message(record),
            "caller": _caller(record),
            "logger": record.name,
        }
        if current := request_id.get():
            fields["request_id"] = current
        fields.update(clean_fields(_extra(record), self._max))
        if record.exc_info:
            fields["stack_trace"] = mask(self.formatException(record.exc_info))
        return json.encode_str(fields)


class TextFormatter(logging.Formatter):
    """For people: time, level, message, fields as key=value, the stack on lines of its own."""

    def __init__(self, *, color: bool = False, max_field_size: int = 2048) -> None:
        super().__init__()
        self._color = color
        self._max = max_field_size

    def format(self, record: logging.LogRecord) -> str:
        level = f"{_LEVEL_NAMES.get(record.levelno, record.levelname.lower()):<5}"
        fields = clean_fields(_extra(record), self._max)
        if current := request_id.get():
            fields["request_id"] = current
        shown = "".join(f" {key}={_shown(value)}" for key, value in fields.items())
        text = f"{_message(record)}{shown}"
        if not text.isprintable():
            # SECURITY: control characters of a client's making could forge records or drive a terminal.
            text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
        if self._color:
            level = f"{_COLORS.get(record.levelno, '')}{level}\033[0m"
        line = f"{_timestamp(record.created)} {level} {text}"
        return f"{line}\n{mask(self.formatException(record.exc_info))}" if record.exc_info else line


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.encode_str(value)
    return text if text and " " not in text and '"' not in text else json.encode_str(text)


def _timestamp(seconds: float) -> str:
    whole = int(seconds)
    return f"{_second(whole)}.{int((seconds - whole) * 1000):03d} Z"


@lru_cache(8)
def _second(seconds: int) -> str:
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC):%Y-%m-%d %H:%M:%S}"


class ConsoleHandler(logging.StreamHandler[TextIO]):
    """Writes to standard output; a reader that went away (`hubbub serve | head`) is not a reason to fail requests."""

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


class FileHandler(logging.Handler):
    """Appends to the log file, which all workers share and any of them rotates."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.file = RotatingFile(path)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.file.write(self.format(record).encode("utf-8", "backslashreplace") + b"\n")
        except OSError as error:  # disk full: serving goes on, the console says why the file has holes
            self.file.complain(error)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        self.file.close()
        super().close()


def configure(options: LogOptions, *, stream: TextIO | None = None) -> None:
    """Send the records of `hubbub.*` (and warnings of libraries) where `options` say; replaces what was before.

    An unwritable log file is reported on the console and left out: it must not keep the server from starting.
    """
    handlers: list[logging.Handler] = []
    problem: OSError | None = None
    if options.enable_console:
        handlers.append(_console(options, stream or sys.stdout))
    if options.enable_file and options.file is not None:
        try:
            handlers.append(_file(options, options.file))
        except OSError as error:
            problem = error
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, ConsoleHandler | FileHandler)]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        root.addHandler(handler)
    lowest = min((handler.level for handler in handlers), default=logging.CRITICAL)
    logging.getLogger(ROOT).setLevel(lowest)
    root.setLevel(max(lowest, logging.WARNING))
    logging.captureWarnings(True)
    if problem is not None:
        logging.getLogger("hubbub.log").error("the log file can't be written, so there is none: %s", problem)


def options_of(settings: LogSettings) -> LogOptions:
    """Return what `LogSettings` say; an empty `FileLocation` is the folder logs in the working directory."""
    return LogOptions(
        enable_console=settings.EnableConsole,
        console_level=settings.ConsoleLevel,
        console_json=settings.ConsoleJson,
        color=settings.EnableColor,
        enable_file=settings.EnableFile,
        file_level=settings.FileLevel,
        file_json=settings.FileJson,
        file=Path(settings.FileLocation or DEFAULT_FOLDER) / LOG_FILE_NAME,
        max_field_size=settings.MaxFieldSize or sys.maxsize,
    )


def level_number(name: str) -> int:
    """Return the number of a level's name as config.json has it; an unknown name counts as INFO."""
    return LEVELS.get(name.upper(), logging.INFO)


def _console(options: LogOptions, stream: TextIO) -> logging.Handler:
    handler = ConsoleHandler(stream)
    terminal = stream.isatty()
    as_json = options.console_json and not terminal
    color = terminal and "NO_COLOR" not in os.environ
    handler.setFormatter(
        JsonFormatter(options.max_field_size)
        if as_json
        else TextFormatter(color=options.color or color, max_field_size=options.max_field_size)
    )
    handler.setLevel(level_number(options.console_level))
    return handler


def _file(options: LogOptions, path: Path) -> logging.Handler:
    handler = FileHandler(path)
    as_json = options.file_json
    handler.setFormatter(
        JsonFormatter(options.max_field_size) if as_json else TextFormatter(max_field_size=options.max_field_size)
    )
    handler.setLevel(level_number(options.file_level))
    return handler
