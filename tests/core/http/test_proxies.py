"""The client's address and scheme: believed from trusted proxies only."""

from typing import Any

import pytest

from hubbub.core.http.proxies import TrustedProxies

PROXY = "10.0.0.1"


@pytest.fixture
def ask(server: Any) -> Any:
    server.configure(HubbubSettings={"TrustedProxies": ["10.0.0.0/8", "::1"]})
    server.router.get("/api/v4/x", lambda req: [req.ip, req.is_secure])
    return lambda peer, **headers: server.call("GET", "/api/v4/x", peer=peer, **headers).json


def test_a_strangers_word_counts_for_nothing(ask: Any) -> None:
    assert ask("203.0.113.9", x_forwarded_for="1.2.3.4", x_forwarded_proto="https") == ["203.0.113.9", False]


def test_a_trusted_proxys_word_counts(ask: Any) -> None:
    assert ask(PROXY, x_forwarded_for="1.2.3.4", x_forwarded_proto="https") == ["1.2.3.4", True]


def test_without_trusted_proxies_nobody_is_believed(server: Any) -> None:
    server.router.get("/api/v4/x", lambda req: req.ip)
    assert server.call("GET", "/api/v4/x", peer="127.0.0.1", x_forwarded_for="1.2.3.4").json == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),
        ("10.0.0.9, 10.0.0.7", "10.0.0.9"),
        ("1.2.3.4:5678", "1.2.3.4"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("evil", PROXY),
        ("1.2.3.4, evil, 10.0.0.7", "10.0.0.7"),
        (",,,", PROXY),
        ("\xff\xfe", PROXY),
    ],
)
def test_a_list_is_read_from_the_right(ask: Any, forwarded: str, client: str) -> None:
    assert ask(PROXY, x_forwarded_for=forwarded)[0] == client


def test_the_setting_names_the_headers(ask: Any, server: Any) -> None:
    server.configure(ServiceSettings={"TrustedProxyIPHeader": ["CF-Connecting-IP", "X-Real-IP"]})
    assert ask(PROXY, x_real_ip="1.1.1.1", x_forwarded_for="2.2.2.2")[0] == "1.1.1.1"
    assert ask(PROXY, x_real_ip="1.1.1.1", cf_connecting_ip="3.3.3.3")[0] == "3.3.3.3"


def test_a_unix_socket_is_this_machines_own_proxy() -> None:
    proxies = TrustedProxies([])
    assert proxies.client_ip({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}) == "1.2.3.4"


def test_a_flood_of_peers_does_not_fill_the_memory() -> None:
    proxies = TrustedProxies(["10.0.0.0/8"])
    for number in range(10_000):
        proxies.trusts(f"203.{number // 65536}.{number // 256 % 256}.{number % 256}")
    assert len(proxies._trusted) <= 4096
