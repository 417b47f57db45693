"""Programs that would rather look right than be right."""

from __future__ import annotations

import pytest

from app.checks.examples import parse_example
from app.checks.pipeline import Pipeline, Subject
from app.checks.run_examples import ExamplesCheck
from app.checks.sandbox.base import Limits
from app.checks.sandbox.choice import Choice
from app.checks.sandbox.wasm import WasmPython
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckReport, CheckStatus

FIND_NONCE = """
import gc
nonces = {d['nonce'] for d in gc.get_objects() if isinstance(d, dict) and isinstance(d.get('nonce'), str)}
nonce = nonces.pop()
"""

FORGERIES = {
    "prints a report line": """
import json
for nonce in ('', '0' * 32):
    print(nonce, json.dumps({'id': 0, 'value': '42', 'ms': 1}))
def answer(): return 0
""",
    "leaves after printing": """
import os
def answer():
    print('{"id": 0, "value": "42"}', flush=True)
    os._exit(0)
""",
    "leaves when imported": "import os\nos._exit(0)\ndef answer(): return 42\n",
    "raises SystemExit": "def answer(): raise SystemExit(0)\n",
    "equal to everything": """
class Any:
    def __eq__(self, other): return True
    def __hash__(self): return 42
    def __repr__(self): return '42'
def answer(): return Any()
""",
    "an int that says it is equal": """
class Any(int):
    def __eq__(self, other): return True
    def __repr__(self): return '42'
    def __add__(self, other): return 42
    __radd__ = __index__ = __int__ = __add__
def answer(): return Any(7)
""",
    "a list that shows other items": """
class Items(list):
    def __iter__(self): return iter([42])
    def __repr__(self): return '42'
def answer(): return Items([1])
""",
    "a class that is said to be int": """
class Any:
    __class__ = int
    def __repr__(self): return '42'
def answer(): return Any()
""",
    "patches builtins, json, os and time": """
import builtins, json, os, time
builtins.repr = lambda value: '42'
builtins.isinstance = lambda value, kind: True
json.dumps = lambda value: '{"id": 0, "value": "42"}'
def answer(): return 0
""",
    "patches sys.modules": """
import sys
sys.modules['json'] = sys.modules['os'] = sys.modules['__main__'] = None
def answer(): return 0
""",
    "patches what evaluates it": """
import sys
main = sys.modules['__main__']
main.Examiner.evaluate = lambda self, item: {'ms': 1, 'value': self.guess}
main.Examiner.guess = '41'
def answer(): return 0
""",
    "reports several guesses under the stolen nonce": FIND_NONCE + """
import json, os
def answer():
    for guess in range(100):
        os.write(1, f'\\n{nonce} {json.dumps({"id": 0, "value": str(guess)})}\\n'.encode())
    os._exit(0)
""",
    "reports its guess and then the true value follows": FIND_NONCE + """
import json, os
def answer():
    os.write(1, f'\\n{nonce} {json.dumps({"id": 0, "value": "42"})}\\n'.encode())
    return 0
""",
    "sends rubbish under the stolen nonce": FIND_NONCE + """
import os
def answer():
    os.write(1, f'\\n{nonce} {{"id": 0, "raised": 5, "times": "x"}}\\n'.encode())
    os._exit(0)
""",
    "closes the output": "import os\ndef answer():\n    os.close(1)\n    return 42\n",
}  # fmt: skip


IN_JAVASCRIPT = {
    "prints report lines": """
function answer() {
  for (const nonce of ['', '0'.repeat(32)]) console.log(nonce + ' {"id": 0, "value": "42"}');
  return 0;
}
""",
    "leaves when loaded": "process.exit(0);\nfunction answer() { return 42; }",
    "an object that looks like the value": """
function answer() { return { valueOf: () => 42, toString: () => '42', toJSON: () => 42 }; }
""",
    "a number object": "function answer() { return new Number(42); }",
    "an array of another kind": """
class Items extends Array { toJSON() { return 42; } toString() { return '42'; } }
function answer() { return Items.from([42]); }
""",
    "patches JSON, Array, Object and String": """
JSON.stringify = () => '{"id": 0, "value": "42"}';
Array.isArray = () => false;
Object.keys = () => [];
Array.prototype.map = Array.prototype.join = String.prototype.replace = () => '42';
function answer() { return 0; }
""",
    "patches what writes": """
process.stdout.write = () => true;
console.log = () => {};
function answer() { return 0; }
""",
    "a promise that never ends": "const answer = () => new Promise(() => {});",
}


def check(sandbox: WasmPython, code: str, *examples: str) -> CheckReport:
    artifact = Artifact.of([SourceFile(path="solution.py", content=code)])
    subject = Subject(artifact, "python", tuple(parse_example(text) for text in examples))
    return Pipeline([ExamplesCheck(Choice([sandbox]))]).run(subject)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_does_not_pass(sandbox: WasmPython, name: str) -> None:
    assert check(sandbox, FORGERIES[name], "answer() == 42").results[0].status is CheckStatus.FAIL


@pytest.mark.parametrize("name", IN_JAVASCRIPT)
@pytest.mark.parametrize("where", ["quickjs", "bubblewrap"])
def test_a_forgery_in_javascript_does_not_pass(name: str, where: str, request: pytest.FixtureRequest) -> None:
    artifact = Artifact.of([SourceFile(path="solution.js", content=IN_JAVASCRIPT[name])])
    subject = Subject(artifact, "javascript", (parse_example("answer() == 42", language="javascript"),))
    check = ExamplesCheck(Choice([request.getfixturevalue(where)]), Limits(seconds=2))
    assert Pipeline([check]).run(subject).results[0].status is CheckStatus.FAIL


def test_the_expected_value_never_enters_the_sandbox(sandbox: WasmPython) -> None:
    """A program that finds all the examples still cannot find what they should give."""
    code = """
import gc
def answer(n):
    wanted = str(271828182 + n)  # not written as such here
    return [repr(o)[:300] for o in gc.get_objects() if isinstance(o, (dict, list)) and wanted in repr(o)]
"""
    report = check(sandbox, code, "answer(1) == 271828183")
    assert "answer(1) gave [], expected 271828183" in report.results[0].evidence


def test_a_list_is_judged_by_what_it_holds_not_by_what_it_shows(sandbox: WasmPython) -> None:
    code = "class Items(list):\n    def __iter__(self): return iter([42])\ndef answer(): return Items([1])\n"
    report = check(sandbox, code, "answer() == [42]", "answer() == [1]")
    assert report.results[0].evidence == "answer() gave [1], expected [42]"


def test_a_forged_exception_does_not_pass(sandbox: WasmPython) -> None:
    assert check(sandbox, "raise ValueError('early')\ndef f(): pass", "f() raises ValueError").failed


def test_what_a_program_prints_does_not_disturb_its_report(sandbox: WasmPython) -> None:
    code = "def answer():\n    print('no newline at the end', end='')\n    return 42\n"
    assert not check(sandbox, code, "answer() == 42").failed
