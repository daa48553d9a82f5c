"""SEC003: tokens are signed, or callers let in, with a secret that is known or easily guessed."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.masking import shown, without
from modelyard.deploy.code.secrets import (
    is_key_of_callers,
    is_open_value,
    is_opening_name,
    is_random,
    is_secret_name,
    is_signing_name,
)
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity, Span
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.literals import NamedText, is_refused, named_texts, signing_keys
from modelyard.deploy.project.naming import lines_of_environment
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.server_secrets import Signing, signing_texts
from modelyard.deploy.rule import Rule, Said

MIN_BYTES = 32
"""Of a secret for HMAC-SHA-256, as RFC 7518 asks."""
READS = re.compile(r"getenv|environ")
MAX_NAME_PARTS = 3
"""Of a text that names a variable (`JWT_SECRET_KEY`); longer ones in capitals are phrases."""


class SEC003(Rule):
    """Tokens are signed, or callers let in, with a secret that is known or easily guessed.

    **What it does.** Looks in live Python, in Node back ends and in what Next runs on the server for the text that a
    signing secret (`SECRET_KEY`, `JWT_SECRET`, …) is, or becomes when the environment says nothing: a phrase, or fewer
    than 32 bytes. In Python the same for what opens an administrator's door (`ADMIN_PASSWORD`), and for an `API_KEY`
    that the program compares with what a caller shows.

    **Why it matters.** If the variable is forgotten on the platform, everything runs, and anyone who has read the
    source can sign a token for any user, or come in as the administrator. A short secret is found by trying.

    **How to fix.** Read it without a default, so that the program stops when it is missing, and set 32 random bytes
    (`openssl rand -hex 32`; on Render `generateValue: true`).

    **Limits.** A program that compares with the default and stops is clean. A random literal is SEC002.
    """

    kind: Literal["SEC003"] = "SEC003"
    title: ClassVar[str] = "Weak or default signing secret"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each weak secret; a pass for each that has to be set."""
        for one in named_texts(project):
            if is_signing_name(one.name) and not (is_random(one.value) and len(one.value) >= MIN_BYTES):
                if _is_reference(one) or _is_of_development(one):
                    continue
                if is_refused(project, one):
                    yield self.passed(one.module.span(one.node), f"the program stops when {one.name} keeps its default")
                else:
                    yield self._finding(project, one)
        for one in named_texts(project):
            is_clean = is_random(one.value) or _is_reference(one) or _is_of_development(one)
            if _opens(project, one) and not is_clean and not is_refused(project, one, by_text=True):
                yield self._finding(project, one)
        for one in signing_keys(project):
            if one.value and not (is_random(one.value) and len(one.value) >= MIN_BYTES):
                yield self._finding(project, one)
        for each in signing_texts(project):
            if not (is_random(each.value) and len(each.value) >= MIN_BYTES):
                yield self._of_script(each)
        for read in project.python.environment:
            if is_signing_name(read.name) and read.is_required:
                yield self.passed(read.span, f"{read.name} has no default")

    def _of_script(self, one: Signing) -> Said:
        """Say what a script of a server signs with."""
        how = "falls back on" if one.is_default else "is"
        what = "an empty text" if not one.value else f"a text that anyone can read: {shown(one.value)}"
        return self.finding(
            without(one.span, one.value),
            f"{one.name[0].upper()}{one.name[1:]} {how} {what}",
            severity=None if one.value else "warning",
            confidence=0.85,
            platforms=one.platforms,
            fix=Fix(
                text="Read it without a default, throw when it is missing, and set 32 random bytes as a secret.",
                by_person=("Set the secret on the platform: openssl rand -hex 32",),
            ),
        )

    def _finding(self, project: Project, one: NamedText) -> Said:
        span = without(one.module.span(one.node), one.value)
        statement = one.module.scopes.statement(one.node)
        is_default = one.read is not None or (
            statement is not None and READS.search(ast.unparse(statement)) is not None
        )
        how = "falls back on" if is_default else "is"
        is_set = is_default and _is_set(project, one)
        known = list(_known(project, one)) if is_default and not is_set else []
        what = "an empty text" if not one.value else f"a text that anyone can read: {shown(one.value)}"
        edit = _edit(one)
        told = f" ({known[0].file} sets it, for all to read)" if known else ""
        return self.finding(
            [span, *known],
            f"{_variable(one)} {how} {what}{' (the blueprint sets it)' if is_set else told}",
            severity="warning" if is_set or not (one.value or known) else None,
            confidence=0.9 if one.read is not None else 0.85,
            chain=project.python.chain(one.module, one.node),
            platforms=project.platforms_of(one.module.file.path) or None,
            fix=Fix(
                kind="suggested" if edit else "none",
                text="Read it without a default and set 32 random bytes as a secret on the platform.",
                edits=(edit,) if edit else (),
                by_person=(f"Set {_variable(one)} as a secret: openssl rand -hex 32",),
            ),
        )


def _opens(project: Project, one: NamedText) -> bool:
    """Say whether whoever knows a text is let in: an administrator's, or one that callers have to show."""
    if not one.value:
        return False
    name = _variable(one)
    if is_opening_name(name):
        return True
    return one.read is not None and is_key_of_callers(name) and _is_compared(project, one)


def _is_compared(project: Project, one: NamedText) -> bool:
    """Say whether live code compares what this text becomes with something else."""
    names = {one.name.lower()}
    statement = one.module.scopes.statement(one.node)
    if isinstance(statement, ast.Assign):
        names |= {target.id.lower() for target in statement.targets if isinstance(target, ast.Name)}
    parts = [
        part
        for module in project.python.reached
        for node in module.scopes.of(ast.Compare)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        if project.python.is_live(module, node) and not isinstance(node.comparators[0], ast.Constant)
        for part in (node.left, *node.comparators)
    ]
    parts += [part for call in project.python.calls(".compare_digest") for part in call.node.args]
    return any(_named(part) in names for part in parts)


def _named(node: ast.expr) -> str:
    """Return the name that an expression ends with, in small letters, `.encode()` taken off."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return (node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else "").lower()


def _variable(one: NamedText) -> str:
    return one.read.name if one.read else one.name


def _is_set(project: Project, one: NamedText) -> bool:
    """Say whether each platform that runs it gives the name a value that no file holds: generated, or referred to."""
    name = _variable(one).upper()
    running = project.running(one.module.file.path)
    return bool(running) and all(name in _given(project, each) for each in running)


def _given(project: Project, deployable: Deployable) -> set[str]:
    """Return the names that a manifest surely sets and does not show; what it only asks for may be forgotten."""
    for blueprint in project.blueprints:
        for service in blueprint.services:
            if service.data is deployable.settings:
                given = blueprint.variables(service)
                return {each.name.upper() for each in given if each.how in ("generated", "reference")}
    if deployable.platform != "vercel":
        return set()
    return {name.upper() for name, value in deployable.environment if value is None}


def _known(project: Project, one: NamedText) -> Iterator[Span]:
    """Yield where manifests and tracked files of the environment set the name to a text of their own."""
    name = _variable(one).upper()
    platforms = project.platforms_of(one.module.file.path)
    for each in project.names.sets:
        if each.name.upper() == name and each.where in platforms and each.value and not is_open_value(each.value):
            yield without(each.span, each.value)
    for file in project.code.named(".env"):
        for line, named, value, is_off in lines_of_environment(file) if file.is_tracked else ():
            if named.upper() == name and not is_off and not is_open_value(value):
                yield without(file.span(line), value)


def _is_of_development(one: NamedText) -> bool:
    """Say whether it belongs to the configuration of tests or of one's own machine (`class TestingConfig`)."""
    owner = one.module.scopes.enclosing_class(one.node)
    return owner is not None and re.match(r"(?:Test|Dev|Local)", owner.name) is not None


def _is_reference(one: NamedText) -> bool:
    """Say whether a text only names the secret: the name of a variable, a column, a header, a path."""
    value = one.value
    if not value:
        return one.read is None
    is_name = value.upper() == value and is_secret_name(value) and len(value.split("_")) <= MAX_NAME_PARTS
    if is_name and (value == one.name or one.read is not None) and _is_signed_with(one):
        return False
    return is_name or value.startswith(("/", "http")) or "{" in value


def _is_signed_with(one: NamedText) -> bool:
    """Say whether the same file hands the name on to what signs, and does not look the environment up by it."""
    name = re.escape(one.name)
    text = one.module.file.text
    is_looked_up = re.search(rf"(?:environ\s*\[|getenv\(|environ\.get\(|os\.environ\b[^\n]*)\s*{name}\b", text)
    if one.read is not None:
        return True
    return (
        is_looked_up is None
        and re.search(rf"(?:encode|decode|sign|dumps|loads|Serializer)\([^\n]*\b{name}\b", text) is not None
    )


def _edit(one: NamedText) -> Edit | None:
    """Return the edit that takes a default away: of `os.getenv`, of a settings field, of a plain assignment."""
    module = one.module
    if one.read is not None and isinstance(one.read.node, ast.Call):
        source = module.source(one.read.node)
        if source.startswith(("os.getenv(", "os.environ.get(")):
            start, end = module.extent(one.read.node)
            return Edit(file=module.file.path, start=start, end=end, text=f'os.environ["{one.read.name}"]')
        return None
    statement = module.scopes.statement(one.node)
    if one.read is not None and isinstance(statement, ast.AnnAssign) and statement.value is one.node:
        _, start = module.extent(statement.annotation)
        _, end = module.extent(statement)
        return Edit(file=module.file.path, start=start, end=end, text="")
    return None
