"""Functions that the executor tests call in other processes."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid


def double(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    return {"value": 2 * arguments["value"], "process": os.getpid()}


def upper(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    (folder / "out.txt").write_text(files["text"].read_text().upper())
    return {}


def refuse(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    raise Invalid("The rows are too few.")


def crash(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    raise KeyError("left out")


def die(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def spin(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """Hold on to the interpreter as native code does: signals are not looked at, only SIGKILL helps."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end = time.monotonic() + arguments["seconds"]
    while time.monotonic() < end:
        sum(range(10_000))
    return {}


def grow(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    held = []
    for _ in range(arguments["megabytes"]):
        held.append(b"x" * 2**20)
        time.sleep(0.005)
    time.sleep(5)
    return {"held": len(held)}


KEPT: list[bytes] = []


def keep(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    KEPT.append(b"x" * arguments["megabytes"] * 2**20)
    return {"process": os.getpid()}


def once_lost(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """Kill the process that is above this one (a Dask worker) the first time it is called."""
    mark = Path(arguments["mark"])
    if not mark.exists():
        mark.write_text("once")
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(5)
    return {"done": True}
