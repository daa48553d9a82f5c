"""pgvector: where it cannot be used, and the index over a large collection."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, text

from modelyard.chat.indexes import halfvecs
from modelyard.chat.indexes.errors import IndexNotHere
from modelyard.chat.indexes.pgvector import PgvectorIndex
from modelyard.chat.retrieving.shelves import shelf_of
from modelyard.kernel.settings import Settings
from tests.chat.indexes.conftest import Place, place
from tests.chat.indexes.shelves import SIZE, new_collection, put, vector


@pytest.fixture(scope="module")
def here(module_postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    settings = Settings(data=tmp_path_factory.mktemp("data"), database_url=module_postgres_url)
    yield from place(settings, PgvectorIndex())


def test_sqlite_has_none(tmp_path: Path) -> None:
    with pytest.raises(IndexNotHere, match="PostgreSQL") as caught:
        PgvectorIndex().require_usable(Settings(data=tmp_path))
    assert "DATABASE_URL" in str(caught.value.hint)


def test_a_database_without_the_extension_says_whom_to_ask(here: Place) -> None:
    with here.yard.context(here.owner) as ctx:
        collection = new_collection(ctx, here.index)
        ctx.session.execute(text("CREATE ROLE reader NOSUPERUSER"))
        ctx.session.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO reader"))
        ctx.session.execute(text("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO reader"))
        ctx.session.execute(text("SET LOCAL ROLE reader"))
        with pytest.raises(IndexNotHere, match="no extension pgvector") as caught:
            put(ctx, here.index, collection, ["A port."], vectors=[vector(1)])
        assert "CREATE EXTENSION vector" in str(caught.value.hint)
        assert ctx.session.scalar(select(1)) == 1  # the transaction goes on
        ctx.session.rollback()


def test_a_large_collection_is_indexed_and_gives_as_many_as_asked(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halfvecs, "EXACT_TO", 250)
    chance = np.random.default_rng(0)
    vectors = chance.normal(size=(300, SIZE)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with here.yard.context(here.owner) as ctx:
        small, large = new_collection(ctx, here.index), new_collection(ctx, here.index)
        put(ctx, here.index, small, ["A port."] * 200, vectors=[vector(1)] * 200)
        _, first = put(ctx, here.index, large, ["A zebra."] * 200, vectors=list(vectors[:200]))
        document, more = put(ctx, here.index, large, ["A zebra."] * 100, vectors=list(vectors[200:]))
        ids = [*first, *more]
    with here.yard.context(here.owner, writes=False) as ctx:
        assert ctx.session.scalar(text("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'hnsw_%'")) == 1
        ctx.session.execute(text("SET LOCAL enable_seqscan = off"))
        ctx.session.execute(text("SET LOCAL enable_bitmapscan = off"))
        ctx.session.execute(text("SET LOCAL enable_sort = off"))
        shelf = shelf_of(ctx.session, ctx.settings, large)
        hits = here.index.by_meaning(shelf, vector(1), k=120)
        exact = sorted(ids, key=lambda each: -float(vectors[ids.index(each)] @ vector(1)))
        assert len(hits) == 120
        assert len({hit.chunk_id for hit in hits} & set(exact[:120])) >= 118
        within = here.index.by_meaning(shelf, vector(1), k=50, documents=[document.id])
        assert len(within) == 50
        assert {hit.chunk_id for hit in within} <= set(more)
        ctx.session.execute(text("SELECT pg_stat_force_next_flush()"))
    with here.yard.context(here.owner, writes=False) as ctx:
        n_scans = text("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = :name")
        assert ctx.session.scalar(n_scans, {"name": f"hnsw_{SIZE}_{large.id}"}) == 1
    with here.yard.context(here.owner) as ctx:
        here.index.drop(shelf_of(ctx.session, ctx.settings, large))
        assert ctx.session.scalar(text("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'hnsw_%'")) == 0
