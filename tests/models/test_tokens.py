"""The estimate of tokens, against counts by Qwen2.5-Coder's own tokenizer."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from app.models.builtin import BuiltinBackend, BuiltinEngine
from app.models.tokens import estimate_tokens
from app.settings import CONFIG_DIR, PROGRAM_DIR
from tests.support.engines import SMALL, weight_store

TEXTS = {
    "Python": (PROGRAM_DIR / "app" / "models" / "providers.py").read_text(encoding="utf-8"),
    "YAML with comments": (CONFIG_DIR / "models.yaml").read_text(encoding="utf-8"),
    "numbers": json.dumps([[n, n * 3] for n in range(300)]),
    "digits": "1234567890 " * 200,
    "Chinese": "编写一个合并重叠区间的函数，并处理空列表。" * 40,
}


@pytest.mark.live
def test_near_the_real_number(weights_05b: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert weights_05b
    backend = BuiltinBackend(weight_store(), BuiltinEngine(tmp_path_factory.mktemp("builtin") / "log"))

    async def real() -> dict[str, int]:
        endpoint = await backend.prepare(SMALL, 4096)
        url = endpoint.base_url.removesuffix("/v1") + "/tokenize"
        headers = {"Authorization": f"Bearer {endpoint.api_key}"}
        async with httpx.AsyncClient(headers=headers, timeout=60) as client:
            answers = {name: await client.post(url, json={"content": text}) for name, text in TEXTS.items()}
        await backend.aclose()
        return {name: len(answer.json()["tokens"]) for name, answer in answers.items()}

    ratios = {name: estimate_tokens(TEXTS[name]) / count for name, count in asyncio.run(real()).items()}
    print({name: round(ratio, 2) for name, ratio in ratios.items()})
    assert all(0.95 <= ratio <= 1.7 for ratio in ratios.values()), ratios


def test_nothing() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("  word ") > 0
