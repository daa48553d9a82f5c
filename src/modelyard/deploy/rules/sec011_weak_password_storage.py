"""SEC011: passwords are kept so that they can be read back, or guessed quickly."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Module
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

FAST = tuple(
    f"hashlib.{name}" for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b")
)
PASSWORD = re.compile(r"(?:^|_)(?:password|passwd|passphrase|pwd|plain_?pw)(?:$|_)|^pw$", re.IGNORECASE)
SLOW = re.compile(r"bcrypt|argon2|scrypt|pbkdf2|pwd_context|CryptContext|password_hash", re.IGNORECASE)
KDF = re.compile(r"bcrypt|argon2|scrypt|pbkdf2|pwd_context|CryptContext", re.IGNORECASE)
ROWS = re.compile(r"user|account|row|record|member|customer|admin|db_|found|stored|existing", re.IGNORECASE)
CONFIGURED = re.compile(
    r"settings|config|os\.|environ|getenv|expected|request|form|data|payload|confirm", re.IGNORECASE
)
IN_SQL = re.compile(
    r"\bselect\b[\s\S]{0,400}\b(?:password|passwd|pwd)\s*=\s*(?:%s|%\(\w+\)s|\?|:\w+|\$\d|'?\{\}'?)", re.IGNORECASE
)
HASHES = re.compile(r"bcrypt|argon2|scrypt|pbkdf2|hash|crypt", re.IGNORECASE)
QUICK_SCHEMES = re.compile(
    r"(?:plaintext|hex_|ldap_|md5_crypt|sha1_crypt|des_crypt|apr_md5|lmhash|nthash|mysql|crypt16)"
)
OWN = re.compile(r"settings|config|environ|getenv|[A-Z]{4}")
"""What the program itself was given to compare with."""


class SEC011(Rule):
    """Passwords are kept so that they can be read back, or guessed quickly.

    **What it does.** Looks in live code for passwords that go through MD5, SHA-1 or SHA-2 alone, and for comparisons of
    what was typed with the password of a stored user.

    **Why it matters.** Whoever gets the table tries ten thousand million guesses a second; people use the same password
    elsewhere.

    **How to fix.** Hash with argon2 or bcrypt (`argon2-cffi`, `pwdlib`), and hash again at the next sign-in of each
    user.

    **Limits.** A hash that only shortens a password before bcrypt is clean, and so are comparisons with one value of
    the environment.
    """

    kind: Literal["SEC011"] = "SEC011"
    title: ClassVar[str] = "Weak password storage"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each weak hash and each plain comparison."""
        for call in project.python.calls(*FAST, "hashlib.new"):
            if _hashes_password(call) and not _is_also_slow(call):
                yield self._finding(
                    project, call.module, call.node, f"A password is hashed with {call.name} alone.", 0.9
                )
        for call in project.python.calls("base64.b64encode", "base64.standard_b64encode", "base64.urlsafe_b64encode"):
            if _hashes_password(call) and not _is_joined(call) and not _is_also_slow(call):
                yield self._finding(
                    project, call.module, call.node, "A password is only encoded: base64 is read back.", 0.85
                )
        for call in project.python.calls(".CryptContext"):
            if (scheme := _weak_scheme(call)) is not None:
                yield self._finding(project, call.module, call.node, f"Passwords are hashed with {scheme}.", 0.9)
        for call in project.python.calls(".execute", ".fetchrow", ".fetchone", ".fetch_one", ".fetchval"):
            first = call.argument(0)
            folded = project.python.fold(first, call.module) if first is not None else None
            if folded is not None and IN_SQL.search(folded.text) and not _is_hashed_before(call):
                yield self._finding(
                    project, call.module, call.node, "The database compares passwords as they were typed.", 0.85
                )
        for module in project.python.reached:
            for node in module.scopes.of(ast.Compare):
                if isinstance(node, ast.Compare) and _compares_plain(node) and project.python.is_live(module, node):
                    yield self._finding(project, module, node, "A password is compared as it was typed.", 0.8)
        for call in (*project.python.calls(".hash", ".hashpw", ".hash_password", ".get_password_hash"),):
            if SLOW.search(call.name):
                yield self.passed(call.span, f"passwords are hashed with {call.name}")
                return

    def _finding(self, project: Project, module: Module, node: ast.AST, message: str, confidence: float) -> Said:
        return self.finding(
            module.span(node),
            message,
            confidence=confidence,
            chain=project.python.chain(module, node),
            platforms=project.platforms_of(module.file.path),
            fix=Fix(
                text="Hash with argon2 or bcrypt, with a salt of its own for each user.",
                by_person=("Ask users for a new password, or hash again when they next sign in.",),
            ),
        )


def _hashes_password(call: Call) -> bool:
    given = call.node.args[1:] if call.name == "hashlib.new" else call.node.args
    updates = call.module.scopes.parent(call.node)
    parts = [*given, *([updates] if isinstance(updates, ast.Attribute) else [])]
    return any(_is_password(node) for part in parts for node in ast.walk(part))


def _is_joined(call: Call) -> bool:
    """Say whether more than the password is encoded, as in the header of a request."""
    return any(isinstance(node, ast.JoinedStr | ast.BinOp) for part in call.node.args for node in ast.walk(part))


def _weak_scheme(call: Call) -> str | None:
    """Return the scheme that new passwords get, when it is a quick one."""
    listed = call.argument(0, "schemes")
    first = listed.elts[0] if isinstance(listed, ast.List | ast.Tuple) and listed.elts else None
    value = first.value if isinstance(first, ast.Constant) else None
    return value if isinstance(value, str) and QUICK_SCHEMES.match(value) else None


def _is_hashed_before(call: Call) -> bool:
    return call.function is not None and HASHES.search(ast.unparse(call.function)) is not None


def _is_password(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return PASSWORD.search(name) is not None and "hash" not in name.lower()
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return PASSWORD.search(name) is not None and "hash" not in name.lower()
    return False


def _is_also_slow(call: Call) -> bool:
    return call.function is not None and KDF.search(ast.unparse(call.function)) is not None


def _compares_plain(node: ast.Compare) -> bool:
    """Say whether `user.password == password`: one side a stored user's, the other what was typed."""
    if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return False
    sides = (node.left, node.comparators[0])
    if not all(_is_password(side) for side in sides):
        return False
    return any(
        _is_stored(side) and not _is_stored(other) and not OWN.search(ast.unparse(other))
        for side, other in (sides, sides[::-1])
    )


def _is_stored(side: ast.expr) -> bool:
    match side:
        case ast.Attribute(value=base) | ast.Subscript(value=base):
            text = ast.unparse(base)
            return ROWS.search(text) is not None and CONFIGURED.search(text) is None
    return False
