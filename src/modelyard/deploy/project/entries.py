"""The program that listens: read from the command line, or from the Python file that is run."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace

from modelyard.deploy.finding import Span
from modelyard.deploy.project.deployable import ANY_ADDRESS, Command, Entry
from modelyard.deploy.project.launching import Launch, launched, settings_in
from modelyard.deploy.project.options import PORT_NAMES, Line, port_name, read_line, stated_address
from modelyard.deploy.project.places import Places, module_file

DEFAULT_PORTS = {
    **dict.fromkeys(("uvicorn", "gunicorn", "hypercorn", "daphne", "granian", "chainlit"), 8000),
    **{"flask": 5000, "streamlit": 8501, "gradio": 7860, "waitress": 8080, "next": 3000, "serve": 3000},
}
OF_GUNICORN = ("bind", "workers", "timeout", "worker_class", "threads", "reload")
WORKERS = ("celery", "arq", "dramatiq")
WORKER_NAMES = {"uvicorn": "WEB_CONCURRENCY", "gunicorn": "WEB_CONCURRENCY"}
LISTENS_ON = re.compile(r"\.listen\([^()\n]*,\s*['\"](localhost|127\.0\.0\.1|0\.0\.0\.0)['\"]")
LISTEN = re.compile(r"^[ \t]*listen\s+(?:\S+:)?(\d{2,5})\b|^:(\d{2,5})\s*\{", re.MULTILINE)


def entry_of(command: Command, places: Places, *, environment: Mapping[str, str] | None = None) -> Entry | None:
    """Return what listens when a command has run; None when it cannot be told, or nothing listens.

    `environment` is what the platform's manifest sets; what the image and its scripts set counts too.
    """
    known = {**(command.environment or {}), **(environment or {})}
    words = command.words
    program = posixpath.basename(words[0]) if words else ""
    raw = command.raw if command.is_shell and command.raw else words
    if re.fullmatch(r"python[\d.]*", program):
        return _python(command, words[1:], raw[1:], places, known)
    if command.is_behind_proxy:
        entry = entry_of(replace(command, is_behind_proxy=False), places, environment=environment)
        return _behind(entry, places) if entry is not None else None
    if program == "fastapi":
        return _fastapi(command, words[1:], raw[1:], places, known)
    if program in ("waitress-serve",):
        program = "waitress"
    if program in ("node", "npm", "yarn", "pnpm", "bun", "deno", "tsx", "vite"):
        return _node(command, words, places, known)
    if program in WORKERS:
        return _worker(command, words[1:], places, known)
    if program in DEFAULT_PORTS:
        return _server(program, command, words[1:], raw[1:], places, known)
    if program == "gradio" or program.endswith(".py"):
        return _python(command, words if program.endswith(".py") else words[1:], raw, places, known)
    return None


def _python(
    command: Command, words: tuple[str, ...], raw: tuple[str, ...], places: Places, known: Mapping[str, str]
) -> Entry | None:
    """Return what `python FILE`, `python -m MODULE` or a project's own `MODULE:FUNCTION` listens on."""
    at = 0
    function: str | None = None
    while at < len(words) and words[at].startswith("-") and words[at] != "-m":
        at += 2 if words[at] in ("-W", "-X") else 1
    words, raw = words[at:], raw[at:]
    if words[:1] == ("-m",) and len(words) > 1:
        name = {"waitress": "waitress", "http": "http.server"}.get(words[1].split(".")[0], words[1].split(".")[0])
        if name == "fastapi":
            return _fastapi(command, words[2:], raw[2:], places, known)
        if name in DEFAULT_PORTS:
            return _server(name, command, words[2:], raw[2:], places, known)
        if words[1] == "http.server":
            return _http_server(command, words[2:])
        module, _, named = words[1].partition(":")
        function = named or None
        file = module_file(places, module, _folders(command, known))
        package = None if named else module_file(places, f"{module}.__main__", _folders(command, known))
        file = package if package is not None and (file is None or file.name == "__init__.py") else file
        arguments = words[2:]
    elif words:
        file = places.find(words[0], command.folder)
        arguments = words[1:]
        if file is not None and file.name == "manage.py" and arguments[:1] == ("runserver",):
            return _django(command, arguments[1:], file.path)
    else:
        return None
    if file is None:
        return None
    folders = _folders(command, known)
    launch = launched(file, places, folders=folders, arguments=arguments, environment=known, function=function)
    return _of_launch(command, file.path, launch)


def _of_launch(command: Command, path: str, launch: Launch | None) -> Entry:
    """Return the entry of a file that is run, whether or not it is seen to listen."""
    if launch is None:
        return Entry("python", path, None, True, None, None, None, None, {}, (command.span,))
    module = launch.module or path
    return Entry(
        server=launch.server,
        module=module,
        target=launch.target,
        is_run=module == path,
        host=launch.host,
        port=launch.port if launch.is_stated else DEFAULT_PORTS.get(launch.server),
        port_from=launch.port_from,
        n_workers=launch.n_workers,
        options=launch.options,
        spans=(launch.span, command.span),
        run=None if module == path else path,
    )


def _behind(entry: Entry, places: Places) -> Entry:
    """Return an entry as the platform reaches it: by the address that the proxy before it listens on."""
    for file in places.code.ending(".conf", "Caddyfile"):
        found = LISTEN.search(file.text)
        if found is not None and ("nginx" in file.path.lower() or "proxy_pass" in file.text or "Caddy" in file.name):
            port = int(found[1] or found[2])
            spans = (file.span(file.line_at(found.start())), *entry.spans)
            return replace(entry, host=ANY_ADDRESS, port=port, port_from=None, spans=spans)
    return replace(entry, host=ANY_ADDRESS, port=None, port_from=None)


def _server(
    server: str,
    command: Command,
    words: tuple[str, ...],
    raw: tuple[str, ...],
    places: Places,
    known: Mapping[str, str],
) -> Entry:
    """Return what a server program listens on, from its own options and its defaults."""
    line, written = read_line(server, words), read_line(server, raw)
    in_file = _gunicorn_file(server, line, places, command.folder, known)
    options = {**{name: value for name, (value, _) in in_file.items()}, **line.options}
    if server == "gunicorn" and "GUNICORN_CMD_ARGS" in known:
        options = {**read_line(server, tuple(known["GUNICORN_CMD_ARGS"].split())).options, **options}
    host, port = stated_address(options)
    name = port_name(written.options) if command.is_shell else None
    if "bind" in in_file and "bind" not in line.options:
        name = in_file["bind"][1]
    if port is None and not any(one in options for one in (*PORT_NAMES, "bind", "uds", "fd")):
        port, name = _unstated_port(server, known)
    if host is None and server == "gunicorn" and known.get("PORT"):
        host = ANY_ADDRESS
    if host is None:
        host = known.get({"uvicorn": "UVICORN_HOST", "flask": "FLASK_RUN_HOST"}.get(server, ""))
    target = _target(server, line, known)
    module, _, attribute = target.partition(":")
    folders = (_joined(command.folder, options.get("app-dir") or options.get("chdir") or ""), *_folders(command, known))
    is_path = server in ("streamlit", "chainlit") or module.endswith(".py")
    file = places.find(module, folders[0]) if is_path else module_file(places, module, folders)
    workers = options.get("workers") or known.get(WORKER_NAMES.get(server, ""), "")
    entry = Entry(
        server=server,
        module=file.path if file is not None else None,
        target=attribute or ("application" if server == "gunicorn" else "app"),
        is_run=server in ("streamlit", "chainlit"),
        host=host,
        port=port,
        port_from=name,
        n_workers=int(workers) if workers.isdigit() else None,
        options=dict(options),
        spans=(command.span,),
    )
    return replace(entry, is_run=True) if server == "gradio" else entry


def _unstated_port(server: str, known: Mapping[str, str]) -> tuple[int | None, str | None]:
    """Return the port of a command that names none, and the variable that may change it."""
    name = {
        "uvicorn": "UVICORN_PORT",
        "flask": "FLASK_RUN_PORT",
        "gunicorn": "PORT",
        "gradio": "GRADIO_SERVER_PORT",
    }.get(server, {"streamlit": "STREAMLIT_SERVER_PORT", "next": "PORT", "serve": "PORT"}.get(server, ""))
    value = known.get(name, "")
    if value.isdigit():
        return int(value), name
    return DEFAULT_PORTS[server], name if name == "PORT" else None


def _target(server: str, line: Line, known: Mapping[str, str]) -> str:
    if server == "flask":
        return line.options.get("app") or known.get("FLASK_APP", "app")
    rest = [word for word in line.rest if word not in ("run", "start")]
    return rest[0] if rest else ""


def _gunicorn_file(
    server: str, line: Line, places: Places, folder: str, known: Mapping[str, str]
) -> dict[str, tuple[str, str | None]]:
    """Return the settings of a gunicorn configuration file, and the names of the environment they come from."""
    if server != "gunicorn":
        return {}
    name = line.options.get("config", "gunicorn.conf.py").removeprefix("file:").removeprefix("python:")
    file = places.find(name, folder)
    if file is None:
        return {}
    folded = settings_in(file, places, OF_GUNICORN, environment=known)
    return {name.replace("_", "-"): one for name, one in folded.items()}


def _fastapi(
    command: Command, words: tuple[str, ...], raw: tuple[str, ...], places: Places, known: Mapping[str, str]
) -> Entry:
    """Return what `fastapi run [FILE]` listens on: uvicorn, open to all; `fastapi dev` on loopback, with a reloader."""
    is_dev = words[:1] == ("dev",)
    line, written = read_line("uvicorn", words[1:]), read_line("uvicorn", raw[1:])
    host, port = stated_address(line.options)
    names = [*line.rest, "main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py"]
    file = next((found for name in names if (found := places.find(name, command.folder)) is not None), None)
    workers = line.options.get("workers", "")
    return Entry(
        server="uvicorn",
        module=file.path if file is not None else None,
        target=line.options.get("app", "app"),
        is_run=False,
        host=host or ("127.0.0.1" if is_dev else ANY_ADDRESS),
        port=port if "port" in line.options else int(known["PORT"]) if known.get("PORT", "").isdigit() else 8000,
        port_from=port_name(written.options) if command.is_shell else None,
        n_workers=int(workers) if workers.isdigit() else None,
        options={**line.options, **({"reload": ""} if is_dev else {})},
        spans=(command.span,),
    )


def _worker(command: Command, words: tuple[str, ...], places: Places, known: Mapping[str, str]) -> Entry | None:
    """Return the module that a worker of a queue begins with: it listens on nothing."""
    line = read_line("celery", words)
    stated = line.options.get("A") or line.options.get("app") or next(iter(line.rest), "")
    module = stated.partition(":")[0]
    folders = _folders(command, known)
    file = module_file(places, module, folders) or module_file(places, module.rpartition(".")[0], folders)
    if file is None:
        return None
    return Entry("python", file.path, None, False, None, None, None, None, dict(line.options), (command.span,))


def _django(command: Command, words: tuple[str, ...], path: str) -> Entry:
    address = next((word for word in words if not word.startswith("-")), "127.0.0.1:8000")
    host, _, port = address.rpartition(":")
    return Entry(
        server="python",
        module=path,
        target=None,
        is_run=True,
        host=host or "127.0.0.1",
        port=int(port) if port.isdigit() else None,
        port_from=None,
        n_workers=None,
        options={"runserver": ""},
        spans=(command.span,),
    )


def _http_server(command: Command, words: tuple[str, ...]) -> Entry:
    line = read_line("python", words)
    port = next((word for word in line.rest if word.isdigit()), "8000")
    return Entry("python", None, None, True, line.options.get("bind"), int(port), None, None, {}, (command.span,))


def _node(command: Command, words: tuple[str, ...], places: Places, known: Mapping[str, str]) -> Entry:
    """Return what a Node program listens on, as far as its own file says it in one line."""
    options = read_line("vite" if words[0] == "vite" else "next", words[1:]).options
    _, port = stated_address(options)
    file = next((found for word in words[1:] if (found := places.find(word, command.folder)) is not None), None)
    spans: tuple[Span, ...] = (command.span,)
    name = None
    if port is None and file is not None:
        for number, text in enumerate(file.lines, 1):
            if match := re.search(r"process\.env\.(\w*PORT)\s*(?:\|\||\?\?)\s*['\"]?(\d{2,5})", text):
                name, port = match[1], int(known.get(match[1], "") or match[2])
            elif match := re.search(r"\.listen\(\s*(?:(\d{2,5})\b|([A-Za-z_]\w*)\s*[,)])", text):
                constant = re.search(rf"\b(?:const|let|var)\s+{match[2]}\s*=\s*(\d{{2,5}})\s*;?\s*$", file.text, re.M)
                if match[2] and constant is None:
                    continue
                port = int(constant[1] if constant else match[1])
            else:
                continue
            spans = (file.span(number), command.span)
            break
    host = options.get("hostname")
    if host is None and file is not None and (bound := LISTENS_ON.search(file.text)):
        host, spans = bound[1], (file.span(file.line_at(bound.start(1))), *spans)
    return Entry("node", None, None, True, host, port, name, None, dict(options), spans)


def _folders(command: Command, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return where Python looks for modules: the command's folder, then PYTHONPATH."""
    extra = [one for one in known.get("PYTHONPATH", "").split(":") if one and not one.startswith("$")]
    return (command.folder, *(_joined(command.folder, one) for one in extra))


def _joined(folder: str, path: str) -> str:
    joined = posixpath.normpath(posixpath.join(folder, path)) if path else folder
    return "" if joined == "." else joined
