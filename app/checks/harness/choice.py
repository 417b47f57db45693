"""The harness of each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.checks.harness.base import Harness, Wanted
from app.checks.harness.go import GoHarness
from app.checks.harness.java import JavaHarness
from app.checks.harness.javascript import JavaScriptHarness
from app.checks.harness.python import PythonHarness
from app.checks.harness.rust import RustHarness
from app.domain.artifacts import Artifact
from app.domain.runs import Language

KINDS: Mapping[Language, Callable[[Artifact, Sequence[Wanted]], Harness]] = {
    "python": PythonHarness,
    "javascript": JavaScriptHarness,
    "java": JavaHarness,
    "go": GoHarness,
    "rust": RustHarness,
}


def harness_for(artifact: Artifact, language: Language, wanted: Sequence[Wanted]) -> Harness:
    """Calls of an artifact in its language."""
    return KINDS[language](artifact, wanted)
