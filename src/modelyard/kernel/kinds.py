"""Families of kinds: one file states a kind; forms, validation, docs and the palette are derived from it.

A kind is a frozen Pydantic class: its fields are parameters, its docstring is its page, its methods are behaviour.
A family is found by its entry point in `modelyard.families`; its kinds are all concrete subclasses in the modules that
the entry points in `modelyard.kinds` name (a package is scanned), ours and those of installed plug-ins alike.
"""

import importlib
import inspect
import pkgutil
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from types import ModuleType
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, Union

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from modelyard.kernel.errors import FieldError, Invalid

log = structlog.get_logger()
OURS = "modelyard"
"""The distribution whose kinds must load: a fault in them is ours; one in a plug-in costs that plug-in only."""


RequiresFor = Mapping[tuple[str, str], tuple[str, ...]]
"""Parameter and value to the modules they need."""


class Kind(BaseModel):
    """Base of every kind. Subclasses with a `kind: Literal["name"] = "name"` field are concrete."""

    # Validators are built at first use: a server that starts needs none of them.
    model_config = ConfigDict(
        defer_build=True, frozen=True, extra="forbid", use_attribute_docstrings=True, ser_json_inf_nan="constants"
    )

    title: ClassVar[str] = ""
    """Name on screen; the class name in words when empty."""
    group: ClassVar[str] = ""
    """Where the palette shows it."""
    icon: ClassVar[str] = "box"
    """Name of a lucide icon."""
    requires: ClassVar[tuple[str, ...]] = ()
    """Modules that must be importable for this kind to work, from an extra of the same name."""

    requires_for: ClassVar[RequiresFor] = {}
    """Modules that must be importable only when a parameter has a value."""
    predicts_with: ClassVar[tuple[str, ...] | None] = None
    """Modules with which it treats new rows, beside `requires_for`, where that is less than what its code names.

    They are installed without what they ask for in turn.
    """

    @classmethod
    def kind_name(cls) -> str:
        """Return the value of the `kind` field."""
        return str(cls.model_fields["kind"].default)

    @classmethod
    def unavailable_reason(cls) -> str | None:
        """Say why this kind cannot be used here, or None when it can."""
        absent = [name for name in cls.requires if find_spec(name) is None]
        return f"not installed: pip install modelyard[{absent[0]}]" if absent else None

    @classmethod
    def card_extra(cls) -> dict[str, Any]:
        """Return what the family adds to the card (ports, tasks …)."""
        return {}

    @classmethod
    def parameters_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of the parameters, with the defaults that are made when needed stated too."""
        schema = cls.model_json_schema()
        for name, field in cls.model_fields.items():
            made = field.get_default(call_default_factory=True) if field.default_factory is not None else None
            if isinstance(made, BaseModel):
                schema["properties"][name]["default"] = made.model_dump(mode="json")
        return schema

    @classmethod
    def card(cls) -> dict[str, Any]:
        """Return everything that a palette, a form or a page needs to know."""
        page = inspect.cleandoc(cls.__doc__ or "")
        reason = cls.unavailable_reason()
        return {
            "kind": cls.kind_name(),
            "title": cls.title or cls.__name__,
            "group": cls.group,
            "icon": cls.icon,
            "summary": page.split("\n\n")[0].replace("\n", " "),
            "page": page,
            "schema": cls.parameters_schema(),
            "available": reason is None,
            "unavailable_reason": reason,
            **cls.card_extra(),
        }


Widget = Literal[
    "collection", "column", "columns", "dataset", "dataset_column", "embedder", "engine", "llm", "workflow"
]
"""What a form shows for a field that its type alone does not tell: most are things of the yard to choose among."""


def Parameter(  # noqa: N802 — reads like pydantic's Field, which it wraps
    default: Any = ...,
    *,
    description: str,
    unit: str | None = None,
    widget: Widget | None = None,
    advanced: bool = False,
    when: Mapping[str, Sequence[Any]] | None = None,
    search: "Range | Choices | None" = None,
    **field: Any,
) -> Any:
    """Declare a kind's parameter: pydantic's Field with what the form needs to know.

    `when`: the parameter applies only while each field named has one of these values; forms hide it otherwise.
    `search`: the values worth trying when the parameter is tuned (`between`, `among`).
    """
    hints = {
        "x-unit": unit,
        "x-widget": widget,
        "x-advanced": advanced or None,
        "x-when": {name: list(values) for name, values in when.items()} if when else None,
        "x-search": search.hint() if search else None,
    }
    extra: dict[str, Any] = {key: value for key, value in hints.items() if value is not None}
    return Field(default, description=description, json_schema_extra=extra, **field)


@dataclass(frozen=True)
class Range:
    """Numbers worth trying from `low` to `high`, both included; on a logarithmic scale, or whole ones only."""

    low: float
    high: float
    is_log: bool = False
    is_integer: bool = False

    def hint(self) -> dict[str, Any]:
        """Return the range as JSON Schema carries it."""
        return {"low": self.low, "high": self.high, "is_log": self.is_log, "is_integer": self.is_integer}


@dataclass(frozen=True)
class Choices:
    """Values worth trying."""

    values: tuple[Any, ...]

    def hint(self) -> dict[str, Any]:
        """Return the values as JSON Schema carries them."""
        return {"choices": list(self.values)}


def between(low: float, high: float, *, log: bool = False) -> Range:
    """State a range to search; whole numbers when both ends are."""
    return Range(low, high, is_log=log, is_integer=isinstance(low, int) and isinstance(high, int))


def among(*values: Any) -> Choices:
    """State values to choose among in a search."""
    return Choices(values)


K = TypeVar("K", bound=Kind)


class Family(Generic[K]):
    """All kinds of one family, by name."""

    def __init__(self, name: str, base: type[K], kinds: Mapping[str, type[K]]) -> None:
        self.name = name
        self.base = base
        self.kinds = kinds

    def get(self, kind: str) -> type[K] | None:
        """Return the kind's class, or None when nothing here has that name."""
        return self.kinds.get(kind)

    @cached_property
    def union(self) -> Any:
        """The discriminated union of all kinds, for request bodies and nested fields."""
        classes = tuple(self.kinds.values())
        return Annotated[Union[classes], Field(discriminator="kind")] if len(classes) > 1 else classes[0]  # noqa: UP007

    @cached_property
    def _adapter(self) -> TypeAdapter[K]:
        return TypeAdapter(self.union)

    def parse(self, document: Mapping[str, Any], *, path: tuple[str | int, ...] = ()) -> K:
        """Return the kind that the document states; raise Invalid with the path of each wrong field."""
        name = document.get("kind")
        found = self.kinds.get(name) if isinstance(name, str) else None
        if found is None:
            message = (
                f"There is no {self.name} kind {reprlib.repr(name)} here; "
                "it may come from a newer version or a missing plug-in."
            )
            raise Invalid(message, fields=[FieldError((*path, "kind"), message)])
        try:
            return found.model_validate(document)
        except ValidationError as error:
            fields = field_errors(error, path)
            raise Invalid(f"{found.title or name}: {fields[0].message}", fields=fields) from None

    def cards(self) -> list[dict[str, Any]]:
        """Return the cards of all kinds, in the order of their files."""
        return [kind.card() for kind in self.kinds.values()]


def field_errors(error: ValidationError, path: tuple[str | int, ...] = ()) -> list[FieldError]:
    """Return one FieldError per problem that pydantic found."""
    return [FieldError((*path, *item["loc"]), _sentence(item["msg"])) for item in error.errors(include_url=False)]


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")


@cache
def families() -> dict[str, Family[Any]]:
    """Return every family that is installed, by name; a plug-in that cannot be loaded is left out and logged."""
    return _loaded(_points("families"), _points("kinds"))


def _loaded(stated: list[EntryPoint], points: list[EntryPoint]) -> dict[str, Family[Any]]:
    bases = {point.name: base for point in stated if (base := _load_base(point))}
    members: dict[str, dict[str, type[Kind]]] = {name: {} for name in bases}
    for point in points:
        try:
            _add_all(members, bases, list(_concrete_kinds(point)))
        except Exception as error:
            _leave_out(point, error)
    return {name: Family(name, base, members[name]) for name, base in bases.items()}


def family(name: str) -> Family[Any]:
    """Return one family by name."""
    return families()[name]


@cache
def family_alone(name: str, ours: str) -> Family[Any]:
    """Return one family without loading the others: of our own kinds those in the module `ours`, of plug-ins all.

    For a command that needs a single family and is waited for.
    """
    points = [point for point in _points("kinds") if not _is_ours(point) or point.value == ours]
    return _loaded([point for point in _points("families") if point.name == name], points)[name]


def _points(group: str) -> list[EntryPoint]:
    """Return the entry points, ours first: a plug-in cannot take a name of ours."""
    return sorted(entry_points(group=f"modelyard.{group}"), key=lambda point: (not _is_ours(point), point.value))


def _is_ours(point: EntryPoint) -> bool:
    return point.dist is not None and point.dist.name == OURS


def _load_base(point: EntryPoint) -> type[Kind] | None:
    try:
        base: type[Kind] = point.load()
    except Exception as error:
        _leave_out(point, error)
        return None
    return base


def _leave_out(point: EntryPoint, error: Exception) -> None:
    """Log a plug-in's fault; raise one of ours. Whatever a stranger's module does at import ends here."""
    if _is_ours(point):
        raise error
    log.error("plug-in left out", plugin=point.dist.name if point.dist else point.name, exc_info=error)


def _add_all(members: dict[str, dict[str, type[Kind]]], bases: dict[str, type[Kind]], found: list[type[Kind]]) -> None:
    """Add all kinds of one entry point to their families, or none of them."""
    grown = {name: dict(kinds) for name, kinds in members.items()}
    for kind in found:
        for name, base in bases.items():
            if issubclass(kind, base):
                _add(grown[name], kind)
    members.update(grown)


def _add(members: dict[str, type[Kind]], found: type[Kind]) -> None:
    if not isinstance(found.model_fields["kind"].default, str):
        raise TypeError(f"{found.__module__}.{found.__name__} does not state its name: kind: Literal[…] = …")
    taken = members.setdefault(found.kind_name(), found)
    if taken is not found:
        raise TypeError(f"two kinds are called {found.kind_name()!r}: {taken.__module__} and {found.__module__}")


def _concrete_kinds(point: EntryPoint) -> Iterator[type[Kind]]:
    for module in _modules(point.load()):
        for value in vars(module).values():
            if (
                inspect.isclass(value)
                and issubclass(value, Kind)
                and value.__module__ == module.__name__
                and "kind" in value.model_fields
            ):
                yield value


def _modules(module: ModuleType) -> Iterator[ModuleType]:
    yield module
    for info in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield importlib.import_module(f"{module.__name__}.{info.name}")
