"""What attributes, items and calls are worth: settings, the environment, paths, functions of the code base."""

import ast
from pathlib import PurePosixPath

from modelyard.deploy.code.python import known
from modelyard.deploy.code.python.lookups import MAX_DEPTH, Lookups
from modelyard.deploy.code.python.parts import Call, Folded, Module, written
from modelyard.deploy.code.python.reads import default_of, is_reader
from modelyard.deploy.code.python.scopes import Function
from modelyard.deploy.code.python.settings import Setting


class Members(Lookups):
    """One reading of a program, with what its classes, items and calls give."""

    # attributes and items

    def _of_attribute(self, node: ast.AST, base: ast.expr, attr: str, module: Module) -> Folded | None:
        owner = self._owner(base, module)
        if owner is not None:
            return self._of_member(owner[1], owner[0], attr)
        if (variable := self._naming.variable(node, module)) is not None:
            return self._of_variable(variable)
        its = self.value(base, module)
        if its is None:
            return None
        if isinstance(its.value, PurePosixPath) and attr in ("parent", "name", "stem", "suffix"):
            above = ".." if attr == "parent" and its.value == PurePosixPath(".") else getattr(its.value, attr)
            return Folded(PurePosixPath(above) if attr == "parent" else above, its.is_whole)
        return its if attr == "value" else None

    def _owner(self, base: ast.expr, module: Module) -> tuple[Module, ast.ClassDef] | None:
        """Return the class that an expression is, or is an instance of."""
        if isinstance(base, ast.Name) and base.id in ("self", "cls"):
            owner = module.scopes.enclosing_class(base)
            return (module, owner) if owner else None
        found = self._naming.definition(base, module)
        return (found[0], found[1]) if found and isinstance(found[1], ast.ClassDef) else None

    def _of_member(self, owner: ast.ClassDef, module: Module, attr: str) -> Folded | None:
        if (setting := self._settings.fields(owner, module).get(attr)) is not None:
            return self._of_setting(setting)
        bindings = module.scopes.bindings[owner].get(attr, [])
        defined = [one.node for one in bindings if isinstance(one.node, Function)]
        if defined:
            return self._returned(defined[-1], module)
        if any(one.value is not None for one in bindings):
            return self._of_bindings(bindings, module, None)
        assigned = self._naming.assigned_to_self(owner, module, attr)
        if assigned:
            return self.value(assigned[self._choose(len(assigned))], module)
        for base in owner.bases:
            found = self._naming.definition(base, module)
            if found and isinstance(found[1], ast.ClassDef) and found[1] is not owner:
                self._depth += 1
                its = self._of_member(found[1], found[0], attr) if self._depth < MAX_DEPTH else None
                self._depth -= 1
                return its
        return None

    def _of_setting(self, setting: Setting) -> Folded | None:
        self.names.extend(setting.names[:1])
        for name in setting.names:
            if name in self._given:
                return self._validated(_typed(self._given[name], setting.annotation), setting)
        if setting.default is None:
            return Folded(None, not setting.is_required)
        return self.value(setting.default, setting.module)

    def _validated(self, value: Folded, setting: Setting) -> Folded:
        """Return what the validators of a field make of a value; defaults do not pass through them."""
        for function in setting.validators:
            names = [one for one in function.args.args if one.arg not in ("self", "cls")]
            if names:
                made = self._returned(function, setting.module, {names[0]: value})
                value = made or Folded("{}", False)
        return value

    def _of_item(self, base: ast.expr, index: ast.expr, module: Module) -> Folded | None:
        if self._naming.name(base, module) == "os.environ":
            told = self.value(index, module)
            return self._read(str(told.value), None, module, is_required=True) if told else None
        if isinstance(base, ast.Attribute) and base.attr == "parents":
            return self._above(base.value, index, module)
        if (configured := self._of_flask(base, index, module)) is not None:
            return configured
        many, at = self.value(base, module), self.value(index, module)
        if many is None or at is None or not many.is_whole or not isinstance(many.value, list | tuple | dict | str):
            return None
        try:
            return Folded(many.value[at.value], True)  # type: ignore[index,call-overload]
        except (LookupError, TypeError):
            return None

    def _of_flask(self, base: ast.expr, index: ast.expr, module: Module) -> Folded | None:
        """Return what the same module gives `app.config["NAME"]` of Flask; None for anything else."""
        if not isinstance(base, ast.Attribute) or base.attr != "config" or not isinstance(index, ast.Constant):
            return None
        for node in module.scopes.of(ast.Assign):
            match node:
                case ast.Assign(
                    targets=[ast.Subscript(value=ast.Attribute(attr="config"), slice=ast.Constant(value=name))],
                    value=value,
                ) if name == index.value:
                    return self.value(value, module)
        return None

    def _above(self, base: ast.expr, index: ast.expr, module: Module) -> Folded | None:
        its, at = self.value(base, module), self.value(index, module)
        if its is None or at is None or not isinstance(its.value, PurePosixPath) or not isinstance(at.value, int):
            return None
        parents = its.value.parents
        return Folded(parents[at.value] if 0 <= at.value < len(parents) else PurePosixPath(".."), its.is_whole)

    # calls

    def _of_call(self, node: ast.Call, module: Module) -> Folded | None:
        name = self._naming.name(node.func, module) or ""
        if is_reader(name) and node.args and (told := self.value(node.args[0], module)) and isinstance(told.value, str):
            return self._read(told.value, default_of(node), module, is_required=name == "decouple.config")
        found = self._naming.definition_of(name, module)
        if found and isinstance(found[1], Function):
            return self._returned(found[1], found[0], self._bound(found[1], found[0], node, module))
        args = [self.value(one, module) for one in node.args]
        keywords = {one.arg: self.value(one.value, module) for one in node.keywords if one.arg}
        if name.endswith((".URL.create", ".url.URL")) and args:
            return Folded(f"{args[0].value}://{{}}", False) if args[0] else None
        known_args = [one for one in args if one is not None]
        known_keywords = {key: one for key, one in keywords.items() if one is not None}
        if len(known_args) < len(args) or len(known_keywords) < len(keywords):
            return self._of_unknown(name, args)
        if name in known.FUNCTIONS:
            return known.called(name, known_args, known_keywords)
        if isinstance(node.func, ast.Attribute) and (base := self.value(node.func.value, module)) is not None:
            return known.method(base, node.func.attr, known_args, known_keywords)
        return None

    def _of_unknown(self, name: str, args: list[Folded | None]) -> Folded | None:
        """Return a path or text of which some parts are not known."""
        if name in known.PATHS:
            return known.called(name, [one or Folded("{}", False) for one in args], {})
        return None

    def _read(self, name: str, default: ast.expr | None, module: Module, *, is_required: bool = False) -> Folded | None:
        self.names.append(name)
        if name in self._given:
            told = self._given[name]
            return Folded("{}", False) if told is None else Folded(told, True)
        if default is None:
            return Folded(None, not is_required)
        return self.value(default, module)

    def _bound(self, function: Function, where: Module, node: ast.Call, module: Module) -> dict[ast.AST, Folded | None]:
        """Return the arguments of a call by the parameters that take them."""
        call = Call("", node, module, None)
        names = [*function.args.posonlyargs, *function.args.args]
        is_bound = isinstance(where.scopes.scope(function), ast.ClassDef) and names and names[0].arg in ("self", "cls")
        found: dict[ast.AST, Folded | None] = {}
        for position, one in enumerate(names[1:] if is_bound else names):
            if (given := call.argument(position, one.arg)) is not None:
                found[one] = self.value(given, module)
        for one in function.args.kwonlyargs:
            if (given := call.argument(None, one.arg)) is not None:
                found[one] = self.value(given, module)
        return found

    def _returned(
        self, function: Function, module: Module, arguments: dict[ast.AST, Folded | None] | None = None
    ) -> Folded | None:
        """Return what a function gives, with these arguments: the first `return` that is come to."""
        if not arguments:
            return self._first_return(function, module)
        outer, self._memo = self._memo, {}
        before, self._arguments = self._arguments, {**self._arguments, **arguments}
        found = self._first_return(function, module) if len(before) < MAX_DEPTH else None
        self._memo, self._arguments = outer, before
        return found

    def _first_return(self, function: Function, module: Module) -> Folded | None:
        options: list[ast.expr] = []
        for node, value in module.scopes.returns(function):
            if self.holds(node, module) is not False:
                options.append(value)
        options.sort(key=module.scopes.order)
        sure = next((i for i, one in enumerate(options) if self.holds(one, module) is True), len(options))
        options = options[: sure + 1]
        return self.value(options[self._choose(len(options))], module) if options else None


def _typed(text: str | None, annotation: ast.expr) -> Folded:
    """Return the text of an environment as the field's type makes it."""
    if text is None:
        return Folded("{}", False)
    kind = written(annotation)
    if kind == "bool":
        return Folded(text.strip().lower() in ("1", "true", "yes", "on", "t", "y"), True)
    if kind == "int" and text.strip().isdecimal():
        return Folded(int(text), True)
    return Folded(text, True)
