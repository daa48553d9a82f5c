"""JavaScript that the overview page loads before its first paint."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.report import Figure

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"


def measure() -> Iterator[Figure]:
    """Yield what `npm run size` says."""
    told = subprocess.run(
        ["npm", "run", "--silent", "size"], cwd=FRONTEND, check=True, capture_output=True, text=True
    ).stdout
    kilobytes = re.search(r"([\d.]+)\s*kB", told)
    yield Figure(
        "JavaScript before first paint of the overview (gzip)",
        f"{kilobytes.group(1) if kilobytes else '?'} kB",
        "≤ 250 kB",
    )
