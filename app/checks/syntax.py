"""The syntax check: every file must be something its language can parse."""

from __future__ import annotations

import platform
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from app.checks.languages import language_of, parse, walk
from app.checks.pipeline import Subject
from app.domain.artifacts import MAX_FILE_BYTES, SourceFile
from app.domain.findings import CheckResult, CheckStatus, Finding, Severity
from app.domain.runs import Language

NAME = "syntax"
PER_FILE = 5
SHOWN = 80


@dataclass(frozen=True)
class Flaw:
    """What is wrong at a line (from 1); line None where the whole file is meant."""

    line: int | None
    text: str


class SyntaxCheck:
    """Parses every file of the five languages; fails also where none is in the language asked for."""

    name = NAME
    required = True
    needs = ()
    executes = False
    edition = "1"

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`."""
        start = time.monotonic()
        files = subject.artifact.files
        if subject.language not in {language_of(f.path) for f in files}:
            names = ", ".join(f.path for f in files) or "no file at all"
            evidence = f"there is no {subject.language} file: {names}"
            return [CheckResult(name=NAME, status=CheckStatus.FAIL, evidence=evidence)]
        flaws = [(file, flaw) for file in files if not stop.is_set() for flaw in flaws_of(file)]
        skipped = [f.path for f in files if language_of(f.path) is None]
        return [
            CheckResult(
                name=NAME,
                status=CheckStatus.FAIL if flaws else CheckStatus.PASS,
                ms=round((time.monotonic() - start) * 1000),
                evidence="\n".join(_shown(file, flaw) for file, flaw in flaws[:PER_FILE]),
                findings=tuple(_finding(file, flaw) for file, flaw in flaws),
                data={"skipped": dict.fromkeys(skipped, "not one of the languages parsed here")},
            )
        ]


def flaws_of(file: SourceFile) -> list[Flaw]:
    """What keeps a file from being parsed; nothing for files of other languages."""
    language = language_of(file.path)
    if language is None:
        return []
    if len(file.content.encode("utf-8", "surrogatepass")) > MAX_FILE_BYTES:
        return [Flaw(None, f"over {MAX_FILE_BYTES} bytes, so it was not parsed")]
    if language == "python":
        return _python_flaws(file)
    return _tree_flaws(file.content, language)


def _python_flaws(file: SourceFile) -> list[Flaw]:
    """Python's own compiler decides: tree-sitter is more tolerant, and its messages say less."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(file.content, file.path, "exec", dont_inherit=True)
    except SyntaxError as error:
        known = parse(file.content, "python").has_error
        version = "" if known else f" (in Python {platform.python_version()})"
        return [Flaw(error.lineno, f"{error.msg}{version}")]
    except (RecursionError, MemoryError):
        return [Flaw(None, "nested too deeply to be compiled")]
    except ValueError as error:  # null bytes, lone surrogates
        return [Flaw(None, str(error))]
    return []


def _tree_flaws(content: str, language: Language) -> list[Flaw]:
    root = parse(content, language)
    if not root.has_error:
        return []
    found: dict[int, Flaw] = {}
    for flaw in _error_nodes(root):
        found.setdefault(flaw.line or 0, flaw)
        if len(found) == PER_FILE:
            break
    return list(found.values())


def _error_nodes(root: Node) -> Iterator[Flaw]:
    for node, entering in walk(root):
        if not entering:
            continue
        line = node.start_point.row + 1
        if node.is_missing:
            yield Flaw(line, f"missing {node.type if node.is_named else repr(node.type)}")
        elif node.is_error:
            yield Flaw(line, f"cannot be parsed from {_excerpt(node)!r} on")


def _excerpt(node: Node) -> str:
    text = (node.text or b"").decode("utf-8", "replace").strip()
    return text.partition("\n")[0][:40] or node.type


def _finding(file: SourceFile, flaw: Flaw) -> Finding:
    return Finding(
        rule=NAME,
        severity=Severity.BLOCKER,
        source=NAME,
        path=file.path,
        text=flaw.text,
        line=flaw.line,
    )


def _shown(file: SourceFile, flaw: Flaw) -> str:
    """`path:line: text`, with the line itself below."""
    if flaw.line is None:
        return f"{file.path}: {flaw.text}"
    lines = file.content.splitlines()
    source = lines[flaw.line - 1].strip()[:SHOWN] if 0 < flaw.line <= len(lines) else ""
    return f"{file.path}:{flaw.line}: {flaw.text}" + (f"\n    {source}" if source else "")
