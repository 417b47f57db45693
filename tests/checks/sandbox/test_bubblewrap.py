"""bubblewrap with real toolchains: all five languages, compiling apart from running, what is kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.checks.sandbox import bubblewrap as module
from app.checks.sandbox.base import Limits, Program
from app.checks.sandbox.bubblewrap import Bubblewrap
from app.checks.sandbox.native import Native
from app.domain.runs import LANGUAGES, Language

ROOT = Path(__file__).parents[3]
PR_CAP_AMBIENT, CLEAR_ALL = 47, 4  # of prctl
PROGRAMS: dict[Language, Program] = {
    "python": Program(
        "python",
        {"main.py": b"import sys, lib\nprint(lib.f(), sys.argv[1:])", "lib.py": b"def f(): return 7"},
        "main.py",
    ),
    "javascript": Program(
        "javascript",
        {
            "main.js": b"console.log(require('./lib').f(), process.argv.slice(2))",
            "lib.js": b"exports.f = () => 7",
        },
        "main.js",
    ),
    "java": Program(
        "java",
        {
            "app/Main.java": b"package app; public class Main { public static void main(String[] a) "
            b"{ System.out.println(Lib.f() + a[0]); } }",
            "app/Lib.java": b"package app; class Lib { static int f() { return 7; } }",
        },
        "app/Main.java",
    ),
    "go": Program(
        "go",
        {
            "main.go": b'package main\nimport ("fmt"; "os")\nfunc main() { fmt.Println(f(), os.Args[1:]) }',
            "lib.go": b"package main\nfunc f() int { return 7 }",
        },
        "main.go",
    ),
    "rust": Program(
        "rust",
        {
            "main.rs": b'mod lib2; fn main() { println!("{} {:?}", lib2::f(), std::env::args().nth(1)) }',
            "lib2.rs": b"pub fn f() -> i32 { 7 }",
        },
        "main.rs",
    ),
}
BROKEN: dict[Language, Program] = {
    "java": Program("java", {"Main.java": b"public class Main { int f() { return x; } }"}, "Main.java"),
    "go": Program("go", {"main.go": b"package main\nfunc main() { x }"}, "main.go"),
    "rust": Program("rust", {"main.rs": b"fn main() { x }"}, "main.rs"),
}


def with_arguments(program: Program, *arguments: str) -> Program:
    return Program(program.language, program.files, program.entry, program.inline, arguments, program.tests)


def test_all_five_toolchains_are_found_with_their_versions(bubblewrap: Native) -> None:
    probe = bubblewrap.probe()
    assert probe.languages == set(LANGUAGES)
    for word in ("bubblewrap 0.", "Python 3.", "Node.js ", "Java ", "Go 1.", "Rust 1."):
        assert word in probe.detail


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_of_two_files_runs_with_its_arguments(bubblewrap: Native, language: Language) -> None:
    result = bubblewrap.run(with_arguments(PROGRAMS[language], "a b"))
    assert result.built, result.stderr
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("7")
    assert "a b" in result.stdout


@pytest.mark.parametrize("language", ["java", "go", "rust"])
def test_what_was_compiled_is_kept_for_other_arguments(bubblewrap: Native, language: Language) -> None:
    bubblewrap.run(with_arguments(PROGRAMS[language], "first"))
    again = bubblewrap.run(with_arguments(PROGRAMS[language], "second"))
    assert "second" in again.stdout
    assert again.build_ms == 0


@pytest.mark.parametrize("language", BROKEN)
def test_what_the_compiler_says_is_told(bubblewrap: Native, language: Language) -> None:
    result = bubblewrap.run(BROKEN[language])
    assert not result.built
    assert result.ending == "could not be compiled"
    assert BROKEN[language].entry in result.stderr
    assert result.build_ms > 0


@pytest.mark.parametrize(("wanted", "code", "word"), [(7, 0, "PASS"), (8, 1, "FAIL")])
def test_go_tests(bubblewrap: Native, wanted: int, code: int, word: str) -> None:
    body = f'if f() != {wanted} {{ t.Fatal("no") }}'
    test = f'package main\nimport "testing"\nfunc TestF(t *testing.T) {{ {body} }}'
    files = {**PROGRAMS["go"].files, "main_test.go": test.encode()}
    result = bubblewrap.run(Program("go", files, "main_test.go", tests=True))
    assert result.built, result.stderr
    assert (result.exit_code, word in result.stdout) == (code, True)


@pytest.mark.parametrize(("wanted", "code"), [(7, 0), (8, 101)])
def test_rust_tests(bubblewrap: Native, wanted: int, code: int) -> None:
    text = f"fn f() -> i32 {{ 7 }}\n#[test]\nfn holds() {{ assert_eq!(f(), {wanted}) }}"
    result = bubblewrap.run(Program("rust", {"lib.rs": text.encode()}, "lib.rs", tests=True))
    assert result.built, result.stderr
    assert (result.exit_code, "1 passed" in result.stdout) == (code, code == 0)


def test_a_go_package_with_a_module_of_its_own(bubblewrap: Native) -> None:
    files = {
        "go.mod": b"module example.org/tool\n\ngo 1.21\n",
        "cmd/main.go": b'package main\nimport "example.org/tool/lib"\nfunc main() { println(lib.F()) }',
        "lib/lib.go": b"package lib\nfunc F() int { return 7 }",
    }
    assert bubblewrap.run(Program("go", files, "cmd/main.go")).stderr == "7\n"


def test_a_package_from_elsewhere_cannot_be_fetched(bubblewrap: Native) -> None:
    files = {"main.go": b'package main\nimport _ "github.com/pkg/errors"\nfunc main() {}'}
    result = bubblewrap.run(Program("go", files, "main.go"))
    assert not result.built
    assert "github.com/pkg/errors" in result.stderr


def test_the_compiler_reads_nothing_of_this_machine(bubblewrap: Native, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET", "utf-8")
    for path in (secret, "/etc/passwd"):
        text = f'fn main() {{ println!("{{}}", include_str!("{path}")) }}'
        assert not bubblewrap.run(Program("rust", {"main.rs": text.encode()}, "main.rs")).built


def test_an_annotation_processor_is_not_run(bubblewrap: Native) -> None:
    """It would be the program's own code, run within the compiler."""
    files = {
        "Main.java": b"public class Main { public static void main(String[] a) { System.out.println(1); } }",
        "META-INF/services/javax.annotation.processing.Processor": b"Main",
    }
    result = bubblewrap.run(Program("java", files, "Main.java"))
    assert (result.stdout, result.built) == ("1\n", True)


def test_an_overflow_in_rust_is_noticed(bubblewrap: Native) -> None:
    text = b'fn main() { let n: u8 = std::env::args().count() as u8; println!("{}", n - 2) }'
    result = bubblewrap.run(Program("rust", {"main.rs": text}, "main.rs"))
    assert result.exit_code == 101
    assert "overflow" in result.stderr


def test_an_assertion_that_fails_in_node_is_noticed(bubblewrap: Native) -> None:
    result = bubblewrap.run(
        Program("javascript", {}, inline="console.assert(1 === 2, 'no'); console.log('went on')")
    )
    assert (result.exit_code, result.stdout) == (1, "went on\n")


def test_modules_and_inline_text(bubblewrap: Native) -> None:
    files = {"lib.mjs": b"export const z = 3", "lib.py": b"z = 4"}
    script = Program("javascript", files, inline="import { z } from './lib.mjs'; console.log(z)")
    assert bubblewrap.run(script).stdout == "3\n"
    assert bubblewrap.run(Program("python", files, inline="import lib; print(lib.z)")).stdout == "4\n"


def test_a_compiler_that_is_not_wanted_any_more_is_stopped(bubblewrap: Native) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    body = "".join(
        f"fn f{n}() -> usize {{ vec![{n}; 9].iter().map(|x| x + 1).sum() }}\n" for n in range(3000)
    )
    text = f"{body}fn main() {{ {''.join(f'f{n}();' for n in range(3000))} }} // {time.time_ns()}"
    start = time.monotonic()
    result = bubblewrap.run(Program("rust", {"main.rs": text.encode()}, "main.rs"), stop=stop)
    assert (result.stopped, result.built) == (True, False)
    assert time.monotonic() - start < 3


def test_an_argument_too_long_for_the_system_is_an_error_of_ours(bubblewrap: Native) -> None:
    with pytest.raises(module.AppError, match="could not be started"):
        bubblewrap.run(Program("python", {}, inline="pass", arguments=("x" * (1 << 20),)))


def test_no_box_is_left(bubblewrap: Native, cache: Path) -> None:
    mark = f"mark-{time.time_ns()}"
    bubblewrap.run(Program("python", {mark: b""}, inline="import os; os.makedirs('a/b/c')"))
    assert not [b for b in (cache / "bubblewrap" / "boxes").iterdir() if (b / mark).exists()]


@pytest.mark.skipif(os.getuid() != 0, reason="not on this platform: only root can become another user")
def test_a_user_who_is_not_root_gets_the_same_cell(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without the outer bubblewrap; what is here as root is then the user's own."""
    base = Path("/var/tmp") / f"roundtable-{os.getpid()}"
    base.mkdir()
    os.chown(base, 65534, 65534)
    script = f"""
import ctypes, json
from pathlib import Path
from app.checks.sandbox.base import Limits, Program
from app.checks.sandbox.bubblewrap import Bubblewrap
from app.checks.sandbox.native import Native
ctypes.CDLL(None).prctl({PR_CAP_AMBIENT}, {CLEAR_ALL}, 0, 0, 0)  # it was for the imports only
folder = Path({str(base)!r})
native = Native(Bubblewrap(folder), folder)
texts = ["import os; print(os.getuid(), os.path.exists('/etc/passwd'), os.listdir('/box'))",
         "import os, time\\nfor n in range(400):"
         " os.fork() or (time.sleep(9), os._exit(0)); print(n, flush=True)"]
runs = [native.run(Program("python", {{"a": b"1"}}, inline=text)) for text in texts]
print(json.dumps([native.probe().detail, *(run.stdout for run in runs)]))
"""
    # Its interpreter may lie below root's home, which another user cannot enter.
    reading = ("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")
    drop = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *reading)
    command = [*drop, sys.executable, "-c", script]
    try:
        out = subprocess.check_output(
            command, cwd=ROOT, env={"PATH": "/usr/bin:/bin", "HOME": str(base)}, text=True
        )
    finally:
        shutil.rmtree(base)
    detail, seen, forks = json.loads(out)
    assert detail.startswith("bubblewrap")
    assert seen == "65534 False ['a']\n"
    assert 1 < len(forks.split()) < 100


def test_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "which", lambda name, path=None: None)
    module.find_tools.cache_clear()
    try:
        probe = Bubblewrap(tmp_path).probe()
    finally:
        module.find_tools.cache_clear()
    assert not probe.available
    assert "install the package bubblewrap" in probe.detail


def test_the_time_of_the_compiler_is_not_the_programs(bubblewrap: Native) -> None:
    text = f"package main\nfunc main() {{}} // {time.time_ns()}"
    result = bubblewrap.run(Program("go", {"main.go": text.encode()}, "main.go"), Limits(seconds=2))
    assert (result.exit_code, result.timed_out) == (0, False)
