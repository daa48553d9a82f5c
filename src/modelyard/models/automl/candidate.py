"""One thing to try: an engine with its preparation, fitted on folds in another process."""

import ctypes
import gc
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.kinds import family
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.members import Members, Part, fit_part, save_part

if TYPE_CHECKING:
    import numpy as np

TABLE_FILE, SCHEMA_FILE, FOLDS_FILE = "table.parquet", "schema.json", "folds.npz"
STEPS_PER_RATE = 3.0
LEAST_SECONDS = 0.2
"""An engine that stops by the clock is always given this much."""


@dataclass(frozen=True)
class Candidate:
    """An engine's document and those of the nodes before it; `cost` is its time beside a default LightGBM's."""

    id: str
    label: str
    engine: Mapping[str, Any]
    nodes: tuple[Mapping[str, Any], ...] = ()
    cost: float = 1.0
    is_member: bool = True
    """Whether the ensemble may use it; a baseline is there to be compared with."""


def write_rows(
    table: Table, folds: "Sequence[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]", folder: Path
) -> dict[str, Path]:
    """Write the training rows and the places of each fold for the processes that fit; return the files by name."""
    import numpy as np

    files = {name: folder / name for name in (TABLE_FILE, SCHEMA_FILE, FOLDS_FILE)}
    table.frame.write_parquet(files[TABLE_FILE], compression="lz4")
    files[SCHEMA_FILE].write_text(table.schema.model_dump_json(), encoding="utf-8")
    arrays: dict[str, Any] = {
        f"{side}_{i}": fold[k] for i, fold in enumerate(folds) for k, side in enumerate(("train", "valid"))
    }
    np.savez(files[FOLDS_FILE], **arrays)
    return files


def fit_folds(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """Fit the candidate on each fold named, one after the other, until the time is spent.

    Leaves per fold `f<fold>_scores.npy` (predictions of the rows it did not learn from) and the files of the part;
    returns what each fold took.
    """
    import numpy as np

    began = time.monotonic()
    rows = _rows(str(files[TABLE_FILE]), str(files[SCHEMA_FILE]))
    places = np.load(files[FOLDS_FILE])
    classes = tuple(arguments["classes"]) if arguments["classes"] is not None else None
    done: list[dict[str, Any]] = []
    for position, fold in enumerate(arguments["folds"]):
        left = arguments["seconds"] - (time.monotonic() - began)
        if done and left < max(item["seconds"] for item in done) * 0.7:
            break
        share = max(LEAST_SECONDS, left / (len(arguments["folds"]) - position))
        train, valid = _taken(rows, places[f"train_{fold}"]), _taken(rows, places[f"valid_{fold}"])
        part, seconds = _timed_fit(arguments, train, valid, share)
        predicted, row_seconds = timed_scores(part, valid, classes)
        np.save(folder / f"f{fold}_scores.npy", predicted)
        save_part(part, folder, f"f{fold}_")
        done.append({"fold": fold, "seconds": seconds, "row_seconds": row_seconds, **_facts(part, folder, f"f{fold}_")})
    del part, train, valid
    _let_go()
    return {"folds": done, "seconds": time.monotonic() - began}


def fit_whole(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """Fit the candidate once on all rows; leaves the files of the part."""
    rows = _rows(str(files[TABLE_FILE]), str(files[SCHEMA_FILE]))
    part, seconds = _timed_fit(arguments, rows, None, arguments["seconds"])
    save_part(part, folder, "f_")
    found = {"seconds": seconds, **_facts(part, folder, "f_")}
    del part
    _let_go()
    return found


def _timed_fit(arguments: dict[str, Any], train: Table, valid: Table | None, seconds: float) -> tuple[Part, float]:
    engine: Engine = family("engine").parse(arguments["engine"])
    options = FitOptions(
        seed=arguments["seed"],
        class_weight=arguments["class_weight"] if engine.takes_class_weight else "none",
        budget_seconds=seconds,
        n_threads=arguments["n_threads"],
        patience=patience_of(engine),
    )
    _warm(engine, arguments["nodes"], train)
    began = time.monotonic()
    part = fit_part(engine, arguments["nodes"], train, options, validation=valid)
    return part, time.monotonic() - began


_WARM: set[str] = set()
"""Engines whose libraries this process has loaded."""


def _warm(engine: Engine, nodes: Sequence[Mapping[str, Any]], train: Table) -> None:
    """Load the engine's libraries by a fit on a few rows, so that the first measured time is that of a fit."""
    if engine.kind_name() in _WARM:
        return
    _WARM.add(engine.kind_name())
    few = Table(train.frame.head(50), train.schema)
    tiny = engine.model_copy(update={engine.steps_field: 1}) if engine.steps_field else engine
    with suppress(ModelyardError):  # few rows may be refused; the real fit says why
        fit_part(tiny, nodes, few, FitOptions(budget_seconds=LEAST_SECONDS))


def _let_go() -> None:
    """Give memory back to the system: the process goes on with other candidates, and its size is watched."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def patience_of(engine: Engine) -> int:
    """Return after how many steps without improvement to stop: more when each step is small."""
    rate = getattr(engine, "learning_rate", None) or 0.05
    return round(min(150.0, max(30.0, STEPS_PER_RATE / rate)))


def timed_scores(part: Part, valid: Table, classes: tuple[str, ...] | None) -> "tuple[np.ndarray[Any, Any], float]":
    """Return the predictions of the rows, and the least time that one row took."""
    schema = valid.schema.without([valid.schema.target or ""])
    member = Members([part], schema, classes)
    features = valid.features()
    predicted = member.predict(features)
    took = []
    for place in range(min(3, features.height)):
        began = time.perf_counter()
        member.predict(features[place : place + 1])
        took.append(time.perf_counter() - began)
    return predicted, min(took, default=0.0)


def part_bytes(part: Part) -> int:
    """Return the size of the part's files."""
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "part"
        folder.mkdir()
        save_part(part, folder, "")
        return sum(path.stat().st_size for path in folder.iterdir())


def _facts(part: Part, folder: Path, prefix: str) -> dict[str, Any]:
    size = sum(path.stat().st_size for path in folder.iterdir() if path.name.startswith(prefix))
    return {"n_steps": part.fitted.n_steps, "size_bytes": size, "notes": list(part.fitted.notes)}


@lru_cache(maxsize=1)
def _rows(table: str, schema: str) -> Table:
    """Return the training rows, kept between calls: a process serves many candidates of one run."""
    import polars as pl

    stated = Schema.model_validate_json(Path(schema).read_text(encoding="utf-8"))
    return Table(pl.read_parquet(table), stated)


def _taken(rows: Table, places: "np.ndarray[Any, Any]") -> Table:
    return Table(rows.frame[places], rows.schema)
