"""Routes about the settings, and the one that tries a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import ErrorKind
from app.settings import RefusedError
from app.settings.fields import bounds_of
from app.web.api import Api
from app.web.config_payloads import ConfigBody, ConfigReply, SettingReply, TrialReply
from app.web.parts import identity, must_own, parts
from app.web.problems import FieldError

if TYPE_CHECKING:
    from app.settings.fields import SettingValue

api = Api("config")


@api.route("GET", "/config", reply=ConfigReply)
def read_config() -> ConfigReply:
    """The settings that the page may change, with their bounds and where each value comes from."""
    own = parts()
    owner = own.access.owns(identity())
    live = own.editor.live
    live.refresh()
    return ConfigReply(
        settings=[_setting(value, shown=owner) for value in own.editor.values()],
        addresses={name: list(p.addresses) for name, p in live.current.models.providers.items()},
        may_change=owner,
        folder=str(live.folder) if owner else "",
        home=str(live.current.home) if owner else "",
        problem=str(live.problem) if live.problem and owner else None,
    )


@api.route(
    "PATCH", "/config", body=ConfigBody, reply=ConfigReply, errors=(ErrorKind.FORBIDDEN, ErrorKind.CONFIG)
)
def change_config(body: ConfigBody) -> ConfigReply:
    """Change settings in the user's own files; they count from the next run on.

    What else stands in these files stays, comments too. Keys of providers are never written here.
    """
    must_own("settings")
    try:
        parts().editor.change(body.values, body.reset)
    except RefusedError as error:
        raise FieldError(error.key, error.message, error.hint) from error
    return read_config()


@api.route(
    "POST", "/providers/<provider>/test", reply=TrialReply, errors=(ErrorKind.FORBIDDEN, ErrorKind.CONFIG)
)
def test_provider(provider: str) -> TrialReply:
    """Ask a provider's model for one word, with the key and address as they are now.

    Answers within a minute. Nothing is tried again, nothing is fetched, no other provider is asked.
    """
    must_own("providers")
    trial = parts().try_provider(provider)
    return TrialReply(
        ok=trial.cause == "none",
        cause=trial.cause,
        message=trial.message,
        hint=trial.hint,
        model=trial.model,
        ms=trial.ms,
    )


def _setting(value: SettingValue, *, shown: bool) -> SettingReply:
    bounds = bounds_of(value.field.schema)
    return SettingReply(
        key=value.field.key,
        value=value.value,
        default=value.default,
        layer=value.layer,
        source=value.source if shown else "",
        minimum=bounds.minimum,
        maximum=bounds.maximum,
        above=bounds.above,
        whole=bounds.whole,
        nullable=bounds.nullable,
    )
