"""Work for a yard that lives elsewhere: what a Space with the SDK Gradio starts.

The platform installs the libraries before it has this folder, so the package beside this script is unpacked at the
start. `GRADIO_SERVER_NAME` and `GRADIO_SERVER_PORT` say where the page listens; `settings.json` holds the settings that
the environment does not give.
"""

import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent


def unpacked(folder: Path) -> Path:
    """Unpack the package into a folder and return that."""
    (wheel,) = (HERE / "wheels").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def environment(package: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the worker: what is given, before our settings, with the package to be found first."""
    settings: dict[str, str] = json.loads((HERE / "settings.json").read_text(encoding="utf-8"))
    paths = [str(package), *filter(None, [given.get("PYTHONPATH")])]
    return {**settings, **given, "PYTHONPATH": os.pathsep.join(paths)}


def command(given: Mapping[str, str]) -> list[str]:
    """Return the command that opens the page and keeps the worker alive."""
    address = ["--host", given.get("GRADIO_SERVER_NAME", "0.0.0.0")]  # noqa: S104 — the platform's proxy is outside
    port = ["--port", given.get("GRADIO_SERVER_PORT", "7860")]
    return [sys.executable, "-m", "modelyard.doors.cli.main", "space", "worker", *address, *port]


if __name__ == "__main__":
    package = unpacked(Path(tempfile.mkdtemp(prefix="modelyard-")))
    # In place of this process: it is the worker's page that the platform tells to stop.
    os.execve(sys.executable, command(os.environ), environment(package, os.environ))  # noqa: S606 — our own module
