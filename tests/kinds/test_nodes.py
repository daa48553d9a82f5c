"""What every node promises, tested by existing."""

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from modelyard.data.columns import Splitting
from modelyard.data.frames import Table
from modelyard.kernel.kinds import family
from modelyard.workflows.node import Node
from tests.kinds.imports import brought_by
from tests.workflows.tables import mixed_frame, table_of

NODES: dict[str, type[Node]] = dict(family("node").kinds)
GROUPS = ("data", "clean", "encode", "features", "prepare", "train", "evaluate")
pytestmark = pytest.mark.parametrize("kind", sorted(NODES))


def made(kind: str) -> Node:
    node: Node = family("node").parse({"kind": kind})
    return node


def rows_in_time() -> Table:
    """Return rows split by time, so that nodes which look back find an order."""
    table = table_of(mixed_frame().sort("bought"), target="label", task="classification", n_train=150)
    splitting = Splitting(method="time", column="bought")
    return replace(table, schema=table.schema.model_copy(update={"splitting": splitting}))


def is_preparing(node: type[Node]) -> bool:
    return [port.shape for port in (*node.inputs, *node.outputs)] == ["table", "table"]


def test_it_is_made_without_parameters_and_survives_json(kind: str) -> None:
    node = made(kind)
    document = json.loads(node.model_dump_json())
    assert family("node").parse(document) == node
    assert json.loads(json.dumps(node.model_dump(mode="json"))) == document


def test_its_card_says_everything(kind: str) -> None:
    card = NODES[kind].card()
    assert card["title"]
    assert card["group"] in GROUPS
    assert card["summary"].endswith(".")
    assert card["available"]
    assert set(card["telling"]) <= set(card["schema"]["properties"])
    for side in ("inputs", "outputs"):
        assert all(port["shape"] in ("table", "model") and port["label"] for port in card[side])
    json.dumps(card)


def test_every_parameter_is_described_in_a_sentence(kind: str) -> None:
    for name, field in NODES[kind].model_fields.items():
        if name != "kind":
            assert field.description, f"{kind}.{name} has no description"
            assert field.description.endswith("."), f"{kind}.{name}: {field.description}"


def test_numbers_are_bounded(kind: str) -> None:
    for name, stated in NODES[kind].model_json_schema()["properties"].items():
        for option in stated.get("anyOf", [stated]):
            if option.get("type") in ("integer", "number"):
                low, high = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}
                assert low & option.keys(), f"{kind}.{name} has no lower bound"
                assert high & option.keys(), f"{kind}.{name} has no upper bound"


def test_unknown_parameters_are_refused(kind: str) -> None:
    from modelyard.kernel.errors import Invalid

    with pytest.raises(Invalid) as caught:
        family("node").parse({"kind": kind, "no_such_parameter": 1})
    assert caught.value.fields[0].path == ("no_such_parameter",)


def test_its_code_is_python(kind: str) -> None:
    compile(made(kind).code(), f"{kind}.py", "exec")


def test_the_same_rows_give_the_same_result(kind: str) -> None:
    node = made(kind)
    if not is_preparing(NODES[kind]):
        pytest.skip("gives no table from a table")
    table = rows_in_time()
    assert not [problem for problem in node.problems(table.schema) if problem.severity == "error" and node.in_model]
    first, second = (learned_and_applied(node, table) for _ in range(2))
    assert first[0] == second[0] == json.loads(json.dumps(first[0]))
    assert first[1].frame.equals(second[1].frame)


def test_the_schema_after_is_the_table_after(kind: str) -> None:
    """Names, order and storage: what forms show before a run is what comes out of it."""
    node = made(kind)
    if not is_preparing(NODES[kind]):
        pytest.skip("gives no table from a table")
    table = rows_in_time()
    _, after = learned_and_applied(node, table)
    assert after.schema.names == tuple(after.frame.columns)
    assert node.schema_after(table.schema).names == after.schema.names
    numeric = {"integer": pl.Int64, "float": pl.Float64, "boolean": pl.Boolean, "string": pl.String, "date": pl.Date}
    for column in after.schema.columns:
        stored = after.frame.schema[column.name]
        assert stored == numeric[column.dtype] or (column.dtype == "integer" and stored.is_integer()), column


def test_it_does_not_raise_on_problems(kind: str) -> None:
    from modelyard.data.columns import Schema

    for schema in (
        Schema(columns=()),
        table_of(mixed_frame(10)).schema,
        table_of(mixed_frame(10), target="price").schema,
    ):
        assert all(problem.message for problem in made(kind).problems(schema))


def test_it_imports_nothing_heavy(kind: str) -> None:
    heavy = {"polars", "numpy", "sklearn", "lightgbm", "fastapi", "sqlalchemy", "altair", "typer"}
    modules = sorted({each.__module__ for each in NODES.values()})
    assert not heavy & set(brought_by(*modules)[NODES[kind].__module__])


def learned_and_applied(node: Node, table: Table) -> tuple[dict[str, Any], Table]:
    learned = node.learn(table.rows("train"))
    return learned, node.apply(table, learned)
