"""RT006: a blocking call in an async function."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Module
from modelyard.deploy.code.python.databases import DRIVERS
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.handlers import Place
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

BLOCKING = frozenset(
    {"time.sleep", "urllib.request.urlopen", "urllib.request.urlretrieve", "os.system", "smtplib.SMTP"}
    | {f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "getoutput")}
    | {f"requests.{name}" for name in ("get", "post", "put", "patch", "delete", "head", "request", "Session.get")}
    | {f"httpx.{name}" for name in ("get", "post", "put", "patch", "delete", "request", "Client.get", "Client.post")}
    | {"requests.Session.post", "requests.Session.request", "requests.sessions.Session.get", "sqlite3.connect"}
    | {name for name in DRIVERS if not name.startswith(("asyncpg", "aiomysql", "psycopg.Async"))}
)
"""Functions that wait without letting others run."""
SYNC_CLIENTS = (
    *(
        "openai.OpenAI.",
        "openai.AzureOpenAI.",
        "groq.Groq.",
        "anthropic.Anthropic.",
        "cohere.Client.",
        "cohere.ClientV2.",
    ),
    *("mistralai.Mistral.chat.complete", "huggingface_hub.InferenceClient.", "replicate.run", "together.Together."),
    *("openai.ChatCompletion.create", "google.generativeai.GenerativeModel.generate_content", "ollama.chat"),
)
ASKS = ("create", "generate", "complete", "chat", "embed", "text_generation", "chat_completion", "feature_extraction")
SYNC_SESSIONS = ("sqlalchemy.orm.Session.", "sqlalchemy.orm.session.Session.", "sqlmodel.Session.")
QUERIES = ("execute", "query", "commit", "scalars", "scalar", "get", "exec", "refresh", "flush")
MODELS = ("sentence_transformers.SentenceTransformer.encode", "whisper.load_model.transcribe", "joblib.load.predict")
MAX_DEPTH = 3


class RT006(Rule):
    """A blocking call in an async function.

    **What it does.** Looks in the async functions that requests come to for calls that wait without `await`:
    `requests`, `time.sleep`, `subprocess`, the synchronous clients of hosted models, a synchronous SQLAlchemy session,
    a model's inference; directly, or in plain functions that they call.

    **Why it matters.** While one request waits, nobody else is answered, the health check included: with one worker the
    platform may take the service for dead and restart it.

    **How to fix.** Make the handler `def` (FastAPI then runs it in a thread), use the client's async form, or
    `await asyncio.to_thread(…)`.

    **Limits.** Calls on objects whose class cannot be told are left out.
    """

    kind: Literal["RT006"] = "RT006"
    title: ClassVar[str] = "Blocking call in async code"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each async function, with its blocking calls."""
        seen: set[ast.AST] = set()
        for route in project.handlers.routes:
            for place in project.handlers.behind(route):
                if place.function in seen or not isinstance(place.function, ast.AsyncFunctionDef):
                    continue
                seen.add(place.function)
                yield from self._of(place.function, place.module, project)

    def _of(self, function: ast.AsyncFunctionDef, module: Module, project: Project) -> Iterator[Said]:
        found = list(_blocking(function, module, project, 0))
        if not found:
            return
        name, call, _ = found[0]
        edits = _edits(function, module) if _is_handler(function, project) else ()
        yield self.finding(
            list(dict.fromkeys(each.span for _, each, _ in found)),
            f"{name} waits in the async function {function.name}: nobody else is answered meanwhile.",
            confidence=0.9 if found[0][2] == 0 else 0.75,
            chain=project.python.chain(module, call.node),
            platforms=project.platforms_of(module.file.path),
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Make the handler `def`, use the async client, or `await asyncio.to_thread(…)`.",
                edits=edits,
            ),
        )


def _blocking(
    function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module, project: Project, depth: int
) -> Iterator[tuple[str, Call, int]]:
    """Yield what blocks, the call in this function that leads to it, and how many functions lie between."""
    for call in project.handlers.calls(Place(module, function)):
        if isinstance(module.scopes.parent(call.node), ast.Await):
            continue
        if _blocks(call.name):
            yield call.name, call, depth
            continue
        found = project.python.naming.definition(call.node.func, module) if depth < MAX_DEPTH else None
        if found and isinstance(found[1], ast.FunctionDef) and found[1] is not function and not found[1].decorator_list:
            inner = next(_blocking(found[1], found[0], project, depth + 1), None)
            if inner is not None:
                yield inner[0], call, inner[2]


def _blocks(name: str) -> bool:
    if name in BLOCKING or name in MODELS:
        return True
    last = name.rpartition(".")[2]
    return (name.startswith(SYNC_CLIENTS) and last in ASKS) or (name.startswith(SYNC_SESSIONS) and last in QUERIES)


def _is_handler(function: ast.AsyncFunctionDef, project: Project) -> bool:
    return any(route.handler is function for route in project.handlers.routes)


def _edits(function: ast.AsyncFunctionDef, module: Module) -> tuple[Edit, ...]:
    """Return the edit that makes a handler a plain function, where nothing in it is awaited."""
    awaits = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom)
    if any(isinstance(node, awaits) for node in ast.walk(function)):
        return ()
    start, _ = module.extent(function)
    is_written = module.file.text[start:].startswith("async def ")
    return (Edit(file=module.file.path, start=start, end=start + len("async "), text=""),) if is_written else ()
