"""RT003: a name of the environment is set under one name and read under another, or set nowhere."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import indentation, inserted, present, replaced
from modelyard.deploy.code.python.code import EnvironmentRead
from modelyard.deploy.code.secrets import is_secret_name
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.blueprints import Blueprint, Service
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.mismatches import Mismatch, mismatches
from modelyard.deploy.project.names import is_given
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.unset import ending_reads
from modelyard.deploy.rule import Rule, Said

PLATFORM_OF: dict[str, tuple[Platform, ...]] = {"render": ("render",), "vercel": ("vercel",)}


class RT003(Rule):
    """A name of the environment is set under one name and read under another, or set nowhere.

    **What it does.** Compares the names that live code reads (`os.environ`, pydantic-settings, `process.env`,
    `import.meta.env`) with those that `render.yaml`, `vercel.json`, Dockerfiles, workflows, `.env.example` and READMEs
    set: names that differ by letters or a part, and names the program cannot start without that a blueprint leaves out.

    **Why it matters.** The value is set, and the program runs with its default as if it were not: origins of production
    are refused, tokens are signed with the secret of development. Nothing says why.

    **How to fix.** Use one name in code, manifest and documentation.

    **Limits.** Names that only a package reads are not known. What was typed into a dashboard is not seen.
    """

    kind: Literal["RT003"] = "RT003"
    title: ClassVar[str] = "Environment names do not match"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each pair of names, and each name that a blueprint forgets."""
        found = list(mismatches(project))
        yield from (self._pair(project, one) for one in found)
        paired = {one.read.name.upper() for one in found}
        ending = {id(read.node) for read in ending_reads(project)} if project.blueprints else set()
        for one in project.on("render"):
            yield from self._forgotten(project, one, paired, ending)

    def _pair(self, project: Project, one: Mismatch) -> Said:
        place = one.sets[0]
        where = place.span.file.rpartition("/")[2]
        is_sure = one.is_in_manifest or one.how in ("typo", "prefix")
        edits = present(
            *(
                replaced(file, other.span.line, other.name, one.read.name)
                for other in one.sets
                if (file := project.code.get(other.span.file)) is not None
            )
        )
        verb = "sets" if one.is_in_manifest else "names"
        return self.finding(
            [place.span, one.read.span, *(other.span for other in one.sets[1:])],
            f"{where} {verb} {place.name}; the code reads {one.read.name}, which nothing sets.",
            severity=None if is_sure else "warning",
            confidence={"typo": 0.9, "prefix": 0.9, "suffix": 0.85}.get(one.how, 0.75) if one.is_in_manifest else 0.7,
            platforms=PLATFORM_OF.get(place.where) or one.read.platforms or None,
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Use one name: {one.read.name}, as the code reads it.",
                edits=edits,
            ),
        )

    def _forgotten(self, project: Project, one: Deployable, paired: set[str], ending: set[int]) -> Iterator[Said]:
        """Yield the names that a service cannot start without and that its blueprint does not set."""
        service = _service(project, one)
        if service is None or not one.python_files:
            return
        if any(each.how == "group" and each.name not in service[0].groups for each in service[1].variables):
            return
        known = {name.upper() for name, _ in one.environment} | paired
        reached = {path for start, _ in one.python_files for path in project.python.beneath(start)}
        missing: dict[str, EnvironmentRead] = {}
        for read in project.python.environment:
            is_needed = (read.is_required and _is_at_start(read)) or id(read.node) in ending
            is_ours = is_needed and read.module.file.path in reached
            if is_ours and read.name.upper() not in known and not is_given(read.name):
                missing.setdefault(read.name, read)
        for name, read in missing.items():
            edits = present(_declared(*service, name))
            yield self.finding(
                [service[0].span(service[1].path), read.span],
                f"{one.name} cannot start without {name}, which render.yaml does not name.",
                confidence=0.8,
                chain=project.python.chain(read.module, read.node),
                platforms=("render",),
                fix=Fix(
                    kind="suggested" if edits else "none",
                    text=f"Add {name} to its envVars{' with `sync: false`' if is_secret_name(name) else ''}.",
                    edits=edits,
                    by_person=(f"Set {name} when Render asks for it.",),
                ),
            )


def _service(project: Project, one: Deployable) -> tuple[Blueprint, Service] | None:
    for blueprint in project.blueprints:
        for service in blueprint.services:
            if service.data is one.settings:
                return blueprint, service
    return None


def _is_at_start(read: EnvironmentRead) -> bool:
    """Say whether the program ends at start without the name: read by a module, or a field of settings."""
    return isinstance(read.node, ast.AnnAssign) or read.module.scopes.function(read.node) is None


def _declared(blueprint: Blueprint, service: Service, name: str) -> Edit | None:
    """Return the edit that adds a name as the first of a service's variables."""
    if not service.variables or service.variables[0].how == "group":
        return None
    line = blueprint.span(service.variables[0].path).line
    stated = blueprint.file.lines[line - 1]
    if not stated.lstrip().startswith("- key:"):
        return None
    spaces = indentation(blueprint.file, line)
    return inserted(blueprint.file, line, f"{spaces}- key: {name}\n{spaces}  sync: false")
