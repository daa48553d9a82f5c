"""RT002: the program needs a .env or key file that is not deployed."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Module
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SECRET_FILE = re.compile(
    r"(?:^|/)(?:\.env(?:\.\w+)?|[\w\-]*(?:credential|service[_-]?account|client[_-]?secret|serviceAccountKey|firebase-admin"
    r"|gcp[_-]?key|private[_-]?key)[\w\-]*\.(?:json|pem|key|p12)|secrets?\.(?:json|ya?ml|toml|ini)|[\w\-]+\.pem)$",
    re.IGNORECASE,
)
READERS = ("open", "pathlib.Path.read_text", "pathlib.Path.open", "pathlib.Path.read_bytes", "io.open")
KEY_LOADERS = (".from_service_account_file", "firebase_admin.credentials.Certificate", ".from_json_keyfile_name")
LOADERS = ("dotenv.load_dotenv", "dotenv.find_dotenv")
EXISTS = re.compile(r"exists\(|is_file\(|isfile\(|load_dotenv\(|find_dotenv\(")


class RT002(Rule):
    """The program needs a .env or key file that is not deployed.

    **What it does.** Looks in live code for programs that stop when `.env` is not there, and for key files (service
    accounts, private keys) that are opened although git does not keep them.

    **Why it matters.** Secrets come as variables on every platform; the file stays at home, as it should. The program
    ends at start with "file not found".

    **How to fix.** Read the variable first and the file only when it is there: `load_dotenv()` without a check; for a
    key file `json.loads(os.environ["GOOGLE_CREDENTIALS"])`.

    **Limits.** A file that a build step writes is not seen.
    """

    kind: Literal["RT002"] = "RT002"
    title: ClassVar[str] = ".env or key file required"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each place where the program stops without such a file."""
        for call in project.python.calls(*READERS, *KEY_LOADERS) if _names_one(project) else ():
            path = _path(project, call)
            if (
                path
                and SECRET_FILE.search(path)
                and not _is_there(project, path)
                and not _is_guarded(call.module, call.node)
            ):
                yield self._finding(
                    project, call.module, call.node, f"The program opens {path}, which is not deployed."
                )
        for module in project.python.reached:
            for node in module.scopes.of(ast.If):
                if isinstance(node, ast.If) and _stops_without_env(node) and project.python.is_live(module, node):
                    yield self._finding(project, module, node, "The program stops when there is no .env file.")

    def _finding(self, project: Project, module: Module, node: ast.AST, message: str) -> Said:
        return self.finding(
            module.span(node),
            message,
            confidence=0.85,
            chain=project.python.chain(module, node),
            platforms=project.platforms_of(module.file.path),
            fix=Fix(
                text="Read the value from a variable of the environment, and the file only where it exists.",
                by_person=("Set the content of the file as a secret on the platform.",),
            ),
        )


def _names_one(project: Project) -> bool:
    """Say whether any text of the code ends like the name of such a file; folding every path takes long."""
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and SECRET_FILE.search(node.value) is not None
        for module in project.python.reached
        for node in module.scopes.nodes()
    )


def _path(project: Project, call: Call) -> str | None:
    """Return the path that a call opens for reading."""
    if call.name in ("open", "io.open"):
        mode = call.argument(1, "mode")
        if isinstance(mode, ast.Constant) and re.search(r"[wax]", str(mode.value)):
            return None
    is_method = call.name.startswith("pathlib.Path.")
    node = call.node.func.value if is_method and isinstance(call.node.func, ast.Attribute) else call.argument(0)
    if node is None or _is_parameter(node, call.module):
        return None
    found = project.python.fold(node, call.module)
    return str(found.value) if found and found.is_whole and not found.names and isinstance(found.value, str) else None


def _is_parameter(node: ast.expr, module: Module) -> bool:
    """Say whether an expression is what callers pass: a helper that opens files, which says nothing itself."""
    base = node
    while isinstance(base, ast.Attribute | ast.BinOp):
        base = base.value if isinstance(base, ast.Attribute) else base.left
    found = module.scopes.lookup(base.id, module.scopes.scope(base)) if isinstance(base, ast.Name) else None
    return found is not None and any(one.how == "parameter" for one in found[1])


def _is_there(project: Project, path: str) -> bool:
    name = path.rpartition("/")[2]
    return any(file.is_tracked for file in project.code.named(name))


def _is_guarded(module: Module, node: ast.AST) -> bool:
    """Say whether a `try` around it, or a test that the file is there, lets the program go on."""
    inner = node
    for outer in module.scopes.around(node):
        if isinstance(outer, ast.If) and inner not in outer.orelse and EXISTS.search(ast.unparse(outer.test)):
            return True
        if isinstance(outer, ast.Try) and inner in outer.body and not any(_ends(one.body) for one in outer.handlers):
            return True
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            return _left_before(outer, node)
        inner = outer
    return False


def _left_before(function: ast.FunctionDef | ast.AsyncFunctionDef, node: ast.AST) -> bool:
    """Say whether an earlier statement of the function returns where the file is missing, or the variable is set."""
    return any(
        isinstance(one, ast.If) and one.lineno < getattr(node, "lineno", 0) and isinstance(one.body[-1], ast.Return)
        for one in function.body
    )


def _stops_without_env(node: ast.If) -> bool:
    """Say whether `if not <.env exists>: raise` (or exit)."""
    test = ast.unparse(node.test)
    is_missing = test.startswith("not ") and EXISTS.search(test) is not None
    names_env = re.search(r"\.env['\"]|env_(?:file|path)|load_dotenv\(|dotenv", test, re.IGNORECASE) is not None
    return is_missing and names_env and _ends(node.body)


def _ends(body: list[ast.stmt]) -> bool:
    last = body[-1]
    return isinstance(last, ast.Raise) or (
        isinstance(last, ast.Expr) and re.search(r"\b(?:exit|abort)\(", ast.unparse(last)) is not None
    )
