"""RD005: a secret stands in render.yaml."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import indentation, line_replaced, present
from modelyard.deploy.code.masking import shown, without
from modelyard.deploy.code.secrets import (
    is_open_value,
    is_placeholder,
    is_public_by_design,
    is_secret_name,
    is_signing_name,
    secrets_in,
)
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.blueprints import Blueprint, Path, Variable
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

COMMANDS = ("buildCommand", "startCommand", "dockerCommand", "preDeployCommand", "initialDeployHook")


class RD005(Rule):
    """A secret stands in render.yaml.

    **What it does.** Reads the literal values of `envVars` in services and groups: those of names that hold secrets,
    and those that have the shape of a key, a token or a URL with a password; values for previews too. A key that was
    written where its name belongs (`- key: AIza…`) counts, and one that stands in a command.

    **Why it matters.** The file is in the repository; whoever reads it, or its history, has the secret.

    **How to fix.** Write `sync: false` and type the value in when Render asks, or `generateValue: true` for what only
    the service itself must know. Then rotate the secret: it stays in the history of git.

    **Limits.** A secret with an ordinary name and an ordinary look is not recognised.
    """

    kind: Literal["RD005"] = "RD005"
    title: ClassVar[str] = "Secret in render.yaml"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "critical"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each secret literal; one pass for a blueprint that names secrets and holds none."""
        for blueprint in project.blueprints:
            variables = [one for service in blueprint.services for one in service.variables]
            variables += [one for group in blueprint.groups.values() for one in group]
            found = [one for one in variables if _is_leaked(one)]
            yield from (self._finding(blueprint, one) for one in found)
            swapped = [one for one in variables if any(secrets_in(one.name))]
            yield from (self._swapped(blueprint, one) for one in swapped)
            told = [*_in_commands(blueprint)]
            yield from (self._told(blueprint, key, path, value) for key, path, value in told)
            kept = [one for one in variables if one.how in ("asked", "generated") and is_secret_name(one.name)]
            if kept and not found and not swapped and not told:
                yield self.passed(blueprint.span(kept[0].path), "its secrets are asked for or generated")

    def _finding(self, blueprint: Blueprint, one: Variable) -> Said:
        key = "value" if _is_secret(one.name, one.value) else "previewValue"
        value = (one.value if key == "value" else str(one.data.get(key))) or ""
        span = without(blueprint.span((*one.path, key)), value)
        better = "generateValue: true" if is_signing_name(one.name) else "sync: false"
        edits = present(_edit(blueprint, one, better)) if key == "value" else ()
        return self.finding(
            span,
            f"{one.name} has its value in render.yaml: {shown(value)}",
            confidence=0.95 if any(secrets_in(value)) else 0.85,
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Write `{better}` in the place of the value.",
                edits=edits,
                by_person=(f"Rotate {one.name}: the value stays in the history of git.",),
            ),
        )

    def _told(self, blueprint: Blueprint, key: str, path: Path, value: str) -> Said:
        return self.finding(
            without(blueprint.span(path), value),
            f"{key} holds a secret: {shown(value)}",
            confidence=0.95,
            fix=Fix(
                text="Name it in `envVars` with `sync: false`, and let the command read the variable.",
                by_person=("Rotate the secret: it stays in the history of git.",),
            ),
        )

    def _swapped(self, blueprint: Blueprint, one: Variable) -> Said:
        return self.finding(
            without(blueprint.span((*one.path, "key")), one.name),
            f"A secret stands where the name of a variable belongs: {shown(one.name)}",
            confidence=0.95,
            fix=Fix(
                text="Write the variable's name as `key`, with `sync: false`, and type the secret in on the platform.",
                by_person=(f"Rotate {shown(one.name)}: it stays in the history of git.",),
            ),
        )


def _is_leaked(one: Variable) -> bool:
    preview = one.data.get("previewValue")
    return _is_secret(one.name, one.value) or _is_secret(one.name, preview if isinstance(preview, str) else None)


def _is_secret(name: str, value: str | None) -> bool:
    if not value or is_public_by_design(name, value):
        return False
    if any(secrets_in(value)):
        return True
    if is_signing_name(name):
        return not is_open_value(value)
    return is_secret_name(name) and not is_placeholder(value) and not is_open_value(value)


def _in_commands(blueprint: Blueprint) -> Iterator[tuple[str, Path, str]]:
    """Yield the commands that hold what has the shape of a secret: key, place, and the secret."""
    for service in blueprint.services:
        for key in COMMANDS:
            value = service.data.get(key)
            secret = next(secrets_in(value), None) if isinstance(value, str) else None
            if secret is not None:
                yield key, (*service.path, key), secret.value


def _edit(blueprint: Blueprint, one: Variable, better: str) -> Edit | None:
    """Return the edit that takes the value's own line away; None in flow style or for a value of several lines."""
    line = blueprint.span((*one.path, "value")).line
    stated = blueprint.file.lines[line - 1]
    if not re.match(r"\s*value:\s*[^|>{\s]", stated):
        return None
    return line_replaced(blueprint.file, line, f"{indentation(blueprint.file, line)}{better}")
