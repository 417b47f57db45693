"""A session with everything in it that an export must keep, and what it must not let out."""

from __future__ import annotations

from pathlib import Path

from app.domain.artifacts import Artifact, SourceFile
from app.domain.claims import GateDraft
from app.domain.events import EventDraft, EventType
from app.domain.findings import CheckReport, CheckResult, CheckStatus, Finding, Severity
from app.domain.runs import RunRequest, RunStatus, VersionRecord
from app.store.store import SqlStore, open_store

KEY = "7f3a9c2e5b8d4f10a6c3e9b27d5f8041"  # of a shape that nothing but knowing it gives away
SHAPED = "sk-proj-Zx9Qw7Er5Ty3Ui1Op8As6Df4Gh2Jk0Lz"
HOME = "/" + "home/mallory/projects"  # in parts: no file of ours names a folder of somebody's
HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)> ``` # not a heading \u202e"
CODE = Artifact.of(
    [
        SourceFile(path="app/add.py", content=f"def add(a, b):\n    return a + b\n\n# {HOSTILE}\n"),
        SourceFile(path="README.md", content="````\nfences\n````\n"),
    ]
)
LEAKY = Artifact.of([SourceFile(path="app/add.py", content=f"KEY = '{KEY}'\nPATH = '{HOME}/x'\n")])


def opened(folder: Path) -> SqlStore:
    return open_store(f"sqlite:///{folder / 'store.db'}")


def recorded(store: SqlStore, *, leaky: bool = False) -> str:
    """A session with one turn that waits at its gate; its id. leaky: keys and paths are in all of it."""
    said = f"The key is {KEY}, or {SHAPED}, in {HOME}/notes.txt." if leaky else "Here it is."
    code = LEAKY if leaky else CODE
    request = RunRequest(
        requirements=f"Write add that adds two numbers. {HOSTILE}{said if leaky else ''}",
        examples=("add(2, 2) == 4",),
    )
    run = store.start_run(request, title=f"Add <b>two</b> numbers{f' {KEY}' if leaky else ''}")
    claim = store.claim(run.id, "tests", 60.0, lambda _: False)
    assert claim is not None
    finding = Finding(
        rule="S101", severity=Severity.MINOR, source="lint", path="app/add.py", line=1, text=HOSTILE
    )
    results = (
        CheckResult(name="syntax", status=CheckStatus.PASS, findings=(finding,)),
        CheckResult(
            name="examples", status=CheckStatus.FAIL, evidence=f"got 5\n```\n{said}", executed=1, passed=0
        ),
    )
    report = CheckReport(artifact_hash=code.hash, results=results)
    files = [{"path": f.path, "bytes": len(f.content), "sha256": f.sha256} for f in code.files]
    version = {"artifact_hash": code.hash, "version": 1, "files": files}
    message = f"# {HOSTILE}\n\n```python\nif 1 < 2:\n```\n<b>{said}"
    drafts = [
        _of_turn(EventType.TURN_STARTED, "code_generator speaks", round=1, provider="scripted", model="demo"),
        *[_of_turn(EventType.REASONING_DELTA, piece) for piece in _pieces(f"Thinking. {said}")],
        *[_of_turn(EventType.MESSAGE_DELTA, piece) for piece in _pieces(message)],
        _of_turn(EventType.MESSAGE_COMPLETED, message),
        _of_turn(EventType.ARTIFACT_PROPOSED, "Version 1", **version),
        *[
            _of_turn(
                EventType.CHECK_COMPLETED, r.name, artifact_hash=code.hash, result=r.model_dump(mode="json")
            )
            for r in results
        ],
        _of_turn(EventType.USAGE_RECORDED, "3 + 4 tokens", prompt_tokens=3, completion_tokens=4),
        _of_turn(EventType.TURN_FINISHED, "done", seconds=1.5),
    ]
    record = VersionRecord(version=1, agent="code_generator", artifact_hash=code.hash, report=report)
    state = claim.state.model_copy(
        update={"turn": 1, "artifact": code, "report": report, "versions": (record,), "version": 1}
    )
    gate = GateDraft(code.hash, "1 example fails")
    store.finish_turn(claim, state, RunStatus.WAITING, drafts, agent="code_generator", gate=gate, keep=[code])
    return run.session_id


def _of_turn(kind: EventType, message: str, **data: object) -> EventDraft:
    return EventDraft(type=kind, agent="code_generator", message=message, turn=1, data=dict(data))


def _pieces(text: str, length: int = 5) -> list[str]:
    return [text[at : at + length] for at in range(0, len(text), length)]
