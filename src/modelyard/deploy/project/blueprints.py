"""Render's blueprints: the services, groups and databases that `render.yaml` declares."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from modelyard.deploy.code.files import CodeBase, SourceFile, normal
from modelyard.deploy.code.positions import Placed, read_yaml
from modelyard.deploy.finding import Span

NAMES = ("render.yaml", "render.yml")
Path = tuple[str | int, ...]
How = Literal["value", "generated", "asked", "reference", "group"]
"""`asked`: `sync: false`, typed in by a person; `reference`: from another service or database; `group`: all of one."""


@dataclass(frozen=True)
class Variable:
    """One entry of `envVars`."""

    name: str
    """The key; for `fromGroup`, the group's name."""
    how: How
    value: str | None
    """The literal, as text; None for all but `value`."""
    path: Path
    """Where it stands in the document."""
    data: dict[str, Any]


@dataclass(frozen=True)
class Service:
    """One entry of `services`."""

    data: dict[str, Any]
    path: Path
    variables: tuple[Variable, ...]

    def text(self, *keys: str) -> str:
        """Return the first of these keys that is given, as text; `""` without any."""
        return next((str(self.data[key]) for key in keys if self.data.get(key) is not None), "")

    @property
    def name(self) -> str:
        """Its name; the type where it has none."""
        return self.text("name") or self.type

    @property
    def type(self) -> str:
        """`web`, `worker`, `pserv`, `cron`, `keyvalue`, … as written."""
        return self.text("type")

    @property
    def runtime(self) -> str:
        """`python`, `node`, `docker`, `static`, `image`, …; `env` is its old name."""
        return self.text("runtime", "env").lower()

    @property
    def root(self) -> str:
        """The folder it is built from."""
        return normal(self.text("rootDir"))


@dataclass(frozen=True)
class Blueprint:
    """One `render.yaml`. It lies at the top, or its paths still begin there."""

    placed: Placed

    @property
    def file(self) -> SourceFile:
        """The file."""
        return self.placed.file

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Its services, those of projects and environments too."""
        return tuple(
            Service(data, path, tuple(_variables(data.get("envVars"), (*path, "envVars"))))
            for path, data in self._entries("services")
        )

    @cached_property
    def groups(self) -> dict[str, tuple[Variable, ...]]:
        """The variables of each `envVarGroups` entry, by its name."""
        return {
            str(data.get("name")): tuple(_variables(data.get("envVars"), (*path, "envVars")))
            for path, data in self._entries("envVarGroups")
        }

    @cached_property
    def databases(self) -> tuple[tuple[Path, dict[str, Any]], ...]:
        """The databases, with where each stands."""
        return tuple(self._entries("databases"))

    def span(self, path: Path) -> Span:
        """Return the line of a part."""
        return self.placed.span(*path)

    def variables(self, service: Service) -> Iterator[Variable]:
        """Yield a service's variables, those of its groups included."""
        for one in service.variables:
            if one.how == "group":
                yield from self.groups.get(one.name, ())
            else:
                yield one

    def _entries(self, key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
        for path, holder in self._holders():
            listed = holder.get(key)
            for i, one in enumerate(listed if isinstance(listed, list) else []):
                if isinstance(one, dict):
                    yield (*path, key, i), one

    def _holders(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Yield the document and every environment of its projects."""
        data = self.placed.data
        if not isinstance(data, dict):
            return
        yield (), data
        for i, project in enumerate(data["projects"] if isinstance(data.get("projects"), list) else []):
            environments = project.get("environments") if isinstance(project, dict) else None
            for j, one in enumerate(environments if isinstance(environments, list) else []):
                if isinstance(one, dict):
                    yield ("projects", i, "environments", j), one


def blueprints_of(code: CodeBase) -> tuple[tuple[Blueprint, ...], tuple[tuple[Span, str], ...]]:
    """Return the blueprints of a code base, and those that cannot be read with the reason; tests' own are left out."""
    read: list[Blueprint] = []
    unread: list[tuple[Span, str]] = []
    for file in code.named(*NAMES):
        if any(part in ("test", "tests", "fixtures", "example", "examples", "docs") for part in file.path.split("/")):
            continue
        placed = read_yaml(file)
        if isinstance(placed, str):
            unread.append((file.span(), placed))
        else:
            read.append(Blueprint(placed))
    return tuple(read), tuple(unread)


def _variables(listed: Any, path: Path) -> Iterator[Variable]:
    for i, one in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(one, dict):
            continue
        here = (*path, i)
        if "fromGroup" in one:
            yield Variable(str(one["fromGroup"]), "group", None, (*here, "fromGroup"), one)
        elif "key" in one:
            how = _how(one)
            yield Variable(str(one["key"]), how, _text(one.get("value")) if how == "value" else None, here, one)


def _how(data: dict[str, Any]) -> How:
    if data.get("generateValue") is True:
        return "generated"
    if "fromService" in data or "fromDatabase" in data:
        return "reference"
    return "value" if data.get("value") is not None else "asked"


def _text(value: Any) -> str:
    """Return a value as the environment would hold it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
