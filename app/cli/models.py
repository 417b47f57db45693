"""`models`: what there is to choose from, and downloads."""

from __future__ import annotations

import argparse
import asyncio
from typing import Final

from app.cli.exits import Exit
from app.cli.json_lines import print_json
from app.cli.progress import download
from app.cli.ready import BUILTIN, fetch_weights
from app.cli.safe_text import safe_line
from app.cli.services import MakeServices
from app.cli.terminal import Terminal
from app.models.backends import ModelFacts
from app.models.providers import ProviderStatus

_BARE: Final = "bare chat template: expect poor answers"


def list_models(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Providers in the order of models.yaml, each with its models."""
    terminal = Terminal()
    for provider in asyncio.run(make({}).providers.status()):
        if arguments.json:
            for model in provider.models or (None,):
                print_json(_entry(provider, model))
        else:
            _print(provider, terminal)
    return Exit.OK


def pull(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Download into Ollama, or the builtin engine's weights."""
    services, terminal = make({}), Terminal()
    provider, _, name = arguments.name.partition(":")
    if provider == BUILTIN:
        if not fetch_weights(services, name, terminal):
            terminal.line(f"{name} is here already.")
    else:
        download(terminal, arguments.name, lambda progress: services.ollama.pull(arguments.name, progress))
    return Exit.OK


def _entry(provider: ProviderStatus, model: ModelFacts | None) -> dict[str, object]:
    """One model; `model` is None for a provider that has none."""
    return {
        "provider": provider.id,
        "model": model.name if model else None,
        "usable": provider.usable,
        "installed": model.installed if model else False,
        "size_bytes": model.size_bytes if model else 0,
        "context_length": model.context_length if model else 0,
        "detail": provider.detail,
        "remedy": provider.remedy,
    }


def _print(provider: ProviderStatus, terminal: Terminal) -> None:
    mark, colour = ("+", "bold green") if provider.usable else ("-", "bold dim")
    terminal.line(f"{mark} {provider.id}  {safe_line(provider.title)}: {safe_line(provider.detail)}", colour)
    if provider.remedy:
        terminal.line(f"    {provider.remedy}", "dim")
    for model in provider.models:
        notes = ["" if model.installed else "not downloaded yet", "" if model.template_ok else _BARE]
        size = f"{model.size_bytes / 1e9:.1f} GB" if model.size_bytes else ""
        words = [size, *notes]
        terminal.line(f"    {safe_line(model.name):<32} {', '.join(w for w in words if w)}".rstrip())
