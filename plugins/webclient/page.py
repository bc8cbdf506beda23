"""The root page: a shell that names the files; everything in it is drawn by the scripts."""

from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from hubbub.plugins.webclient.assets import Assets
from hubbub.plugins.webclient.cdn import fallback_tag, import_map, origin, sealed

_COLOUR: Final = "#f5f5f9"
_PAGE: Final = """<!doctype html>
<html lang="en" data-base="{base}" data-files="{own}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="{own}/img/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="{own}/img/app.png">
<link rel="manifest" href="{base}/manifest.webmanifest">
{first}<script src="{own}/theme.js"></script>
{styles}
{preloads}
<script type="module" src="{files}/js/main.js"{main}></script>
</head>
<body>
<div id="app"></div>
<noscript><p class="noscript">{title} needs JavaScript. Please turn it on for this site.</p></noscript>
</body>
</html>
"""  # noqa: E501  (one tag, kept whole)


def render(assets: Assets, subpath: str, config: Any, cdn: str = "") -> tuple[bytes, str]:
    """Return the page for a site published below `subpath`, and its policy. Files' addresses carry their version.

    `cdn` is the address that the site's files have at a content delivery network, "" for none.
    """
    own = f"{subpath}/static/{assets.version}"
    modules, styles = assets.modules(), assets.styles()
    files, first, attributes = own, "", dict.fromkeys((*modules, *styles), "")
    elsewhere = source = ""
    if cdn:
        files = f"{cdn}/static/{assets.version}"
        attributes = {name: sealed(assets.files[name]) for name in attributes}
        hashes, source = import_map(assets, files, modules)
        first = f"{fallback_tag(own)}\n{hashes}\n"
        elsewhere = origin(cdn)

    def tags(rel: str, names: list[str]) -> str:
        return "\n".join(f'<link rel="{rel}" href="{escape(files)}/{name}"{attributes[name]}>' for name in names)

    body = _PAGE.format(
        base=escape(subpath),
        title=escape(config.TeamSettings.shown_site_name),
        own=escape(own),
        files=escape(files),
        first=first,
        styles=tags("stylesheet", styles),
        preloads=tags("modulepreload", modules),
        main=attributes["js/main.js"],
    )
    return body.encode(), content_security_policy(config, elsewhere, source)


def manifest(assets: Assets, subpath: str, title: str) -> bytes:
    """Return what a phone or desktop needs to keep the site among its apps (the Web Application Manifest, JSON)."""
    picture = {"src": f"{subpath}/static/{assets.version}/img/app.png", "sizes": "512x512", "type": "image/png"}
    return msgspec.json.encode(
        {
            "name": title,
            "short_name": title,
            "id": f"{subpath}/",
            "start_url": f"{subpath}/",
            "scope": f"{subpath}/",
            "display": "standalone",
            "background_color": _COLOUR,
            "theme_color": _COLOUR,
            "icons": [picture | {"purpose": purpose} for purpose in ("any", "maskable")],
        }
    )


def content_security_policy(config: Any, elsewhere: str = "", script: str = "") -> str:
    """Return what the page may do: nothing from elsewhere, no inline script or style, no HTML made from text.

    The WebSocket may be elsewhere (`ServiceSettings.WebsocketURL`); 'self' covers it otherwise. `elsewhere` is where
    scripts and styles may come from besides, `script` the source of the one inline script.
    """
    socket = _origin(config.ServiceSettings.WebsocketURL)
    return "; ".join(
        (
            "default-src 'none'",
            "frame-src 'self'",  # PDFs, in the browser's own viewer
            f"script-src 'self' {elsewhere} {script}".rstrip(),
            f"style-src 'self' {elsewhere}".rstrip(),
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
