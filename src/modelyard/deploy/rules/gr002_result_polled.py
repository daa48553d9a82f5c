"""GR002: the result of a Gradio call is polled."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.gradio_calls import gradio_calls
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class GR002(Rule):
    """The result of a Gradio call is polled.

    **What it does.** Looks for `GET …/call/NAME/EVENT` inside a loop of live Python.

    **Why it matters.** That address is a stream of events that can be read once. A second request finds nothing and
    waits, or gets 404: the result that the first one missed is lost.

    **How to fix.** Open the stream once and read it to `event: complete` (`httpx.stream`), or use the Gradio client.

    **Limits.** Loops in other functions, and timers in browsers, are not followed.
    """

    kind: Literal["GR002"] = "GR002"
    title: ClassVar[str] = "Gradio result polled"
    group: ClassVar[str] = "Gradio"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render", "vercel")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the requests that are repeated."""
        for call in gradio_calls(project):
            if call.route != "/call" or not call.is_result or call.module is None:
                continue
            if not call.is_in_loop:
                yield self.passed(call.span, "the stream of events is read once")
                continue
            yield self.finding(
                call.span,
                "The result of a Gradio call is asked for in a loop; its stream can be read once.",
                confidence=0.8,
                chain=project.python.chain(call.module, call.node),
                fix=Fix(text="Open the stream once and read it to the end, or use gradio_client."),
            )
