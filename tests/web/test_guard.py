"""Each required defence with the attack that it is for, through a real socket; see docs/security.md."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import psutil
import pytest

from app.errors import AppError
from app.web.guard import MAX_BODY, Hosts
from tests.support.web import Raw, Served, serving

PLACES = {
    "page": "GET / HTTP/1.1",
    "api": "GET /api/status HTTP/1.1",
    "polling": "GET /socket.io/?EIO=4&transport=polling HTTP/1.1",
    "websocket": "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
}
UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)
everywhere = pytest.mark.parametrize("place", PLACES)
inside = pytest.mark.parametrize("place", [place for place in PLACES if place != "page"])


def ask(served: Served, place: str, *headers: str, host: str = "", token: bool = True) -> Raw:
    """One request, byte by byte as an attacker would write it."""
    lines = [PLACES[place], f"Host: {host or f'127.0.0.1:{served.server.port}'}", *headers]
    lines += [f"Authorization: Bearer {served.token}"] if token else []
    lines += UPGRADE if place == "websocket" else []
    return served.raw("\r\n".join([*lines, "", ""]).encode())


@inside
def test_the_user_is_let_in(served: Served, place: str) -> None:
    assert ask(served, place).status == (101 if place == "websocket" else 200)


# Row 1: DNS rebinding.
@everywhere
@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "127.0.0.1:1", "localhost", "127.0.0.1.evil.example:{port}"]
)
def test_another_name_for_this_machine_is_refused(served: Served, place: str, host: str) -> None:
    assert ask(served, place, host=host.format(port=served.server.port)).status == 421


@everywhere
def test_no_host_at_all_is_refused(served: Served, place: str) -> None:
    request = f"{PLACES[place].replace('1.1', '1.0')}\r\nAuthorization: Bearer {served.token}\r\n\r\n"
    assert served.raw(request.encode()).status == 421


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_this_machines_own_names_are_taken(served: Served, name: str) -> None:
    assert ask(served, "api", host=f"{name}:{served.server.port}").status == 200


def test_names_that_the_user_allows_are_taken(home: Path) -> None:
    with serving(home, server__allowed_hosts=["box.example"]) as served:
        assert ask(served, "api", host=f"box.example:{served.server.port}").status == 200
        assert ask(served, "api", host=f"other.example:{served.server.port}").status == 421


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [
        ("localhost:8080", True),
        ("10.1.2.3:5011", True),
        ("[2001:db8::1]:5011", True),
        ("box.example:5011", True),
        ("evil.example:5011", False),
        ("", False),
    ],
)
def test_a_public_server_is_reached_by_address_and_by_allowed_names(host: str, is_allowed: bool) -> None:
    assert Hosts.of("0.0.0.0", 5011, ["box.example"]).allow(host) is is_allowed


# Row 2: other sites' pages.
@everywhere
@pytest.mark.parametrize(
    "header",
    [
        "Origin: http://evil.example",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ],
)
def test_another_sites_page_is_refused(served: Served, place: str, header: str) -> None:
    assert ask(served, place, header).status == 403


@inside
def test_the_page_itself_is_let_in(served: Served, place: str) -> None:
    own = (f"Origin: http://127.0.0.1:{served.server.port}", "Sec-Fetch-Site: same-origin")
    assert ask(served, place, *own).status == (101 if place == "websocket" else 200)


def test_a_link_elsewhere_opens_the_page_and_nothing_else(served: Served) -> None:
    navigation = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    assert ask(served, "page", *navigation, token=False).status != 403
    assert ask(served, "api", *navigation).status == 403
    framed = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")
    assert ask(served, "page", *framed).status == 403


def test_a_front_end_that_is_allowed_may_use_the_api(home: Path) -> None:
    origin = "https://tools.example.org"
    with serving(home, server__allowed_origins=[origin]) as served, served.client(Origin=origin) as client:
        answer = client.get("/api/status")
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == origin
        asked = client.request("OPTIONS", "/api/generate", headers={"Authorization": ""})
        assert asked.status_code == 204
        assert "POST" in asked.headers["access-control-allow-methods"]
        stranger = client.get("/api/status", headers={"Origin": "https://evil.example"})
        assert stranger.status_code == 403
        assert "access-control-allow-origin" not in stranger.headers


# Row 3: no token.
@inside
@pytest.mark.parametrize(
    "header", ["", "Authorization: Bearer wrong", "Authorization: Basic eDp5", "Cookie: roundtable=x"]
)
def test_without_the_token_nobody_gets_in(served: Served, place: str, header: str) -> None:
    answer = ask(served, place, *([header] if header else []), token=False)
    assert answer.status == 401
    assert json.loads(answer.body)["kind"] == "forbidden"


def test_the_token_is_exchanged_for_a_cookie_that_scripts_and_other_sites_cannot_use(served: Served) -> None:
    with served.client("") as browser:
        assert browser.get("/api/status").status_code == 401
        assert browser.post("/api/token", json={"token": "guess"}).status_code == 400
        answer = browser.post("/api/token", json={"token": served.token})
        assert answer.status_code == 204
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert served.token not in cookie
        assert browser.get("/api/status").status_code == 200


def test_a_browser_is_still_known_after_a_restart_with_the_same_token(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", "the-same-token-again")
    with serving(home) as served, served.client("") as browser:
        browser.post("/api/token", json={"token": served.token})
        port, cookies = served.server.port, browser.cookies
    with (
        serving(home, server__port=port) as served,
        httpx.Client(base_url=served.url, cookies=cookies) as browser,
    ):
        assert browser.get("/api/status").status_code == 200
    monkeypatch.setenv("ROUNDTABLE_TOKEN", "a-changed-token")
    with (
        serving(home, server__port=port) as served,
        httpx.Client(base_url=served.url, cookies=cookies) as browser,
    ):
        assert browser.get("/api/status").status_code == 401


def test_guessing_tokens_is_slowed_down(home: Path) -> None:
    with serving(home, server__token_rate=3) as served, served.client("") as client:
        codes = [client.post("/api/token", json={"token": "guess"}).status_code for _ in range(5)]
        assert codes == [400, 400, 400, 429, 429]


def test_two_servers_on_one_machine_do_not_take_each_others_cookies(home: Path) -> None:
    with serving(home) as one, serving(home) as two, one.client("") as browser:
        browser.post("/api/token", json={"token": one.token})
        assert browser.get("/api/status").status_code == 200
        assert browser.get(f"{two.url}/api/status").status_code == 401


# Row 4: who reads arguments, addresses or logs does not learn the token.
def test_the_token_is_in_no_argument_address_or_log(served: Served, client: httpx.Client) -> None:
    client.get("/api/status")
    client.get("/api/status?token=" + served.token)
    assert not any(served.token in argument for argument in psutil.Process().cmdline())
    logs = "".join(path.read_text() for path in (served.home / "logs").glob("*.log"))
    assert served.token not in logs
    assert "#token=" in served.server.link


def test_a_token_in_the_query_lets_nobody_in(served: Served) -> None:
    with served.client("") as client:
        assert client.get("/api/status", params={"token": served.token}).status_code == 401


# Row 5: what a form of another site can send.
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_must_say_that_it_is_json(client: httpx.Client, kind: str) -> None:
    body = b'{"requirements": "Write add that adds two numbers"}'
    answer = client.post("/api/generate", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert client.get("/api/sessions").json() == {"sessions": []}


def test_nothing_is_changed_by_get(served: Served, client: httpx.Client) -> None:
    changing = [
        path.replace("{session_id}", "ab").replace("{provider}", "openai")
        for path, methods in client.get("/api/openapi.json").json()["paths"].items()
        if "get" not in methods
    ]
    assert changing
    for path in changing:
        assert client.get(path).status_code == 405, path
    assert served.assembly.store.sessions() == []


# Row 6: too much at once.
def test_a_body_that_is_too_large_is_refused_before_it_is_read_into_memory(served: Served) -> None:
    with served.client() as client:
        answer = client.post("/api/generate", content=bytes(64 * 1024 * 1024))
    assert answer.status_code == 413
    assert str(MAX_BODY) in answer.json()["message"]


def test_a_body_must_say_how_long_it_is(served: Served) -> None:
    lines = (
        "POST /api/generate HTTP/1.1",
        f"Host: 127.0.0.1:{served.server.port}",
        "Transfer-Encoding: chunked",
    )
    token = f"Authorization: Bearer {served.token}"
    assert served.raw("\r\n".join([*lines, token, "", "0", "", ""]).encode()).status == 411


# Row 7: who else can reach it.
def test_without_a_token_of_the_users_it_serves_this_machine_only(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AppError, match="ROUNDTABLE_TOKEN"), serving(home, server__host="0.0.0.0"):
        pass
    for token, lack in (("short", "16"), ("long-enough-really,short", "16"), ("abcd" * 8, "different")):
        monkeypatch.setenv("ROUNDTABLE_TOKEN", token)
        with pytest.raises(AppError, match=lack), serving(home, server__host="0.0.0.0"):
            pass


def test_it_listens_for_this_machine_only(served: Served) -> None:
    listening = [c.laddr for c in psutil.Process().net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert [a.ip for a in listening if a.port == served.server.port] == ["127.0.0.1"]


def test_every_answer_forbids_what_a_page_does_not_need(served: Served) -> None:
    for place in PLACES:
        if place == "websocket":
            continue
        headers = ask(served, place).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
