"""Nothing is in the project that users cannot have, should not see, or would not find their way in."""

import re
from pathlib import Path

import pytest

from hubbub.tests.meta import tree

LONGEST_FILE = 400
IGNORE, NOQA = "type: " + "ignore", "no" + "qa"

# Written so that this file does not hold what it looks for.
LEAKS = {
    "a path of somebody's machine": (
        r"(?<![\w.~/-])/(?:root|work|farm|Users)/|/home/(?!user\b|hubbub\b)\w+/|\.\./shared\b"
    ),
    "the host of a package registry (use what the user's own tools are set up for)": (
        r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|proxy\.golang\.org)"
    ),
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}",
    "an access token": r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20}|xox[abp]-[\w-]{20,})",
    "a password in an address": r"\b(?:https?|ftp)://[^\s/:@{}<>$\"'*]+:[^\s/@{}<>$\"'*]+@(?!localhost|127\.|example)",
}


@pytest.mark.parametrize("what", LEAKS)
def test_no_file_names(what: str) -> None:
    found = []
    for path in tree.files():
        for match in re.finditer(LEAKS[what], tree.text(path)):
            found.append(f"{path}:{tree.text(path).count(chr(10), 0, match.start()) + 1} {match.group()!r}")
    assert not found, "\n".join([f"these hold {what}:", *found])


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of somebody's machine", "open('/ro" + "ot/notes.txt')"),
        ("a path of somebody's machine", "cat ../sha" + "red/facts"),
        (
            "the host of a package registry (use what the user's own tools are set up for)",
            "https://py" + "pi.org/simple",
        ),
        ("an access token", "AK" + "IA" + "A" * 16),
        ("a password in an address", "http://me:sec" + "ret@git.host/x"),
    ],
)
def test_the_search_finds_what_it_is_for(what: str, line: str) -> None:
    assert re.search(LEAKS[what], line)


def switched_off(source: str) -> list[str]:
    """Return the lines that switch a check off without naming its code and, there or in a comment above, why."""
    switch = re.compile(r"#\s*(?:type:\s*ignore|noqa|ruff:\s*noqa|nosec)(?P<rest>.*)$")
    code = r"(?:\[[\w, -]+\]|:?\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)"
    found = []
    above = ""
    for number, line in enumerate(source.splitlines(), 1):
        match = switch.search(line)
        reason = r"" if above.startswith("# ") else r"\s+[#(]\s*\w.{8,}"
        if match and not re.match(code + reason, match["rest"]):
            found.append(f"{number} {match.group()}")
        above = line.strip()
    return found


def test_every_switched_off_check_says_why() -> None:
    found = [f"{path}:{line}" for path in tree.files(".py") for line in switched_off(tree.text(path))]
    remedy = f"name the code and the reason: 'x = y()  # {IGNORE}[arg-type]  # the stubs lack the second form'"
    assert not found, "\n".join([*found, f"remedy: {remedy}"])


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        (f"x = 1  # {IGNORE}", False),
        (f"x = 1  # {IGNORE}[arg-type]", False),
        (f"x = 1  # {IGNORE}[arg-type]  # the stubs lack the second form", True),
        (f"# The stubs lack the second form.\nx = 1  # {IGNORE}[arg-type]", True),
        (f"x = 1  # {NOQA}: E501", False),
        (f"x = 1  # {NOQA}: E501, B008  (one address, kept whole)", True),
    ],
)
def test_a_switched_off_check_needs_code_and_reason(line: str, fine: bool) -> None:
    assert (switched_off(line) == []) is fine


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {path: tree.text(path).count("\n") for path in tree.files(".py", ".js", ".ts", ".sh")}
    del lengths[Path("hookspecs.py")]  # signatures and what they mean: the whole surface on one page, by design
    found = [f"{path}: {n} lines" for path, n in lengths.items() if n > LONGEST_FILE]
    assert not found, "\n".join(
        [*found, f"remedy: over {LONGEST_FILE} lines two things live there; give each its file"]
    )


def test_scripts_can_be_run() -> None:
    scripts = [path for path in tree.files() if tree.text(path).startswith("#!")]
    assert scripts
    found = [str(path) for path in scripts if not (tree.ROOT / path).stat().st_mode & 0o100]
    assert not found, f"these start with #! and are not executable: {found}"
