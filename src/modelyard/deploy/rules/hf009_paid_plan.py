"""HF009: new Docker and Gradio Spaces need a paid plan."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

COMPUTE = ("docker", "gradio", "streamlit")


class HF009(Rule):
    """New Docker and Gradio Spaces need a paid plan.

    **What it does.** Names the Spaces of this code base that run a program, as soon as something declares one.

    **Why it matters.** Since 2026-07-21 the Hub answers 402 when an account without PRO, Team or Enterprise creates
    (or duplicates) a compute Space. Static Spaces stay free; Spaces that exist go on running.

    **How to fix.** Use a Space you have, a PRO account, two Gradio Spaces on ZeroGPU, Render's free tier for the API,
    or a static Space or Vercel for the pages.

    **Limits.** What your account may do is known only to the Hub: this is information, not a fault of the code.
    """

    kind: Literal["HF009"] = "HF009"
    title: ClassVar[str] = "Space needs a paid plan"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "info"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    facts: ClassVar[tuple[str, ...]] = ("hf_compute_space_needs_plan",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for all Spaces that run a program."""
        spaces = [one for one in project.on("hf") if one.is_declared and one.shape in COMPUTE]
        spans: list[Span] = [one.manifest or one.told_by[0] for one in spaces]
        if spans:
            since = fact("hf_compute_space_needs_plan").model_dump()["since"]
            yield self.finding(
                spans,
                f"Creating a Space that runs a program needs a paid plan since {since}.",
                fix=Fix(
                    text="Use a Space you have or a PRO account, or deploy the API to Render.",
                    by_person=("Decide where the program runs: an existing Space, a paid plan, or Render.",),
                ),
            )
        for one in project.on("hf"):
            if one.shape == "static" and one.manifest is not None:
                yield self.passed(one.manifest, "static Spaces are free")
