"""A plan is learned once per content: cached steps are skipped, killed walks go on, nothing learns from test rows."""

import errno
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sqlalchemy import func, select

from modelyard.data.frames import Table
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, StorageFull
from modelyard.kernel.kinds import family
from modelyard.kernel.stores.local import LocalStore
from modelyard.kernel.yard import Yard
from modelyard.workflows.execute import Walk
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.graph import Graph, NodeDocument
from modelyard.workflows.keeping import Keeper, read_json, read_table, write_table
from modelyard.workflows.ownership import facts_of
from modelyard.workflows.plan import plan
from modelyard.workflows.tables import StepCache
from tests.workflows.graphs import chain, node
from tests.workflows.local import LocalJob, add_dataset, local_job
from tests.workflows.tables import mixed_frame, table_of

Walker = Callable[..., LocalJob]


@pytest.fixture
def prepare(yard: Yard, owner: Actor) -> Callable[[pl.DataFrame], tuple[str, FrozenDataset]]:
    def add(frame: pl.DataFrame) -> tuple[str, FrozenDataset]:
        with yard.context(owner) as ctx:
            row = add_dataset(ctx, frame, target="label")
            return row.id, FrozenDataset.of(facts_of(row), ctx.artifacts)

    return add


@pytest.fixture
def walk(yard: Yard, owner: Actor, tmp_path: Path) -> Walker:
    def do(graph: Graph, datasets: dict[str, FrozenDataset], until: str | None = None) -> LocalJob:
        job = local_job(yard, owner, tmp_path)
        job.done = Walk(job, plan(graph, until), datasets).walk()  # type: ignore[attr-defined]  # kept for the test
        return job

    return do


def prepared_chain(dataset_id: str, *more: NodeDocument, fill: str = "median") -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id),
        node("split", "split", method="stratified", seed=1),
        node("fill", "fill_missing", number=fill),
        node("encode", "encode_categories"),
        node("scale", "scale", columns=["size", "weight"]),
        *more,
    )


def test_the_second_walk_executes_nothing_and_a_changed_late_node_only_itself(prepare: Any, walk: Walker) -> None:
    dataset_id, frozen = prepare(mixed_frame())
    datasets = {dataset_id: frozen}
    first = walk(prepared_chain(dataset_id), datasets)
    assert set(first.states().values()) == {"succeeded"}
    assert set(walk(prepared_chain(dataset_id), datasets).states().values()) == {"cached"}
    changed = prepared_chain(dataset_id).with_parameters({"scale": {"method": "robust"}})
    states = walk(changed, datasets).states()
    assert states == {"data": "cached", "split": "cached", "fill": "cached", "encode": "cached", "scale": "succeeded"}


def test_moving_and_renaming_a_node_executes_nothing(prepare: Any, walk: Walker) -> None:
    dataset_id, frozen = prepare(mixed_frame())
    walk(prepared_chain(dataset_id), {dataset_id: frozen})
    document = prepared_chain(dataset_id).document()
    for item in document["nodes"]:
        item["title"], item["position"] = "another name", {"x": 77, "y": 3}
    assert set(walk(Graph.read(document), {dataset_id: frozen}).states().values()) == {"cached"}


def test_an_early_change_that_changes_nothing_stops_there(prepare: Any, walk: Walker) -> None:
    """Filling what is not missing gives the same rows, but the model's chain differs, so the later steps run again."""
    frame = mixed_frame().drop_nulls()
    dataset_id, frozen = prepare(frame)
    walk(prepared_chain(dataset_id), {dataset_id: frozen})
    states = walk(prepared_chain(dataset_id, fill="mean"), {dataset_id: frozen}).states()
    assert states["split"] == "cached"
    assert states["encode"] == "succeeded"


def test_other_content_under_the_same_id_is_another_result(prepare: Any, walk: Walker) -> None:
    dataset_id, frozen = prepare(mixed_frame(seed=0))
    _, other = prepare(mixed_frame(seed=1))
    walk(prepared_chain(dataset_id), {dataset_id: frozen})
    assert set(walk(prepared_chain(dataset_id), {dataset_id: other}).states().values()) == {"succeeded"}


def test_until_executes_what_leads_there(prepare: Any, walk: Walker) -> None:
    dataset_id, frozen = prepare(mixed_frame())
    assert list(walk(prepared_chain(dataset_id), {dataset_id: frozen}, "fill").states()) == ["data", "split", "fill"]
    with pytest.raises(Invalid, match="no node 'gone'"):
        plan(prepared_chain(dataset_id), "gone")


def test_a_failing_node_is_named_and_what_was_done_before_is_kept(
    prepare: Any, walk: Walker, yard: Yard, owner: Actor, tmp_path: Path
) -> None:
    frame = mixed_frame().with_columns(pl.lit(1.0).alias("colour=red"))
    dataset_id, frozen = prepare(frame)
    job = local_job(yard, owner, tmp_path)
    with pytest.raises(Invalid, match="Encode categories: Encoding would make a second column"):
        Walk(job, plan(prepared_chain(dataset_id)), {dataset_id: frozen}).walk()
    assert job.states() == {"data": "succeeded", "split": "succeeded", "fill": "succeeded", "encode": "failed"}
    mended = prepared_chain(dataset_id).with_parameters({"encode": {"columns": ["is_new"]}})
    assert walk(mended, {dataset_id: frozen}).states()["fill"] == "cached"


def test_a_cached_step_whose_artifact_is_gone_is_executed_again(prepare: Any, walk: Walker, yard: Yard) -> None:
    dataset_id, frozen = prepare(mixed_frame())
    first = walk(prepared_chain(dataset_id), {dataset_id: frozen})
    yard.artifacts.delete(first.done["encode"].outputs["table"]["table"])  # type: ignore[attr-defined]
    states = walk(prepared_chain(dataset_id), {dataset_id: frozen}).states()
    assert (states["fill"], states["encode"], states["scale"]) == ("cached", "succeeded", "cached")


class FullDisk(LocalStore):
    """A local store on a disk that has room for so many more artifacts."""

    def __init__(self, root: Path, room: int) -> None:
        super().__init__(root)
        self.room = room

    def write(self, digest: str, path: Path) -> None:
        """Write while there is room."""
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= 1
        super().write(digest, path)


@pytest.mark.parametrize("room", range(4))
def test_a_full_disk_fails_the_step_and_leaves_nothing_half_written(
    prepare: Any, walk: Walker, yard: Yard, owner: Actor, tmp_path: Path, room: int
) -> None:
    dataset_id, frozen = prepare(mixed_frame())
    graph = chain(node("data", "dataset", dataset=dataset_id), node("drop", "drop_columns", columns=["size"]))
    root = yard.settings.data / "artifacts"
    full = replace(yard, artifacts=ArtifactStore(FullDisk(root, room), yard.settings.scratch))
    small = local_job(full, owner, tmp_path)
    with pytest.raises(StorageFull, match="The disk is full"):
        Walk(small, plan(graph), {dataset_id: frozen}).walk()
    assert "failed" in small.states().values()
    for path in root.rglob("*"):
        if path.is_file():
            yard.artifacts.read_bytes(path.name)  # raises when the bytes are not whole
    assert not list(yard.settings.scratch.glob("*"))
    assert set(walk(graph, {dataset_id: frozen}).states().values()) <= {"cached", "succeeded"}


def test_polars_wraps_a_full_disk_and_it_is_still_said(tmp_path: Path) -> None:
    from modelyard.workflows.keeping import full_disk_errors

    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with pytest.raises(StorageFull), full_disk_errors():
        mixed_frame(5000).write_parquet("/dev/full")


def test_tables_survive_being_kept(yard: Yard, tmp_path: Path) -> None:
    table = table_of(mixed_frame().rename({"weight": "split"}), target="label", task="classification", n_train=150)
    back = read_table(yard.artifacts, write_table(yard.artifacts, table), tmp_path)
    assert back.frame.equals(table.frame)
    assert back.schema == table.schema
    assert back.split is not None
    assert back.split.equals(table.split)
    empty = Table(table.frame.clear(), table.schema)
    assert read_table(yard.artifacts, write_table(yard.artifacts, empty), tmp_path).frame.equals(empty.frame)


PREPARING = [name for name, kind in family("node").kinds.items() if [p.shape for p in kind.outputs] == ["table"]]


@pytest.mark.parametrize("kind", sorted(set(PREPARING) - {"dataset", "split"}))
def test_nothing_is_learned_from_test_rows(kind: str) -> None:
    """Every preparing node, by existing: whatever the test rows say, the learned document is the same."""
    frame = mixed_frame(300)
    random = np.random.default_rng(1)
    schema = table_of(frame, target="label", task="classification", n_train=200).schema
    other = pl.concat(
        [
            frame[:200],
            pl.DataFrame(
                {
                    "size": random.normal(9e9, 1, 100),
                    "weight": [None] * 50 + [-1e12] * 50,
                    "count": [10**12] * 100,
                    "colour": ["unseen"] * 60 + [None] * 40,
                    "is_new": [None] * 100,
                    "bought": [None] * 100,
                    "label": ["never seen"] * 100,
                    "price": [None] * 100,
                },
                schema=frame.schema,
            ),
        ]
    )
    for parameters in PARAMETERS.get(kind, [{}]):
        made = family("node").parse({"kind": kind, **parameters})
        learned = [
            made.learn(Table(rows, schema, table_of(rows, n_train=200).split).rows("train")) for rows in (frame, other)
        ]
        assert learned[0] == learned[1]


PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "fill_missing": [{"number": "mean", "indicator": True}, {"number": "most_frequent"}, {}],
    "scale": [{"method": method} for method in ("standard", "min_max", "robust", "max_abs")],
    "encode_categories": [{}, {"method": "ordinal"}, {"max_categories": 2}],
    "date_features": [{"cyclic": True, "elapsed_days": True}],
    "drop_columns": [{"columns": ["size"]}],
}


def test_a_reference_is_recalled_with_its_chain(prepare: Any, walk: Walker, yard: Yard, tmp_path: Path) -> None:
    dataset_id, frozen = prepare(mixed_frame())
    job = walk(prepared_chain(dataset_id), {dataset_id: frozen})
    reference = job.done["scale"].outputs["table"]  # type: ignore[attr-defined]
    value = Keeper(yard.artifacts, tmp_path).recall(reference)
    assert [step.node["kind"] for step in value.steps] == ["fill_missing", "encode_categories", "scale"]
    raw, table = value.raw.get(), value.table.get()
    assert raw.frame.columns == mixed_frame().columns
    again: Table = raw
    for step in value.steps:
        again = family("node").parse(step.node).apply(again, step.learned)
    assert again.frame.equals(table.frame)
    assert read_json(yard.artifacts, reference["steps"])


def test_branches_share_what_is_before_them(prepare: Any, walk: Walker) -> None:
    dataset_id, frozen = prepare(mixed_frame())
    graph = prepared_chain(dataset_id)
    document = graph.document()
    document["nodes"].append(node("other", "scale", method="max_abs").model_dump())
    document["connections"].append({"from_node": "fill", "from_port": "table", "to_node": "other", "to_port": "table"})
    job = walk(Graph.read(document), {dataset_id: frozen})
    assert list(job.states()).count("fill") == 1
    assert job.states()["other"] == "succeeded"


def test_two_walks_at_once_keep_one_result_each(prepare: Any, yard: Yard, owner: Actor, tmp_path: Path) -> None:
    dataset_id, frozen = prepare(mixed_frame())
    jobs = [local_job(yard, owner, tmp_path / name) for name in ("one", "two")]

    def one(job: LocalJob) -> dict[str, Any]:
        return Walk(job, plan(prepared_chain(dataset_id)), {dataset_id: frozen}).walk()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, jobs)
    assert {node_id: done.outputs for node_id, done in first.items()} == {
        node_id: done.outputs for node_id, done in second.items()
    }
    with yard.readers() as session:
        assert session.scalar(select(func.count()).select_from(StepCache)) == len(first)
