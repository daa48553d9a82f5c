"""`make bench`: measure everything, or the parts named, and print one table."""

import importlib
import os
import platform
import sys
from datetime import UTC, datetime

from bench.report import HEAD

PARTS = (
    *("start", "holdout", "prediction", "nodes", "upload", "pages"),
    *(
        "batches",
        "calls",
        "history",
        "transformers_engine",
        "scale",
        "retrieval",
        "syncing",
        "answers",
        "chat",
        "auditing",
        "experiments",
        "alone",
        "comparing",
    ),
)


def main() -> None:
    """Run each part and print its figures as they come."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"{datetime.now(UTC):%Y-%m-%d} · {machine} · load {load}\n")
    print(HEAD, flush=True)
    for part in sys.argv[1:] or PARTS:
        for figure in importlib.import_module(f"bench.{part}").measure():
            print(figure.row(), flush=True)


if __name__ == "__main__":
    main()
