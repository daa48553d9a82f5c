"""ML001: a model that does not fit into the memory of the platform."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.memory import GB, Loading, by_call, loadings
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class ML001(Rule):
    """A model does not fit into the memory of the platform.

    **What it does.** Follows each loader that the program comes to with the environment the project sets, takes the
    number of parameters from the model's name (`7B`, or a table of common ones) and the bytes of each from the
    arguments, adds what the libraries take, and compares the sum with the memory of the free tier.

    **Why it matters.** The container is killed while it loads (`Memory limit exceeded`, exit 137), and started again,
    and killed again.

    **How to fix.** Ask a hosted API, load a smaller or a quantised model, or load it only where there is room for it.

    **Limits.** An estimate by name: a model that does not tell its size is left out, and so is what comes from files.
    Where the code may choose between models, the heaviest that its defaults allow counts.
    """

    kind: Literal["ML001"] = "ML001"
    title: ClassVar[str] = "Model does not fit the memory"
    group: ClassVar[str] = "Models in memory"
    icon: ClassVar[str] = "cpu"
    severity: ClassVar[Severity] = "error"
    facts: ClassVar[tuple[str, ...]] = ("hf_memory_gb", "render_free_memory", "vercel_function_memory_gb")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each loader whose model is too large, with the estimate."""
        sized = [(one, size) for one in loadings(project) if (size := one.loader.heaviest()) is not None]
        too_large = [one for one, size in sized if size[1] > one.memory_bytes]
        for one, platforms in by_call(too_large):
            name, wanted = one.loader.heaviest() or ("", 0.0)
            call = one.loader.call
            yield self.finding(
                call.span,
                f"{name} wants about {wanted / GB:.1f} GB of memory; {_given(too_large, one)}.",
                confidence=0.9 if wanted > 1.4 * one.memory_bytes else 0.75,
                chain=project.python.chain(call.module, call.node),
                platforms=platforms,
                fix=Fix(text="Ask a hosted API instead, or load a smaller or quantised model."),
            )
        large = {id(one.loader.call.node) for one in too_large}
        for one, _ in by_call([one for one, _ in sized if id(one.loader.call.node) not in large]):
            name, wanted = one.loader.heaviest() or ("", 0.0)
            yield self.passed(one.loader.call.span, f"{name} wants about {wanted / GB:.1f} GB")


def _given(found: list[Loading], first: Loading) -> str:
    """Return what each platform gives, in words."""
    names = {"hf": "a Space", "render": "a free service on Render", "vercel": "a Vercel function"}
    same = {one.platform: one.memory_bytes for one in found if one.loader.call.node is first.loader.call.node}
    return " and ".join(f"{names[platform]} gives {size / GB:.1f} GB" for platform, size in same.items())
