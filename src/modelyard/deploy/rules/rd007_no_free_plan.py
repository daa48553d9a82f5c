"""RD007: a blueprint asks for something that has no free plan."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.blueprints import Blueprint, Service
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

NAMES = {"worker": "a background worker", "pserv": "a private service", "cron": "a cron job"}


class RD007(Rule):
    """A blueprint asks for something that has no free plan.

    **What it does.** Looks for workers, private services and cron jobs in `render.yaml` that are on the plan `free` or
    name none, and for a `disk` or several instances of a service on the plan `free`.

    **Why it matters.** Only web services, static sites, key-value stores and one database are free, and none of them
    may have a disk or a second instance. With `plan: free` Render refuses the blueprint; without a plan, the service
    costs money from its first day.

    **How to fix.** Let the web service do the work (a thread beside the server, a queue in the database), have a
    workflow call it on a schedule, keep files in the database, or name the plan you mean to pay for.

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
        """Yield each service that cannot be had for nothing, and each disk."""
        for blueprint in project.blueprints:
            for service in blueprint.services:
                if service.type in fact("render_types_without_free_plan").value:
                    yield from self._service(blueprint, service)
                    continue
                if service.text("plan").lower() != "free":
                    continue
                if several := _several(service):
                    yield self.finding(
                        blueprint.span((*service.path, several)),
                        f"{service.name} asks for several instances, which Render gives to paid services only, yet "
                        "`plan: free` is set.",
                        confidence=0.9,
                        fix=Fix(text="Leave it at one instance, or pay for the service."),
                    )
                if "disk" in service.data:
                    yield self.finding(
                        blueprint.span((*service.path, "disk")),
                        f"{service.name} asks for a disk, which Render gives to paid services only, yet `plan: free` "
                        "is set.",
                        confidence=0.95,
                        fix=Fix(text="Keep the files in the database or an object store, or pay for the service."),
                    )

    def _service(self, blueprint: Blueprint, service: Service) -> Iterator[Said]:
        plan = service.text("plan").lower()
        if plan not in ("", "free"):
            return
        what = NAMES.get(service.type, service.type)
        yield self.finding(
            blueprint.span((*service.path, "plan" if plan else "type")),
            f"{service.name} is {what}, which Render has no free plan for"
            f"{', yet `plan: free` is set' if plan else ' and creates on a paid one'}.",
            confidence=0.95 if plan else 0.85,
            fix=Fix(text="Merge its work into the web service, start it from a scheduled workflow, or pay for it."),
        )


def _several(service: Service) -> str | None:
    """Return the key that asks for more than one instance."""
    n = service.data.get("numInstances")
    if isinstance(n, int) and n > 1:
        return "numInstances"
    scaling = service.data.get("scaling")
    most = scaling.get("maxInstances") if isinstance(scaling, dict) else None
    return "scaling" if isinstance(most, int) and most > 1 else None
