"""Tables of pgvector: one for each size of vectors, made when the first of that size comes."""

from functools import cache

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, String, Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from modelyard.chat.indexes.errors import IndexNotHere
from modelyard.chat.tables import Chunk
from modelyard.kernel.db import take_turns

EXACT_TO = 20_000
"""Chunks of a collection that are all compared; an index over fewer would cost more than it saves."""
MAX_SIZE = 4_000
"""Numbers that a halfvec may have for HNSW to take it."""
OLDEST = (0, 8)
"""The first version with iterative scans."""
_PREFIX = "chunk_halfvecs_"


@cache
def table_of(size: int) -> Table:
    """Return the table of vectors with so many numbers; it may not exist yet."""
    from pgvector.sqlalchemy import HALFVEC

    return Table(
        f"{_PREFIX}{size}",
        MetaData(),
        Column("chunk_id", BigInteger, ForeignKey(Chunk.__table__.c.id, ondelete="CASCADE"), primary_key=True),
        Column("collection_id", String(32), nullable=False, index=True),
        Column("vector", HALFVEC(size), nullable=False),
    )


def sizes(session: Session) -> list[int]:
    """Return the sizes that there are tables of."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    names = session.scalars(
        select(text("tablename FROM pg_tables WHERE tablename LIKE :like")), {"like": f"{_PREFIX}%"}
    )
    return sorted(int(number) for name in names if (number := str(name).removeprefix(_PREFIX)).isdigit())


def made(session: Session, size: int) -> Table:
    """Return the table of a size, made now if it is not there; raise IndexNotHere when that is not possible."""
    table = table_of(size)
    if size in sizes(session):
        return table
    if size > MAX_SIZE:
        raise IndexNotHere(f"pgvector indexes vectors of up to {MAX_SIZE} numbers; the embedder makes {size}.")
    take_turns(session, _PREFIX)
    _require_extension(session)
    table.create(session.connection(), checkfirst=True)
    return table


def index_when_large(session: Session, size: int, collection_id: str) -> None:
    """Make the HNSW index of a collection once it is large."""
    table, name = table_of(size), _index_name(size, collection_id)
    if session.scalar(select(func.to_regclass(name))) is not None:
        return
    ours = table.c.collection_id == collection_id
    if (session.scalar(select(func.count()).select_from(table).where(ours)) or 0) <= EXACT_TO:
        return
    session.execute(select(func.set_config("maintenance_work_mem", "256MB", True)))
    statement = f"CREATE INDEX {name} ON {table.name} USING hnsw (vector halfvec_cosine_ops) WHERE collection_id = "
    session.execute(text(statement + _quoted(collection_id)))


def drop_index(session: Session, size: int, collection_id: str) -> None:
    """Remove the HNSW index of a collection, where there is one."""
    session.execute(text(f"DROP INDEX IF EXISTS {_index_name(size, collection_id)}"))


def _index_name(size: int, collection_id: str) -> str:
    if not collection_id.replace("_", "").isalnum():
        raise ValueError(f"{collection_id!r} is not an id")
    return f"hnsw_{size}_{collection_id}"


def _quoted(collection_id: str) -> str:
    return "'{}'".format(collection_id.replace("'", "''"))


def _require_extension(session: Session) -> None:
    version = _version(session)
    if version is None:
        try:
            with session.begin_nested():
                session.execute(text("CREATE EXTENSION vector"))
        except DBAPIError as error:
            reason = str(error.orig).splitlines()[0]
            raise IndexNotHere(
                f"The database has no extension pgvector, and it could not be created: {reason}",
                hint="Ask whoever runs the database for `CREATE EXTENSION vector`, or choose the index in the "
                "application database.",
            ) from None
        version = _version(session)
    if version is None or version < OLDEST:
        found = ".".join(map(str, version or ()))
        raise IndexNotHere(
            f"The database has pgvector {found}; 0.8 or newer is needed.",
            hint="Run `ALTER EXTENSION vector UPDATE`, or choose the index in the application database.",
        )


def _version(session: Session) -> tuple[int, ...] | None:
    found = session.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
    return tuple(int(part) for part in str(found).split(".")[:2]) if found else None
