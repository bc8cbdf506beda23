"""The page on which somebody agrees, or doesn't: plain HTML, no script, in nobody's frame."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlsplit

from hubbub.core.contracts.users import User
from hubbub.core.http.plain_page import plain_page
from hubbub.core.http.reply import Reply
from hubbub.plugins.oauth_provider.records import OAuthApp


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
    forms = f"'self' {_origin(redirect_uri)}".rstrip()
    return _unreferred(plain_page(f"Let {app.name} use your account?", content, forms=forms))


def error_page(message: str, status: int) -> Reply:
    """Return the page that tells somebody in a browser why they can't go on."""
    content = f"<p>{escape(message)}</p><p>Tell whoever made the application.</p>"
    return _unreferred(plain_page("This can't go on", content, status=status))


def _unreferred(reply: Reply) -> Reply:
    reply.headers["Referrer-Policy"] = "no-referrer"
    return reply


def _origin(redirect_uri: str) -> str:
    """Return scheme and host of a redirect URI: browsers ask the policy about where a sent form leads, too."""
    parts = urlsplit(redirect_uri)
    # SECURITY: registered URIs have none of these (apps.is_web_address), but rows of another server might.
    if any(character in parts.netloc for character in " ;,'\"") or parts.scheme not in ("http", "https"):
        return ""
    return f"{parts.scheme}://{parts.netloc}"
