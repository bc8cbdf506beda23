"""python3-saml and lxml, an extra of this project: looked for when they are needed, never before."""

import importlib.util
from functools import lru_cache
from types import ModuleType
from typing import Any, Final

from hubbub.plugins.auth_saml.errors import SamlNotAvailable

NEEDS: Final = ("lxml", "xmlsec", "onelogin.saml2")


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Say whether the extra is there."""
    try:
        return all(importlib.util.find_spec(name) is not None for name in NEEDS)
    except ImportError:
        return False


def require(error: type[Exception] = SamlNotAvailable) -> None:
    """Raise `error` unless the extra is there."""
    if not is_installed():
        raise error


def etree() -> Any:
    """Return lxml.etree."""
    return _module("lxml.etree")


def saml(name: str) -> Any:
    """Return a module of python3-saml, as `saml("response")`."""
    return _module(f"onelogin.saml2.{name}")


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise SamlNotAvailable(detailed_error=str(error)) from None
