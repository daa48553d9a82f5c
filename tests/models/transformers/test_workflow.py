"""A checkpoint of the yard is fine-tuned on the canvas, its files frozen by hash; exported code gives the same."""

import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil
import pytest

from modelyard.access.verbs import register
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard
from modelyard.models.chain import load
from modelyard.models.checkpoints import frozen_checkpoints
from modelyard.models.verbs import fetch_model_file, get_model
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from modelyard.runs.verbs import cancel_run, get_run, submit
from modelyard.workflows import verbs
from modelyard.workflows.check import check
from modelyard.workflows.export import script
from modelyard.workflows.graph import Graph
from modelyard.workflows.jobs.workflow import RunWorkflow
from modelyard.workflows.ownership import facts_of
from modelyard.workflows.results import node_states
from tests.models.rows import schema_of
from tests.models.transformers.tiny import checkpoint, labelled
from tests.workflows.graphs import chain, node
from tests.workflows.local import add_dataset

ENGINE: dict[str, Any] = {
    "kind": "transformers", "max_tokens": 16, "epochs": 3, "learning_rate": 0.003, "batch_size": 16,
}  # fmt: skip


def reviews(n: int = 120) -> pl.DataFrame:
    texts, names = labelled(n)
    return pl.DataFrame({"review": texts, "stars": [float(i % 5) for i in range(n)], "verdict": names})


@pytest.fixture
def dataset(yard: Yard, owner: Actor) -> Any:
    frame = reviews()
    with yard.context(owner) as ctx:
        row = add_dataset(ctx, frame, target="verdict", schema=schema_of(frame, review="text"))
        return facts_of(row)


ENDS = (node("evaluate", "evaluate"), node("visualise", "visualise"))


def graph_of(
    dataset_id: str, engine: dict[str, Any], kind: str = "train", ends: tuple[Any, ...] = ENDS, **more: Any
) -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id),
        node("split", "split", method="stratified", seed=3),
        node("train", kind, engine=engine, seed=5, **more),
        ends=ends,
    )


@pytest.fixture
def start(yard: Yard, owner: Actor) -> Callable[..., str]:
    def do(graph: Graph) -> str:
        with yard.context(owner) as ctx:
            workflow_id = verbs.create_workflow(ctx, "Reviews", graph=graph).id
            return submit(ctx, RunWorkflow(workflow=workflow_id)).id

    return do


def test_from_the_canvas_to_a_model_and_the_same_from_exported_code(
    yard: Yard, owner: Actor, base: str, dataset: Any, start: Callable[..., str], tmp_path: Path
) -> None:
    engine = {**ENGINE, "checkpoint": base, "epochs": 12, "early_stopping": True, "validation_fraction": 0.2}
    graph = graph_of(dataset.id, engine, class_weight="balanced")
    run = drive(yard, start(graph))
    assert run.state == "succeeded", run.error
    assert run.result is not None
    with yard.context(owner) as ctx:
        model = get_model(ctx, run.result["models"]["train"])
        assert [item["name"] for item in model.signature["inputs"]] == ["review"]
        assert set(model.signature["ignored"]) == {"stars", "verdict"}
        assert model.parameters["checkpoint_source"] == get_model(ctx, base).artifact_hash
        accuracy = next(m for m in model.metrics if m["name"] == "accuracy" and m["split"] == "test")
        assert accuracy["value"] > 0.8
        assert any("fault of the product" in str(chart["unavailable"]) for chart in model.charts) is False
        states = node_states(ctx, str(run.subject_id))
        assert {state.freshness for state in states.values()} == {"fresh"}
        chain_file = fetch_model_file(ctx, model.id, tmp_path)
        made = load(chain_file)
        base_file = fetch_model_file(ctx, base, tmp_path)
    folder = tmp_path / "checkpoint"
    with zipfile.ZipFile(base_file) as archive:
        for name in archive.namelist():
            if name.startswith("engine/"):
                folder.mkdir(exist_ok=True)
                (folder / Path(name).name).write_bytes(archive.read(name))

    found = check(graph, {dataset.id: dataset}.get)
    assert not found.has_errors, found.problems
    code = script(graph, found.schemas).replace(repr(base), repr(str(folder)))
    code += "\nframe.write_parquet('seen.parquet')"
    code += "\nnp.save('probabilities.npy', estimator.predict_proba(matrix(frame, features, categories)))\n"
    assert "modelyard" not in code.split('"""', 2)[2].lower()
    (tmp_path / "workflow.py").write_text(code)
    reviews().write_parquet(tmp_path / "rows.parquet")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "workflow.py", "rows.parquet"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs = np.load(tmp_path / "probabilities.npy")
    seen = pl.read_parquet(tmp_path / "seen.parquet")
    assert sorted(seen["review"]) == sorted(reviews()["review"])
    ours = made.predict(seen.drop("verdict")).prediction.probabilities
    np.testing.assert_allclose(theirs, ours, atol=1e-5)


@pytest.mark.usefixtures("one_core")
def test_a_search_over_learning_rates_and_a_folder_as_checkpoint(
    yard: Yard, owner: Actor, dataset: Any, start: Callable[..., str]
) -> None:
    checkpoint(yard.settings.data / "checkpoints" / "mine", scale=1.0, is_base=True)
    engine = {**ENGINE, "checkpoint": "mine", "epochs": 1}
    tuned = graph_of(dataset.id, engine, "tune", (), n_trials=2, n_folds=2, tuned=["learning_rate"])
    run = drive(yard, start(tuned))
    assert run.state == "succeeded", run.error
    assert run.result is not None
    with yard.context(owner) as ctx:
        model = get_model(ctx, run.result["models"]["train"])
        assert len(model.trials) == 2
        assert model.parameters["checkpoint_source"].startswith(str(yard.settings.data / "checkpoints" / "mine"))


@pytest.mark.parametrize("named", ["md_nothere", "../../etc", "/etc", "absent", "..", "mine/../../x"])
def test_a_checkpoint_that_is_not_there_is_refused_with_its_node(
    dataset: Any, start: Callable[..., str], named: str
) -> None:
    with pytest.raises(Invalid, match="There is no checkpoint") as caught:
        start(graph_of(dataset.id, {**ENGINE, "checkpoint": named, "checkpoint_source": "/etc"}))
    assert caught.value.fields[0].path == ("graph", "nodes", "train", "engine", "checkpoint")


def test_what_a_document_says_of_its_files_is_never_believed(yard: Yard, owner: Actor, base: str, dataset: Any) -> None:
    with yard.context(owner) as ctx:
        digest = get_model(ctx, base).artifact_hash
    lying = {**ENGINE, "checkpoint": base, "checkpoint_source": "/etc@0"}
    with yard.context(owner) as ctx:
        workflow_id = verbs.create_workflow(ctx, "R", graph=graph_of(dataset.id, lying)).id
        spec = submit(ctx, RunWorkflow(workflow=workflow_id)).spec
        [train] = [each for each in spec["graph"]["nodes"] if each["id"] == "train"]
        assert train["parameters"]["engine"]["checkpoint_source"] == digest
        member = frozen_checkpoints(ctx, {"engine": {"kind": "ensemble", "members": [{"engine": lying}]}})
        assert member["engine"]["members"][0]["engine"]["checkpoint_source"] == digest
        unnamed = frozen_checkpoints(ctx, {"engine": {**ENGINE, "checkpoint_source": "/etc@0"}})
        assert unnamed["engine"]["checkpoint_source"] is None


def test_another_user_s_checkpoint_is_not_there(yard: Yard, owner: Actor, base: str) -> None:
    with yard.context(ANONYMOUS) as ctx:
        user = register(ctx, email="stranger@example.com", password="a long enough pass phrase 7", name="S")
        stranger = replace(owner, id=user.id, name="S", is_owner=False)
    with yard.context(stranger) as ctx, pytest.raises(Invalid, match="There is no checkpoint"):
        frozen_checkpoints(ctx, {"engine": {**ENGINE, "checkpoint": base}})


def test_a_fine_tuning_is_cancelled_in_the_middle_of_a_step(
    yard: Yard, owner: Actor, base: str, dataset: Any, start: Callable[..., str]
) -> None:
    run_id = start(graph_of(dataset.id, {**ENGINE, "checkpoint": base, "epochs": 100}))
    driver = threading.Thread(target=drive, args=(yard, run_id))
    driver.start()
    deadline = time.monotonic() + 120
    while "Step " not in look(yard, owner, run_id).message:
        assert time.monotonic() < deadline, look(yard, owner, run_id).message
        time.sleep(0.05)
    children = children_of_runs()
    assert children
    with yard.context(owner) as ctx:
        cancel_run(ctx, run_id)
    driver.join(timeout=60)
    assert look(yard, owner, run_id).state == "cancelled"
    assert not any(psutil.pid_exists(child) for child in children)


def children_of_runs() -> set[int]:
    """Return the processes of runs and what they started."""
    runs = [child for child in psutil.Process().children() if "modelyard.runs.child" in child.cmdline()]
    return {process.pid for run in runs for process in (run, *run.children(recursive=True))}


def look(yard: Yard, owner: Actor, run_id: str) -> Run:
    with yard.context(owner, writes=False) as ctx:
        return get_run(ctx, run_id)
