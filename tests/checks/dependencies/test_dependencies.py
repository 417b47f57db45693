"""Dependencies: invented packages ask, known ones are named, the project's own and the language's pass."""

from __future__ import annotations

import pytest

from app.checks.dependencies.check import DependenciesCheck
from app.checks.pipeline import Subject
from app.checks.sandbox.base import NEVER
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult, CheckStatus, Level, Severity
from app.domain.runs import Language

PATHS: dict[Language, str] = {
    "python": "a.py",
    "javascript": "a.js",
    "java": "A.java",
    "go": "a.go",
    "rust": "a.rs",
}


def check(files: dict[str, str], own: tuple[str, ...] = ()) -> CheckResult:
    artifact = Artifact.of(SourceFile(path=path, content=content) for path, content in files.items())
    (result,) = DependenciesCheck(own).run(Subject(artifact, "python"), NEVER)
    return result


def packages(result: CheckResult) -> dict[str, bool]:
    return {name: facts["known"] for name, facts in result.data["packages"].items()}


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("python", "import os.path, sys\nfrom xml.etree import ElementTree", []),
        ("python", "import yaml, cv2 as c, PIL.Image", ["pyyaml", "opencv-python", "pillow"]),
        (
            "python",
            "from sklearn.svm import SVC\nimport bs4, jwt",
            ["scikit-learn", "beautifulsoup4", "pyjwt"],
        ),
        ("python", "from google.cloud import storage", ["google-cloud-storage"]),
        ("python", "import google.protobuf.message, azure.storage.blob", ["protobuf", "azure-storage-blob"]),
        ("python", "from zope.interface import Interface", ["zope-interface"]),
        (
            "python",
            "try:\n    import numpy\nexcept ImportError:\n    __import__('requests')",
            ["numpy", "requests"],
        ),
        ("python", "import importlib\nimportlib.import_module('flask.app')", ["flask"]),
        ("python", "from . import x\nfrom .y import z\nimport a", []),
        ("javascript", "import fs from 'fs/promises'; require('node:test'); import './x.js';", []),
        ("javascript", "import x from '#in'; import y from '@/y'; require('../z')", []),
        ("javascript", "import e from 'express'; export * from 'lodash/fp';", ["express", "lodash"]),
        ("javascript", "const t = await import('@babel/core/lib'); require(name)", ["@babel/core"]),
        ("java", "import java.util.*; import javax.swing.JFrame; import static java.lang.Math.abs;", []),
        ("java", "package com.acme.app; import com.acme.app.model.X; import com.acme.util.Y;", []),
        (
            "java",
            "import org.junit.jupiter.api.Test; import com.google.gson.Gson;",
            ["org.junit", "com.google"],
        ),
        ("go", 'package a\nimport ("fmt"; h "net/http"; "C")', []),
        ("go", 'package a\nimport "github.com/gin-gonic/gin/binding"', ["github.com/gin-gonic/gin"]),
        ("go", 'package a\nimport _ "github.com/jackc/pgx/v5/stdlib"', ["github.com/jackc/pgx"]),
        ("rust", "use std::fmt; use crate::a; use self::b; fn f() { u8::MAX; io::stdin(); }", []),
        ("rust", "mod m; use m::T; enum E { A } use E::*; fn f() { m::g(); }", []),
        ("rust", "use serde::{Deserialize, de::Error}; extern crate rand;", ["serde", "rand"]),
        ("rust", "#[tokio::main] async fn main() { serde_json::json!({}); }", ["tokio", "serde-json"]),
    ],
)
def test_packages_that_many_use_are_named(language: Language, code: str, expected: list[str]) -> None:
    result = check({PATHS[language]: code})
    assert packages(result) == dict.fromkeys(expected, True)
    assert result.status is CheckStatus.PASS
    assert [f.text for f in result.findings] == [
        f"uses the package `{name}`, which is not part of the language" for name in expected
    ]
    assert {(f.level, f.severity) for f in result.findings} <= {(Level.OK, Severity.INFO)}


@pytest.mark.parametrize(
    ("language", "code", "message"),
    [
        ("python", "import reqeusts", "`reqeusts` is not a known package; did you mean requests?"),
        ("python", "import huggingface_cli", "`huggingface_cli` is not a known package"),
        ("python", "import skleran", "`skleran` is not a known package; did you mean sklearn?"),
        ("python", "import jsno", "`jsno` is not a known package; did you mean json?"),
        ("python", "import num_py", "`num_py` is not a known package; did you mean numpy?"),
        ("python", "import Queue", "`Queue` is not a known package; did you mean queue?"),
        ("python", "import f1ask", "`f1ask` is not a known package; did you mean flask?"),
        ("python", "import pyrequests", "`pyrequests` is not a known package; did you mean requests?"),
        (
            "python",
            "from google.cloud import bigqury",
            "`google-cloud-bigqury` is not a known package; did you mean google-cloud-bigquery?",
        ),
        ("javascript", "require('expres')", "`expres` is not a known package; did you mean express?"),
        ("javascript", "import 'node:nope'", "`node:nope` is not a known package"),
        (
            "javascript",
            "import x from 'https://esm.sh/x'",
            "loads code from `https://esm.sh/x`, which no registry vouches for",
        ),
        ("java", "import org.aapche.X;", "`org.aapche` is not a known package; did you mean org.apache?"),
        (
            "go",
            'package a\nimport "github.com/gin-gonic/gim"',
            "`github.com/gin-gonic/gim` is not a known package; did you mean github.com/gin-gonic/gin?",
        ),
        ("go", 'package a\nimport "slicez"', "`slicez` is not a known package; did you mean slices?"),
        ("rust", "use tokyo::main;", "`tokyo` is not a known package; did you mean tokio?"),
        ("rust", "fn f() { reqwst::get(); }", "`reqwst` is not a known package; did you mean reqwest?"),
    ],
)
def test_a_package_that_nobody_knows_asks(language: Language, code: str, message: str) -> None:
    result = check({PATHS[language]: code})
    (finding,) = result.findings
    assert finding.text == message
    assert (finding.level, finding.severity) == (Level.ASK, Severity.MAJOR)
    assert finding.line == code[: code.index("import" if language == "go" else code[0])].count("\n") + 1
    assert finding.fix
    assert result.status is CheckStatus.FAIL
    assert result.required
    assert message in result.evidence


def test_the_files_of_an_artifact_know_one_another() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/cart.py": "import prices_of_today\nfrom shop import cart\n",
        "prices_of_today.py": "",
        "go.mod": "module example.org/shop\n\nrequire github.com/spf13/cobra v1.8.0\n",
        "main.go": 'package main\nimport "example.org/shop/cart"\n',
        "src/main.rs": "use cart::Cart;\n",
        "src/cart.rs": "",
        "package.json": '{"name": "our-shop"}',
        "x.js": "import 'our-shop/y';\n",
    }
    assert packages(check(files)) == {"github.com/spf13/cobra": True}


def test_names_of_the_project_around_are_its_own() -> None:
    files = {"a.py": "from ourthing.x import y\n"}
    assert check(files).status is CheckStatus.FAIL
    assert check(files, own=("ourthing",)).status is CheckStatus.PASS
    assert DependenciesCheck(("a",)).edition != DependenciesCheck(("b",)).edition


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (
            "requirements.txt",
            "# x\n-r other.txt\nFlask>=2 ; python_version > '3'\nreqeusts[socks]==2\n",
            {"flask": True, "reqeusts": False},
        ),
        (
            "pyproject.toml",
            (
                '[project]\nname="x"\ndependencies=["numpy>1"]\n'
                '[tool.poetry.dependencies]\npython="^3"\nreqeusts="1"\n'
            ),
            {"numpy": True, "reqeusts": False},
        ),
        (
            "package.json",
            (
                '{"dependencies": {"express": "^4", "mine": "file:../m", "l": "npm:lodash@4"},'
                ' "devDependencies": {"expres": "1"}}'
            ),
            {"express": True, "lodash": True, "expres": False},
        ),
        ("package.json", '{"dependencies": {"x": "evil/x"}}', {"evil/x": False}),
        (
            "go.mod",
            (
                "module a.b/c\nrequire (\n\tgithub.com/google/uuid v1.2.3\n"
                "\tgithub.com/nobody/knows v0.0.1 // indirect\n)\n"
            ),
            {"github.com/google/uuid": True, "github.com/nobody/knows": False},
        ),
        (
            "Cargo.toml",
            (
                '[package]\nname="x"\n[dependencies]\nserde={version="1",features=["derive"]}\n'
                'tokyo="1"\nm={path="../m"}\n'
            ),
            {"serde": True, "tokyo": False},
        ),
    ],
)
def test_manifests(path: str, content: str, expected: dict[str, bool]) -> None:
    assert packages(check({path: content})) == expected


def test_where_a_manifest_loads_from_an_address_it_asks() -> None:
    result = check({"requirements.txt": "requests\nx @ git+https://example.org/x\n"})
    asked = [f for f in result.findings if f.level is Level.ASK]
    assert [(f.rule, f.line) for f in asked] == [("package-from-address", 2)]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("package.json", "{"),
        ("package.json", "[1]"),
        ("package.json", '{"dependencies": 3}'),
        ("package.json", "[" * 100_000),
        ("pyproject.toml", "{"),
        ("pyproject.toml", "project = 3"),
        ("Cargo.toml", "dependencies = 3"),
        ("requirements.txt", "!!"),
    ],
)
def test_a_manifest_that_cannot_be_read_asks(path: str, content: str) -> None:
    (finding,) = check({path: content}).findings
    assert (finding.rule, finding.level) == ("unreadable-manifest", Level.ASK)


def test_one_finding_for_a_package_in_a_file() -> None:
    result = check({"a.py": "import numpy\nfrom numpy import array\n", "b.py": "import numpy\n"})
    assert [(f.path, f.line) for f in result.findings] == [("a.py", 1), ("b.py", 1)]
    assert result.data["packages"]["numpy"]["paths"] == ["a.py", "b.py"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.py", "__import__()\nfrom import x\nimport\n"),
        ("a.js", "require(); import from; export * from"),
        ("A.java", "package ; import ; import static *;"),
        ("a.go", "package\nimport (\n_\n)\n"),
        ("a.rs", "use ::; use a::{; extern crate ;"),
    ],
)
def test_broken_code_is_no_reason_to_break(path: str, content: str) -> None:
    check({path: content})


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.rs", "use " + "a::{" * 30_000 + "b" + "}" * 30_000 + ";"),
        ("a.py", "\n".join(f"import zqx{n}w" for n in range(12_000))),
        ("a.py", "f" + "()" * 90_000),
        ("a.py", "__import__(" * 15_000),
        ("a.js", "f" + "()" * 90_000),
        ("go.mod", "\n" * 190_000),
        ("go.mod", "a." * 90_000),
        ("requirements.txt", "a" + " " * 190_000 + "!"),
    ],
)
def test_no_file_takes_long(path: str, content: str) -> None:
    check({path: content})
