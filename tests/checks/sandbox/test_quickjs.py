"""JavaScript in QuickJS: what a plain Node.js script finds there, and that nothing fails silently."""

from __future__ import annotations

import pytest

from app.checks.sandbox.base import Execution, Limits, Program
from app.checks.sandbox.wasm import WasmJavaScript


def run(quickjs: WasmJavaScript, text: str, **files: str) -> Execution:
    others = {name.replace("_", "."): content.encode() for name, content in files.items()}
    program = Program("javascript", {"main.js": text.encode(), **others}, "main.js", arguments=("a", "b c"))
    return quickjs.run(program, Limits(seconds=5))


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("'text', 1, -0, 2n, null, undefined", "text 1 -0 2n null undefined"),
        (
            "[1, 'a', [2, [3, [4]]]], { a: 1, 'b-c': { d: [] } }",
            "[ 1, 'a', [ 2, [ 3, [Array] ] ] ] { a: 1, 'b-c': { d: [] } }",
        ),
        ("new Map([[1, { a: 2 }]]), new Set(['x'])", "Map(1) { 1 => { a: 2 } } Set(1) { 'x' }"),
        (
            "() => 1, function f() {}, class A extends Map {}",
            "[Function (anonymous)] [Function: f] [class A extends Map]",
        ),
        (
            "[, 1], [undefined], Symbol('s'), /x/g, new Date(0)",
            "[ <1 empty item>, 1 ] [ undefined ] Symbol(s) /x/g 1970-01-01T00:00:00.000Z",
        ),
        ("'%s is %d%%', 'x', 4, { a: 1 }", "x is 4% { a: 1 }"),
        ("(() => { const o = { n: 1 }; o.self = o; return o; })()", "<ref *1> { n: 1, self: [Circular *1] }"),
    ],
)
def test_values_are_printed_as_node_prints_them(quickjs: WasmJavaScript, value: str, printed: str) -> None:
    assert run(quickjs, f"console.log({value})").stdout == printed + "\n"


def test_arguments_exit_code_and_streams(quickjs: WasmJavaScript) -> None:
    result = run(
        quickjs,
        "process.stdout.write(process.argv.slice(2).join('|')); console.error('err');"
        "process.on('exit', (code) => console.log(' bye', code)); process.exitCode = 4",
    )
    assert (result.stdout, result.stderr, result.exit_code) == ("a|b c bye 4\n", "err\n", 4)


def test_files_of_the_program_require_each_other(quickjs: WasmJavaScript) -> None:
    result = run(
        quickjs,
        "const { f } = require('./lib'); console.log(f(), require('./data.json').n, require.main === module)",
        lib_js="const other = require('./other.cjs'); exports.f = () => other.name + __filename",
        other_cjs="module.exports = { name: 'other ' }",
        data_json='{"n": 5}',
    )
    assert result.stdout == "other /box/lib.js 5 true\n"


def test_modules_import_each_other(quickjs: WasmJavaScript) -> None:
    result = run(
        quickjs,
        "import { z } from './lib.mjs'; await new Promise((done) => setTimeout(done, 5)); console.log(z)",
        lib_mjs="export const z = 3",
    )
    assert result.stdout == "3\n"


def test_inline_text_is_run_as_script_or_module(quickjs: WasmJavaScript) -> None:
    files = {"lib.mjs": b"export const z = 3", "lib.cjs": b"exports.y = 2"}
    module = Program("javascript", files, inline="import { z } from './lib.mjs'; console.log(z)")
    script = Program(
        "javascript",
        files,
        inline="x = 1; console.log(require('./lib.cjs').y, process.argv)",
        arguments=("q",),
    )
    assert quickjs.run(module).stdout == "3\n"
    assert quickjs.run(script).stdout == "2 [ 'node', 'q' ]\n"


def test_jobs_run_before_timers_and_timers_in_order(quickjs: WasmJavaScript) -> None:
    result = run(
        quickjs,
        """
        setTimeout(() => console.log("late"), 20);
        setTimeout((word) => console.log(word), 0, "soon");
        const never = setTimeout(() => console.log("never"), 1);
        clearTimeout(never);
        setInterval(() => {}, 1000).unref();
        let turns = 0;
        const again = setInterval(() => ++turns === 3 && (clearInterval(again), console.log("three")), 1);
        (async () => { for (let n = 0; n < 5; n++) await null; console.log("jobs"); })();
        process.nextTick(() => console.log("tick"));
        console.log("first");
        """,
    )
    assert result.stdout.split() == ["first", "tick", "jobs", "soon", "three", "late"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("console.assert(1 === 2, 'one is not two'); console.log('went on')", "one is not two"),
        ("throw new Error('at the top')", "main.js:1"),
        ("(async () => { await null; throw new TypeError('nobody caught it') })()", "nobody caught it"),
        ("Promise.reject(new Error('nor this'))", "nor this"),
        ("setTimeout(() => { throw new Error('in a timer') }, 1)", "in a timer"),
        ("const x = ;", "SyntaxError"),
        ("require('assert').deepStrictEqual({ a: [1] }, { a: ['1'] })", "AssertionError"),
        ("require('node:assert').throws(() => {})", "Missing expected exception"),
        ("require('fs')", "Cannot find module 'fs'"),
        ("require('./missing')", "Cannot find module './missing'"),
    ],
)
def test_no_failure_is_silent(quickjs: WasmJavaScript, text: str, said: str) -> None:
    result = run(quickjs, text)
    assert result.exit_code == 1
    assert said in result.stderr


def test_what_assert_accepts(quickjs: WasmJavaScript) -> None:
    result = run(
        quickjs,
        """
        const assert = require("node:assert/strict");
        assert(true); assert.equal(1, 1);
        assert.deepEqual(new Map([[1, { a: NaN }]]), new Map([[1, { a: NaN }]]));
        assert.notDeepStrictEqual([1], ["1"]); assert.deepStrictEqual(new Set([[1]]), new Set([[1]]));
        assert.throws(() => { throw new RangeError("too far") }, RangeError);
        assert.throws(() => { throw new RangeError("too far") }, { name: "RangeError", message: /far/ });
        assert.rejects(async () => { throw new Error("x") }, /x/).then(() => console.log("all held"));
        """,
    )
    assert (result.stdout, result.stderr, result.exit_code) == ("all held\n", "", 0)


@pytest.mark.parametrize(
    "text",
    [
        "const f = (n) => f(n + 1) + 1; f(0)",
        "JSON.parse('['.repeat(1e6))",
        "let o = {toString() { return '' + this }}; '' + o",
    ],
)
def test_an_endless_recursion_ends_only_the_program(quickjs: WasmJavaScript, text: str) -> None:
    result = run(quickjs, text)
    assert result.exit_code == -1
    assert "call stack exhausted" in result.stderr


def test_a_deep_recursion_works(quickjs: WasmJavaScript) -> None:
    assert run(quickjs, "const f = (n) => (n ? 1 + f(n - 1) : 0); console.log(f(8000))").stdout == "8000\n"


@pytest.mark.parametrize(
    ("text", "suits"),
    [
        ("const assert = require('assert'); require('./lib')", True),
        ("import { z } from './lib.mjs'", True),
        ("// say Buffer or URL in a comment", True),
        ("const fs = require('fs')", False),
        ("import fs from 'node:fs'", False),
        ("import 'left-pad'", False),
        ("new URL('x:y')", False),
        ("Buffer.from('x')", False),
        ("process.stdin.on('data', f)", False),
    ],
)
def test_it_knows_what_it_lacks(quickjs: WasmJavaScript, text: str, suits: bool) -> None:
    assert quickjs.suits(Program("javascript", {"main.js": text.encode()}, "main.js")) is suits
