"""Every way in which a graph can be wrong is told at the node and the field, without running anything."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.data.columns import Column, Schema
from modelyard.workflows.check import Check, check, check_document
from modelyard.workflows.graph import Connection, Graph, ordered
from tests.examples import examples
from tests.workflows.graphs import MIXED, chain, facts, full_chain, known, link, node


def errors(found: Check) -> list[tuple[str | None, str | None, str]]:
    return [(p.node, p.field, p.message) for p in found.problems if p.severity == "error"]


def only_error(found: Check) -> tuple[str | None, str | None, str]:
    assert len(errors(found)) == 1, found.problems
    return errors(found)[0]


def test_a_sound_graph_has_no_problem_and_tells_its_columns() -> None:
    graph = full_chain(
        node("fill", "fill_missing", indicator=True),
        node("encode", "encode_categories"),
        node("dates", "date_features"),
    )
    found = check(graph, known())
    assert errors(found) == []
    assert found.schemas["data"]["table"].target == "label"
    assert found.schemas["data"]["table"].task == "classification"
    assert found.schemas["split"]["table"].has_split
    assert "size_missing" in found.schemas["fill"]["table"].names
    assert {"colour=red", "is_new=true"} <= set(found.schemas["encode"]["table"].names)
    assert "bought_month" in found.schemas["dates"]["table"].names
    assert "train" not in found.schemas


def test_an_empty_graph() -> None:
    assert only_error(check(Graph(), known()))[2].startswith("The workflow is empty")


def test_no_dataset_node() -> None:
    found = check(chain(node("split", "split")), known())
    assert (None, None, "There is no dataset node, so no rows come in.") in errors(found)


@pytest.mark.parametrize(
    ("parameters", "datasets", "field", "message"),
    [
        ({}, known(), "dataset", "No dataset is chosen."),
        ({"dataset": "ds_gone"}, known(), "dataset", "This dataset is gone; choose another."),
        ({"dataset": "ds_1"}, known(facts(None, state="reading")), "dataset", "still being read"),
        ({"dataset": "ds_1"}, known(facts(None, state="failed")), "dataset", "could not be read"),
        ({"dataset": "ds_1", "target": "lable"}, known(), "target", "Did you mean 'label'?"),
        ({"dataset": "ds_1", "target": "bought"}, known(), "target", "is a date"),
        ({"dataset": "ds_1", "target": "colour", "task": "regression"}, known(), "target", "is not a number"),
    ],
)
def test_datasets_and_targets(parameters: dict[str, Any], datasets: Any, field: str, message: str) -> None:
    found = check(chain(node("data", "dataset", **parameters)), datasets)
    assert only_error(found)[:2] == ("data", field)
    assert message in only_error(found)[2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_unique": 1}, "has only one value"),
        ({"kind": "constant", "n_unique": 1}, "has only one value"),
        ({"missing_fraction": 0.51}, "is missing in 51% of the rows"),
        ({"n_unique": 200}, "as many classes as rows"),
        ({"kind": "id"}, "an identifier"),
    ],
)
def test_targets_that_cannot_be_learned(changes: dict[str, Any], message: str) -> None:
    column = MIXED.get("label")
    assert column is not None
    schema = MIXED.replaced("label", column.model_copy(update=changes)).model_copy(update={"task": None})
    found = check(chain(node("data", "dataset", dataset="ds_1")), known(facts(schema)))
    assert message in only_error(found)[2]
    assert only_error(found)[1] == "target"


def test_half_missing_is_still_allowed() -> None:
    column = MIXED.get("label")
    assert column is not None
    schema = MIXED.replaced("label", column.model_copy(update={"missing_fraction": 0.5}))
    assert errors(check(chain(node("data", "dataset", dataset="ds_1")), known(facts(schema)))) == []


def test_a_cycle_is_named_node_by_node() -> None:
    graph = chain(node("data", "dataset", dataset="ds_1"), node("a", "scale"), node("b", "fill_missing"))
    graph = graph.model_copy(update={"connections": [link("a", "b"), link("b", "a"), link("data", "split")]})
    found = check(graph, known())
    told = [(p.node, p.message) for p in found.problems if "circle" in p.message]
    assert {at for at, _ in told} == {"a", "b"}
    assert "Scale → Fill missing → Scale" in told[0][1] or "Fill missing → Scale → Fill missing" in told[0][1]
    assert ordered(graph).ids == ("data",)


def test_a_node_connected_to_itself() -> None:
    graph = chain(node("data", "dataset", dataset="ds_1"), node("a", "scale"))
    graph = graph.model_copy(update={"connections": [link("a", "a")]})
    assert any("Scale → Scale" in message for _, _, message in errors(check(graph, known())))


def test_two_targets() -> None:
    first, second = node("d1", "dataset", dataset="ds_1"), node("d2", "dataset", dataset="ds_1", target="price")
    graph = Graph(nodes=[first, second, node("split", "split")], connections=[link("d1", "split")])
    told = [p for p in check(graph, known()).problems if "one target" in p.message]
    assert [(p.node, p.field) for p in told] == [("d1", "target"), ("d2", "target")]
    assert "'label'" in told[0].message
    assert "'price'" in told[0].message


def test_an_unconnected_node() -> None:
    graph = chain(node("data", "dataset", dataset="ds_1"), node("split", "split"))
    graph = graph.model_copy(update={"nodes": [*graph.nodes, node("alone", "scale"), node("score", "evaluate")]})
    assert errors(check(graph, known())) == [
        ("alone", None, "Nothing is connected to its input 'table'."),
        ("score", None, "Nothing is connected to its input 'model'."),
    ]


def test_an_unknown_kind_survives_the_round_trip_and_is_a_problem() -> None:
    document = {
        "schema": 1,
        "nodes": [
            {
                "id": "data",
                "kind": "dataset",
                "parameters": {"dataset": "ds_1"},
                "position": {"x": 1.5, "y": 2, "z": 9},
            },
            {"id": "new", "kind": "quantum_fill", "parameters": {"spin": [1, {"up": None}]}, "colour": "teal"},
        ],
        "connections": [
            {"from_node": "data", "from_port": "table", "to_node": "new", "to_port": "rows", "style": "dashed"}
        ],
        "made_by": "9.0",
    }
    graph = Graph.read(document)
    kept = graph.document()
    assert kept["made_by"] == "9.0"
    assert kept["nodes"][1]["parameters"] == {"spin": [1, {"up": None}]}
    assert kept["nodes"][1]["colour"] == "teal"
    assert kept["nodes"][0]["position"]["z"] == 9
    assert kept["connections"][0]["style"] == "dashed"
    assert Graph.read(kept).document() == kept
    at, field, message = only_error(check(graph, known()))
    assert (at, field) == ("new", "kind")
    assert "'quantum_fill'" in message
    assert "newer version" in message


def test_a_graph_of_a_newer_schema() -> None:
    graph = Graph.read({**chain(node("data", "dataset", dataset="ds_1")).document(), "schema": 2})
    assert only_error(check(graph, known()))[:2] == (None, "schema")


def test_wrong_ports_and_two_connections_into_one_input() -> None:
    graph = full_chain()
    wrong = [
        Connection(from_node="data", from_port="table", to_node="evaluate", to_port="model"),
        Connection(from_node="data", from_port="table", to_node="train", to_port="table"),
        Connection(from_node="data", from_port="rows", to_node="train", to_port="table"),
        Connection(from_node="data", from_port="table", to_node="split", to_port="rows"),
        Connection(from_node="gone", from_port="table", to_node="split", to_port="table"),
        Connection(from_node="split", from_port="table", to_node="gone", to_port="table"),
    ]
    graph = graph.model_copy(update={"connections": [*graph.connections, *wrong]})
    told = {message for _, _, message in errors(check(graph, known()))}
    assert told == {
        "'Dataset' gives a table, but 'Evaluate' takes a model.",
        "Two connections lead into 'table' of 'Train'; remove one.",
        "'Dataset' has no output 'rows'.",
        "'Split' has no input 'rows'.",
        "A connection leads to the node 'gone', which is not there.",
    }


def test_two_nodes_with_one_id() -> None:
    graph = Graph(nodes=[node("n", "dataset", dataset="ds_1"), node("n", "split")])
    assert any("2 nodes have the id 'n'" in message for _, _, message in errors(check(graph, known())))


def test_learning_before_the_split_and_without_one() -> None:
    before = chain(node("data", "dataset", dataset="ds_1"), node("scale", "scale"), node("split", "split"))
    at, _, message = only_error(check(before, known()))
    assert at == "scale"
    assert "move it behind the split" in message
    without = chain(node("data", "dataset", dataset="ds_1"), node("train", "train"))
    assert any("put a split before it" in message for _, _, message in errors(check(without, known())))


def test_nodes_that_do_not_learn_may_stand_before_the_split() -> None:
    graph = chain(
        node("data", "dataset", dataset="ds_1"),
        node("drop", "drop_columns", columns=["size"]),
        node("dates", "date_features"),
        node("split", "split"),
    )
    assert errors(check(graph, known())) == []


def test_an_engine_that_does_not_take_the_columns() -> None:
    found = check(full_chain(engine={"kind": "logistic_regression"}), known())
    assert {(at, field) for at, field, _ in errors(found)} == {("train", "engine")}


def test_parameter_problems_have_the_path_of_the_form() -> None:
    found = check(full_chain(engine={"kind": "lightgbm", "n_estimators": -1}, seed="x"), known())
    assert {(at, field) for at, field, _ in errors(found)} == {("train", "engine.n_estimators"), ("train", "seed")}
    assert [f for _, f, _ in errors(check(full_chain(engine={"kind": "warp"}), known()))] == ["engine"]


def test_behind_a_problem_forms_still_have_columns_but_nothing_more_is_told() -> None:
    graph = full_chain(node("fill", "fill_missing", columns=["gone"]), node("scale", "scale", columns=["gone_too"]))
    found = check(graph, known())
    assert only_error(found)[0] == "fill"
    assert "size" in found.schemas["scale"]["table"].names


def test_a_schema_of_thousands_of_columns_is_checked() -> None:
    columns = tuple(Column(name=f"c{i}", kind="number", dtype="float", n_unique=9) for i in range(5000))
    schema = Schema(columns=(*columns, Column(name="y", kind="category", dtype="string", n_unique=2)), target="y")
    found = check(full_chain(node("scale", "scale")), known(facts(schema)))
    assert errors(found) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KINDS = ["dataset", "split", "fill_missing", "scale", "encode_categories", "date_features", "drop_columns", "train"]
NAMES = st.sampled_from(["a", "b", "c", "d"])
PARAMETERS = st.dictionaries(
    st.sampled_from(["dataset", "target", "columns", "method", "engine", "kind", "seed", "parts", "test_fraction"])
    | st.text(max_size=5),
    JSON | st.sampled_from(["ds_1", "label", ["size"], {"kind": "lightgbm"}, {"kind": "lightgbm", "max_depth": []}]),
    max_size=4,
)
NODES = st.fixed_dictionaries(
    {"id": NAMES, "kind": st.sampled_from([*KINDS, "evaluate", "visualise", "other"])},
    optional={"parameters": PARAMETERS, "title": JSON, "position": JSON, "extra": JSON},
)
CONNECTIONS = st.fixed_dictionaries(
    {"from_node": NAMES, "to_node": NAMES}
    | {side: st.sampled_from(["table", "model", "x"]) for side in ("from_port", "to_port")}
)
GRAPHS = st.fixed_dictionaries(
    {"nodes": st.lists(NODES, max_size=6), "connections": st.lists(CONNECTIONS, max_size=8)},
    optional={"schema": JSON, "more": JSON},
)


@settings(max_examples=examples(300), deadline=None)
@given(GRAPHS | JSON)
def test_no_document_makes_the_check_fail(document: Any) -> None:
    found = check_document(document, known())
    assert all(problem.message for problem in found.problems)
    Check.model_validate_json(found.model_dump_json())
