"""How long other requests take while fifty answers of a SAML provider, signed and encrypted, come at once.

`.venv/bin/python bench/beside_saml.py`. As `beside.py`: one worker on SQLite, GET /users/me one at a time. pysaml2's
provider has made the answers before, each for a browser of its own and a person who is new here.
"""

import http.client
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from beside import QUIET_S, ask, beside, told

from hubbub.core.testing import LiveServer
from hubbub.tests.plugins.auth_saml.conftest import settings, write_files
from hubbub.tests.plugins.auth_saml.idp import WANDA, Idp, encoded, pair

ANSWERS: Final = 50
PATH: Final = "/login/sso/saml"


def request(server: LiveServer, method: str, body: bytes = b"", cookie: str = "") -> http.client.HTTPResponse:
    """Return the answer of the sign-in's address, read."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection = http.client.HTTPConnection(server.host, server.port, timeout=120)
    connection.request(method, PATH, body, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def answers(server: LiveServer, idp: Idp) -> list[tuple[bytes, str]]:
    """Return forms with a provider's answers, and the cookie of the browser that each is for."""
    made = []
    for number in range(ANSWERS):
        left = request(server, "GET")
        asked = parse_qs(urlsplit(left.headers["location"]).query)
        name = f"person{number}"
        person = {**WANDA, "uid": f"id-{name}", "username": name, "email": f"{name}@corp.example"}
        xml = idp.respond(asked["SAMLRequest"][0], person, sign_response=True, encrypt_assertion=True)
        form = urlencode({"SAMLResponse": encoded(xml), "RelayState": asked["RelayState"][0]}).encode()
        made.append((form, left.headers["set-cookie"].partition(";")[0]))
    return made


def come_back(server: LiveServer, forms: list[tuple[bytes, str]]) -> None:
    """Post all of them at once; each must sign somebody in."""
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda form=form, cookie=cookie: statuses.append(_status(server, form, cookie)))
        for form, cookie in forms
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * len(forms), statuses


def _status(server: LiveServer, form: bytes, cookie: str) -> int:
    return request(server, "POST", form, cookie).status


def main() -> None:
    """Print two lines of the table."""
    with TemporaryDirectory(prefix="hubbub-bench-saml-") as name:
        folder = Path(name)
        write_files(folder, pair("idp"), pair("site"))
        config: dict[str, Any] = {"RateLimitSettings": {"Enable": False}, "SamlSettings": settings()}
        with LiveServer(config, workers=1, folder=folder) as server:
            admin = server.create_user("admin")
            acs = f"{server.url}{PATH}"
            wanted = {"SamlSettings": {"AssertionConsumerServiceURL": acs}, "ServiceSettings": {"SiteURL": server.url}}
            admin.put("/config/patch", wanted, expect=200)
            metadata = server.client().get("/saml/metadata", raw_path=False).body.decode()
            forms = answers(server, Idp(folder / "idp", metadata, pair("idp")))
            token = str(admin.token)
            end = time.monotonic() + QUIET_S
            print(told("nothing", ask(server, token, lambda: time.monotonic() > end), QUIET_S), flush=True)
            work = lambda: come_back(server, forms)  # noqa: E731  (a line, not a block)
            print(told(f"{ANSWERS} SAML answers at once", *beside(server, token, work)), flush=True)


if __name__ == "__main__":
    main()
