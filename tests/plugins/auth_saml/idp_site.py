"""The pages of an identity provider: a form for a name, and one that posts the answer back by itself."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs

from gevent.pywsgi import WSGIServer

from hubbub.tests.plugins.auth_saml.idp import WANDA, Idp, encoded

_PAGE: Final = "<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
_FIELD: Final = '<input type="hidden" name="{}" value="{}">'


class IdpSite:
    """A web server on loopback; `idp` is set when the service provider's metadata are known."""

    def __init__(self) -> None:
        self.idp: Idp | None = None
        self._server = WSGIServer(("127.0.0.1", 0), self._answer, log=None)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/sso"

    def stop(self) -> None:
        """Stop it."""
        self._server.stop()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        sent = environ["wsgi.input"].read().decode() if environ["REQUEST_METHOD"] == "POST" else ""
        fields = {name: values[0] for name, values in parse_qs(sent or environ["QUERY_STRING"]).items()}
        page = self._back(fields) if sent else self._form(fields)
        return [page.encode()]

    def _form(self, fields: Mapping[str, str]) -> str:
        hidden = "".join(_FIELD.format(escape(name), escape(value)) for name, value in fields.items())
        body = f'<form method="post" action="/sso">{hidden}<input name="user"><button>Sign in</button></form>'
        return _PAGE.format(title="Who are you?", body=body)

    def _back(self, fields: Mapping[str, str]) -> str:
        assert self.idp is not None
        name = fields["user"]
        person = {**WANDA, "uid": f"id-{name}", "username": name, "email": f"{name}@corp.example"}
        answer = {"SAMLResponse": encoded(self.idp.respond(fields["SAMLRequest"], person))}
        answer["RelayState"] = fields["RelayState"]
        hidden = "".join(_FIELD.format(name, escape(value)) for name, value in answer.items())
        form = f'<form method="post" action="{escape(self.idp.acs)}">{hidden}</form>'
        return _PAGE.format(title="One moment", body=f"{form}<script>document.forms[0].submit()</script>")
