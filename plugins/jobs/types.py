"""The kinds of jobs that plugins offer (hook `register_jobs`)."""

from collections.abc import Mapping

from hubbub.core.contracts.jobs import JobType, UnknownJobType
from hubbub.core.contracts.plugin import PluginContext


class JobTypeClash(ValueError):
    """Two plugins offer kinds of jobs of one name."""


class JobTypes:
    """Keeps what plugins offer, until one comes or goes."""

    def __init__(self, context: PluginContext) -> None:
        self._hooks = context.hooks
        self._version = -1
        self._current: dict[str, JobType] = {}

    @property
    def current(self) -> Mapping[str, JobType]:
        """Kinds by name, of the plugins that are on now. Raises `JobTypeClash`."""
        if self._version != self._hooks.version:
            self._current = self._collect()
            self._version = self._hooks.version
        return self._current

    def get(self, name: str) -> JobType:
        """Return a kind. Raises `UnknownJobType`."""
        found = self.current.get(name)
        if found is None:
            raise UnknownJobType(type=name)
        return found

    def _collect(self) -> dict[str, JobType]:
        owners: dict[str, str] = {}
        found: dict[str, JobType] = {}
        for plugin in self._hooks.implementers("register_jobs"):
            for job_type in self._hooks.contribute("register_jobs", plugin) or ():
                if job_type.name in owners:
                    raise JobTypeClash(
                        f"the plugins {owners[job_type.name]} and {plugin} both offer jobs named {job_type.name}: "
                        "turn one of them off, or rename its job"
                    )
                owners[job_type.name] = plugin
                found[job_type.name] = job_type
        return found
