"""Settings of the jobs plugin: `PluginSettings.Plugins["jobs"]`."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class JobsConfig(Section, frozen=True):
    """How much of a worker jobs may take."""

    Parallel: Annotated[int, Setting("Jobs that one worker process runs at the same time", minimum=1)] = 2
