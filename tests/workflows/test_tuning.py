"""Cross-validation and tuning: honest folds, trials that are told, kept, pruned and ended from outside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_validate, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from modelyard.data.columns import Splitting
from modelyard.data.frames import Table
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.models.folds import folds
from modelyard.workflows.check import check
from modelyard.workflows.execute import Walk
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.graph import Graph
from modelyard.workflows.keeping import read_json
from modelyard.workflows.ownership import facts_of
from modelyard.workflows.plan import plan
from modelyard.workflows.tables import StepCache
from tests.workflows.graphs import chain, facts, known, node
from tests.workflows.local import LocalJob, add_dataset, local_job
from tests.workflows.tables import schema_of, table_of

SEED = 3
LOGISTIC = {"kind": "logistic_regression"}


def frame_of(n: int = 240, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    x, z = random.normal(size=n), random.normal(size=n) * 40
    label = np.where(x + z / 40 + random.normal(size=n) > 0, "yes", "no")
    return pl.DataFrame({"x": x, "z": z, "label": label})


class Walked:
    """A walked graph whose last node is `last`."""

    def __init__(self, job: LocalJob, done: dict[str, Any]) -> None:
        self.job, self.done = job, done

    def shown(self, node_id: str = "last") -> dict[str, Any]:
        with self.job.session() as session:
            row = session.get(StepCache, (self.job.owner_id, self.done[node_id].key))
            assert row is not None
            found: dict[str, Any] = read_json(self.job.artifacts, row.result_hash)
            return found

    def draft(self) -> dict[str, Any]:
        found: dict[str, Any] = read_json(self.job.artifacts, self.done["last"].outputs["model"]["draft"])
        return found

    def trials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.shown()["trials"]
        return found


Walker = Callable[..., Walked]


@pytest.fixture
def job(yard: Yard, owner: Actor, tmp_path: Path) -> LocalJob:
    return local_job(yard, owner, tmp_path)


@pytest.fixture
def walked(yard: Yard, owner: Actor, job: LocalJob) -> Walker:
    def do(last: Any, frame: pl.DataFrame | None = None, target: str = "label", **split: Any) -> Walked:
        with yard.context(owner) as ctx:
            row = add_dataset(ctx, frame_of() if frame is None else frame, target=target)
            dataset_id, frozen = row.id, FrozenDataset.of(facts_of(row), ctx.artifacts)
        graph = chain(
            node("data", "dataset", dataset=dataset_id),
            node("split", "split", seed=SEED, **split),
            node("scale", "scale"),
            last,
        )
        return Walked(job, Walk(job, plan(graph), {dataset_id: frozen}).walk())

    return do


def tune(**parameters: Any) -> Any:
    given = {"engine": LOGISTIC, "n_trials": 6, "n_folds": 2, "seed": SEED, **parameters}
    return node("last", "tune", **given)


def test_cross_validation_is_that_of_scikit_learn(walked: Walker) -> None:
    frame = frame_of()
    found = walked(node("last", "train", engine=LOGISTIC, seed=SEED, cross_validation=4), method="stratified")
    folded = {m["name"]: m for m in found.shown()["metrics"] if m["split"] == "folds"}
    train, _ = train_test_split(
        np.arange(frame.height), test_size=0.2, random_state=SEED, stratify=frame["label"].to_numpy()
    )
    x, y = frame.select("x", "z").to_numpy()[train], frame["label"].to_numpy()[train]
    pipe = make_pipeline(make_column_transformer((StandardScaler(), [0, 1])), LogisticRegression(max_iter=1000))
    folds_of = StratifiedKFold(4, shuffle=True, random_state=SEED)
    expected = cross_validate(pipe, x, y, cv=folds_of, scoring={"accuracy": "accuracy", "roc_auc": "roc_auc"})
    for name in ("accuracy", "roc_auc"):
        assert folded[name]["value"] == pytest.approx(expected[f"test_{name}"].mean(), abs=1e-9)
        low, high = folded[name]["interval"]
        assert 0 <= low < folded[name]["value"] < high <= 1
    assert {m["split"] for m in found.shown()["metrics"]} == {"test", "folds"}


def test_folds_keep_groups_together_and_time_in_order() -> None:
    random = np.random.default_rng(0)
    frame = pl.DataFrame({"g": random.integers(0, 9, 60), "t": random.permutation(60), "y": random.normal(size=60)})
    table = table_of(frame, target="y", task="regression")

    def with_structure(method: Any, column: str) -> Table:
        schema = table.schema.model_copy(update={"splitting": Splitting(method=method, column=column)})
        return Table(frame, schema)

    for fold in folds(given := with_structure("group", "g"), given, n_folds=3):
        assert not set(frame["g"].gather(fold.train)) & set(frame["g"].gather(fold.valid))
    for fold in folds(given := with_structure("time", "t"), given, n_folds=3):
        assert frame["t"].gather(fold.train).max() < frame["t"].gather(fold.valid).min()  # type: ignore[operator]
    scored = np.concatenate([fold.valid for fold in folds(table, table, n_folds=3)])
    assert sorted(scored) == list(range(60))


@pytest.mark.parametrize("n", [1, 3])
def test_rows_that_are_too_few_for_the_folds_say_so(n: int) -> None:
    table = table_of(pl.DataFrame({"y": [float(i) for i in range(n)]}), target="y", task="regression")
    with pytest.raises(Invalid, match="folds"):
        folds(table, table, n_folds=5)


def test_tuning_finds_what_is_best_of_its_trials_and_trains_it(walked: Walker) -> None:
    found = walked(tune())
    trials = found.trials()
    assert len(trials) == 6
    whole = [trial for trial in trials if trial["state"] == "succeeded"]
    assert trials[0] == max(whole, key=lambda trial: trial["score"])
    assert {trial["metric"] for trial in trials} == {"ROC AUC"}
    assert "As set here" in {trial["label"] for trial in trials}
    assert found.draft()["trials"] == trials
    assert found.draft()["parameters"]["kind"] == "logistic_regression"
    assert set(found.job.trials["last"]) == {trial["id"] for trial in trials}


def test_the_same_seed_tries_the_same(walked: Walker, job: LocalJob) -> None:
    first = walked(tune(budget_seconds=None))
    with job.session() as session:
        session.query(StepCache).delete()
    second = walked(tune(budget_seconds=None))
    plain = [{k: v for k, v in trial.items() if "seconds" not in k} for trial in first.trials()]
    assert plain == [{k: v for k, v in trial.items() if "seconds" not in k} for trial in second.trials()]


def test_stop_now_keeps_the_best_so_far(walked: Walker, job: LocalJob) -> None:
    job.finishes_after = 2
    found = walked(tune(n_trials=500))
    assert 2 <= len(found.trials()) < 20
    assert found.draft()["artifact_hash"]


def test_a_budget_that_is_spent_ends_the_search(walked: Walker) -> None:
    found = walked(tune(n_trials=1000, budget_seconds=3.0))
    assert len(found.trials()) < 1000


def test_a_budget_too_short_for_one_trial_trains_the_engine_as_it_is_set(walked: Walker) -> None:
    found = walked(tune(budget_seconds=0.05))
    assert {trial["state"] for trial in found.trials()} <= {"pruned"}
    assert found.draft()["parameters"]["strength"] == 1.0


def test_a_search_that_was_killed_goes_on_with_the_trials_it_has(walked: Walker, job: LocalJob) -> None:
    class KilledError(Exception):
        pass

    def die(node_id: str, row: dict[str, Any]) -> None:
        if len(job.ended_trials()) >= 4:
            raise KilledError
        LocalJob.trial(job, node_id, row)

    job.trial = die  # type: ignore[method-assign]
    with pytest.raises(KilledError):
        walked(tune(n_trials=8))
    before = job.ended_trials()
    del job.trial  # type: ignore[method-assign]
    job.trials.clear()
    found = walked(tune(n_trials=8))
    after = {trial["id"]: trial for trial in found.trials()}
    assert len(after) == 8
    for trial in before:
        assert after[trial["id"]] == trial  # its times too: it was not fitted again


def test_trials_that_cannot_be_fitted_say_why_and_cost_nothing_else(walked: Walker) -> None:
    frame = frame_of().with_columns(pl.when(pl.int_range(pl.len()) == 0).then(None).otherwise(pl.col("x")).alias("x"))
    with pytest.raises(Invalid, match="No trial could be fitted"):
        walked(tune(), frame)


def test_a_regression_is_tuned_by_rmse(walked: Walker) -> None:
    frame = frame_of().with_columns(pl.col("z").alias("label") * 2 + pl.col("x"))
    found = walked(tune(engine={"kind": "linear_regression", "penalty": "ridge"}, n_trials=3), frame)
    assert {trial["metric"] for trial in found.trials()} == {"RMSE"}
    scores = [trial["score"] for trial in found.trials() if trial["state"] == "succeeded"]
    assert scores == sorted(scores)


def problems(graph: Graph) -> list[str]:
    schema = schema_of(frame_of(), target="label", task="classification")
    return [problem.message for problem in check(graph, known(facts(schema))).problems]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"tuned": []}, "nothing to tune"),
        ({"tuned": ["max_iterations"]}, "no parameter that can be tuned"),
        ({"metric": "rmse"}, "RMSE is for numbers"),
        ({"n_trials": 0}, "greater than or equal to 1"),
        ({"budget_seconds": -1}, "greater than 0"),
        ({"n_folds": 1}, "greater than or equal to 2"),
        ({"engine": {"kind": "k_means"}}, "groups rows without a target"),
    ],
)
def test_a_search_that_makes_no_sense_is_a_problem_before_the_run(parameters: dict[str, Any], told: str) -> None:
    graph = chain(node("data", "dataset", dataset="ds_1"), node("split", "split"), tune(**parameters))
    assert any(told in message for message in problems(graph)), problems(graph)


def test_every_engine_that_states_ranges_can_be_tuned() -> None:
    from modelyard.models.search_space import search_space

    spaces = {
        name: search_space(kind, task)
        for name, kind in family("engine").kinds.items()
        for task in kind.tasks
        if task != "clustering"
    }
    assert sum(bool(space) for space in spaces.values()) >= 10


def test_exported_code_has_what_the_search_found() -> None:
    parsed = family("node").parse({"kind": "tune", "engine": LOGISTIC})
    found = {"parameters": {"kind": "logistic_regression", "strength": 0.125, "seed": 3, "class_weight": "none"}}
    assert "8.0" in parsed.code_found(found)
    assert parsed.code_found(found) != parsed.code()
