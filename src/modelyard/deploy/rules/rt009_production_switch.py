"""RT009: the program runs as in development unless something says otherwise."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import EnvironmentRead, Module
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity, Span
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SWITCH = re.compile(r"(?:APP_|FASTAPI_|FLASK_|PYTHON_|NODE_)?(?:ENV|ENVIRONMENT|STAGE|DEBUG|DEV_MODE|DEVELOPMENT|DEV)$")
DEVELOPMENT = {"development", "dev", "local", "debug", "true", "1", "yes", "on"}
GUARDS = re.compile(
    r"auth|login|token|docs_url|redoc|openapi|debug|secret|secure|cookie|cors|origin|admin|https|verify|user|reload",
    re.IGNORECASE,
)


class RT009(Rule):
    """The program runs as in development unless something says otherwise.

    **What it does.** Looks for a switch (`ENVIRONMENT`, `DEBUG`, …) that is on the side of development when it is not
    set, that opens something in live code (sign-in, documentation, cookies, origins), and that nothing sets for the
    platform.

    **Why it matters.** Variables are forgotten. What was meant for one's own machine then stands open on the internet:
    a sign-in without a password, cookies without `Secure`, tracebacks for everyone.

    **How to fix.** Default to production, and name development on your own machine; or let `SPACE_ID` and `RENDER`,
    which the platforms set, decide.

    **Limits.** A switch that a manifest, the image or a workflow sets is fine.
    """

    kind: Literal["RT009"] = "RT009"
    title: ClassVar[str] = "Production switch missing"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each switch that is left on the side of development."""
        seen: set[str] = set()
        for read in project.python.environment:
            if read.name in seen or read.default is None or not SWITCH.fullmatch(read.name):
                continue
            folded = project.python.fold(read.default, read.module)
            if folded is None or str(folded.value).lower() not in DEVELOPMENT:
                continue
            guarded = _opened(project, read)
            if guarded is None:
                continue
            seen.add(read.name)
            if (told := _set_for(project, read.name)) is not None:
                yield self.passed(told, f"{read.name} is set for the platform")
            else:
                yield self._finding(project, read, guarded, str(folded.value))

    def _finding(self, project: Project, read: EnvironmentRead, guarded: Span, default: str) -> Said:
        edit = _edit(read, default)
        return self.finding(
            [read.span, *([guarded] if guarded != read.span else [])],
            f"{read.name} is {default!r} when nothing sets it, and opens what production must keep closed.",
            confidence=0.75,
            chain=project.python.chain(read.module, read.node),
            platforms=project.platforms_of(read.module.file.path),
            fix=Fix(
                kind="suggested" if edit else "none",
                text=f"Default to production, and set {read.name} on your own machine.",
                edits=(edit,) if edit else (),
            ),
        )


def _opened(project: Project, read: EnvironmentRead) -> Span | None:
    """Return where live code asks for the switch and does something that matters."""
    for module in project.python.reached:
        for node in module.scopes.nodes():
            test = _asked(node, module)
            if test is not None and _depends(project, test, read) and project.python.is_live(module, test):
                return module.span(test)
    return None


def _asked(node: ast.AST, module: Module) -> ast.expr | None:
    """Return the expression that decides something which production must keep closed."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            function = module.scopes.function(node)
            words = f"{ast.unparse(node)} {function.name if function else ''}"
        case ast.keyword(arg=str() as words, value=test) if words != "default":
            pass
        case _:
            return None
    return test if GUARDS.search(words) else None


def _depends(project: Project, node: ast.expr, read: EnvironmentRead) -> bool:
    """Say whether an expression asks for the switch, by the name of its variable, its setting, or itself."""
    names = {read.name.lower()}
    statement = read.module.scopes.statement(read.node)
    if isinstance(statement, ast.Assign):
        names |= {one.id.lower() for one in statement.targets if isinstance(one, ast.Name)}
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name.lower() in names or name.lower() in _aliases(
                names
            ):
                return True
            case ast.Constant(value=str() as text) if text == read.name:
                return True
    return False


def _aliases(names: set[str]) -> set[str]:
    """Return what properties made of a switch are usually called."""
    if names & {"env", "environment", "app_env", "stage"}:
        return {"is_development", "is_dev", "is_production", "is_prod"}
    return {"is_debug"} if "debug" in names else set()


def _set_for(project: Project, name: str) -> Span | None:
    """Return where a manifest, an image or a workflow sets a name for the platform."""
    return next(
        (
            one.span
            for one in project.names.sets
            if one.name == name and one.where in ("render", "dockerfile", "workflow")
        ),
        None,
    )


def _edit(read: EnvironmentRead, default: str) -> Edit | None:
    """Return the edit of a default that is a plain constant."""
    if not isinstance(read.default, ast.Constant):
        return None
    start, end = read.module.extent(read.default)
    is_switch = default.lower() in ("true", "1", "yes", "on")
    if isinstance(read.default.value, bool):
        text = "False"
    elif isinstance(read.default.value, str):
        text = (
            {"1": '"0"', "true": '"false"', "yes": '"no"', "on": '"off"'}[default.lower()]
            if is_switch
            else '"production"'
        )
    else:
        return None
    return Edit(file=read.module.file.path, start=start, end=end, text=text)
