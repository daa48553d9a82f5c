"""Python scripts that upload to a Space: what `shutil` and `write_text` stage, and the folder that goes up."""

import ast
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.python.parsing import parsed
from modelyard.deploy.project.staging import CHECKOUT, STAGED, Pushed, Stage, Written

MAX_DEPTH = 20
COPIES = {"copytree", "copy", "copy2", "copyfile", "move"}
UPLOADS = ("upload_folder", "upload_large_folder", "upload_file")
MAX_ROUNDS = 50
TEMPORARY = {"mkdtemp", "TemporaryDirectory", "gettempdir"}


def follow_python(stage: Stage, file: SourceFile) -> None:
    """Follow a script that calls `upload_folder(…, repo_type="space")` over the stage."""
    if any(name in file.text for name in UPLOADS) and isinstance(tree := parsed(file), ast.Module):
        _Script(stage, file, tree).follow()


def follow_typed(stage: Stage, file: SourceFile, text: str, line: int) -> None:
    """Follow a script that a workflow types in (`python3 << EOF`), whose text begins at this line of its file."""
    if not any(name in text for name in UPLOADS):
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return  # Python will refuse it too: nothing goes up
    ast.increment_lineno(tree, line - 1)
    _Script(stage, file, tree).follow()


class _Script:
    """One script: its names, and what its calls do to the stage, in the order they are written."""

    def __init__(self, stage: Stage, file: SourceFile, tree: ast.Module) -> None:
        self.stage = stage
        self.file = file
        self.tree = tree
        self.values: dict[str, ast.expr] = {}
        self.loops = [node for node in ast.walk(tree) if isinstance(node, ast.For)]
        self.single: dict[str, str | Written] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self.values[node.targets[0].id] = node.value
            elif isinstance(node, ast.With):
                for item in node.items:
                    if isinstance(item.optional_vars, ast.Name):
                        self.values[item.optional_vars.id] = item.context_expr

    def follow(self) -> None:
        """Go through the calls by line; pushes are noted on the stage."""
        before = len(self.stage.pushed)
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
            for target, item in self._rounds(call):
                self.values |= {target: item} if target else {}
                self._call(call)
        if not self.single:
            return
        if len(self.stage.pushed) > before:
            folder = self.stage.pushed[before]
            self.stage.pushed[before] = replace(folder, files={**folder.files, **self.single})
        else:
            span = self.file.span(1, len(self.file.lines))
            self.stage.pushed.append(Pushed(self.single, "", span))

    def _rounds(self, call: ast.Call) -> list[tuple[str, ast.expr]]:
        """Return what the variable of a `for` over written items is in each round; one round without a loop."""
        for loop in self.loops:
            listed = self.values.get(loop.iter.id) if isinstance(loop.iter, ast.Name) else loop.iter
            is_within = loop.lineno < call.lineno <= (loop.end_lineno or loop.lineno)
            if is_within and isinstance(loop.target, ast.Name) and isinstance(listed, ast.List | ast.Tuple | ast.Set):
                return [(loop.target.id, item) for item in listed.elts[:MAX_ROUNDS]]
        return [("", call)]

    def _call(self, call: ast.Call) -> None:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in COPIES and len(call.args) > 1:
            self._copy(name, call)
        elif name in ("write_text", "write") and isinstance(call.func, ast.Attribute) and call.args:
            self._write(call, call.func.value)
        elif name in ("upload_folder", "upload_large_folder") and self._is_space(call):
            self._upload(call)
        elif name == "upload_file" and self._is_space(call):
            self._upload_file(call)

    def _is_space(self, call: ast.Call) -> bool:
        return self._text(_keyword(call, "repo_type")) == "space"

    def _copy(self, name: str, call: ast.Call) -> None:
        source, destination = self._path(call.args[0]), self._path(call.args[1])
        if source is None or destination is None:
            return
        into = name != "copytree" and source in self.stage.files and self.stage.has_folder(destination)
        self.stage.copy(source, destination, into=into, keeps=name != "move")

    def _write(self, call: ast.Call, owner: ast.expr) -> None:
        path, text = self._path(self._opened(owner)), self._text(call.args[0])
        if path is not None and text is not None:
            self.stage.files[path] = Written(text, self.file.span(call.lineno, call.end_lineno))

    def _opened(self, owner: ast.expr) -> ast.expr:
        """Return the path of a file that was opened under a name; else what is given."""
        opened = self.values.get(owner.id) if isinstance(owner, ast.Name) else None
        if isinstance(opened, ast.Call) and getattr(opened.func, "id", getattr(opened.func, "attr", "")) == "open":
            target = opened.args[0] if isinstance(opened.func, ast.Name) and opened.args else None
            return target or (opened.func.value if isinstance(opened.func, ast.Attribute) else owner)
        return owner

    def _upload(self, call: ast.Call) -> None:
        folder = self._path(_keyword(call, "folder_path") or (call.args[1] if len(call.args) > 1 else None))
        if folder is None:
            return
        space = self._text(_keyword(call, "repo_id") or (call.args[0] if call.args else None)) or ""
        files = self.stage.under(folder)
        files = _kept(files, self._patterns(call, "allow_patterns"), self._patterns(call, "ignore_patterns"))
        span = self.file.span(call.lineno, call.end_lineno)
        self.stage.pushed.append(Pushed(self.stage.uploaded(files), space, span))

    def _upload_file(self, call: ast.Call) -> None:
        source, target = self._path(_keyword(call, "path_or_fileobj")), self._text(_keyword(call, "path_in_repo"))
        if source in self.stage.files and target:
            self.single[target] = self.stage.files[source]

    def _patterns(self, call: ast.Call, name: str) -> list[str] | None:
        node = _keyword(call, name)
        if isinstance(node, ast.Name):
            node = self.values.get(node.id)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if not isinstance(node, ast.List | ast.Tuple | ast.Set):
            return None
        return [one.value for one in node.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]

    def _text(self, node: ast.expr | None, depth: int = 0) -> str | None:
        """Return a text, the unknown parts of an f-string left as `{}`."""
        if node is None or depth > MAX_DEPTH:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
        if isinstance(node, ast.Name):
            return self._text(self.values.get(node.id), depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self._text(node.left, depth + 1), self._text(node.right, depth + 1)
            return None if left is None or right is None else left + right
        if isinstance(node, ast.Call):
            return self._called_text(node, depth)
        return None

    def _called_text(self, call: ast.Call, depth: int) -> str | None:
        """Return the text that `file.read()`, `text.strip()`, `text.format(…)` or `textwrap.dedent(text)` gives."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in ("read", "read_text") and isinstance(call.func, ast.Attribute):
            held = self.stage.files.get(self._path(self._opened(call.func.value), depth + 1) or "")
            return held.text if isinstance(held, Written) else self.stage.code.files[held].text if held else None
        if name == "dedent":
            text = self._text(call.args[0], depth + 1) if call.args else None
            return "\n".join(line.lstrip() for line in text.split("\n")).lstrip() if text is not None else None
        if name in ("strip", "lstrip", "format") and isinstance(call.func, ast.Attribute):
            text = self._text(call.func.value, depth + 1)
            return text.lstrip() if text is not None else None
        return None

    def _path(self, node: ast.expr | None, depth: int = 0) -> str | None:
        """Return an absolute path of the stage; None for what is not known."""
        if node is None or depth > MAX_DEPTH:
            return None
        if isinstance(node, ast.Name):
            if node.id == "__file__":
                return f"{CHECKOUT}/{self.file.path}"
            return self._path(self.values.get(node.id), depth + 1)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return posixpath.normpath(posixpath.join(CHECKOUT, node.value))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self._joined(node.left, [node.right], depth)
        if isinstance(node, ast.Attribute):
            base = self._path(node.value, depth + 1)
            return posixpath.dirname(base) if base and node.attr == "parent" else base
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            base = self._path(node.value.value, depth + 1)
            n = node.slice.value if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int) else 0
            for _ in range(min(n, MAX_DEPTH) + 1):
                base = posixpath.dirname(base) if base else None
            return base
        return self._called_path(node, depth) if isinstance(node, ast.Call) else None

    def _called_path(self, call: ast.Call, depth: int) -> str | None:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in TEMPORARY:
            return STAGED
        if name in ("Path", "str", "abspath", "realpath", "fspath") and call.args:
            return self._joined(call.args[0], call.args[1:], depth)
        if name == "dirname" and call.args:
            base = self._path(call.args[0], depth + 1)
            return posixpath.dirname(base) if base else None
        if name == "join" and call.args:
            return self._joined(call.args[0], call.args[1:], depth)
        if name in ("resolve", "absolute", "expanduser", "as_posix") and isinstance(call.func, ast.Attribute):
            return self._path(call.func.value, depth + 1)
        return None

    def _joined(self, base: ast.expr, parts: list[ast.expr], depth: int) -> str | None:
        path = self._path(base, depth + 1)
        for one in parts:
            text = self._text(one, depth + 1)
            if path is None or text is None:
                return None
            path = posixpath.normpath(posixpath.join(path, text))
        return path


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def _kept(
    files: Mapping[str, str | Written], allowed: list[str] | None, ignored: list[str] | None
) -> dict[str, str | Written]:
    """Return what the Hub's client uploads: patterns match the whole path, a folder's end in a slash."""
    return {
        path: one
        for path, one in files.items()
        if (allowed is None or _is_named(path, allowed)) and not _is_named(path, ignored or [])
    }


def _is_named(path: str, patterns: list[str]) -> bool:
    import fnmatch

    def wide(pattern: str) -> Iterator[str]:
        yield f"{pattern}*" if pattern.endswith("/") else pattern

    return any(fnmatch.fnmatchcase(path, one) for pattern in patterns for one in wide(pattern))
