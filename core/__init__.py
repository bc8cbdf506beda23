"""How Hubbub loads, routes, calls, stores, serves and logs; never what it does: that is in plugins."""

if __name__ != "hubbub.core":
    raise ImportError("import hubbub.core, not core: the repository's root is the package hubbub")
