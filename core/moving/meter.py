"""How far a long command is: a bar on a terminal, a line per step elsewhere."""

import sys
from time import monotonic
from typing import Final

import click

_WIDTH: Final = 30
_REDRAW_S: Final = 0.2
_QUIET_S: Final = 10.0


class Meter:
    """Counts up to `total`; everything goes to standard error, so that the output stays the result."""

    def __init__(self, total: int, unit: str) -> None:
        self._total, self._unit = max(total, 1), unit
        self._done = 0
        self._label = ""
        self._is_terminal = sys.stderr.isatty()
        self._begin = self._drawn = monotonic()

    def step(self, label: str) -> None:
        """Name what is done from here on."""
        self._label = label

    def add(self, count: int) -> None:
        """Count what was done, and show it from time to time."""
        self._done += count
        now = monotonic()
        if now - self._drawn >= (_REDRAW_S if self._is_terminal else _QUIET_S):
            self._drawn = now
            self._show()

    def say(self, text: str) -> None:
        """Write a line of its own."""
        if self._is_terminal:
            click.echo("\r\033[K", nl=False, err=True)
        click.echo(text, err=True)

    def end(self) -> str:
        """Take the bar away, and return how much it was and how fast."""
        if self._is_terminal:
            click.echo("\r\033[K", nl=False, err=True)
        passed = max(monotonic() - self._begin, 0.001)
        return f"{self._done:,} {self._unit} in {passed:.1f} s ({self._done / passed:,.0f} a second)"

    def _show(self) -> None:
        share = min(self._done / self._total, 1.0)
        text = f"{share:4.0%} {self._done:,} of {self._total:,} {self._unit}  {self._label}"
        if self._is_terminal:
            full = int(share * _WIDTH)
            click.echo(f"\r\033[K[{'#' * full}{'.' * (_WIDTH - full)}] {text}", nl=False, err=True)
        else:
            click.echo(text, err=True)
