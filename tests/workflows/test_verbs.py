"""Workflows are saved as drafts with versions, and the later of two saves is told."""

import pytest

from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.workflows import exporting, verbs
from modelyard.workflows.check import check
from modelyard.workflows.default import default_graph
from modelyard.workflows.graph import Graph
from modelyard.workflows.ownership import facts_of, known_datasets
from tests.workflows.graphs import chain, full_chain, node
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame, schema_of

pytestmark = pytest.mark.postgres


def test_a_half_filled_draft_is_saved_as_it_is(ctx: Context) -> None:
    graph = Graph.read({"nodes": [{"id": "n1", "kind": "split", "parameters": {"method": "gr", "test_fraction": "x"}}]})
    row = verbs.create_workflow(ctx, "Draft", graph=graph)
    assert verbs.get_workflow(ctx, row.id).graph == graph.document()
    assert {p.field for p in verbs.check_graph(ctx, row.graph).problems} >= {"method", "test_fraction"}


def test_saving_counts_versions_and_keeps_each(ctx: Context) -> None:
    row = verbs.create_workflow(ctx, "First")
    saved = verbs.save_workflow(ctx, row.id, name="Second", graph=chain(node("a", "dataset")), version=1)
    assert saved.version == 2
    assert [version.number for version in verbs.list_versions(ctx, row.id)] == [2, 1]
    assert [version.number for version in verbs.list_versions(ctx, row.id, before=2)] == [1]
    assert verbs.get_version(ctx, row.id, 1).name == "First"
    assert verbs.get_version(ctx, row.id, 1).graph["nodes"] == []
    with pytest.raises(NotFound):
        verbs.get_version(ctx, row.id, 3)


def test_two_browsers_the_later_save_is_told_and_nothing_is_lost(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        workflow_id = verbs.create_workflow(ctx, "Shared").id
    with yard.context(owner) as ctx:
        verbs.save_workflow(ctx, workflow_id, name="Shared", graph=chain(node("mine", "split")), version=1)
    with pytest.raises(Conflict) as caught, yard.context(owner) as ctx:
        verbs.save_workflow(ctx, workflow_id, name="Shared", graph=chain(node("yours", "scale")), version=1)
    assert caught.value.status == 409
    assert caught.value.fields[0].path == ("version",)
    assert caught.value.fields[0].message == "2"
    with yard.context(owner) as ctx:
        assert [n["id"] for n in verbs.get_workflow(ctx, workflow_id).graph["nodes"]] == ["mine"]
        again = verbs.save_workflow(ctx, workflow_id, name="Shared", graph=chain(node("yours", "scale")), version=2)
        assert again.version == 3
        assert [n["id"] for n in verbs.get_version(ctx, workflow_id, 2).graph["nodes"]] == ["mine"]


def test_the_same_save_sent_twice_is_harmless(ctx: Context) -> None:
    row = verbs.create_workflow(ctx, "Auto")
    graph = chain(node("a", "split"))
    assert verbs.save_workflow(ctx, row.id, name="Auto", graph=graph, version=1).version == 2
    assert verbs.save_workflow(ctx, row.id, name="Auto", graph=graph, version=1).version == 2


def test_listing_searches_and_pages(ctx: Context) -> None:
    ids = [verbs.create_workflow(ctx, name).id for name in ("churn one", "prices", "Churn two")]
    assert {row.id for row in verbs.list_workflows(ctx, search="churn")} == {ids[0], ids[2]}
    page = verbs.list_workflows(ctx, limit=2)
    assert len(page) == 2
    assert [row.id for row in verbs.list_workflows(ctx, cursor=page[-1].id)] == [
        row_id for row_id in sorted(ids, reverse=True) if row_id < page[-1].id
    ]


def test_deleting_and_scopes_and_strangers(ctx: Context, yard: Yard) -> None:
    row = verbs.create_workflow(ctx, "Gone soon")
    stranger = Context(
        Actor("us_other", "x", scopes=ctx.actor.scopes), ctx.session, ctx.settings, ctx.artifacts, ctx.clock
    )
    with pytest.raises(NotFound):
        verbs.get_workflow(stranger, row.id)
    reader = Actor(ctx.actor.id, "x", scopes=frozenset({"workflows:read"}))
    with pytest.raises(Forbidden):
        verbs.delete_workflow(Context(reader, ctx.session, ctx.settings, ctx.artifacts, ctx.clock), row.id)
    verbs.delete_workflow(ctx, row.id)
    with pytest.raises(NotFound):
        verbs.get_workflow(ctx, row.id)


def test_names_are_kept_readable(ctx: Context) -> None:
    assert verbs.create_workflow(ctx, " a\x00b \n  ç ").name == "ab ç"


def test_a_workflow_needs_a_name(ctx: Context) -> None:
    row = verbs.create_workflow(ctx, "")
    assert row.name == "Untitled"
    with pytest.raises(Invalid):
        verbs.save_workflow(ctx, row.id, name="  ", graph=Graph(), version=1)


@pytest.mark.parametrize("target", ["label", "price", "colour", "is_new"])
def test_the_default_workflow_of_a_dataset_has_no_problems(ctx: Context, target: str) -> None:
    frame = mixed_frame()
    schema = schema_of(frame, size="id", count="constant")
    dataset = add_dataset(ctx, frame, target=target, schema=schema)
    row = verbs.create_workflow(ctx, "", dataset=dataset.id)
    assert row.name == "mixed"
    assert verbs.check_graph(ctx, row.graph).problems == []
    kinds = [item["kind"] for item in row.graph["nodes"]]
    assert kinds[:4] == ["dataset", "drop_columns", "date_features", "split"]
    assert kinds[-3:] == ["train", "evaluate", "visualise"]
    split = next(item for item in row.graph["nodes"] if item["kind"] == "split")
    assert split["parameters"]["method"] == ("random" if target == "price" else "stratified")


def test_the_default_workflow_without_a_target_asks_for_one(ctx: Context) -> None:
    dataset = add_dataset(ctx, mixed_frame())
    graph = default_graph(facts_of(dataset))
    problems = check(graph, known_datasets(ctx)).problems
    assert [(p.node, p.field) for p in problems] == [("n1", "target")]


def test_a_workflow_with_problems_is_not_exported(ctx: Context) -> None:
    row = verbs.create_workflow(ctx, "x", graph=full_chain())
    with pytest.raises(Invalid, match="no equivalent script"):
        exporting.export_code(ctx, row.id)
