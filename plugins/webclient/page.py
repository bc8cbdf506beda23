"""The root page: a shell that names the files; everything in it is drawn by the scripts."""

from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.plugins.webclient.assets import Assets

_PAGE: Final = """<!doctype html>
<html lang="en" data-base="{base}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="{files}/img/icon.svg" type="image/svg+xml">
<script src="{files}/theme.js"></script>
{styles}
{preloads}
<script type="module" src="{files}/js/main.js"></script>
</head>
<body>
<div id="app"></div>
<noscript><p class="noscript">{title} needs JavaScript. Please turn it on for this site.</p></noscript>
</body>
</html>
"""  # noqa: E501  (one tag, kept whole)


def render(assets: Assets, subpath: str, title: str) -> bytes:
    """Return the page for a site published below `subpath`, its files' addresses carrying their version."""
    files = f"{subpath}/static/{assets.version}"
    return _PAGE.format(
        base=escape(subpath),
        title=escape(title),
        files=escape(files),
        styles="\n".join(f'<link rel="stylesheet" href="{escape(files)}/{name}">' for name in assets.styles()),
        preloads="\n".join(f'<link rel="modulepreload" href="{escape(files)}/{name}">' for name in assets.modules()),
    ).encode()


def content_security_policy(config: Any) -> str:
    """Return what the page may do: nothing from elsewhere, no inline script or style, no HTML made from text.

    The WebSocket may be elsewhere (`ServiceSettings.WebsocketURL`); 'self' covers it otherwise.
    """
    socket = _origin(config.ServiceSettings.WebsocketURL)
    return "; ".join(
        (
            "default-src 'none'",
            "frame-src 'self'",  # PDFs, in the browser's own viewer
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "manifest-src 'self'",
            f"connect-src 'self' {socket}".rstrip(),
            "base-uri 'none'",
            "form-action 'self'",
            "require-trusted-types-for 'script'",
        )
    )


def _origin(address: str) -> str:
    """Return scheme and host of a WebSocket's address, empty for none.

    SECURITY: a semicolon or blank in it would end the directive.
    """
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("ws", "wss") or not host or any(character in host for character in " ;,'\""):
        return ""
    return f"{parts.scheme}://{host}"
