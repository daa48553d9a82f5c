"""Files that a script writes itself, read where they stand in it."""

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.project.staging import Written


def line_of(file: SourceFile, written: Written) -> int:
    """Return the line of a script at which a text that it writes begins."""
    first = next((line.strip() for line in written.text.splitlines() if line.strip()), "")
    for number in range(written.span.line, min(written.span.end_line + 1, len(file.lines)) + 1):
        if file.lines[number - 1].strip() == first:
            return number
    return written.span.line


def placed(code: CodeBase, written: Written) -> SourceFile | None:
    """Return a written text as a file, its lines where the script has them; None when the script does not hold it so.

    All around it is blank and as long as it was, so that places and edits are those of the script.
    """
    script = code.files[written.span.file]
    first = line_of(script, written)
    held = written.text.strip("\n").split("\n")
    last = first + len(held) - 1
    own = script.lines[first - 1 : last]
    if [line.strip() for line in own] != [line.strip() for line in held]:
        return None
    margin = own[0][: len(own[0]) - len(own[0].lstrip())]
    rows = script.text.split("\n")
    blank = (row if first <= number <= last else " " * len(row) for number, row in enumerate(rows, 1))
    data = "\n".join(blank).encode()
    return SourceFile(script.path, len(data), lambda: data, script.is_tracked, margin)
