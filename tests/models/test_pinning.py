"""Connections go to the addresses that were checked, under the name that was asked for."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import trustme

from app.errors import AppError, ErrorKind
from app.models.calls import ModelChoice
from app.models.keys import KeyStore
from app.models.pinning import by_proxy, tls
from app.models.providers import Providers
from tests.support.model_calls import Watcher, no_keyring, opened, settings_for, told
from tests.support.openai_server import OpenAIServer

NAME = "service.test"
METADATA = "169.254.169.254"
OUTSIDE = "93.184.216.34"


class Resolver:
    """Answers in turn; the last one repeats."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = [list(answer) for answer in answers]
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


def call(server: OpenAIServer, home: Path, resolver: Resolver, scheme: str = "http") -> str:
    root = "models.providers.openai_compatible"
    url = f"{scheme}://{NAME}:{server.server_port}/v1"
    settings = settings_for(home, {f"{root}.base_url": url, f"{root}.retry.times": 0})
    keys = KeyStore(settings.models, {}, find=no_keyring)
    providers = Providers(settings, keys, {}, resolve=resolver)

    async def run() -> str:
        client = await opened(providers, ModelChoice("openai_compatible", "m"), Watcher())
        return "".join((await told(client))[0])

    return asyncio.run(run())


def refused(server: OpenAIServer, home: Path, resolver: Resolver) -> AppError:
    with pytest.raises(AppError) as caught:
        call(server, home, resolver)
    assert server.requests == []
    return caught.value


def test_the_name_is_kept_and_looked_up_by_us_alone(server: OpenAIServer, tmp_path: Path) -> None:
    """This name exists nowhere else, so the library cannot have looked it up."""
    resolver = Resolver(["127.0.0.1"])
    assert call(server, tmp_path, resolver) == "ok"
    assert server.requests[0].headers["host"] == f"{NAME}:{server.server_port}"
    assert set(resolver.asked) == {NAME}


@pytest.mark.parametrize("later", [METADATA, f"::ffff:{METADATA}", OUTSIDE])
def test_a_name_that_means_another_machine_a_moment_later(
    server: OpenAIServer, tmp_path: Path, later: str
) -> None:
    """DNS rebinding: what was checked is good, what would be connected to is not."""
    error = refused(server, tmp_path, Resolver(["127.0.0.1"], [later]))
    assert error.kind is ErrorKind.CONFIG
    assert "providers.openai_compatible.base_url" in error.message


def test_one_bad_address_among_good_ones(server: OpenAIServer, tmp_path: Path) -> None:
    assert refused(server, tmp_path, Resolver(["127.0.0.1", METADATA])).kind is ErrorKind.CONFIG


def test_a_name_without_an_address(server: OpenAIServer, tmp_path: Path) -> None:
    assert refused(server, tmp_path, Resolver([])).kind is ErrorKind.TRANSIENT


def test_the_next_address_where_nobody_listens_at_the_first(server: OpenAIServer, tmp_path: Path) -> None:
    assert call(server, tmp_path, Resolver(["::1", "127.0.0.1"])) == "ok"


class Secured(OpenAIServer):
    """The stand-in behind TLS. names: what clients asked for in their hello."""

    def __init__(self, authority: trustme.CA, name: str) -> None:
        super().__init__()
        self.names: list[str | None] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.socket = context.wrap_socket(self.socket, server_side=True)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
    """An authority that this test's connections trust."""
    authority = trustme.CA()
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    tls.cache_clear()
    yield authority
    tls.cache_clear()


def test_tls_asks_for_the_name_and_its_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    with Secured(authority, NAME) as server:
        assert call(server, tmp_path, Resolver(["127.0.0.1"]), "https") == "ok"
        assert server.names == [NAME]


def test_tls_with_the_certificate_of_another_name(authority: trustme.CA, tmp_path: Path) -> None:
    with Secured(authority, "other.test") as server, pytest.raises(AppError) as caught:
        call(server, tmp_path, Resolver(["127.0.0.1"]), "https")
    assert (caught.value.kind, server.requests) == (ErrorKind.TRANSIENT, [])


def test_a_proxy_of_the_environment_is_for_the_outside_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert not by_proxy("https://api.deepseek.com")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", "api.openai.com")
    assert by_proxy("https://api.deepseek.com")
    assert not by_proxy("https://api.openai.com/v1")
    assert not by_proxy("https://127.0.0.1:8000/v1")
