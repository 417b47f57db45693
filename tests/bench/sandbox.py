"""The sandboxes of this machine: HumanEval-X in all five languages, start times, compile times.

    nice python -m tests.bench.sandbox --corpora DIR [--language go ...] [--cache DIR] [--starts 20]

DIR holds humaneval_x.jsonl (Apache-2.0): reference solutions with their tests, which must all pass. What has
to be changed so that they run at all is in `prepared` and is counted. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.checks.sandbox.base import Execution, Executor, Limits, Program
from app.checks.sandbox.bubblewrap import Bubblewrap
from app.checks.sandbox.containers import Container
from app.checks.sandbox.native import Native
from app.checks.sandbox.wasm import WasmJavaScript, WasmPython
from app.domain.runs import LANGUAGES, Language

Row = Mapping[str, str]
SHOWN: Final = 12
LIMITS: Final = Limits(seconds=30)
# Go's tests use testify's assert.New and Equal; packages from elsewhere are not here, so these stand in.
ASSERT_GO: Final = b"""package main

import (
	"reflect"
	"testing"
)

type asserts struct{ t *testing.T }

type assertPackage struct{}

var assert assertPackage

func (assertPackage) New(t *testing.T) asserts { return asserts{t} }

func (a asserts) Equal(wanted, got any, _ ...any) bool {
	a.t.Helper()
	equal := reflect.DeepEqual(wanted, got)
	if !equal {
		a.t.Errorf("expected %v, got %v", wanted, got)
	}
	return equal
}
"""
HELLO: Final[Mapping[Language, tuple[str, str]]] = {
    "python": ("main.py", "print('hello')"),
    "javascript": ("main.js", "console.log('hello')"),
    "java": (
        "Main.java",
        "public class Main { public static void main(String[] a) { System.out.println(1); } }",
    ),
    "go": ("main.go", 'package main\nimport "fmt"\nfunc main() { fmt.Println("hello") }'),
    "rust": ("main.rs", 'fn main() { println!("hello"); }'),
}


def _script(row: Row, name: str, language: Language, before: str = "") -> Program:
    return Program(language, {name: f"{before}{row['code']}\n{row['test']}".encode()}, name)


def _go(row: Row) -> Program:
    """Solution and test in one file, as they are meant, with the imports that both of them need."""
    declared = re.findall(r'^(?:import )?\s*"([\w/]+)"$', row["code"], re.MULTILINE)
    body = re.sub(r'^(package main|import \([^)]*\)|import "[^"]*")$', "", row["code"], flags=re.MULTILINE)
    text = f"{body}\n{row['test']}"
    plain = re.sub(r"//.*", "", text)
    known = {*declared, "testing", "math", "fmt", "strings", "strconv", "sort", "math/rand", "time"}
    used = sorted(path for path in known if re.search(rf"\b{path.rpartition('/')[2]}\.", plain))
    imports = "".join(f'import "{path}"\n' for path in used)
    files = {
        "solution_test.go": f"package main\n{imports}{text}".encode(),
        "assert_test.go": ASSERT_GO,
        "main.go": b"package main\n\nfunc main() {}\n",
    }
    return Program("go", files, "solution_test.go", tests=True)


def _rust(row: Row) -> Program:
    """Without the uses of crates that are not the standard library's, most of which are unused."""
    text = re.sub(r"^use (?:rand|regex|md5)\b.*;\n", "", row["code"], flags=re.MULTILINE)
    return Program("rust", {"main.rs": f"{text}\n{row['test']}".encode()}, "main.rs", tests=True)


def _java(row: Row) -> Program:
    text = f"{row['code']}\n{row['test']}"
    return Program("java", {"Main.java": text.encode()}, "Main.java")


PREPARED: Final[Mapping[Language, Callable[[Row], Program]]] = {
    "python": lambda row: _script(row, "main.py", "python"),
    "javascript": lambda row: _script(row, "main.js", "javascript"),
    "java": _java,
    "go": _go,
    "rust": _rust,
}


def executors(cache: Path) -> dict[Language, list[Executor]]:
    """Those that can be measured here, by language."""
    cell = Native(Bubblewrap(cache / "bubblewrap"), cache / "bubblewrap")
    podman = Native(
        Container("podman", {"python": "localhost/roundtable-test-python:latest"}), cache / "podman"
    )
    every: list[Executor] = [WasmPython(cache), WasmJavaScript(cache), cell, podman]
    return {lang: [e for e in every if lang in e.probe().languages] for lang in LANGUAGES}


def human_eval(executor: Executor, language: Language, rows: list[Row]) -> None:
    """One line of the table, and what did not pass."""
    times: list[int] = []
    builds: list[int] = []
    failed: list[str] = []
    for row in rows:
        result = executor.run(PREPARED[language](row), LIMITS)
        times.append(result.ms)
        builds.append(result.build_ms)
        if result.exit_code:
            failed.append(f"{row['id']}: {result.ending}; {_last_line(result)}")
    passed = len(rows) - len(failed)
    percentile = statistics.quantiles(times, n=20)[-1]
    build = f"{statistics.median(builds):.0f}" if any(builds) else "-"
    print(
        f"| {language} | {executor.name} | {passed}/{len(rows)} | {build} | {statistics.median(times):.0f} | "
        f"{percentile:.0f} |"
    )
    for line in failed[:SHOWN]:
        print(f"    {line}")


def _last_line(result: Execution) -> str:
    lines = (result.stderr + result.stdout).strip().splitlines()
    return (next((line for line in lines if "rror" in line), lines[-1] if lines else ""))[:140]


def starts(executor: Executor, language: Language, count: int) -> None:
    """Median of `count` runs of a program that prints a word, and of its first compilation."""
    name, text = HELLO[language]
    fresh = f"{text}\n{'#' if language == 'python' else '//'} {time.time_ns()}"
    program = Program(language, {name: fresh.encode()}, name)
    first = executor.run(program)
    times = [executor.run(program).ms for _ in range(count)]
    build = f"{first.build_ms}" if first.build_ms else "-"
    print(f"| {language} | {executor.name} | {build} | {statistics.median(times):.0f} | {min(times)} |")


def main() -> None:
    """Measure, one thing at a time."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--language", choices=LANGUAGES, nargs="*", default=list(LANGUAGES))
    parser.add_argument("--cache", type=Path, help="where what is slow to make is kept")
    parser.add_argument("--starts", type=int, default=20)
    options = parser.parse_args()
    lines = (options.corpora / "humaneval_x.jsonl").read_text("utf-8").splitlines()
    rows: list[Row] = [json.loads(line) for line in lines]
    with TemporaryDirectory() as folder:
        there = executors(options.cache or Path(folder))
        for executor in {e.name: e for found in there.values() for e in found}.values():
            executor.warm_up()
        print("| language | sandbox | first build, ms | start, median ms | least ms |\n|---|---|---|---|---|")
        for language in options.language:
            for executor in there[language]:
                starts(executor, language, options.starts)
        print("\n| language | sandbox | passed | build, median ms | run, median ms | p95 |")
        print("|---|---|---|---|---|---|")
        for language in options.language:
            own = [row for row in rows if row["lang"] == language]
            for executor in there[language]:
                if executor.name != "podman":
                    human_eval(executor, language, own)


if __name__ == "__main__":
    main()
