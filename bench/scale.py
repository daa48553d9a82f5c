"""What more workers bring: the same folds on the local executor and on Dask clusters of 1, 2 and 4 workers."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.data import sample_table
from bench.report import Figure
from modelyard.kernel.kinds import family
from modelyard.models.crossfit import CrossFit, Recipe
from modelyard.models.folds import folds
from modelyard.runs.executors.base import Executor
from modelyard.runs.executors.dask import DaskExecutor
from modelyard.runs.executors.local import LocalExecutor

N_FITS = 12
N_FOLDS = 4


def measure() -> Iterator[Figure]:
    """Yield the seconds of 12 fits of LightGBM (4 folds of 10 000 diamonds, three seeds), beside the local ones."""
    from distributed import LocalCluster

    n_cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        local = _seconds(LocalExecutor(Path(folder), n_cores), Path(folder))
        title = f"{N_FITS} fits of LightGBM on 7 500 × 10"
        yield Figure(f"{title}: local executor, {n_cores} processes", f"{local:.1f} s", "", f"{n_cores} cores")
        for n_workers in (1, 2, 4):
            with LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=None) as cluster:
                seconds = _seconds(DaskExecutor.open(cluster.scheduler_address, Path(folder)), Path(folder))
            beside = f"{seconds / local:.2f} × the local executor; cluster on the same {n_cores} cores"
            yield Figure(f"{title}: Dask, workers: {n_workers}", f"{seconds:.1f} s", "", beside)


def _seconds(executor: Executor, folder: Path) -> float:
    """Return the wall time of all fits, once every process has its libraries loaded."""
    table = sample_table("diamonds")
    fitting = CrossFit(table, folds(table, table, n_folds=N_FOLDS), folder, executor)
    engine = family("engine").parse({"kind": "lightgbm", "n_estimators": 400})
    _all(executor, fitting, [Recipe((), engine, seed, "none") for seed in range(executor.n_slots)])
    began = time.monotonic()
    _all(executor, fitting, [Recipe((), engine, seed, "none") for seed in range(N_FITS // N_FOLDS)])
    seconds = time.monotonic() - began
    executor.close()
    return seconds


def _all(executor: Executor, fitting: CrossFit, recipes: list[Recipe]) -> None:
    left = {fitting.submit(recipe, fold) for recipe in recipes for fold in range(N_FOLDS)}
    handles = set(left)
    while left:
        left -= executor.wait(left, 60.0)
    failed = [handle.error for handle in handles if handle.error]
    assert not failed, failed[0]
