"""Saves of a workflow: named, compared, gone back to; nothing is ever lost."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.workflows import verbs
from modelyard.workflows.diff import GraphDiff, compare
from modelyard.workflows.graph import Connection, Graph, NodeDocument, Position
from modelyard.workflows.verbs import StaleWorkflow
from modelyard.workflows.versions import compare_versions, label_version, restore_version
from tests.workflows.graphs import chain, node

FIRST = chain(node("data", "dataset", dataset="ds_1"), node("split", "split"), node("train", "train"))


def changed(graph: Graph, node_id: str, **parameters: Any) -> Graph:
    return graph.with_parameters({node_id: parameters})


def told(diff: GraphDiff) -> list[tuple[str, str, list[tuple[str, Any, Any]]]]:
    return [
        (each.id, each.change, [(item.path, item.before, item.after) for item in each.parameters])
        for each in diff.nodes
    ]


def test_a_parameter_is_told_before_and_after_and_defaults_count_as_stated() -> None:
    after = changed(changed(FIRST, "split", test_fraction=0.3, method="random"), "train", seed=0)
    assert told(compare(FIRST, after)) == [("split", "changed", [("test_fraction", 0.2, 0.3)])]


def test_a_parameter_of_the_engine_is_told_by_its_path_and_another_engine_as_one_change() -> None:
    before = changed(FIRST, "train", engine={"kind": "lightgbm", "n_estimators": 50})
    more = changed(FIRST, "train", engine={"kind": "lightgbm", "n_estimators": 80})
    assert told(compare(before, more)) == [("train", "changed", [("engine.n_estimators", 50, 80)])]
    other = changed(FIRST, "train", engine={"kind": "random_forest"})
    ((_, _, changes),) = told(compare(before, other))
    assert changes == [("engine", {"kind": "lightgbm", "n_estimators": 50}, {"kind": "random_forest"})]
    by_default = ("engine", {"kind": "lightgbm"}, {"kind": "random_forest"})
    assert told(compare(FIRST, other)) == [("train", "changed", [by_default])]


def test_nodes_and_connections_come_and_go() -> None:
    after = chain(FIRST.nodes[0], node("fill", "fill_missing", number="mean"), FIRST.nodes[1], FIRST.nodes[2])
    diff = compare(FIRST, after)
    assert told(diff) == [("fill", "added", [("number", None, "mean")])]
    assert [(c.change, c.from_title, c.to_title) for c in diff.connections] == [
        ("removed", "Dataset", "Split"),
        ("added", "Dataset", "Fill missing"),
        ("added", "Fill missing", "Split"),
    ]
    back = compare(after, FIRST)
    assert told(back) == [("fill", "removed", [("number", "mean", None)])]
    assert {c.change for c in back.connections} == {"added", "removed"}


def test_where_a_node_stands_is_no_change() -> None:
    moved = FIRST.nodes[1].model_copy(update={"position": Position(x=5, y=5)})
    diff = compare(FIRST, FIRST.model_copy(update={"nodes": [FIRST.nodes[0], moved, FIRST.nodes[2]]}))
    assert diff.is_empty
    assert diff.moved == ("split",)


def test_notes_unknown_kinds_and_wrong_parameters_are_compared_as_they_are_stated() -> None:
    before = {
        "nodes": [{"id": "a", "kind": "from_the_future", "parameters": {"x": [1]}, "mood": "blue"}],
        "notes": [{"id": "n", "text": "one", "position": {"x": 0, "y": 0}}],
    }
    after = {
        "nodes": [
            {"id": "a", "kind": "from_the_future", "parameters": {"x": [2]}, "mood": "red"},
            {"id": "b", "kind": "split", "parameters": {"seed": -1}},
        ],
        "notes": [{"id": "n", "text": "two", "position": {"x": 9, "y": 0}}],
    }
    diff = compare(Graph.read(before), Graph.read(after))
    assert told(diff) == [
        ("a", "changed", [("x", [1], [2]), ("mood", "blue", "red")]),
        ("b", "added", [("seed", None, -1)]),
    ]
    assert [(item.path, item.before, item.after) for item in diff.others] == [("notes.n.text", "one", "two")]


_NODES = st.lists(
    st.builds(
        NodeDocument,
        id=st.sampled_from("abcd"),
        kind=st.sampled_from(["split", "scale", "gone", "train"]),
        parameters=st.dictionaries(
            st.sampled_from(["seed", "method", "columns"]), st.none() | st.integers(0, 3) | st.text(max_size=3)
        ),
    ),
    max_size=5,
)
_LINKS = st.lists(
    st.builds(
        Connection,
        from_node=st.sampled_from("abcd"),
        from_port=st.just("table"),
        to_node=st.sampled_from("abcd"),
        to_port=st.just("table"),
    ),
    max_size=4,
)
_GRAPHS = st.builds(Graph, nodes=_NODES, connections=_LINKS)


@settings(deadline=None)
@given(before=_GRAPHS, after=_GRAPHS)
def test_any_two_drafts_can_be_compared_and_the_way_back_is_the_same_way(before: Graph, after: Graph) -> None:
    assert compare(before, before).is_empty
    there, back = compare(before, after), compare(after, before)
    assert {node.id for node in there.nodes} == {node.id for node in back.nodes}
    assert len(there.connections) == len(back.connections)


def saved(ctx: Context) -> str:
    row = verbs.create_workflow(ctx, "Versions", graph=FIRST)
    for seed in (1, 2, 3):
        verbs.save_workflow(
            ctx, row.id, name=f"Versions {seed}", graph=changed(FIRST, "split", seed=seed), version=seed
        )
    return row.id


def test_a_version_is_named_and_found_by_it(ctx: Context) -> None:
    workflow_id = saved(ctx)
    assert label_version(ctx, workflow_id, 2, "  before \n the holidays ").label == "before the holidays"
    assert [row.number for row in verbs.list_versions(ctx, workflow_id, is_labelled=True)] == [2]
    assert label_version(ctx, workflow_id, 2, " ").label is None
    assert verbs.list_versions(ctx, workflow_id, is_labelled=True) == []
    with pytest.raises(Invalid, match="at most 100 characters"):
        label_version(ctx, workflow_id, 2, "x" * 1_000_000)
    with pytest.raises(NotFound, match="no version 9"):
        label_version(ctx, workflow_id, 9, "x")


def test_restoring_is_a_new_version_and_keeps_all_others(ctx: Context) -> None:
    workflow_id = saved(ctx)
    row = restore_version(ctx, workflow_id, 2, version=4)
    assert row.version == 5
    assert row.name == "Versions 3"
    assert row.graph == verbs.get_version(ctx, workflow_id, 2).graph
    assert [each.number for each in verbs.list_versions(ctx, workflow_id)] == [5, 4, 3, 2, 1]
    assert verbs.get_version(ctx, workflow_id, 5).label == "Version 2 restored"
    assert compare_versions(ctx, workflow_id, 2, 5).is_empty
    assert told(compare_versions(ctx, workflow_id, 4, 5)) == [("split", "changed", [("seed", 3, 1)])]


def test_restoring_what_is_there_already_changes_nothing(ctx: Context) -> None:
    workflow_id = saved(ctx)
    assert restore_version(ctx, workflow_id, 4, version=4).version == 4
    assert verbs.get_version(ctx, workflow_id, 4).label is None


def test_restoring_over_somebody_elses_save_is_refused(ctx: Context) -> None:
    workflow_id = saved(ctx)
    with pytest.raises(StaleWorkflow):
        restore_version(ctx, workflow_id, 1, version=3)
    with pytest.raises(NotFound):
        restore_version(ctx, workflow_id, 77, version=4)


def test_a_version_with_kinds_that_are_not_known_any_more_comes_back_as_it_was(ctx: Context) -> None:
    document = {"nodes": [{"id": "a", "kind": "from_the_future", "parameters": {"x": 1}, "mood": "blue"}]}
    row = verbs.create_workflow(ctx, "Old", graph=Graph.read(document))
    verbs.save_workflow(ctx, row.id, name="Old", graph=Graph(), version=1)
    restored = restore_version(ctx, row.id, 1, version=2)
    assert restored.graph["nodes"][0]["mood"] == "blue"
    assert any("from_the_future" in problem.message for problem in verbs.check_graph(ctx, restored.graph).problems)


def test_workflows_are_found_by_the_dataset_they_read(ctx: Context) -> None:
    first = verbs.create_workflow(ctx, "One", graph=FIRST)
    verbs.create_workflow(ctx, "None")
    long = Graph.read({"nodes": [{"id": "d", "kind": "dataset", "parameters": {"dataset": "x" * 5000}}]})
    verbs.create_workflow(ctx, "Long", graph=long)
    assert [row.id for row in verbs.list_workflows(ctx, dataset="ds_1")] == [first.id]
    verbs.save_workflow(ctx, first.id, name="One", graph=changed(FIRST, "data", dataset="ds_2"), version=1)
    assert verbs.list_workflows(ctx, dataset="ds_1") == []
    assert [row.id for row in verbs.list_workflows(ctx, dataset="ds_2")] == [first.id]
