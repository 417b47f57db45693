"""Before a run: the model that it will use is here."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Final

from app.cli.progress import download
from app.cli.services import Services
from app.cli.terminal import Terminal
from app.domain.runs import RunRequest
from app.errors import AppError

BUILTIN: Final = "builtin"
log = logging.getLogger(__name__)


def make_ready(services: Services, request: RunRequest, terminal: Terminal) -> None:
    """Fetch the builtin model's weights if the run needs them. Raises AppError as `choose` does."""
    with terminal.busy("Looking for models"):
        choice = asyncio.run(services.providers.choose(request.provider, request.model))
    named = [f"{choice.provider}:{choice.model}", *(a.model or "" for a in services.settings.agents.values())]
    for name in dict.fromkeys(named):
        provider, _, model = name.partition(":")
        if provider == BUILTIN:
            fetch_weights(services, model, terminal)


def fetch_weights(services: Services, model: str, terminal: Terminal) -> bool:
    """Whether they had to be fetched."""
    if asyncio.run(services.weights.path(model)):
        return False
    # The sandbox needs both cores for ten seconds once: now is the time, since a download needs neither.
    threading.Thread(target=_warm_up, args=(services,), name="warm-up", daemon=True).start()
    title = services.weights.spec(model).title
    download(terminal, title, lambda progress: services.weights.ensure(model, progress))
    return True


def _warm_up(services: Services) -> None:
    try:
        services.sandboxes.warm_up()
    except AppError as error:  # the check that needs it will say so where the user sees it
        log.warning("the sandbox did not get ready: %s", error)
