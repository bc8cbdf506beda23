"""The page behind a link: it asks whether to sign in, so that what reads mails for their readers uses up no link."""

from html import escape
from typing import Final

from hubbub.core.http import Reply
from hubbub.core.http.plain_page import plain_page

_FORM: Final = """<p>You sign in as <strong>{email}</strong>. The link works once.</p>
<form method="post" action="{action}">
<input type="hidden" name="t" value="{token}">
<button class="yes" autofocus>Sign in</button>
</form>"""


def sign_in_page(email: str, token: str, *, action: str, site_name: str) -> Reply:
    """Return the page on which somebody signs in as `email` by a click; the form goes to `action`.

    SECURITY: the address of the page is a secret, which no other site is told (`referrer`). This one is: else browsers
    would leave the form without its origin, and forms of other sites couldn't be told from it.
    """
    form = _FORM.format(email=escape(email), action=escape(action), token=escape(token))
    referrer = '<meta name="referrer" content="same-origin">\n'
    return plain_page(f"Sign in to {site_name}", form, head=referrer, forms="'self'")
