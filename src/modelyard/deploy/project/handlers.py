"""What HTTP handlers do: the functions they come to, whether someone must sign in, whether the database is asked."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from modelyard.deploy.code.python.code import Call, Module, PythonCode, Route
from modelyard.deploy.code.python.doing import is_llm_call, is_write
from modelyard.deploy.code.python.scopes import Function

MAX_FUNCTIONS = 80
"""Functions that one handler is followed into."""
MAX_STEPS = 5
EVENTS = (
    *("gradio.Interface", "gradio.ChatInterface", "gradio.Blocks.load", "gradio.on"),
    *(".click", ".submit", ".change", ".upload", ".input", ".select", ".release", ".like", ".then", ".success"),
)
"""Calls that give Gradio a function to run for a visitor."""
HEALTH = re.compile(
    r"/(?:[\w\-]+/)*(?:health|healthz|healthcheck|health-check|ready|readyz|live|livez|ping|status|up)/?"
)
AUTH = re.compile(
    r"current_?(?:\w*_)?(?:user|account|admin|actor|principal|member)|authenticat|authoriz|auth(?:_|$|ed|\.)|(?:^|[_.])auth"
    r"|login_?required|jwt_?required|require_?(?:\w*_)?(?:user|login|admin|role|scope|permission|key|token|session)"
    r"|verify_?(?:\w*_)?(?:token|user|key|jwt|session|admin|password|secret|signature|access|credentials|request)"
    r"|(?:check|validate|get|decode)_?(?:\w*_)?(?:api_?key|access_token|jwt|session_user|permission|credentials|token)"
    r"|api_?key|bearer|oauth2|permission|is_admin|admin_only|only_admin|protected|get_(?:\w*_)?(?:user|actor|principal)$"
    r"|HTTPBasic|get_session_user|valid_user|access_control|guard",
    re.IGNORECASE,
)
REFUSES = re.compile(
    r"HTTPException\((?:status_code=)?(?:status\.HTTP_|HTTPStatus\.)?(?:401|403|UNAUTHORIZED|FORBIDDEN)"
    r"|HTTPAuthorizationCredentials|HTTPBasicCredentials|Security\(|Depends\(\w*(?:oauth2|bearer|api_?key|basic)"
)
"""What code holds that turns away whoever cannot say who they are."""
LIMIT = re.compile(r"limiter|rate_?limit|throttl|slowapi|limit_?requests|check_?limit|quota|too_?many", re.IGNORECASE)
DATABASE = re.compile(
    r"(?:^|[._])(?:get_)?(?:db|database|async_session|get_session|session_?local|sessionmaker|engine|pool|cursor)(?:$|[._])",
    re.IGNORECASE,
)
ASKS = (
    "execute",
    "scalar",
    "scalars",
    "fetchone",
    "fetchall",
    "fetchrow",
    "fetchval",
    "connect",
    "acquire",
    "query",
    "ping",
)


@dataclass(frozen=True)
class Place:
    """A function that a handler comes to."""

    module: Module
    function: Function


class Handlers:
    """The routes of a code base, and what lies behind them."""

    def __init__(self, python: PythonCode) -> None:
        self._python = python
        self._calls: dict[Module, dict[ast.AST, list[Call]]] = {}
        self._behind: dict[ast.AST, tuple[Place, ...]] = {}

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Every route, each handler's first way in only."""
        found: dict[tuple[ast.AST, str], Route] = {}
        for route in self._python.routes:
            found.setdefault((route.handler, route.method), route)
        return tuple(found.values())

    def at(self, path: str) -> list[Route]:
        """Return the GET routes that answer at a path."""
        return [one for one in self._python.routes if one.method == "GET" and _answers(one.path, path)]

    @cached_property
    def health(self) -> Route | None:
        """A GET route that tells of health, or the one at `/`, that answers without signing in."""
        open_ones = [one for one in self._python.routes if one.method in ("GET", "HEAD") and not self.is_protected(one)]
        named = [one for one in open_ones if HEALTH.fullmatch(one.path)]
        tops = [one for one in open_ones if one.path in ("/", "")]
        best = min(
            named, key=lambda one: (self.asks_database(one), "health" not in one.path, len(one.path)), default=None
        )
        return best or (tops[0] if tops else None)

    def behind(self, route: Route) -> tuple[Place, ...]:
        """Return the functions of the code base that a handler comes to, itself first."""
        if route.handler not in self._behind:
            self._behind[route.handler] = tuple(self._followed(Place(route.module, route.handler)))
        return self._behind[route.handler]

    def calls(self, place: Place) -> list[Call]:
        """Return the calls that stand in a function."""
        if place.module not in self._calls:
            found: dict[ast.AST, list[Call]] = {}
            for node in place.module.scopes.calls:
                function = place.module.scopes.function(node)
                if function is not None:
                    name = self._python.naming.name(node.func, place.module) or "?"
                    found.setdefault(function, []).append(Call(name, node, place.module, function))
            self._calls[place.module] = found
        return self._calls[place.module].get(place.function, [])

    def calls_behind(self, route: Route) -> Iterator[Call]:
        """Yield the calls of a handler and of the functions it comes to."""
        for place in self.behind(route):
            yield from self.calls(place)

    @cached_property
    def served(self) -> frozenset[ast.AST]:
        """The functions that some request comes to: handlers, their dependencies, Gradio's events, what those call."""
        found = {place.function for route in self.routes for place in self.behind(route)}
        for call in self._python.calls(*EVENTS):
            given = call.argument(0, "fn")
            event = self._python.naming.definition(given, call.module) if given is not None else None
            if event and isinstance(event[1], Function):
                found.update(place.function for place in self._followed(Place(event[0], event[1])))
        for name, near in {(name, route.module) for route in self.routes for name in route.dependencies}:
            defined = self._python.naming.definition_of(name, near)
            if defined and isinstance(defined[1], Function):
                found.update(place.function for place in self._followed(Place(defined[0], defined[1])))
        return frozenset(found)

    def _followed(self, first: Place) -> Iterator[Place]:
        waiting, seen = [(first, 0)], {first.function}
        while waiting and len(seen) <= MAX_FUNCTIONS:
            place, depth = waiting.pop(0)
            yield place
            if depth >= MAX_STEPS:
                continue
            for call in self.calls(place):
                found = self._python.naming.definition(call.node.func, place.module)
                if found and isinstance(found[1], Function) and found[1] not in seen:
                    seen.add(found[1])
                    waiting.append((Place(found[0], found[1]), depth + 1))

    # who may come in

    def is_protected(self, route: Route) -> bool:
        """Say whether a route asks who is calling: by a dependency, in its own code, or for all routes at once."""
        if any(AUTH.search(name) for name in route.dependencies):
            return True
        if self._middleware_asks and not self._is_let_through(route):
            return True
        if any(self._refuses_strangers(name, route) for name in route.dependencies):
            return True
        for place in self.behind(route)[:12]:
            source = ast.unparse(place.function.args) if place.function is route.handler else ""
            if re.search(r"authorization|x_api_key|api_key\b|Header\(", source, re.IGNORECASE):
                return True
            if any(AUTH.search(call.name.rpartition(".")[2]) for call in self.calls(place)):
                return True
            if _reads_credentials(place.function):
                return True
        return False

    def _refuses_strangers(self, dependency: str, route: Route) -> bool:
        """Say whether what a route depends on answers 401 or 403, whatever its name is."""
        found = self._python.naming.definition_of(dependency, route.module)
        return found is not None and REFUSES.search(ast.unparse(found[1])) is not None

    def _is_let_through(self, route: Route) -> bool:
        """Say whether what stands around every route names a route of health, as guards do to let it through."""
        return HEALTH.fullmatch(route.path) is not None and any(
            isinstance(one, ast.Constant) and one.value == route.path
            for _, node in self._around
            for one in ast.walk(node)
        )

    @cached_property
    def _middleware_asks(self) -> bool:
        return any(
            AUTH.search(name) or (not isinstance(node, ast.Call) and _reads_credentials(node))
            for name, node in self._around
        )

    @cached_property
    def _around(self) -> tuple[tuple[str, ast.AST], ...]:
        """Name and code of what stands around every route: middleware, `before_request`."""
        found: list[tuple[str, ast.AST]] = []
        for call in self._python.calls(".add_middleware"):
            given = call.argument(0, "middleware_class")
            if given is not None:
                target = self._python.naming.definition(given, call.module)
                found.append((self._python.naming.name(given, call.module) or "", target[1] if target else call.node))
        for module in self._python.reached:
            for node in module.scopes.of(ast.FunctionDef, ast.AsyncFunctionDef):
                if isinstance(node, Function):
                    marks = [ast.unparse(one) for one in node.decorator_list]
                    if any(re.search(r"\.(?:middleware\(|before_(?:app_)?request)", one) for one in marks):
                        found.append((node.name, node))
        return tuple(found)

    def is_limited(self, route: Route) -> bool:
        """Say whether something counts the calls of a route."""
        if self.has_limit_for_all or any(LIMIT.search(name) for name in route.dependencies):
            return True
        return any(LIMIT.search(call.name) for place in self.behind(route)[:12] for call in self.calls(place))

    @cached_property
    def has_limit_for_all(self) -> bool:
        """Whether a middleware or default limits count the calls of every route."""
        if any(LIMIT.search(name) or LIMIT.search(ast.unparse(node)[:20_000]) for name, node in self._around):
            return True
        return any(call.argument(None, "default_limits") is not None for call in self._python.calls(".Limiter"))

    def says_around(self, words: re.Pattern[str]) -> bool:
        """Say whether what stands around every route speaks of something."""
        return any(words.search(name) or words.search(ast.unparse(node)[:20_000]) for name, node in self._around)

    # what they do

    def asks_llm(self, route: Route) -> bool:
        """Say whether a handler calls a hosted language model."""
        return any(is_llm_call(call) for call in self.calls_behind(route))

    def writes(self, route: Route) -> bool:
        """Say whether a handler writes to a database or a disk."""
        return any(is_write(call) for call in self.calls_behind(route))

    def asks_database(self, route: Route) -> bool:
        """Say whether a handler waits for the database, with no time limit of its own around it."""
        for place in self.behind(route):
            is_timed = any("wait_for" in call.name or "timeout" in call.name for call in self.calls(place))
            for call in self.calls(place):
                head, _, last = call.name.rpartition(".")
                if last in ASKS and not is_timed and (DATABASE.search(head) or head.startswith("sqlalchemy")):
                    return True
        return False


def _answers(pattern: str, path: str) -> bool:
    known = re.escape(pattern.rstrip("/") or "/").replace(r"\{", "{").replace(r"\}", "}")
    return re.fullmatch(re.sub(r"{[^}]*}", "[^/]+", known), path.rstrip("/") or "/") is not None


def _reads_credentials(node: ast.AST) -> bool:
    """Say whether code looks at what a caller proves itself with."""
    for one in ast.walk(node):
        match one:
            case ast.Constant(value=str() as text) if text.lower() in ("authorization", "x-api-key", "x-api-token"):
                return True
            case ast.Subscript(value=ast.Name(id="session"), slice=ast.Constant(value=str() as text)) if (
                "user" in text or "logged" in text
            ):
                return True
            case ast.Attribute(attr="session_user" | "is_authenticated"):
                return True
            case ast.Compare(
                left=ast.Constant(value=str()), ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=told)]
            ):
                if told == "session":
                    return True
            case ast.Call(func=ast.Attribute(attr="get", value=ast.Name(id="session"))):
                return True
            case ast.Call(
                func=ast.Attribute(attr="get", value=ast.Attribute(attr="cookies")), args=[ast.Constant(), *_]
            ):
                return True
    return False
