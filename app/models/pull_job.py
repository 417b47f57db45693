"""One model on its way to this machine, and the file that remembers it over a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.errors import AppError
from app.whole_file import write_whole

PullState = Literal["waiting", "pulling", "trying", "done", "failed", "cancelled", "interrupted"]
BUSY: Final = ("waiting", "pulling", "trying")


class Trouble(BaseModel):
    """Why a job failed; as in problem JSON."""

    model_config = ConfigDict(frozen=True)

    kind: str
    message: str
    hint: str
    retryable: bool

    @classmethod
    def of(cls, error: AppError) -> Trouble:
        """As told to the user."""
        return cls.model_validate(error.to_dict())


class Probe(BaseModel):
    """A short real call. seconds: with loading the model. tokens_per_second: null for too short an answer."""

    model_config = ConfigDict(frozen=True)

    seconds: float
    tokens_per_second: float | None
    answer: str


class PullJob(BaseModel):
    """A download, what may follow it, and how far both are.

    model: as it is called once it is there. state: interrupted where the program ended on the way.
    bytes_done, bytes_total: total is 0 until it is known. rate: bytes a second. source: where from, or what
    the engine says that it is doing. probe: whether a short call of the model follows; probed: its outcome.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    provider: str
    model: str
    state: PullState = "waiting"
    bytes_done: int = 0
    bytes_total: int = 0
    rate: float = 0.0
    eta_seconds: float | None = None
    source: str = ""
    probe: bool = False
    probed: Probe | None = None
    problem: Trouble | None = None

    @property
    def busy(self) -> bool:
        return self.state in BUSY


class KeptJob(PullJob):
    """A job as it is remembered. asked: the name as the user gave it. owner: the process that works on it."""

    asked: str
    owner: str

    def shown(self) -> PullJob:
        """What a page may see."""
        return PullJob.model_validate(self.model_dump(exclude={"asked", "owner"}))


_TABLE: Final = TypeAdapter(dict[str, KeptJob])


class PullFile:
    """The jobs that are not done, by id. Thread-safe and safe between processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path.with_suffix(".lock"))

    def left(self, alive: Callable[[str], bool]) -> list[KeptJob]:
        """Jobs that no living process works on; those that were under way are interrupted."""
        mine = [job for job in self._read().values() if not (job.busy and alive(job.owner))]
        ended = {"state": "interrupted", "rate": 0.0, "eta_seconds": None}
        return [job.model_copy(update=ended) if job.busy else job for job in mine]

    def put(self, job: KeptJob) -> None:
        """Remember a job as it is now; one that is done is forgotten."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            table = self._read()
            if job.state == "done":
                table.pop(job.id, None)
            else:
                table[job.id] = job
            self._write(table)

    def drop(self, job_id: str) -> None:
        """Forget a job."""
        with self._lock:
            table = self._read()
            table.pop(job_id, None)
            self._write(table)

    def _read(self) -> dict[str, KeptJob]:
        """A damaged file is as good as none: what was downloaded is kept elsewhere."""
        try:
            return _TABLE.validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return {}

    def _write(self, table: dict[str, KeptJob]) -> None:
        write_whole(self._path, _TABLE.dump_json(table, indent=1))
