"""The parameter that is an engine: any kind of the engine family, found when it is first used."""

from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from modelyard.kernel.kinds import family
from modelyard.models.engine import Engine


def _parse(value: Any) -> Engine:
    if isinstance(value, Engine):
        return value
    # Raised inside a validator, the ValidationError of the union keeps its paths below the field's.
    union = family("engine").union
    engine: Engine = TypeAdapter(union).validate_python(value)
    return engine


class _EngineSchema:
    """The engine family as a discriminated union; not built at import, when plug-ins are still being looked for."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate by the family, write as a document."""
        as_document = core_schema.plain_serializer_function_ser_schema(lambda engine: engine.model_dump(mode="json"))
        return core_schema.no_info_plain_validator_function(_parse, serialization=as_document)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """State every engine's own schema."""
        kinds = family("engine").kinds.values()
        return {
            "oneOf": [_whole(kind.model_json_schema()) for kind in kinds],
            "discriminator": {"propertyName": "kind"},
        }


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    """Return an engine's schema with what it refers to in its place: references would point outside of it here."""
    stated = schema.pop("$defs", {})

    def filled(part: Any) -> Any:
        if isinstance(part, list):
            return [filled(each) for each in part]
        if not isinstance(part, dict):
            return part
        referred = filled(stated[part["$ref"].rsplit("/", 1)[-1]]) if "$ref" in part else {}
        return {**referred, **{name: filled(each) for name, each in part.items() if name != "$ref"}}

    whole: dict[str, Any] = filled(schema)
    return whole


EngineField = Annotated[Engine, _EngineSchema]
"""An engine and its parameters; forms show one card per engine."""
