"""Names and helps of settings in other languages."""

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import pytest

from hubbub.core.config import SETTINGS, Config, texts
from hubbub.core.config.setting import Section, Setting, describe, split_annotation
from hubbub.core.loader import built_in

ROOT: Final = Path(__file__).parents[3]
COMPLETE: Final = (
    "ServiceSettings TeamSettings EmailSettings FileSettings PasswordSettings LdapSettings SamlSettings "
    "GuestAccountsSettings RateLimitSettings LogSettings SupportSettings AnnouncementSettings LocalizationSettings"
).split()
FILES: Final = sorted(path for name in ("core", "plugins") for path in (ROOT / name).rglob(f"{texts.FOLDER}/*.json"))


def declared() -> dict[str, dict[str, bool]]:
    """Return class → key → whether it does something, of the server and of the plugins that come with it."""
    sections: list[Any] = [split_annotation(field.type)[0] for field in msgspec.structs.fields(Config)]
    sections += [found.manifest.config for found in built_in() if found.manifest.config is not None]
    return {one.__name__: {".".join(info.path): bool(info.setting.help) for info in describe(one)} for one in sections}


class Example(Section, frozen=True):
    """Declared here: there is no folder of texts beside this file."""

    Words: Annotated[int, Setting("How many")] = 1


def test_what_has_no_texts_is_english() -> None:
    assert texts.texts_of(Example, "de") == {}
    assert texts.texts_of(type(Config().TeamSettings), "xx") == {}


def test_a_file_beside_the_module_names_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / texts.FOLDER
    folder.mkdir()
    (folder / "de.json").write_text('{"Example": {"": ["Beispiel", ""], "Words": ["Wörter", "Wie viele"]}}')
    (folder / "es.json").write_text('{"Example": {"Words": "Palabras"}}')
    monkeypatch.setattr(texts.inspect, "getfile", lambda _section: str(tmp_path / "config.py"))
    found = texts.texts_of(Example, "de-AT")
    assert found["Words"] == ("Wörter", "Wie viele")
    assert found[""].name == "Beispiel"
    assert texts.texts_of(Example, "es") == {}, "what can't be read is English, too"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_texts_are_of_settings_that_there_are(path: Path) -> None:
    known = declared()
    for name, of_section in msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, tuple[str, str]]]).items():
        keys = known[name]
        assert set(of_section) - {""} <= set(keys)
        assert all(text for key, both in of_section.items() if key for text in both)
        assert name not in COMPLETE or {key for key, used in keys.items() if used} <= set(of_section)


def test_the_most_used_sections_are_there_in_every_language() -> None:
    of_server = [path for path in FILES if path.parent.parent.name == "sections"]
    assert {path.stem for path in of_server} >= {"de", "es", "fa"}
    for path in of_server:
        assert set(msgspec.json.decode(path.read_bytes())) >= set(COMPLETE)
    assert len(SETTINGS) > len(COMPLETE)
