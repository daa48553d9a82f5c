"""Who needs an artifact is known in every process, whatever it imported."""

import subprocess
import sys

_ASK = "from modelyard.kernel.holding import _holders; print(*{column.table.name for column, _ in _holders()})"


def test_a_process_that_met_no_room_knows_the_rows_of_all() -> None:
    told = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True).stdout.split()
    assert {"datasets", "models", "batches", "documents", "question_sets"} <= set(told)
