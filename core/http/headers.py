"""Headers that every answer carries."""

from typing import Final

VERSION_ID: Final = "x-version-id"
REQUEST_ID: Final = "x-request-id"
RETRY_AFTER: Final = "retry-after"


def security_headers(frame_ancestors: str, hsts_max_age: int | None) -> dict[str, str]:
    """Return the headers that limit what a browser does with an answer.

    `frame_ancestors`: sites that may frame this one beside itself. `hsts_max_age`: seconds, or None for no HSTS.
    """
    ancestors = " ".join(frame_ancestors.split())
    headers = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "",
        "content-security-policy": f"frame-ancestors 'self' {ancestors}".rstrip(),
    }
    if not ancestors:
        # X-Frame-Options can't name other sites, and where both are sent some browsers obey the stricter.
        headers["x-frame-options"] = "SAMEORIGIN"
    if hsts_max_age is not None:
        headers["strict-transport-security"] = f"max-age={hsts_max_age}"
    return headers


def clean_value(value: str) -> str:
    """Return a header value without what would split the answer or what HTTP can't carry.

    SECURITY: values may hold names that users chose (a file's, say).
    """
    if value.isascii() and value.isprintable():
        return value
    text = value.encode("latin-1", "replace").decode("latin-1")
    return "".join(character if character == "\t" or ord(character) >= 32 else " " for character in text)
