"""ML005: several workers, each with its own copy of a model, do not fit the memory."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.memory import GB, Loading, loadings
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class ML005(Rule):
    """Several workers, each with its own copy of the models, do not fit the memory.

    **What it does.** Multiplies what the models of a program want by the workers that its command (`--workers`, `-w`)
    or `WEB_CONCURRENCY` asks for, and compares that with the memory of the free tier.

    **Why it matters.** Workers are processes and share no model. The container is killed when the last of them has
    loaded, or at the first busy minute.

    **How to fix.** One worker, with threads for what waits.

    **Limits.** An estimate by the models' names, as for ML001; a model that is too large already for one worker is
    reported there.
    """

    kind: Literal["ML005"] = "ML005"
    title: ClassVar[str] = "Workers times model exceed the memory"
    group: ClassVar[str] = "Models in memory"
    icon: ClassVar[str] = "cpu"
    severity: ClassVar[Severity] = "warning"
    facts: ClassVar[tuple[str, ...]] = ("hf_memory_gb", "render_free_memory")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each command whose workers together want too much."""
        by_command: dict[Span, list[Loading]] = {}
        for one in loadings(project):
            command = one.deployable.command if one.deployable else None
            if command is not None and one.n_workers > 1 and one.loader.heaviest() is not None:
                by_command.setdefault(command.span, []).append(one)
        for span, found in by_command.items():
            yield from self._of(span, found, project)

    def _of(self, span: Span, found: list[Loading], project: Project) -> Iterator[Said]:
        platforms: list[Platform] = []
        wanted = 0.0
        for platform in dict.fromkeys(one.platform for one in found):
            here = [one for one in found if one.platform == platform]
            each = sum(size[1] for one in here if (size := one.loader.heaviest()) is not None)
            if each <= here[0].memory_bytes < each * here[0].n_workers:
                platforms.append(platform)
                wanted = max(wanted, each)
        if not platforms:
            return
        n = found[0].n_workers
        yield self.finding(
            [span, *dict.fromkeys(one.loader.call.span for one in found)],
            f"{n} workers load their models {n} times: about {wanted * n / GB:.1f} GB together.",
            confidence=0.8,
            chain=project.python.chain(found[0].loader.call.module),
            platforms=tuple(platforms),
            fix=Fix(text="Start one worker, with threads for what waits."),
        )
