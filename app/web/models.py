"""The route about providers and their models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.web.api import Api
from app.web.keys import key_reply
from app.web.parts import parts
from app.web.payloads import ModelReply, ProviderReply, ProvidersReply
from app.web.status import State, state_of

if TYPE_CHECKING:
    from app.models.backends import ModelFacts
    from app.models.catalogue import ProviderStatus
    from app.models.keys import KeyInfo
    from app.settings import ProviderConfig

api = Api("models")


@api.route("GET", "/models", reply=ProvidersReply)
def list_models() -> ProvidersReply:
    """All providers, whether they can be used, and their models. Asks engines on this machine, no service."""
    seen = {status.id: status for status in parts().offers.fresh()}
    configs = parts().offers.configs()
    return ProvidersReply(providers=[_provider(name, c, seen.get(name)) for name, c in configs.items()])


def _provider(name: str, config: ProviderConfig, status: ProviderStatus | None) -> ProviderReply:
    key = parts().keys().info(name) if config.key_env else None
    return ProviderReply(
        id=name,
        title=config.title,
        state=_by_key(config, key) or state_of(status, config),
        detail=status.detail if status else "",
        remedy=status.remedy if status else "",
        needs_key=bool(config.key_env) and not config.key_optional,
        key=key_reply(key) if key else None,
        default_model=config.default_model,
        models=[_model(model) for model in (status.models if status else ())],
    )


def _by_key(config: ProviderConfig, key: KeyInfo | None) -> State | None:
    """The state where it rests on the key alone: what was last seen may be older than the key."""
    if key is None or config.key_optional or not config.addresses:
        return None
    return "ready" if key.source else "no_key"


def _model(facts: ModelFacts) -> ModelReply:
    return ModelReply(
        name=facts.name,
        installed=facts.installed,
        size_bytes=facts.size_bytes or None,
        context_length=facts.context_length or None,
        note="" if facts.template_ok else "its chat template is bare, so expect poor answers",
    )
