"""Scans files: every engine on every file, and whatever cannot be judged is asked about."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Final

from app.checks.languages import parse
from app.checks.sandbox.base import NEVER
from app.checks.security.engines import PACKAGES, Engines
from app.checks.security.file_scan import Prepared, prepare
from app.checks.security.guarddog import rule_files
from app.checks.security.hits import Hit
from app.checks.security.packs import PACKS, Library, Rule, digest_of, read_library
from app.checks.security.symbols import symbol_at
from app.domain.artifacts import SourceFile, sha256_hex
from app.domain.findings import LEVELS, Finding, Level, Severity, worst_level
from app.errors import AppError, ErrorKind

UNKNOWN: Final = "not-judged"  # the rule of a finding that says that something could not be scanned
FILE_SECONDS: Final = 2.0
LOAD_SECONDS: Final = 60.0
KEPT_FILES: Final = 1_000
SIDE_BY_SIDE: Final = 2
PER_RULE: Final = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileScan:
    """What was found in one file. capabilities: what badges say that it can do, sorted."""

    path: str
    findings: tuple[Finding, ...] = ()
    capabilities: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        return worst_level(f.level for f in self.findings)


class SecurityScanner:
    """Thread-safe. `load` takes seconds and is called at start, in the background; `scan` waits for it.

    packs: the folder of rule packs. seconds: how long one file may take.
    """

    def __init__(self, packs: Path = PACKS, seconds: float = FILE_SECONDS) -> None:
        self._folder = packs
        self._seconds = seconds
        self._lock = threading.Lock()
        self._loaded: tuple[Library, Engines] | None = None
        self._edition = ""
        self._problems: tuple[str, ...] | None = None
        self._kept: OrderedDict[tuple[str, str], FileScan] = OrderedDict()

    @property
    def edition(self) -> str:
        """Changes whenever the same bytes may be judged in another way."""
        with self._lock:
            if not self._edition:
                packs = digest_of([*sorted(self._folder.glob("*.yaml")), *rule_files()])
                self._edition = sha256_hex(f"{packs} {self.versions} {self._seconds}".encode())[:12]
            return self._edition

    @property
    def versions(self) -> dict[str, str]:
        """Of each engine's package."""
        return {name: version(name) for name in PACKAGES}

    def load(self) -> None:
        """Read the packs and the engines; nothing if that is done.

        Raises AppError(config) where a pack or an engine cannot be used.
        """
        self._ready()

    def prove(self) -> tuple[str, ...]:
        """What the engines fail to find in samples in which they must find it; empty is good. Done once."""
        library, engines = self._ready()
        with self._lock:
            if self._problems is None:
                self._problems = _disproved(library, engines)
            return self._problems

    def scan(self, path: str, content: str) -> FileScan:
        """Judge one file, or recall how its bytes were judged. Raises AppError(config) as `load` does."""
        loaded = self._ready()
        key = (path, sha256_hex(content.encode("utf-8", "surrogatepass")))
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        result = _FileJob(loaded, path, content, self._seconds).run()
        if all(f.rule != UNKNOWN for f in result.findings):  # a busy machine must not be remembered
            with self._lock:
                self._kept[key] = result
                while len(self._kept) > KEPT_FILES:
                    self._kept.popitem(last=False)
        return result

    def scan_all(self, files: Sequence[SourceFile], stop: threading.Event = NEVER) -> list[FileScan]:
        """Judge files side by side, in their order. Raises AppError(cancelled) once `stop` is set."""
        self._ready()
        with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="scan") as pool:
            return list(pool.map(partial(self._scan_unless, stop), files))

    def _scan_unless(self, stop: threading.Event, file: SourceFile) -> FileScan:
        if stop.is_set():
            raise AppError(ErrorKind.CANCELLED, "The security scan was stopped.")
        return self.scan(file.path, file.content)

    def _ready(self) -> tuple[Library, Engines]:
        with self._lock:
            if self._loaded is None:
                library = read_library(self._folder)
                try:
                    self._loaded = library, Engines(library)
                except (ImportError, AttributeError) as error:
                    raise AppError(
                        ErrorKind.CONFIG, f"A scanner is not installed as it should be: {error}"
                    ) from error
            return self._loaded


@cache
def the_scanner() -> SecurityScanner:
    """One for the whole process, since it takes seconds and memory and holds nothing of a run."""
    return SecurityScanner()


def _disproved(library: Library, engines: Engines) -> tuple[str, ...]:
    problems: list[str] = []
    for canary in library.canaries:
        job = _FileJob((library, engines), canary.path, canary.code, LOAD_SECONDS, only=canary.engine)
        found = {f.rule: f for f in job.run().findings}
        if canary.rule not in found:
            why = found[UNKNOWN].text if UNKNOWN in found else f"{canary.rule} was not found in {canary.path}"
            problems.append(f"{canary.engine}: {why}")
    if not library.canaries:
        problems.append("there is no sample to prove the engines with")
    return tuple(problems)


class _FileJob:
    """One file, on a thread of its own that nobody waits for longer than `seconds`."""

    def __init__(
        self, loaded: tuple[Library, Engines], path: str, content: str, seconds: float, only: str = ""
    ) -> None:
        self._library, self._engines = loaded
        self._path = path
        self._content = content
        self._seconds = seconds
        self._only = only
        self._unknown: list[str] = []

    def run(self) -> FileScan:
        deadline = time.monotonic() + self._seconds
        pool = ThreadPoolExecutor(1, thread_name_prefix="scan-file")
        try:
            prepared = pool.submit(prepare, self._path, self._content)
            if not self._ended(prepared, "parser", deadline):
                return self._result(None, [])
            file = prepared.result()
            hits = [hit for hit in self._hits(file, pool, deadline) if self._engines.applies(hit, file)]
            return self._result(file, hits)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _hits(self, file: Prepared, pool: ThreadPoolExecutor, deadline: float) -> list[Hit]:
        """What the engines found; a rule found in the plain text is not told again of the folded one."""
        tasks = [(name, task) for name, task in self._engines.tasks(file) if self._only in ("", name)]
        futures = [(name, pool.submit(task)) for name, task in tasks]
        found: list[Hit] = []
        for name, future in futures:
            if self._ended(future, name, deadline):
                known = {hit.rule for hit in found}
                found += [hit for hit in future.result() if hit.rule not in known]
        return found

    def _ended(
        self, future: Future[object] | Future[Prepared] | Future[list[Hit]], name: str, deadline: float
    ) -> bool:
        """Whether there is a result; if not, that is noted."""
        try:
            error = future.exception(max(deadline - time.monotonic(), 0))
        except TimeoutError:
            self._unknown.append(f"scanning it took over {self._seconds:.0f} s")
            return False
        if error is None:
            return True
        log.warning("%s failed on a file", name, exc_info=error)
        self._unknown.append(f"{name} failed on it ({type(error).__name__})")
        return False

    def _result(self, file: Prepared | None, hits: Iterable[Hit]) -> FileScan:
        if file and file.unknown:
            self._unknown.append(file.unknown)
        findings = [_unknown(self._path, why) for why in dict.fromkeys(self._unknown)]
        rules = self._library.rules
        findings += _findings(file, hits, rules) if file else []
        told = {hit.rule for hit in hits}
        return FileScan(
            path=self._path,
            findings=tuple(sorted(findings, key=lambda f: (LEVELS.index(f.level), f.line or 0, f.rule))),
            capabilities=tuple(sorted({rules[r].capability for r in told if rules[r].capability})),
        )


def _findings(file: Prepared, hits: Iterable[Hit], rules: dict[str, Rule]) -> list[Finding]:
    """One finding for each place, at most PER_RULE of a rule."""
    root = parse(file.raw, file.language) if file.language else None
    found: dict[str, Finding] = {}
    count: dict[str, int] = {}
    lines = file.raw.split("\n")
    for hit in hits:
        line = hit.line if hit.line and hit.line <= len(lines) else None
        symbol = symbol_at(root, line, _indent(lines[line - 1])) if root and line else ""
        finding = _finding(file.path, hit, rules[hit.rule], line, symbol)
        if finding.id not in found and count.get(hit.rule, 0) < PER_RULE:
            found[finding.id] = finding
            count[hit.rule] = count.get(hit.rule, 0) + 1
    return list(found.values())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _finding(path: str, hit: Hit, rule: Rule, line: int | None, symbol: str) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        source="security",
        path=path,
        text=f"{rule.message}: {hit.excerpt}" if hit.excerpt else rule.message,
        symbol=symbol,
        line=line,
        level=rule.level,
        cwe=rule.cwe,
        fix=rule.fix,
    )


def _unknown(path: str, why: str) -> Finding:
    return Finding(
        rule=UNKNOWN,
        severity=Severity.MAJOR,
        source="security",
        path=path,
        text=f"{PurePosixPath(path).name} was not judged: {why}",
        level=Level.ASK,
        fix="Read this file yourself, or have it written in a form that can be scanned.",
    )
