"""Runs examples and tests of small programs in the sandbox that a machine would choose for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import pytest

from app.checks.examples import parse_example
from app.checks.pipeline import Subject
from app.checks.run_examples import ExamplesCheck
from app.checks.run_tests import TestsCheck
from app.checks.sandbox.base import Limits, Sandboxes
from app.checks.sandbox.choice import Choice
from app.checks.sandbox.native import Native
from app.checks.sandbox.wasm import WasmJavaScript, WasmPython
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult
from app.domain.runs import Language

Files = Mapping[str, str]
RunExamples = Callable[..., CheckResult]
RunTests = Callable[..., list[CheckResult]]


def sources(files: Files) -> list[SourceFile]:
    return [SourceFile(path=path, content=content) for path, content in files.items()]


@pytest.fixture(scope="session")
def sandboxes(sandbox: WasmPython, quickjs: WasmJavaScript, bubblewrap: Native) -> Sandboxes:
    return Choice([sandbox, quickjs, bubblewrap])


@pytest.fixture
def run_examples(sandboxes: Sandboxes) -> RunExamples:
    def run(language: Language, files: Files, *examples: str, seconds: float = 5) -> CheckResult:
        given = tuple(parse_example(text, language=language) for text in examples)
        subject = Subject(Artifact.of(sources(files)), language, given)
        return ExamplesCheck(sandboxes, Limits(seconds=seconds)).run(subject, threading.Event())[0]

    return run


@pytest.fixture
def run_tests(sandboxes: Sandboxes) -> RunTests:
    def run(language: Language, files: Files, tests: Files, *, own_count: bool = False) -> list[CheckResult]:
        subject = Subject(Artifact.of(sources(files)), language, tests=tuple(sources(tests)))
        return list(TestsCheck(sandboxes, own_count=own_count).run(subject, threading.Event()))

    return run
