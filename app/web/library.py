"""The models that are on this machine or could be, each with whether it fits and how fast it was."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from app.errors import AppError
from app.models.fits import fit
from app.models.hardware import Hardware, online, survey
from app.models.suggested import Suggestion, load_suggestions
from app.settings import CONFIG_DIR
from app.web.pull_payloads import (
    ChosenReply,
    EngineReply,
    LibraryReply,
    LocalModelReply,
    MachineReply,
    SpeedReply,
)

if TYPE_CHECKING:
    from app.models.backends import ModelFacts
    from app.models.catalogue import ProviderStatus
    from app.store.model_use import Speed
    from app.web.parts import Parts

_OLLAMA: Final = "ollama"
_NEARBY: Final = "http://localhost"


def library(parts: Parts, *, may_change: bool) -> LibraryReply:
    """may_change: whether who asks may fetch and delete models."""
    machine = survey(parts.settings.home)
    statuses = parts.offers.fresh()
    running = asyncio.run(parts.shelf.running())
    models = list(_local_models(parts, statuses, machine))
    return LibraryReply(
        machine=_machine(machine),
        models=models,
        engines=[EngineReply(provider=name, running=on) for name, on in running.items()],
        automatic=_automatic(parts, models),
        may_change=may_change,
    )


def _local_models(
    parts: Parts, statuses: Sequence[ProviderStatus], machine: Hardware
) -> Iterator[LocalModelReply]:
    from app.models.ollama_api import on_this_machine  # noqa: PLC0415 - its client takes time to import

    configs = parts.offers.configs()
    used = parts.use.speeds()
    for status in statuses:
        engine = configs[status.id].engine if status.id in configs else None
        if engine is None:
            continue
        for facts in status.models:
            speed = _measured(parts, used.get((status.id, facts.name)), facts)
            yield _of_facts(status.id, facts, machine, speed)
        if engine == _OLLAMA and status.usable:
            around = machine if on_this_machine(configs[status.id].base_url or _NEARBY) else None
            here = {facts.name for facts in status.models}
            for offer in load_suggestions(CONFIG_DIR / "suggested.yaml"):
                if offer.name not in here:
                    yield _of_offer(status.id, offer, around)


def _measured(parts: Parts, used: Speed | None, facts: ModelFacts) -> SpeedReply | None:
    """By runs, else by the exam of these weights."""
    if used:
        return SpeedReply.model_validate(asdict(used))
    rate = parts.exams.answer_rate(facts.digest)
    return None if rate is None else SpeedReply(tokens_per_second=rate, calls=None)


def _of_facts(
    provider: str, facts: ModelFacts, machine: Hardware, speed: SpeedReply | None
) -> LocalModelReply:
    # An engine on another machine does not tell how much room it has.
    nearby = facts.max_window is not None
    needs = fit(facts.size_bytes, facts.kv_bytes, facts.context_length, machine) if nearby else None
    return LocalModelReply(
        provider=provider,
        name=facts.name,
        installed=facts.installed,
        size_bytes=facts.size_bytes,
        context_length=facts.context_length or None,
        window=facts.window_cap if nearby else None,
        fit=needs,
        speed=speed,
        note="" if facts.template_ok else "bare_template",
    )


def _of_offer(provider: str, offer: Suggestion, machine: Hardware | None) -> LocalModelReply:
    """machine: None where the engine is on another one."""
    needs = fit(offer.bytes, offer.kv_bytes, offer.context_length, machine) if machine else None
    return LocalModelReply(
        provider=provider,
        name=offer.name,
        installed=False,
        size_bytes=offer.bytes,
        context_length=offer.context_length,
        window=needs.longest if needs else None,
        fit=needs,
        speed=None,
        note="",
    )


def _machine(machine: Hardware) -> MachineReply:
    return MachineReply(
        cores=machine.cores,
        online=online(),
        memory_total=machine.memory_total,
        memory_available=machine.memory_available,
        disk_free=machine.disk_free,
        disk=str(machine.disk),
        gpus=list(machine.gpus),
    )


def _automatic(parts: Parts, models: Sequence[LocalModelReply]) -> ChosenReply | None:
    """What `choose` says, which knows about keys and the order of preference."""
    try:
        choice = asyncio.run(parts.shelf.automatic())
    except AppError:
        return None
    lacking = {(model.provider, model.name) for model in models if not model.installed}
    return ChosenReply(
        provider=choice.provider,
        model=choice.model,
        why=choice.why,
        installed=(choice.provider, choice.model) not in lacking,
    )
