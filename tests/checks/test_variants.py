"""New calls made from given examples, and what programs give for them."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from app.checks.examples import parse_example
from app.checks.sandbox.base import Limits
from app.checks.sandbox.wasm import WasmJavaScript, WasmPython
from app.checks.variants import Call, observe, variants
from app.domain.artifacts import Artifact, SourceFile

EXAMPLES = ["f([1, 2, 3], 2) == 3", "f([4, 4], 1) == 1"]


def calls(*examples: str, limit: int = 12, seed: int = 0) -> list[str]:
    return [c.expression for c in variants([parse_example(e) for e in examples], limit, seed)]


def arguments(call: str) -> list[Any]:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    return [ast.literal_eval(a) for a in node.args]


def artifact(path: str, code: str) -> Artifact:
    return Artifact.of([SourceFile(path=path, content=code)])


def test_calls_are_new_differ_from_one_another_and_keep_their_types() -> None:
    found = calls(*EXAMPLES)
    assert len(found) == len(set(found)) == 12
    assert not set(found) & {"f([1, 2, 3], 2)", "f([4, 4], 1)"}
    for values in map(arguments, found):
        assert list(map(type, values)) == [list, int]
        assert all(type(item) is int for item in values[0])


def test_they_are_the_same_every_time_and_others_with_another_seed() -> None:
    assert calls(*EXAMPLES) == calls(*EXAMPLES)
    assert calls(*EXAMPLES, limit=40) != calls(*EXAMPLES, limit=40, seed=1)


def test_numbers_are_negative_only_where_one_was() -> None:
    assert all(arguments(c)[0] > 0 for c in calls("g(2) == 4", limit=40))
    assert any(arguments(c)[0] < 0 for c in calls("g(-2) == 4", "g(3) == 9", limit=40))


def test_empty_values_come_last_and_texts_keep_their_letters() -> None:
    found = [arguments(c)[0] for c in calls("g('abca') == 1", limit=40)]
    assert found[-1] == ""
    assert all(set(text) <= set("abc") for text in found)


@pytest.mark.parametrize(
    "example", ["s = S(); s.f(1) == 1", "f(-1) raises ValueError", "f(g(1)) == 2", "f() == 1"]
)
def test_nothing_is_made_of_examples_that_are_not_plain_calls(example: str) -> None:
    assert calls(example) == []


def test_observations_of_python(sandbox: WasmPython) -> None:
    code = (
        "def f(n):\n    if n == 2: raise KeyError(n)\n    if n == 3:\n        while True: pass\n"
        "    return {'b': {2, 1}, 'a': 0.1 + 0.2}\n"
    )
    asked = [*(Call(f"f({n})") for n in (1, 2, 3)), Call("g(1)")]
    found = observe(artifact("a.py", code), asked, sandbox, Limits(seconds=2))
    assert [(o.value, o.raised, o.ran) for o in found] == [
        ("{'a': 0.3, 'b': {1, 2}}", None, True),
        (None, "KeyError", True),
        (None, None, False),
        (None, None, False),
    ]


def test_an_exception_that_the_code_raises_itself_is_a_refusal(
    sandbox: WasmPython, quickjs: WasmJavaScript
) -> None:
    code = "def f(n):\n    if n < 0:\n        raise ValueError('no')\n    return [1, 2][n]\n"
    asked = [Call(f"f({n})") for n in (0, -1, 5)]
    found = observe(artifact("a.py", code), asked, sandbox)
    assert [(o.raised, o.refused, o.crashed) for o in found] == [
        (None, False, False),
        ("ValueError", True, False),
        ("IndexError", False, True),
    ]
    script = "function f(n) {\n  if (n < 0) throw new RangeError('no');\n  return [[1], [2]][n].length;\n}"
    found = observe(artifact("a.js", script), asked, quickjs, language="javascript")
    assert [(o.raised, o.refused) for o in found] == [
        (None, False),
        ("RangeError", True),
        ("TypeError", False),
    ]


def test_two_programs_agree_whatever_their_language(sandbox: WasmPython, quickjs: WasmJavaScript) -> None:
    asked = variants([parse_example(e) for e in EXAMPLES])
    python = observe(artifact("a.py", "def f(a, k): return {'n': len(a) + k}"), asked, sandbox)
    code = "const f = (a, k) => ({n: a.length + k});"
    script = observe(artifact("a.js", code), asked, quickjs, language="javascript")
    assert [o.value for o in python] == [o.value for o in script]
    assert all(o.ran for o in python)
