"""How the server is reached: addresses, TLS, proxies, sessions across hosts."""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

from hubbub.core.config.model import Config
from hubbub.core.config.problems import Problem
from hubbub.core.config.rules.formats import doubtful, is_listen_address, is_url, wrong


def check_reach(config: Config) -> Iterator[Problem]:
    """Yield what is wrong with addresses, TLS and proxies."""
    yield from _addresses(config)
    yield from _tls(config)
    yield from _site_url_needed(config)
    yield from _proxies(config)


def _addresses(config: Config) -> Iterator[Problem]:
    service = config.ServiceSettings
    if service.SiteURL and not is_url(service.SiteURL):
        remedy = "Write it as https://chat.example.com, with a folder behind it if the site has one."
        yield wrong("ServiceSettings.SiteURL", service.SiteURL, "Not an http or https address.", remedy, "site_url")
    if service.WebsocketURL and not is_url(service.WebsocketURL, "ws", "wss"):
        remedy = "Write it as wss://chat.example.com, or leave it empty."
        key = "ServiceSettings.WebsocketURL"
        yield wrong(key, service.WebsocketURL, "Not a ws or wss address.", remedy, "websocket_url")
    if not is_listen_address(service.ListenAddress):
        key, remedy = "ServiceSettings.ListenAddress", "Write host:port, or :8065 for every interface."
        yield wrong(key, service.ListenAddress, "Not an address to listen on.", remedy, "listen_address")
    if config.MetricsSettings.Enable and not is_listen_address(config.MetricsSettings.ListenAddress):
        key, remedy = "MetricsSettings.ListenAddress", "Write host:port, or :8067 for every interface."
        yield wrong(key, config.MetricsSettings.ListenAddress, "Not an address to listen on.", remedy, "listen_address")


def _tls(config: Config) -> Iterator[Problem]:
    service = config.ServiceSettings
    if service.ConnectionSecurity != "TLS" or service.UseLetsEncrypt:
        return
    for key, path, error in (
        ("TLSCertFile", service.TLSCertFile, "tls_cert_file_missing"),
        ("TLSKeyFile", service.TLSKeyFile, "tls_key_file_missing"),
    ):
        if not path or not Path(path).is_file():
            remedy = "Name the PEM file, or empty ServiceSettings.ConnectionSecurity."
            yield wrong(f"ServiceSettings.{key}", path, "TLS is on, but there is no such file.", remedy, error)


def _site_url_needed(config: Config) -> Iterator[Problem]:
    if config.ServiceSettings.SiteURL:
        return
    remedy = "Set ServiceSettings.SiteURL, or turn this off."
    if config.ServiceSettings.AllowCookiesForSubdomains:
        key, error = "ServiceSettings.AllowCookiesForSubdomains", "allow_cookies_for_subdomains"
        yield wrong(key, True, "It needs to know the site's address.", remedy, error)
    if config.EmailSettings.EnableEmailBatching:
        key, error = "EmailSettings.EnableEmailBatching", "site_url_email_batching"
        yield wrong(key, True, "It needs to know the site's address.", remedy, error)


def _proxies(config: Config) -> Iterator[Problem]:
    for network in config.HubbubSettings.TrustedProxies:
        try:
            ip_network(network, strict=False)
        except ValueError:
            remedy = "Write it as 10.0.0.0/8 or 192.0.2.1."
            yield wrong("HubbubSettings.TrustedProxies", network, "Neither an address nor a network.", remedy)
    if config.ServiceSettings.TrustedProxyIPHeader and not config.HubbubSettings.TrustedProxies:
        yield doubtful(
            "ServiceSettings.TrustedProxyIPHeader",
            list(config.ServiceSettings.TrustedProxyIPHeader),
            "No proxy is trusted, so these headers are ignored.",
            "Name the proxies in HubbubSettings.TrustedProxies.",
        )
