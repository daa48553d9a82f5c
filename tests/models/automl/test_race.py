"""The race: any table gives a model, honest folds, the same again with the same seed, stop, resume, limits."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.columns import Splitting
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.models.automl.automl import Winner, search
from modelyard.models.automl.finish import choose
from modelyard.models.automl.options import Options
from modelyard.models.automl.pool import Entry
from modelyard.models.automl.portfolio import made
from modelyard.models.automl.race import Race
from modelyard.models.automl.task import task_of
from modelyard.models.chain import build_chain, load, save
from modelyard.runs.executors.local import LocalExecutor
from tests.models.automl.hosts import FolderHost, HereExecutor
from tests.models.automl.rows import classes, messy, messy_table, table_of

MEGABYTE = 1024**2
QUICK = ("lightgbm", "logistic_regression", "linear_regression")


def options(**changes: Any) -> Options:
    given = {"budget_seconds": 600.0, "memory_bytes": 4096 * MEGABYTE, "n_folds": 3, "engines": QUICK}
    return Options(**{**given, "max_candidates": 3, **changes})


def here(folder: Path) -> FolderHost:
    return FolderHost(folder, HereExecutor(folder / "calls"))


def won(table: Table, folder: Path, host: FolderHost | None = None, **changes: Any) -> tuple[Winner, FolderHost]:
    host = host or here(folder)
    files = folder / f"files-{time.monotonic_ns()}"
    files.mkdir(parents=True)
    return search(table, table, options(**changes), host, files), host


@dataclass(frozen=True)
class Raced:
    """A race that several tests look at, and where its pieces are kept."""

    table: Table
    winner: Winner
    host: FolderHost


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Raced]:
    """The race for a target of the messy table, run once."""

    @cache
    def race(target: str) -> Raced:
        table = messy_table(target)
        return Raced(table, *won(table, tmp_path_factory.mktemp(target)))

    return race


def predicted(winner: Winner, table: Table) -> Any:
    chain = build_chain([], winner.engine, winner.fitted, table)
    features = table.frame.drop(table.schema.target or "")
    answer = chain.predict(features).prediction
    return answer.probabilities if answer.probabilities is not None else answer.values


@pytest.mark.parametrize("target", ["label", "price"])
def test_a_table_as_it_is_becomes_a_model_that_is_kept_whole(
    raced: Callable[[str], Raced], target: str, tmp_path: Path
) -> None:
    table, winner, host = raced(target).table, raced(target).winner, raced(target).host
    chain = build_chain([], winner.engine, winner.fitted, table)
    assert {"code", "same"} <= set(chain.signature.ignored)
    features = table.frame.drop(target)
    before = chain.predict(features).prediction
    save(chain, tmp_path / "model.zip")
    after = load(tmp_path / "model.zip").predict(features).prediction
    np.testing.assert_array_equal(before.values, after.values)
    rows = [row for row in host.rows.values() if row["state"] == "succeeded"]
    assert {"prior", "ensemble"} <= {row["id"] for row in rows}
    assert any(row["label"] == "Default gradient boosting" for row in rows)
    prior = next(row["score"] for row in rows if row["id"] == "prior")
    best = next(row["score"] for row in rows if row["id"] == "ensemble")
    assert best > prior if target == "label" else best < prior
    assert all(row["fit_seconds"] and row["row_seconds"] and row["size_bytes"] for row in rows if row["id"] != "prior")


@pytest.mark.parametrize(
    ("frame", "target", "kinds"),
    [
        pytest.param(classes(180, 26), "letter", {}, id="26 classes"),
        pytest.param(
            pl.DataFrame({"shop": [f"s{i % 300}" for i in range(600)], "y": [float(i % 300 % 7) for i in range(600)]}),
            "y",
            {},
            id="300 categories",
        ),
        pytest.param(
            pl.DataFrame({"x": [i / 400 for i in range(400)], "y": ["yes" if i >= 380 else "no" for i in range(400)]}),
            "y",
            {},
            id="5 % positives, one feature",
        ),
        pytest.param(messy(10).select("size", "colour", "price"), "price", {}, id="10 rows of numbers"),
        pytest.param(messy(10).select("size", "colour", "label"), "label", {}, id="10 rows of classes"),
    ],
)
def test_tables_at_the_edge(frame: pl.DataFrame, target: str, kinds: dict[str, str], tmp_path: Path) -> None:
    task = "regression" if frame[target].dtype == pl.Float64 else "classification"
    table = table_of(frame, target, task, **kinds)
    winner, _ = won(table, tmp_path, max_candidates=2, n_folds=2)
    found = predicted(winner, table)
    assert len(found) == frame.height
    assert np.isfinite(found).all()


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    table = table_of(pl.DataFrame({"code": ["a", "b", "c"], "y": [1.0, 2.0, 4.0]}), "y", "regression", code="id")
    with pytest.raises(Invalid, match="identifiers, constant"):
        won(table, tmp_path)


def test_when_nothing_can_be_fitted_the_reason_is_said(tmp_path: Path) -> None:
    frame = messy(60).select("size", "label").with_columns(size=pl.lit(float("inf")))
    with pytest.raises(Invalid, match="infinite"):
        won(table_of(frame, "label", "classification"), tmp_path, engines=("lightgbm",))


def test_the_same_seed_gives_the_same_model(raced: Callable[[str], Raced], tmp_path: Path) -> None:
    table, first = raced("label").table, raced("label").winner
    second, _ = won(table, tmp_path)
    assert [row["id"] for row in first.trials] == [row["id"] for row in second.trials]
    np.testing.assert_array_equal(predicted(first, table), predicted(second, table))


def test_the_ensemble_is_not_worse_than_its_best_member(raced: Callable[[str], Raced]) -> None:
    winner = raced("price").winner
    scores = {row["label"]: row["score"] for row in winner.trials if row["score"] is not None}
    ensemble = next(row["score"] for row in winner.trials if row["id"] == "ensemble")
    others = [v for label, v in scores.items() if label not in ("First model", "Mean of the target")]
    assert ensemble <= min(others) + 1e-9


@pytest.mark.parametrize(("method", "column"), [("group", "owner"), ("time", "day")])
def test_folds_keep_to_the_split(method: Any, column: str, tmp_path: Path) -> None:
    frame = messy(200).with_columns(owner=pl.Series([f"o{i % 20}" for i in range(200)])).drop("price")
    splitting = Splitting(method=method, column=column)
    table = table_of(frame, "label", "classification", splitting=splitting, note="text", code="id", same="constant")
    files = tmp_path / "files"
    files.mkdir()
    task = task_of(table, table, files, n_folds=4, seed=0)
    for fold in task.folds:
        learned, scored = frame[column][fold.train], frame[column][fold.valid]
        if method == "group":
            assert not set(learned) & set(scored)
        else:
            assert learned.drop_nulls().max() <= scored.drop_nulls().min()  # type: ignore[operator]
    assert ("owner" in task.rows.schema.names) is (method == "time"), "new groups have no known value"
    if method == "time":
        assert len(task.folds[0].train) == max(len(fold.train) for fold in task.folds), "the latest is looked at first"


def test_stop_now_keeps_the_best_so_far(tmp_path: Path) -> None:
    def has_two(host: FolderHost) -> bool:
        return sum(row["state"] == "succeeded" and row["id"] != "prior" for row in host.rows.values()) >= 3

    host = here(tmp_path)
    host.is_asked_to_stop = has_two
    winner, _ = won(messy_table("label"), tmp_path, host, max_candidates=50, engines=())
    assert winner.fitted.classes == ("no", "yes")
    assert any(row["message"] == "Stopped when asked to." for row in winner.trials)
    assert sum(row["state"] == "succeeded" for row in winner.trials) < 10


def test_what_was_fitted_is_not_fitted_again(raced: Callable[[str], Raced], tmp_path: Path) -> None:
    table, first, host = raced("label").table, raced("label").winner, raced("label").host
    calls = len(host.executor().calls)  # type: ignore[attr-defined]  # ours is a HereExecutor
    shutil.copytree(host.folder / "pieces", tmp_path / "kept" / "pieces")
    again = FolderHost(tmp_path / "kept", HereExecutor(tmp_path / "again"))
    second, _ = won(table, tmp_path, again)
    refitted = [call for call in again.executor().calls if call.function.endswith("fit_folds")]  # type: ignore[attr-defined]
    assert calls > 0
    assert refitted == []
    np.testing.assert_array_equal(predicted(first, table), predicted(second, table))


KILLED = """
import sys
from pathlib import Path
from modelyard.runs.executors.local import LocalExecutor
from tests.models.automl.hosts import FolderHost
from tests.models.automl.rows import messy_table
from tests.models.automl.test_race import won
folder = Path(sys.argv[1])
(folder / "slots").mkdir()
won(messy_table("label"), folder, FolderHost(folder, LocalExecutor(folder / "slots", 2)), max_candidates=60, engines=())
"""


def test_a_killed_race_goes_on_with_what_it_has(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], env=environment)
    pieces = tmp_path / "pieces"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and len(list(pieces.glob("* fold */piece.json"))) < 2:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = {path.parent.name for path in pieces.glob("*/piece.json")} - {"progress"}
    assert len(kept) >= 2
    host = here(tmp_path)
    race = _race(messy_table("label"), tmp_path / "second", host, engines=(), max_candidates=60)
    assert race.clock.spent_before > 0, "the budget counts the time already spent"
    host.is_asked_to_stop = lambda h: sum(r["state"] == "succeeded" for r in h.rows.values()) > len(kept)
    race.explore()
    documents = {json.dumps(e.candidate.engine, sort_keys=True): e for e in race.pool.entries.values()}
    for call in host.executor().calls:  # type: ignore[attr-defined]
        entry = documents[json.dumps(call.arguments["engine"], sort_keys=True)]
        names = {f"{entry.candidate.id} fold {fold}" for fold in call.arguments["folds"]}
        assert not names & kept, "it was fitted already"
    assert all(race.pool.entries[name.split(" ")[0]].folds for name in kept)


def _race(table: Table, folder: Path, host: FolderHost, **changes: Any) -> Race:
    folder.mkdir(parents=True, exist_ok=True)
    given = options(**changes)
    return Race(task_of(table, table, folder, n_folds=given.n_folds, seed=0), given, host)


def _with_third(race: Race, engine: dict[str, Any]) -> Entry:
    """Put a candidate in the third place."""
    candidate = made("Heavy", engine, race.task.rows.schema, race.task.facts, cost=0.1)
    first, rest = list(race.pool.entries.items())[:2], list(race.pool.entries.items())[2:]
    race.pool.entries = {**dict(first), candidate.id: Entry(candidate), **dict(rest)}
    return race.pool.entries[candidate.id]


HEAVY = {"kind": "neural_network", "hidden_layers": [2000] * 7, "max_iter": 10_000, "early_stopping": False}


def test_a_candidate_over_its_memory_fails_with_its_reason_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The process of the tests has grown by all the tests before; that of a run has not.
    monkeypatch.setattr("modelyard.models.automl.memory._own_bytes", lambda: 250 * MEGABYTE)
    (tmp_path / "slots").mkdir()
    executor = LocalExecutor(tmp_path / "slots", 2)
    host = FolderHost(tmp_path, executor)
    race = _race(messy_table("label"), tmp_path / "files", host, budget_seconds=120.0, memory_bytes=1400 * MEGABYTE)
    heavy = _with_third(race, HEAVY)
    try:
        race.explore()
    finally:
        executor.close()
    assert heavy.state == "failed"
    assert "It needed more than" in (heavy.message or "")
    assert host.rows[heavy.candidate.id]["message"] == heavy.message
    assert len(race.pool.members(race.compared)) >= 2
    assert choose(race) is not None


def test_a_candidate_that_takes_too_long_ends_with_the_time(tmp_path: Path) -> None:
    (tmp_path / "slots").mkdir()
    executor = LocalExecutor(tmp_path / "slots", 2)
    host = FolderHost(tmp_path, executor)
    race = _race(messy_table("label"), tmp_path / "files", host, budget_seconds=12.0, max_candidates=None, n_folds=None)
    heavy = _with_third(race, {**HEAVY, "hidden_layers": [900, 900], "tol": 1e-12})
    race.begin()
    (tmp_path / "first").mkdir()
    race.fit_first(tmp_path / "first")
    try:
        race.explore()
    finally:
        executor.close()
    assert heavy.state in ("failed", "pruned")
    assert not heavy.folds
    assert choose(race) is not None, "there is a model whatever happened"
    assert race.clock.left > -2.5, "it was ended, not waited for"


def test_one_second_gives_a_first_model(tmp_path: Path) -> None:
    (tmp_path / "slots").mkdir()
    executor = LocalExecutor(tmp_path / "slots", 2)
    winner, _ = won(messy_table("label"), tmp_path, FolderHost(tmp_path, executor), budget_seconds=1.0, n_folds=None)
    assert executor._slots == []
    assert winner.fitted.classes == ("no", "yes")
    assert np.isfinite(predicted(winner, messy_table("label"))).all()


def test_a_small_host_tries_lightgbm_and_a_linear_engine_one_at_a_time(tmp_path: Path) -> None:
    table = messy_table("label")
    race = _race(table, tmp_path, here(tmp_path), memory_bytes=512 * MEGABYTE, engines=())
    assert race.memory.n_slots == 1
    assert {entry.candidate.engine["kind"] for entry in race.pool.entries.values()} == {
        "lightgbm",
        "logistic_regression",
    }


@pytest.mark.parametrize("target", ["label", "price"])
def test_distilling_gives_one_small_booster(raced: Callable[[str], Raced], target: str, tmp_path: Path) -> None:
    before = raced(target)
    shutil.copytree(before.host.folder / "pieces", tmp_path / "pieces")
    table = before.table
    winner, host = won(table, tmp_path, is_distilled=True)
    parts = winner.fitted.state["parts"]
    assert [part.engine.kind_name() for part in parts] == ["lightgbm"], "with the nodes for dates and text before it"
    row = host.rows["distilled"]
    assert row["score"] is not None
    assert row["size_bytes"] > 0
    prior = host.rows["prior"]["score"]
    assert row["score"] > prior if target == "label" else row["score"] < prior
    assert np.isfinite(predicted(winner, table)).all()
