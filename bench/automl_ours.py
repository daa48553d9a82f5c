"""AutoML as the product does it, on a table from `bench/automl.py`; run as a process of its own."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class BenchHost:
    """Carries out calls on this machine, remembers nothing, and prints the leaderboard when asked to."""

    scratch: Path
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    _executor: Any = None

    def executor(self) -> Any:
        """Return this machine's executor, two processes at most."""
        from modelyard.runs.executors.local import LocalExecutor

        if self._executor is None:
            self._executor = LocalExecutor(self.scratch, 2)
        return self._executor

    def report(self, fraction: float, message: str) -> None:
        """Say nothing."""

    def trial(self, row: Mapping[str, Any]) -> None:
        """Keep the row."""
        self.rows[row["id"]] = dict(row)

    def is_finishing(self) -> bool:
        """Nobody asks to stop."""
        return False

    def remember(self, name: str, document: Mapping[str, Any], files: Mapping[str, Path] | None = None) -> None:
        """Keep nothing."""

    def remembered(self, name: str) -> dict[str, Any] | None:
        """Nothing was kept."""
        return None

    def recalled_file(self, digest: str) -> Path:
        """Nothing was kept."""
        raise LookupError(digest)


def main() -> None:
    """Read the order, fit within the budget, write the predictions of the test rows."""
    order = json.loads(sys.argv[1])
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    began = time.monotonic()
    import polars as pl

    from modelyard.data.columns import Schema
    from modelyard.data.frames import Table
    from modelyard.data.profiling.profile import profile_file
    from modelyard.models.automl.automl import search
    from modelyard.models.automl.options import Options, drawing_seconds

    path = Path(order["train"])
    columns = profile_file(path, target=order["target"], notes=[]).summary["columns"]
    schema = Schema.model_validate({"columns": columns, "target": order["target"], "task": order["task"]})
    train, test = pl.read_parquet(path), pl.read_parquet(order["test"])
    imported = time.monotonic() - began
    with tempfile.TemporaryDirectory() as folder:
        host = BenchHost(Path(folder))
        budget = order["budget"]
        options = Options(
            budget_seconds=budget - 1.1 * drawing_seconds(budget),
            memory_bytes=order.get("memory_mb", 880) * 2**20,
            seed=order["seed"],
        )
        began = time.monotonic()
        table = Table(train, schema)
        winner = search(table, table, options, host, Path(folder))
        seconds = time.monotonic() - began
        host.executor().close()
    from modelyard.models.chain import build_chain

    chain = build_chain([], winner.engine, winner.fitted, table)
    features = test.drop(order["target"])
    answer = chain.predict(features).prediction
    took = []
    rows = features.head(1)
    for _ in range(6):
        at = time.perf_counter()
        chain.predict(rows)
        took.append(time.perf_counter() - at)
    values = answer.probabilities if answer.probabilities is not None else answer.values
    result = {
        "seconds": seconds,
        "import_seconds": imported,
        "row_ms": 1000 * min(took),
        "classes": list(answer.classes) if answer.classes else None,
        "predictions": values.tolist(),
        "notes": list(winner.notes),
        "trials": list(winner.trials),
    }
    Path(order["out"]).write_text(json.dumps(result, default=str))


if __name__ == "__main__":
    main()
