"""Choosing the executor that the settings name."""

from modelyard.runs.executors.base import Executor
from modelyard.runs.executors.local import LocalExecutor
from modelyard.runs.job import JobContext
from modelyard.runs.processes import available_threads


def open_executor(ctx: JobContext) -> Executor:
    """Return the executor of the run's steps; whoever opens it closes it."""
    if ctx.settings.executor == "dask":
        from modelyard.runs.executors.dask import DaskExecutor

        return DaskExecutor.open(ctx.settings.dask_address, ctx.scratch)
    return LocalExecutor(ctx.scratch, available_threads())
