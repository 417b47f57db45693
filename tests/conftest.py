"""What holds for every test: no network and no real model without a marker, and no silent skip in CI."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

pytest_plugins = [
    "tests.support.browser",
    "tests.support.page_tools",
    "tests.support.sandbox",
    "tests.support.server",
]

CLOSED = "http://127.0.0.1:9"  # the discard port: nobody answers
KEYS = ("DEEPSEEK_API_KEY", "MOONSHOT_API_KEY", "ALIBABA_API_KEY", "OPENAI_API_KEY")
ALLOWED_SKIP = "not on this platform"
LIVE_SECONDS = 900

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
guarded = False


def pytest_configure() -> None:
    """An audit hook sees every connection and every process, whichever library makes it."""
    sys.addaudithook(_guard)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real models are slow where another test runs beside theirs. Containers come first: each start and end
    of one changes the machine's network, at which a browser beside them would give up what it loads.
    """
    items.sort(key=lambda item: not item.nodeid.startswith("tests/container/"))
    for item in items:
        if item.get_closest_marker("live") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LIVE_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Guard the whole of an unmarked test, its fixtures included."""
    global guarded  # noqa: PLW0603 - an audit hook cannot be removed, only told to rest
    guarded = item.get_closest_marker("live") is None
    try:
        return (yield)
    finally:
        guarded = False


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if not guarded:
        return
    if event == "socket.connect" and not _is_local(arguments[1]):
        pytest.fail(f"a test without the `live` marker connects to {arguments[1]}")
    if event == "socket.getaddrinfo" and not _is_local(arguments):
        pytest.fail(f"a test without the `live` marker looks up {arguments[0]}")
    if event == "subprocess.Popen" and Path(_program(arguments)).stem == "ollama":
        pytest.fail("a test without the `live` marker starts Ollama")


def _is_local(address: object) -> bool:
    """Whether the address is this machine's: a path, an unnamed host, or loopback."""
    host = address[0] if isinstance(address, tuple) else None
    if not host or host in ("localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def _program(arguments: tuple[Any, ...]) -> str:
    executable, command = arguments[:2]
    return os.fsdecode(executable or (command if isinstance(command, str | bytes) else command[0]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """See _no_skips_in_ci."""
    return _no_skips_in_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """See _no_skips_in_ci."""
    return _no_skips_in_ci((yield))


def _no_skips_in_ci(report: Report) -> Report:
    """With CI=true a skip is a failure: CI installs everything the tests need."""
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith(ALLOWED_SKIP):
            report.outcome = "failed"
            report.longrepr = f"skipped in CI: {reason}"
    return report


@pytest.fixture
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, this test's own."""
    home = tmp_path / "home"
    monkeypatch.setenv("ROUNDTABLE_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes of an unmarked test find no key, no Ollama, no index and none of the user's data."""
    if request.node.get_closest_marker("live"):
        return
    request.getfixturevalue("data_home")
    for name in (*KEYS, "ROUNDTABLE_WEIGHTS_DIR", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    for name in ("OLLAMA_BASE_URL", "HF_ENDPOINT"):
        monkeypatch.setenv(name, CLOSED)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
