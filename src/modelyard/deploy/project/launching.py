"""How a Python file that is run begins to listen: `uvicorn.run`, `app.run`, `demo.launch`, followed from its top."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.finding import Span
from modelyard.deploy.project.places import Places, module_file
from modelyard.deploy.project.programs import Program, argument, calls_reached, default_of, fields_of, server_of

MAX_FILES = 6
"""How many files a start is followed through."""
MAX_DEPTH = 6
ENVIRONMENT_CALLS = ("os.getenv", "os.environ.get", "environ.get", "getenv")


@dataclass(frozen=True)
class Launch:
    """One call that begins to listen."""

    server: str
    module: str | None
    """The file that holds the application, when the call names one; None for the file that is run."""
    target: str | None
    host: str | None
    port: int | None
    port_from: str | None
    is_stated: bool
    """Whether the call states a port at all."""
    n_workers: int | None
    options: dict[str, str]
    span: Span


def launched(
    file: SourceFile,
    places: Places,
    *,
    folders: tuple[str, ...],
    arguments: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    function: str | None = None,
) -> Launch | None:
    """Return the call that begins to listen when a file is run; None when none is seen.

    Calls at the top level and under `__main__` count, and those of functions that are called from there, in this file
    or in one that it imports; with `function`, those of that one.
    """
    follower = _Follower(places, folders, arguments, dict(environment or {}))
    return follower.follow(file, function, 0)


def settings_in(
    file: SourceFile, places: Places, names: tuple[str, ...], *, environment: Mapping[str, str]
) -> dict[str, tuple[str, str | None]]:
    """Return what a file of settings gives these names at its top, and the name of the environment that may change it.

    What does not fold is returned as it is written.
    """
    program = Program.read(file)
    if program is None:
        return {}
    follower = _Follower(places, (file.folder,), (), dict(environment))
    found: dict[str, tuple[str, str | None]] = {}
    for name in names:
        if (node := program.values.get(name)) is not None:
            value, source = follower.worth(program, node)
            found[name] = (ast.unparse(node) if value is None else str(value), source)
    return found


class _Follower:
    def __init__(
        self, places: Places, folders: tuple[str, ...], arguments: tuple[str, ...], environment: dict[str, str]
    ) -> None:
        self.places = places
        self.folders = folders
        self.arguments = arguments
        self.environment = environment
        self.seen: set[tuple[str, str | None]] = set()

    def follow(self, file: SourceFile, function: str | None, depth: int) -> Launch | None:
        """Return the launch that a file's top level (or one of its functions) comes to."""
        if depth > MAX_FILES or (file.path, function) in self.seen or len(self.seen) > 50:
            return None
        self.seen.add((file.path, function))
        program = Program.read(file)
        if program is None:
            return None
        elsewhere: list[tuple[str, str]] = []
        for call in calls_reached(program, function):
            if (launch := self._launch(program, call)) is not None:
                return launch
            module, _, name = program.dotted(call.func).rpartition(".")
            if module and name.isidentifier():
                elsewhere.append((module, name))
        for module, name in elsewhere:
            if (other := self._module(module, file)) is not None and (found := self.follow(other, name, depth + 1)):
                return found
        return None

    def _module(self, module: str, file: SourceFile) -> SourceFile | None:
        """Return the file of the code base that a dotted name of an import means."""
        level = len(module) - len(module.lstrip("."))
        if level:
            folder = file.folder
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            base = f"{folder}/" if folder else ""
            name = module.lstrip(".").replace(".", "/")
            return self.places.code.get(f"{base}{name}.py") or self.places.code.get(f"{base}{name}/__init__.py")
        first = module.split(".")[0]
        beside = self.places.code.get(f"{file.folder}/{module.replace('.', '/')}.py")
        if beside is not None:
            return beside
        is_ours = any(module_file(self.places, first, (folder,)) for folder in self.folders) or "." in module
        return module_file(self.places, module, self.folders) if is_ours else None

    def _launch(self, program: Program, call: ast.Call) -> Launch | None:
        server = server_of(program, call)
        if server is None:
            return None
        names = {
            "gradio": ("server_name", "server_port"),
            "daphne": ("host", "port"),
        }.get(server, ("host", "port"))
        host = self._host(program, call, argument(call, names[0], 0 if server == "flask" else None))
        stated = argument(call, names[1], 1 if server == "flask" else None)
        port, name = self._port(program, stated, 0) if stated is not None else (None, None)
        if server == "gradio":
            host = host or self.environment.get("GRADIO_SERVER_NAME")
            if stated is None and self.environment.get("GRADIO_SERVER_PORT", "").isdecimal():
                port, name, stated = int(self.environment["GRADIO_SERVER_PORT"]), "GRADIO_SERVER_PORT", call
        if server == "hypercorn":
            host, port, stated = self._bound(program, call)
        if server == "waitress" and (listen := self.text(program, argument(call, "listen", None))):
            host, _, text = listen.split()[-1].rpartition(":")
            port, stated = int(text) if text.isdecimal() else None, call
        if stated is None and any(one.arg is None for one in call.keywords):
            stated = call
        module, target = self._application(program, call, server)
        workers = self.text(program, argument(call, "workers", None))
        return Launch(
            server=server,
            module=module,
            target=target,
            host=host,
            port=port,
            port_from=name,
            is_stated=stated is not None,
            n_workers=int(workers) if workers and workers.isdecimal() else None,
            options=self._options(program, call, (*names, "workers")),
            span=program.file.span(call.lineno, call.end_lineno),
        )

    def _host(self, program: Program, call: ast.Call, stated: ast.expr | None) -> str | None:
        """Return the address; as it is written where it does not fold, None where the call does not state one."""
        if stated is None:
            stars = [one.value for one in call.keywords if one.arg is None]
            return f"**{ast.unparse(stars[0])}" if stars else None
        return self.text(program, stated) or ast.unparse(stated)

    def _bound(self, program: Program, call: ast.Call) -> tuple[str | None, int | None, ast.expr | None]:
        """Return the address of a `Config.bind` that the file gives hypercorn."""
        for node in ast.walk(program.tree):
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.List) or not node.value.elts:
                continue
            if isinstance(node.targets[0], ast.Attribute) and node.targets[0].attr == "bind":
                host, _, port = (self.text(program, node.value.elts[0]) or "").rpartition(":")
                return host or None, int(port) if port.isdecimal() else None, node.value
        return None, None, None

    def _options(self, program: Program, call: ast.Call, known: tuple[str, ...]) -> dict[str, str]:
        """Return the other keywords as command-line options: `reload=True` as `{"reload": ""}`."""
        found: dict[str, str] = {}
        for keyword in call.keywords:
            if keyword.arg is None or keyword.arg in known:
                continue
            value = self.text(program, keyword.value)
            if value == "True":
                found[keyword.arg.replace("_", "-")] = ""
            elif value not in (None, "False", "None"):
                found[keyword.arg.replace("_", "-")] = value or ""
        return found

    def _application(self, program: Program, call: ast.Call, server: str) -> tuple[str | None, str | None]:
        """Return the file of the application (None for the file itself) and its name."""
        if server in ("flask", "gradio"):
            owner = call.func.value if isinstance(call.func, ast.Attribute) else None
            dotted = program.dotted(owner) if owner is not None else ""
        else:
            first = call.args[0] if call.args else argument(call, "app", None)
            text = self.text(program, first) if isinstance(first, ast.Constant | ast.JoinedStr) else None
            if text is not None:
                module, _, name = text.partition(":")
                file = module_file(self.places, module, self.folders)
                return file.path if file is not None else program.file.path, name or "app"
            dotted = program.dotted(first) if first is not None else ""
        module, _, name = dotted.rpartition(".")
        file = self._module(module, program.file) if module and "(" not in module else None
        return file.path if file is not None else program.file.path, name or None

    def text(self, program: Program, node: ast.expr | None) -> str | None:
        """Return what an expression is worth, as text; None when it is not known."""
        value, _ = self._value(program, node, 0)
        return None if value is None else str(value)

    def worth(self, program: Program, node: ast.expr) -> tuple[object, str | None]:
        """Return what an expression is worth here, and the name of the environment it comes from."""
        return self._value(program, node, 0)

    def _port(self, program: Program, node: ast.expr, depth: int) -> tuple[int | None, str | None]:
        value, name = self._value(program, node, depth)
        return int(str(value)) if str(value).isdecimal() else None, name

    def _value(self, program: Program, node: ast.expr | None, depth: int) -> tuple[object, str | None]:
        """Return what an expression is worth here, and the name of the environment it comes from."""
        if node is None or depth > MAX_DEPTH:
            return None, None
        if isinstance(node, ast.Constant):
            return node.value, None
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            worth = [self._value(program, one, depth + 1) for one in node.values]
            value = next((one for one, _ in worth if one not in (None, "")), None)
            return value, next((name for _, name in worth if name), None)
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
            texts = [self._value(program, one, depth + 1) for one in parts]
            if any(value is None for value, _ in texts):
                return None, None
            return "".join(str(value) for value, _ in texts), next((name for _, name in texts if name), None)
        if isinstance(node, ast.Name):
            own = program.values.get(node.id)
            return self._value(program, own, depth + 1) if own is not None else self._imported(program, node, depth)
        if isinstance(node, ast.Subscript) and program.dotted(node.value) in ("os.environ", "environ"):
            return self._from_environment(program, node.slice, None, depth)
        if isinstance(node, ast.Call):
            name = program.dotted(node.func)
            if name in ENVIRONMENT_CALLS and node.args:
                default = node.args[1] if len(node.args) > 1 else argument(node, "default", None)
                return self._from_environment(program, node.args[0], default, depth)
            if name in ("int", "str", "float", "bool") and node.args:
                return self._value(program, node.args[0], depth + 1)
            if isinstance(node.func, ast.Attribute) and node.func.attr in ("lower", "upper", "strip") and not node.args:
                value, source = self._value(program, node.func.value, depth + 1)
                return (getattr(value, node.func.attr)() if isinstance(value, str) else None), source
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(program, node, depth)
        if isinstance(node, ast.Attribute):
            return self._attribute(program, node, depth)
        return None, None

    def _compared(self, program: Program, node: ast.Compare, depth: int) -> tuple[object, str | None]:
        """Return whether `os.getenv("DEBUG", "1") == "1"` and `… in ("1", "true")` hold."""
        left, name = self._value(program, node.left, depth + 1)
        other = node.comparators[0]
        options = other.elts if isinstance(other, ast.List | ast.Tuple | ast.Set) else [other]
        values = [self._value(program, one, depth + 1)[0] for one in options]
        if left is None or None in values or not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            return None, name
        return (left in values) is isinstance(node.ops[0], ast.Eq | ast.In), name

    def _from_environment(
        self, program: Program, name: ast.expr, default: ast.expr | None, depth: int
    ) -> tuple[object, str | None]:
        if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
            return None, None
        if name.value in self.environment:
            return self.environment[name.value], name.value
        return self._value(program, default, depth + 1)[0], name.value

    def _attribute(self, program: Program, node: ast.Attribute, depth: int) -> tuple[object, str | None]:
        """Return the value of `args.port` (argparse) or `settings.port` (a class with that field)."""
        if (found := self._argparse(program, node.attr, depth)) is not None:
            return found
        dotted = program.dotted(node.value)
        whole = self._module(dotted, program.file) if dotted in program.names.values() else None
        if whole is not None and (there := Program.read(whole)) is not None and node.attr in there.values:
            return self._value(there, there.values[node.attr], depth + 1)
        module = dotted.rpartition(".")[0]
        file = self._module(module, program.file) if module else None
        other = Program.read(file) if file is not None else program
        for name, default in fields_of(other) if other is not None else ():
            if name.lower() == node.attr.lower() and other is not None:
                value = self.environment.get(name.upper()) or self._value(other, default_of(default), depth + 1)[0]
                return value, name.upper()
        return None, None

    def _imported(self, program: Program, node: ast.Name, depth: int) -> tuple[object, str | None]:
        """Return the value of a name that another file of the code base gives it at its top."""
        module, _, name = program.names.get(node.id, "").rpartition(".")
        file = self._module(module, program.file) if module else None
        other = Program.read(file) if file is not None else None
        return self._value(other, other.values.get(name), depth + 1) if other is not None else (None, None)

    def _argparse(self, program: Program, name: str, depth: int) -> tuple[object, str | None] | None:
        """Return what an option of argparse is worth, by the words of the command line and by its default."""
        for call in ast.walk(program.tree):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            flags = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if call.func.attr != "add_argument" or name not in [flag.lstrip("-").replace("-", "_") for flag in flags]:
                continue
            for flag in flags:
                if flag in self.arguments[:-1]:
                    return self.arguments[self.arguments.index(flag) + 1], None
            return self._value(program, argument(call, "default", None), depth + 1)
        return None
