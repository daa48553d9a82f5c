"""What a workflow scores is what the same scikit-learn code written by hand scores, engine by engine."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, r2_score, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from modelyard.data.columns import Schema
from modelyard.kernel.context import Actor
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.workflows import exporting, verbs
from modelyard.workflows.check import check
from modelyard.workflows.execute import Walk
from modelyard.workflows.export import script
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.graph import Graph
from modelyard.workflows.keeping import Keeper, read_json
from modelyard.workflows.ownership import facts_of
from modelyard.workflows.plan import plan
from modelyard.workflows.values import DatasetFacts, ModelValue
from tests.workflows.exported import assert_same_scores, executed
from tests.workflows.graphs import chain, node
from tests.workflows.local import LocalJob, add_dataset, local_job
from tests.workflows.tables import mixed_frame, schema_of

SEED = 7
NUMBERS, CATEGORIES = ["size", "weight", "count"], ["colour", "is_new"]
COMPOSED = {"ensemble"}
"""Made by AutoML of other engines, which are here."""
ENGINES = sorted(
    name
    for name, kind in family("engine").kinds.items()
    if kind.unavailable_reason() is None and name not in COMPOSED and not kind.reads_text
)
CASES = [
    (name, task)
    for name in ENGINES
    for task in ("classification", "regression")
    if task in family("engine").get(name).tasks
]


class Trained:
    """A walked workflow with one model."""

    def __init__(self, job: LocalJob, graph: Graph, done: dict[str, Any]) -> None:
        self.job, self.graph, self.done = job, graph, done
        value = Keeper(job.artifacts, job.scratch).recall(done["train"].outputs["model"])
        assert isinstance(value, ModelValue)
        self.model = value

    def metrics(self, node_id: str = "evaluate") -> dict[str, float]:
        """Return the metrics that a node showed."""
        with self.job.session() as session:
            from modelyard.workflows.tables import StepCache

            row = session.get(StepCache, (self.job.owner_id, self.done[node_id].key))
            assert row is not None
            shown = read_json(self.job.artifacts, row.result_hash)
        return {metric["name"]: metric["value"] for metric in shown["metrics"]}


Trainer = Callable[..., Trained]


@pytest.fixture(scope="module")
def trained(shared_yard: tuple[Yard, Actor], tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    yard, owner = shared_yard

    def do(make: Callable[[str], Graph], frame: pl.DataFrame, target: str, schema: Schema | None = None) -> Trained:
        with yard.context(owner) as ctx:
            row = add_dataset(ctx, frame, target=target, schema=schema)
            dataset_id, frozen = row.id, FrozenDataset.of(facts_of(row), ctx.artifacts)
        job, graph = local_job(yard, owner, tmp_path_factory.mktemp("walk")), make(dataset_id)
        return Trained(job, graph, Walk(job, plan(graph), {dataset_id: frozen}).walk())

    return do


@pytest.fixture(scope="module")
def plain(trained: Trainer) -> Callable[[str, str], Trained]:
    """The engine as it is, trained once for all tests that look at what became of it."""

    @cache
    def do(name: str, task: str) -> Trained:
        return trained(lambda at: graph_of(at, {"kind": name}), *rows_of(task))

    return do


def rows_of(task: str) -> tuple[pl.DataFrame, str]:
    """Return rows with one target, and its name."""
    drop, target = ("price", "label") if task == "classification" else ("label", "price")
    return mixed_frame(300).drop(drop), target


def held_out(frame: pl.DataFrame) -> tuple[Any, Any]:
    """Return the places of the training and of the test rows, as scikit-learn splits them."""
    train, test = train_test_split(np.arange(frame.height), test_size=0.2, random_state=SEED)
    return train, test


def graph_of(dataset_id: str, engine: dict[str, Any]) -> Graph:
    return chain(
        node("data", "dataset", dataset=dataset_id),
        node("drop", "drop_columns", columns=["bought"]),
        node("split", "split", seed=SEED),
        node("fill", "fill_missing"),
        node("scale", "scale", columns=NUMBERS),
        node("encode", "encode_categories"),
        node("train", "train", engine=engine, seed=SEED),
        ends=(node("evaluate", "evaluate"), node("visualise", "visualise")),
    )


def by_hand(name: str, task: str, frame: pl.DataFrame, target: str) -> tuple[float, ...]:
    """Fit and score the pipeline that a person would write."""
    x, y = frame.drop("bought", target), frame[target].to_numpy()
    train, test = held_out(frame)
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), list(range(len(NUMBERS)))),
            (
                "categories",
                make_pipeline(
                    SimpleImputer(strategy="most_frequent", missing_values=None),
                    OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                ),
                list(range(len(NUMBERS), len(NUMBERS) + len(CATEGORIES))),
            ),
        ]
    )
    rows = np.array([list(row) for row in x.select(NUMBERS + CATEGORIES).rows()], dtype=object)
    rows[:, : len(NUMBERS)] = x.select(NUMBERS).cast(pl.Float64).to_numpy()
    model = Pipeline([("columns", columns), ("model", estimator(name, task))]).fit(rows[train], y[train])
    predicted = model.predict(rows[test])
    if task == "classification":
        return (accuracy_score(y[test], predicted),)
    return r2_score(y[test], predicted), root_mean_squared_error(y[test], predicted)


class Numbered(ClassifierMixin, BaseEstimator):
    """XGBoost takes classes as numbers only."""

    def __init__(self, model: Any = None) -> None:
        self.model = model

    def fit(self, x: Any, y: Any) -> "Numbered":
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.model.fit(x, codes)
        return self

    def predict(self, x: Any) -> Any:
        return self.classes_[self.model.predict(x)]


def estimator(name: str, task: str) -> Any:
    import catboost
    import lightgbm
    import xgboost
    from sklearn import calibration, compose, ensemble, linear_model, naive_bayes, neighbors, neural_network, svm, tree

    is_class = task == "classification"
    suffix = "Classifier" if is_class else "Regressor"
    seeded, silent = {"random_state": SEED}, {"verbose": False, "allow_writing_files": False, "thread_count": 1}

    def scaled(model: Any) -> Any:
        return compose.TransformedTargetRegressor(model, transformer=StandardScaler())

    made: dict[str, Callable[[], Any]] = {
        "logistic_regression": lambda: linear_model.LogisticRegression(max_iter=1000, **seeded),
        "linear_regression": lambda: linear_model.Ridge(**seeded),
        "decision_tree": lambda: getattr(tree, f"DecisionTree{suffix}")(max_depth=5, **seeded),
        "random_forest": lambda: getattr(ensemble, f"RandomForest{suffix}")(**seeded),
        "extra_trees": lambda: getattr(ensemble, f"ExtraTrees{suffix}")(**seeded),
        "svm": lambda: (
            calibration.CalibratedClassifierCV(svm.SVC(), ensemble=False, cv=5) if is_class else scaled(svm.SVR())
        ),
        "k_neighbours": lambda: getattr(neighbors, f"KNeighbors{suffix}")(),
        "naive_bayes": naive_bayes.GaussianNB,
        "neural_network": lambda: (
            neural_network.MLPClassifier(early_stopping=True, **seeded)
            if is_class
            else scaled(neural_network.MLPRegressor(early_stopping=True, **seeded))
        ),
        "hist_gradient_boosting": lambda: getattr(ensemble, f"HistGradientBoosting{suffix}")(**seeded),
        "lightgbm": lambda: getattr(lightgbm, f"LGBM{suffix}")(verbosity=-1, n_jobs=1, **seeded),
        "catboost": lambda: getattr(catboost, f"CatBoost{suffix}")(n_estimators=500, random_seed=SEED, **silent),
        "xgboost": lambda: (
            Numbered(xgboost.XGBClassifier(learning_rate=0.1, n_jobs=1, **seeded))
            if is_class
            else xgboost.XGBRegressor(learning_rate=0.1, n_jobs=1, **seeded)
        ),
    }
    assert name in made, f"write down by hand what {name} is"
    return made[name]()


@pytest.mark.parametrize(("name", "task"), CASES)
def test_the_hold_out_score_is_that_of_scikit_learn_by_hand(
    plain: Callable[[str, str], Trained], name: str, task: str
) -> None:
    metrics = plain(name, task).metrics()
    ours = (metrics["accuracy"],) if task == "classification" else (metrics["r2"], metrics["rmse"])
    assert ours == pytest.approx(by_hand(name, task, *rows_of(task)), abs=1e-6)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_the_chain_from_raw_columns_scores_the_same(plain: Callable[[str, str], Trained], name: str, task: str) -> None:
    made, (frame, target) = plain(name, task), rows_of(task)
    _, test = held_out(frame)
    answer = made.model.chain.predict(frame[test].drop(target))
    prepared = made.model.prepared.get().rows("test")
    direct = made.model.chain.engine.predict(made.model.chain.fitted, prepared.frame)
    assert list(answer.prediction.values) == list(direct.values)


RAW_CASES = [case for case in CASES if family("engine").get(case[0]).takes_categories]
METHODS = [
    {"method": "random"},
    {"method": "group", "group_column": "count"},
    {"method": "time", "time_column": "bought"},
]


def assert_the_script_scores_the_same(made: Trained, frame: pl.DataFrame, target: str, folder: Path) -> None:
    schema = schema_of(frame, target=target, task="classification" if target == "label" else "regression")
    facts = DatasetFacts("any", "any", "ready", "0" * 64, frame.height, schema)
    found = check(made.graph, lambda _: facts)
    assert not found.has_errors, found.problems
    frame.write_parquet(folder / "rows.parquet")
    printed = executed(script(made.graph, found.schemas), {"rows": folder / "rows.parquet"}, folder / "script")
    assert_same_scores([made.metrics()], printed)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_the_exported_script_scores_the_same(
    plain: Callable[[str, str], Trained], tmp_path: Path, name: str, task: str
) -> None:
    assert_the_script_scores_the_same(plain(name, task), *rows_of(task), tmp_path)


@pytest.mark.parametrize("split", METHODS, ids=lambda split: split["method"])
def test_the_exported_script_of_the_other_nodes_scores_the_same(
    trained: Trainer, tmp_path: Path, split: dict[str, Any]
) -> None:
    frame = mixed_frame(300).drop("label")

    def make(dataset_id: str) -> Graph:
        dates = {"parts": ["year", "month", "hour"], "cyclic": True, "elapsed_days": True, "keep": True}
        return chain(
            node("data", "dataset", dataset=dataset_id),
            node("split", "split", seed=3, validation_fraction=0.1, **split),
            node("dates", "date_features", **dates),
            node("drop", "drop_columns", columns=["bought"]),
            node("fill", "fill_missing", number="mean", category="constant", indicator=True),
            node("ordinal", "encode_categories", columns=["is_new"], method="ordinal"),
            node("robust", "scale", columns=["size"], method="robust"),
            node("rest", "scale", method="min_max"),
            node("encode", "encode_categories", max_categories=3),
            node("train", "train", engine={"kind": "linear_regression"}),
            ends=(node("evaluate", "evaluate"),),
        )

    assert_the_script_scores_the_same(trained(make, frame, "price"), frame, "price", tmp_path)


@pytest.mark.parametrize(("name", "task"), RAW_CASES)
def test_the_exported_script_with_raw_categories_and_gaps_scores_the_same(
    trained: Trainer, tmp_path: Path, name: str, task: str
) -> None:
    frame, target = rows_of(task)
    frame = frame.drop("bought")

    def make(dataset_id: str) -> Graph:
        weight = {"class_weight": "balanced"} if task == "classification" else {}
        method = "stratified" if task == "classification" else "random"
        return chain(
            node("data", "dataset", dataset=dataset_id),
            node("split", "split", method=method, validation_fraction=0.1),
            node("train", "train", engine={"kind": name}, **weight),
            ends=(node("evaluate", "evaluate"),),
        )

    assert_the_script_scores_the_same(trained(make, frame, target), frame, target, tmp_path)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_no_value_of_a_test_row_reaches_the_model(
    plain: Callable[[str, str], Trained], trained: Trainer, name: str, task: str
) -> None:
    """Other test rows, the same model: predictions, signature and what it learned from do not move."""
    frame, target = rows_of(task)
    _, test = held_out(frame)
    is_test = pl.int_range(pl.len()).is_in(test.tolist())
    other = frame.with_columns(
        pl.when(is_test).then(pl.lit(1e9)).otherwise("size").alias("size"),
        pl.when(is_test).then(pl.lit(None)).otherwise("weight").alias("weight"),
        pl.when(is_test).then(pl.lit("unseen")).otherwise("colour").alias("colour"),
        pl.when(is_test).then(frame[target].reverse()).otherwise(target).alias(target),
    )
    first = plain(name, task)
    second = trained(lambda at: graph_of(at, {"kind": name}), other, target, schema_of(frame))
    probe = frame[:40].drop(target)
    assert list(first.model.chain.predict(probe).prediction.values) == list(
        second.model.chain.predict(probe).prediction.values
    )
    for part in ("signature", "steps"):
        assert first.model.draft[part] == second.model.draft[part]
    learned, other_learned = (dict(each.model.draft["training_profile"]) for each in (first, second))
    # What it predicts for the test rows is kept beside what it learned from: new rows are compared with both.
    assert learned.pop("prediction")["split"] == other_learned.pop("prediction")["split"] == "test"
    assert learned == other_learned


def test_a_class_seen_only_in_the_test_rows_is_scored_not_fatal(trained: Trainer) -> None:
    frame = mixed_frame(100).drop("price", "bought")
    frame = frame.with_columns(
        count=pl.int_range(pl.len()), label=pl.when(pl.int_range(pl.len()) > 90).then(pl.lit("late")).otherwise("label")
    )

    def make(dataset_id: str) -> Graph:
        return chain(
            node("data", "dataset", dataset=dataset_id),
            node("split", "split", method="time", time_column="count"),
            node("train", "train"),
            ends=(node("evaluate", "evaluate"), node("visualise", "visualise")),
        )

    metrics = trained(make, frame, "label").metrics()
    assert 0 <= metrics["accuracy"] <= 1


def test_infinite_values_are_said_and_filled_when_asked(trained: Trainer) -> None:
    from modelyard.kernel.errors import Invalid

    frame = (
        mixed_frame(120)
        .drop("label", "bought")
        .with_columns(size=pl.when(pl.int_range(pl.len()) % 10 == 0).then(float("inf")).otherwise("size"))
    )

    def make(dataset_id: str, *between: Any) -> Graph:
        return chain(
            node("data", "dataset", dataset=dataset_id),
            node("split", "split"),
            *between,
            node("train", "train"),
            ends=(node("evaluate", "evaluate"),),
        )

    with pytest.raises(Invalid, match="Train: LightGBM cannot take infinite values"):
        trained(make, frame, "price")
    filled = trained(lambda at: make(at, node("fill", "fill_missing")), frame, "price")
    assert filled.metrics()["rmse"] > 0


def test_evaluating_rows_that_are_not_there_is_said(trained: Trainer) -> None:
    from modelyard.kernel.errors import Invalid

    def make(dataset_id: str) -> Graph:
        return chain(
            node("data", "dataset", dataset=dataset_id),
            node("split", "split"),
            node("drop", "drop_columns", columns=["bought"]),
            node("train", "train"),
            ends=(node("evaluate", "evaluate", split="validation"),),
        )

    with pytest.raises(Invalid, match="There are no validation rows"):
        trained(make, mixed_frame(100).drop("price"), "label")


def test_a_verb_exports_the_script(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        dataset = add_dataset(ctx, mixed_frame(), target="label")
        workflow = verbs.create_workflow(ctx, "x", dataset=dataset.id)
        text = exporting.export_code(ctx, workflow.id)
    compile(text, "workflow.py", "exec")
    assert "train_test_split(" in text
    assert "LGBMClassifier" in text
