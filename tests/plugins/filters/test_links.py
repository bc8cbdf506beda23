"""The filter for links."""

import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.posts import Post
from hubbub.plugins.filter_links.config import LinksSettings
from hubbub.plugins.filter_links.service import Links

RULE = Links(LinksSettings(AllowedDomains=("example.com", "*.Example.ORG", "bücher.de", "localhost.test")))


@pytest.mark.parametrize(
    "text",
    [
        "no link at all, e.g. this: or that.",
        "https://example.com/a?b#c",
        "see http://www.example.com:8080/x.",
        "(https://example.com)",
        "https://me:secret@example.com/",
        "https://EXAMPLE.com.",
        "https://bücher.de/ and https://xn--bcher-kva.de",
        "www.example.org",
        "[x](https://example.com/a) [y](/team/pl/123) [z](#top) [m](mailto:me@evil.test)",
        "![i](example.com/i.png)",
        "me@www.evil.test is an address of mail",
        "tcp port 80:443, 12:30",
        "[up](localhost.test:8065/x)",
    ],
)
def test_what_may_be_linked_to(text: str) -> None:
    post = Post(message=text)
    assert RULE.check(post) is post


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.test",
        "HTTPS://EVIL.TEST/",
        "http:\\\\evil.test",
        "https://example.com.evil.test",
        "https://notexample.com",
        "https://example.com@evil.test",
        "https://evil.test\\@example.com",
        "https://evil.test/@example.com",
        "https://evil.test#@example.com",
        "https://evil.test?@example.com",
        "https://example%2ecom%2eevil.test",
        "https://evil。test",
        "https://127.0.0.1/",
        "https://[::1]/",
        "ftp://evil.test",
        "www.evil.test",
        "[x](//evil.test)",
        "[x](evil.test)",
        "[x]( <https://evil.test> )",
        "[x]: https://evil.test",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
    ],
)
def test_what_may_not(text: str) -> None:
    with pytest.raises(Rejected, match=r"Messages can't link to .* here\. Allowed are: example\.com, "):
        RULE.check(Post(message=text))


def test_links_can_be_taken_out_instead() -> None:
    rule = Links(LinksSettings(AllowedDomains=("example.com",), Action="mask"))
    text = "see https://evil.test/x and [this](http://evil.test) or https://example.com"
    shown = "see [link removed] and [this]([link removed]) or https://example.com"
    assert rule.check(Post(message=text)).message == shown
    post = Post(message="", props={"attachments": [{"title_link": "https://evil.test"}]})
    assert rule.check(post).props["attachments"] == [{"title_link": "[link removed]"}]


@pytest.mark.parametrize("domain", ["https://example.com", "example.com/path", "", "com", "a b.com", "-x.com"])
def test_what_is_no_domain_is_refused_at_once(domain: str) -> None:
    with pytest.raises(ValueError, match=r"write a domain, like example\.com"):
        Links(LinksSettings(AllowedDomains=(domain,)))
