"""SEC008: anyone may call a route that costs money or changes data."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Route
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

OPEN_BY_NATURE = re.compile(
    r"log-?in|log-?out|sign-?(?:in|up|out)|register|token|oauth|callback|webhook|health|contact|subscribe|refresh|forgot"
    r"|reset|verify|csrf|feedback|auth",
    re.IGNORECASE,
)
ADMIN = re.compile(r"/(?:admin|debug|internal|seed|migrate|reindex|reset-db|drop|purge)(?:/|$)", re.IGNORECASE)


class SEC008(Rule):
    """Anyone may call a route that costs money or changes data.

    **What it does.** Follows each route that is not signed in to what it does: calls to a language model, deletions,
    writes to the database or the disk, administration.

    **Why it matters.** The address of a Space or a Render service is public and is found within days. Whoever finds it
    spends your tokens, and deletes your data.

    **How to fix.** Ask for a user or a key on these routes: `dependencies=[Depends(current_user)]` on their router.

    **Limits.** Authentication that is kept outside the code (a private Space, a proxy) is not seen. A demo that is
    meant to be open may ignore this, with a limit on what it costs.
    """

    kind: Literal["SEC008"] = "SEC008"
    title: ClassVar[str] = "Costly or destructive route without authentication"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for all such routes."""
        handlers = project.handlers
        found: dict[int, tuple[Route, str]] = {}
        n_protected = 0
        for route in handlers.routes:
            why = _why(project, route)
            if why is None:
                continue
            if handlers.is_protected(route):
                n_protected += 1
            else:
                found.setdefault(id(route.handler), (route, why))
        if found:
            yield self._finding(project, list(found.values()))
        elif n_protected:
            yield self.passed(handlers.routes[0].span, f"{n_protected} costly or destructive routes ask who is calling")

    def _finding(self, project: Project, found: list[tuple[Route, str]]) -> Said:
        named = ", ".join(f"{route.method} {route.path} ({why})" for route, why in found[:5])
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        first = found[0][0]
        return self.finding(
            [route.span for route, _ in found],
            f"Anyone may call {named}{more}.",
            confidence=0.75,
            chain=project.python.chain(first.module, first.handler),
            platforms=project.platforms_of(first.module.file.path),
            fix=Fix(
                text="Ask for a user or a key: `dependencies=[Depends(current_user)]` on the router of these routes.",
                by_person=("Decide which routes may stay open, and what they may cost.",),
            ),
        )


def _why(project: Project, route: Route) -> str | None:
    """Return why a route should ask who is calling; None when it need not."""
    if OPEN_BY_NATURE.search(route.path) and not ADMIN.search(route.path):
        return None
    if project.handlers.asks_llm(route):
        return "calls a language model"
    if ADMIN.search(route.path) and route.method != "OPTIONS":
        return "administration"
    if route.method == "DELETE":
        return "deletes"
    if route.method in ("POST", "PUT", "PATCH") and project.handlers.writes(route):
        return "writes"
    return None
