"""SEC018: nobody could see that someone tries passwords."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Route
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SIGN_IN = re.compile(r"/(?:[\w\-/]*/)?(?:log-?in|sign-?in|token|authenticate)/?$", re.IGNORECASE)
LEVELS = ("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print")
LOGS = re.compile(r"log|audit|event|record_attempt|print", re.IGNORECASE)


class SEC018(Rule):
    """Nobody could see that someone tries passwords.

    **What it does.** Looks in the handlers that sign in, and in what they call, for something that is logged.

    **Why it matters.** When an account is taken over, the first question is since when and from where. Without a line
    for each attempt there is no answer.

    **How to fix.** Log each failed and each successful attempt with the account and the address, never the password.

    **Limits.** The access log of the server has the address and the status too, but not the account.
    """

    kind: Literal["SEC018"] = "SEC018"
    title: ClassVar[str] = "Sign-in attempts are not logged"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "info"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for all handlers that sign in and log nothing."""
        routes = [one for one in project.handlers.routes if one.method == "POST" and SIGN_IN.search(one.path)]
        silent = [one for one in routes if not _logs(project, one)]
        if silent:
            named = ", ".join(f"{one.method} {one.path}" for one in silent)
            yield self.finding(
                [one.span for one in silent],
                f"Attempts to sign in are not logged: {named}.",
                confidence=0.8,
                platforms=project.platforms_of(silent[0].module.file.path),
                fix=Fix(text="Log each attempt with its outcome, the account and the address, never the password."),
            )
        for route in routes:
            if route not in silent:
                yield self.passed(route.span, f"{route.path} logs")


def _logs(project: Project, route: Route) -> bool:
    return any(_is_logging(call) for call in project.handlers.calls_behind(route))


def _is_logging(call: Call) -> bool:
    head, _, last = call.name.rpartition(".")
    return (last in LEVELS and (last == "print" or LOGS.search(head) is not None)) or "audit" in last or "log_" in last
