"""Classes of settings that read the environment: pydantic's BaseSettings, of version 1 and 2."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.deploy.code.python.naming import Naming
from modelyard.deploy.code.python.parts import Module, written
from modelyard.deploy.code.python.scopes import Function

_BASES = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")
_ALIASES = ("validation_alias", "alias", "env")
MAX_BASES = 12


@dataclass(frozen=True, eq=False)
class Setting:
    """One field of a settings class."""

    field: str
    names: tuple[str, ...]
    """The names of the environment it is read from, the first one first."""
    default: ast.expr | None
    is_required: bool
    annotation: ast.expr
    node: ast.AnnAssign
    module: Module
    validators: tuple[Function, ...] = ()
    """The functions that a value from the environment goes through."""


class SettingsClasses:
    """What the settings classes of a code base read."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._fields: dict[ast.ClassDef, dict[str, Setting]] = {}

    def is_one(self, owner: ast.ClassDef, module: Module, depth: int = 0) -> bool:
        """Say whether a class is one of settings, by its bases."""
        for base in owner.bases:
            if self._naming.name(base, module) in _BASES:
                return True
            found = self._naming.definition(base, module) if depth < MAX_BASES else None
            if found and isinstance(found[1], ast.ClassDef) and self.is_one(found[1], found[0], depth + 1):
                return True
        return False

    def fields(self, owner: ast.ClassDef, module: Module) -> dict[str, Setting]:
        """Return the fields of a settings class by name, those of its bases with it; empty for other classes."""
        if owner not in self._fields:
            self._fields[owner] = {}
            if self.is_one(owner, module):
                self._fields[owner] = self._inherited(owner, module) | {
                    one.field: one for one in self._own(owner, module)
                }
        return self._fields[owner]

    def _inherited(self, owner: ast.ClassDef, module: Module) -> dict[str, Setting]:
        found: dict[str, Setting] = {}
        for base in reversed(owner.bases):
            its = self._naming.definition(base, module)
            if its and isinstance(its[1], ast.ClassDef):
                found |= self.fields(its[1], its[0])
        return found

    def _own(self, owner: ast.ClassDef, module: Module) -> Iterator[Setting]:
        prefix = prefix_of(owner)
        for node in owner.body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name)) if name != "model_config" and not _is_class_var(node):
                    aliases, default, is_required = self._default(node.value, module)
                    names = aliases or (f"{prefix}{name}".upper(),)
                    checks = tuple(_validators(owner, name))
                    yield Setting(name, names, default, is_required, node.annotation, node, module, checks)

    def _default(self, value: ast.expr | None, module: Module) -> tuple[tuple[str, ...], ast.expr | None, bool]:
        """Return the aliases, the default and whether a value must be given."""
        if not (isinstance(value, ast.Call) and str(self._naming.name(value.func, module)).endswith("Field")):
            return (), value, value is None or _is_dots(value)
        given = {one.arg: one.value for one in value.keywords if one.arg}
        default = value.args[0] if value.args else given.get("default")
        factory = given.get("default_factory")
        if default is None and isinstance(factory, ast.Lambda):
            default = factory.body
        is_required = _is_dots(default) if default is not None else factory is None
        aliases = next((found for key in _ALIASES if (found := _texts(given.get(key)))), ())
        return aliases, None if is_required else default, is_required


def _is_dots(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_class_var(node: ast.AnnAssign) -> bool:
    inner = node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation
    return written(inner).endswith("ClassVar")


def _texts(node: ast.expr | None) -> tuple[str, ...]:
    """Return the texts of an alias: one, a list, or `AliasChoices`."""
    match node:
        case ast.Constant(value=str() as text):
            return (text,)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Call(args=parts):
            return tuple(text for part in parts for text in _texts(part))
    return ()


def prefix_of(owner: ast.ClassDef) -> str:
    """Return the `env_prefix` of a settings class."""
    for node in owner.body:
        match node:
            case ast.ClassDef(name="Config", body=body):
                for one in body:
                    match one:
                        case ast.Assign(targets=[ast.Name(id="env_prefix")], value=ast.Constant(value=str() as text)):
                            return text
            case (
                ast.Assign(targets=[ast.Name(id="model_config")], value=value)
                | ast.AnnAssign(target=ast.Name(id="model_config"), value=value)
            ):
                for key, told in _pairs(value):
                    if key == "env_prefix" and isinstance(told, ast.Constant):
                        return str(told.value)
    return ""


def _validators(owner: ast.ClassDef, field: str) -> Iterator[Function]:
    """Yield the functions of a class that pydantic calls with a field's value."""
    for node in owner.body:
        for decorator in node.decorator_list if isinstance(node, Function) else []:
            if isinstance(decorator, ast.Call) and written(decorator.func).endswith("validator"):
                told = [one.value for one in decorator.args if isinstance(one, ast.Constant)]
                if isinstance(node, Function) and (field in told or "*" in told):
                    yield node


def _pairs(node: ast.expr | None) -> Iterator[tuple[str | None, ast.expr]]:
    if isinstance(node, ast.Call):
        yield from ((one.arg, one.value) for one in node.keywords)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value
