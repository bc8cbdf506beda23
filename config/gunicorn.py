"""How gunicorn runs Hubbub: used by `hubbub serve`, and by `gunicorn -c config/gunicorn.py hubbub.wsgi:application`.

What an admin may want to change is in config.json; gunicorn executes this file again on SIGHUP.
"""

# ruff: noqa: E402  (patching comes first)

from gevent import monkey

_patched_before = monkey.is_module_patched("threading")
monkey.patch_all()

import gc
from pathlib import Path
from typing import Any

from hubbub.core import serving
from hubbub.core.metrics_server import forget_retired
from hubbub.core.patching import refuse_early_imports
from hubbub.core.process import ProcessServices

if not _patched_before:
    refuse_early_imports()
_config = serving.configuration()

bind = serving.bind_address(_config)
workers = serving.worker_count(_config)
worker_class = "hubbub.core.worker.Worker"
# Sockets that a greenlet holds; WebSockets are not among them.
worker_connections = 20_000
# Built once in the master: workers share its memory, and a broken plugin ends the start instead of every worker's.
preload_app = True
# By itself Python looks for cycles after every 700 new objects: a third of the time in which the accounts of a channel
# of 10,000 are read. What requests leave behind is freed by counting.
gc.set_threshold(10_000, 20, 20)
proc_name = "hubbub"
# SECURITY: the database, the log and uploads are nobody else's business.
umask = 0o027

keepalive = _config.ServiceSettings.IdleTimeout
graceful_timeout = 10
# A worker whose loop does not turn for so long (seconds) is replaced.
timeout = 30
max_requests = 0
# As long as gunicorn can: ServiceSettings.MaximumURLLength is what limits addresses, with an answer in JSON.
limit_request_line = 8190

certfile, keyfile = serving.tls_files(_config)
ssl_context = serving.tls_context(_config)

# SECURITY: no socket that takes commands, and no header of a proxy believed here: core/http knows the trusted ones.
control_socket_disable = True
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
http_parser = "python"

logger_class = "hubbub.core.gunicorn_log.ServerLogger"
# The heartbeat file: on a disk it could block a worker for as long as the disk is busy.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # nosec B108  # gunicorn makes a file of its own


def on_starting(_server: Any) -> None:
    """Prepare the master."""
    serving.raise_descriptor_limit()
    forget_retired(_config.run_directory)


def when_ready(_server: Any) -> None:
    """Keep what the master has built out of the workers' garbage collections, so that its pages stay shared."""
    gc.collect()
    gc.freeze()


def on_reload(server: Any) -> None:
    """Build the application anew, with the configuration as it is now."""
    serving.rebuild(server)
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Start what runs beside the app in a worker."""
    app = getattr(worker.application, "hubbub_app", None)
    if app is not None:
        worker.process_services = ProcessServices(app)
        worker.process_services.start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Stop it again."""
    services = getattr(worker, "process_services", None)
    if services is not None:
        services.stop()


def worker_abort(_worker: Any) -> None:
    """Say where a stuck worker was before it is gone."""
    serving.dump_stacks()
