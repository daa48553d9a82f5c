"""HTTP routes of FastAPI, Flask and Starlette, with the prefixes of the routers that include them."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from modelyard.deploy.code.python.naming import Naming
from modelyard.deploy.code.python.parts import Call, Module, Route
from modelyard.deploy.code.python.scopes import Function

_METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "websocket"}
_APPS = ("FastAPI", "Flask", "Starlette", "Quart", "Litestar")
_ROUTERS = (*_APPS, "APIRouter", "Blueprint", "Router", "Namespace")
_INCLUDES = ("include_router", "register_blueprint", "mount", "add_namespace")
_DEPENDS = ("Depends", "Security")
MAX_DEPTH = 8
Fold = Callable[[ast.expr, Module], object]
Site = tuple[Module, str]


@dataclass(frozen=True)
class _Through:
    """One way in which an application serves a router."""

    prefix: str
    dependencies: tuple[str, ...]


class Routing:
    """The routes of reached modules."""

    def __init__(self, naming: Naming, fold: Fold, calls: Iterable[Call]) -> None:
        self._naming = naming
        self._fold = fold
        self._calls = tuple(calls)
        self._includes: dict[Site, list[tuple[Site, Call]]] = {}
        self._is_open = False
        for call in self._calls:
            if call.name.rpartition(".")[2] in _INCLUDES and isinstance(call.node.func, ast.Attribute):
                self._include(call, call.node.func.value)

    def _include(self, call: Call, parent: ast.expr) -> None:
        child = call.argument(1, "app") if call.name.endswith(".mount") else call.argument(0, "router")
        into = self._naming.variable(parent, call.module)
        children = list(self._routers_in(child, call.module)) if child is not None else []
        if not children or into is None:
            self._is_open = True
        for one in children:
            if into is not None:
                self._includes.setdefault(one, []).append((into, call))

    def _routers_in(self, node: ast.expr, module: Module) -> Iterator[Site]:
        """Yield the routers an expression names; of a loop over a list, each of the list."""
        if isinstance(node, ast.Name):
            found = module.scopes.lookup(node.id, module.scopes.scope(node))
            for binding in found[1] if found else []:
                match binding.node:
                    case ast.For(iter=ast.List(elts=parts) | ast.Tuple(elts=parts)):
                        for part in parts:
                            inner = part.elts if isinstance(part, ast.Tuple) else [part]
                            yield from (site for one in inner if (site := self._naming.variable(one, module)))
                        return
        if (site := self._naming.variable(node, module)) is not None:
            yield site

    def routes(self, modules: Iterable[Module]) -> Iterator[Route]:
        """Yield the routes of these modules, once for each path they are served at."""
        for module in modules:
            for node in module.scopes.of(ast.FunctionDef, ast.AsyncFunctionDef):
                if isinstance(node, Function):
                    for decorator in node.decorator_list:
                        if isinstance(decorator, ast.Call):
                            yield from self._decorated(decorator, node, module)
        for call in self._calls:
            yield from self._added(call)

    def _decorated(self, decorator: ast.Call, handler: Function, module: Module) -> Iterator[Route]:
        if not isinstance(decorator.func, ast.Attribute):
            return
        how = decorator.func.attr
        if how not in _METHODS and how not in ("route", "api_route", "websocket_route"):
            return
        site = self._naming.variable(decorator.func.value, module)
        kind = self._naming.name(decorator.func.value, module) or ""
        if site is None or kind.rpartition(".")[2] not in _ROUTERS:
            return
        path = self._path(decorator, module)
        others = [one for one in handler.decorator_list if one is not decorator]
        own = (*self._depended(decorator, module), *self._of_handler(handler, module), *self._named(others, module))
        for through in self._through(site, ()):
            for method in self._verbs(how, decorator, module):
                yield Route(method, _joined(through.prefix, path), handler, module, (*own, *through.dependencies))

    def _added(self, call: Call) -> Iterator[Route]:
        """Yield what `add_api_route`, `add_url_rule` and Starlette's `Route` serve."""
        last = call.name.rpartition(".")[2]
        if last in ("add_api_route", "add_route", "add_url_rule"):
            target = call.argument(2 if last == "add_url_rule" else 1, "view_func" if "url" in last else "endpoint")
        elif call.name in ("starlette.routing.Route", "fastapi.routing.APIRoute"):
            target = call.argument(1, "endpoint")
        else:
            return
        found = self._naming.definition(target, call.module) if target is not None else None
        if found is None or not isinstance(found[1], Function):
            return
        own = (*self._depended(call.node, call.module), *self._of_handler(found[1], found[0]))
        path = self._path(call.node, call.module)
        for method in self._verbs("route", call.node, call.module):
            yield Route(method, path, found[1], found[0], own)

    def _through(self, site: Site, seen: tuple[Site, ...]) -> Iterator[_Through]:
        """Yield the prefixes at which a router is served; none when nothing includes it."""
        if site in seen or len(seen) > MAX_DEPTH:
            return
        made = self._made(site)
        module = site[0]
        own = self._text(made, ("prefix", "url_prefix"), module) if made else ""
        dependencies = tuple(self._depended(made, module)) if made else ()
        is_app = made is None or (self._naming.name(made.func, module) or "").rpartition(".")[2] in _APPS
        includes = self._includes.get(site, [])
        if not includes and (is_app or self._is_open):
            yield _Through(own, dependencies)
        for parent, call in includes:
            prefix = self._text(call.node, ("prefix", "url_prefix"), call.module)
            if call.name.endswith(".mount") and call.node.args:
                prefix = str(self._fold(call.node.args[0], call.module) or "")
            own_here = "" if call.name.endswith("register_blueprint") and prefix else own
            more = (*dependencies, *self._depended(call.node, call.module))
            for outer in self._through(parent, (*seen, site)):
                yield _Through(_joined(_joined(outer.prefix, prefix), own_here), (*more, *outer.dependencies))

    def _made(self, site: Site) -> ast.Call | None:
        module, name = site
        for bindings in module.scopes.bindings.values():
            for binding in bindings.get(name, []):
                if isinstance(binding.value, ast.Call):
                    kind = self._naming.name(binding.value.func, module) or ""
                    if kind.rpartition(".")[2] in _ROUTERS:
                        return binding.value
        return None

    def _text(self, call: ast.Call, names: tuple[str, ...], module: Module) -> str:
        for one in call.keywords:
            if one.arg in names:
                return str(self._fold(one.value, module) or "")
        return ""

    def _path(self, call: ast.Call, module: Module) -> str:
        node = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "path"), None)
        return str(self._fold(node, module) or "") if node is not None else ""

    def _verbs(self, how: str, call: ast.Call, module: Module) -> tuple[str, ...]:
        if how in _METHODS:
            return (how.upper(),)
        if how == "websocket_route":
            return ("WEBSOCKET",)
        told = next((self._fold(one.value, module) for one in call.keywords if one.arg == "methods"), None)
        return tuple(str(one).upper() for one in told) if isinstance(told, list | tuple) and told else ("GET",)

    def _of_handler(self, handler: Function, module: Module) -> Iterator[str]:
        given = handler.args
        for one in [*given.posonlyargs, *given.args, *given.kwonlyargs]:
            if one.annotation is not None:
                yield from self._depends_in(one.annotation, module)
                if (alias := self._alias(one.annotation, module)) is not None:
                    yield from self._depends_in(*alias)
        for default in [*given.defaults, *given.kw_defaults]:
            if default is not None:
                yield from self._depends_in(default, module)

    def _alias(self, annotation: ast.expr, module: Module) -> tuple[ast.expr, Module] | None:
        """Return what a name of an annotation was assigned (`CurrentUser = Annotated[User, Depends(…)]`)."""
        if not isinstance(annotation, ast.Name | ast.Attribute):
            return None
        site = self._naming.variable(annotation, module)
        bindings = site[0].scopes.bindings[site[0].tree].get(site[1], []) if site else []
        values = [one.value for one in bindings if one.value is not None]
        return (values[-1], site[0]) if values and site else None

    def _depended(self, call: ast.Call, module: Module) -> Iterator[str]:
        for one in call.keywords:
            if one.arg == "dependencies":
                yield from self._depends_in(one.value, module)

    def _depends_in(self, node: ast.expr, module: Module) -> Iterator[str]:
        for one in ast.walk(node):
            if isinstance(one, ast.Call) and (self._naming.name(one.func, module) or "").endswith(_DEPENDS):
                yield from self._named(one.args[:1] or [k.value for k in one.keywords if k.arg == "dependency"], module)

    def _named(self, nodes: Iterable[ast.expr], module: Module) -> Iterator[str]:
        for one in nodes:
            node = one.func if isinstance(one, ast.Call) else one
            if name := self._naming.name(node, module) or self._naming.name(one, module):
                yield name


def _joined(prefix: str, path: str) -> str:
    """Return a path below a prefix, with one slash between them."""
    if not path:
        return prefix or ""
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}"
