"""RD009: services that must share a secret each have one of their own generated."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import indentation, line_replaced, present
from modelyard.deploy.code.secrets import is_secret_name
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.blueprints import Blueprint, Path, Service, Variable
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

Generated = tuple[Service, Variable]


class RD009(Rule):
    """Services that must share a secret each have one of their own generated.

    **What it does.** Looks for the same name with `generateValue: true` in several services that run the same code,
    or in several groups that such services take.

    **Why it matters.** Render generates a value for each: a token that the API signs is refused by the worker, and what
    one encrypts the other cannot read. Nothing says so before it happens.

    **How to fix.** Generate it once, and let the other services take it from there with `fromService` and `envVarKey`,
    or put it in an `envVarGroups` entry that both use.

    **Limits.** Services in different languages are taken to have secrets of their own.
    """

    kind: Literal["RD009"] = "RD009"
    title: ClassVar[str] = "Shared secret generated twice"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each name that is generated in several services."""
        for blueprint in project.blueprints:
            found: dict[tuple[str, str], dict[Path, Generated]] = {}
            for service in blueprint.services:
                for one in blueprint.variables(service):
                    if one.how == "generated" and is_secret_name(one.name):
                        found.setdefault((one.name, _language(service)), {}).setdefault(one.path, (service, one))
            for (name, _), those in found.items():
                if len({service.path for service, _ in those.values()}) > 1:
                    yield self._finding(blueprint, name, list(those.values()))

    def _finding(self, blueprint: Blueprint, name: str, those: list[Generated]) -> Said:
        (first, _), *others = those
        names = ", ".join(service.name for service, _ in those)
        edits = present(*(_taken_from(blueprint, first, one) for _, one in others))
        same = len({service.root for service, _ in those}) == 1
        return self.finding(
            [blueprint.span((*one.path, "generateValue")) for _, one in reversed(those)],
            f"{name} is generated for each of {names}; they will not have the same one.",
            confidence=0.9 if same else 0.7,
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Generate it for {first.name} only, and take it from there in the others.",
                edits=edits,
                by_person=(f"Sign in again after the deploy: {name} changes in {names}.",),
            ),
        )


def _language(service: Service) -> str:
    return "python" if service.runtime in ("python", "docker") else service.runtime


def _taken_from(blueprint: Blueprint, first: Service, one: Variable) -> Edit | None:
    if "envVarGroups" in one.path:
        return None
    line = blueprint.span((*one.path, "generateValue")).line
    if blueprint.file.lines[line - 1].split("#")[0].strip() != "generateValue: true":
        return None
    spaces = indentation(blueprint.file, line)
    lines = ("fromService:", f"  type: {first.type}", f"  name: {first.name}", f"  envVarKey: {one.name}")
    return line_replaced(blueprint.file, line, "\n".join(f"{spaces}{text}" for text in lines))
