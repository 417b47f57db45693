"""Exams of a stand-in Ollama's model, with the real sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from app.checks.pipeline import Pipeline
from app.checks.sandbox.base import DEFAULT_LIMITS
from app.checks.sandbox.choice import Choice
from app.checks.sandbox.wasm import WasmPython
from app.checks.security.scanner import the_scanner
from app.checks.standard import standard_checks
from app.domain.exams import Exam
from app.models.ollama import OllamaBackend
from app.session.exam.conduct import Conductor
from app.session.exam.sitting import Tell
from app.store.exams import Exams
from app.store.store import open_store
from tests.support.examinee import NAME, Examinee
from tests.support.model_calls import providers_for, settings_for

Examine = Callable[..., Exam]


@pytest.fixture
def conduct(tmp_path: Path, sandbox: WasmPython) -> Callable[[Examinee], Conductor]:
    """What examines the model of a stand-in."""

    def make(examinee: Examinee) -> Conductor:
        settings = settings_for(tmp_path, {"models.providers.ollama.base_url": examinee.url})
        providers = providers_for(settings, {"ollama": OllamaBackend(tmp_path, examinee.url)})
        sandboxes = Choice([sandbox])
        pipeline = Pipeline(standard_checks(sandboxes, DEFAULT_LIMITS, the_scanner()))
        store = open_store(settings.database_url)
        return Conductor(providers, pipeline, sandboxes, settings, store, Exams(tmp_path / "exams"))

    return make


@pytest.fixture
def examine(conduct: Callable[[Examinee], Conductor]) -> Examine:
    """The exam of a stand-in's model."""

    def call(examinee: Examinee, budget: float = 60.0, tell: Tell = lambda _now: None) -> Exam:
        return asyncio.run(conduct(examinee).examine("ollama", NAME, budget, tell))

    return call
