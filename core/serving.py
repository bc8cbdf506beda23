"""From config.json to what gunicorn needs: the application, and the settings of config/gunicorn.py."""

import logging
import os
import resource
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from hubbub.core import log
from hubbub.core.config import Config, ConfigError, ConfigStore
from hubbub.core.listen import parse_listen_address
from hubbub.core.paths import default_config_path

if TYPE_CHECKING:
    from hubbub.core.app import WsgiApp

DEFAULT_PORT: Final = 8065
MAX_AUTO_WORKERS: Final = 4
_TLS_VERSIONS: Final = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_log = logging.getLogger("hubbub.serving")

# State of the master process: gunicorn executes its configuration file anew on SIGHUP, and a mistake in config.json
# must not end a server that runs.
_last_good: Config | None = None


def build_application(path: Path | None = None) -> "WsgiApp":
    """Read the configuration, set up the log and build the server. Raises `ConfigError`, `PluginError`."""
    from hubbub.core.app import create_app

    store = ConfigStore(path or default_config_path())
    log.configure(log.options_of(store.current.LogSettings))
    return create_app(store)


def configuration() -> Config:
    """Return the configuration for gunicorn's settings; a broken file of a running server leaves the one in use.

    At the start a broken file ends the process, with every problem on standard error.
    """
    global _last_good
    try:
        _last_good = ConfigStore(default_config_path()).load()
    except ConfigError as error:
        if _last_good is None:
            sys.stderr.write(f"hubbub: the configuration can't be used:\n{error}\n")
            raise SystemExit(1) from error
        _log.error("the configuration can't be used, so the one before stays: %s", error)
    return _last_good


def rebuild(server: Any) -> None:
    """Build the application anew for a reload (SIGHUP): new workers get it, old ones finish what they have.

    With `preload_app` gunicorn would go on with the one built at the start; if it can't be built, that is what happens.
    """
    try:
        server.app.callable = build_application()
    except Exception as error:
        _log.error("the server goes on as it was, since it can't be built with the new configuration: %s", error)


def bind_address(config: Config) -> str:
    """Return gunicorn's `bind`. Raises `ValueError` for an address that can't be understood."""
    return parse_listen_address(config.ServiceSettings.ListenAddress, DEFAULT_PORT).bind


def worker_count(config: Config) -> int:
    """Return `HubbubSettings.Workers`, or for 0: one on SQLite (one writer at a time), else one per processor, up to 4.

    Only processors that this process may use count.
    """
    if config.HubbubSettings.Workers:
        return config.HubbubSettings.Workers
    if config.SqlSettings.DriverName.lower().startswith("sqlite"):
        return 1
    return max(1, min(MAX_AUTO_WORKERS, len(os.sched_getaffinity(0))))


def tls_files(config: Config) -> tuple[str | None, str | None]:
    """Return certificate and key file when the server itself speaks TLS, else (None, None)."""
    service = config.ServiceSettings
    if service.ConnectionSecurity.upper() != "TLS":
        return None, None
    return service.TLSCertFile, service.TLSKeyFile


def tls_context(config: Config) -> Callable[[Any, Callable[[], ssl.SSLContext]], ssl.SSLContext]:
    """Return gunicorn's `ssl_context` hook: its own context with the oldest version that the settings allow."""
    oldest = _TLS_VERSIONS.get(config.ServiceSettings.TLSMinVer, ssl.TLSVersion.TLSv1_2)

    def build(_gunicorn_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        context = default()
        context.minimum_version = oldest
        return context

    return build


def raise_descriptor_limit() -> int:
    """Allow as many open files (one per connection) as the system lets us, and return how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def dump_stacks() -> None:
    """Write the stacks of all greenlets to the log: the worker has not answered its master for too long."""
    from gevent import util

    lines: list[str] = cast("Any", util.format_run_info)()
    _log.error("the worker was stuck and is ended; what it was doing:\n%s", "\n".join(lines))
