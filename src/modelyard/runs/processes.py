"""What every process that computes has in common: how many threads it may use, and that it ends with its parent."""

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_MAX_THREADS")


def child_environment() -> dict[str, str]:
    """Return the environment of a computing process: one thread for each library that would take all cores."""
    # OpenMP threads that spin on a busy machine made a fit 46 times slower (docs/design/runs.md).
    threads = {name: os.environ.get(name, "1") for name in _THREAD_VARIABLES}
    return {**os.environ, **threads, "PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"}


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies (Linux); elsewhere the closed pipe ends it."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def available_threads() -> int:
    """Return how many threads this process may use: the container's quota, never the host's count."""
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota(Path("/sys/fs/cgroup"))
    return max(1, min(n_cores, int(quota) if quota is not None else n_cores))


def _quota(root: Path) -> float | None:
    try:
        if (unified := root / "cpu.max").is_file():
            limit, period = unified.read_text().split()
        else:
            limit, period = ((root / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
        return None if limit == "max" or int(limit) <= 0 else int(limit) / int(period)
    except (OSError, ValueError):
        return None
