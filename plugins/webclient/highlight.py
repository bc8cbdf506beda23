"""Code in messages, cut into pieces that have colours: by Pygments, here, so that no browser loads grammars."""

from typing import Any, Final

import msgspec
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Request, Router

LONGEST: Final = 4_000
"""Characters of code that are looked at; longer code stays without colours."""
RATE: Final = (20, 60)
LANGUAGES: Final = frozenset(
    "bash sh shell zsh powershell batch c cpp c++ csharp c# objective-c java kotlin scala groovy swift go rust"
    " zig python python3 py pycon ruby rb perl php r julia erlang haskell hs ocaml clojure elisp dart fsharp"
    " javascript js typescript ts jsx tsx json html xml css scss vue graphql sql mysql postgresql yaml yml toml"
    " ini cfg properties docker dockerfile cmake nginx nix diff markdown md rst latex tex http protobuf proto vim"
    " matlab fortran nasm verilog vhdl solidity".split()
)
"""Languages that are known. SECURITY: others take seconds for what somebody has made up (make, HCL, sessions)."""
_KINDS: Final[tuple[tuple[Any, str], ...]] = (
    (Token.Comment, "comment"),
    (Token.Keyword, "keyword"),
    (Token.Operator.Word, "keyword"),
    (Token.Literal.String, "string"),
    (Token.Literal.Number, "number"),
    (Token.Name.Function, "name"),
    (Token.Name.Class, "name"),
    (Token.Name.Decorator, "name"),
    (Token.Name.Tag, "keyword"),
    (Token.Name.Builtin, "name"),
    (Token.Name.Attribute, "name"),
    (Token.Generic.Deleted, "deleted"),
    (Token.Generic.Inserted, "inserted"),
    (Token.Generic.Heading, "keyword"),
    (Token.Generic.Subheading, "keyword"),
)


class CodeBody(msgspec.Struct):
    """What is to be cut up."""

    language: str
    code: str


class Pieces(msgspec.Struct):
    """`pieces` are [kind, text] and make up the code; none where there is nothing to colour."""

    pieces: list[tuple[str, str]]


class HighlightRoutes:
    """POST /hubbub/highlight, an operation of ours."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.post("/api/v4/hubbub/highlight", self.highlight, rate_limit=RATE)

    def highlight(self, req: Request) -> Pieces:
        """Return the pieces of `code`: comment, keyword, string, number, name, deleted, inserted and "" (none)."""
        body = req.read(CodeBody)
        language = body.language.lower()
        if language not in LANGUAGES or not 0 < len(body.code) <= LONGEST:
            return Pieces([])
        return Pieces(self._context.tasks.run_in_thread(pieces, body.code, language))


def pieces(code: str, language: str) -> list[tuple[str, str]]:
    """Return (kind, text) for what code is made of, neighbours of one kind together; none for an unknown language."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return []
    found: list[tuple[str, str]] = []
    for token, text in lexer.get_tokens(code):
        kind = next((kind for parent, kind in _KINDS if token in parent), "")
        if found and (found[-1][0] == kind or not text.strip()):
            found[-1] = (found[-1][0], found[-1][1] + text)
        else:
            found.append((kind, text))
    return found if any(kind for kind, _ in found) else []
