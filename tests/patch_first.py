"""Patch the standard library for gevent before pytest loads anything else.

Loaded by ``-p hubbub.tests.patch_first`` in pyproject.toml, so that it runs before the pytest plugins that
installed packages bring: those import ``ssl`` and ``urllib3``, and a patch after them leaves TLS contexts that
recurse without end. A conftest.py comes too late.
"""

from gevent import monkey

monkey.patch_all()
