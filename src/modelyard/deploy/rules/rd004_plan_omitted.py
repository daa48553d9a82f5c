"""RD004: a blueprint names no plan, and a new service gets a paid one."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from modelyard.deploy.code.changes import present
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity
from modelyard.deploy.project.blueprint_edits import with_key
from modelyard.deploy.project.blueprints import Blueprint, Path
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

WITH_FREE_PLAN = ("web", "keyvalue", "redis")


class RD004(Rule):
    """A blueprint names no plan, and a new service gets a paid one.

    **What it does.** Looks for `plan` in the web services, key-value stores and databases of `render.yaml`.

    **Why it matters.** Left out, a new service starts on the cheapest paid plan, and Render asks for a card before it
    creates anything.

    **How to fix.** Add `plan: free`, or the plan you mean to pay for.

    **Limits.** A service that exists already keeps the plan it has; the blueprint does not tell whether it does.
    Workers and cron jobs have no free plan: see RD007.
    """

    kind: Literal["RD004"] = "RD004"
    title: ClassVar[str] = "Plan omitted in render.yaml"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("render_default_plan",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each service and database without a plan."""
        for blueprint in project.blueprints:
            for service in blueprint.services:
                if service.type in WITH_FREE_PLAN and service.runtime != "static":
                    yield self._entry(blueprint, service.path, service.data, service.name)
            for path, data in blueprint.databases:
                yield self._entry(blueprint, path, data, str(data.get("name", "the database")))

    def _entry(self, blueprint: Blueprint, path: Path, data: dict[str, Any], name: str) -> Said:
        if data.get("plan") is not None:
            return self.passed(blueprint.span((*path, "plan")), f"{name} is on the plan {data['plan']}")
        is_database = "databases" in path
        paid = "a paid plan" if is_database else f"the plan {fact('render_default_plan').value}, which is paid"
        edits = present(with_key(blueprint, path, "plan: free"))
        return self.finding(
            blueprint.span(path),
            f"{name} names no plan and would be created on {paid}.",
            fix=Fix(kind="suggested" if edits else "none", text="Add `plan: free`.", edits=edits),
        )
