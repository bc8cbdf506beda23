"""A mail server for tests, run as a process: `python smtp_program.py FOLDER PLAIN STARTTLS TLS SILENT` (ports).

What it takes it writes to FOLDER/mails/NNNN.json. FOLDER/rules.json, read anew for each command, says what it refuses:
`rcpt` and `data` map a recipient to an answer, `mail` and `greeting` are answers, `per_connection` is how many mails
a connection may bring, `hold` keeps the answer to a mail's text back until it is gone from the rules.
"""

import asyncio
import json
import ssl
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

FOLDER = Path(sys.argv[1])
USER, PASSWORD = b"hubbub", b"Secret-of-the-mail-server"


def rules() -> dict[str, Any]:
    """Return what is refused now."""
    try:
        return dict(json.loads((FOLDER / "rules.json").read_text()))
    except FileNotFoundError:
        return {}


class Handler:
    """Takes and keeps mail."""

    def __init__(self) -> None:
        self.count = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = rules().get("mail")
        if answer:
            return str(answer)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = rules().get("rcpt", {}).get(address) or rules().get("rcpt", {}).get("*")
        if answer:
            return str(answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        while rules().get("hold"):
            (FOLDER / "holding").touch()
            await asyncio.sleep(0.01)
        now = rules()
        answer = now.get("data", {}).get(envelope.rcpt_tos[0])
        if answer:
            return str(answer)
        session.mails = getattr(session, "mails", 0) + 1
        if session.mails > now.get("per_connection", 1_000_000):
            return "421 too many mails on this connection"
        self.keep(server, session, envelope)
        return "250 OK"

    def keep(self, server: Any, session: Any, envelope: Any) -> None:
        """Write a mail down, all at once."""
        self.count += 1
        kept = {
            "sender": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode("utf-8", "surrogateescape"),
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "user": session.auth_data.decode() if session.authenticated else "",
            "greeted_as": session.host_name,
        }
        path = FOLDER / "mails" / f"{self.count:04}.json"
        path.with_suffix(".new").write_text(json.dumps(kept))
        path.with_suffix(".new").rename(path)


def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Let in whoever knows the password."""
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=good, auth_data=data.login if good else None, handled=False)


class Session(SMTP):
    """Keeps who signed in, for `Handler.keep`."""

    def __init__(self, handler: Handler, **options: Any) -> None:
        super().__init__(handler, enable_SMTPUTF8=True, hostname="mail.test", **options)

    async def _handle_client(self) -> None:
        greeting = rules().get("greeting")
        if greeting:
            self._writer.write(f"{greeting}\r\n".encode())
            await self._writer.drain()
            self._writer.close()
            return
        await super()._handle_client()


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take a connection and never say a word."""
    await reader.read()
    writer.close()


async def main() -> None:
    """Serve on four ports until the process is ended."""
    plain, starttls, tls, silent = map(int, sys.argv[2:])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(FOLDER / "certificate.pem", FOLDER / "key.pem")
    handler, loop = Handler(), asyncio.get_running_loop()
    signed_in: dict[str, Any] = {"authenticator": check, "auth_required": True}
    for port, implicit, options in (
        (plain, None, {}),
        (starttls, None, {"tls_context": context, "require_starttls": True, **signed_in}),
        (tls, context, {"auth_require_tls": False, **signed_in}),
    ):
        await loop.create_server(
            lambda options=options: Session(handler, **options),
            ["127.0.0.1", "127.0.0.2"],
            port,
            ssl=implicit,
            start_serving=True,
        )
    await asyncio.start_server(silence, "127.0.0.1", silent)
    (FOLDER / "ready").touch()
    await asyncio.Event().wait()


asyncio.run(main())
