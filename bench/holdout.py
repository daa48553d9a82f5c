"""Hold-out score of `modelyard train` beside the same scikit-learn pipeline written by hand: same seed, same split."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.data import graph
from bench.report import Figure

SEED = 7
TARGET = "Status"


def measure() -> Iterator[Figure]:
    """Yield the difference of the scores and the time of both."""
    with tempfile.TemporaryDirectory() as folder:
        table = _credit_csv(Path(folder))
        ours, our_seconds = _train(Path(folder), table)
        bare, bare_seconds = _by_hand(table)
    for name in ("accuracy", "roc_auc", "log_loss"):
        beside = f"modelyard {ours[name]:.8f}, scikit-learn {bare[name]:.8f}"
        yield Figure(
            f"Hold-out {name}, logistic regression on credit_data",
            f"{abs(ours[name] - bare[name]):.1e} apart",
            "≤ 1e-6",
            beside,
        )
    yield Figure(
        "… whole command, reading and registry included",
        f"{our_seconds:.1f} s",
        "–",
        f"scikit-learn alone, imports included {bare_seconds:.1f} s",
    )


def _credit_csv(folder: Path) -> Path:
    import polars as pl

    import modelyard

    samples = Path(modelyard.__file__).parent / "data" / "samples"
    source = next(samples.glob("credit_data*"))
    frame = pl.read_parquet(source) if source.suffix == ".parquet" else pl.read_csv(source, null_values=["NA"])
    path = folder / "credit.csv"
    frame.write_csv(path)
    return path


def _train(folder: Path, table: Path) -> tuple[dict[str, float], float]:
    engine = {"kind": "logistic_regression", "max_iter": 1000}
    nodes: list[tuple[str, dict[str, Any]]] = [
        ("dataset", {}),
        ("split", {"method": "stratified", "test_fraction": 0.25, "seed": SEED}),
        ("fill_missing", {"number": "median", "category": "most_frequent"}),
        ("encode_categories", {"method": "one_hot"}),
        ("scale", {"method": "standard"}),
        ("train", {"engine": engine, "seed": SEED}),
        ("evaluate", {}),
    ]
    path = folder / "workflow.json"
    path.write_text(json.dumps(graph(nodes)))
    command = [
        str(Path(sys.executable).parent / "modelyard"),
        "train",
        str(table),
        "--target",
        TARGET,
        "--workflow",
        str(path),
        "--json",
    ]
    began = time.perf_counter()
    environment = {**os.environ, "MODELYARD_DATA": str(folder / "data")}
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    result = json.loads(told.splitlines()[-1])
    return result["metrics"], time.perf_counter() - began


BY_HAND = """
import json, sys
import polars as pl
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
path, target, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
frame = pl.read_csv(path)
x, y = frame.drop(target), frame[target].to_numpy()
numbers = [c for c in x.columns if x[c].dtype.is_numeric()]
texts = [c for c in x.columns if c not in numbers]
prepare = ColumnTransformer([
    ("n", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
    ("c", make_pipeline(
        SimpleImputer(strategy="most_frequent", missing_values=None),
        OneHotEncoder(sparse_output=False),
        StandardScaler(),
    ), texts),
])
model = make_pipeline(prepare, LogisticRegression(max_iter=1000, random_state=seed))
a, b, ya, yb = train_test_split(x, y, test_size=0.25, random_state=seed, stratify=y)
model.fit(a, ya)
p = model.predict_proba(b)
accuracy = accuracy_score(yb, model.predict(b))
print(json.dumps({"accuracy": accuracy, "roc_auc": roc_auc_score(yb, p[:, 1]), "log_loss": log_loss(yb, p)}))
"""


def _by_hand(table: Path) -> tuple[dict[str, float], float]:
    began = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", BY_HAND, str(table), TARGET, str(SEED)], check=True, capture_output=True, text=True
    ).stdout
    scores: dict[str, float] = json.loads(told)
    return scores, time.perf_counter() - began
