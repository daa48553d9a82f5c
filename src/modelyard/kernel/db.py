"""The database: SQLite by default, PostgreSQL in production, one code path."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Connection, Dialect, Engine, MetaData, create_engine, event, func, select
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import DateTime, TypeDecorator

from modelyard.kernel.errors import Invalid, StorageFull, Unavailable
from modelyard.kernel.settings import Settings

Json = JSON
"""Column type for documents."""

_LOST = (
    "database is locked",
    "unable to open database",
    "server closed",
    "connection",
    "terminating",
    "starting up",
    "shutting down",
)
_AGAIN = "Wait a moment and try again; nothing was lost."

_HAS_TURN = "modelyard_has_turn"
_TURN_SECONDS = 30

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; store UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all rows."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, int: BigInteger}  # noqa: RUF012


def make_engine(settings: Settings) -> Engine:
    """Return an engine with the limits and pragmas that each database needs."""
    url = settings.resolved_database_url
    if not settings.is_sqlite:
        # Free databases sleep and poolers cut: check before use, renew often. A transaction pooler cannot prepare.
        return create_engine(
            url,
            pool_size=5,
            max_overflow=5,
            pool_pre_ping=True,
            pool_recycle=280,
            connect_args={"prepare_threshold": None, "connect_timeout": 10},
        )
    settings.data.mkdir(parents=True, exist_ok=True)
    # audit: ignore[DB002, DB004] the branch of SQLite: hosts that wipe their disk are refused, and a file never sleeps
    engine = create_engine(url, connect_args={"timeout": 30})
    turns = _WritersInTurn()
    event.listen(engine, "connect", _set_sqlite_pragmas)
    event.listen(engine, "begin", turns.begin)
    event.listen(engine, "checkin", turns.end)
    event.listen(engine, "invalidate", turns.end)
    return engine


def _set_sqlite_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event below emits BEGIN itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _WritersInTurn:
    """Begins transactions of SQLite; of this process's threads one writes at a time, and the others wait at a lock.

    Left to SQLite they would all poll, asleep for up to 0.1 s at a time, and some be overtaken again and again. Between
    processes that is still how it is done.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """Begin as a writer or a reader: one that reads first and writes later would fail with SQLITE_BUSY_SNAPSHOT."""
        if not connection.get_execution_options().get("modelyard_writer", True):
            connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get(_HAS_TURN):
            # Whoever waits for longer than this asks SQLite, which says that the database is locked.
            connection.info[_HAS_TURN] = self._lock.acquire(timeout=_TURN_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def end(self, _connection: object, record: ConnectionPoolEntry, _error: object = None) -> None:
        """Let the next one write once the connection is given back: its transaction is over then, however it ended."""
        if record.info.pop(_HAS_TURN, False):
            self._lock.release()


def make_sessions(engine: Engine, *, writes: bool = True) -> sessionmaker[Session]:
    """Return a factory of sessions; rows stay readable after the commit, and readers never wait for a writer."""
    return sessionmaker(engine.execution_options(modelyard_writer=writes), expire_on_commit=False)


@contextmanager
def translated_database_errors() -> Iterator[None]:
    """Turn a lost or full database into domain errors; everything else passes."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("Too many requests use the database at once.", hint=_AGAIN) from error
    except DBAPIError as error:
        text = str(error.orig)
        if "disk is full" in text or "No space left" in text:
            raise StorageFull("The database has no space left.") from error
        if is_connection_loss(error):
            raise Unavailable("The database does not answer.", hint=_AGAIN) from error
        if isinstance(error, DataError) and "NUL" in text:
            raise Invalid("Text may not contain NUL characters.") from error
        raise


def is_connection_loss(error: DBAPIError) -> bool:
    """Say whether the error means that the database went away or was busy, so that trying again makes sense."""
    if error.connection_invalidated:
        return True
    # Other errors quote the user's values, which may well hold these words.
    return isinstance(error, OperationalError | InterfaceError) and any(word in str(error.orig) for word in _LOST)


def take_turns(session: Session, name: str) -> None:
    """Let transactions of this name pass one at a time until they end, so that each sees what the others wrote.

    SQLite has one writer anyway; PostgreSQL needs an advisory lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
