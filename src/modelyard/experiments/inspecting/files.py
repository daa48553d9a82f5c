"""An attempt written as a log of Inspect to a file of this machine."""

import shutil
import tempfile
from pathlib import Path

from modelyard.experiments.inspecting.giving import write_logs
from modelyard.experiments.inspecting.package import require_inspect
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard

ENDINGS = (".eval", ".zip")


def write_log_file(yard: Yard, actor: Actor, experiment_id: str, number: int, target: Path) -> None:
    """Write an attempt as a log (`.eval`), or of several configurations as a zip of logs.

    Raises Invalid for an ending that does not fit, Conflict where Inspect is not installed.
    """
    require_inspect()
    with yard.context(actor, writes=False) as ctx:
        attempt = get_attempt(ctx, experiment_id, number)
        n = len(attempt.configurations)
    fits = ".zip" if n > 1 else ".eval"
    if target.suffix.lower() != fits:
        raise Invalid(f"Attempt {number} has {n} configurations.", hint=f"Name the file {target.stem}{fits}.")
    with tempfile.TemporaryDirectory() as folder:
        made = write_logs(yard.readers, attempt, Path(folder) / "log", lambda _: None)
        shutil.move(made, target)
