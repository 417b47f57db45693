from __future__ import annotations

from tests.support.engines import ollama_server, weights_05b

__all__ = ["ollama_server", "weights_05b"]
