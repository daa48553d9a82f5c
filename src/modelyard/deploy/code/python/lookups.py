"""What names, attributes, items and calls are worth: variables, settings, the environment, functions."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from modelyard.deploy.code.python import known
from modelyard.deploy.code.python.conditions import Conditions
from modelyard.deploy.code.python.naming import Naming
from modelyard.deploy.code.python.parts import Call, Folded, Module, written
from modelyard.deploy.code.python.scopes import Binding, Function
from modelyard.deploy.code.python.settings import Setting, SettingsClasses

MAX_DEPTH = 60
MAX_STEPS = 3000
"""More than a person's code needs; what a hostile file asks for ends here."""
MAX_CALLERS = 4
Callers = Callable[[str], Iterable[Call]]
Given = Mapping[str, str | None]
"""Names of the environment that are set, with their values; None for one whose value is not known."""
READS = {"os.getenv", "os.environ.get", "os.environ.setdefault", "decouple.config", "os.environ.pop"}
"""Functions that read a name of the environment, the default second."""
READERS = ("environs.Env", "environ.Env", "starlette.config.Config", "environs.env")
"""Classes whose instances do."""


def read_by(name: str | None, node: ast.Call) -> tuple[str, ast.expr | None] | None:
    """Return the name of the environment that a call reads, and its default."""
    if name is None or not node.args or not isinstance(node.args[0], ast.Constant):
        return None
    told = node.args[0].value
    is_reader = name in READS or any(name == one or name.startswith(f"{one}.") for one in READERS)
    if not is_reader or not isinstance(told, str):
        return None
    default = node.args[1] if len(node.args) > 1 else None
    return told, next((one.value for one in node.keywords if one.arg == "default"), default)


class Lookups(Conditions):
    """One reading of a program, with what its names stand for."""

    def __init__(
        self, naming: Naming, settings: SettingsClasses, callers: Callers, given: Given, picks: list[int]
    ) -> None:
        super().__init__(picks)
        self._naming = naming
        self._settings = settings
        self._callers = callers
        self._given = given
        self._memo: dict[ast.AST, Folded | None] = {}
        self._locals: dict[str, Folded] = {}
        self._depth = 0
        self._n_steps = 0
        self.names: list[str] = []
        self.texts: list[tuple[Module, ast.Constant]] = []

    def _of_name(self, name: str, node: ast.AST, module: Module) -> Folded | None:
        if name in self._locals:
            return self._locals[name]
        if name == "__file__":
            return Folded(module.file.path.removeprefix(f"{module.root}/"), True)
        scope = module.scopes.scope(node)
        found = module.scopes.lookup(name, scope)
        if found is None:
            return self._of_variable(self._naming.variable(node, module))
        where, bindings = found
        return self._of_bindings(bindings, module, node if where is scope else None)

    def _of_bindings(self, bindings: list[Binding], module: Module, before: ast.AST | None) -> Folded | None:
        """Return the value of the last binding that is come to before a node."""
        options: list[Binding] = []
        for binding in reversed(_earlier(bindings, module, before)):
            told = self.holds(binding.node, module)
            if told is not False:
                options.append(binding)
            if told is True:
                break
        if not options:
            return None
        chosen = options[self._choose(len(options))]
        return self._mutated(self._of_binding(chosen, bindings, module), chosen, module, before)

    def _of_binding(self, binding: Binding, all_of_it: list[Binding], module: Module) -> Folded | None:
        if binding.how == "import":
            return self._of_variable(self._naming.imported(binding, module))
        if isinstance(binding.node, ast.AugAssign):
            added = self.value(binding.node.value, module)
            return self._added(self._of_bindings(all_of_it, module, binding.node), added)
        if binding.how == "parameter":
            return self._of_parameter(binding, module)
        if isinstance(binding.node, ast.withitem) or binding.value is None:
            return None
        return self.value(binding.value, module)

    def _of_variable(self, variable: tuple[Module, str] | None) -> Folded | None:
        """Return the value of a name of a module, as its importers see it."""
        if variable is None:
            return None
        module, name = variable
        bindings = module.scopes.bindings[module.tree].get(name, [])
        return self._of_bindings([one for one in bindings if one.how != "import"], module, None)

    def _mutated(self, value: Folded | None, binding: Binding, module: Module, before: ast.AST | None) -> Folded | None:
        """Return a list with what `append` and `extend` add to it."""
        if value is None or not isinstance(value.value, list):
            return value
        scope = module.scopes.scope(binding.node)
        for call in module.scopes.calls:
            match call.func:
                case ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "insert" as how) if (
                    name == binding.name and module.scopes.scope(call) is scope and call.args
                ):
                    is_later = module.scopes.order(call) > module.scopes.order(binding.node)
                    if not is_later or (before and module.scopes.order(call) > module.scopes.order(before)):
                        continue
                    if self.holds(call, module) is not False:
                        added = self.value(call.args[-1], module)
                        many = added and Folded([added.value], added.is_whole)
                        value = self._added(value, added if how == "extend" else many)
        return value

    def _added(self, value: Folded | None, more: Folded | None) -> Folded | None:
        if value is None or not isinstance(value.value, list):
            return None
        added = list(more.value) if more and isinstance(more.value, list | tuple) else []
        return Folded([*value.value, *added], bool(more and value.is_whole and more.is_whole))

    def _of_parameter(self, binding: Binding, module: Module) -> Folded | None:
        """Return what callers of the code base pass, else the parameter's default."""
        function = next((one for one in module.scopes.around(binding.node) if isinstance(one, Function)), None)
        passed = list(self._passed(function, binding.name, module)) if function else []
        default = [(binding.value, module)] if binding.value is not None else []
        options = passed[:MAX_CALLERS] or default
        if not options:
            return None
        node, where = options[self._choose(len(options))]
        return self.value(node, where)

    def _passed(self, function: Function, name: str, module: Module) -> Iterator[tuple[ast.expr, Module]]:
        owner = module.scopes.scope(function)
        is_method = isinstance(owner, ast.ClassDef)
        called = owner if isinstance(owner, ast.ClassDef) and function.name == "__init__" else function
        names = [one.arg for one in [*function.args.posonlyargs, *function.args.args]][1 if is_method else 0 :]
        position = names.index(name) if name in names else None
        default = next(
            (one.value for one in module.scopes.bindings[function].get(name, []) if one.value is not None), None
        )
        for call in self._callers(self._naming.qualified(called, module)):
            if (given := call.argument(position, name)) is not None:
                yield given, call.module
            elif default is not None and not call.is_open:
                yield default, module

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
                return _typed(self._given[name], setting.annotation)
        if setting.default is None:
            return Folded(None, not setting.is_required)
        return self.value(setting.default, setting.module)

    def _of_item(self, base: ast.expr, index: ast.expr, module: Module) -> Folded | None:
        if self._naming.name(base, module) == "os.environ":
            told = self.value(index, module)
            return self._read(str(told.value), None, module, is_required=True) if told else None
        if isinstance(base, ast.Attribute) and base.attr == "parents":
            return self._above(base.value, index, module)
        many, at = self.value(base, module), self.value(index, module)
        if many is None or at is None or not many.is_whole or not isinstance(many.value, list | tuple | dict | str):
            return None
        try:
            return Folded(many.value[at.value], True)  # type: ignore[index,call-overload]
        except (LookupError, TypeError):
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
        if (read := read_by(name, node)) is not None:
            return self._read(read[0], read[1], module, is_required=name in ("decouple.config",))
        found = self._naming.definition_of(name, module)
        if found and isinstance(found[1], Function):
            return self._returned(found[1], found[0])
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

    def _returned(self, function: Function, module: Module) -> Folded | None:
        """Return what a function gives: the first `return` that is come to."""
        options: list[ast.expr] = []
        for node in ast.walk(function):
            if not isinstance(node, ast.Return) or module.scopes.function(node) is not function or node.value is None:
                continue
            told = self.holds(node, module)
            if told is not False:
                options.append(node.value)
        options.sort(key=module.scopes.order)
        sure = next((i for i, one in enumerate(options) if self.holds(one, module) is True), len(options))
        options = options[: sure + 1]
        return self.value(options[self._choose(len(options))], module) if options else None


def _earlier(bindings: list[Binding], module: Module, before: ast.AST | None) -> list[Binding]:
    """Return the bindings that come before a node; what is bound by the very statement it stands in does not."""
    if before is None:
        return bindings
    order = module.scopes.order(before)
    own = {before, *module.scopes.around(before)}
    assigned = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr
    return [
        one
        for one in bindings
        if module.scopes.order(one.node) < order and not (one.node in own and isinstance(one.node, assigned))
    ]


def _typed(text: str | None, annotation: ast.expr) -> Folded:
    """Return the text of an environment as the field's type makes it."""
    if text is None:
        return Folded("{}", False)
    kind = written(annotation)
    if kind == "bool":
        return Folded(text.strip().lower() in ("1", "true", "yes", "on", "t", "y"), True)
    if kind == "int" and text.strip().isdigit():
        return Folded(int(text), True)
    return Folded(text, True)
