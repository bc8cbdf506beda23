"""What a password must look like (PasswordSettings)."""

from typing import Any, Final

from hubbub.core.contracts.errors import BadRequest

MAXIMUM_BYTES: Final = 72
"""bcrypt looks at no more, and existing servers write bcrypt or expect this limit."""
SYMBOLS: Final = frozenset(" !\"\\#$%&'()*+,-./:;<=>?@[]^_`|~")


class WeakPassword(BadRequest):
    """A password breaks rules; the id names each of them: pwd_lowercase_uppercase_number_symbol."""

    def __init__(self, parts: str, message: str, minimum: int) -> None:
        super().__init__(message, id=f"model.user.is_valid.pwd{parts}.app_error", Min=minimum)


def check_password(password: str, settings: Any) -> None:
    """Raise `WeakPassword` when `password` breaks `settings` (PasswordSettings); lengths are in bytes."""
    length = len(password.encode())
    minimum = settings.MinimumLength
    if length < minimum:
        raise WeakPassword("_min_length", "The password must have at least {Min} bytes.", minimum)
    if length > MAXIMUM_BYTES:
        raise WeakPassword("_max_length", f"The password must have at most {MAXIMUM_BYTES} bytes.", minimum)
    broken = [(part, text) for part, text, wanted, held in _rules(password, settings) if wanted and not held]
    if broken:
        texts = ", ".join(text for _, text in broken)
        raise WeakPassword("".join(part for part, _ in broken), f"The password must contain {texts}.", minimum)


def _rules(password: str, settings: Any) -> list[tuple[str, str, bool, bool]]:
    return [
        ("_lowercase", "a small letter", settings.Lowercase, any("a" <= c <= "z" for c in password)),
        ("_uppercase", "a capital letter", settings.Uppercase, any("A" <= c <= "Z" for c in password)),
        ("_number", "a digit", settings.Number, any("0" <= c <= "9" for c in password)),
        ("_symbol", "a symbol", settings.Symbol, any(c in SYMBOLS for c in password)),
    ]
