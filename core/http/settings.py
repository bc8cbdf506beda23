"""What HTTP needs of the configuration, worked out once per change rather than once per request."""

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from hubbub.core.config.model import Config
from hubbub.core.http.cors import CorsPolicy, cors_policy
from hubbub.core.http.headers import security_headers
from hubbub.core.http.proxies import TrustedProxies

BODY_SLACK: Final = 512
"""Bytes that a body may have beyond MaximumPayloadSizeBytes, as clients of this API expect."""


class RateLimits(msgspec.Struct, frozen=True):
    """The general rate limit: `per_second` on average, `burst` at once, for at most `keys` callers."""

    per_second: int
    burst: int
    keys: int
    by_address: bool
    by_user: bool
    by_header: str


class HttpSettings(msgspec.Struct, frozen=True):
    """Everything that a request's path through core/http depends on."""

    config: Any
    subpath: str
    body_limit: int
    url_limit: int
    gzip: bool
    developer: bool
    hardened: bool
    strict_csrf: bool
    log_access: bool
    proxies: TrustedProxies
    cors: CorsPolicy | None
    headers: dict[str, str]
    secure_headers: dict[str, str]
    rate_limits: RateLimits | None
    demands_mfa: bool


def http_settings(config: Config) -> HttpSettings:
    """Return the settings of HTTP that follow from a configuration."""
    service = config.ServiceSettings
    own = config.HubbubSettings
    max_age = service.TLSStrictTransportMaxAge if service.TLSStrictTransport else None
    return HttpSettings(
        config=config,
        subpath=subpath_of(service.SiteURL),
        body_limit=service.MaximumPayloadSizeBytes + BODY_SLACK,
        url_limit=service.MaximumURLLength,
        gzip=service.WebserverMode == "gzip",
        developer=service.EnableDeveloper,
        hardened=service.ExperimentalEnableHardenedMode,
        strict_csrf=service.ExperimentalStrictCSRFEnforcement,
        log_access=own.LogAccess,
        proxies=TrustedProxies(own.TrustedProxies, service.TrustedProxyIPHeader),
        cors=cors_policy(service.AllowCorsFrom, service.CorsExposedHeaders, service.CorsAllowCredentials),
        headers=security_headers(service.FrameAncestors, None),
        secure_headers=security_headers(service.FrameAncestors, max_age),
        rate_limits=_rate_limits(config),
        demands_mfa=service.EnableMultifactorAuthentication and service.EnforceMultifactorAuthentication,
    )


def _rate_limits(config: Config) -> RateLimits | None:
    limits = config.RateLimitSettings
    if not limits.Enable:
        return None
    return RateLimits(
        per_second=max(1, limits.PerSec),
        burst=max(0, limits.MaxBurst),
        keys=max(1, limits.MemoryStoreSize),
        by_address=limits.VaryByRemoteAddr,
        by_user=limits.VaryByUser,
        by_header=limits.VaryByHeader.upper().replace("-", "_"),
    )


def subpath_of(site_url: str) -> str:
    """Return the path under which the site is published, `/chat`, or an empty string for the root."""
    try:
        path = urlsplit(site_url).path.rstrip("/")
    except ValueError:  # the configuration's own check reports a SiteURL that is no URL
        return ""
    return path if path.startswith("/") else ""
