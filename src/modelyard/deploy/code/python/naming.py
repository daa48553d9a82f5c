"""What a name in a module stands for: followed through imports, assignments, annotations and instances."""

import ast

from modelyard.deploy.code.python.modules import Modules
from modelyard.deploy.code.python.parts import Module
from modelyard.deploy.code.python.scopes import Binding

MAX_DEPTH = 24
_WRAPPERS = ("typing.Optional", "typing.Annotated", "typing_extensions.Annotated", "typing.Final")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Naming:
    """Names resolved across the modules of a code base. A value is called by the name of the class it is made by."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._assigned: dict[ast.ClassDef, dict[str, list[ast.expr]]] = {}
        self._named: dict[tuple[Module, ast.AST], str | None] = {}
        self._parted: dict[tuple[str, str], tuple[Module, list[str]] | None] = {}
        self._defined: dict[tuple[str, str], tuple[Module, Definition] | None] = {}

    def name(self, node: ast.AST, module: Module, depth: int = 0) -> str | None:
        """Return the dotted name of what an expression stands for, None where it cannot be told."""
        key = (module, node)
        if key not in self._named:
            self._named[key] = None  # a name that leads back to itself has no answer
            self._named[key] = self._name(node, module, depth) if depth < MAX_DEPTH else None
        return self._named[key]

    def definition(self, node: ast.AST, module: Module) -> tuple[Module, Definition] | None:
        """Return the function or class of the code base that an expression stands for."""
        name = self.name(node, module)
        return self.definition_of(name, module) if name else None

    def definition_of(self, dotted: str, near: Module) -> tuple[Module, Definition] | None:
        """Return the function or class that a resolved name stands for."""
        if self.modules.changes_path(near):
            return self._definition_of(dotted, near)
        key = (dotted, near.root)
        if key not in self._defined:
            self._defined[key] = self._definition_of(dotted, near)
        return self._defined[key]

    def _definition_of(self, dotted: str, near: Module) -> tuple[Module, Definition] | None:
        if (found := self._split(dotted, near)) is None:
            return None
        module, rest = found
        scope: ast.AST = module.tree
        for part in rest:
            bindings = module.scopes.bindings.get(scope, {}).get(part, [])
            defined = [one.node for one in bindings if one.how == "definition"]
            if not defined:
                return None
            scope = defined[-1]
        return (module, scope) if isinstance(scope, Definition) else None

    def qualified(self, node: Definition, module: Module) -> str:
        """Return the dotted name of a definition: `app.db.Store.save`."""
        names = [one.name for one in module.scopes.around(node) if isinstance(one, Definition)]
        return ".".join([module.name, *reversed(names), node.name])

    def variable(self, node: ast.AST, module: Module, depth: int = 0) -> tuple[Module, str] | None:
        """Return where the variable that an expression names is bound: its module and its name there."""
        if depth > MAX_DEPTH:
            return None
        if isinstance(node, ast.Name):
            found = module.scopes.lookup(node.id, module.scopes.scope(node))
            imports = imports_in(found[1]) if found else []
            if imports:
                return self._variable_of(self.modules.absolute(imports[0], module), module, depth + 1)
            return (module, node.id) if found else None
        if isinstance(node, ast.Attribute) and (base := self.name(node.value, module)):
            return self._variable_of(f"{base}.{node.attr}", module, depth + 1)
        return None

    def imported(self, binding: Binding, module: Module) -> tuple[Module, str] | None:
        """Return where the variable that an import brings in is bound."""
        return self._variable_of(self.modules.absolute(binding, module), module, 0)

    def _variable_of(self, dotted: str, near: Module, depth: int) -> tuple[Module, str] | None:
        found = self._split(dotted, near)
        if found is None or len(found[1]) != 1 or depth > MAX_DEPTH:
            return None
        module, (name,) = found
        imports = imports_in(module.scopes.bindings[module.tree].get(name, []))
        return (
            self._variable_of(self.modules.absolute(imports[0], module), module, depth + 1)
            if imports
            else (module, name)
        )

    def followed(self, dotted: str, near: Module, depth: int = 0) -> str:
        """Return a dotted name as it is defined, through the modules that only import it."""
        found = self._split(dotted, near) if depth < MAX_DEPTH else None
        if found is None or not found[1]:
            return dotted
        module, (first, *rest) = found
        binding = best(module.scopes.bindings[module.tree].get(first, self._starred(first, module)))
        if binding is None:
            return dotted
        its = self._of_binding(binding, module, depth + 1)
        if its is None:
            return f"{module.name}.{'.'.join([first, *rest])}"
        return self._followed_class(".".join([its, *rest]), module) if rest else its

    def _followed_class(self, dotted: str, near: Module) -> str:
        """Return `class.attribute` as the class that the attribute is made by, where `__init__` says so."""
        owner, _, attribute = dotted.rpartition(".")
        found = self.definition_of(owner, near)
        if found and isinstance(found[1], ast.ClassDef):
            return self._attribute(found[1], found[0], attribute, 0) or dotted
        return dotted

    def _split(self, dotted: str, near: Module) -> tuple[Module, list[str]] | None:
        """Return the module that a dotted name begins with, and the names that follow."""
        if self.modules.changes_path(near):
            return self._split_anew(dotted, near)
        key = (dotted, near.root)
        if key not in self._parted:
            self._parted[key] = self._split_anew(dotted, near)
        return self._parted[key]

    def _split_anew(self, dotted: str, near: Module) -> tuple[Module, list[str]] | None:
        parts = dotted.split(".")
        for n in range(len(parts), 0, -1):
            if (module := self.modules.find(".".join(parts[:n]), near)) is not None:
                return module, parts[n:]
        return None

    def _starred(self, name: str, module: Module) -> list[Binding]:
        for star in module.scopes.bindings[module.tree].get("*", []):
            source = self.modules.find(self.modules.absolute(star, module), module)
            if source and source is not module and (found := source.scopes.bindings[source.tree].get(name)):
                absolute = Binding(name, "import", star.node, source=source.name, member=name)
                return [absolute] if found else []
        return []

    def _name(self, node: ast.AST, module: Module, depth: int) -> str | None:
        match node:
            case ast.Name(id=name):
                return self._of_name(name, node, module, depth)
            case ast.Attribute(value=base, attr=attr):
                return self._of_attribute(base, attr, module, depth)
            case ast.Call(func=func):
                return self._of_call(func, module, depth)
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.name(value, module, depth + 1)
            case ast.BoolOp(values=[first, *_]) | ast.IfExp(body=first):
                return self.name(first, module, depth + 1)
        return None

    def _of_name(self, name: str, node: ast.AST, module: Module, depth: int) -> str | None:
        found = module.scopes.lookup(name, module.scopes.scope(node))
        if found is None:
            starred = best(self._starred(name, module))
            return self._of_binding(starred, module, depth) if starred else name
        scope, bindings = found
        binding = best(bindings, module, node if scope is module.scopes.scope(node) else None)
        return (self._of_binding(binding, module, depth + 1) if binding else None) or name

    def _of_binding(self, binding: Binding, module: Module, depth: int) -> str | None:
        if depth > MAX_DEPTH:
            return None
        if binding.how == "import":
            return self.followed(self.modules.absolute(binding, module), module, depth + 1)
        if binding.how == "definition" and isinstance(binding.node, Definition):
            return self.qualified(binding.node, module)
        if binding.annotation is not None and (named := self.annotated(binding.annotation, module)):
            return named
        if binding.how == "assigned" and binding.value is not None:
            return self.name(binding.value, module, depth + 1)
        return None

    def annotated(self, node: ast.expr, module: Module) -> str | None:
        """Return the dotted name of the class an annotation names, `Optional`, `Annotated` and `| None` taken off."""
        match node:
            case ast.Constant(value=str() as text) if text.isidentifier():
                return None
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                is_none = isinstance(left, ast.Constant) and left.value is None
                return self.annotated(right if is_none else left, module)
            case ast.Subscript(value=value, slice=inner):
                outer = self.name(value, module)
                if outer in _WRAPPERS:
                    return self.annotated(inner.elts[0] if isinstance(inner, ast.Tuple) else inner, module)
                return outer
            case ast.Name() | ast.Attribute():
                return self.name(node, module)
        return None

    def _of_attribute(self, base: ast.expr, attr: str, module: Module, depth: int) -> str | None:
        if isinstance(base, ast.Name) and base.id in ("self", "cls"):
            owner = module.scopes.enclosing_class(base)
            its = self._attribute(owner, module, attr, depth + 1) if owner else None
            return its or f"{base.id}.{attr}"
        its = self.name(base, module, depth + 1)
        if its is None:
            return f"?.{attr}"
        return self.followed(self._followed_class(f"{its}.{attr}", module), module, depth + 1)

    def _of_call(self, func: ast.expr, module: Module, depth: int) -> str | None:
        """Return what a call gives: the class itself, or what a function of the code base returns."""
        made = self.name(func, module, depth + 1)
        found = self.definition_of(made, module) if made else None
        if found is None:
            return made
        where, function = found
        if isinstance(function, ast.ClassDef):
            return made
        if function.returns is not None and (named := self.annotated(function.returns, where)):
            return named
        for one in ast.walk(function):
            if isinstance(one, ast.Return) and one.value is not None:
                return self.name(one.value, where, depth + 1)
        return made

    def _attribute(self, owner: ast.ClassDef, module: Module, attr: str, depth: int) -> str | None:
        """Return what `self.attr` stands for: a method, a class attribute, or what a method assigns to it."""
        bindings = module.scopes.bindings[owner].get(attr, [])
        if (binding := best(bindings)) is not None:
            return self._of_binding(binding, module, depth)
        assigned = self.assigned_to_self(owner, module, attr)
        for value in assigned:
            if (name := self.name(value, module, depth + 1)) is not None:
                return name
        for base in owner.bases:
            found = self.definition(base, module)
            if found and isinstance(found[1], ast.ClassDef) and depth < MAX_DEPTH and found[1] is not owner:
                return self._attribute(found[1], found[0], attr, depth + 1)
        return None

    def assigned_to_self(self, owner: ast.ClassDef, module: Module, attr: str) -> list[ast.expr]:
        """Return the values that the methods of a class assign to `self.attr`, in the order of the source."""
        if owner not in self._assigned:
            self._assigned[owner] = _assigned_to_self(owner)
        return self._assigned[owner].get(attr, [])


def _assigned_to_self(owner: ast.ClassDef) -> dict[str, list[ast.expr]]:
    """Return all values that a class assigns to attributes of itself, None left out."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(owner):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        if isinstance(node.value, ast.Constant) and node.value.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            match target:
                case ast.Attribute(attr=attr, value=ast.Name(id="self" | "cls")):
                    found.setdefault(attr, []).append(node.value)
    return found


def imports_in(bindings: list[Binding]) -> list[Binding]:
    """Return the imports among bindings; those that bind a name by the way only where nothing else binds it."""
    is_other = any(one.how != "import" or not one.is_weak for one in bindings)
    return [one for one in bindings if one.how == "import" and not (one.is_weak and is_other)]


def best(bindings: list[Binding], module: Module | None = None, before: ast.AST | None = None) -> Binding | None:
    """Return the binding that tells most: an import, a definition, else the last value assigned before a node."""
    if imports := imports_in(bindings):
        return imports[0]
    if defined := [one for one in bindings if one.how == "definition"]:
        return defined[-1]
    told = [
        one
        for one in bindings
        if one.annotation is not None
        or (one.value is not None and not (isinstance(one.value, ast.Constant) and one.value.value is None))
    ]
    if module and before is not None:
        order = module.scopes.order(before)
        told = [one for one in told if module.scopes.order(one.node) < order] or told
    return told[-1] if told else (bindings[-1] if bindings else None)
