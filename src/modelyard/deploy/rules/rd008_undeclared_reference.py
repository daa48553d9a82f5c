"""RD008: a blueprint refers to a service, database or group that it does not declare."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.blueprints import Blueprint, Path, Service, Variable
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

OF_SERVICES = frozenset({"host", "port", "hostport", "connectionString"})
OF_DATABASES = frozenset({"host", "port", "user", "password", "database", "connectionString", "connectionPoolString"})
GIVEN_BY_RENDER = ("RENDER", "PORT")
"""What names of variables begin with that Render sets itself."""
Reference = tuple[str, str, Path]
"""What kind of thing is meant, its name, and where that stands."""


class RD008(Rule):
    """A blueprint refers to a service, database or group that it does not declare.

    **What it does.** Compares the names in `fromService`, `fromDatabase` and `fromGroup` with what the same blueprint
    declares, and reads what they take: a `property` that there is, or an `envVarKey` that the service declares.

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
            wrong = [*_taken_wrongly(blueprint)]
            for said, path in wrong:
                yield self.finding(
                    blueprint.span(path),
                    said,
                    confidence=0.9,
                    fix=Fix(text="Write `property` or `envVarKey` with a value that is there."),
                )
            if n and not missing and not wrong:
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


def _taken_wrongly(blueprint: Blueprint) -> Iterator[tuple[str, Path]]:
    """Yield what is wrong with what a reference takes of its target, and where."""
    services = {service.name: service for service in blueprint.services}
    variables = [one for service in blueprint.services for one in service.variables]
    for one in (*variables, *(each for group in blueprint.groups.values() for each in group)):
        for key, known in (("fromService", OF_SERVICES), ("fromDatabase", OF_DATABASES)):
            target: Any = one.data.get(key)
            if not isinstance(target, dict):
                continue
            path = (*one.path, key)
            taken, wanted = target.get("property"), target.get("envVarKey")
            other = services.get(str(target.get("name")))
            if taken is None and wanted is None:
                both = "neither property nor envVarKey" if key == "fromService" else "no property"
                yield f"{one.name} is taken from {target.get('name')}, and {key} names {both}.", path
            elif taken is not None and str(taken) not in known:
                yield f"{key} has no property {taken}.", (*path, "property")
            elif wanted is not None and other is not None and not _has(blueprint, other, str(wanted)):
                yield f"{other.name} declares no variable {wanted}.", (*path, "envVarKey")


def _has(blueprint: Blueprint, service: Service, name: str) -> bool:
    """Say whether a service has a variable: declared, of a group of its own or of the dashboard, or Render's own."""
    if name.startswith(GIVEN_BY_RENDER) or any(
        one.how == "group" and one.name not in blueprint.groups for one in service.variables
    ):
        return True
    return any(one.name == name for one in blueprint.variables(service))


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
