"""AutoML beside the tools its users know: same split, same budget, two cores; `python -m bench.automl --help`.

Systems: `ours`, `hgb` (scikit-learn's histogram gradient boosting, defaults), `catboost` (early stopping),
`lightgbm` (tuned by Optuna for the whole budget), `flaml` and `autogluon` (medium_quality). The last two live in
environments of their own and are left out, and said so, where they are not installed:

    uv venv /tmp/venv-flaml && VIRTUAL_ENV=/tmp/venv-flaml uv pip install flaml lightgbm xgboost-cpu catboost \
        scikit-learn "pandas<3" pyarrow optuna
    uv venv /tmp/venv-ag && VIRTUAL_ENV=/tmp/venv-ag uv pip install "autogluon.tabular[lightgbm,catboost]" \
        xgboost-cpu pyarrow

Tables: the product's samples, and what `bench/make_tables.py` wrote. Results are kept per table, system, seed and
budget under `--results`; what is there is not run again.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).parents[1]
RIVALS = ("autogluon", "flaml", "lightgbm", "catboost")
SYSTEMS = ("ours", "hgb", *RIVALS)
PYTHONS = {"autogluon": "/tmp/venv-ag/bin/python", "flaml": "/tmp/venv-flaml/bin/python"}
OTHERS_PYTHON = "/tmp/venv-flaml/bin/python"
SAMPLES = {
    "credit": ("Status", "classification"),
    "penguins": ("species", "classification"),
    "reviews": ("sentiment", "classification"),
    "ames": ("Sale_Price", "regression"),
    "diamonds": ("price", "regression"),
    "bakery": ("orders", "regression"),
}
SAMPLE_FILES = {"credit": "credit_data"}


def main() -> None:
    """Run what was asked for and print the table."""
    options = _arguments()
    results = Path(options.results)
    results.mkdir(parents=True, exist_ok=True)
    names = options.tables.split(",") if options.tables else [*SAMPLES, *_made(Path(options.made))]
    for seed in range(options.seeds):
        for name in names:
            split = _split(name, Path(options.made), results, seed)
            for system in options.systems.split(","):
                _run(system, name, split, seed, options, results)
    _report(names, options, results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--budget", type=float, default=60.0, help="seconds for each system on each table")
    parser.add_argument("--seeds", type=int, default=1, help="splits of each table")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--tables", default="", help="names, comma between them; empty: all")
    parser.add_argument("--made", default="/tmp/automl-tables", help="what bench/make_tables.py wrote")
    parser.add_argument("--results", default="/tmp/automl-results")
    parser.add_argument("--tag", default="", help="added to our name, to compare versions")
    parser.add_argument("--again", action="store_true", help="run also what has a result")
    return parser.parse_args()


def _made(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.parquet"))


def _split(name: str, made: Path, results: Path, seed: int) -> dict[str, Any]:
    """Write a quarter of the rows as test rows (classes keep their shares) and the others; return what and where."""
    import polars as pl

    if name in SAMPLES:
        target, task = SAMPLES[name]
        file = ROOT / "src/modelyard/data/samples" / f"{SAMPLE_FILES.get(name, name)}.csv.gz"
        frame = pl.read_csv(file, null_values=["NA", ""], try_parse_dates=True, infer_schema_length=None)
    else:
        stated = json.loads((made / f"{name}.json").read_text())
        target, task = stated["target"], stated["task"]
        frame = pl.read_parquet(made / f"{name}.parquet")
        if "__index_level_0__" in frame.columns:
            frame = frame.drop("__index_level_0__")
    frame = frame.filter(pl.col(target).is_not_null())
    if task == "classification":
        frame = frame.with_columns(pl.col(target).cast(pl.String))
    chance = np.random.default_rng(seed)
    if task == "classification":
        classes = frame[target].rank("dense").to_numpy()
        is_test = np.zeros(frame.height, dtype=bool)
        for code in np.unique(classes):
            places = chance.permutation(np.flatnonzero(classes == code))
            is_test[places[: round(0.25 * len(places))]] = True
    else:
        is_test = chance.random(frame.height) < 0.25
    paths = {part: results / f"{name}-{seed}-{part}.parquet" for part in ("train", "test")}
    frame.filter(pl.Series(~is_test)).write_parquet(paths["train"])
    frame.filter(pl.Series(is_test)).write_parquet(paths["test"])
    return {"target": target, "task": task, **{part: str(path) for part, path in paths.items()}}


def _run(system: str, name: str, split: dict[str, Any], seed: int, options: argparse.Namespace, results: Path) -> None:
    out = _result_path(results, system, name, seed, options)
    if out.exists() and not options.again:
        return
    python = sys.executable if system == "ours" else PYTHONS.get(system, OTHERS_PYTHON)
    if not Path(python).exists():
        print(f"{system}: left out, there is no {python}", file=sys.stderr)
        return
    script = ROOT / "bench" / ("automl_ours.py" if system == "ours" else "automl_rivals.py")
    raw = out.with_suffix(".raw")
    order = {**split, "system": system, "seed": seed, "budget": options.budget, "out": str(raw)}
    if system == "ours" and options.tag.startswith("mb"):
        order["memory_mb"] = int(options.tag[2:])
    began = time.monotonic()
    with out.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [python, str(script), json.dumps(order)], stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"}
        )
        peak = _watch(process, began, 4 * options.budget + 120)
    kept = {"wall": time.monotonic() - began, "peak_mb": peak / 2**20, "load": os.getloadavg()[0]}
    if raw.exists():
        told = json.loads(raw.read_text())
        kept |= {"loss": _loss(split, told), **{k: v for k, v in told.items() if k != "predictions"}}
        raw.unlink()
    out.write_text(json.dumps(kept))
    shown = {key: round(kept[key], 4) for key in ("loss", "seconds", "peak_mb", "row_ms") if key in kept}
    print(f"{name} {seed} {system}: {shown}", file=sys.stderr, flush=True)


def _watch(process: "subprocess.Popen[bytes]", began: float, most_seconds: float) -> int:
    """Return the highest resident memory of the process and its children; kill it when it goes on for too long."""
    peak = 0
    while process.poll() is None:
        try:
            family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            peak = max(peak, sum(member.memory_info().rss for member in family))
        except psutil.Error:
            pass  # one of them ended while we looked
        if time.monotonic() - began > most_seconds:
            for member in family:
                member.kill()
        time.sleep(0.1)
    return peak


def _loss(split: dict[str, Any], told: dict[str, Any]) -> float:
    """Return 1 - AUC for two classes, log loss for more, RMSE for numbers."""
    import polars as pl
    from sklearn.metrics import log_loss, roc_auc_score, root_mean_squared_error

    actual = pl.read_parquet(split["test"])[split["target"]]
    predicted = np.asarray(told["predictions"], dtype=float)
    if split["task"] == "regression":
        return float(root_mean_squared_error(actual.to_numpy(), predicted))
    classes = [str(name) for name in told["classes"]]
    wanted = sorted(set(classes) | set(actual.to_list()))
    spread = np.zeros((len(actual), len(wanted)))
    for place, name in enumerate(classes):
        spread[:, wanted.index(name)] = predicted[:, place]
    codes = np.asarray([wanted.index(value) for value in actual.to_list()])
    if len(wanted) == 2:
        return float(1 - roc_auc_score(codes, spread[:, 1]))
    spread = np.clip(spread, 1e-15, None)
    return float(log_loss(codes, spread / spread.sum(axis=1, keepdims=True), labels=list(range(len(wanted)))))


def _result_path(results: Path, system: str, name: str, seed: int, options: argparse.Namespace) -> Path:
    label = f"{system}{options.tag}" if system == "ours" else system
    return results / f"{name}-{seed}-{label}-{options.budget:g}.json"


def _report(names: list[str], options: argparse.Namespace, results: Path) -> None:
    """Print the loss of each system on each table, and the regret to the best rival."""
    systems = options.systems.split(",")
    print("| Table | " + " | ".join(systems) + " | regret | seconds | peak MB | row ms |")
    print("|" + "---|" * (len(systems) + 5))
    regrets = []
    for name in names:
        found = {system: list(_results(name, system, options, results)) for system in systems}
        means = {s: float(np.mean([r["loss"] for r in rows])) for s, rows in found.items() if rows}
        ours = found.get("ours") or []
        best = [
            min(values)
            for values in zip(*[[r["loss"] for r in found[s]] for s in RIVALS if found.get(s)], strict=False)
        ]
        of_table = [r["loss"] / low - 1 for r, low in zip(ours, best, strict=False) if low > 0]
        regrets += of_table
        cells = [f"{means[s]:.4g}" if s in means else "–" for s in systems]
        told = [f"{np.mean(of_table):+.1%}" if of_table else "–"]
        told += [
            f"{max((r[key] for r in ours), default=float('nan')):.{n}f}"
            for key, n in (("seconds", 1), ("peak_mb", 0), ("row_ms", 1))
        ]
        print(f"| {name} | " + " | ".join([*cells, *told]) + " |")
    if regrets:
        print(
            f"\nMean relative regret {np.mean(regrets):+.2%}, median {np.median(regrets):+.2%}, "
            f"worst {max(regrets):+.1%}."
        )


def _results(name: str, system: str, options: argparse.Namespace, results: Path) -> Iterator[dict[str, Any]]:
    for seed in range(options.seeds):
        path = _result_path(results, system, name, seed, options)
        if path.exists() and "loss" in (kept := json.loads(path.read_text())):
            yield kept


if __name__ == "__main__":
    main()
