"""A page of the server's own, for browsers on their way through: plain HTML, no script, in nobody's frame."""

import base64
import hashlib
from html import escape
from typing import Final

from hubbub.core.http.reply import Reply

HTML: Final = "text/html; charset=utf-8"
_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: light-dark(#f5f5f9, #111114); color: light-dark(#1c1c22, #ececf1) }
main {
  max-width: 26rem; margin: 10vh auto; padding: 1.6rem 2rem; border-radius: 14px; overflow-wrap: anywhere;
  background: light-dark(#fff, #222228); box-shadow: 0 8px 30px rgb(20 20 40 / 16%);
}
@media (max-width: 32rem) { main { margin: 0; border-radius: 0; box-shadow: none; min-height: 90vh } }
h1 { font-size: 1.4rem; margin-block: 0 .6rem }
a { font-weight: 600; color: light-dark(#403eb0, #bfbdff) }
dt, small { color: light-dark(#5d5d6b, #a4a4b2) }
dd { margin: 0 0 .6rem }
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
{head}<title>{title}</title>
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


def plain_page(title: str, content: str, *, status: int = 200, head: str = "", forms: str = "'none'") -> Reply:
    """Return a page. `title` is text; `content` and `head` are HTML, whose author has escaped what it shows.

    `forms` is where forms may lead, as the policy says it. SECURITY: the page may load and run nothing.
    """
    policy = (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'; form-action {forms}"
    )
    text = _PAGE.format(title=escape(title), style=_STYLE, content=content, head=head)
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return Reply(text.encode("utf-8", "replace"), status, headers, content_type=HTML)
