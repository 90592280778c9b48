"""Plain English in code and documents: docstrings in the imperative, the field's words."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools.template import ROOT

_TEXTS = (".md", ".py", ".sh", ".toml", ".yaml", ".yml")
# Words that a function's docstring does not begin with, because none of them is what it does.
_NOT_IMPERATIVE = re.compile(
    r"\W*(a|an|the|what|whether|how|which|who|whose|where|when|why|like|every|each|all|some|nothing|"
    r"this|that|these|it|its|one|two|if|in|of|from|for|at|by|no|only|both|another|same)\b",
    re.IGNORECASE,
)
_PICTURESQUE = re.compile(
    r"(?<![A-Za-z])(told|tells?(?!\()|mend(s|ed|ing)?|cures?|cured|nobody\w*|somebody\w*|anybody\w*|whoever|misfits?|"
    r"rings|go(es)? on only|lets? through|says so|"
    r"(the|an|its|every|each|this|same|no|one|whose|their)[ _]answers?)(?![A-Za-z])",
    re.IGNORECASE,
)


def _files(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [path for path in paths if path.suffix in endings and path.is_file()]


def _docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the docstring of each function; a property is named by what it is."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            decorators = {getattr(each, "id", None) for each in node.decorator_list}
            if docstring and not decorators & {"property", "cached_property"}:
                yield node.lineno, docstring


def test_functions_docstrings_begin_with_what_is_done() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {docstring.splitlines()[0]}"
        for path in _files(".py")
        for line, docstring in _docstrings(path)
        if _NOT_IMPERATIVE.match(docstring)
    ]

    assert not wrong, "\n".join(wrong)


def test_sentences_use_the_fields_words() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in _files(*_TEXTS)
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if _PICTURESQUE.search(line)
    ]

    assert not wrong, "\n".join(wrong)
