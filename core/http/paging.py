"""The one paging parser: `page` and `per_page` as Mattermost's API reads them."""

import re
from typing import Final

import msgspec

PER_PAGE_DEFAULT: Final = 60
PER_PAGE_MAXIMUM: Final = 200
PAGE_MAXIMUM: Final = 2**31 - 1
"""A page beyond this is empty anyway; the bound keeps `page * per_page` inside 64 bits."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,19}").fullmatch


class Page(msgspec.Struct, frozen=True):
    """A slice of a list: `page` counts from 0, `per_page` may be 0 (an empty slice)."""

    page: int = 0
    per_page: int = PER_PAGE_DEFAULT

    @property
    def offset(self) -> int:
        """Return how many rows come before the slice."""
        return self.page * self.per_page

    @property
    def limit(self) -> int:
        """Return how many rows the slice holds at most."""
        return self.per_page


FIRST_PAGE: Final = Page()


def parse_number(text: str) -> int | None:
    """Return `text` as a 64-bit integer, or None when it is not one (no spaces, underscores or other digits)."""
    if _NUMBER(text) is None:
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None


def parse_page(page: str, per_page: str, *, default: int = PER_PAGE_DEFAULT, maximum: int = PER_PAGE_MAXIMUM) -> Page:
    """Return the slice that two query values ask for.

    Never fails: a page that is negative or no number is 0; a size that is negative or no number is `default`,
    0 stays 0, above `maximum` it is cut to `maximum`.
    """
    if not page and not per_page and default == PER_PAGE_DEFAULT:
        return FIRST_PAGE
    number = parse_number(page)
    if number is None or number < 0:
        number = 0
    size = parse_number(per_page)
    if size is None or size < 0:
        size = default
    return Page(page=min(number, PAGE_MAXIMUM), per_page=min(size, maximum))
