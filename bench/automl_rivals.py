"""The systems that AutoML is compared with, each as its users would call it; run by `bench/automl.py`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Predict = Callable[[pd.DataFrame], np.ndarray]


def main() -> None:
    """Read the order, fit, write the predictions of the test rows."""
    order = json.loads(sys.argv[1])
    train, test = pd.read_parquet(order["train"]), pd.read_parquet(order["test"])
    target = order["target"]
    fit = {"hgb": hgb, "catboost": catboost, "lightgbm": lightgbm, "flaml": flaml, "autogluon": autogluon}[
        order["system"]
    ]
    began = time.monotonic()
    predict, classes = fit(train, target, order)
    seconds = time.monotonic() - began
    features = test.drop(columns=[target])
    values = np.asarray(predict(features))
    took = []
    for _ in range(6):
        at = time.perf_counter()
        predict(features.head(1))
        took.append(time.perf_counter() - at)
    result = {
        "seconds": seconds, "row_ms": 1000 * min(took), "classes": classes, "predictions": values.tolist(),
    }  # fmt: skip
    Path(order["out"]).write_text(json.dumps(result))


def as_codes(train: pd.DataFrame, target: str, most: int | None = 250) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return what makes words pandas categories (the most frequent ones) and dates their year, month, day, weekday."""
    words = {}
    for name in train.columns:
        if name != target and train[name].dtype == object:
            counts = train[name].value_counts()
            words[name] = counts.index[:most] if most else counts.index

    def prepare(frame: pd.DataFrame) -> pd.DataFrame:
        made = {}
        for name in frame.columns:
            values = frame[name]
            if pd.api.types.is_datetime64_any_dtype(values):
                made |= {f"{name}_{part}": getattr(values.dt, part) for part in ("year", "month", "day", "dayofweek")}
                made[f"{name}_days"] = (values - pd.Timestamp("2000-01-01")).dt.days
            elif name in words:
                made[name] = pd.Categorical(values, categories=words[name])
            elif values.dtype == object:
                made[name] = pd.to_datetime(values, errors="coerce").astype("int64") / 86_400e9
            else:
                made[name] = values.astype(float)
        return pd.DataFrame(made, index=frame.index)

    return prepare


def _dates(frame: pd.DataFrame) -> pd.DataFrame:
    """Parquet dates arrive as Python dates: make them pandas times."""
    import datetime

    for name in frame.columns:
        first = frame[name].dropna().head(1)
        if len(first) and isinstance(first.iloc[0], datetime.date) and frame[name].dtype == object:
            frame = frame.assign(**{name: pd.to_datetime(frame[name])})
    return frame


def _ready(train: pd.DataFrame, target: str, order: dict[str, Any], most: int | None = 250) -> Any:
    train = _dates(train)
    prepare = as_codes(train, target, most)
    x = prepare(train.drop(columns=[target]))
    is_class = order["task"] == "classification"
    y = train[target].astype(str).to_numpy() if is_class else train[target].astype(float).to_numpy()
    return x, y, is_class, lambda frame: prepare(_dates(frame))


def _held(y: np.ndarray, is_class: bool, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.model_selection import train_test_split

    places = np.arange(len(y))
    a, b = train_test_split(places, test_size=0.2, random_state=seed, stratify=y if is_class else None)
    return a, b


def hgb(train: pd.DataFrame, target: str, order: dict[str, Any]) -> tuple[Predict, list[str] | None]:
    """Scikit-learn's histogram gradient boosting with its defaults; words as its native categories."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    x, y, is_class, prepare = _ready(train, target, order)
    kind = HistGradientBoostingClassifier if is_class else HistGradientBoostingRegressor
    model = kind(random_state=order["seed"], categorical_features="from_dtype").fit(x, y)
    if not is_class:
        return lambda frame: model.predict(prepare(frame)), None
    return lambda frame: model.predict_proba(prepare(frame)), model.classes_.tolist()


def catboost(train: pd.DataFrame, target: str, order: dict[str, Any]) -> tuple[Predict, list[str] | None]:
    """CatBoost with its defaults, early stopping on a fifth of the rows, stopped at the budget."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    x, y, is_class, prepare = _ready(train, target, order, most=None)
    words = [name for name in x if isinstance(x[name].dtype, pd.CategoricalDtype)]

    def as_text(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{name: frame[name].astype(str).fillna("missing") for name in words})

    began = time.monotonic()

    class Stop:
        def after_iteration(self, info: Any) -> bool:
            return time.monotonic() - began < order["budget"] - 1

    a, b = _held(y, is_class, order["seed"])
    kind = CatBoostClassifier if is_class else CatBoostRegressor
    model = kind(
        random_seed=order["seed"], thread_count=2, verbose=False, allow_writing_files=False, cat_features=words
    )
    texts = as_text(x)
    model.fit(texts.iloc[a], y[a], eval_set=(texts.iloc[b], y[b]), early_stopping_rounds=50, callbacks=[Stop()])
    if not is_class:
        return lambda frame: model.predict(as_text(prepare(frame))), None
    return lambda frame: model.predict_proba(as_text(prepare(frame))), [str(name) for name in model.classes_]


def lightgbm(train: pd.DataFrame, target: str, order: dict[str, Any]) -> tuple[Predict, list[str] | None]:
    """LightGBM tuned by Optuna's TPE on one held-out fifth for the whole budget, then fitted on all rows."""
    import lightgbm as lgb
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    x, y, is_class, prepare = _ready(train, target, order)
    kind = lgb.LGBMClassifier if is_class else lgb.LGBMRegressor
    a, b = _held(y, is_class, order["seed"])
    deadline = time.monotonic() + order["budget"] * 0.9
    best: dict[str, Any] = {"loss": float("inf")}

    def objective(trial: Any) -> float:
        chosen = {
            "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 4, 256, log=True),
            "min_child_samples": trial.suggest_int("min_child_samples", 2, 100, log=True),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.4, 1.0),
            "subsample": trial.suggest_float("subsample", 0.5, 1.0),
            "reg_alpha": trial.suggest_float("reg_alpha", 1e-3, 10, log=True),
            "reg_lambda": trial.suggest_float("reg_lambda", 1e-3, 10, log=True),
        }
        model = kind(n_estimators=3000, subsample_freq=1, random_state=order["seed"], n_jobs=2, verbosity=-1, **chosen)

        def late(env: Any) -> None:
            if time.monotonic() > deadline:
                raise lgb.callback.EarlyStopException(env.iteration, env.evaluation_result_list)

        stop = lgb.early_stopping(50, verbose=False)
        model.fit(x.iloc[a], y[a], eval_X=x.iloc[b], eval_y=y[b], callbacks=[stop, late])
        value = next(iter(next(iter(model.best_score_.values())).values()))
        if value < best["loss"]:
            best.update(loss=value, model=model, chosen=chosen, n=model.best_iteration_ or model.n_estimators)
        return float(value)

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=order["seed"]))
    study.optimize(objective, timeout=order["budget"] * 0.85)
    model = kind(
        n_estimators=best["n"], subsample_freq=1, random_state=order["seed"], n_jobs=2, verbosity=-1, **best["chosen"]
    )
    model.fit(x, y)
    if not is_class:
        return lambda frame: model.predict(prepare(frame)), None
    return lambda frame: model.predict_proba(prepare(frame)), model.classes_.tolist()


def flaml(train: pd.DataFrame, target: str, order: dict[str, Any]) -> tuple[Predict, list[str] | None]:
    """FLAML with its default estimators."""
    from flaml import AutoML

    train = _dates(train)
    is_class = order["task"] == "classification"
    y = train[target].astype(str) if is_class else train[target].astype(float)
    n_classes = y.nunique()
    metric = "rmse" if not is_class else "roc_auc" if n_classes == 2 else "log_loss"
    model = AutoML()
    model.fit(
        train.drop(columns=[target]), y, task=order["task"], metric=metric, time_budget=order["budget"],
        n_jobs=2, seed=order["seed"], verbose=0,
    )  # fmt: skip
    if not is_class:
        return lambda frame: model.predict(_dates(frame)), None
    return lambda frame: model.predict_proba(_dates(frame)), [str(name) for name in model.classes_]


def autogluon(train: pd.DataFrame, target: str, order: dict[str, Any]) -> tuple[Predict, list[str] | None]:
    """AutoGluon's medium quality, with the metric of the comparison."""
    import tempfile

    from autogluon.tabular import TabularPredictor

    train = _dates(train)
    is_class = order["task"] == "classification"
    n_classes = train[target].nunique()
    metric = "root_mean_squared_error" if not is_class else "roc_auc" if n_classes == 2 else "log_loss"
    kind = "regression" if not is_class else "binary" if n_classes == 2 else "multiclass"
    predictor = TabularPredictor(
        label=target, eval_metric=metric, problem_type=kind, path=tempfile.mkdtemp(), verbosity=0
    )
    predictor.fit(train, presets="medium_quality", time_limit=order["budget"], num_cpus=2)
    if not is_class:
        return lambda frame: predictor.predict(_dates(frame)).to_numpy(), None
    names = [str(name) for name in predictor.class_labels]
    return lambda frame: predictor.predict_proba(_dates(frame)).to_numpy(), names


if __name__ == "__main__":
    main()
