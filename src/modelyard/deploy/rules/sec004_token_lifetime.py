"""SEC004: tokens live long, or for ever."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call
from modelyard.deploy.code.python.lifetimes import Lifetime, lifetimes
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

MAX_ACCESS = timedelta(hours=24)
MAX_REFRESH = timedelta(days=30)
SIGNERS = ("jwt.encode", "jose.jwt.encode", "authlib.jose.jwt.encode")


class SEC004(Rule):
    """Tokens live long, or for ever.

    **What it does.** Folds the lifetimes that settings, constants and `timedelta` give to tokens: access tokens of more
    than 24 hours, refresh tokens of more than 30 days. Reports tokens that are signed without an expiry.

    **Why it matters.** A token that was copied from a browser or a log works until it expires; nothing else ends it
    where the server keeps no list.

    **How to fix.** Let access tokens live for minutes, renew them with a refresh token, and rotate that one at each
    use.

    **Limits.** A lifetime that only the environment knows is not seen; an expiry that is added elsewhere is not either.
    """

    kind: Literal["SEC004"] = "SEC004"
    title: ClassVar[str] = "Token lifetime"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "info"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each long lifetime; a pass for those that are short."""
        for one in lifetimes(project.python):
            limit = MAX_REFRESH if one.is_refresh else MAX_ACCESS
            if one.length > limit:
                yield self._finding(project, one, limit)
            elif one.length > timedelta():
                yield self.passed(one.module.span(one.node), f"{one.name} is {_said(one.length)}")
        for call in project.python.calls(*SIGNERS):
            if not _has_expiry(project, call):
                yield self.finding(
                    call.span,
                    "This token is signed without an expiry.",
                    confidence=0.7,
                    chain=project.python.chain(call.module, call.node),
                    platforms=project.platforms_of(call.module.file.path),
                    fix=Fix(text="Put `exp` into the payload: now plus some minutes."),
                )

    def _finding(self, project: Project, one: Lifetime, limit: timedelta) -> Said:
        kind = "a refresh token" if one.is_refresh else "an access token"
        return self.finding(
            one.module.span(one.node),
            f"{one.name} is {_said(one.length)}; {kind} should not live longer than {_said(limit)}.",
            confidence=0.8,
            chain=project.python.chain(one.module, one.node),
            platforms=project.platforms_of(one.module.file.path),
            fix=Fix(text="Shorten it, and renew it with a refresh token that is rotated."),
        )


def _said(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    if hours >= 48:
        return f"{hours / 24:g} days"
    return f"{hours:g} hours" if hours >= 1 else f"{length.total_seconds() / 60:g} minutes"


def _has_expiry(project: Project, call: Call) -> bool:
    """Say whether `exp` is set in the function that signs, or in one that passes it the payload."""
    if call.function is None or call.is_open:
        return True
    places = [call.function]
    payload = call.argument(0, "payload") or call.argument(0, "claims")
    parameters = {one.arg for one in (*call.function.args.args, *call.function.args.kwonlyargs)}
    if isinstance(payload, ast.Name) and payload.id in parameters:
        dotted = project.python.naming.qualified(call.function, call.module)
        places += [one.function for one in project.python.calls(dotted) if one.function is not None]
    return any(_speaks_of_expiry(place) for place in places)


def _speaks_of_expiry(function: ast.AST) -> bool:
    for node in ast.walk(function):
        match node:
            case ast.Constant(value="exp") | ast.keyword(arg="exp") | ast.keyword(arg="expires_in"):
                return True
    return False
