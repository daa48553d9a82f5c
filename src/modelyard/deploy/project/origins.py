"""Which origins an API lets in: the CORS settings of FastAPI, Starlette and Flask as they are in production."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from modelyard.deploy.code.python.code import Call, Folded, Module
from modelyard.deploy.finding import PLATFORMS, Edit, Platform, Span
from modelyard.deploy.project.vercel import HOST, PLACEHOLDERS, may_tell

if TYPE_CHECKING:
    from modelyard.deploy.project.named import NameSet
    from modelyard.deploy.project.project import Project

Framework = Literal["starlette", "flask", "socketio"]
ADDED = (".add_middleware", ".Middleware", "CORSMiddleware", ".CORSMiddleware")
OF_SOCKETS = (
    *("socketio.Server", "socketio.AsyncServer", "flask_socketio.SocketIO", ".SocketIO.init_app"),
    *("fastapi_socketio.SocketManager", "engineio.Server", "engineio.AsyncServer"),
)
"""Servers of Socket.IO: without a list they let in their own origin alone, and credentials unless told otherwise."""
OF_FLASK = ("flask_cors.CORS", "flask_cors.cross_origin", "flask_cors.CORS.init_app")
REGULAR = re.compile(r"\\|\.\*|\.\+|\[|\(|\^|\$$")
"""What makes Flask-Cors take an origin for a pattern, the lone `*` of a wildcard left out."""
LIKE_AN_ORIGIN = re.compile(r"://|^\*$|^[\w-]+(?:\.[\w-]+)+$")
MAX_ORIGINS = 100
"""Of one setting; who lists more of them does so elsewhere than in code."""
MANIFESTS = ("render", "dockerfile")
FLASK_DEFAULT = ("*",)


@dataclass(frozen=True)
class Origin:
    """One origin that is let in."""

    text: str
    span: Span
    edits: tuple[tuple[Module, ast.Constant], ...] = ()
    """The constants it is written as, where it is written in Python."""
    set_by: "NameSet | None" = None
    """Where it comes from, when the environment gives it."""

    def replaced(self, text: str) -> tuple[Edit, ...]:
        """Return the edits that write another text in its place."""
        return tuple(constant_edit(module, node, text) for module, node in self.edits)


@dataclass(frozen=True)
class Policy:
    """One CORS setting."""

    call: Call
    framework: Framework
    origins: tuple[Origin, ...]
    """As far as they are known: from the code with nothing set, and from what manifests set."""
    is_whole: bool
    """Whether the code's own origins are all known."""
    names: tuple[str, ...]
    """Names of the environment that give origins."""
    is_text: bool
    """The origins are one text instead of a list."""
    origins_node: ast.expr | None
    patterns: tuple[Origin, ...]
    has_pattern: bool
    """A pattern is given, known or not."""
    credentials: bool | None
    """Whether cookies and authorisation are let through; None when it is not known."""
    credentials_node: ast.expr | None
    chain: tuple[str, ...]

    @property
    def allows_all(self) -> Origin | None:
        """The `*`, if it is among the origins."""
        return next((one for one in self.origins if one.text == "*"), None)


def constant_edit(module: Module, node: ast.Constant, text: str) -> Edit:
    """Return the edit that writes another text into a string constant, in its own quotes."""
    start, end = module.extent(node)
    written = module.file.text[start:end]
    quote = "'" if written.lstrip("rRbBuUfF").startswith("'") else '"'
    raw = "r" if "\\" in text else ""
    return Edit(file=module.file.path, start=start, end=end, text=f"{raw}{quote}{text}{quote}")


def policies_of(project: "Project") -> tuple[Policy, ...]:
    """Return the CORS settings that live code makes."""
    return project.policies


def read_policies(project: "Project") -> tuple[Policy, ...]:
    """Read the CORS settings; `policies_of` remembers them."""
    found = [_starlette(project, call) for call in project.python.calls(*ADDED) if _is_cors(project, call)]
    found += [_flask(project, call) for call in project.python.calls(*OF_FLASK)]
    sockets = [call for call in project.python.calls(*OF_SOCKETS) if call.argument(None, "cors_allowed_origins")]
    found += [_socketio(project, call) for call in sockets if not _is_switched_off(call)]
    return tuple(found)


def platforms_of(project: "Project", policy: Policy) -> tuple[Platform, ...]:
    """Return where the API of a policy runs."""
    path = policy.call.module.file.path
    found = {
        one.platform
        for one in project.deployables
        if one.entry is not None and one.entry.module and path in project.python.beneath(one.entry.module)
    }
    found = found or {one.platform for one in project.on("hf", "render")}
    return tuple(one for one in PLATFORMS if one in found) or ("hf", "render")


def vercel_project(project: "Project") -> tuple[str, Span] | None:
    """Return the name of the Vercel project that the code base names by its address, with the place."""
    for file in project.code.files.values():
        if ".vercel.app" not in file.text or not may_tell(file):
            continue
        for found in HOST.finditer(file.text):
            if not PLACEHOLDERS.match(found["host"]) and "-git-" not in found["host"]:
                return found["host"].lower(), file.span(file.line_at(found.start()))
    return None


def _is_cors(project: "Project", call: Call) -> bool:
    if call.name.endswith("CORSMiddleware"):
        return True
    first = call.argument(0, "cls") or call.argument(0, "middleware_class")
    named = project.python.naming.name(first, call.module) if first is not None else None
    return bool(named and named.endswith("CORSMiddleware"))


def _starlette(project: "Project", call: Call) -> Policy:
    return _policy(project, call, "starlette", "allow_origins", "allow_origin_regex", "allow_credentials")


def _flask(project: "Project", call: Call) -> Policy:
    return _policy(project, call, "flask", "origins", "", "supports_credentials")


def _socketio(project: "Project", call: Call) -> Policy:
    return _policy(project, call, "socketio", "cors_allowed_origins", "", "cors_credentials")


def _is_switched_off(call: Call) -> bool:
    """Say whether a server is told to leave CORS to something else: an empty list, or None."""
    node = call.argument(None, "cors_allowed_origins")
    return (isinstance(node, ast.List) and not node.elts) or (node is not None and _is_none(node))


def _policy(project: "Project", call: Call, framework: Framework, *keywords: str) -> Policy:
    origins, pattern, credentials = keywords
    opened = _opened(project, call)
    node = call.argument(None, origins) or (_of_resources(project, call) if framework == "flask" else None)
    listed = _listed(project, call, node) or opened.get(origins, [])
    named = tuple(dict.fromkeys(name for one in listed for name in one.names))
    known = [origin for one in listed for origin in _origins(project, call, one, node)]
    if not listed and node is None and framework == "flask" and not call.is_open:
        known = [Origin(text, call.span) for text in FLASK_DEFAULT]
    matched = [one for one in known if framework == "flask" and REGULAR.search(one.text)]
    known = [one for one in known if one not in matched]
    pattern_node = call.argument(None, pattern) if pattern else None
    switch = call.argument(None, credentials)
    return Policy(
        call=call,
        framework=framework,
        origins=(*known, *_set(project, named)),
        is_whole=all(one.is_whole for one in listed) and (bool(listed) or (node is None and not call.is_open)),
        names=named,
        is_text=any(isinstance(one.value, str) for one in listed) and framework == "starlette",
        origins_node=node,
        patterns=(*_patterns(project, call, pattern_node), *matched),
        has_pattern=bool(matched) or pattern in opened or (pattern_node is not None and not _is_none(pattern_node)),
        credentials=_switched(
            _listed(project, call, switch)
            if switch is not None
            else opened.get(credentials, [Folded(framework == "socketio", True)])
        ),
        credentials_node=switch,
        chain=project.python.chain(call.module, call.node),
    )


def _switched(found: list[Folded]) -> bool | None:
    """Return whether a switch is on; None where that is not known."""
    values = {one.value for one in found if isinstance(one.value, bool)}
    return values.pop() if len(values) == 1 else None


def _opened(project: "Project", call: Call) -> dict[str, list[Folded]]:
    """Return the arguments that are handed over as a dictionary, `**options`."""
    found: dict[str, list[Folded]] = {}
    for one in call.node.keywords:
        for folded in _listed(project, call, one.value) if one.arg is None else ():
            for name, value in folded.value.items() if isinstance(folded.value, dict) else ():
                found.setdefault(str(name), []).append(Folded(value, folded.is_whole, folded.names, folded.places))
    return found


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _of_resources(project: "Project", call: Call) -> ast.expr | None:
    """Return the origins that Flask's `resources={r"/api/*": {"origins": …}}` gives."""
    resources = call.argument(None, "resources")
    for outer in resources.values if isinstance(resources, ast.Dict) else ():
        for key, value in zip(outer.keys, outer.values, strict=True) if isinstance(outer, ast.Dict) else ():
            if isinstance(key, ast.Constant) and key.value == "origins":
                return value
    return None


def _listed(project: "Project", call: Call, node: ast.expr | None) -> list[Folded]:
    return list(project.python.possible(node, call.module, _switches(project))) if node is not None else []


def _switches(project: "Project") -> dict[str, str | None]:
    """Return what manifests set but origins: `ENVIRONMENT`, `DEBUG`; None for a value that is not known."""
    return {
        one.name: one.value
        for one in project.names.sets
        if one.where in MANIFESTS and not ("://" in (one.value or "") or one.value == "*")
    }


def _origins(project: "Project", call: Call, folded: Folded, node: ast.expr | None) -> Iterator[Origin]:
    value = folded.value
    texts = [value] if isinstance(value, str) else value if isinstance(value, list | tuple | set | frozenset) else ()
    for text in list(dict.fromkeys(one for one in texts if isinstance(one, str)))[:MAX_ORIGINS]:
        if text and "{}" not in text:
            yield _origin(project, call, folded, text, node)


def _origin(project: "Project", call: Call, folded: Folded, text: str, node: ast.expr | None) -> Origin:
    constants = tuple(_constants(project, folded, text)) or tuple(_inside(call.module, node, text))
    if constants:
        return Origin(text, constants[0][0].span(constants[0][1]), constants)
    own = call.module.span(node) if node is not None else call.span
    read = [one.span for one in project.python.environment if one.name in folded.names]
    return Origin(text, next((place for place in (*folded.places, *read) if text in place.text), own))


def _inside(module: Module, node: ast.expr | None, text: str) -> Iterator[tuple[Module, ast.Constant]]:
    for one in ast.walk(node) if node is not None else ():
        if isinstance(one, ast.Constant) and one.value == text:
            yield module, one


def _constants(project: "Project", folded: Folded, text: str) -> Iterator[tuple[Module, ast.Constant]]:
    """Yield the constants that hold exactly this text, at the places a value is made of."""
    for place in dict.fromkeys(folded.places):
        module = project.python.module(place.file)
        is_there = module is not None and text in "\n".join(module.file.lines[place.line - 1 : place.end_line])
        for node in ast.walk(module.tree) if module is not None and is_there else ():
            if isinstance(node, ast.Constant) and node.value == text and node.lineno == place.line and module:
                yield module, node


def _set(project: "Project", names: tuple[str, ...]) -> Iterator[Origin]:
    """Yield the origins that manifests and examples give the names, of lists by commas and of JSON."""
    for one in project.names.sets:
        if one.name not in names or not one.value or one.where in ("compose", "readme", "workflow"):
            continue
        for text in re.split(r",|\n", one.value.strip().strip("[]")):
            if LIKE_AN_ORIGIN.search(text := text.strip(" \"'")):
                yield Origin(text, one.span, set_by=one)


def _patterns(project: "Project", call: Call, node: ast.expr | None) -> Iterator[Origin]:
    for folded in _listed(project, call, node):
        if isinstance(folded.value, str) and folded.value and "{}" not in folded.value:
            yield _origin(project, call, folded, folded.value, node)
