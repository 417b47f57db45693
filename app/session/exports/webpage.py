"""A session as one HTML file: no script, nothing loaded, every text of a model inert."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from app.domain.findings import CheckResult
from app.domain.projection import TurnView
from app.session.exports.content import Content
from app.session.exports.story import (
    RunStory,
    VersionStory,
    redaction_words,
    reveal,
    tell,
    verdict_words,
)

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE: Final = """
:root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --edge: #d9d9e0; --ground: #fff;
  --low: #f6f6f8; --code_generator: #0b68cb; --quality_checker: #9a5b00; --code_optimizer: #6550b9;
  --user_proxy: #18794e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #edeef0; --soft: #b0b4ba; --edge: #3a3d42; --ground: #111113; --low: #1b1c1f;
    --code_generator: #70b8ff; --quality_checker: #ffca16; --code_optimizer: #baa7ff;
    --user_proxy: #3dd68c; } }
body { margin: 0 auto; padding: 24px 16px; max-width: 860px; background: var(--ground); color: var(--text);
  font: 15px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 24px; } h2 { margin-top: 40px; font-size: 19px; } h3 { font-size: 15px; margin: 0 0 8px; }
section, details { margin: 16px 0; padding: 12px 16px; border: 1px solid var(--edge); border-radius: 8px; }
.turn { border-left: 3px solid var(--agent, var(--edge)); } .turn h3 { color: var(--agent, inherit); }
.soft { color: var(--soft); font-size: 13px; margin: 0 0 8px; }
.said { white-space: pre-wrap; margin: 0; }
summary { cursor: pointer; font-weight: 600; }
pre { padding: 12px; overflow-x: auto; background: var(--low); border-radius: 6px; overflow-wrap: normal;
  font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; }
"""
_AGENTS: Final = ("code_generator", "quality_checker", "code_optimizer", "user_proxy")


def as_webpage(content: Content) -> str:
    """The document; see the policy in its head."""
    title = reveal(content.session.title)
    html = _element("html", _head(title), Element("body"), lang="en")
    main = SubElement(html[1], "main")
    session = content.session
    facts = f"Session {session.id}, {session.language}, {session.created:%Y-%m-%d %H:%M} UTC"
    main.extend([_element("h1", title), _element("p", facts, class_="soft")])
    if words := redaction_words(content):
        main.append(_element("p", words, class_="soft"))
    for run in tell(content):
        main.extend(_run(run))
    return f"<!doctype html>\n{tostring(html, encoding='unicode', method='html')}\n"


def _head(title: str) -> Element:
    policy = Element("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    width = Element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    return _element(
        "head", Element("meta", {"charset": "utf-8"}), policy, width,
        _element("title", title), _element("style", _STYLE),
    )  # fmt: skip


def _run(run: RunStory) -> Iterator[Element]:
    yield _element("h2", f"Run {run.number}: {run.end}")
    examples = "\n".join(run.request.get("examples", ()))
    names = ", ".join(f["name"] for key in ("context", "tests") for f in run.request.get(key, ()))
    yield _element(
        "section",
        _element("h3", "Request"),
        _element("p", run.request.get("requirements", ""), class_="said"),
        *([_element("p", "Examples:", class_="soft"), _code("Examples", examples)] if examples else []),
        *([_element("p", f"Files given: {names}", class_="soft")] if names else []),
    )
    for turn in run.turns:
        yield _turn(turn)
    for version in run.versions:
        yield _version(version)
    for decision in run.decisions:
        yield _element("p", f"Decision: {decision.message}")


def _turn(turn: TurnView) -> Element:
    model = " ".join(str(turn.started.data.get(key) or "") for key in ("provider", "model")).strip()
    seconds = f"{turn.seconds:.1f} s" if turn.seconds else ""
    section = _element(
        "section",
        _element("h3", f"Turn {turn.turn}: {turn.agent}"),
        _element("p", " · ".join(fact for fact in (model, seconds) if fact), class_="soft"),
        _element("p", turn.text, class_="said"),
        class_="turn",
    )
    if turn.agent in _AGENTS:
        section.set("style", f"--agent: var(--{turn.agent})")
    return section


def _version(version: VersionStory) -> Element:
    kept = "kept" if version.kept else f"not kept {version.reason}".strip()
    folded = _element(
        "details",
        _element("summary", f"Version {version.number}: {verdict_words(version)}"),
        _element("p", f"{version.agent}, {kept}, SHA-256 {version.hash}", class_="soft"),
    )
    for result in version.report.results if version.report else ():
        folded.extend(_evidence(result))
    for file in version.artifact.files if version.artifact else ():
        folded.extend([_element("h3", file.path), _code(file.path, file.content)])
    return folded


def _evidence(result: CheckResult) -> Iterator[Element]:
    if result.evidence and result.status.value == "fail":
        yield _element("h3", f"{result.name} failed")
        yield _code(result.name, result.evidence)
    if result.findings:
        places = [f"{f.path}:{f.line}" if f.line else f.path for f in result.findings]
        told = zip(result.findings, places, strict=True)
        items = [_element("li", f"{f.severity.value} {place} {f.text} ({f.rule})") for f, place in told]
        yield _element("ul", *items)


def _code(name: str, text: str) -> Element:
    """Code that is wider than the window is reached by the keyboard."""
    shown = _element("pre", _element("code", text))
    shown.attrib |= {"tabindex": "0", "role": "group", "aria-label": reveal(name)}
    return shown


def _element(tag: str, *children: Element | str, class_: str = "", lang: str = "") -> Element:
    """Text goes in as text; the serializer escapes it."""
    given = {"class": class_, "lang": lang}
    made = Element(tag, {name: value for name, value in given.items() if value})
    for child in children:
        if isinstance(child, str):
            made.text = reveal(child) if tag != "style" else child
        else:
            made.append(child)
    return made
