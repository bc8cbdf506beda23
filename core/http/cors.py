"""Pages of other origins: which may call the API, and what they may read (the Fetch standard's CORS protocol)."""

import re
from typing import Final

import msgspec

METHODS: Final = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
MAX_AGE: Final = "86400"
_HEADER_LIST = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~\-, \t]{1,2000}").fullmatch


class CorsPolicy(msgspec.Struct, frozen=True):
    """What `AllowCorsFrom`, `CorsExposedHeaders` and `CorsAllowCredentials` say. `patterns` hold one `*` each."""

    any_origin: bool
    origins: frozenset[str]
    patterns: tuple[tuple[str, str], ...]
    exposed: str
    credentials: bool

    def allows(self, origin: str) -> bool:
        """Say whether pages of `origin` may call."""
        if self.any_origin:
            return True
        origin = origin.lower()
        if origin in self.origins:
            return True
        return any(
            len(origin) >= len(head) + len(tail) and origin.startswith(head) and origin.endswith(tail)
            for head, tail in self.patterns
        )

    def headers(self, origin: str) -> dict[str, str]:
        """Return the headers for an answer to a page of `origin`; without the permission only Vary."""
        if self.any_origin:
            # SECURITY: any origin never gets credentials: a `*` answer is refused by browsers for such calls, and
            # repeating the caller's origin instead would open every session to every site.
            headers = {"access-control-allow-origin": "*"}
        elif self.allows(origin):
            headers = {"access-control-allow-origin": origin, "vary": "Origin"}
            if self.credentials:
                headers["access-control-allow-credentials"] = "true"
        else:
            return {"vary": "Origin"}
        if self.exposed:
            headers["access-control-expose-headers"] = self.exposed
        return headers

    def preflight(self, origin: str, requested_headers: str) -> dict[str, str]:
        """Return the headers that answer a preflight request."""
        headers = self.headers(origin)
        if "access-control-allow-origin" not in headers:
            return headers
        headers.pop("access-control-expose-headers", None)
        headers["access-control-allow-methods"] = METHODS
        headers["access-control-max-age"] = MAX_AGE
        if requested_headers and _HEADER_LIST(requested_headers) is not None:
            headers["access-control-allow-headers"] = requested_headers
        return headers


def cors_policy(allow_from: str, exposed: str, credentials: bool) -> CorsPolicy | None:
    """Return the policy of the three settings, or None when no other origin may call."""
    allowed = [origin.rstrip("/").lower() for origin in allow_from.split()]
    if not allowed:
        return None
    patterns = [origin.split("*", 1) for origin in allowed if origin != "*" and "*" in origin]
    return CorsPolicy(
        any_origin="*" in allowed,
        origins=frozenset(origin for origin in allowed if "*" not in origin),
        patterns=tuple((head, tail) for head, tail in patterns),
        exposed=", ".join(exposed.split()),
        credentials=credentials,
    )
