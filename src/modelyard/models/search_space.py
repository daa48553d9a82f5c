"""What of an engine can be tuned: read from its parameters, where ranges and conditions are stated once."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from modelyard.data.columns import Task
from modelyard.kernel.kinds import Choices, Kind, Range

if TYPE_CHECKING:
    from modelyard.models.engine import Engine

Condition = Mapping[str, tuple[Any, ...]]
"""Field → the values with which the parameter applies."""
Space = Range | Choices
E = TypeVar("E", bound="Engine")


def search_space(kind: "type[Engine]", task: Task) -> dict[str, Space]:
    """Return the values worth trying of each parameter that can be tuned for the task, conditional ones too.

    A parameter comes after those that its condition names.
    """
    found: dict[str, Space] = {}
    for name, field in kind.model_fields.items():
        hint = _hints(field.json_schema_extra).get("x-search")
        if hint is not None and kind.only_for.get(name, task) == task:
            found[name] = _choices(hint["choices"]) if "choices" in hint else Range(**hint)
    depends = conditions(kind)
    return dict(sorted(found.items(), key=lambda item: len(depends.get(item[0], {}))))


def draw(engine: E, task: Task, choose: Callable[[str, Space], Any]) -> E:
    """Return the engine with every searched parameter chosen by `choose`; the others keep their values.

    A parameter whose condition is not met by what was chosen before it is not asked for and takes its default.
    """
    kind = type(engine)
    space, depends = search_space(kind, task), conditions(kind)
    values = engine.model_dump()
    for name in space:
        is_active = all(values[field] in allowed for field, allowed in depends.get(name, {}).items())
        values[name] = choose(name, space[name]) if is_active else kind.model_fields[name].default
    return kind.model_validate(values)


@cache
def conditions(kind: type[Kind]) -> dict[str, Condition]:
    """Return the parameters that apply only with certain values of others (`when`), with those values."""
    found = {name: _hints(field.json_schema_extra).get("x-when") for name, field in kind.model_fields.items()}
    return {
        name: {field: tuple(values) for field, values in condition.items()}
        for name, condition in found.items()
        if condition
    }


def is_met(condition: Condition, made: BaseModel) -> bool:
    """Say whether each field named has one of its values."""
    return all(getattr(made, field) in values for field, values in condition.items())


def refuse(made: BaseModel, field: str, message: str) -> NoReturn:
    """Refuse parameters that do not fit together, with the path of the field to change; for model validators."""
    problem = PydanticCustomError("value_error", "{message}", {"message": message})
    value = getattr(made, field)
    raise ValidationError.from_exception_data(
        type(made).__name__, [InitErrorDetails(type=problem, loc=(field,), input=value)]
    )


def _choices(values: list[Any]) -> Choices:
    """Return the values as fields have them: a list is a tuple there."""
    return Choices(tuple(tuple(value) if isinstance(value, list) else value for value in values))


def _hints(extra: Any) -> Mapping[str, Any]:
    return extra if isinstance(extra, dict) else {}
