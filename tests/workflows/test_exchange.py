"""Workflow files: what goes out comes in again, nothing of one yard is left in them, and garbage is told so."""

import json
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from modelyard.data.verbs import add_sample
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.kinds import Parameter, families
from modelyard.workflows import verbs
from modelyard.workflows.exchange import Stamped, exported, read_exchange
from modelyard.workflows.exchanging import export_workflow, import_workflow, plan_import
from modelyard.workflows.graph import Connection, Graph, NodeDocument, Position
from modelyard.workflows.node import Node
from modelyard.workflows.references import secret_fields, without_secrets
from modelyard.workflows.values import DatasetFacts
from tests.workflows.graphs import MIXED, chain, node
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)
_IDS = st.text("abcdef0123456789_-", min_size=1, max_size=12)
_NODES = st.builds(
    NodeDocument,
    id=_IDS,
    kind=st.sampled_from(["dataset", "split", "train", "scale", "from_the_future"]),
    parameters=st.dictionaries(_TEXTS, _VALUES, max_size=3)
    | st.fixed_dictionaries({"dataset": st.sampled_from(["ds_a", "ds_b", "ds_gone"]), "target": st.none() | _TEXTS}),
    title=st.none() | _TEXTS,
    position=st.builds(Position, x=st.floats(-1e6, 1e6), y=st.floats(-1e6, 1e6)),
)
_LINKS = st.builds(Connection, from_node=_IDS, from_port=_IDS, to_node=_IDS, to_port=_IDS)
_GRAPHS = st.builds(Graph, nodes=st.lists(_NODES, max_size=5), connections=st.lists(_LINKS, max_size=4))


def find(dataset_id: str) -> Stamped | None:
    facts = DatasetFacts(dataset_id, f"Rows {dataset_id[-1]}", "ready", dataset_id[-1] * 64, 200, MIXED)
    return Stamped(facts, "penguins") if dataset_id in ("ds_a", "ds_b") else None


@settings(deadline=None)
@given(graph=_GRAPHS)
def test_what_goes_out_comes_in_again(graph: Graph) -> None:
    first = exported("Round trip", graph, find)
    text = json.dumps(first.document())
    assert "ds_" not in json.dumps(first.model_dump(mode="json")["datasets"])
    again = read_exchange(json.loads(text))
    assert again == first
    assert json.dumps(again.document()) == text


def sentence(document: Any) -> str:
    """Return why the document is refused; nothing when it is read."""
    try:
        read_exchange(document)
    except Invalid as error:
        return error.message
    return ""


@settings(deadline=None)
@given(document=_VALUES)
def test_any_json_is_read_or_refused_with_a_sentence(document: Any) -> None:
    assert len(sentence(document)) < 400


@given(
    document=st.fixed_dictionaries(
        {"format": st.just("modelyard-workflow"), "version": st.just(1)}
        | {
            "graph": _VALUES | st.fixed_dictionaries({"nodes": _VALUES, "connections": _VALUES}),
            "datasets": _VALUES,
            "name": _VALUES,
        }
    )
)
@settings(deadline=None)
def test_a_damaged_file_is_refused_with_the_place(document: Any) -> None:
    assert len(sentence(document)) < 400


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (None, "does not hold a JSON object"),
        ([], "does not hold a JSON object"),
        ("nodes", "does not hold a JSON object"),
        ({}, "it has no nodes"),
        ({"graph": []}, "it has no nodes"),
        ({"format": "something", "version": 1}, "of another kind"),
        ({"format": "modelyard-workflow"}, "does not say which version"),
        ({"format": "modelyard-workflow", "version": "1"}, "does not say which version"),
        ({"format": "modelyard-workflow", "version": True}, "does not say which version"),
        ({"format": "modelyard-workflow", "version": -1}, "does not say which version"),
        ({"format": "modelyard-workflow", "version": 2}, r"newer Modelyard \(version 2; this one reads up to 1\)"),
        ({"format": "modelyard-workflow", "version": 10**400}, "newer Modelyard"),
        ({"format": "modelyard-workflow", "version": 1, "graph": {"schema": 2}}, r"newer .*graph of schema 2"),
        ({"format": "modelyard-workflow", "version": 1, "graph": {"nodes": 3}}, "not a workflow's graph: graph.nodes"),
        ({"format": "modelyard-workflow", "version": 1, "name": "x" * 1_000_000, "graph": {}}, "name: .* 200"),
        (
            {"format": "modelyard-workflow", "version": 1, "graph": {}, "datasets": {"a": {"name": "x" * 1_000_000}}},
            "datasets.a.name: .* 200",
        ),
        (
            {"format": "modelyard-workflow", "version": 1, "graph": {"nodes": [{"id": "x" * 1_000_000, "kind": "a"}]}},
            "graph.nodes.0.id: .* 100",
        ),
        (
            {"format": "modelyard-workflow", "version": 1, "graph": {}, "datasets": {"k" * 1_000_000: {"name": "x"}}},
            "damaged",
        ),
        (
            {"format": "modelyard-workflow", "version": 1, "graph": {}, "datasets": {"a": {"name": "", "n_rows": -1}}},
            "datasets.a.n_rows",
        ),
    ],
)  # fmt: skip
def test_what_is_no_workflow_file_is_told(document: Any, told: str) -> None:
    with pytest.raises(Invalid, match=told) as caught:
        read_exchange(document)
    assert len(caught.value.message) < 400


def test_a_graph_without_a_version_is_brought_to_this_one() -> None:
    graph = chain(node("split", "split")).document()
    assert read_exchange(graph).graph.document() == graph
    answered = read_exchange({"id": "wf_1", "name": "From the API", "version": 7, "graph": graph, "problems": []})
    assert answered.name == "From the API"
    assert answered.graph.document() == graph


def made(ctx: Context, dataset_id: str, **stated: Any) -> str:
    graph = chain(node("data", "dataset", dataset=dataset_id, **stated), node("split", "split"))
    return verbs.create_workflow(ctx, "Out", graph=graph).id


def test_no_id_of_this_yard_is_in_the_file(ctx: Context) -> None:
    dataset = add_dataset(ctx, mixed_frame(), target="label")
    workflow_id = made(ctx, dataset.id)
    text = json.dumps(export_workflow(ctx, workflow_id).document())
    assert dataset.id not in text
    assert workflow_id not in text
    assert (ctx.actor.id or "") not in text
    assert json.loads(text)["datasets"]["dataset-1"] == {
        "name": "mixed",
        "content_hash": dataset.content_hash,
        "n_rows": 200,
        "n_columns": 8,
        "target": "label",
    }


def test_a_dataset_is_found_by_its_rows_under_another_name(ctx: Context) -> None:
    dataset = add_dataset(ctx, mixed_frame(), target="label")
    document = export_workflow(ctx, made(ctx, dataset.id)).document()
    dataset.name = "renamed"
    ctx.session.flush()
    (wanted,) = plan_import(ctx, document).datasets
    assert wanted.match is not None
    assert (wanted.match.by, wanted.match.is_sure) == ("content", True)
    row = import_workflow(ctx, document)
    assert row.graph["nodes"][0]["parameters"]["dataset"] == dataset.id
    assert verbs.check_graph(ctx, row.graph).problems == []


def test_a_dataset_of_the_same_name_is_proposed_and_not_taken(ctx: Context) -> None:
    dataset = add_dataset(ctx, mixed_frame(), target="label")
    document = export_workflow(ctx, made(ctx, dataset.id)).document()
    document["datasets"]["dataset-1"]["content_hash"] = "0" * 64
    (wanted,) = plan_import(ctx, document).datasets
    assert wanted.match is not None
    assert (wanted.match.by, wanted.match.is_sure) == ("name", False)
    row = import_workflow(ctx, document)
    assert row.graph["nodes"][0]["parameters"]["dataset"] is None
    assert [
        problem.message for problem in verbs.check_graph(ctx, row.graph).problems if problem.field == "dataset"
    ] == ["No dataset is chosen."]
    chosen = import_workflow(ctx, document, name="Mine", datasets={"dataset-1": dataset.id})
    assert chosen.graph["nodes"][0]["parameters"]["dataset"] == dataset.id
    assert chosen.name == "Mine"


def test_a_sample_is_found_by_its_key_or_can_be_added(ctx: Context) -> None:
    sample = add_sample(ctx, "penguins")
    document = export_workflow(ctx, made(ctx, sample.id)).document()
    assert document["datasets"]["dataset-1"]["sample"] == "penguins"
    (wanted,) = plan_import(ctx, document).datasets
    assert wanted.match is not None
    assert wanted.match.by == "sample"
    assert not wanted.can_add_sample
    ctx.session.delete(sample)
    ctx.session.flush()
    (wanted,) = plan_import(ctx, document).datasets
    assert wanted.match is None
    assert wanted.can_add_sample


def test_a_node_that_took_its_datasets_own_target_still_predicts_the_same_column(ctx: Context) -> None:
    first = add_dataset(ctx, mixed_frame(), target="label")
    document = export_workflow(ctx, made(ctx, first.id)).document()
    other = add_dataset(ctx, mixed_frame(seed=1), target="price")
    row = import_workflow(ctx, document, datasets={"dataset-1": other.id})
    assert row.graph["nodes"][0]["parameters"] == {"dataset": other.id, "target": "label"}
    same = import_workflow(ctx, document)
    assert same.graph["nodes"][0]["parameters"] == {"dataset": first.id}


def test_choices_must_be_of_the_file_and_of_this_yard(ctx: Context) -> None:
    document = export_workflow(ctx, made(ctx, add_dataset(ctx, mixed_frame()).id)).document()
    with pytest.raises(Invalid, match="names no dataset 'dataset-9'"):
        import_workflow(ctx, document, datasets={"dataset-9": None})
    with pytest.raises(NotFound, match="no dataset 'ds_of_somebody'"):
        import_workflow(ctx, document, datasets={"dataset-1": "ds_of_somebody"})
    assert import_workflow(ctx, document, datasets={"dataset-1": None}).graph["nodes"][0]["parameters"] == {
        "dataset": None
    }


def test_ids_of_another_yard_in_an_old_file_are_removed_and_our_own_stay(ctx: Context) -> None:
    dataset = add_dataset(ctx, mixed_frame(), target="label")
    for dataset_id, kept in ((dataset.id, dataset.id), ("ds_of_another_yard", None)):
        graph = chain(node("data", "dataset", dataset=dataset_id), node("split", "split")).document()
        row = import_workflow(ctx, {"name": "Old", "graph": graph})
        assert row.graph["nodes"][0]["parameters"]["dataset"] == kept


def test_unknown_kinds_are_told_and_kept(ctx: Context) -> None:
    graph = {"nodes": [{"id": "a", "kind": "from_the_future", "parameters": {"x": 1}, "mood": "blue"}]}
    document = {"format": "modelyard-workflow", "version": 1, "graph": graph}
    assert plan_import(ctx, document).unknown_kinds == ["from_the_future"]
    assert import_workflow(ctx, document).graph["nodes"][0]["mood"] == "blue"


class WithSecret(Node):
    """A node that talks to somebody with a password."""

    title: ClassVar[str] = "Talks"
    kind: Literal["with_secret_for_tests"] = "with_secret_for_tests"
    address: str = Parameter("", description="Where.")
    password: SecretStr | None = Parameter(None, description="How.")


def test_secrets_stay_in_the_yard(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {**families()["node"].kinds, WithSecret.kind_name(): WithSecret}
    monkeypatch.setitem(families()["node"].__dict__, "kinds", kinds)
    secret_fields.cache_clear()
    graph = chain(node("a", "with_secret_for_tests", address="there", password="tiger"), node("split", "split"))
    assert without_secrets(graph).nodes[0].parameters == {"address": "there"}
    assert "tiger" not in json.dumps(exported("x", graph, find).document())
    secret_fields.cache_clear()


def test_files_of_every_version_so_far_can_be_read() -> None:
    """Never change these files: they are what people have on their disks."""
    folder = Path(__file__).parent / "workflow_files"
    names = sorted(path.name for path in folder.glob("*.json"))
    assert names == ["version-0.json", "version-1.json"]
    for name in names:
        exchange = read_exchange(json.loads((folder / name).read_text()))
        assert [each.kind for each in exchange.graph.nodes] == ["dataset", "split", "train", "evaluate"]
