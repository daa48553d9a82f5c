"""Python parsed; what the parser in C, which nothing can interrupt, may take too long for is tried in a child first."""

import ast
import math
import subprocess
import sys
import warnings

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.file_time import FileIsOver, watching
from modelyard.deploy.finding import Span

LARGE_BYTES = 200_000
"""Below this the parser is done within 4 s whatever the file holds; 1.5 MB of `{a}` in one f-string take 165 s."""
_CHILD = """
import ast, resource, sys, warnings
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1])))
warnings.simplefilter("ignore")
try:
    ast.parse(sys.stdin.buffer.read())
except (SyntaxError, ValueError, RecursionError, MemoryError):
    pass
"""


def parsed(file: SourceFile) -> ast.Module | Span:
    """Return the tree of a Python file, or the line where it stops being Python 3.

    Raises FileIsOver for a file that the parser does not finish in its time.
    """
    if file.size > LARGE_BYTES:
        _try_in_child(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(file.text)
    except SyntaxError as error:
        return file.span(error.lineno or 1)
    except (ValueError, RecursionError, MemoryError):
        return file.span(1)


def _try_in_child(file: SourceFile) -> None:
    """Parse a file in a child that ends after the file's seconds of processor, in whole ones."""
    time = watching()
    limit = max(1, math.ceil(time.left(file.path)))
    command = [sys.executable, "-I", "-S", "-c", _CHILD, str(limit)]
    text = file.text.encode("utf-8", "replace")
    ended = subprocess.run(command, input=text, capture_output=True, check=False)  # noqa: S603 - our own words
    if ended.returncode != 0:
        time.give_up(file.path)
        raise FileIsOver
