"""The configuration in use: loaded once, replaced as a whole, told to whoever wants to know."""

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from hubbub.core.config import document as doc
from hubbub.core.config import environment, files, secrets
from hubbub.core.config.checking import More, check_file
from hubbub.core.config.decode import Decoded, decode
from hubbub.core.config.hashing import config_hash
from hubbub.core.config.merging import fill_random, merge, starting_document
from hubbub.core.config.model import Config
from hubbub.core.config.problems import ConfigError, ConfigWriteError, Problem, errors_of

Listener = Callable[[Config, Config], object]
log = logging.getLogger("hubbub.config")


class ConfigStore:
    """Holds config.json and the environment as one immutable `Config`, `current`.

    `current` is swapped as a whole, so a reader that takes it once sees one consistent configuration.
    """

    def __init__(self, path: Path | str, environ: Mapping[str, str] | None = None) -> None:
        self.path = Path(path)
        self.environ: Mapping[str, str] = os.environ if environ is None else environ
        self._current: Config | None = None
        self._hash = ""
        self._signature: files.Signature | None = None
        self._listeners: list[Listener] = []
        self._plugins: dict[str, type[msgspec.Struct]] = {}

    @property
    def current(self) -> Config:
        """Return the configuration in use; loads it the first time."""
        return self._current if self._current is not None else self.load()

    @property
    def hash(self) -> str:
        """Return the configuration's short hash, computed once per change."""
        return self._hash if self._current is not None else config_hash(self.current)

    def load(self) -> Config:
        """Read the file, making one from the defaults if there is none, and use it.

        Fresh secrets are written where the file has none. Raises `ConfigError` with every problem.
        """
        return self._notify(self._swap(self._read_and_complete()))

    def reload(self) -> Config:
        """Read the file again and tell the subscribers if anything changed.

        Raises `ConfigError` with every problem; the configuration in use is then kept.
        """
        return self.load()

    def changed_on_disk(self) -> bool:
        """Return whether the file is another one than was read last."""
        return files.signature(self.path) != self._signature

    def reload_if_changed(self) -> Config:
        """Reload if another process has written the file; costs one stat."""
        return self.reload() if self.changed_on_disk() else self.current

    def update(self, document: Mapping[str, Any], *, patch: bool) -> Config:
        """Change the file and the configuration in use, and tell the subscribers.

        With `patch` only the keys in `document` change; without it, absent keys go back to their defaults, except what
        only Hubbub knows and generated secrets. Masked secrets, unknown keys and keys that the environment sets stay as
        the file has them. Raises `ConfigError` with every problem, `ConfigWriteError` if the file can't be written;
        nothing has changed then.
        """
        with files.locked(self.path):
            before = self._read_document()
            after, problems = merge(before, document, patch=patch, environ=self.environ)
            decoded = self._decode(after)
            _refuse_errors((*problems, *decoded.problems))
            if after != before or not self.path.exists():
                files.write(self.path, doc.render(after))
            # Swapped under the lock, so that of two changes at once the later one is the one in use.
            self._signature = files.signature(self.path)
            old = self._swap(decoded)
        return self._notify(old)

    def reset(self, keys: list[tuple[str, ...]]) -> Config:
        """Give `keys` their defaults by removing them from the file."""
        with files.locked(self.path):
            before = self._read_document()
            after = doc.canonical(before)
            for key in keys:
                doc.remove(after, key)
            fill_random(after, self.environ)
            decoded = self._decode(after)
            _refuse_errors(decoded.problems)
            files.write(self.path, doc.render(after))
            self._signature = files.signature(self.path)
            old = self._swap(decoded)
        return self._notify(old)

    def subscribe(self, callback: Listener) -> Callable[[], None]:
        """Call `callback(old, new)` after every change; returns what ends that."""
        self._listeners.append(callback)

        def unsubscribe() -> None:
            if callback in self._listeners:
                self._listeners.remove(callback)

        return unsubscribe

    def environment(self) -> dict[str, Any]:
        """Return the keys that environment variables set: sections of keys, each true."""
        return environment.overrides(self.environ)

    def register_plugin(self, plugin_id: str, section: type[msgspec.Struct]) -> None:
        """Declare a plugin's settings, so that they are checked on every change and its secrets are masked."""
        self._plugins[plugin_id] = section

    @property
    def plugin_sections(self) -> Mapping[str, type[msgspec.Struct]]:
        """Return the declared settings of plugins, by plugin id."""
        return dict(self._plugins)

    def sanitized(self) -> dict[str, Any]:
        """Return the configuration in use as the API shows it: every known key, secrets masked."""
        return secrets.sanitized(self.current, self._plugins)

    def check(self, more: More | None = None) -> tuple[Problem, ...]:
        """Return every problem of the file and the environment, warnings included; changes nothing.

        `more(config)` adds what only others know of, like plugins that are not loaded here.
        """
        return check_file(self.path, self.environ, self._plugins, more)

    def _read_document(self) -> doc.Document:
        try:
            return doc.canonical(doc.parse(files.read(self.path), str(self.path)))
        except FileNotFoundError:
            return starting_document()

    def _read_and_complete(self) -> Decoded:
        read_from = files.signature(self.path)
        document = self._read_document()
        decoded = self._decode(document)
        # Refused before anything is written: a file with mistakes stays as its owner left it.
        _refuse_errors(decoded.problems)
        if read_from is None or fill_random(document, self.environ):
            decoded = self._decode(self._create_or_complete())
            _refuse_errors(decoded.problems)
            read_from = files.signature(self.path)
        self._signature = read_from
        return decoded

    def _create_or_complete(self) -> doc.Document:
        """Write a new file, or fresh secrets into the one there is; another worker may have been faster."""
        files.make_folder(self.path)
        document = self._read_document()
        try:
            with files.locked(self.path):
                document = self._read_document()
                if fill_random(document, self.environ, like=self._current) or not self.path.exists():
                    files.write(self.path, doc.render(document))
        except ConfigWriteError as error:
            if not self.path.exists():
                raise
            # A file that somebody else manages: usable, but what is generated lasts only as long as the server runs.
            log.warning("generated secrets can't be kept: %s", error)
            fill_random(document, self.environ, like=self._current)
        return document

    def _decode(self, document: Mapping[str, Any]) -> Decoded:
        decoded = decode(document, self.environ)
        problems = list(decoded.problems)
        for plugin_id, section in self._plugins.items():
            try:
                decoded.config.plugin(plugin_id, section)
            except ConfigError as error:
                problems += error.problems
        return Decoded(decoded.config, tuple(problems))

    def _swap(self, decoded: Decoded) -> Config | None:
        for problem in decoded.problems:
            log.warning("%s", problem)
        old = self._current
        self._hash = config_hash(decoded.config)
        self._current = decoded.config
        return old

    def _notify(self, old: Config | None) -> Config:
        new = self.current
        if old is None or old == new:
            return new
        for listener in tuple(self._listeners):
            try:
                listener(old, new)
            except Exception:
                # The change is made and written; one subscriber's failure must not hide it from the others.
                log.exception("a subscriber to configuration changes failed")
        return new


def _refuse_errors(problems: tuple[Problem, ...]) -> None:
    if errors_of(problems):
        raise ConfigError(problems)
