"""RT002: the program needs a file that is not deployed: .env, a key file, its own application."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Module
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.started import unstarted
from modelyard.deploy.rule import Rule, Said

SECRET_FILE = re.compile(
    r"(?:^|/)(?:\.env(?:\.\w+)?|[\w\-]*(?:credential|service[_-]?account|client[_-]?secret|serviceAccountKey|firebase-admin"
    r"|gcp[_-]?key|private[_-]?key)[\w\-]*\.(?:json|pem|key|p12)|secrets?\.(?:json|ya?ml|toml|ini)|[\w\-]+\.pem)$",
    re.IGNORECASE,
)
OF_SECRETS = re.compile(
    r"\.env|\.pem|(?:credential|account|secret|firebase|key)[\w\-]*\.(?:json|key|p12|ya?ml|toml|ini)", re.IGNORECASE
)
"""What a text that names such a file holds; most modules hold none."""
READERS = ("open", ".read_text", "pathlib.Path.open", ".read_bytes", "io.open")
KEY_LOADERS = (".from_service_account_file", "firebase_admin.credentials.Certificate", ".from_json_keyfile_name")
LOADERS = ("dotenv.load_dotenv", "dotenv.find_dotenv")
OF_ENV = re.compile(r"\.env['\"]|env_(?:file|path)|dotenv", re.IGNORECASE)
NAMES_ENV = re.compile(r"\.env['\"]|env_(?:file|path)|load_dotenv\(|dotenv", re.IGNORECASE)
EXISTS = re.compile(r"exists\(|is_file\(|isfile\(|load_dotenv\(|find_dotenv\(")


class RT002(Rule):
    """The program needs a file that is not deployed: .env, a key file, its own application.

    **What it does.** Looks in live code for programs that stop when `.env` is not there, and for key files (service
    accounts, private keys) that are opened although git does not keep them. And at start commands: whether the module
    that `uvicorn` or `gunicorn` is told to run is there, and binds the name (`gunicorn app:app`).

    **Why it matters.** Secrets come as variables on every platform; the file stays at home, as it should. The program
    ends at start with "file not found", or with "could not import module" and "attribute not found".

    **How to fix.** Read the variable first and the file only when it is there: `load_dotenv()` without a check; for a
    key file `json.loads(os.environ["GOOGLE_CREDENTIALS"])`. In the start command, name the module as it is seen from
    the folder that the server runs in, and the name of the application in it.

    **Limits.** A file that a build step writes is not seen. Start commands are judged where something says that the
    service goes to a platform, and where no package or other stage can bring the module.
    """

    kind: Literal["RT002"] = "RT002"
    title: ClassVar[str] = ".env, key file or application missing"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each place where the program stops without such a file, and each application that is not there."""
        for one in unstarted(project):
            yield self.finding(
                one.spans,
                f"The server {one.said}: it ends at start.",
                confidence=0.9,
                chain=one.chain,
                platforms=(one.platform,),
                fix=Fix(text="Name the module and the application as they are seen from the folder it starts in."),
            )
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
            for node in module.scopes.of(ast.If) if OF_ENV.search(module.file.text) else ():
                if isinstance(node, ast.If) and _stops_without_env(node) and project.python.is_live(module, node):
                    yield self._finding(project, module, node, "The program stops when there is no .env file.")
            for node in module.scopes.of(ast.Assert) if OF_ENV.search(module.file.text) else ():
                test = ast.unparse(node.test) if isinstance(node, ast.Assert) else ""
                if EXISTS.search(test) and NAMES_ENV.search(test) and project.python.is_live(module, node):
                    yield self._finding(project, module, node, "The program stops when there is no .env file.")
        for module, node in _taken_from_file(project):
            yield self._finding(
                project, module, node, "The value is taken from the .env file alone, which is not deployed."
            )

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


def _taken_from_file(project: Project) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the first `values["NAME"]` of each `values = dotenv_values(…)`, which raises where the file is missing."""
    for call in project.python.calls("dotenv.dotenv_values"):
        statement = call.module.scopes.statement(call.node)
        if not isinstance(statement, ast.Assign) or statement.value is not call.node:
            continue
        names = {one.id for one in statement.targets if isinstance(one, ast.Name)}
        for node in call.module.scopes.of(ast.Subscript):
            if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
                continue
            if not isinstance(node.value, ast.Name) or node.value.id not in names:
                continue
            if project.python.is_live(call.module, node) and not _is_guarded(call.module, node):
                yield call.module, node
                break


def _names_one(project: Project) -> bool:
    """Say whether any text of the code ends like the name of such a file; folding every path takes long."""
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and SECRET_FILE.search(node.value) is not None
        for module in project.python.reached
        if OF_SECRETS.search(module.file.text)
        for node in module.scopes.nodes()
    )


def _path(project: Project, call: Call) -> str | None:
    """Return the path that a call opens for reading."""
    if call.name in ("open", "io.open"):
        mode = call.argument(1, "mode")
        if isinstance(mode, ast.Constant) and re.search(r"[wax]", str(mode.value)):
            return None
    is_method = call.name.startswith("pathlib.Path.") or call.name.endswith((".read_text", ".read_bytes"))
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
    names_env = NAMES_ENV.search(test) is not None
    return is_missing and names_env and _ends(node.body)


def _ends(body: list[ast.stmt]) -> bool:
    last = body[-1]
    return isinstance(last, ast.Raise) or (
        isinstance(last, ast.Expr) and re.search(r"\b(?:exit|abort)\(", ast.unparse(last)) is not None
    )
