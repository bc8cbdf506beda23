"""`hubbub serve`: check everything that can be checked, then let gunicorn run the workers."""

import fcntl
import os
import shlex
import shutil
import socket as sockets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hubbub.core.cli import takes_config
from hubbub.core.cli_app import prepare_folder
from hubbub.core.cli_errors import CommandFailed, cannot_listen, expected_failures, explain
from hubbub.core.paths import default_config_path

if TYPE_CHECKING:
    from hubbub.core.app import WsgiApp
    from hubbub.core.config import Config

_LOCK: Final = "server.pid"


@click.command("serve")
@takes_config
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes (default: HubbubSettings.Workers).")
@click.option(
    "--listen", metavar="ADDRESS", help="Like :8065 or 127.0.0.1:8065 (default: ServiceSettings.ListenAddress)."
)
def command(workers: int | None, listen: str | None) -> None:
    """Run the server until Ctrl+C or SIGTERM.

    On the first start this makes config.json and the data folder, with an embedded SQLite database in it. SIGHUP reads
    config.json again and replaces the workers, without dropping requests.
    """
    from hubbub.core.patching import patch

    patch()
    os.umask(0o027)  # as config/gunicorn.py for the workers
    from hubbub.core.serving import bind_address, build_application, configuration

    config = configuration()
    bind = _bind(listen) if listen else _understood(lambda: bind_address(config))
    prepare_folder(config.data_directory, "HubbubSettings.DataDirectory")
    prepare_folder(config.run_directory, "HubbubSettings.RunDirectory")
    _check_address(bind)
    _lock = _only_server(config.run_directory)
    application = build_application()
    _migrate(application)
    _run_gunicorn(application, bind, workers)


def _bind(listen: str) -> str:
    from hubbub.core.listen import parse_listen_address
    from hubbub.core.serving import DEFAULT_PORT

    return str(_understood(lambda: parse_listen_address(listen, DEFAULT_PORT).bind))


def _understood(parse: Any) -> Any:
    try:
        return parse()
    except ValueError as error:
        raise CommandFailed(str(error)) from error


def _check_address(bind: str) -> None:
    """Raise `CommandFailed` for an address that gunicorn would try in vain for five seconds."""
    from hubbub.core.listen import parse_listen_address

    host, port = parse_listen_address(bind, 0)
    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    try:
        with sockets.socket(family, sockets.SOCK_STREAM) as probe:
            probe.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise cannot_listen(bind, error) from error


def _only_server(run_directory: Path) -> int:
    """Return a descriptor whose lock says that a server runs on this data; it ends with the last of its processes.

    Raises `CommandFailed` when another server has it: two on one SQLite database and one run directory would
    disturb each other.
    """
    descriptor = os.open(run_directory / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.read(descriptor, 20).decode(errors="replace").strip()
        raise CommandFailed(
            f"a server runs on this data already (process {owner}, {run_directory.absolute()}). Stop it first, or give "
            "this one a HubbubSettings.DataDirectory of its own."
        ) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def _migrate(application: "WsgiApp") -> None:
    """Bring the database up to date in a process of its own: the master must not hold connections when it forks.

    Raises `SystemExit` after the child has said what is wrong.
    """
    from gevent import monkey

    child: int = monkey.get_original("os", "fork")()
    if child == 0:
        code = 1
        try:
            application.hubbub_app.migrate()
            application.hubbub_app.db.close()
            code = 0
        except expected_failures() as error:
            click.echo(f"hubbub: the database can't be used: {explain(error)}", err=True)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _pid, status = monkey.get_original("os", "waitpid")(child, 0)
    if status != 0:
        raise SystemExit(1)


def _run_gunicorn(application: "WsgiApp", bind: str, workers: int | None) -> None:
    from gunicorn.app.base import Application

    settings_file = Path(__file__).resolve().parent.parent / "config" / "gunicorn.py"

    class Server(Application):
        """gunicorn with our settings; what the command line says beats config.json."""

        def load_config(self) -> None:
            settings = self.load_config_from_file(str(settings_file))
            self.cfg.set("bind", bind)
            if workers is not None:
                self.cfg.set("workers", workers)

            def ready(server: Any) -> None:
                settings["when_ready"](server)
                _announce(server, application.hubbub_app.config)

            self.cfg.set("when_ready", ready)

        def load(self) -> Any:
            return application

    Server().run()


def _own_name() -> str:
    """Return what a user types for this command: its path, where the shell would not find it by name."""
    called = Path(sys.argv[0])
    found = shutil.which(called.name)
    if found is not None and called.is_file() and Path(found).samefile(called):
        return called.name
    return shlex.quote(str(called)) if called.is_file() else "hubbub"


def _announce(server: Any, config: "Config") -> None:
    """Say where the server listens and what to do next."""
    from hubbub import __version__
    from hubbub.core.listen import parse_listen_address

    scheme = "https" if server.cfg.is_ssl else "http"
    host, port = server.LISTENERS[0].sock.getsockname()[:2]
    address = parse_listen_address(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", port)
    number = server.cfg.workers
    click.echo(
        f"Hubbub {__version__} is on {scheme}://{address.url_host} "
        f"({number} worker{'s' if number != 1 else ''}, {config.SqlSettings.DriverName}, "
        f"data in {config.data_directory.absolute()}).\n"
        f"Open it in a browser or with any Mattermost client, or run `{_own_name()} user create`: on a new server the "
        "first account becomes system admin.\n"
        f"Settings are in {default_config_path().absolute()}; Ctrl+C stops the server."
    )
    sys.stdout.flush()
