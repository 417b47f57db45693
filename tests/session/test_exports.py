"""What leaves holds all of the session, is inert, and holds no secrets, however these are split."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.domain.artifacts import sha256_hex
from app.domain.events import Event, EventType
from app.domain.runs import RunStatus
from app.session.exports.formats import ExportFormat, export
from app.session.exports.redaction import Redactor
from app.session.exports.story import reveal
from app.store.store import SqlStore
from tests.session.exports import CODE, HOME, HOSTILE, KEY, SHAPED, opened, recorded
from tests.support.sessions import GOOD, Bench

ANN, BOB = "/" + "home/ann", "/" + "Users/bob"  # in parts: no file of ours names a folder of somebody's


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = opened(tmp_path)
    yield made
    made.close()


def exported(store: SqlStore, format_: ExportFormat, *, leaky: bool = False) -> bytes:
    return export(store, recorded(store, leaky=leaky), format_, [KEY])


def everything(content: bytes) -> str:
    """All text of a file, of the members where it is a zip; with what was streamed put together again."""
    if not zipfile.is_zipfile(BytesIO(content)):
        return content.decode()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def streamed(lines: list[dict[str, str]]) -> str:
    return "".join(line["message"] for line in lines if line["type"].endswith(".delta"))


@pytest.mark.parametrize("format_", list(ExportFormat))
def test_no_secret_leaves_in_any_format(store: SqlStore, format_: ExportFormat) -> None:
    text = everything(exported(store, format_, leaky=True))
    if format_ in (ExportFormat.ZIP, ExportFormat.CAPSULE):
        lines = [json.loads(line) for line in text.split("\n") if line.startswith('{"type"')]
        text += streamed(lines)
        assert "Thinking. The key is [key], or [secret], in" in text
    elif format_ is ExportFormat.JSON:
        text += streamed(json.loads(text)["events"])
        assert "Thinking. The key is [key], or [secret], in" in text
    for secret in (KEY, SHAPED):
        assert secret not in text
        assert secret[:12] not in text
    assert re.search(r"\[?key\\?\]?", text)
    if format_ is ExportFormat.CAPSULE:
        assert "mallory" not in text
    else:
        assert HOME in text


def test_what_was_taken_out_is_told(store: SqlStore) -> None:
    document = json.loads(exported(store, ExportFormat.JSON, leaky=True))
    assert set(document["redacted"]) == {"key", "secret"}
    assert document["versions"][0]["redacted"] is True
    assert b"Taken out before the export: " in exported(store, ExportFormat.MARKDOWN, leaky=True)
    assert b"Taken out" not in exported(store, ExportFormat.HTML)


def test_json_holds_every_event_and_file_as_they_are(store: SqlStore) -> None:
    session = recorded(store)
    document = json.loads(export(store, session, ExportFormat.JSON, [KEY]))
    assert [Event.model_validate(e) for e in document["events"]] == store.events(session)
    (version,) = document["versions"]
    assert (version["artifact_hash"], version["redacted"]) == (CODE.hash, False)
    assert [(f["path"], f["content"]) for f in version["files"]] == [(f.path, f.content) for f in CODE.files]
    assert all(sha256_hex(f["content"].encode()) == f["sha256"] for f in version["files"])


def test_markdown_has_our_structure_and_nothing_elses(store: SqlStore) -> None:
    text = exported(store, ExportFormat.MARKDOWN).decode()
    tokens = MarkdownIt("commonmark").parse(text)
    headings = [
        tokens[at + 1].content for at, t in enumerate(tokens) if t.type == "heading_open" and not t.level
    ]
    assert [re.sub(r"\\", "", heading) for heading in headings] == [
        "Add <b>two</b> numbers", "Run 1", "Request", "Turn 1: code_generator", "Version 1",
        "README.md", "app/add.py",
    ]  # fmt: skip
    fences = [t.content for t in tokens if t.type == "fence" and not t.level]
    assert fences[-2:] == [f.content.replace("\u202e", "[U+202E]") for f in CODE.files]
    inline = [child.type for t in tokens for child in t.children or ()]
    assert "html_inline" not in inline
    assert "html_block" not in [t.type for t in tokens]
    for words in (
        "not verified: syntax passed, examples 0/1 failed",
        CODE.hash,
        "add(2, 2) == 4",
        "S101",
        "> if 1 < 2:",
    ):
        assert words in text


class Page(HTMLParser):
    """What a browser would make of the file: its elements, their attributes and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_one_inert_file(store: SqlStore) -> None:
    raw = exported(store, ExportFormat.HTML).decode()
    page = Page(raw)
    assert not page.tags & {"script", "img", "link", "iframe", "object", "a", "form", "b"}
    assert not {n for n in page.names if n.startswith("on")} | page.names & {"src", "href", "srcset"}
    assert "default-src 'none'" in raw
    assert "prefers-color-scheme: dark" in raw
    assert "url(" not in raw
    for words in (HOSTILE.replace("\u202e", "[U+202E]"), "return a + b", "not verified", "add(2, 2) == 4"):
        assert words in page.text


def test_what_reorders_hides_or_shows_nothing_is_written_out() -> None:
    """As in tests/ui/reveal.test.js."""
    assert reveal("a\u202eb\u2066\u001b[31mc\x00") == "a[U+202E]b[U+2066][U+001B][31mc[U+0000]"
    assert reveal("go\u200d\u3164ogle\U000e0041\ud800") == "go[U+200D][U+3164]ogle[U+E0041][U+D800]"
    for kept in ("\u0646\u0645\u06cc\u200c\u062e\u0648", "\U0001f469\u200d\U0001f4bb", "\u4e2d\tand\nmore"):
        assert reveal(kept) == kept


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"a{KEY}b", "a[key]b"),
        (f"Authorization: Bearer {'x' * 40}", "Authorization: Bearer [secret]"),
        ("AKIAIOSFODNN7ZXCVBNM", "[secret]"),
        (f"ghp_{'a1B2' * 9}", "[secret]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest", "[secret]\nrest"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "[secret]"),
        (f"{ANN}/x.py and {BOB}/y", "~/x.py and ~/y"),
        ("C:\\Users\\Ann\\x C:\\\\Users\\\\Ann\\\\x", "~\\x ~\\\\x"),
        (f"/tmp/x/home/y file://{ANN}/z", "/tmp/x/home/y file://~/z"),
        ("/home is a folder, /usr/lib as well", "/home is a folder, /usr/lib as well"),
        (
            "sk-short and a normal text of 32 letters and more",
            "sk-short and a normal text of 32 letters and more",
        ),
    ],
)
def test_shapes_that_are_taken_out(text: str, left: str) -> None:
    assert Redactor([KEY], paths=True).text(text) == left


@given(cuts=st.lists(st.integers(0, 80), max_size=12), second=st.booleans())
def test_a_key_is_taken_out_wherever_a_stream_is_cut(cuts: list[int], second: bool) -> None:
    whole = f"before {KEY} and {KEY if second else SHAPED} after"
    places = sorted({0, len(whole), *(min(cut, len(whole)) for cut in cuts)})
    pieces = [whole[a:b] for a, b in pairwise(places)]
    ids = {"turn": 1, "session_id": "1", "run_id": "2", "ts": "2026-01-01T00:00:00Z"}
    events = [
        Event.model_validate({"type": EventType.MESSAGE_DELTA, "message": piece, "seq": seq, **ids})
        for seq, piece in enumerate(pieces, 1)
    ]
    redactor = Redactor([KEY])
    left = redactor.events(events)
    assert [event.seq for event in left] == [event.seq for event in events]
    assert "".join(event.message for event in left) == redactor.text(whole)
    assert KEY not in redactor.text(whole)


def test_a_model_that_cuts_an_emoji_neither_ends_the_run_nor_spoils_an_export(bench: Bench) -> None:
    """Its halves, lone surrogates, are no text that a file could hold."""
    cut = GOOD.replace("def", "# \ude00\ndef")
    run = bench.start(bench.script(code_generator=[f"Here \ud83d it is.\n{cut}"]))
    assert run.status is RunStatus.WAITING
    for format_ in ExportFormat:
        assert "Here \ufffd it is." in everything(export(bench.store, run.session_id, format_, []))
