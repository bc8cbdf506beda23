"""The page on which somebody agrees, or doesn't: plain HTML, no script, in nobody's frame."""

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from typing import Final
from urllib.parse import urlsplit

from hubbub.core.contracts.users import User
from hubbub.core.http.reply import Reply
from hubbub.plugins.oauth_provider.records import OAuthApp

_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: light-dark(#f5f5f9, #111114); color: light-dark(#1c1c22, #ececf1) }
main {
  max-width: 26rem; margin: 10vh auto; padding: 1.6rem 2rem; border-radius: 14px;
  background: light-dark(#fff, #222228); box-shadow: 0 8px 30px rgb(20 20 40 / 16%);
}
@media (max-width: 32rem) { main { margin: 0; border-radius: 0; box-shadow: none; min-height: 90vh } }
h1 { font-size: 1.4rem; margin-block: 0 .6rem }
dt { color: light-dark(#5d5d6b, #a4a4b2) }
dd { margin: 0 0 .6rem; overflow-wrap: anywhere }
form { display: flex; gap: .6rem; margin-block-start: 1.2rem }
button {
  font: inherit; font-weight: 600; padding: .55rem 1.4rem; border-radius: 8px; cursor: pointer;
  border: 1px solid light-dark(#8a8a99, #5d5d6b); background: none; color: inherit;
}
button:focus-visible { outline: 3px solid light-dark(#a5a3ff, #bfbdff); outline-offset: 2px }
button.yes { background: #5250c9; border-color: #5250c9; color: #fff }
"""  # noqa: E501  (a rule, kept whole)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
HTML: Final = "text/html; charset=utf-8"


def consent_page(
    app: OAuthApp, user: User, fields: Mapping[str, str], *, csrf: str, action: str, site_name: str, redirect_uri: str
) -> Reply:
    """Return the page that asks `user` about `app`; `fields` are sent again with the answer, to `action`."""
    facts = {
        "Application": app.name,
        "What it says of itself": app.description,
        "Home page": app.homepage,
        "You will be sent to": redirect_uri,
        "You are signed in as": user.username,
    }
    rows = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    warning = (
        "<p><strong>Nobody here has checked this application: it registered itself.</strong></p>"
        if app.is_dynamically_registered is True
        else ""
    )
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in {**fields, "csrf_token": csrf}.items()
        if value
    )
    content = (
        f"<p>It will be able to do on {escape(site_name)} what you can do: read and write messages, see your teams, "
        f"channels and profile.</p>{warning}<dl>{rows}</dl>"
        f'<form method="post" action="{escape(action)}">{hidden}'
        '<button class="yes" name="decision" value="allow">Allow</button>'
        '<button name="decision" value="deny">Deny</button></form>'
    )
    reply = _page(f"Let {app.name} use your account?", content, 200)
    reply.headers["Content-Security-Policy"] += f"; form-action 'self' {_origin(redirect_uri)}".rstrip()
    return reply


def error_page(message: str, status: int) -> Reply:
    """Return the page that tells somebody in a browser why they can't go on."""
    reply = _page("This can't go on", f"<p>{escape(message)}</p><p>Tell whoever made the application.</p>", status)
    reply.headers["Content-Security-Policy"] += "; form-action 'none'"
    return reply


def _page(title: str, content: str, status: int) -> Reply:
    policy = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'"
    text = _PAGE.format(title=escape(title), style=_STYLE, content=content)
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Reply(text, status, headers, content_type=HTML)


def _origin(redirect_uri: str) -> str:
    """Return scheme and host of a redirect URI: browsers ask the policy about where a sent form leads, too."""
    parts = urlsplit(redirect_uri)
    # SECURITY: registered URIs have none of these (apps.is_web_address), but rows of another server might.
    if any(character in parts.netloc for character in " ;,'\"") or parts.scheme not in ("http", "https"):
        return ""
    return f"{parts.scheme}://{parts.netloc}"
