"""What every test may use: real servers (tests/services), and the rule about skipped tests."""

from gevent import monkey

if not monkey.is_module_patched("socket"):
    raise RuntimeError("tests/conftest.py: gevent has not patched the standard library; run pytest from the repository")

pytest_plugins = [
    "hubbub.core.testing.pytest_plugin",
    "hubbub.tests.services.fixtures",
    "hubbub.tests.services.skips",
]
