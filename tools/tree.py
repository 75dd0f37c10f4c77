"""Hold the tree to its budgets: short files, a core that reads in an afternoon, no trace of any one machine."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
CORE = ("facts", "law", "verdict")
CORE_LINES = 2_983  # this number may only fall

# Written with classes of one letter, so that this file does not find itself.
TRACES = {
    "a path of one machine": re.compile(r"(?<![\w.-])/(?:wor[k]|roo[t]|hom[e]/\w+|Users/\w+|tm[p]|op[t])/"),
    "a package registry's address": re.compile(
        r"pypi\.or[g]|pythonhosted\.or[g]|npmjs\.(?:or[g]|co[m])|crates\.i[o]|golang\.or[g]/|deb(?:ian)?\.debian\.or[g]"
        r"|--(?:extra-)?index-ur[l]|--trusted-hos[t]|--find-link[s]"
    ),
}
LET_BE = {"Makefile"}  # it names the switches that keep addresses out of the lock


def files() -> Iterator[Path]:
    """Every file that .gitignore leaves in."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.endswith("/")}
    todo = [ROOT]
    while todo:
        for path in sorted(todo.pop().iterdir()):
            name = path.relative_to(ROOT).as_posix()
            if path.name == ".git" or path.name in ignored or name in ignored:
                continue
            if path.is_dir():
                todo.append(path)
            else:
                yield path


def lines_of_code(text: str) -> int:
    """Lines that hold code: neither blank, nor comment, nor docstring."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            held.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            first = node.body[0]
            held.difference_update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return len(held)


def core_lines() -> int:
    """Lines of code that one reads to understand a verdict."""
    paths = (path for room in CORE for path in (ROOT / "src/comity" / room).rglob("*.py"))
    return sum(lines_of_code(path.read_text(encoding="utf-8")) for path in paths)


def faults() -> Iterator[str]:
    """What breaks a budget, one sentence each."""
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # not text
        if name.startswith("src/") and path.suffix == ".py" and len(lines) > LONGEST_FILE:
            yield f"{name}: {len(lines)} lines, more than {LONGEST_FILE}"
        for number, line in enumerate(lines, 1):
            for trace, pattern in TRACES.items():
                if pattern.search(line) and name not in LET_BE:
                    yield f"{name}:{number}: {trace}"


def main() -> int:
    """Print the size of the core and every fault; 1 if there is one."""
    core = core_lines()
    found = list(faults())
    if core > CORE_LINES:
        found.append(f"{', '.join(CORE)}: {core:,} lines of code, more than {CORE_LINES:,}")
    print(*found, f"{', '.join(CORE)}: {core:,} of {CORE_LINES:,} lines of code", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
