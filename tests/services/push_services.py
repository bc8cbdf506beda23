"""Apple's and Google's push services for tests: a process of its own that speaks and checks their protocols."""

import importlib.util
import json
import ssl
import sys
import urllib.request
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hubbub.tests.services.process import HOST, Server, ServiceMissing
from hubbub.tests.services.smtp import make_certificate

PROGRAM: Final = Path(__file__).with_name("push_services_program.py")
APPLE_SERVER: Final = f"https://{HOST}"
TEAM, KEY_ID, TOPIC = "TEAM123456", "KEY1234567", "com.example.chat"
PROJECT: Final = "chat-app"


class PushServices(Server):
    """hypercorn with both services on one port, with keys and a certificate made for this run."""

    name = "push-services"
    user = "root"  # only asked for as root, whose Python an ordinary user may not be allowed to enter

    def __init__(self) -> None:
        if importlib.util.find_spec("hypercorn") is None:
            raise ServiceMissing("hypercorn is not installed (pip install hypercorn)")
        super().__init__()
        self._generations = count()

    @property
    def url(self) -> str:
        """Where both services are."""
        return f"https://{HOST}:{self.port}"

    @property
    def certificate(self) -> Path:
        """The certificate that vouches for them."""
        return self.folder / "certificate.pem"

    @property
    def apple_key(self) -> Path:
        """The key file that Apple gives to makers of apps (.p8)."""
        return self.folder / "AuthKey.p8"

    @property
    def google_account(self) -> Path:
        """The service account file that Google gives."""
        return self.folder / "account.json"

    def prepare(self) -> None:
        make_certificate(self.certificate, self.folder / "key.pem")
        self.apple_key.write_text(_write_pair(ec.generate_private_key(ec.SECP256R1()), self.folder / "apple.pem"))
        google = _write_pair(rsa.generate_private_key(65537, 2048), self.folder / "google.pem")
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "a1b2c3",
            "private_key": google,
            "client_email": f"push@{PROJECT}.iam.gserviceaccount.com",
            "token_uri": f"{self.url}/token",
        }
        self.google_account.write_text(json.dumps(account))
        for path in (self.apple_key, self.google_account):
            path.chmod(0o600)
        self.rules()

    def command(self) -> list[str]:
        return [sys.executable, str(PROGRAM), str(self.folder), str(self.port)]

    def answers(self) -> bool:
        context = ssl.create_default_context(cafile=str(self.certificate))
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/ready", timeout=5, context=context) as answer:
            return bool(answer.status == 200)
        return False

    def rules(self, **rules: Any) -> None:
        """Say what is answered first from now on, and forget what came."""
        path = self.folder / "rules.new"
        path.write_text(json.dumps({**rules, "generation": next(self._generations)}))
        path.rename(self.folder / "rules.json")
        (self.folder / "got.jsonl").unlink(missing_ok=True)

    @property
    def got(self) -> list[dict[str, Any]]:
        """What came since, oldest first; the body decoded where it is JSON."""
        path = self.folder / "got.jsonl"
        found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        for one in found:
            with suppress(ValueError):
                one["body"] = json.loads(one["body"])
        return found

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return a proxy's settings for both services."""
        apple = {
            "Type": "apple_rn",
            "ApplePushTopic": TOPIC,
            "AppleAuthKeyFile": str(self.apple_key),
            "AppleAuthKeyID": KEY_ID,
            "AppleTeamID": TEAM,
            "ApplePushServer": self.url,
        }
        google = {
            "Type": "android_rn",
            "ServiceFileLocation": str(self.google_account),
            "AndroidPushServer": self.url,
        }
        return {"ApplePushSettings": [apple], "AndroidPushSettings": [google], "EnableMetrics": True, **more}


def _write_pair(key: Any, public: Path) -> str:
    """Write a key's public half; return the private one (PKCS #8, PEM)."""
    private: PrivateKeyTypes = key
    public.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
