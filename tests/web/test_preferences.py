"""What the page keeps with the server: choices and drafts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from app.domain.preferences import MAX_DRAFT, MAX_DRAFTS, MAX_KEPT, within_bounds
from tests.support.web import Served, serving

TOKENS = "first-token-of-sixteen second-token-of-sixteen"
SESSION, HASH = "0a" * 16, "f1" * 32


def kept(client: httpx.Client) -> dict[str, str]:
    answer = client.get("/api/preferences")
    assert answer.status_code == 200, answer.text
    return answer.json()["values"]


def keep(client: httpx.Client, **values: str | None) -> httpx.Response:
    """Two underscores stand for a colon."""
    named = {name.replace("__", ":"): value for name, value in values.items()}
    return client.put("/api/preferences", json={"values": named})


def test_they_outlive_the_server_at_whatever_port(home: Path) -> None:
    with serving(home) as first, first.client() as client:
        assert kept(client) == {}
        assert keep(client, theme="dark", draft="half a sen\u0000tence").status_code == 204
        assert keep(client, language="zh", theme=None).status_code == 204
        assert keep(client, **{f"edit__{SESSION}__{HASH}": "{}"}).status_code == 204
    with serving(home) as second, second.client() as client:
        assert kept(client) == {
            "draft": "half a sen\u0000tence", "language": "zh", f"edit:{SESSION}:{HASH}": "{}"
        }  # fmt: skip


REFUSED = (
    ("theme", "pink", "light or dark"),
    ("theme", "", "light or dark"),
    ("draft:../../etc", "x", "no such preference"),
    ("token", "x", "no such preference"),
    ("", "x", "no such preference"),
    ("x" * 5000, "x", "no such preference"),
    ("draft", "x" * (MAX_DRAFT + 1), f"over {MAX_DRAFT} characters"),
)


def test_what_is_refused_is_named_and_nothing_of_the_request_is_kept(client: httpx.Client) -> None:
    for name, value, problem in REFUSED:
        answer = client.put("/api/preferences", json={"values": {"language": "zh", name: value}})
        assert answer.status_code == 400, answer.text
        told = answer.json()
        assert told["field"] == f"values.{name[:80]}"
        assert problem in told["message"]
        assert len(answer.content) < 1000
    assert kept(client) == {}


def test_a_draft_of_the_longest_kind_fits_in_any_script(client: httpx.Client) -> None:
    longest = "\u4f60" * MAX_DRAFT
    assert keep(client, draft=longest).status_code == 204
    assert kept(client) == {"draft": longest}
    huge = client.put("/api/preferences", content=b"x" * 5_000_000)
    assert huge.status_code == 413
    assert kept(client) == {"draft": longest}


def test_the_oldest_drafts_go_and_no_choice_does() -> None:
    many = {"theme": "dark"} | {f"draft:{n:x}": "x" for n in range(MAX_DRAFTS + 3)}
    assert list(within_bounds(many)) == ["theme", *(f"draft:{n:x}" for n in range(3, MAX_DRAFTS + 3))]
    long = {f"draft:{n:x}": "x" * MAX_DRAFT for n in range(MAX_KEPT // MAX_DRAFT + 2)} | {"language": "zh"}
    assert list(within_bounds(long)) == [*(f"draft:{n:x}" for n in range(2, len(long) - 1)), "language"]


def test_windows_that_write_at_once_lose_nothing_of_one_another(served: Served) -> None:
    def write(number: int) -> None:
        with served.client() as client:
            assert keep(client, **{f"draft__{number:x}": str(number)}).status_code == 204

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 25)))
    with served.client() as client:
        assert kept(client) == {f"draft:{number:x}": str(number) for number in range(1, 25)}


def test_the_page_of_the_app_comes_in_the_theme_and_language_of_its_user(home: Path) -> None:
    with serving(home, alone=True) as served, served.client() as client, served.client("") as stranger:
        assert '<html lang="en">' in stranger.get("/").text
        keep(client, theme="dark", language="zh", draft="not for strangers")
        page = stranger.get("/")
        assert '<html lang="en" data-theme="dark" data-language="zh">' in page.text
        assert "strangers" not in page.text
        assert stranger.get("/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
        keep(client, theme=None)
        assert '<html lang="en" data-language="zh">' in stranger.get("/").text
        assert stranger.get("/api/preferences").status_code == 401


def test_a_server_tells_strangers_nothing_and_its_user_from_the_first_byte_on(served: Served) -> None:
    with served.client() as client, served.client("") as browser:
        keep(client, theme="dark", language="zh")
        assert '<html lang="en">' in browser.get("/").text
        assert browser.post("/api/token", json={"token": served.token}).is_success
        assert '<html lang="en" data-theme="dark" data-language="zh">' in browser.get("/").text


def test_people_who_share_a_server_each_have_their_own(home: Path) -> None:
    one, other = TOKENS.split()
    with (
        serving(home, server__token=TOKENS) as served,
        served.client(one) as first,
        served.client(other) as second,
        served.client("") as nobody,
    ):
        keep(first, theme="dark", draft="of the first")
        assert kept(second) == {}
        keep(second, theme="light")
        assert kept(first) == {"theme": "dark", "draft": "of the first"}
        assert 'data-theme="dark"' in first.get("/").text
        assert 'data-theme="light"' in second.get("/").text
        assert "data-theme" not in nobody.get("/").text


def test_a_damaged_file_counts_as_never_chosen(served: Served, client: httpx.Client) -> None:
    keep(client, theme="dark")
    (file,) = (served.home / "preferences").glob("*.json")
    file.write_text('{"theme": "dark', encoding="utf-8")
    assert kept(client) == {}
    file.write_text('{"theme": "\\"><script>", "language": "zh"}', encoding="utf-8")
    assert kept(client) == {"language": "zh"}
    assert "<script>" not in client.get("/").text
    assert keep(client, theme="light").status_code == 204
    assert kept(client) == {"language": "zh", "theme": "light"}
