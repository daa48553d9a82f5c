"""What names are worth: local and global variables, and the parameters of functions."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping

from modelyard.deploy.code.python.conditions import Conditions
from modelyard.deploy.code.python.naming import Naming
from modelyard.deploy.code.python.parts import Call, Folded, Module
from modelyard.deploy.code.python.scopes import Binding, Function
from modelyard.deploy.code.python.settings import SettingsClasses

MAX_DEPTH = 60
MAX_STEPS = 3000
"""More than a person's code needs; what a hostile file asks for ends here."""
MAX_CALLERS = 4
MAX_ADDED = 100
"""Calls that add to one list; a list with more of them is known in part."""
Callers = Callable[[str], Iterable[Call]]
Given = Mapping[str, str | None]
"""Names of the environment that are set, with their values; None for one whose value is not known."""


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
        self._arguments: dict[ast.AST, Folded | None] = {}
        self._passes: dict[ast.AST, Folded | None] = {}
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
        if isinstance(binding.node, ast.For | ast.AsyncFor):
            return self._of_loop(binding.node, binding.name, module)
        if isinstance(binding.node, ast.withitem) or binding.value is None:
            return None
        return self.value(binding.value, module)

    def passes(self, loop: ast.For | ast.AsyncFor, module: Module) -> Folded | None:
        """Return what a loop goes over in the pass that this reading looks at; None where it cannot be told."""
        if loop not in self._passes:
            many = self.value(loop.iter, module)
            items = list(many.value) if many and isinstance(many.value, list | tuple | dict) else []
            self.has_loops = self.has_loops or len(items) > 1
            self._passes[loop] = Folded(items[self._choose(len(items))], True) if items else None
        return self._passes[loop]

    def _of_loop(self, loop: ast.For | ast.AsyncFor, name: str, module: Module) -> Folded | None:
        """Return the value of a loop's variable in the pass that this reading looks at."""
        item = self.passes(loop, module)
        if item is None or isinstance(loop.target, ast.Name):
            return item
        if isinstance(loop.target, ast.Tuple) and isinstance(item.value, tuple):
            names = [one.id if isinstance(one, ast.Name) else "" for one in loop.target.elts]
            at = names.index(name) if name in names else len(item.value)
            return Folded(item.value[at], True) if at < len(item.value) else None
        return None

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
        n_added = 0
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
                        n_added += 1
                        if value is None or n_added == MAX_ADDED:
                            return value and Folded(value.value, False)
        return value

    def _added(self, value: Folded | None, more: Folded | None) -> Folded | None:
        if value is None or not isinstance(value.value, list):
            return None
        added = list(more.value) if more and isinstance(more.value, list | tuple) else []
        return Folded([*value.value, *added], bool(more and value.is_whole and more.is_whole))

    def _of_parameter(self, binding: Binding, module: Module) -> Folded | None:
        """Return what the call that is looked at passes, else what callers pass, else the parameter's default."""
        if binding.node in self._arguments:
            return self._arguments[binding.node]
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
