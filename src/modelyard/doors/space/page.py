"""The page of a worker in Gradio: it looks by itself every few seconds."""

import html
import os
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from modelyard.doors.space.sight import Sight, moment
from modelyard.endpoints.alone.gradio_page import heading, stay_offline
from modelyard.runs.overview import RunLine

if TYPE_CHECKING:
    import gradio as gr

LOOK_SECONDS = 5
_TITLE = "Worker of a yard"
_ABOUT = (
    "Executes the runs of a Modelyard that lives elsewhere. This page names nothing that is in them: what they are "
    "about, and why one failed, is on the yard's own page Runs."
)
_HEADERS = ["Kind", "State", "Queued", "Began", "Took", "Memory"]
_ON_ZERO_GPU = "SPACES_ZERO_GPU"
"""The platform sets it where a graphics card is lent to single functions."""


def worker_page(look: Callable[[], Sight]) -> "gr.Blocks":
    """Return the page of a worker; `look` is asked each time that it is shown."""
    stay_offline()
    _declare_gpu()
    import gradio as gr

    def told() -> tuple[str, list[list[str]]]:
        sight = look()
        return _sentences(sight), [_row(line) for line in sight.latest]

    page: gr.Blocks = gr.Blocks(title=_TITLE, analytics_enabled=False)
    with page:
        gr.HTML(heading(_TITLE, _ABOUT))
        sentences = gr.HTML()
        runs = gr.Dataframe(headers=_HEADERS, datatype="str", label="Latest runs of the yard", interactive=False)
        clock = gr.Timer(LOOK_SECONDS)
        page.load(told, outputs=[sentences, runs], api_name="state", show_progress="hidden")
        clock.tick(told, outputs=[sentences, runs], api_visibility="private", show_progress="hidden")
    return page


def _declare_gpu() -> None:
    """Declare a function that uses the card, where one is lent: a Space that has none there is ended at its start."""
    if not os.environ.get(_ON_ZERO_GPU):
        return
    import spaces  # type: ignore[import-not-found]  # the platform brings it

    @spaces.GPU(duration=10)  # type: ignore[untyped-decorator]
    def name_of_card() -> str:
        import torch

        return str(torch.cuda.get_device_name())


def _sentences(sight: Sight) -> str:
    told = {
        "Worker": sight.worker,
        "Yard": sight.yard,
        "Runs": sight.runs,
        "Last error": sight.last_error,
        "Machine": sight.machine,
    }
    rows = (f"<p><strong>{name}</strong><br>{html.escape(said)}</p>" for name, said in told.items() if said)
    return f'<div aria-live="off">{"".join(rows)}</div>'


def _row(line: RunLine) -> list[str]:
    took = line.finished_at - line.started_at if line.finished_at and line.started_at else None
    return [
        line.kind.replace("_", " "),
        line.state,
        moment(line.created_at),
        moment(line.started_at),
        "" if took is None else _seconds(took),
        "" if line.peak_memory_bytes is None else f"{line.peak_memory_bytes / 1024**2:,.0f} MB",
    ]


def _seconds(took: timedelta) -> str:
    whole = took.total_seconds()
    return f"{whole:.1f} s" if whole < 60 else f"{whole // 60:.0f} min {whole % 60:.0f} s"
