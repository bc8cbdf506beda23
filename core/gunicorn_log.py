"""gunicorn's log records in the server's own log."""

import logging

from gunicorn.config import Config
from gunicorn.glogging import Logger

from hubbub.core.log import ROOT


class ServerLogger(Logger):
    """Hands gunicorn's records to `hubbub.gunicorn`; requests are logged by core/http, not here."""

    def __init__(self, cfg: Config) -> None:
        super().__init__(cfg)
        self.error_log = logging.getLogger("hubbub.gunicorn")
        self.error_log.propagate = True

    def setup(self, cfg: Config) -> None:
        """Take over gunicorn's configuration without opening any file: `core.log` decides where records go."""
        self.cfg = cfg
        self._access_log_enabled = False
        # Workers that come and go are worth a line only to whoever is searching for something.
        searching = logging.getLogger(ROOT).isEnabledFor(logging.DEBUG)
        logging.getLogger("hubbub.gunicorn").setLevel(logging.INFO if searching else logging.WARNING)

    def reopen_files(self) -> None:
        """There are none here; the log file is followed when it is moved."""

    def close_on_exec(self) -> None:
        """There are no files here."""
