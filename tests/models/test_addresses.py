"""Where prompts and keys may be sent."""

from __future__ import annotations

import asyncio

import pytest

from app.errors import AppError, ErrorKind
from app.models.addresses import check_address, is_local, origin

METADATA = [
    "http://169.254.169.254/latest",
    "https://169.254.169.254/latest",
    "http://[::ffff:169.254.169.254]/",
    "http://[fe80::1]/",
]


@pytest.mark.parametrize(
    "url",
    [
        *METADATA,
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "127.0.0.1:1234",
        "http://user:pw@127.0.0.1/",
        "http://0.0.0.0:1/",
        "http://224.0.0.1/",
        "http://8.8.8.8/v1",
        "http://127.0.0.1:99999/",
        "http:///v1",
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(AppError) as caught:
        asyncio.run(check_address("models.yaml: providers.x.base_url", url))
    assert caught.value.kind is ErrorKind.CONFIG
    assert "providers.x.base_url" in caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1234/v1",
        "http://localhost:11434",
        "http://[::1]:1/",
        "http://192.168.1.5:11434",
        "https://8.8.8.8/v1",
    ],
)
def test_allowed(url: str) -> None:
    asyncio.run(check_address("x", url))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1"])
def test_other_ways_to_write_this_machine_are_no_way_round(host: str) -> None:
    """They mean 127.0.0.1 to the resolver, and are judged by that."""
    asyncio.run(check_address("x", f"http://{host}:1/"))


@pytest.mark.parametrize("host", ["2852039166", "0xa9fea9fe"])
def test_other_ways_to_write_the_metadata_service(host: str) -> None:
    with pytest.raises(AppError, match="reserved"):
        asyncio.run(check_address("x", f"http://{host}/"))


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:1", True),
        ("http://127.0.0.1", True),
        ("http://10.0.0.3:8000/v1", True),
        ("https://api.deepseek.com", False),
        ("http://169.254.169.254", False),
        ("https://8.8.8.8", False),
    ],
)
def test_is_local(url: str, local: bool) -> None:
    assert is_local(url) is local


def test_origin() -> None:
    assert (
        origin("https://api.deepseek.com/v1")
        == origin("https://API.deepseek.com:443")
        == "https://api.deepseek.com:443"
    )
    assert origin("http://api.deepseek.com") != origin("https://api.deepseek.com")
