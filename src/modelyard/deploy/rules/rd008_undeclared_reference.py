"""RD008: a blueprint refers to a service, database or group that it does not declare."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.blueprints import Blueprint, Path, Variable
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

Reference = tuple[str, str, Path]
"""What kind of thing is meant, its name, and where that stands."""


class RD008(Rule):
    """A blueprint refers to a service, database or group that it does not declare.

    **What it does.** Compares the names in `fromService`, `fromDatabase` and `fromGroup` with what the same blueprint
    declares.

    **Why it matters.** Render refuses the whole blueprint: nothing is created or updated.

    **How to fix.** Declare what is missing, or correct the name.

    **Limits.** A group that was made by hand in the dashboard is not seen; ignore the finding if it is there.
    """

    kind: Literal["RD008"] = "RD008"
    title: ClassVar[str] = "Reference to something undeclared"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each name that is missing, with every place that refers to it."""
        for blueprint in project.blueprints:
            missing: dict[tuple[str, str], list[Span]] = {}
            n = 0
            for what, name, path in _references(blueprint):
                n += 1
                if name not in _declared(blueprint, what):
                    missing.setdefault((what, name), []).append(blueprint.span(path))
            for (what, name), spans in missing.items():
                yield self._finding(blueprint, what, name, spans)
            if n and not missing:
                yield self.passed(blueprint.file.span(), "everything it refers to is declared")

    def _finding(self, blueprint: Blueprint, what: str, name: str, spans: list[Span]) -> Said:
        is_easy = what == "database" and not blueprint.databases and _is_plain(name)
        edits = (_declaration(blueprint, name),) if is_easy else ()
        return self.finding(
            spans,
            f"There is no {what} {name!r} in this blueprint.",
            confidence=0.75 if what == "group" else 0.95,
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Declare the {what} {name!r}, or correct the name.",
                edits=edits,
            ),
        )


def _references(blueprint: Blueprint) -> Iterator[Reference]:
    for service in blueprint.services:
        for one in service.variables:
            if one.how == "group":
                yield "group", one.name, one.path
            else:
                yield from _of_variable(one)
    for group in blueprint.groups.values():
        for one in group:
            yield from _of_variable(one)


def _of_variable(one: Variable) -> Iterator[Reference]:
    for key, what in (("fromService", "service"), ("fromDatabase", "database")):
        target: Any = one.data.get(key)
        if isinstance(target, dict) and target.get("name") is not None:
            yield what, str(target["name"]), (*one.path, key, "name")


def _declared(blueprint: Blueprint, what: str) -> set[str]:
    if what == "service":
        return {service.name for service in blueprint.services}
    if what == "group":
        return set(blueprint.groups)
    return {str(data.get("name")) for _, data in blueprint.databases}


def _is_plain(name: str) -> bool:
    return name.replace("-", "").replace("_", "").isalnum()


def _declaration(blueprint: Blueprint, name: str) -> Edit:
    file = blueprint.file
    return inserted(file, len(file.lines), f"databases:\n  - name: {name}\n    plan: free")
