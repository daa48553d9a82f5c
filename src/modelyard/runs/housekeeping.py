"""What a worker tidies once an hour."""

import shutil
import time

from modelyard.kernel.yard import Yard

SCRATCH_KEPT_SECONDS = 24 * 3600.0
"""Older than any live attempt's last sign of life: what a killed process left behind."""


def remove_old_scratch(yard: Yard) -> None:
    """Remove scratch files and folders that nothing has touched for a day."""
    folder = yard.settings.scratch
    oldest = time.time() - SCRATCH_KEPT_SECONDS
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime >= oldest:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
