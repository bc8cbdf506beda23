"""Nothing is in the project that users cannot have, should not see, or would not find their way in."""

import re

import pytest

from hubbub.tests.meta import tree

LONGEST_FILE = 400
GENERATED = {"package-lock.json", "openapi.yaml"}

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


def test_every_switched_off_check_says_why() -> None:
    switch = re.compile(r"#\s*(?:type:\s*ignore|noqa|ruff:\s*noqa|pragma:\s*no cover)(?P<rest>.*)$")
    found = []
    for path in tree.files(".py"):
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            match = switch.search(line)
            if match and not re.match(r"(?:\[[\w, -]+\]|:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)\s+#\s*\w.{8,}", match["rest"]):
                found.append(f"{path}:{number} {match.group()}")
    assert not found, "\n".join(
        [
            *found,
            "remedy: name the code and the reason: '# type: " + "ignore[arg-type]  # why', '# no" + "qa: E501  # why'",
        ]
    )


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {path: tree.text(path).count("\n") for path in tree.files(".py", ".js", ".ts", ".sh")}
    found = [f"{path}: {n} lines" for path, n in lengths.items() if n > LONGEST_FILE and path.name not in GENERATED]
    assert not found, "\n".join(
        [*found, f"remedy: over {LONGEST_FILE} lines two things live there; give each its file"]
    )


def test_scripts_can_be_run() -> None:
    scripts = [path for path in tree.files() if tree.text(path).startswith("#!")]
    assert scripts
    found = [str(path) for path in scripts if not (tree.ROOT / path).stat().st_mode & 0o100]
    assert not found, f"these start with #! and are not executable: {found}"
