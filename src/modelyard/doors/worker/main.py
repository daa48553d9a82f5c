"""The worker door: a process that executes runs until it is told to stop."""

import signal
from types import FrameType

from modelyard.access.housekeeping import forget_old_sign_ins
from modelyard.chat.readers.watching import ReadersWatch
from modelyard.chat.sessions.housekeeping import forget_old_sessions
from modelyard.endpoints.housekeeping import remove_old_calls
from modelyard.endpoints.idempotency import forget_old_answers
from modelyard.endpoints.quotas import forget_old_allowances
from modelyard.endpoints.usage_steps import UsageCounting
from modelyard.kernel.yard import Yard
from modelyard.predictions.batches.keeping import remove_old_batches
from modelyard.predictions.drift.watching import DriftWatch
from modelyard.runs.drive import Housekeeping, WorkerLoop
from modelyard.runs.housekeeping import remove_old_scratch
from modelyard.workflows.housekeeping import StepPruning
from modelyard.workflows.scheduling import start_due

HOUSEKEEPING: tuple[Housekeeping, ...] = (
    forget_old_answers,
    forget_old_allowances,
    forget_old_sign_ins,
    forget_old_sessions,
    remove_old_calls,
    remove_old_batches,
    remove_old_scratch,
)
REGULAR: tuple[Housekeeping, ...] = (start_due, StepPruning(), UsageCounting(), DriftWatch(), ReadersWatch())


def run_worker(yard: Yard) -> None:
    """Execute runs until SIGINT or SIGTERM; runs in hand go back to the queue."""
    loop = WorkerLoop(yard, HOUSEKEEPING, regular=REGULAR)

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    loop.work()
