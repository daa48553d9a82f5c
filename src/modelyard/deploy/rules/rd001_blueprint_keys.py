"""RD001: a blueprint uses a key that Render has renamed, or one it does not know."""

import difflib
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.blueprints import Blueprint, Path, Service
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

RENAMED = {
    "env": "runtime",
    "autoDeploy": "autoDeployTrigger",
    "pullRequestPreviewsEnabled": "previews.generation",
    "previewsEnabled": "previews.generation",
    "previewsExpireAfterDays": "previews.expireAfterDays",
    "previewPlan": "previews.plan",
}
KNOWN = frozenset(
    {"type", "name", "runtime", "plan", "region", "repo", "branch", "rootDir", "buildFilter", "buildCommand", "envVars"}
    | {"startCommand", "preDeployCommand", "dockerfilePath", "dockerContext", "dockerCommand", "registryCredential"}
    | {
        "healthCheckPath",
        "numInstances",
        "scaling",
        "disk",
        "domains",
        "domain",
        "autoDeployTrigger",
        "previews",
        "image",
    }
    | {
        "maxShutdownDelaySeconds",
        "ipAllowList",
        "maxmemoryPolicy",
        "schedule",
        "staticPublishPath",
        "headers",
        "routes",
    }
    | {"initialDeployHook", "renderSubdomainPolicy", "maintenanceMode", "url", "persistenceMode", "shell"}
)
TRIGGERS = {"true": "commit", "false": "off"}
LIKENESS = 0.84
"""Of two keys that are taken for one mistyped, from 0 to 1."""


class RD001(Rule):
    """A blueprint uses a key that Render has renamed, or one it does not know.

    **What it does.** Reads every service of `render.yaml` for the keys that have a newer name (`env`, `autoDeploy`,
    `previewsEnabled`, the type `redis`) and for keys that look like a known one mistyped.

    **Why it matters.** Old names still work today and stop without a further word; a mistyped key is refused, or
    read as nothing at all, and the service runs without what it should say.

    **How to fix.** Write `runtime` for `env`, `autoDeployTrigger: commit` (or `off`) for `autoDeploy`, the type
    `keyvalue` for `redis`, and the key that was meant for a mistyped one.

    **Limits.** Keys that Render has added since the list was made are not reported unless they resemble another.
    """

    kind: Literal["RD001"] = "RD001"
    title: ClassVar[str] = "Renamed or unknown key in render.yaml"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    fix_kind: ClassVar[FixKind] = "safe"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each old key, with every service that has it."""
        for blueprint in project.blueprints:
            found: dict[tuple[str, str], list[Path]] = {}
            for service in blueprint.services:
                for name, better, path in _faults(service):
                    found.setdefault((name, better), []).append(path)
            for (name, better), paths in found.items():
                yield self._finding(blueprint, name, better, paths)
            if blueprint.services and not found:
                yield self.passed(blueprint.span(("services",)), "every key of its services is current")

    def _finding(self, blueprint: Blueprint, name: str, better: str, paths: list[Path]) -> Said:
        is_old = name in RENAMED or name == "type: redis"
        edits = present(*(_renamed(blueprint, path, better) for path in paths))
        return self.finding(
            [blueprint.span(path) for path in paths],
            f"`{name}` is the old name of `{better}`." if is_old else f"Render knows no key `{name}`.",
            confidence=0.95 if is_old else 0.8,
            fix=Fix(
                kind="none" if not edits else "safe" if is_old else "suggested",
                text=f"Write `{better}` instead." if is_old else f"Write `{better}`, if that was meant.",
                edits=edits,
            ),
        )


def _faults(service: Service) -> Iterator[tuple[str, str, Path]]:
    """Yield each key that is not current, what it is called now, and where it stands."""
    for key in service.data:
        path = (*service.path, key)
        if key in RENAMED:
            yield key, RENAMED[key], path
        elif key not in KNOWN and (near := difflib.get_close_matches(key, KNOWN, n=1, cutoff=LIKENESS)):
            yield key, near[0], path
    if service.type == "redis":
        yield "type: redis", "type: keyvalue", (*service.path, "type")


def _renamed(blueprint: Blueprint, path: Path, better: str) -> Edit | None:
    """Return the edit of one key; None where the new form has another shape."""
    line = blueprint.span(path).line
    old = str(path[-1])
    if better.startswith("type: "):
        return replaced(blueprint.file, line, "redis", "keyvalue")
    if "." in better:
        return None
    if old != "autoDeploy":
        return replaced(blueprint.file, line, f"{old}:", f"{better}:")
    text = blueprint.file.lines[line - 1]
    value = text.partition("autoDeploy:")[2].split("#")[0].strip()
    if value not in TRIGGERS:
        return None
    stated = text[text.index("autoDeploy:") :].split("#")[0].rstrip()
    return replaced(blueprint.file, line, stated, f"{better}: {TRIGGERS[value]}")
