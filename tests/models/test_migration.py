"""A registry from before there were versions: every model becomes version 1 of its own, and its endpoint answers on."""

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.history import list_calls
from modelyard.kernel.context import Actor
from modelyard.kernel.db import Base
from modelyard.kernel.migrate import alembic_config
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.versions import promote, versions_of
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

pytestmark = pytest.mark.postgres
ROW = {"a": 0.3, "city": "Huế", "age": 40, "member": True}


def rows(yard: Yard, query: str) -> list[tuple[Any, ...]]:
    with yard.readers() as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_models_of_before_are_versions_of_their_own(yard: Yard, owner: Actor) -> None:
    table = table_of(mixed(200).drop("two"), "value", "regression")
    drafts = [draft_of(yard, table, LightGBM(n_estimators=n))[1] for n in (1, 2, 3)]
    first, second = (register(yard, owner, draft, node_id="n1") for draft in drafts[:2])
    alone = register(yard, owner, drafts[2])
    with yard.context(owner) as ctx:
        promote(ctx, second.id)
    call_endpoint(yard, owner, str(alone.endpoint_id), [ROW])
    config = alembic_config(yard.settings.resolved_database_url)
    yard.engine.dispose()
    command.downgrade(config, "0001")
    assert dict(rows(yard, "SELECT id, endpoint_id FROM models")) == {
        first.id: None,
        second.id: second.endpoint_id,
        alone.id: alone.endpoint_id,
    }
    yard.engine.dispose()
    command.upgrade(config, "head")
    for model in (first, second, alone):
        with yard.context(owner) as ctx:
            found = versions_of(ctx, model.id)
            assert [(each.id, each.version, each.is_promoted) for each in found.models] == [(model.id, 1, True)]
            assert [(change.version, change.cause) for change in found.promotions] == [(1, "first")]
    with yard.context(owner) as ctx:
        assert [call.version for call in list_calls(ctx, str(alone.endpoint_id))] == [1]
    assert call_endpoint(yard, owner, str(alone.endpoint_id), [ROW]).outputs


def test_the_migrations_make_the_rows_that_the_code_states(yard: Yard) -> None:
    with yard.engine.connect() as connection:
        # The full-text index of SQLite is a virtual table with tables of its own; no row stands for it.
        opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith("chunk_words_fts")}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []
