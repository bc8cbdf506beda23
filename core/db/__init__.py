"""Databases: SQLite, PostgreSQL and MySQL behind one object."""

from hubbub.core.db.database import Database, SqlSettings
from hubbub.core.db.session import Params, Row
from hubbub.core.db.statement import Statement

__all__ = ["Database", "Params", "Row", "SqlSettings", "Statement"]
