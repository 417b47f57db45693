"""Keys: a real keyring where there is one, memory where there is none, never a file."""

from __future__ import annotations

import gc
import importlib.util
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from app.errors import AppError, ErrorKind
from app.models.keyrings import Keyring
from app.models.keys import KeyInfo, KeyringStatus, KeyStore
from app.models.redaction import KeyFilter, redacted
from tests.support.model_calls import no_keyring, settings_for
from tests.support.secret_service import entries, locked_secret_service, secret_service

__all__ = ["locked_secret_service", "secret_service"]

KEY = "sk-very-secret-0042"


def store(
    home: Path, environment: Mapping[str, str] | None = None, *, base_url: str = "https://api.deepseek.com"
) -> KeyStore:
    models = settings_for(home, {"models.providers.deepseek.base_url": base_url}).models
    return KeyStore(models, environment or {}, service="roundtable-test", seconds=60)


def store_without_keyring(home: Path, environment: Mapping[str, str] | None = None) -> KeyStore:
    return KeyStore(settings_for(home).models, environment or {}, find=no_keyring)


def test_a_real_keyring(secret_service: Path, tmp_path: Path) -> None:
    keys = store(tmp_path)
    assert (keys.status().persistent, keys.status().detail) == (True, "SecretService")
    assert keys.set("deepseek", KEY) == "keyring"
    later = store(tmp_path, {"DEEPSEEK_API_KEY": "sk-from-environment"})
    assert later.get("deepseek") == KEY, "the keyring goes before the environment"
    assert later.info("deepseek") == KeyInfo("deepseek", "keyring", "0042", "DEEPSEEK_API_KEY")
    written = b"".join(path.read_bytes() for path in secret_service.rglob("*") if path.is_file())
    assert written
    assert KEY.encode() not in written
    assert later.delete("deepseek")
    assert store(tmp_path).get("deepseek") is None
    assert not later.delete("deepseek")
    assert later.info("deepseek").source == "environment"


@pytest.mark.usefixtures("secret_service")
def test_a_key_stays_with_the_address_it_was_set_for(tmp_path: Path) -> None:
    store(tmp_path).set("deepseek", KEY)
    moved = store(tmp_path, base_url="https://evil.example/v1")
    assert moved.get("deepseek") is None
    same_place = store(tmp_path, base_url="https://api.deepseek.com:443/v2")
    assert same_place.get("deepseek") == KEY


STATES = {
    "no bus": {},
    "the null backend": {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    "keyrings.alt": {"PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"},
}
PROGRAM = """
from app.models.keys import KeyStore
from app.settings import load_settings
keys = KeyStore(load_settings().models, {})
print(keys.status().persistent, keys.set("deepseek", "sk-very-secret-0042"), keys.get("deepseek"))
"""


@pytest.mark.parametrize("state", STATES)
def test_without_a_real_keyring_nothing_is_written(state: str, tmp_path: Path) -> None:
    assert importlib.util.find_spec("keyrings.alt"), "its plain-text keyring must be there to be passed over"
    places = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "ROUNDTABLE_HOME")}
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": "disabled:", **places, **STATES[state]}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["False", "memory", KEY]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_memory_lasts_as_long_as_the_store(tmp_path: Path) -> None:
    keys = store_without_keyring(tmp_path, {"DEEPSEEK_API_KEY": "sk-from-environment"})
    assert keys.info("deepseek") == KeyInfo("deepseek", "environment", "ment", "DEEPSEEK_API_KEY")
    assert keys.set("deepseek", f" {KEY}\n") == "memory"
    assert (keys.get("deepseek"), keys.info("deepseek").source) == (KEY, "memory")
    assert keys.delete("deepseek")
    assert keys.get("deepseek") == "sk-from-environment"


def test_what_is_shown(tmp_path: Path) -> None:
    keys = store_without_keyring(tmp_path, {"DEEPSEEK_API_KEY": KEY, "OPENAI_API_KEY": "short"})
    shown = {info.provider: info for info in keys.list()}
    assert set(shown) == {"openai_compatible", "deepseek", "moonshot", "alibaba_bailian", "openai"}
    assert (shown["deepseek"].tail, shown["openai"].tail, shown["moonshot"].source) == ("0042", "", None)
    assert KEY not in repr(shown)


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak"])
def test_what_is_no_key(tmp_path: Path, key: str) -> None:
    with pytest.raises(AppError) as caught:
        store_without_keyring(tmp_path).set("deepseek", key)
    assert caught.value.kind is ErrorKind.INVALID_REQUEST


def test_a_provider_that_takes_none(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="Did you mean deepseek"):
        store_without_keyring(tmp_path).set("deepsek", KEY)


class _Locked:
    """A keyring that waits for a prompt nobody answers."""

    def __init__(self) -> None:
        self.answered = threading.Event()

    def get_password(self, *_: str) -> None:
        self.answered.wait()

    def set_password(self, *_: str) -> None:
        self.answered.wait()

    def delete_password(self, *_: str) -> None:
        self.answered.wait()


def test_a_locked_keyring_does_not_hang_the_program(tmp_path: Path) -> None:
    locked = _Locked()

    def find(*_: object) -> tuple[Keyring, str]:
        return locked, "locked"

    models = settings_for(tmp_path).models
    keys = KeyStore(models, {"DEEPSEEK_API_KEY": "sk-from-environment"}, seconds=0.1, find=find)
    assert keys.get("deepseek") == "sk-from-environment"
    assert keys.status() == KeyringStatus(False, "the system keyring did not answer")
    assert keys.set("deepseek", KEY) == "memory"
    assert keys.get("deepseek") == KEY
    with pytest.raises(AppError, match="did not answer"):
        keys.remove_all()
    locked.answered.set()  # the user has unlocked it
    while not keys.status().persistent:  # until the thread that asked has ended
        threading.Event().wait(0.01)
    assert keys.set("deepseek", KEY) == "keyring"


@pytest.mark.usefixtures("locked_secret_service")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_locked_service_that_can_ask_nobody(tmp_path: Path) -> None:
    keys = store(tmp_path)
    assert keys.set("deepseek", KEY) == "memory"
    status = keys.status()
    assert not status.persistent
    assert "keyring" in status.detail
    assert keys.info("deepseek") == KeyInfo("deepseek", "memory", "0042", "DEEPSEEK_API_KEY")
    assert keys.delete("deepseek")
    gc.collect()  # the library leaves the connection that failed to the collector


class _InMemory:
    """A keyring as that of Windows, as far as it is asked here."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, _: str, name: str) -> str | None:
        return self.kept.get(name)

    def set_password(self, _: str, name: str, secret: str) -> None:
        self.kept[name] = secret

    def delete_password(self, _: str, name: str) -> None:
        del self.kept[name]


def test_a_key_that_is_too_long_for_windows_is_refused_with_the_bound(tmp_path: Path) -> None:
    windows = _InMemory()

    def find(*_: object) -> tuple[Keyring, str]:
        return windows, "Windows"

    keys = KeyStore(settings_for(tmp_path).models, {}, find=find)
    with pytest.raises(AppError, match=r"1281 characters.* 1280 at most") as caught:
        keys.set("deepseek", "k" * 1281)
    assert "DEEPSEEK_API_KEY" in caught.value.hint
    assert windows.kept == {}
    assert keys.set("deepseek", "k" * 1280) == "keyring"


def test_the_list_of_names_keeps_within_the_bound_of_windows(tmp_path: Path) -> None:
    windows = _InMemory()

    def set_at(number: int) -> None:
        address = f"https://{'a' * 40}-{number}.example/v1"
        models = settings_for(tmp_path, {"models.providers.deepseek.base_url": address}).models
        keys = KeyStore(models, {}, find=lambda *_: (windows, "Windows"))
        assert keys.set("deepseek", KEY) == "keyring"

    def set_at_all() -> None:
        for number in range(100):
            set_at(number)

    with pytest.raises(AppError, match="1280 at most") as caught:
        set_at_all()
    assert caught.value.kind is ErrorKind.INVALID_REQUEST
    names = windows.kept["names"].splitlines()
    assert set(windows.kept) == {"names", *names}, "no key without a name, and no name without a key"
    assert len(windows.kept["names"]) <= 1280
    set_at(0)  # one that is listed can be changed


class _Slow(_InMemory):
    """Waits for a second reader of the list of names, so that both see it as it was."""

    def __init__(self) -> None:
        super().__init__()
        self._readers = threading.Barrier(2)

    def get_password(self, _: str, name: str) -> str | None:
        found = self.kept.get(name)
        if name == "names":
            with suppress(threading.BrokenBarrierError):
                self._readers.wait(0.3)
        return found


def test_two_keys_that_are_set_at_once_are_both_listed(tmp_path: Path) -> None:
    keyring = _Slow()
    keys = KeyStore(settings_for(tmp_path).models, {}, find=lambda *_: (keyring, "slow"))
    with ThreadPoolExecutor(2) as pool:
        kept = list(pool.map(lambda name: keys.set(name, KEY), ("deepseek", "openai")))
    assert kept == ["keyring"] * 2
    assert sorted(name.split()[0] for name in keyring.kept["names"].splitlines()) == ["deepseek", "openai"]


@pytest.mark.usefixtures("secret_service")
def test_no_key_is_left_also_not_of_an_address_that_was_given_up(tmp_path: Path) -> None:
    store(tmp_path, base_url="https://old.example/v1").set("deepseek", KEY)
    keys = store(tmp_path)
    keys.set("deepseek", KEY)
    keys.set("openai", KEY)
    assert len(entries("roundtable-test")) == 4, "three keys and the list of their names"
    removed = store(tmp_path).remove_all()
    assert sorted(name.split()[0] for name in removed) == ["deepseek", "deepseek", "openai"]
    assert entries("roundtable-test") == []
    assert store(tmp_path).remove_all() == []


def test_keys_stay_out_of_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keys = store_without_keyring(tmp_path)
    keys.set("deepseek", KEY)
    caplog.handler.addFilter(KeyFilter(keys.values))
    error = ValueError(f"bad key {KEY}")
    logging.getLogger("test").error("with %s and %d", KEY, 7, exc_info=error)
    assert KEY not in caplog.text
    assert "with [key] and 7" in caplog.text
    assert "bad key [key]" in caplog.text


def test_longer_keys_are_replaced_first() -> None:
    assert redacted("sk-abcdef sk-abc", {"sk-abc", "sk-abcdef"}) == "[key] [key]"
