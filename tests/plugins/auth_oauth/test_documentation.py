"""The examples of docs/admin/openid-connect.md are configurations that work."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.config import ConfigStore
from hubbub.plugins.auth_oauth.providers import SECTIONS, provider_of
from hubbub.tests.meta.tree import ROOT

PAGE = (ROOT / "docs" / "admin" / "openid-connect.md").read_text()
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: " ".join(example))
def test_an_example_is_a_whole_configuration(example: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"ServiceSettings": {"SiteURL": "https://chat.example.com"}} | example))
    store = ConfigStore(path, {})
    config = store.load()
    on = [service for service, (section, _) in SECTIONS.items() if getattr(config, section).Enable]
    assert len(on) == 1
    provider = provider_of(config, on[0])
    assert provider.client_id
    assert provider.discovery.startswith("https://") or provider.user_api.startswith("https://")


def test_there_is_an_example_of_each() -> None:
    assert len(EXAMPLES) == 5
