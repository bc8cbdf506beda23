"""The client's languages: a folder for each, which says all that the English one does."""

import re
from pathlib import Path
from typing import Final

import pytest

from hubbub.plugins.webclient.routes import STATIC

LANG: Final = STATIC / "lang"
ENGLISH: Final = LANG / "en"
FILES: Final = sorted(path.relative_to(ENGLISH) for path in ENGLISH.rglob("*.js") if path.name != "words.js")
LINE: Final = re.compile(r'^  "([^"]+)": (.+),$', re.MULTILINE)
LANGUAGES: Final = re.findall(r"^  (\w+): \{ name:", (LANG / "languages.js").read_text(), re.MULTILINE)
OTHERS: Final = [language for language in LANGUAGES if language != "en"]


def texts(file: Path) -> dict[str, str]:
    """Return key → what a file has for it, a text or texts by plural form, as JavaScript."""
    lines = file.read_text().splitlines()
    found = LINE.findall("\n".join(lines))
    assert len(dict(found)) == len(found) == sum(line.startswith("  ") for line in lines), f"{file}: one key a line"
    return dict(found)


def filled_in(said: str) -> list[set[str]]:
    """Return the names of what is filled in, for the text or each of its plural forms."""
    forms = re.findall(r'\w+: ("(?:[^"\\]|\\.)*")', said) if said.startswith("{") else [said]
    return [set(re.findall(r"\{(\w+)\}", form)) for form in forms]


def test_every_folder_is_a_language_that_can_be_chosen() -> None:
    assert len(OTHERS) >= 3
    assert {path.name for path in LANG.iterdir()} == {*LANGUAGES, "languages.js"}


def test_every_text_that_the_client_asks_for_is_there_in_english() -> None:
    english = {key for file in FILES for key in texts(ENGLISH / file)}
    asked = {
        key for path in (STATIC / "js").rglob("*.js") for key in re.findall(r'\bt\(\s*"([^"]+)"', path.read_text())
    }
    assert len(asked) > 150
    assert asked - english == set()


def test_no_text_is_in_two_files() -> None:
    keys = [key for file in FILES for key in texts(ENGLISH / file)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_files_of_english(language: str) -> None:
    folder = LANG / language
    assert sorted(path.relative_to(folder) for path in folder.rglob("*.js") if path.name != "words.js") == FILES


@pytest.mark.parametrize("file", FILES, ids=str)
@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_says_what_the_english_text_does(file: Path, language: str) -> None:
    english, translated = texts(ENGLISH / file), texts(LANG / language / file)
    assert list(translated) == sorted(english)
    for key, said in translated.items():
        wanted = filled_in(english[key])[-1]
        assert said.startswith("{") == english[key].startswith("{"), key
        assert filled_in(said)[-1] == wanted, key
        assert all(form <= wanted for form in filled_in(said)), key
        assert "other:" in said or not said.startswith("{"), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_a_language_is_joined(language: str) -> None:
    joined = re.findall(r'from "\./(\w+\.js)"', (LANG / language / "words.js").read_text())
    assert [*joined, "words.js"] == sorted(path.name for path in (LANG / language).glob("*.js"))
