"""A yard for each index: the one in the database on both databases, pgvector, and Qdrant beside SQLite."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from modelyard.access.verbs import ensure_local_owner
from modelyard.chat.index import Index
from modelyard.chat.indexes.embedded import EmbeddedIndex
from modelyard.chat.indexes.pgvector import PgvectorIndex
from modelyard.chat.indexes.qdrant import QdrantIndex
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from tests.chat.indexes.qdrant_shim import KEY, Shim, qdrant


@dataclass(frozen=True)
class Place:
    """A yard with an index that works in it."""

    yard: Yard
    owner: Actor
    index: Index


def place(settings: Settings, index: Index) -> Iterator[Place]:
    yard = Yard.open(settings)
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    yield Place(yard, owner, index)
    yard.close()


@pytest.fixture(scope="module")
def shim() -> Iterator[Shim]:
    with qdrant() as server:
        yield server


@pytest.fixture(scope="module")
def sqlite_folder(migrated_sqlite: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("yard")
    (folder / "modelyard.sqlite").write_bytes(migrated_sqlite)
    return folder


@pytest.fixture(scope="module", params=["embedded on SQLite", "embedded on PostgreSQL", "pgvector", "Qdrant"])
def at(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Each index in turn."""
    if request.param == "embedded on SQLite":
        yield from place(Settings(data=request.getfixturevalue("sqlite_folder")), EmbeddedIndex())
    elif request.param == "Qdrant":
        url, key = request.getfixturevalue("shim").url, SecretStr(KEY)
        settings = Settings(data=request.getfixturevalue("sqlite_folder"), qdrant_url=url, qdrant_api_key=key)
        yield from place(settings, QdrantIndex())
    else:
        url = request.getfixturevalue("module_postgres_url")
        index = PgvectorIndex() if request.param == "pgvector" else EmbeddedIndex()
        yield from place(Settings(data=tmp_path_factory.mktemp("data"), database_url=url), index)
