"""Predict the rows of a file with the model beside this script; neither a server nor a database is needed.

    pip install -r requirements.txt
    python predict.py rows.csv > predictions.csv
    python predict.py rows.json --json

CSV: a header with the columns of signature.json, empty cells are missing values. JSON: a list of objects, or one object
per line in a .jsonl file. The model and the part of Modelyard that it needs lie beside this script, in `lib`.
"""

import argparse
import csv
import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads that wait for each other make one row slow
if (HERE / "lib").is_dir():
    sys.path.insert(0, str(HERE / "lib"))  # before an installed Modelyard of another version


def main() -> int:
    """Read, predict, write; return the exit code."""
    parser = argparse.ArgumentParser(description="Predict the rows of a CSV or JSON file.")
    parser.add_argument("file", type=Path, help="rows: .csv, .tsv, .json or .jsonl")
    parser.add_argument("--out", type=Path, help="where the predictions go; without it they are printed")
    parser.add_argument("--json", action="store_true", help="write JSON instead of CSV")
    options = parser.parse_args()
    from modelyard.kernel.errors import ModelyardError

    try:
        answer = _load().predict(_rows(options.file))
    except (ModelyardError, OSError, ValueError) as error:
        hint = getattr(error, "hint", None)
        print(f"{error}{' ' + hint if hint else ''}", file=sys.stderr)
        return 2
    for warning in answer.warnings:
        print(f"note: {warning}", file=sys.stderr)
    if options.out is None:
        _write(answer.prediction, sys.stdout, as_json=options.json)
    else:
        with options.out.open("w", encoding="utf-8", newline="") as target:
            _write(answer.prediction, target, as_json=options.json)
    return 0


def _load() -> Any:
    """Return the model; its bytes are verified first."""
    from modelyard.models.chain import load

    path = HERE / "model.zip"
    stated = (HERE / "model.zip.sha256").read_text(encoding="utf-8").split()[0]
    if hashlib.sha256(path.read_bytes()).hexdigest() != stated:
        raise ValueError("model.zip has other bytes than were downloaded. Download it again.")
    with tempfile.TemporaryDirectory() as folder:
        return load(Path(shutil.copy(path, folder)))


def _rows(path: Path) -> Any:
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if path.suffix == ".json":
        rows = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("The JSON file must hold a list of objects, one per row.")
        return rows
    import polars as pl

    return pl.read_csv(path, separator="\t" if path.suffix == ".tsv" else ",", infer_schema=False)


def _write(prediction: Any, target: Any, *, as_json: bool) -> None:
    values = prediction.values.tolist()
    has_classes = prediction.probabilities is not None and prediction.classes is not None
    shares = prediction.probabilities.tolist() if has_classes else [[]] * len(values)
    names = prediction.classes if has_classes else ()
    if as_json:
        outputs = [
            {"prediction": value, "probabilities": dict(zip(names, row, strict=True)) if has_classes else None}
            for value, row in zip(values, shares, strict=True)
        ]
        json.dump(outputs, target, ensure_ascii=False)
        target.write("\n")
        return
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["prediction", *(f"probability_{name}" for name in names)])
    writer.writerows([value, *row] for value, row in zip(values, shares, strict=True))


if __name__ == "__main__":
    raise SystemExit(main())
