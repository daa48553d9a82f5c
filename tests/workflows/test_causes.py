"""Why a result no longer holds is said of the node or of the nearest one before it that changed."""

from typing import Any

from modelyard.workflows.causes import Stand, cause
from modelyard.workflows.graph import Connection, Graph, NodeDocument
from tests.workflows.graphs import chain, link, node

HASHES = {"ds_1": "a" * 64}


def graph(**changes: dict[str, Any]) -> Graph:
    plain = chain(
        node("data", "dataset", dataset="ds_1"),
        node("split", "split"),
        node("scale", "scale"),
        node("train", "train"),
        ends=(node("evaluate", "evaluate"),),
    )
    return plain.with_parameters(changes)


def told(now: Graph, node_id: str, *, then: Graph | None = None, contents: dict[str, str] = HASHES) -> str | None:
    return cause(Stand(now, contents), Stand(then or graph(), HASHES), node_id)


def without(whole: Graph, *gone: str) -> list[Connection]:
    return [c for c in whole.connections if c.from_node not in gone and c.to_node not in gone]


def test_nothing_changed() -> None:
    assert told(graph(), "train") is None
    assert told(graph(split={"seed": 0}), "split") is None, "a default that is stated is no change"


def test_parameters_of_this_node_are_named() -> None:
    assert told(graph(scale={"method": "robust"}), "scale") == "Its parameters were changed: method."
    many = graph(split={"seed": 3, "method": "stratified", "test_fraction": 0.3, "validation_fraction": 0.1})
    sentence = told(many, "split")
    assert sentence is not None
    assert sentence.endswith(" and 1 more.")


def test_the_nearest_node_before_it_is_named_by_its_title() -> None:
    assert told(graph(scale={"method": "robust"}), "evaluate") == (
        "Scale, before it, changed: its parameters were changed: method."
    )
    both = graph(scale={"method": "robust"}, split={"seed": 3})
    sentence = told(both, "train")
    assert sentence is not None
    assert sentence.startswith("Scale, before it")
    assert told(both, "split") == "Its parameters were changed: seed."


def test_data() -> None:
    assert told(graph(), "data", contents={"ds_1": "b" * 64}) == "The dataset was replaced."
    assert told(graph(), "data", contents={}) == "The dataset is not there any more."
    assert told(graph(data={"dataset": "ds_2"}), "data") == "Another dataset was chosen."
    assert told(graph(), "train", contents={"ds_1": "b" * 64}) == (
        "Dataset, before it, changed: the dataset was replaced."
    )


def test_connections() -> None:
    whole = graph()
    skipped = whole.model_copy(update={"connections": [*without(whole, "scale"), link("split", "train")]})
    assert told(skipped, "train") == "It now takes what Split gives."
    loose = whole.model_copy(update={"connections": without(whole, "data")})
    assert told(loose, "split") == "Nothing leads to it any more."


def test_nodes_that_came_later_and_wrong_parameters() -> None:
    whole = graph()
    added = whole.model_copy(update={"nodes": [*whole.nodes, NodeDocument(id="new", kind="scale")]})
    assert told(added, "new") == "It was added since."
    assert told(graph(scale={"method": "nonsense"}), "scale") == "Its parameters were changed: method."


def test_a_circle_ends() -> None:
    round_ = graph().model_copy(update={"connections": [*graph().connections, link("train", "split", "model")]})
    assert cause(Stand(round_, HASHES), Stand(round_, HASHES), "train") is None
