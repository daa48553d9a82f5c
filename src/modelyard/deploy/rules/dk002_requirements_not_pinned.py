"""DK002: requirements that any version satisfies."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.images import merged
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.requirements import Requirement
from modelyard.deploy.rule import Rule, Said

BOUNDED = re.compile(r"===?|~=|<")
TOOLS = frozenset({"pip", "setuptools", "wheel", "uv", "poetry", "pipenv", "build", "hatchling"})
MAX_NAMED = 5


class DK002(Rule):
    """Requirements that any version satisfies.

    **What it does.** Reads the requirements that the build of each Python service installs, and names those without
    `==`, `~=` or an upper bound, unless a lock file decides.

    **Why it matters.** The image is built again with every push and with every change on the platform: it then gets
    what was released since, and what worked yesterday dies at import.

    **How to fix.** Compile a lock (`uv lock`, `pip-compile`) and install from it, or bound the packages that matter.

    **Limits.** Packages from git or an address count as pinned.
    """

    kind: Literal["DK002"] = "DK002"
    title: ClassVar[str] = "Requirements not pinned"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each service that has such requirements."""
        for one, platforms in merged(project.on("hf", "render")):
            if one.shape in ("static", "node"):
                continue
            found = project.requirements(one)
            loose = [entry for entry in found.asked if _is_loose(entry) and entry.name not in found.locked]
            if loose:
                names = list(dict.fromkeys(entry.name for entry in loose))
                more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
                yield self.finding(
                    [*dict.fromkeys(entry.span for entry in loose)],
                    f"Any newer version will do for {', '.join(names[:MAX_NAMED])}{more}.",
                    platforms=platforms,
                    fix=Fix(text="Install from a lock file (`uv lock`, `pip-compile`), or give upper bounds."),
                )
            elif found.asked:
                yield self.passed(found.asked[0].span, "every requirement is bounded")


def _is_loose(one: Requirement) -> bool:
    return one.name not in TOOLS and not one.is_url and not BOUNDED.search(one.specifier)
