"""The WSGI application, for `gunicorn -c config/gunicorn.py hubbub.wsgi:application`.

From a checkout `gunicorn wsgi:application` works too, installed or not.
The configuration is $HUBBUB_CONFIG, else config/config.json, else config.json (see `hubbub.core.paths`).
"""

# ruff: noqa: E402  (patching comes first)

from gevent import monkey

_patched_before = monkey.is_module_patched("threading")
monkey.patch_all()

import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("hubbub") is None:  # a checkout that is not installed: this folder is the package
    _root = Path(__file__).resolve().parent
    _spec = importlib.util.spec_from_file_location(
        "hubbub", _root / "__init__.py", submodule_search_locations=[str(_root)]
    )
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules["hubbub"] = _package = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(_package)

from hubbub.core.patching import refuse_early_imports
from hubbub.core.serving import build_application

if not _patched_before:
    refuse_early_imports()
application = build_application()
