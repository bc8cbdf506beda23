"""config/nginx.conf as it is shipped, in front of a server under test, with a certificate of its own."""

import subprocess
from pathlib import Path
from typing import Final

from hubbub.tests.services.process import find_program, free_port

NAME: Final = "chat.example.com"
"""The host that the example is for."""
EXAMPLE: Final = Path(__file__).parents[2] / "config" / "nginx.conf"


def make_certificate(folder: Path) -> Path:
    """Fill a folder with a certificate for the example's host, named as Let's Encrypt names them.

    Raises `ServiceMissing` where there is no OpenSSL.
    """
    openssl = find_program("openssl", [], "openssl")
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1", "-days", "2"]
    subprocess.run([*command, *files, *names], check=True, capture_output=True)
    return folder


def example_site(upstream_port: int) -> str:
    """Return the example for `NginxServer`, in front of a server on a port of 127.0.0.1.

    Only addresses and paths are changed.
    """
    example = EXAMPLE.read_text()
    changes = {
        "listen 443 ssl": "listen 127.0.0.1:{port} ssl",
        "listen [::]:443 ssl http2;": "",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen [::]:80;": "",
        "127.0.0.1:8065": f"127.0.0.1:{upstream_port}",
        f"/etc/letsencrypt/live/{NAME}": "{folder}",
    }
    for old, new in changes.items():
        assert old in example, f"config/nginx.conf no longer has {old!r}: change this with it"
        example = example.replace(old, new)
    return example
