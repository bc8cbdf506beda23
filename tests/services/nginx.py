"""A throw-away nginx in front of a server under test."""

import socket
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from hubbub.tests.services.process import HOST, Server, find_program

PACKAGE: Final = "nginx"
# What a configuration from the system would set and an ordinary user in a temporary folder cannot have.
FRAME: Final = """\
daemon off;
error_log stderr;
pid {folder}/nginx.pid;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""


class NginxServer(Server):
    """nginx with what a ``site`` says inside ``http { }``.

    There ``{port}`` becomes the port to listen on and ``{folder}`` the one that holds ``files`` (name to content).
    """

    name = "nginx"

    def __init__(self, site: str, files: Mapping[str, bytes] = MappingProxyType({})) -> None:
        self._program = find_program("nginx", [], PACKAGE)
        super().__init__()
        self._site = site
        self._files = files

    @property
    def configuration(self) -> Path:
        """The file that nginx reads."""
        return self.folder / "nginx.conf"

    def prepare(self) -> None:
        for name, content in self._files.items():
            (self.folder / name).write_bytes(content)
        site = self._site.replace("{port}", str(self.port)).replace("{folder}", str(self.folder))
        self.configuration.write_text(FRAME.format(folder=self.folder, site=site))
        self.run([self._program, "-t", "-e", "stderr", "-c", str(self.configuration)])

    def command(self) -> list[str]:
        return [self._program, "-e", "stderr", "-c", str(self.configuration)]

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0
