"""RD007: a blueprint asks for a kind of service that has no free plan."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

NAMES = {"worker": "a background worker", "pserv": "a private service", "cron": "a cron job"}


class RD007(Rule):
    """A blueprint asks for a kind of service that has no free plan.

    **What it does.** Looks for workers, private services and cron jobs in `render.yaml` that are on the plan `free` or
    name none.

    **Why it matters.** Only web services, static sites, key-value stores and one database are free. With `plan: free`
    Render refuses the blueprint; without a plan, the service costs money from its first day.

    **How to fix.** Let the web service do the work (a thread beside the server, a queue in the database), have a
    workflow call it on a schedule, or name the plan you mean to pay for.

    **Limits.** A paid plan that is named is taken as meant.
    """

    kind: Literal["RD007"] = "RD007"
    title: ClassVar[str] = "Service type without a free plan"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    facts: ClassVar[tuple[str, ...]] = ("render_types_without_free_plan",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each service that cannot be had for nothing."""
        for blueprint in project.blueprints:
            for service in blueprint.services:
                plan = service.text("plan").lower()
                if service.type not in fact("render_types_without_free_plan").value or plan not in ("", "free"):
                    continue
                what = NAMES.get(service.type, service.type)
                yield self.finding(
                    blueprint.span((*service.path, "plan" if plan else "type")),
                    f"{service.name} is {what}, which Render has no free plan for"
                    f"{', yet `plan: free` is set' if plan else ' and creates on a paid one'}.",
                    confidence=0.95 if plan else 0.85,
                    fix=Fix(
                        text="Merge its work into the web service, start it from a scheduled workflow, or pay for it."
                    ),
                )
