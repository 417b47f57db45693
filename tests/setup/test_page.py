"""Starts that show the page fetch its libraries with npm; the others never need npm."""

from __future__ import annotations

import hashlib
import json
import sys

import pytest

from app.setup.page import needs_page
from tests.setup.page_copy import LIBRARIES, PageCopy
from tests.setup.test_interruptions import read_until
from tests.setup.wheel_server import PATIENCE

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="not on this platform: npm is a shell script here"
)
TERMINAL = "Commands in the terminal, such as generate, runs and check, work without them."


def made(copy: PageCopy) -> dict[str, str]:
    """What the page finds, by name."""
    return {file.name: file.read_text() for file in copy.vendor.glob("*.js")}


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ((), True),
        (("--browser",), True),
        (("serve", "--port", "0"), True),
        (("test", "-k", "page"), True),
        (("serve", "--help"), False),
        (("--version",), False),
        (("generate", "serve a page, please"), False),
        (("doctor",), False),
    ],
)
def test_who_needs_the_page(arguments: tuple[str, ...], needed: bool) -> None:
    assert needs_page(list(arguments)) is needed


def test_the_first_start_that_shows_the_page_fetches_its_libraries(page_copy: PageCopy) -> None:
    first = page_copy.run()
    assert first.stdout == f"running {page_copy.venv}\n", first.stderr
    assert f"Fetching the page's libraries into {page_copy.vendor}" in first.stderr
    assert made(page_copy) == {f"{name}.js": source for name, source in LIBRARIES.items()}
    assert (page_copy.vendor / "licences/first/LICENSE.md").read_text() == "The licence of first.\n"
    entry, _ = json.loads((page_copy.vendor / "manifest.json").read_text())["files"]
    assert entry == {
        "file": "first.js",
        "package": "first",
        "sha256": hashlib.sha256(LIBRARIES["first"].encode()).hexdigest(),
        **page_copy.registry.locked("first"),
    }
    left = {path.name for path in (page_copy.root / "ui").iterdir()}
    assert left == {"package.json", "package-lock.json", "vendor.json", "vendor", ".vendor.lock"}

    second = page_copy.run(python=("-X", "importtime"))
    loaded = {line.rsplit("|", 1)[1].strip() for line in second.stderr.splitlines()}
    assert "app.setup.page" in loaded
    assert not loaded.intersection({"json", "subprocess", "app.setup.page_install"})


def test_a_terminal_command_needs_no_npm(page_copy: PageCopy) -> None:
    page_copy.put_npm("exit 1")
    assert page_copy.run("doctor").returncode == 0
    assert not page_copy.vendor.exists()
    assert not page_copy.registry.downloads


def test_a_changed_wish_renews_the_folder(page_copy: PageCopy) -> None:
    page_copy.run()
    page_copy.wants({"second": "other.js"})
    page_copy.run()
    assert made(page_copy) == {"other.js": LIBRARIES["second"]}
    assert sorted(page_copy.registry.downloads) == ["first", "second"], "npm keeps what it downloaded"


def test_other_bytes_than_the_locked_ones_are_refused(page_copy: PageCopy) -> None:
    archives = page_copy.registry.archives
    archives["second"] = archives["first"]
    refused = page_copy.run("serve")
    assert refused.returncode == 5
    assert "is not the locked one and was refused" in refused.stderr
    assert TERMINAL in refused.stderr
    assert not page_copy.vendor.exists()
    assert page_copy.run("seven").returncode == 7


def test_after_a_broken_download_the_next_start_goes_on(page_copy: PageCopy) -> None:
    page_copy.registry.broken = "second"
    failed = page_copy.run()
    assert failed.returncode == 5
    assert "could not be reached" in failed.stderr, failed.stderr
    assert not page_copy.vendor.exists()
    page_copy.registry.broken = ""
    assert page_copy.run().returncode == 0
    assert len(made(page_copy)) == len(LIBRARIES)
    assert page_copy.registry.downloads.count("first") == 1, "what was downloaded is kept"


def test_no_network_is_called_no_network(page_copy: PageCopy) -> None:
    failed = page_copy.run(variables={"npm_config_registry": "http://127.0.0.1:9/"})
    assert failed.returncode == 5
    assert "could not be reached" in failed.stderr


@pytest.mark.crash
def test_after_a_kill_in_the_middle_the_next_start_makes_it_whole(page_copy: PageCopy) -> None:
    server = page_copy.registry
    server.held = "second"
    with page_copy.start(links="") as killed:
        assert server.asked.wait(PATIENCE), "npm never asked for the package"
        killed.kill()
    assert not page_copy.vendor.exists()
    with page_copy.start("--browser", links="") as next_start:
        read_until(next_start, "waiting")  # the killed start's npm still runs; it must not write into ours
        server.released.set()
        assert next_start.wait(PATIENCE) == 0
    assert len(made(page_copy)) == len(LIBRARIES)


@pytest.mark.parametrize("script", ["echo npm: command not found >&2; exit 127", "echo 6.14.18"])
def test_without_a_usable_npm_it_comes_from_the_index_and_goes_again(
    page_copy: PageCopy, script: str
) -> None:
    page_copy.put_npm(script)
    page_copy.offer_node()
    first = page_copy.run()
    assert first.returncode == 0, first.stderr
    assert "No npm 8 or newer here" in first.stderr
    assert len(made(page_copy)) == len(LIBRARIES)
    assert not (page_copy.root / "ui/.vendor").exists()


def test_an_npm_that_was_installed_for_this_is_kept_until_it_is_done(page_copy: PageCopy) -> None:
    page_copy.put_npm("exit 1")
    wheel = page_copy.offer_node()
    page_copy.registry.broken = "second"
    assert page_copy.run().returncode == 5
    wheel.unlink()
    page_copy.registry.broken = ""
    assert page_copy.run().returncode == 0
    assert not (page_copy.root / "ui/.vendor").exists()


def test_without_npm_and_without_a_wheel_what_to_install_is_named(page_copy: PageCopy) -> None:
    page_copy.put_npm("exit 1")
    page_copy.offer_node().unlink()
    failed = page_copy.run("serve")
    assert failed.returncode == 5
    assert "Installing Node.js" in failed.stderr
    assert TERMINAL in failed.stderr


def test_a_place_that_cannot_be_written_is_named(page_copy: PageCopy) -> None:
    (page_copy.root / "ui/.vendor").touch()
    failed = page_copy.run("serve")
    assert failed.returncode == 5
    assert "ui/.vendor" in failed.stderr
    assert TERMINAL in failed.stderr


def test_of_two_starts_at_once_one_fetches_and_both_run(page_copy: PageCopy) -> None:
    server = page_copy.registry
    page_copy.run("doctor")
    server.held = "first"
    with page_copy.start(links="") as one:
        assert server.asked.wait(PATIENCE), "npm never asked for the package"
        with page_copy.start(links="") as two:
            read_until(two, "waiting")
            server.released.set()
            assert "Fetched" not in two.communicate(timeout=PATIENCE)[1]
        assert "Fetched" in one.communicate(timeout=PATIENCE)[1]
    assert one.returncode == two.returncode == 0
