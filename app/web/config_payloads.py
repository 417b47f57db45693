"""What the routes about settings take and return."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from app.web.payloads import Taken

_Key = Annotated[str, Field(min_length=1, max_length=100)]
_Scalar = StrictBool | StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=50_000)] | None


class SettingReply(BaseModel):
    """A setting. default: the program's own value. layer and source: what the value comes from.

    minimum, maximum: of a number, null where there is none; above: the minimum itself is not allowed.
    whole: no fractions. nullable: it may be left open.
    """

    key: str
    value: Any
    default: Any
    layer: Literal["program", "user", "environment", "command_line"]
    source: str
    minimum: float | None
    maximum: float | None
    above: bool
    whole: bool
    nullable: bool


class ConfigReply(BaseModel):
    """Settings as they count for the next run.

    may_change: false for others than the owner of a shared server. folder: of the user's files; home: the
    data folder; both empty for others than the owner. addresses: of each provider. problem: what is wrong
    with a file on disk, null where all is well; what was read before it counts then.
    """

    settings: list[SettingReply]
    addresses: dict[str, list[str]]
    may_change: bool
    folder: str
    home: str
    problem: str | None


class ConfigBody(Taken):
    """values: settings by key. reset: settings that take the program's own value again.

    They are taken together or, where one cannot be used, not at all.
    """

    values: dict[_Key, _Scalar] = Field(default_factory=dict, max_length=100)
    reset: list[_Key] = Field(default_factory=list, max_length=100)


class TrialReply(BaseModel):
    """What came of a short call. cause: none where it worked; model: what was asked; ms: until its answer."""

    ok: bool
    cause: Literal[
        "none",
        "key",
        "region",
        "address",
        "network",
        "slow",
        "model",
        "quota",
        "busy",
        "service",
        "config",
    ]
    message: str
    hint: str
    model: str
    ms: int
