"""What an export holds: a session's events and files, read from the store and redacted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.artifacts import Artifact
from app.domain.events import Event, EventType
from app.domain.findings import CheckReport
from app.domain.runs import RunStatus, Session
from app.errors import AppError, ErrorKind
from app.session.exports.redaction import Redactor
from app.session.ports import Store

_VERSIONS = (EventType.ARTIFACT_PROPOSED, EventType.ARTIFACT_REJECTED)


@dataclass(frozen=True)
class Content:
    """A session, redacted.

    artifacts: kept versions by the hash that events name them by; a redacted one has other bytes.
    reports: what was checked of the versions that count, by run id and hash.
    approved: hash of the approved version by number of its run.
    redacted: what was taken out, by kind.
    """

    session: Session
    events: Sequence[Event]
    artifacts: Mapping[str, Artifact]
    reports: Mapping[tuple[str, str], CheckReport]
    approved: Mapping[int, str]
    redacted: Mapping[str, int]


def gather(store: Store, session_id: str, keys: Iterable[str], *, paths: bool) -> Content:
    """keys: known ones, which never leave. paths: take out the folders of users, too.

    Raises AppError(not_found).
    """
    redactor = Redactor(keys, paths=paths)
    session = store.session(session_id)
    events = list(_all_events(store, session_id))
    reports: dict[tuple[str, str], CheckReport] = {}
    approved: dict[int, str] = {}
    for run in store.runs(session_id):
        state = store.state(run.id)
        reports |= {(run.id, version.artifact_hash): version.report for version in state.versions}
        if run.status is RunStatus.APPROVED and state.artifact:
            approved[run.number] = state.artifact.hash
    kept = dict(_kept(store, session_id, {*_named(events), *approved.values()}))
    return Content(
        session=session.model_copy(update={"title": redactor.text(session.title)}),
        events=redactor.events(events),
        artifacts={hash_: redactor.artifact(artifact) for hash_, artifact in kept.items()},
        reports={key: _clean(redactor, report) for key, report in reports.items()},
        approved=approved,
        redacted=Counter(redactor.taken),
    )


def _clean(redactor: Redactor, report: CheckReport) -> CheckReport:
    return CheckReport.model_validate(redactor.value(report.model_dump(mode="json")))


def _all_events(store: Store, session_id: str) -> Iterator[Event]:
    after = 0
    while batch := store.events(session_id, after):
        yield from batch
        after = batch[-1].seq


def _named(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        if event.type in _VERSIONS:
            yield event.data["artifact_hash"]
        elif event.type is EventType.RUN_CREATED and event.data.get("base"):
            yield event.data["base"]


def _kept(store: Store, session_id: str, hashes: Iterable[str]) -> Iterator[tuple[str, Artifact]]:
    """Versions of a turn that never came to its end are not kept."""
    for hash_ in sorted(hashes):
        try:
            yield hash_, store.artifact(hash_, session_id)
        except AppError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
