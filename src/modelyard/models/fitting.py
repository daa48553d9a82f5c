"""Fitting an engine somewhere else: prepared rows travel there, the engine's own files come back."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelyard.data.frames import Table
from modelyard.data.table_files import read_table, write_table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.models.engine import Engine, Files, FitOptions, Fitted
from modelyard.models.libraries import load_learning
from modelyard.runs.executors.base import Call, Executor

FUNCTION = "modelyard.models.fitting:fit_engine"
ROWS_FILE = "rows.parquet"
WAIT_SECONDS = 1.0


def fit_remotely(
    engine: Engine,
    table: Table,
    options: FitOptions,
    executor: Executor,
    folder: Path,
    files: Mapping[str, Path] | None = None,
) -> Fitted:
    """Return what the engine learned from all rows of `table` on the executor; raise Invalid with its reason.

    `files`: what the engine needs beside the rows, by hash (`Engine.needed_files`).
    """
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        rows = Path(inner) / ROWS_FILE
        write_table(table, rows)
        arguments = {
            "engine": engine.model_dump(mode="json"),
            "seed": options.seed,
            "class_weight": options.class_weight,
            "budget_seconds": options.budget_seconds,
        }
        handle = executor.submit(Call(FUNCTION, arguments, {ROWS_FILE: rows, **(files or {})}))
        while not executor.wait([handle], WAIT_SECONDS):
            options.report(0.0, f"Fitting on the cluster, {handle.seconds:.0f} s")
        if handle.error is not None:
            raise Invalid(handle.error)
        fitted_files = next(iter(handle.files.values())).parent
        return replace(engine.load(fitted_files), n_steps=handle.result["n_steps"])


def fit_engine(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """Fit on all rows of the file and leave the engine's files in the folder."""
    engine: Engine = family("engine").parse(arguments["engine"])
    options = FitOptions(
        seed=arguments["seed"], class_weight=arguments["class_weight"], budget_seconds=arguments["budget_seconds"]
    )
    load_learning()
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        fitted = engine.localised(Files(files.__getitem__, Path(inner))).fit(read_table(files[ROWS_FILE]), options)
    engine.save(fitted, folder)
    return {"n_steps": fitted.n_steps}
