"""SEC007: nothing limits how often a sign-in or a paid call may be tried."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Route
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SIGN_IN = re.compile(
    r"/(?:[\w\-/]*/)?(?:log-?in|sign-?in|sign-?up|register|token|forgot-?password|reset-?password|authenticate)/?$",
    re.I,
)


class SEC007(Rule):
    """Nothing limits how often a sign-in or a paid call may be tried.

    **What it does.** Looks for a limiter (slowapi, fastapi-limiter, Flask-Limiter, a middleware or a dependency of
    one's own) on the routes that sign in, register or reset, and on those that call a language model.

    **Why it matters.** Passwords can be guessed at the speed of the server, and one script can spend the month's budget
    of an LLM provider in minutes.

    **How to fix.** Add slowapi with a key that is the client's address behind the proxy (see RT004), and a low limit on
    these routes.

    **Limits.** A limit that a proxy or a provider keeps is not seen.
    """

    kind: Literal["SEC007"] = "SEC007"
    title: ClassVar[str] = "No rate limit"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for the routes that sign in, and one for those that cost."""
        handlers = project.handlers
        signing = [one for one in handlers.routes if one.method == "POST" and SIGN_IN.search(one.path)]
        paid = [one for one in handlers.routes if one not in signing and handlers.asks_llm(one)]
        for routes, what in ((signing, "sign-in"), (paid, "calls to a language model")):
            bare = [one for one in routes if not handlers.is_limited(one)]
            if bare:
                yield self._finding(project, bare, what)
            elif routes:
                yield self.passed(routes[0].span, f"{what}: {len(routes)} routes are limited")

    def _finding(self, project: Project, bare: list[Route], what: str) -> Said:
        named = ", ".join(f"{one.method} {one.path}" for one in bare[:6])
        more = f" and {len(bare) - 6} more" if len(bare) > 6 else ""
        first = bare[0]
        return self.finding(
            [one.span for one in bare],
            f"Nothing limits how often these may be called ({what}): {named}{more}.",
            confidence=0.75,
            chain=project.python.chain(first.module, first.handler),
            platforms=project.platforms_of(first.module.file.path),
            fix=Fix(text="Add a limiter such as slowapi, keyed by the client's address behind the proxy."),
        )
