"""What a platform runs: commands followed through shells, wrappers and scripts to the program that listens."""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from modelyard.deploy.code.docker import Dockerfile, Instruction
from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.shell import ShellCommand, read_shell, split_words
from modelyard.deploy.finding import Span
from modelyard.deploy.project.deployable import Command
from modelyard.deploy.project.places import Places, module_file
from modelyard.deploy.project.recipes import script_of, target_of

SHELLS = ("sh", "bash", "ash", "dash", "zsh")
SERVERS = frozenset(
    {"uvicorn", "gunicorn", "hypercorn", "flask", "streamlit", "fastapi", "gradio", "daphne", "granian", "chainlit"}
    | {"waitress-serve", "next", "supervisord", "serve", "http-server", "vite", "celery", "arq", "rq", "dramatiq"}
)
"""Programs that stay: where one of these is run, it is what the command is for."""
QUEUES = frozenset({"celery", "arq", "rq", "dramatiq"})
"""Those that listen on no port: beside a server they are its helpers."""
PROXIES = frozenset({"nginx", "caddy", "traefik", "haproxy", "envoy", "openresty"})
RUNNERS = frozenset({"python", "node", "bun", "deno", "tsx", "ts-node"})
SHELL_WORDS = frozenset(
    {"set", "cd", "echo", "printf", "export", "test", "[", "[[", "true", "false", "sleep", "wait", "exit", "trap"}
    | {"source", ".", "local", "return", "shift", "mkdir", "chmod", "chown", "ls", "pwd", "env", "date", "cat"}
    | {"until", "read", ":"}
)
"""Words of a script that start nothing of the program."""
WRAPPERS = frozenset({"exec", "nohup", "tini", "dumb-init", "time", "sudo", "catatonit", "xvfb-run"})
WAITERS = re.compile(r"wait[-_]?for|dockerize$|infisical$|doppler$|chamber$|op$")
"""Programs that run what stands after `--`."""
PREFIXED = {
    ("poetry", "run"): 2,
    ("uv", "run"): 2,
    ("pipenv", "run"): 2,
    ("pdm", "run"): 2,
    ("rye", "run"): 2,
    ("hatch", "run"): 2,
    ("doppler", "run"): 2,
    ("newrelic-admin", "run-program"): 2,
    ("ddtrace-run",): 1,
    ("npx",): 1,
    ("pnpm", "exec"): 2,
}
VALUED_OF_UV = ("--extra", "--group", "--with", "--project", "--directory", "--python", "-p")
MAX_DEPTH = 8
APPLICATION = re.compile(r"([A-Za-z_]\w*(?:\.\w+)*):[A-Za-z_][\w.]*(?:\(\))?")
"""`app.main:app`, with its module."""
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


@dataclass(frozen=True)
class Step:
    """One program of the chain."""

    words: tuple[str, ...]
    raw: tuple[str, ...]
    span: Span
    chain: tuple[str, ...]
    folder: str
    environment: Mapping[str, str] = field(default_factory=dict)
    is_shell: bool = True
    depth: int = 0

    @property
    def program(self) -> str:
        """The program's name without its folder and version: `python` for `/usr/bin/python3.11`."""
        name = posixpath.basename(self.words[0]) if self.words else ""
        return "python" if re.fullmatch(r"python[\d.]*|pypy3?", name) else name


def command_of_image(dockerfile: Dockerfile, places: Places) -> Command | None:
    """Return what an image starts; None when it has neither CMD nor ENTRYPOINT of its own."""
    stage = dockerfile.last
    entries = list(stage.every("ENTRYPOINT"))
    commands = list(stage.every("CMD"))
    if entries and (not commands or not entries[-1].is_json):
        commands = []
    stated = [*entries[-1:], *commands[-1:]]
    if not stated:
        return None
    words: list[str] = []
    for one in stated:
        words += one.words if one.is_json else ["/bin/sh", "-c", *one.words]
    last = stated[-1]
    step = Step(
        words=tuple(words),
        raw=tuple(words),
        span=last.span,
        chain=tuple(_place(one) for one in stated),
        folder=stage.workdir,
        environment=stage.environment,
        is_shell=not last.is_json,
    )
    return _command(followed(step, places), places)


def command_of_text(
    text: str, span: Span, places: Places, *, label: str, environment: Mapping[str, str] | None = None
) -> Command | None:
    """Return what a command line starts (a start command of a blueprint, a line of a Procfile)."""
    words = ("/bin/sh", "-c", text)
    known = dict(environment or {})
    step = Step(words, words, span, (f"{span.place} {label}".strip(),), places.start, known)
    return _command(followed(step, places), places)


def _place(one: Instruction) -> str:
    return f"{one.span.place} {one.name}"


def _command(steps: Iterator[Step], places: Places) -> Command | None:
    every = [one for one in steps if one.words]
    if not every:
        return None
    chosen = (
        [one for one in every if one.program in SERVERS or _server_module(one)]
        or [one for one in every if one.program in RUNNERS]
        or every
    )
    chosen = [one for one in chosen if one.program not in QUEUES] or chosen
    chosen = [one for one in chosen if _is_there(one, places)] or chosen
    last = chosen[-1]
    before = every[: every.index(last)]
    scripts = (_run_before(one, places) for one in before if one.program == "python" and one.words[1:])
    return Command(
        words=last.words,
        span=last.span,
        chain=last.chain,
        before=tuple(one.words for one in before),
        raw=last.raw,
        is_shell=last.is_shell,
        scripts=tuple(script.path for script in scripts if script is not None),
        beside=tuple(dict.fromkeys(path for one in every if one is not last for path in _applications(one, places))),
        folder=last.folder,
        environment=last.environment,
        is_behind_proxy=last.program not in PROXIES and any(one.program in PROXIES for one in every),
    )


def _run_before(step: Step, places: Places) -> SourceFile | None:
    """Return the file of `python FILE` or `python -m MODULE`."""
    if step.words[1] != "-m":
        return places.find(step.words[1], step.folder)
    module = step.words[2] if len(step.words) > 2 else ""
    return module_file(places, f"{module}.__main__", (step.folder,)) or module_file(places, module, (step.folder,))


def _applications(step: Step, places: Places) -> Iterator[str]:
    """Yield the files of the applications that a server is told to run."""
    if step.program not in SERVERS - QUEUES and not _server_module(step):
        return
    for word in step.words[1:]:
        found = APPLICATION.fullmatch(word)
        file = module_file(places, found[1], (step.folder,)) if found else None
        if file is not None:
            yield file.path


def _is_there(step: Step, places: Places) -> bool:
    """Say whether the application that a server is told to run is in the code base; a script may try several."""
    modules = [found[1] for word in step.words[1:] if (found := APPLICATION.fullmatch(word))]
    return all(module_file(places, module, (step.folder,)) is not None for module in modules)


def _server_module(step: Step) -> bool:
    words = step.words
    return step.program == "python" and len(words) > 2 and words[1] == "-m" and words[2].split(".")[0] in SERVERS


def followed(step: Step, places: Places) -> Iterator[Step]:
    """Yield the programs that a step runs, wrappers taken off, shells and scripts read."""
    step = _unwrapped(step)
    if not step.words or step.depth > MAX_DEPTH:
        return
    if step.program in SHELLS:
        yield from _shell(step, places)
    elif step.program == "make" and (target := target_of(step.words, places, step.folder)) is not None:
        makefile, line, text = target
        yield from _text_steps(replace(step, is_shell=True), text, (), places, makefile, line)
    elif script := script_of(step.program, places, step.folder):
        words = ("python", "-m", script, *step.words[1:])
        yield replace(step, words=words, raw=words, depth=step.depth + 1)
    elif step.program in ("npm", "yarn", "pnpm", "bun") and (its := _package_script(step, places)):
        yield from followed(its, places)
    elif step.program == "supervisord" and (programs := list(_supervised(step, places))):
        for program in programs:
            yield from followed(program, places)
    elif step.program not in RUNNERS | SERVERS | PROXIES and (file := _script(step, places)) is not None:
        yield from _script_steps(step, file, step.words[1:], places)
    else:
        yield step


def _unwrapped(step: Step) -> Step:
    """Return the step without the programs that only start another."""
    while step.words:
        name = posixpath.basename(step.words[0])
        n = next((n for prefix, n in PREFIXED.items() if step.words[: len(prefix)] == prefix), 0)
        if n:
            while len(step.words) > n and step.words[n].startswith("-"):
                n += 2 if step.words[n] in VALUED_OF_UV else 1
        elif name in WRAPPERS:
            n = 1
            while len(step.words) > n and step.words[n].startswith("-"):
                n += 1
        elif name in ("gosu", "su-exec", "setpriv"):
            n = 2
        elif name in ("conda", "micromamba", "mamba") and step.words[1:2] == ("run",):
            n = 2
            while len(step.words) > n and step.words[n].startswith("-"):
                n += 2 if step.words[n] in ("-n", "-p", "--name", "--prefix") else 1
        elif WAITERS.match(name) and "--" in step.words:
            n = step.words.index("--") + 1
        elif name == "env":
            n = 1
            while len(step.words) > n and ASSIGNMENT.match(step.words[n]):
                n += 1
        if not n:
            return step
        is_even = len(step.raw) == len(step.words)
        step = replace(step, words=step.words[n:], raw=step.raw[n:] if is_even else step.words[n:])
    return step


def _shell(step: Step, places: Places) -> Iterator[Step]:
    """Yield what `sh -c text` or `sh script` runs."""
    rest = list(step.words[1:])
    while rest and rest[0].startswith("-") and "c" not in rest[0][1:]:
        rest.pop(0)
    if rest and rest[0].startswith("-"):
        if len(rest) > 1:
            yield from _text_steps(replace(step, is_shell=True), rest[1], rest[3:], places, None)
        return
    if rest and (file := places.find(rest[0], step.folder)) is not None:
        yield from _script_steps(step, file, rest[1:], places)
    elif rest:
        yield step


def _script(step: Step, places: Places) -> SourceFile | None:
    """Return the shell script of the code base that a step runs."""
    file = places.find(step.words[0], step.folder) if "/" in step.words[0] or step.words[0].endswith(".sh") else None
    if file is None and "/" in step.words[0]:
        named = places.code.named(posixpath.basename(step.words[0]))
        file = named[0] if len(named) == 1 and named[0].name.endswith(".sh") else None
    return file if file is not None and not file.name.endswith((".py", ".js")) and not file.is_binary else None


def _script_steps(step: Step, file: SourceFile, arguments: Sequence[str], places: Places) -> Iterator[Step]:
    yield from _text_steps(replace(step, is_shell=True), file.text, arguments, places, file)


def _text_steps(
    step: Step, text: str, arguments: Sequence[str], places: Places, file: SourceFile | None, first_line: int = 1
) -> Iterator[Step]:
    """Yield the steps of a script, `cd` followed; those of functions only when something calls them."""
    commands = read_shell(text, environment=step.environment, arguments=arguments)
    called = {one.program for one in commands}
    defined = {one.function for one in commands}
    folder = step.folder
    for one in commands:
        if one.function is not None and one.function not in called:
            continue
        if one.program == "cd" and len(one.words) > 1:
            folder = posixpath.normpath(posixpath.join(folder, one.words[1]))
            folder = "" if folder == "." else folder
        elif one.program not in SHELL_WORDS and one.program not in defined:
            yield from followed(_step_of(one, step, folder, file, first_line - 1), places)


def _step_of(one: ShellCommand, step: Step, folder: str, file: SourceFile | None, above: int) -> Step:
    span = file.span(above + one.line, above + one.end_line) if file is not None else step.span
    if any(word.strip('"') in ("$@", "${@}") for word in one.raw):
        chain = (*step.chain, f"{span.place} exec")
        return replace(step, words=one.words, raw=one.words, chain=chain, folder=folder, depth=step.depth + 1)
    link = (f"{span.place} {'exec' if one.is_exec else one.program}",) if file is not None else ()
    return Step(one.words, one.raw, span, (*step.chain, *link), folder, one.environment, True, step.depth + 1)


def _package_script(step: Step, places: Places) -> Step | None:
    """Return what `npm start` or `npm run NAME` runs, as package.json says."""
    words = [word for word in step.words[1:] if not word.startswith("-")]
    name = words[1] if words[:1] == ["run"] and len(words) > 1 else words[0] if words else ""
    manifest = places.find("package.json", step.folder)
    if manifest is None or not name:
        return None
    try:
        package = json.loads(manifest.text)
    except (ValueError, RecursionError):
        return None
    scripts = package.get("scripts") if isinstance(package, dict) else None
    text = scripts.get(name) if isinstance(scripts, dict) else None
    if not isinstance(text, str):
        return None
    line = next((n for n, line in enumerate(manifest.lines, 1) if f'"{name}"' in line and ":" in line), 1)
    span = manifest.span(line)
    chain = (*step.chain, f"{span.place} {name}")
    return replace(step, words=("sh", "-c", text), raw=("sh", "-c", text), span=span, chain=chain, depth=step.depth + 1)


def _supervised(step: Step, places: Places) -> Iterator[Step]:
    """Yield the programs of a supervisord configuration."""
    names = [word for word in step.words[1:] if word.endswith((".conf", ".ini"))] or ["/etc/supervisord.conf"]
    file = places.find(names[0], step.folder)
    if file is None:
        return
    for number, line in enumerate(file.lines, 1):
        name, equals, text = line.partition("=")
        if equals and name.strip() == "command":
            span = file.span(number)
            words = tuple(split_words(text.strip()))
            chain = (*step.chain, f"{span.place} command")
            yield replace(step, words=words, raw=words, span=span, chain=chain, depth=step.depth + 1)
