"""What the routes about models on this machine take and return."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from app.models.fits import Fit
from app.models.hardware import Gpu
from app.models.pull_job import PullJob
from app.web.payloads import Taken

_Name = Annotated[str, Field(min_length=1, max_length=300)]


class PullBody(Taken):
    """What to fetch. probe: then make a short call of it; a model that is here is not fetched again."""

    provider: _Name
    model: _Name
    probe: bool = False


class ProviderBody(Taken):
    """Names a provider."""

    provider: _Name


class JobReply(BaseModel):
    """One job."""

    job: PullJob


class JobsReply(BaseModel):
    """All jobs that are not over, and those that ended since the program started."""

    jobs: list[PullJob]


class MachineReply(BaseModel):
    """What this machine has. cores: physical ones. Memory and disk in bytes; disk: of the data folder.

    online: whether a network other than its own is up.
    """

    cores: int
    online: bool
    memory_total: int
    memory_available: int
    disk_free: int
    disk: str
    gpus: list[Gpu]


class SpeedReply(BaseModel):
    """Tokens a second while answering, measured on this machine: over the last `calls` calls of runs, or by
    the model's exam where `calls` is null.
    """

    tokens_per_second: float
    calls: int | None


class LocalModelReply(BaseModel):
    """A model that is on this machine or can be fetched. fit: null where the engine is on another machine.

    window: longest context that is served, tokens. speed: null where it was not measured yet.
    """

    provider: str
    name: str
    installed: bool
    size_bytes: int
    context_length: int | None
    window: int | None
    fit: Fit | None
    speed: SpeedReply | None
    note: str


class EngineReply(BaseModel):
    """A local engine that can be used. running: false where starting it shows its models."""

    provider: str
    running: bool


class ChosenReply(BaseModel):
    """What a run takes whose request names no model. installed: false where it is downloaded first."""

    provider: str
    model: str
    why: str
    installed: bool


class LibraryReply(BaseModel):
    """The machine, its models, and what would be used.

    automatic: null where nothing can be used. may_change: false for others than the owner of a shared server.
    """

    machine: MachineReply
    models: list[LocalModelReply]
    engines: list[EngineReply]
    automatic: ChosenReply | None
    may_change: bool
