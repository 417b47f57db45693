"""The commands around the main job: models, keys, doctor, and the bare start."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from app.cli.entry import COMMANDS
from app.cli.exits import Exit, exit_for
from app.cli.parser import build_parser
from app.domain.runs import LANGUAGES
from app.errors import KINDS, AppError
from tests.cli.conftest import EXAMPLE, ROOT, TASK, Run, Script

SECRET = "sk-test-0123456789abcdef"
ANOTHERS = str(PurePosixPath("/") / "home" / "ann")


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize(("argv", "near"), [(("genrate",), "generate"), (("runs", "lst"), "list")])
def test_misspelt_command_is_answered_with_the_nearest(run: Run, argv: tuple[str, ...], near: str) -> None:
    done = run(*argv)
    assert done.code == 2
    assert f"Did you mean '{near}'?" in done.err


def test_help_and_usage_errors_import_nothing_slow() -> None:
    slow = ("autogen_core", "rich", "pydantic", "sqlalchemy")
    code = (
        "import sys\nfrom app.bootstrap import main\n"
        "for argv in (['--help'], ['--version'], ['nonsense']):\n"
        "    try: main(argv)\n"
        "    except SystemExit: pass\n"
        f"sys.exit(any(name in sys.modules for name in {slow}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0


def test_every_command_exists_and_has_help(run: Run) -> None:
    for command, place in COMMANDS.items():
        module, _, function = place.partition(":")
        assert callable(getattr(importlib.import_module(module), function))
        done = run(*command.split(), "--help")
        assert (done.code, done.err) == (0, "")


def test_help_of_generate_names_every_language(run: Run) -> None:
    text = run("generate", "--help").out
    assert all(language in text for language in LANGUAGES)


def test_every_kind_of_error_has_an_exit_code() -> None:
    codes = {exit_for(AppError(kind, "")) for kind in KINDS}
    assert codes == {Exit.USAGE, Exit.UNDECIDED, Exit.FAILED}


def test_parser_knows_every_command_of_the_table() -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["dance"])
    assert build_parser().parse_args(["runs", "show", "x"]).command == "runs show"


def test_models_are_listed_by_provider(run: Run) -> None:
    lines = run("models", "list", "--json").lines
    assert {"provider", "model", "usable", "installed", "size_bytes"} <= lines[0].keys()
    builtin = [line["model"] for line in lines if line["provider"] == "builtin"]
    assert "qwen2.5-coder-0.5b" in builtin
    assert "qwen2.5-coder-0.5b" in run("models", "list").out


def test_unknown_builtin_model_is_refused(run: Run) -> None:
    done = run("models", "pull", "builtin:nosuch")
    assert done.code == 2
    assert "qwen2.5-coder-0.5b" in done.err


def test_key_is_never_shown(run: Run, home: Path) -> None:
    done = run("keys", "set", "deepseek", typed=SECRET + "\n")
    listed = run("keys", "list")
    run("keys", "delete", "deepseek")
    assert done.code in {0, 5}  # 5: this machine has no keyring
    assert SECRET not in done.out + done.err + listed.out
    assert SECRET not in "".join(p.read_text() for p in (home / "logs").glob("*.log"))


def test_key_of_the_environment_is_listed_by_its_end(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", SECRET)
    done = run("keys", "list")
    assert "environment (DEEPSEEK_API_KEY)" in done.out
    assert f"…{SECRET[-4:]}" in done.out
    assert SECRET not in done.out


def test_key_for_a_provider_without_keys_is_refused(run: Run) -> None:
    assert run("keys", "set", "ollama", typed="x").code == 2


def test_doctor_finds_what_is_needed(run: Run) -> None:
    done = run("doctor", "--json")
    told = json.loads(done.out)
    states = {line["name"]: line["state"] for line in told["lines"]}
    assert (done.code, told["ok"]) == (0, True)
    assert states["sandbox"] == "ok"
    assert states["deepseek"] == "missing"
    assert "The main job can run." in run("doctor").out


def test_doctor_writes_a_zip_that_can_be_shown(
    run: Run, script: Script, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", SECRET)
    monkeypatch.setenv("LOGNAME", "ann-lee")
    monkeypatch.setenv("SOME_SERVICE_TOKEN", "hush-0123456789")
    run("generate", TASK, *EXAMPLE, *script(), "--decide", "none")
    with (home / "logs" / "roundtable.log").open("a") as log:
        log.write(f"{SECRET} hush-0123456789 in {Path.home()}/here and {ANOTHERS}/there by ann-lee\n")
    file = tmp_path / "shown.zip"
    done = run("doctor", "--bundle", str(file))
    assert (done.code, f"The file is {file}" in done.out) == (0, True)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    named = {"README.txt", "about.json", "doctor.json", "log.txt", "settings.json", "sessions.json"}
    assert set(parts) == named
    assert all(name in parts["README.txt"] and name in done.out for name in named)
    whole = "".join(parts.values())
    for hidden in (SECRET, "hush-0123456789", ANOTHERS, "ann-lee", TASK, "def add"):
        assert hidden not in whole, hidden
    assert "[key] [key] in ~/here and ~/there by [name]" in parts["log.txt"]
    assert json.loads(parts["about.json"])["schema"] >= 2
    settings = json.loads(parts["settings.json"])
    assert settings["run"]["max_tokens"] > 0
    assert settings["database_url"] == "sqlite"
    assert "characters]" in settings["agents"]["code_generator"]["config"]["instruction"]
    assert settings["agents"]["user_proxy"]["config"]["instruction"] == "[0 characters]"
    assert "addresses of servers" in parts["README.txt"]
    (session,) = json.loads(parts["sessions.json"])
    assert session["status"] == "waiting"

    assert run("doctor", "--with-session", "last").code == 2
    told = json.loads(run("doctor", "--bundle", str(file), "--with-session", "last", "--json").out)
    assert any(name.endswith(".rtcapsule") for name in told["members"])
    (home / "config").mkdir()
    (home / "config" / "app.yaml").write_text("rum: {max_tokens: 5}\n")
    assert run("doctor", "--bundle", str(file)).code == 0
    with zipfile.ZipFile(file) as archive:
        assert "app.yaml" in archive.read("doctor.json").decode()

    monkeypatch.setenv("ROUNDTABLE_TOKEN_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(write(tmp_path / "key", "sk-of-a-file-0123456789")))
    with (home / "logs" / "roundtable.log").open("a") as log:
        log.write("sk-of-a-file-0123456789\n")
    assert run("doctor", "--bundle", str(file)).code == 0
    with zipfile.ZipFile(file) as archive:
        assert "ROUNDTABLE_TOKEN_FILE" in archive.read("doctor.json").decode()
        assert "of-a-file" not in archive.read("log.txt").decode()


def test_a_zip_that_cannot_be_written_is_told_with_the_option_that_names_it(run: Run, tmp_path: Path) -> None:
    done = run("doctor", "--bundle", str(write(tmp_path / "file", "") / "shown.zip"))
    assert (done.code, "--bundle FILE" in done.err, "--out" in done.err) == (2, True, False)


def test_doctor_names_the_wrong_line_of_the_configuration(run: Run, home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "app.yaml").write_text("rum: {max_tokens: 5}\n")
    done = run("doctor")
    assert done.code == 5
    assert "app.yaml" in done.out
    assert "run" in done.out
    assert run("runs", "list").code == 2
