"""A run of a sync ends at once: what notes its end is done while the database is held."""

import subprocess
import sys

_ASKED = """
import sys
from modelyard.chat.jobs.sync_collection import SyncCollection
import modelyard.chat.ownership, modelyard.chat.syncing.figures
print(" ".join(name for name in sys.modules if name.startswith(("modelyard.chat.", "numpy", "modelyard.data"))))
"""


def test_noting_the_end_of_a_sync_loads_nothing_but_rows() -> None:
    done = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "modelyard.chat.syncing.figures" in loaded
    heavy = ("numpy", "modelyard.chat.chunking", "modelyard.chat.index", "modelyard.chat.lexicon", "modelyard.data")
    assert not [name for name in loaded if name.startswith(heavy)]
