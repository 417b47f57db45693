"""How long the checks that only read take on files of about 100 lines, warm: each by itself, and together.

`python -m tests.bench.checks [--corpora DIR] [--count N]`. DIR holds humaneval_x.jsonl (one object a line
with `lang` and `code`), whose samples are joined to files of 100 lines. Without it the program's own files
are taken. The goal is a p95 of at most 150 ms for all checks together.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import psutil

from app.checks.languages import BY_SUFFIX
from app.checks.pipeline import Check, Pipeline, Subject
from app.checks.sandbox.base import DEFAULT_LIMITS, NEVER
from app.checks.security.scanner import SecurityScanner
from app.checks.standard import standard_checks
from app.domain.artifacts import Artifact, SourceFile
from app.domain.runs import LANGUAGES, Language

ROOT: Final = Path(__file__).parents[2]
LINES: Final = 100
WARM_UP: Final = 3
GOAL_MS: Final = 150
SUFFIXES: Final = {language: suffix for suffix, language in reversed(BY_SUFFIX.items())}


def from_corpus(folder: Path, language: Language) -> Iterator[str]:
    """Samples of the corpus joined until they have 100 lines."""
    part: list[str] = []
    for line in folder.joinpath("humaneval_x.jsonl").read_text("utf-8").splitlines():
        sample = json.loads(line)
        if sample["lang"] != language:
            continue
        part += sample["code"].splitlines()
        if len(part) >= LINES:
            yield "\n".join(part) + "\n"
            part = []


def from_repository(language: Language) -> Iterator[str]:
    """The first 100 lines of every file of ours that has as many."""
    for path in sorted(ROOT.rglob(f"*{SUFFIXES[language]}")):
        lines = path.read_text("utf-8").splitlines()
        ours = path.relative_to(ROOT).parts[0] in ("app", "tests", "ui") and "vendor" not in path.parts
        if ours and len(lines) >= LINES:
            yield "\n".join(lines[:LINES]) + "\n"


def subject(content: str, language: Language) -> Subject:
    """An artifact of one file."""
    return Subject(Artifact.of([SourceFile(path=f"Main{SUFFIXES[language]}", content=content)]), language)


def timed(check: Check, what: Subject) -> float:
    """Milliseconds that one check takes by itself."""
    start = time.perf_counter()
    check.run(what, NEVER)
    return (time.perf_counter() - start) * 1000


def together(pipeline: Pipeline, what: Subject) -> float:
    """Milliseconds of all checks, side by side."""
    start = time.perf_counter()
    pipeline.run(what)
    return (time.perf_counter() - start) * 1000


def row(name: str, values: Sequence[float]) -> str:
    """p50, p95 and the largest."""
    ordered = sorted(values)
    p95 = ordered[min(round(len(ordered) * 0.95), len(ordered) - 1)]
    return f"  {name:<14} p50 {statistics.median(ordered):6.1f}  p95 {p95:6.1f}  max {ordered[-1]:6.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description="Latency of the checks that only read.")
    parser.add_argument("--corpora", type=Path, help="folder with humaneval_x.jsonl")
    parser.add_argument("--count", type=int, default=40, help="files of each language (default: 40)")
    options = parser.parse_args()
    start = time.perf_counter()
    scanner = SecurityScanner()
    scanner.load()
    scanner.prove()
    ready = time.perf_counter() - start
    print(f"scanner ready after {ready:.1f} s; {psutil.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f}")
    checks = standard_checks(None, DEFAULT_LIMITS, scanner)
    pipeline = Pipeline(checks)
    every: list[float] = []
    for language in LANGUAGES:
        texts = from_corpus(options.corpora, language) if options.corpora else from_repository(language)
        contents = [text for _, text in zip(range(options.count + WARM_UP), texts, strict=False)]
        alone: defaultdict[str, list[float]] = defaultdict(list)
        joint: list[float] = []
        for number, content in enumerate(contents):
            # Other bytes for each measurement: scans and results are kept by content.
            times = {check.name: timed(check, subject(content, language)) for check in checks}
            whole = together(pipeline, subject(content + "\n", language))
            if number >= WARM_UP:
                joint.append(whole)
                for name, ms in times.items():
                    alone[name].append(ms)
        print(f"{language}: {len(joint)} files of about {LINES} lines")
        for name, values in alone.items():
            print(row(name, values))
        if joint:
            print(row("together", joint))
        every += joint
    print("all languages")
    print(row("together", every) + f"  (goal: p95 at most {GOAL_MS} ms)")


if __name__ == "__main__":
    main()
