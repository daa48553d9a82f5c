"""What a script would upload: its `cp`, `mv`, `rm`, `cat` and `git` followed over the paths of the code base."""

import fnmatch
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.shell import ShellCommand, read_shell
from modelyard.deploy.finding import Span
from modelyard.deploy.project.options import read_line

CHECKOUT = "/checkout"
"""Where the code base lies while a script is followed."""
STAGED = "/staged"
"""Where a temporary folder lies while a script is followed."""
SPACE_URL = re.compile(
    r"(?:huggingface\.co|hf\.co)/spaces/(?P<id>[^\s\"'/]+/[^\s\"']+?|\$\{?\w+\}?)(?:\.git)?(?=$|[\s\"'])"
)
MAX_FILES = 20_000


@dataclass(frozen=True)
class Written:
    """A file that a script writes itself."""

    text: str
    span: Span
    """The lines of the script that hold it."""


@dataclass(frozen=True)
class Pushed:
    """One upload to a Space."""

    files: Mapping[str, str | Written]
    """Path in the Space → path in the code base, or what the script wrote."""
    space: str
    """`owner/name` as it is written, `""` when it is not."""
    span: Span
    """The command that uploads."""
    is_clone: bool = False
    """The folder is a clone of the Space's own repository: what it held before stays there."""


@dataclass
class Stage:
    """The paths that exist while a script runs."""

    code: CodeBase
    is_local: bool = False
    """It runs on somebody's machine, where files lie about that git does not keep."""
    files: dict[str, str | Written] = field(default_factory=dict)
    remotes: dict[str, str] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    """Branches that `git subtree split` makes → their folder."""
    folders: set[str] = field(default_factory=set)
    """Folders that were made, with nothing in them yet."""
    pushed: list[Pushed] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with a checkout of what is tracked, or with all files of a machine."""
        held = (path for path, file in self.code.files.items() if file.is_tracked or self.is_local)
        self.files = {f"{CHECKOUT}/{path}": path for path in held}

    def under(self, folder: str) -> dict[str, str | Written]:
        """Return what lies in a folder, by the path below it."""
        prefix = folder.rstrip("/") + "/"
        return {path[len(prefix) :]: one for path, one in self.files.items() if path.startswith(prefix)}

    def has_folder(self, path: str) -> bool:
        """Say whether a folder exists."""
        return path in self.folders or any(one.startswith(f"{path}/") for one in self.files)

    def copy(self, source: str, destination: str, *, into: bool, keeps: bool = True) -> None:
        """Copy a file, a folder or a glob; `into` puts it below the destination under its own name."""
        for name in self._matching(source):
            target = posixpath.join(destination, posixpath.basename(name.rstrip("/"))) if into else destination
            if name in self.files:
                self.files[target] = self.files[name]
            for rest, one in self.under(name).items():
                if len(self.files) < MAX_FILES:
                    self.files[posixpath.join(target, rest)] = one
            if not keeps:
                self.remove(name)

    def remove(self, path: str) -> None:
        """Remove a file, a folder or a glob."""
        for name in self._matching(path):
            for one in [found for found in self.files if found == name or found.startswith(f"{name}/")]:
                del self.files[one]

    def _matching(self, path: str) -> list[str]:
        if not any(sign in path for sign in "*?["):
            return [path]
        depth = path.count("/")
        names = {"/".join(one.split("/")[: depth + 1]) for one in self.files if one.count("/") >= depth}
        return sorted(
            one for one in names if fnmatch.fnmatchcase(one, path) and not posixpath.basename(one).startswith(".")
        )

    def push(self, folder: str, space: str, span: Span) -> None:
        """Note that a folder goes up to a Space."""
        is_clone = folder == self.remotes.get("cloned-into")
        self.pushed.append(Pushed(self.uploaded(self.under(folder)), space, span, is_clone))

    def uploaded(self, files: Mapping[str, str | Written]) -> dict[str, str | Written]:
        """Return what the Hub takes: what a `.gitignore` among the files names stays behind."""
        if ".gitignore" not in files:
            return dict(files)
        return {path: one for path, one in files.items() if isinstance(one, Written) or self.code.files[one].is_tracked}


def follow_shell(
    stage: Stage,
    text: str,
    at: "Lines",
    *,
    folder: str = CHECKOUT,
    own_folder: str = CHECKOUT,
    environment: Mapping[str, str] | None = None,
) -> Iterator["Ran"]:
    """Follow a script over the stage; yield the Python that it runs, in the order of its commands."""
    known = {"GITHUB_WORKSPACE": CHECKOUT, "PWD": folder, "HOME": "/home/runner", "RUNNER_TEMP": STAGED}
    clean = re.sub(r"\$\{\{\s*github\.workspace\s*\}\}", CHECKOUT, text)
    clean = re.sub(r"\$\{\{\s*([\w.\-]+)[^}]*\}\}", lambda found: "$" + re.sub(r"\W", "_", found[1]), clean)
    clean = re.sub(r"\$\(\s*git rev-parse --show-toplevel\s*\)", CHECKOUT, clean)
    clean = re.sub(r"\$\(\s*mktemp -d[^)]*\)", STAGED, clean)
    clean = re.sub(r"\$\(\s*dirname\s+\"?\$\{?(?:0|BASH_SOURCE\S*?)\}?\"?\s*\)", own_folder, clean)
    clean = re.sub(r"\$\(\s*cd\s+\"?([^\s\"&;)]+)\"?\s*(?:&&|;)\s*pwd\s*\)", r"\1", clean)
    for command in read_shell(clean, environment={**known, **(environment or {})}):
        folder = _follow(stage, command, folder, at)
        script = _python_script(command)
        if script:
            yield Ran(posixpath.normpath(posixpath.join(folder, script)))
        elif command.typed is not None and _is_python(command.program) and command.words[1:] in ((), ("-",)):
            yield Ran(text=command.typed, line=at.first_line + command.line)


@dataclass(frozen=True)
class Ran:
    """Python that a script runs: a file, or what it types in itself."""

    path: str = ""
    """Where the file lies while the script is followed; `""` for what is typed in."""
    text: str = ""
    line: int = 1
    """Of the script's file, at which the text begins."""


@dataclass(frozen=True)
class Lines:
    """Where a script's lines stand in a file of the code base."""

    code: CodeBase
    path: str
    first_line: int
    """Of the script's first line."""

    def span(self, command: ShellCommand) -> Span:
        """Return a command's lines."""
        file = self.code.files[self.path]
        return file.span(self.first_line + command.line - 1, self.first_line + command.end_line - 1)


def _is_python(program: str) -> bool:
    return re.fullmatch(r"python[\d.]*", program) is not None


def _python_script(command: ShellCommand) -> str:
    if _is_python(command.program) and len(command.words) > 1 and command.words[1].endswith(".py"):
        return command.words[1]
    return ""


def _follow(stage: Stage, command: ShellCommand, folder: str, at: Lines) -> str:
    """Change the stage as a command does; return the folder that the next one runs in."""

    def here(path: str) -> str:
        return posixpath.normpath(posixpath.join(folder, path))

    words = _plain(command.words[1:])
    program = command.program
    if program == "mkdir":
        stage.folders.update(here(word) for word in words)
    if program in ("cd", "pushd") and words:
        return here(words[0])
    if program in ("cp", "mv", "rsync") and len(words) > 1:
        _copied(stage, command, [here(word) for word in words], words)
    elif program == "rm":
        for word in words:
            stage.remove(here(word))
    elif program == "git":
        _git(stage, command, folder, at)
    elif program in ("hf", "huggingface-cli") and words[:1] in (["upload"], ["upload-large-folder"]):
        _hub_upload(stage, command, folder, at)
    _written(stage, command, [here(path) for path in command.outputs], at, here)
    return folder


def _plain(words: tuple[str, ...]) -> list[str]:
    """Return the words that are no options, nor the patterns that `--exclude` is given."""
    pairs = zip(("", *words), words, strict=False)
    return [word for before, word in pairs if not word.startswith("-") and before not in ("--exclude", "--include")]


def _copied(stage: Stage, command: ShellCommand, paths: list[str], words: list[str]) -> None:
    *sources, destination = paths
    keeps = command.program != "mv"
    is_folder = words[-1].endswith(("/", "/.")) or words[-1] in (".", "./") or stage.has_folder(destination)
    for source, word in zip(sources, words, strict=False):
        is_content = word.endswith(("/.", "/*")) or (command.program == "rsync" and word.endswith("/")) or word == "."
        is_glob = any(sign in word for sign in "*?[")
        into = not is_content and (is_folder or len(sources) > 1)
        if is_glob:
            into = True
        if command.program == "rsync":
            into = (not word.endswith("/") and bool(stage.under(source))) or (into and source in stage.files)
        before = set(stage.files)
        stage.copy(source, destination, into=into, keeps=keeps)
        for pattern in _excluded(command):
            for path in set(stage.files) - before:
                rest = path[len(destination) :].strip("/")
                if any(fnmatch.fnmatchcase(part, pattern.strip("/")) for part in (rest, *rest.split("/"))):
                    stage.files.pop(path, None)


def _excluded(command: ShellCommand) -> Iterator[str]:
    if command.program != "rsync":
        return
    words = command.words
    for number, word in enumerate(words):
        if word.startswith("--exclude="):
            yield word.partition("=")[2]
        elif word == "--exclude" and number + 1 < len(words):
            yield words[number + 1]


def _written(stage: Stage, command: ShellCommand, outputs: list[str], at: Lines, here: Callable[[str], str]) -> None:
    """Note the files that a command writes: here-documents, `cat a b > c`, `echo text > c`, `tee`."""
    paths = list(outputs)
    if command.program == "tee":
        paths += [posixpath.normpath(here(word)) for word in command.words[1:] if not word.startswith("-")]
    for path in paths:
        stage.files[path] = Written(_text_of(stage, command, here), at.span(command))


def _text_of(stage: Stage, command: ShellCommand, here: Callable[[str], str]) -> str:
    if command.typed is not None:
        return command.typed
    if command.program in ("echo", "printf"):
        return "\n".join(word for word in command.words[1:] if not word.startswith("-")).replace("\\n", "\n") + "\n"
    parts: list[str] = []
    for word in command.words[1:] if command.program == "cat" else ():
        one = stage.files.get(here(word))
        parts.append(one.text if isinstance(one, Written) else stage.code.files[one].text if one else "")
    return "".join(parts)


def _git(stage: Stage, command: ShellCommand, folder: str, at: Lines) -> None:
    words = list(command.words[1:])
    while words[:1] == ["-C"] or words[:1] == ["-c"]:
        folder = posixpath.normpath(posixpath.join(folder, words[1])) if words[0] == "-C" and len(words) > 1 else folder
        words = words[2:]
    if not words:
        return
    plain = [word for word in words if not word.startswith("-")]
    space = next((found["id"] for word in words if (found := SPACE_URL.search(word))), "")
    if words[0] == "remote" and len(plain) > 3 and space:
        stage.remotes[plain[2]] = space
    elif words[0] == "subtree" and plain[1:2] == ["split"]:
        options = read_line("git", tuple(words[2:])).options
        prefix, branch = options.get("prefix") or options.get("P", ""), options.get("branch") or options.get("b", "")
        stage.branches[branch] = posixpath.join(CHECKOUT, prefix.strip("/"))
    elif words[0] == "subtree" and plain[1:2] == ["push"]:
        options = read_line("git", tuple(words[2:])).options
        prefix = (options.get("prefix") or options.get("P", "")).strip("/")
        remote = next((stage.remotes[word] for word in plain if word in stage.remotes), space)
        if remote:
            stage.push(posixpath.join(CHECKOUT, prefix), remote, at.span(command))
    elif words[0] == "push":
        remote = space or next((stage.remotes[word] for word in plain[1:] if word in stage.remotes), "")
        if not remote and stage.remotes.get("cloned") and folder == stage.remotes.get("cloned-into"):
            remote = stage.remotes["cloned"]
        if remote:
            branch = next((one for word in plain[1:] for one in stage.branches if one and one in word), "")
            stage.push(stage.branches.get(branch, folder), remote, at.span(command))
    elif words[0] == "clone" and space:
        into = plain[2] if len(plain) > 2 else posixpath.basename(space)
        cloned = posixpath.normpath(posixpath.join(folder, into))
        stage.remotes.update({"cloned": space, "cloned-into": cloned})
        stage.folders.add(cloned)


def _hub_upload(stage: Stage, command: ShellCommand, folder: str, at: Lines) -> None:
    line = read_line("hf", command.words[2:])
    if line.options.get("repo-type") != "space" or not line.rest:
        return
    local = line.rest[1] if len(line.rest) > 1 else "."
    stage.push(posixpath.normpath(posixpath.join(folder, local)), line.rest[0], at.span(command))
