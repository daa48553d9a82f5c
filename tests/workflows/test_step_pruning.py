"""Kept results beyond their room go, least recently used first; what pages show and what others name stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from modelyard.data.tables import Dataset
from modelyard.kernel.clock import utc_now
from modelyard.kernel.context import Actor
from modelyard.kernel.ids import new_id
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.runs.leases import claim
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit
from modelyard.workflows import verbs
from modelyard.workflows.graph import Graph
from modelyard.workflows.housekeeping import EVERY_SECONDS, StepPruning, digests, prune_steps
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.results import node_result
from modelyard.workflows.tables import StepCache
from tests.workflows.exported import run_to_its_end
from tests.workflows.graphs import chain, node
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame

KILOBYTE = 1000


@pytest.fixture
def small(settings: Settings, yard: Yard) -> Yard:
    """The yard with room for three kilobytes of kept results."""
    return Yard.open(settings.model_copy(update={"step_cache_bytes": 3 * KILOBYTE}))


def keep(yard: Yard, owner: Actor, name: str, *, days_ago: float, content: bytes | None = None) -> str:
    """Keep a result of about a kilobyte; return its artifact."""
    digest = yard.artifacts.put_bytes(content or name.encode() * (KILOBYTE // len(name))).hash
    when = utc_now() - timedelta(days=days_ago)
    row = StepCache(
        owner_id=owner.id or "",
        key=name,
        outputs={"table": {"shape": "table", "table": digest}},
        result_hash=yard.artifacts.put_bytes(b"{}").hash,
        seconds=1.0,
        created_at=when,
        used_at=when,
    )
    with yard.sessions.begin() as session:
        session.add(row)
    return digest


def keys(yard: Yard) -> set[str]:
    with yard.readers() as session:
        return set(session.scalars(select(StepCache.key)))


@pytest.mark.postgres
def test_the_least_recently_used_go_with_their_bytes(small: Yard, owner: Actor) -> None:
    old = [keep(small, owner, f"old-{i}", days_ago=10 - i) for i in range(3)]
    new = [keep(small, owner, f"new-{i}", days_ago=1) for i in range(2)]
    assert prune_steps(small)
    assert keys(small) == {"new-0", "new-1"}
    assert [small.artifacts.exists(digest) for digest in (*old, *new)] == [False, False, False, True, True]
    assert prune_steps(small)
    assert keys(small) == {"new-0", "new-1"}


def test_within_the_room_nothing_goes(small: Yard, owner: Actor) -> None:
    for i in range(2):
        keep(small, owner, f"step-{i}", days_ago=100)
    assert prune_steps(small)
    assert len(keys(small)) == 2


def test_bytes_that_another_step_shares_stay_until_the_last_goes(small: Yard, owner: Actor) -> None:
    shared = keep(small, owner, "first", days_ago=9, content=b"shared" * 300)
    keep(small, owner, "second", days_ago=1, content=b"shared" * 300)
    for i in range(2):
        keep(small, owner, f"other-{i}", days_ago=2)
    assert prune_steps(small)
    assert "first" not in keys(small)
    assert "second" in keys(small)
    assert small.artifacts.exists(shared)


def test_what_a_dataset_or_a_model_names_is_not_touched_and_not_counted(small: Yard, owner: Actor) -> None:
    with small.context(owner) as ctx:
        dataset = add_dataset(ctx, mixed_frame(2000))
        content = ctx.artifacts.read_bytes(dataset.content_hash or "")
        dataset_hash = dataset.content_hash or ""
    assert len(content) > 3 * KILOBYTE
    keep(small, owner, "dataset", days_ago=9, content=content)
    assert prune_steps(small)
    assert keys(small) == {"dataset"}
    for i in range(6):
        keep(small, owner, f"more-{i}", days_ago=5 - i)
    assert prune_steps(small)
    assert "dataset" not in keys(small)
    assert small.artifacts.exists(dataset_hash)


def test_a_saved_workflows_results_and_its_model_stay(small: Yard, owner: Actor) -> None:
    with small.context(owner) as ctx:
        dataset_id = add_dataset(ctx, mixed_frame(), target="label").id
        graph = chain(
            node("data", "dataset", dataset=dataset_id),
            node("drop", "drop_columns", columns=["bought", "price"]),
            node("split", "split"),
            node("train", "train", engine={"kind": "lightgbm", "n_estimators": 3}),
            ends=(node("evaluate", "evaluate"),),
        )
        workflow_id = verbs.create_workflow(ctx, "Kept", graph=graph).id
    run_to_its_end(small, owner, workflow_id)
    shown = keys(small)
    keep(small, owner, "stray", days_ago=5)
    assert prune_steps(small)
    assert keys(small) == shown
    with small.context(owner) as ctx:
        other = graph.with_parameters({"split": {"seed": 1}})
        verbs.save_workflow(ctx, workflow_id, name="Kept", graph=other, version=1)
    assert prune_steps(small)
    with small.context(owner, writes=False) as ctx:
        assert node_result(ctx, workflow_id, "evaluate").metrics
        model = ctx.session.scalars(select(Model)).one()
        artifact = model.artifact_hash
    with small.context(owner) as ctx:
        verbs.delete_workflow(ctx, workflow_id)
        ctx.session.query(Run).delete()
    assert prune_steps(small)
    assert len(keys(small)) < len(shown)
    assert small.artifacts.exists(artifact)


def test_nothing_goes_while_a_run_is_going_on_and_then_it_does(small: Yard, owner: Actor) -> None:
    for i in range(6):
        keep(small, owner, f"step-{i}", days_ago=i)
    with small.context(owner) as ctx:
        dataset_id = add_dataset(ctx, mixed_frame()).id
        graph = chain(node("data", "dataset", dataset=dataset_id, target="label"), node("split", "split"))
        run_id = submit(ctx, RunWorkflow(workflow=verbs.create_workflow(ctx, "x", graph=graph).id)).id
    assert claim(small, "worker") is not None
    look = StepPruning()
    look(small)
    assert len(keys(small)) == 6
    assert look.done_at is None
    with small.sessions.begin() as session:
        run = session.get_one(Run, run_id)
        run.state = "failed"
    look(small)
    assert len(keys(small)) < 6
    assert look.done_at is not None
    for i in range(6):
        keep(small, owner, f"again-{i}", days_ago=i)
    look(small)
    assert len(keys(small)) > 6
    look.done_at -= EVERY_SECONDS + 1
    look(small)
    assert len(keys(small)) < 6


def test_a_row_whose_bytes_are_gone_already_is_no_trouble(small: Yard, owner: Actor) -> None:
    gone = keep(small, owner, "gone", days_ago=20)
    small.artifacts.delete(gone)
    for i in range(6):
        keep(small, owner, f"step-{i}", days_ago=i)
    assert prune_steps(small)
    assert "gone" not in keys(small)


def test_another_owners_workflow_keeps_its_own(small: Yard, owner: Actor) -> None:
    """What is shown is decided by owner and key: a stranger's equal key is another row."""
    with small.sessions.begin() as session:
        from modelyard.access.tables import User

        session.add(User(id=new_id("us"), name="Stranger", email="stranger@example.org", created_at=utc_now()))
    with small.readers() as session:
        stranger = session.scalars(select(User).where(User.name == "Stranger")).one()
    other = Actor(id=stranger.id, name="Stranger", scopes=owner.scopes)
    with small.context(other) as ctx:
        dataset = add_dataset(ctx, mixed_frame(), target="label")
        graph = chain(node("data", "dataset", dataset=dataset.id), node("split", "split"))
        verbs.create_workflow(ctx, "Theirs", graph=Graph.read(graph.document()))
        assert isinstance(dataset, Dataset)
    for i in range(6):
        keep(small, owner, f"step-{i}", days_ago=i)
    assert prune_steps(small)
    assert len(keys(small)) < 6


def test_every_reference_of_a_row_is_counted() -> None:
    row = StepCache(
        result_hash="r",
        outputs={
            "table": {"shape": "table", "table": "t", "raw": "t", "steps": "s", "findings": "f"},
            "model": {"shape": "model", "draft": "d", "model": "m", "prepared": "p"},
        },
    )
    assert digests(row) == {"r", "t", "s", "f", "d", "m", "p"}
