"""Operations on the log: clients write to it, administrators read it."""

import logging
from pathlib import Path
from typing import Final

import msgspec

from hubbub.core.contracts.errors import Forbidden, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.http import Reply, Request, Router
from hubbub.core.http.reply import stream
from hubbub.core.log import options_of
from hubbub.plugins.system.context import SystemContext
from hubbub.plugins.system.log_query import LogFilter, query
from hubbub.plugins.system.log_reader import chunks, last_lines

THIS_SERVER: Final = "default"
MAX_MESSAGE: Final = 400
MAX_PER_PAGE: Final = 10_000
CLIENT_LOG: Final = logging.getLogger("hubbub.client")


class ClientMessage(msgspec.Struct):
    level: str = ""
    message: str = ""


class NoLogFile(Forbidden):
    id = "api.admin.file_read_error"
    message = "There is no log file to read: LogSettings.EnableFile is off, or the file can't be opened."


class LogRoutes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: SystemContext) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/logs", self.write, auth="optional")
        router.get("/api/v4/logs", self.read)
        router.post("/api/v4/logs/query", self.query)
        router.get("/api/v4/logs/download", self.download)

    def write(self, req: Request) -> object:
        """POST /logs: errors of administrators and on developers' servers; anything else of users is a detail."""
        developing = bool(self._context.config.ServiceSettings.EnableDeveloper)
        session = req.session_or_none
        if session is None and not developing:
            raise PermissionDenied(Permission.MANAGE_SYSTEM)
        body = req.read(ClientMessage, name="log")
        may_log_errors = developing or (
            session is not None and self._permissions.has(session, Permission.MANAGE_SYSTEM)
        )
        level = logging.ERROR if may_log_errors and body.level == "ERROR" else logging.DEBUG
        message = body.message[:MAX_MESSAGE]
        CLIENT_LOG.log(
            level, "%s", message, extra={"type": "client_message", "user_agent": req.user_agent, "ip": req.ip}
        )
        return {"level": "ERROR" if level == logging.ERROR else "DEBUG", "message": message}

    def read(self, req: Request) -> object:
        """GET /logs."""
        path = self._file(req)
        page = req.page(default=MAX_PER_PAGE, maximum=MAX_PER_PAGE, per_page_name="logs_per_page")
        try:
            return last_lines(path, page=page.page, per_page=page.per_page)
        except OSError as error:
            raise NoLogFile(detailed_error=str(error)) from error

    def query(self, req: Request) -> object:
        """POST /logs/query: the records of this server by level, time and text."""
        path = self._file(req)
        wanted = req.read(LogFilter, name="log_filter")
        if wanted.server_names and THIS_SERVER not in wanted.server_names:
            return {}
        page = req.page(default=MAX_PER_PAGE, maximum=MAX_PER_PAGE, per_page_name="logs_per_page")
        try:
            return {THIS_SERVER: query(path, wanted, offset=page.offset, limit=page.limit)}
        except OSError as error:
            raise NoLogFile(detailed_error=str(error)) from error

    def download(self, req: Request) -> object:
        """GET /logs/download."""
        path = self._file(req)
        if not path.is_file():
            raise NoLogFile
        reply: Reply = stream(chunks(path), content_type="text/plain; charset=utf-8")
        reply.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
        reply.headers["X-Content-Type-Options"] = "nosniff"
        return reply

    def _file(self, req: Request) -> Path:
        self._permissions.require(req.session, Permission.GET_LOGS)
        options = options_of(self._context.config.LogSettings)
        if not options.enable_file or options.file is None:
            raise NoLogFile
        return options.file
