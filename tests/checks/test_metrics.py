"""Measures of size and shape."""

from __future__ import annotations

import pytest

from app.checks.metrics import MetricsCheck
from app.checks.pipeline import Subject
from app.checks.sandbox.base import NEVER
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult, CheckStatus
from app.domain.runs import Language

SAMPLES: dict[Language, tuple[str, str]] = {
    "python": ("a.py", '''
"""Module."""

# comment
def f(n):
    """Docstring
    of two lines."""
    if n > 1 and n < 9:  # comment
        for i in range(n):
            if i: print("""a
            b""")
    elif n: return 2
    return 1

def g(): return 0
'''),
    "javascript": ("a.js", """
// comment
function f(n) {
  /* two
     lines */
  if (n > 1 && n < 9) {
    for (const i of n) {
      if (i) { return `a
b`; }
    }
  } else if (n) { return 2; }
  return 1;
}
const g = () => 0;
"""),
    "java": ("A.java", """
/** Doc. */
class A {
  static int f(int n) {
    if (n > 1 && n < 9) {
      for (int i : new int[n]) {
        if (i > 0) { return 3; }
      }
    } else if (n > 0) { return 2; }
    return 1;
  }
}
"""),
    "go": ("a.go", """
package a

// f does.
func f(n int) int {
	if n > 1 && n < 9 {
		for i := range n {
			if i > 0 { return 3 }
		}
	} else if n > 0 { return 2 }
	return 1
}
"""),
    "rust": ("a.rs", """
/// Doc.
fn f(n: i32) -> i32 {
    if n > 1 && n < 9 {
        for i in 0..n {
            if i > 0 { return 3; }
        }
    } else if n > 0 { return 2; }
    1
}
"""),
}  # fmt: skip
LINES = {"python": (8, 7), "javascript": (10, 9), "java": (10, 8), "go": (9, 8), "rust": (8, 8)}


def measure(path: str, content: str, language: Language = "python") -> CheckResult:
    artifact = Artifact.of([SourceFile(path=path, content=content)])
    (result,) = MetricsCheck().run(Subject(artifact, language), NEVER)
    return result


@pytest.mark.parametrize("language", SAMPLES)
def test_measures(language: Language) -> None:
    lines, longest = LINES[language]
    assert measure(*SAMPLES[language], language).metrics == {
        "code_lines": lines,
        "branches": 5,
        "longest_function": longest,
        "max_nesting": 3,
    }


def test_public_names_are_kept_for_comparing() -> None:
    code = """
class A:
    def run(self):
        def inner(): pass
    def _own(self): pass
def f(): pass
def _g(): pass
"""
    assert measure("a.py", code).data["names"] == ["A", "f", "run"]


def test_dropping_comments_and_docstrings_makes_nothing_simpler() -> None:
    bare = "def f(n):\n    return n\n"
    told = 'def f(n):\n    """Say\n    it."""\n\n    # why\n    return n\n'
    assert measure("a.py", bare).metrics == measure("a.py", told).metrics


def test_nothing_to_measure_is_skipped() -> None:
    assert measure("a.txt", "words").status is CheckStatus.SKIPPED


@pytest.mark.parametrize(
    "content", ["if(a){" * 15_000 + "}" * 15_000, "()=>0;\n" * 20_000], ids=["deep", "many"]
)
def test_the_time_grows_with_the_size_only(content: str) -> None:
    assert measure("a.js", content, "javascript").ms < 10_000
