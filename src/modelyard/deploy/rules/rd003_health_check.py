"""RD003: a web service on Render has no health check that answers in time."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity
from modelyard.deploy.project.blueprint_edits import with_key
from modelyard.deploy.project.blueprints import Blueprint, Service
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class RD003(Rule):
    """A web service on Render has no health check that answers in time.

    **What it does.** Looks for `healthCheckPath` in each web service of `render.yaml`, for a route that answers there,
    and whether that route waits for the database.

    **Why it matters.** Without a path Render only sees an open port, and sends visitors to a process that cannot answer
    yet. A route that waits for a sleeping database misses the five seconds, and the service is restarted or its
    deploy cancelled while nothing is wrong with it.

    **How to fix.** Add a route that answers without the database and without signing in, and name it:
    `healthCheckPath: /health`.

    **Limits.** Only FastAPI, Starlette and Flask routes are known; a path that something else answers is trusted.
    """

    kind: Literal["RD003"] = "RD003"
    title: ClassVar[str] = "Health check missing or slow"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("render_health_check_timeout",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what each web service of the blueprints says of its health."""
        for blueprint in project.blueprints:
            for service in blueprint.services:
                if service.type == "web" and service.runtime != "static":
                    yield self._service(project, blueprint, service)

    def _service(self, project: Project, blueprint: Blueprint, service: Service) -> Said:
        path = service.text("healthCheckPath")
        if not path:
            return self._missing(project, blueprint, service)
        span = blueprint.span((*service.path, "healthCheckPath"))
        seconds = fact("render_health_check_timeout").value
        slow = next((route for route in project.handlers.at(path) if project.handlers.asks_database(route)), None)
        if slow is not None:
            return self.finding(
                [span, slow.span],
                f"{path} waits for the database; Render waits {seconds} seconds for it.",
                confidence=0.75,
                fix=Fix(text="Answer the health check without the database, and report its state on another route."),
            )
        return self.passed(span, f"{service.name} is checked at {path}")

    def _missing(self, project: Project, blueprint: Blueprint, service: Service) -> Said:
        route = project.handlers.health
        name = route.path or "/" if route else "/health"
        edits = present(with_key(blueprint, service.path, f"healthCheckPath: {name}")) if route else ()
        return self.finding(
            blueprint.span(service.path),
            f"{service.name} names no healthCheckPath.",
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Add `healthCheckPath: {name}`{'' if route else ' and a route that answers there'}.",
                edits=edits,
            ),
        )
