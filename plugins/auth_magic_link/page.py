"""The page behind a link: it asks whether to sign in, so that what reads mails for their readers uses up no link."""

from html import escape
from typing import Final

from hubbub.core.http import Reply

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="same-origin">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 15vh auto; padding: 0 1rem }}
h1 {{ font-size: 1.4rem }} p {{ overflow-wrap: anywhere }}
button {{ font: inherit; padding: .5rem 1.2rem; border-radius: 6px; border: 1px solid #1c58d9; background: #1c58d9;
color: #fff; cursor: pointer }}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>You sign in as <strong>{email}</strong>. The link works once.</p>
<form method="post" action="{action}">
<input type="hidden" name="t" value="{token}">
<button autofocus>Sign in</button>
</form>
</main>
</body>
</html>
"""


def sign_in_page(email: str, token: str, *, action: str, site_name: str) -> Reply:
    """Return the page on which somebody signs in as `email` by a click; the form goes to `action`.

    SECURITY: the address of the page is a secret, which no other site is told (`referrer`). This one is: else browsers
    would leave the form without its origin, and forms of other sites couldn't be told from it.
    """
    shown = {"title": f"Sign in to {site_name}", "email": email, "action": action, "token": token}
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
    }
    body = _PAGE.format(**{name: escape(text) for name, text in shown.items()})
    return Reply(body, 200, headers, content_type="text/html; charset=utf-8")
