"""The filter for secrets. What looks like one here is put together, so that nobody takes it for one."""

import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.posts import Post
from hubbub.plugins.filter_secrets.config import SecretsSettings
from hubbub.plugins.filter_secrets.service import KEYS, Secrets, is_card

RULE = Secrets(SecretsSettings())
SAMPLES = {
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----",
    "an AWS access key": "AKIA" + "ABCDEFGH12345678",
    "a GitHub token": "ghp_" + "a1" * 18,
    "a GitLab token": "glpat-" + "a1_-" * 5,
    "a Slack token": "xoxb-" + "123456789012-abcdef",
    "a Slack webhook": "https://hooks.slack.com/" + "services/T12345678/B12345678/abcdefghij12",
    "a Google API key": "AIza" + "a" * 35,
    "a Stripe key": "sk_live_" + "a1" * 12,
    "an npm token": "npm_" + "a" * 36,
    "a PyPI token": "pypi-" + "a" * 60,
    "a SendGrid key": "SG." + "a" * 22 + "." + "b" * 43,
    "an OpenAI or Anthropic key": "sk-ant-" + "a1-_" * 10,
    "a JSON web token": "eyJ" + "a" * 20 + ".eyJ" + "b" * 30 + "." + "c" * 30,
}


@pytest.mark.parametrize("name", KEYS)
def test_each_kind_is_found_named_and_not_repeated(name: str) -> None:
    secret = SAMPLES[name]
    with pytest.raises(Rejected) as refused:
        RULE.check(Post(message=f"here: {secret} ok?"))
    assert f"seems to hold {name}" in refused.value.reason
    assert secret not in refused.value.reason
    masked = Secrets(SecretsSettings(Action="mask")).check(Post(message=f"here: {secret} ok?")).message
    assert secret not in masked
    assert f"[{name} removed]" in masked
    assert masked.startswith("here: ")
    assert masked.endswith(" ok?")


@pytest.mark.parametrize("number", ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"])
def test_card_numbers_are_found(number: str) -> None:
    with pytest.raises(Rejected, match="a card number"):
        RULE.check(Post(message=f"pay with {number}."))


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",  # the last digit is wrong
        "0000000000000000",
        "1764153000000 1764153000001",  # times in ms
        "call +49 30 1234567890",
        "x4111111111111111",
        "4111111111111111-abc",
        "id 4111111111111111.5",
        "an ordinary message about keys, tokens and sk-ills",
        "AKIA is a prefix",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_what_only_looks_like_one_passes(text: str) -> None:
    post = Post(message=text)
    assert RULE.check(post) is post


def test_the_last_digit_is_checked() -> None:
    assert is_card("4111111111111111")
    assert not is_card("4111111111111117")


def test_kinds_can_be_left_out_and_added() -> None:
    rule = Secrets(SecretsSettings(Keys=False, CardNumbers=False, Patterns={"a badge number": r"\bEMP-\d{6}\b"}))
    both = Post(message=f"{SAMPLES['a GitHub token']} 4111111111111111")
    assert rule.check(both) is both
    with pytest.raises(Rejected, match="a badge number"):
        rule.check(Post(message="I am EMP-123456"))
    with pytest.raises(ValueError, match=r"Patterns\['broken'\] is no regular expression"):
        Secrets(SecretsSettings(Patterns={"broken": "("}))


def test_long_messages_made_to_be_slow_end() -> None:
    # A pattern that tries everything would take hours here.
    for text in ("eyJ" * 5000, "-----BEGIN " * 1500, "4" * 16_000, "1 " * 8000, "xoxb-" * 3000, "sk-" * 5000):
        post = Post(message=text)
        assert Secrets(SecretsSettings(Action="mask")).check(post).message
