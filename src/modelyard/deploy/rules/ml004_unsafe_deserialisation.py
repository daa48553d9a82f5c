"""ML004: data is read in a way that runs what it holds."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from packaging.version import InvalidVersion, Version

from modelyard.deploy.code.python.code import Call
from modelyard.deploy.code.python.scopes import Function
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PICKLES = (
    *("pickle.load", "pickle.loads", "joblib.load", "cloudpickle.load", "cloudpickle.loads", "dill.load", "dill.loads"),
    *(
        "pandas.read_pickle",
        "_pickle.load",
        "_pickle.loads",
        "pickle5.load",
        "pickle5.loads",
        "sklearn.externals.joblib",
    ),
    *("pickle.Unpickler", "shelve.open", "jsonpickle.decode"),
)
OTHERS = ("torch.load", "numpy.load", "yaml.load", "yaml.unsafe_load", ".load_local")
TORCH_IS_SAFE = Version("2.6")
"""From here on `torch.load` reads weights only, unless it is told otherwise."""
SAFE_LOADERS = ("SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader")
UPLOADS = ("UploadFile", "File", "FileStorage")
REQUEST = ("request.files", "request.get_data", "request.data", "request.body", "request.form")


class ML004(Rule):
    """Data is read in a way that runs what it holds.

    **What it does.** Looks for `pickle`, `joblib`, `dill` and their like, `torch.load(weights_only=False)`,
    `numpy.load(allow_pickle=True)`, `yaml.load` without a safe loader and indexes of LangChain that it may unpickle in
    live code, and whether what they read comes from an upload: in the same function, or in one that passes it on.
    `torch.load` that says nothing counts where a torch below 2.6 is pinned.

    **Why it matters.** A pickle is a program. Whoever can replace the file, or upload one, runs their own code with all
    the secrets of the service.

    **How to fix.** Keep weights as safetensors, scikit-learn models with skops, data as JSON or Parquet; pass
    `weights_only=True`; use `yaml.safe_load`. Never load what a user gave.

    **Limits.** A path that travels through the database or several functions is not followed back to its upload.
    """

    kind: Literal["ML004"] = "ML004"
    title: ClassVar[str] = "Unsafe deserialisation"
    group: ClassVar[str] = "Models in memory"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each such call; an error where it reads an upload."""
        for call in project.python.calls(*PICKLES, *OTHERS):
            what = _what(call, project)
            if what is None:
                continue
            uploaded = call.function is not None and _is_uploaded(call, call.function, project)
            uploaded = uploaded or (call.function is not None and _is_handed_on(call, call.function, project))
            edits = _edits(call)
            yield self.finding(
                call.span,
                f"{what} runs what the {'uploaded ' if uploaded else ''}data holds.",
                severity="error" if uploaded else None,
                confidence=0.9,
                chain=project.python.chain(call.module, call.node),
                platforms=project.platforms_of(call.module.file.path),
                fix=Fix(
                    kind="suggested" if edits else "none",
                    text="Use a format that holds data only: safetensors, skops, Parquet, JSON, yaml.safe_load.",
                    edits=edits,
                ),
            )


def _what(call: Call, project: Project) -> str | None:
    """Return what is unsafe about a call, None when it is safe."""
    if call.name == "torch.load":
        if _is(call, "weights_only", False, project):
            return "torch.load(weights_only=False)"
        is_old = call.argument(None, "weights_only") is None and _has_old_torch(project)
        return "torch.load, which before torch 2.6 reads any pickle," if is_old else None
    if call.name.endswith(".load_local"):
        option = "allow_dangerous_deserialization"
        return f"load_local({option}=True)" if _is(call, option, True, project) else None
    if call.name == "numpy.load":
        return "numpy.load(allow_pickle=True)" if _is(call, "allow_pickle", True, project) else None
    if call.name == "yaml.load":
        loader = call.argument(1, "Loader")
        name = project.python.naming.name(loader, call.module) if loader is not None else ""
        return None if (name or "").endswith(SAFE_LOADERS) else "yaml.load without a safe loader"
    return call.name


def _has_old_torch(project: Project) -> bool:
    """Say whether something that is deployed pins a torch whose `load` unpickles by default."""
    for one in project.deployables:
        found = project.requirements(one) if one.entry is not None else None
        asked = found.find("torch") if found is not None else None
        stated = asked.specifier if asked is not None else ""
        pinned = (found.locked.get("torch") if found is not None else None) or (
            stated.removeprefix("==") if re.fullmatch(r"==[\d.]+(?:\+\w+)?", stated) else ""
        )
        try:
            if pinned and Version(pinned) < TORCH_IS_SAFE:
                return True
        except InvalidVersion:
            continue
    return False


def _is(call: Call, keyword: str, value: bool, project: Project) -> bool:
    node = call.argument(None, keyword)
    folded = project.python.fold(node, call.module) if node is not None else None
    return folded is not None and folded.is_whole and folded.value is value


def _is_uploaded(call: Call, function: Function, project: Project) -> bool:
    """Say whether what is read comes from an upload, by the names assigned in the function."""
    tainted = _given_by_users(call, function, project)
    _spread(function, tainted)
    return any(_is_tainted(one, tainted) for one in call.node.args[:1])


def _is_handed_on(call: Call, function: Function, project: Project) -> bool:
    """Say whether what is read is a parameter that some handler passes what a user gave to."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if names and names[0] in ("self", "cls"):
        names = names[1:]
    for place, name in enumerate(names):
        tainted = {name}
        _spread(function, tainted)
        if not any(_is_tainted(one, tainted) for one in call.node.args[:1]):
            continue
        for caller in project.python.calls(project.python.naming.qualified(function, call.module)):
            given = caller.argument(place, name)
            if given is not None and caller.function is not None:
                users = _given_by_users(caller, caller.function, project)
                _spread(caller.function, users)
                if _is_tainted(given, users):
                    return True
    return False


def _given_by_users(call: Call, function: Function, project: Project) -> set[str]:
    """Return the parameters of a function that hold what a request brought."""
    arguments = function.args
    listed = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(listed), reversed(arguments.defaults), strict=False)]
    pairs += [(one, value) for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
    by_default = {one.arg for one, value in pairs if _is_file_call(value)}
    return by_default | {
        one.arg
        for one in (*listed, *arguments.kwonlyargs)
        if one.annotation is not None and _is_upload(one.annotation, call, project)
    }


def _spread(function: Function, tainted: set[str]) -> None:
    """Follow what a user gave through the assignments of a function."""
    for _ in range(3):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and _is_tainted(node.value, tainted):
                tainted |= {
                    each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)
                }
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                is_path = _is_tainted(node.context_expr, tainted)
                tainted |= {each.id for each in ast.walk(node.optional_vars) if isinstance(each, ast.Name) and is_path}
            elif isinstance(node, ast.For | ast.AsyncFor) and _is_tainted(node.iter, tainted):
                tainted |= {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
            elif isinstance(node, ast.Call):
                match node.func:
                    case ast.Attribute(value=ast.Name(id=out), attr="write") if any(
                        _is_tainted(one, tainted) for one in node.args
                    ):
                        tainted.add(out)


def _is_file_call(node: ast.AST) -> bool:
    """Say whether a default is FastAPI's `File(…)`."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "File"


def _is_upload(annotation: ast.expr, call: Call, project: Project) -> bool:
    if any(_is_file_call(one) or (isinstance(one, ast.Name) and one.id in UPLOADS) for one in ast.walk(annotation)):
        return True
    name = project.python.naming.annotated(annotation, call.module) or ""
    return name.rpartition(".")[2] in UPLOADS


def _is_tainted(node: ast.AST, tainted: set[str]) -> bool:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in tainted:
            return True
        if (
            isinstance(one, ast.Attribute)
            and isinstance(one.value, ast.Name)
            and f"{one.value.id}.{one.attr}" in REQUEST
        ):
            return True
    return False


def _edits(call: Call) -> tuple[Edit, ...]:
    """Return the edit that makes a call safe, where the call itself decides."""
    module = call.module
    if call.name in ("yaml.load", "yaml.unsafe_load") and len(call.node.args) == 1 and not call.node.keywords:
        _, end = module.extent(call.node.func)
        start = end - len(call.name.partition(".")[2])
        is_written = module.file.text[start:end] == call.name.partition(".")[2]
        return (Edit(file=module.file.path, start=start, end=end, text="safe_load"),) if is_written else ()
    if call.name == "torch.load" and (node := call.argument(None, "weights_only")) is not None:
        start, end = module.extent(node)
        return (Edit(file=module.file.path, start=start, end=end, text="True"),)
    return ()
