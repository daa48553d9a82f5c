"""A worker for a yard elsewhere, with a page of its own: what a Gradio Space runs beside somebody's small host."""

import signal
import threading
from types import FrameType

import structlog

from modelyard.doors.space.page import worker_page
from modelyard.doors.space.sight import look, trouble_with
from modelyard.endpoints.alone.gradio_page import launch
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.runs.keeper import WorkerKeeper

log = structlog.get_logger()


def run_worker_with_page(settings: Settings, *, host: str, port: int | None) -> None:
    """Serve the page and keep a worker alive beside it until SIGTERM or SIGINT; runs in hand go back to the queue.

    A database that is away, or of another version, holds the worker up: the page says why.
    """
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    yard = Yard.open(settings)
    keeper = WorkerKeeper(settings, stopping, why_not=lambda: trouble_with(yard))
    page = worker_page(lambda: look(yard, keeper))
    thread = threading.Thread(target=keeper.keep, name="worker")
    thread.start()
    try:
        log.info("the page is there", address=launch(page, host=host, port=port, is_blocking=False))
        stopping.wait()
    finally:
        stopping.set()
        thread.join()
        page.close(verbose=False)
        yard.close()
