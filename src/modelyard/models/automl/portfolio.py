"""Strong first configurations, in an order that suits the table and the memory there is."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.data.columns import Schema
from modelyard.kernel.kinds import family
from modelyard.models.automl.candidate import Candidate
from modelyard.models.automl.facts import LIBRARY_BYTES, MEGABYTE, Facts
from modelyard.models.engine import Engine
from modelyard.models.preparation import Style, preparation

SMALL_HOST_BYTES = 700 * MEGABYTE
"""With less memory only LightGBM and a linear engine are tried, one at a time."""
MAX_STEPS = 3000
"""Most trees of a booster whose number of trees validation rows choose."""
MANY_CLASSES = 8
"""From so many on, what costs the same for any number of classes comes first."""
NODE_BYTES = 64
FOREST_BYTES = 80 * MEGABYTE
"""What the trees of a forest may take; they are held twice while they are written."""
STYLES: dict[str, Style] = {
    "lightgbm": "native",
    "catboost": "native",
    "xgboost": "native",
    "hist_gradient_boosting": "native",
    "extra_trees": "ordinal",
    "random_forest": "ordinal",
    "decision_tree": "ordinal",
}
"""Which preparation each engine takes; engines not named here take the dense one."""
_XGBOOST = {
    "n_estimators": MAX_STEPS,
    "learning_rate": 0.05,
    "max_depth": 7,
    "subsample": 0.85,
    "colsample_bytree": 0.7,
    "min_child_weight": 2.0,
}
_SMALL_TREES = {"num_leaves": 8, "colsample_bytree": 0.5, "reg_lambda": 5.0}
_LARGE_TREES = {"num_leaves": 96, "min_child_samples": 8, "colsample_bytree": 0.7}
_LEAN = {"border_count": 128, "one_hot_max_size": 8}
_DEEP = {"n_estimators": 1500, "learning_rate": 0.06, "depth": 8, "l2_leaf_reg": 6.0}
_WIDE: dict[str, Any] = {"hidden_layers": (256, 128), "alpha": 1e-2, "batch_size": 256, "max_iter": 60}
"""For many classes, where trees are grown for each and a network learns all at once."""
COMPARED, FIRST = "Default gradient boosting", "First model"
LINEAR = ("logistic_regression", "linear_regression")


def portfolio(schema: Schema, facts: Facts, *, memory_bytes: int, engines: Sequence[str] = ()) -> list[Candidate]:
    """Return what to try first, best first; `memory_bytes` is what all processes may take together."""
    wanted = _ordered(facts)
    if memory_bytes < SMALL_HOST_BYTES:
        wanted = [item for item in wanted if item[1]["kind"] in ("lightgbm", *LINEAR)]
    known = family("engine").kinds
    return [
        made(label, engine, schema, facts, cost=cost)
        for label, engine, cost in wanted
        if (kind := known.get(engine["kind"])) is not None
        and kind.unavailable_reason() is None
        and facts.task in kind.tasks
        and (not engines or engine["kind"] in engines)
    ]


def baselines(schema: Schema, facts: Facts) -> list[Candidate]:
    """Return what every leaderboard is compared with: default histogram gradient boosting."""
    engine = {"kind": "hist_gradient_boosting"}
    return [made(COMPARED, engine, schema, facts, cost=1.5 * facts.n_outputs)]


def first_model(schema: Schema, facts: Facts) -> Candidate:
    """Return what is fitted at once, so that there is a model whatever happens; its time says nothing of others."""
    engine = {"kind": "lightgbm", "n_estimators": 40 if facts.n_outputs < 5 else 15}
    return made(FIRST, engine, schema, facts, cost=0.0)


def made(label: str, engine: Mapping[str, Any], schema: Schema, facts: Facts, *, cost: float) -> Candidate:
    """Return the candidate of an engine with the preparation that suits it; equal ones have equal ids."""
    style = STYLES.get(engine["kind"], "dense")
    nodes = preparation(style, schema, max_categories=max_categories(facts))
    text = json.dumps([engine, nodes], sort_keys=True)
    name = f"{engine['kind']}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    return Candidate(name, label, dict(engine), tuple(nodes), cost)


def max_categories(facts: Facts) -> int:
    """Return how many flags one column may become: fewer on many rows, so that the matrix stays small."""
    most_cells = 25_000_000
    each = most_cells // max(facts.n_rows, 1) // max(facts.n_categories, 1)
    return max(5, min(each, 100, facts.n_rows // 20 + 5))


def needed_bytes(candidate: Candidate, facts: Facts) -> int:
    """Return about what the process that fits the candidate takes, its libraries included."""
    engine: Engine = family("engine").parse(candidate.engine)
    width = facts.n_numbers + 8 * facts.n_dates + 48 * facts.n_texts
    if STYLES.get(candidate.engine["kind"], "dense") == "dense":
        width += min(facts.n_values, facts.n_categories * max_categories(facts)) + 100 * facts.n_texts
    else:
        width += facts.n_categories
    matrix = facts.n_rows * width * 8 * 3
    own = engine.memory_bytes(
        n_rows=facts.n_rows, n_features=width, n_classes=facts.n_classes, n_categories=facts.n_categories
    )
    return LIBRARY_BYTES + matrix + (own or 0)


def _ordered(facts: Facts) -> list[tuple[str, dict[str, Any], float]]:
    """Return label, engine and cost of each first configuration; a booster grows trees for every class."""
    linear, trees, k = _linear(facts), _forest(facts), float(facts.n_outputs)
    quick: dict[str, Any] = {"kind": "lightgbm", "n_estimators": MAX_STEPS, "learning_rate": 0.05}
    slow = {**quick, "learning_rate": 0.03, "subsample": 0.8, "subsample_freq": 1}
    plain = ("LightGBM", quick, k)
    random_splits = ("LightGBM, random splits", {**quick, "extra_trees": True, "colsample_bytree": 0.8}, 1.5 * k)
    small = ("LightGBM, small trees", {**slow, **_SMALL_TREES}, 1.5 * k)
    large = ("LightGBM, large trees", {**slow, **_LARGE_TREES}, 4.0 * k)
    cat = ("CatBoost", {"kind": "catboost", "n_estimators": 1500, **_of_cat(facts)}, 6.0 * k**0.8)
    deep = ("CatBoost, deep", {"kind": "catboost", **_lean(facts), **_DEEP}, 12.0 * k)
    xgb = ("XGBoost", {"kind": "xgboost", **_XGBOOST}, 3.0 * k)
    extra = ("Extra trees", {"kind": "extra_trees", **trees}, 1.5)
    forest = ("Random forest", {"kind": "random_forest", **trees}, 3.0)
    network = ("Neural network", {"kind": "neural_network"}, 4.0)
    neighbours = ("Nearest neighbours", {"kind": "k_neighbours", "n_neighbours": 15, "weights": "distance"}, 0.5)
    if facts.n_outputs >= MANY_CLASSES:
        wide = ("Neural network, wide", {"kind": "neural_network", **_WIDE}, 8.0)
        more = ("Nearest neighbours, more", {"kind": "k_neighbours", "n_neighbours": 30, "weights": "distance"}, 0.5)
        return [extra, linear, neighbours, wide, plain, more, forest, network, random_splits, cat, large, xgb]
    if facts.n_rows < 3000:
        return [plain, linear, cat, extra, small, random_splits, network, forest, xgb, neighbours, large, deep]
    return [plain, linear, cat, extra, small, random_splits, large, network, xgb, forest, deep, neighbours]


def _forest(facts: Facts) -> dict[str, Any]:
    """A tree has about a node per row, and in each a number per class: many rows or classes allow fewer trees."""
    of_tree = max(1, facts.n_rows * (NODE_BYTES + 8 * facts.n_outputs))
    return {"n_estimators": max(40, min(300, FOREST_BYTES // of_tree)), "min_samples_leaf": 2}


def _linear(facts: Facts) -> tuple[str, dict[str, Any], float]:
    if facts.task == "classification":
        return "Logistic regression", {"kind": "logistic_regression", "max_iter": 300}, 0.7
    return "Ridge regression", {"kind": "linear_regression", "penalty": "ridge", "strength": 10.0}, 0.3


def _of_cat(facts: Facts) -> dict[str, Any]:
    """Return CatBoost's rate (its own choice changes with the number of trees), and flat trees for many classes.

    Fewer borders and flags for small categories took a third of the time on a table of 40 categories (ames: 8 s, not
    21 s) and 30 MB less, and predicted better.
    """
    rate = 0.04 if facts.n_rows < 3000 else 0.06 if facts.n_rows < 20_000 else 0.1
    return {**_lean(facts), "learning_rate": rate, **({"depth": 5, "n_estimators": 500} if facts.n_outputs > 4 else {})}


def _lean(facts: Facts) -> dict[str, Any]:
    """Return what CatBoost would choose by the number of trees: refitted with fewer, it would be another model."""
    steps = 10 if facts.task == "classification" and facts.n_outputs == 1 else 1
    return {**_LEAN, "max_ctr_complexity": 4, "leaf_estimation_iterations": steps}
