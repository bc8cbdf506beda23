"""A real mail server for tests: plain, STARTTLS and TLS, with a certificate made for this run."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, NamedTuple

from hubbub.tests.services.process import Server, free_port

USER: Final = "hubbub"
PASSWORD: Final = "Secret-of-the-mail-server"
PROGRAM: Final = Path(__file__).with_name("smtp_program.py")
WAIT_S: Final = 30


class Received(NamedTuple):
    """A mail that the server took: its envelope, and the message."""

    sender: str
    to: str
    message: EmailMessage
    tls: bool
    user: str
    greeted_as: str

    @property
    def text(self) -> str:
        """The plain text."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


class SmtpServer(Server):
    """aiosmtpd in a process of its own."""

    name = "smtp"
    user = "root"  # only asked for as root, whose Python an ordinary user may not be allowed to enter

    def __init__(self) -> None:
        super().__init__()
        self.plain, self.starttls, self.tls, self.silent = self.port, free_port(), free_port(), free_port()

    @property
    def certificate(self) -> Path:
        """The certificate that vouches for the server."""
        return self.folder / "certificate.pem"

    def prepare(self) -> None:
        (self.folder / "mails").mkdir()
        make_certificate(self.certificate, self.folder / "key.pem")

    def command(self) -> list[str]:
        (self.folder / "ready").unlink(missing_ok=True)
        ports = (self.plain, self.starttls, self.tls, self.silent)
        return [sys.executable, str(PROGRAM), str(self.folder), *map(str, ports)]

    def answers(self) -> bool:
        return (self.folder / "ready").exists()

    def forget(self) -> None:
        """Begin anew: no mails, no rules."""
        self.rules()
        for path in (*(self.folder / "mails").iterdir(), self.folder / "holding"):
            path.unlink(missing_ok=True)

    def rules(self, **rules: Any) -> None:
        """Say what is refused from now on, instead of what was."""
        path = self.folder / "rules.new"
        path.write_text(json.dumps(rules))
        path.rename(self.folder / "rules.json")

    @property
    def mails(self) -> list[Received]:
        """What came so far, oldest first."""
        kept = [json.loads(path.read_text()) for path in sorted((self.folder / "mails").glob("*.json"))]
        return [
            Received(
                one["sender"],
                one["to"][0],
                message_from_bytes(one["content"].encode("utf-8", "surrogateescape"), policy=SMTPUTF8),  # type: ignore[arg-type]  # the stubs know one policy
                one["tls"],
                one["user"],
                one["greeted_as"],
            )
            for one in kept
        ]

    def wait(self, count: int) -> list[Received]:
        """Return the mails once there are so many."""
        wait_until(lambda: len(list((self.folder / "mails").glob("*.json"))) >= count, f"{count} mails")
        return self.mails

    def wait_until_holding(self) -> None:
        """Wait until a mail's text is being held back."""
        wait_until((self.folder / "holding").exists, "a mail that is held back")


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition; fail when it doesn't come."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in {WAIT_S} s"
        time.sleep(0.01)


def make_certificate(certificate: Path, key: Path) -> None:
    """Write a certificate for localhost that vouches for itself, good for an hour, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key.write_bytes(private.private_bytes(encoding, form, serialization.NoEncryption()))
