"""The reference pages say what the code says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hubbub.core.config import SETTINGS
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.loader import built_in
from hubbub.tests.docs import pages
from hubbub.tests.meta import hook_calls, tree


def test_the_pages_made_from_the_code_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(tree.ROOT / "scripts/docs.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_stale_page_is_noticed_and_named(tmp_path: Path) -> None:
    copy = tmp_path / "scripts" / "docs.py"
    copy.parent.mkdir()
    copy.write_text((tree.ROOT / "scripts/docs.py").read_text())
    for folder in ("core", "examples", "plugin-template", "hookspecs.py"):
        (tmp_path / folder).symlink_to(tree.ROOT / folder)
    page = tmp_path / "docs/plugins/hooks.md"
    page.parent.mkdir(parents=True)
    page.write_text("old")
    done = subprocess.run([sys.executable, str(copy), "--check"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert "docs/plugins/hooks.md" in done.stderr
    assert page.read_text() == "old"


@pytest.mark.parametrize("name", [info.name for info in SETTINGS if info.setting.ours])
def test_every_setting_of_our_own_is_explained(name: str) -> None:
    (info,) = [info for info in SETTINGS if info.name == name]
    page = tree.text(Path("docs/admin/configuration.md"))
    assert len(info.setting.help) >= 15
    assert f"### {name}\n\n{info.setting.help}" in page
    assert info.variable in page


@pytest.mark.parametrize("plugin_id", [plugin.id for plugin in built_in() if plugin.manifest.config is not None])
def test_settings_of_built_in_plugins_are_listed(plugin_id: str) -> None:
    assert f"### {plugin_id}\n\n| key |" in tree.text(Path("docs/admin/configuration.md"))


@pytest.mark.parametrize("name", hook_calls.specifications())
def test_every_hook_is_on_its_page(name: str) -> None:
    assert f"### {name}\n" in tree.text(Path("docs/plugins/hooks.md"))


@pytest.mark.parametrize("page", pages.pages(), ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in pages.links(page):
        if re.match(r"\w+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (tree.ROOT / page.parent / target).resolve() if target else tree.ROOT / page
        if not path.exists() or (anchor and anchor not in pages.anchors(path.relative_to(tree.ROOT))):
            broken.append(link)
    assert broken == []


def test_the_guide_names_everything_that_a_plugin_is_given_and_nothing_else() -> None:
    text = tree.text(Path("docs/plugins/guide.md"))
    given = {name for name in (*vars(PluginContext), *PluginContext.__annotations__) if not name.startswith("_")}
    named = set(re.findall(r"`context\.(\w+)", text))
    assert named - given == set()
    assert given - named <= {"id", "hooks", "config_store"}


@pytest.mark.parametrize("page", [page for page in pages.pages() if page.parts[0] == "docs"], ids=str)
def test_code_on_a_page_is_python(page: Path) -> None:
    for block in pages.blocks(page):
        if block.language == "python" and page.name not in ("hooks.md", "contracts.md"):
            compile(block.code, str(page), "exec")
