"""The container's image: its build, its size, its start to healthy, its memory and its end.

    python -m tests.bench.container [--repeat 3] [--kept FOLDER] [--real FOLDER]

It is built with Buildah on a base of Debian's packages made here, and run with Podman as docs/container.md
says; root only. --kept keeps base and layers for the next time. --real: a run on the built-in 0.5B as well,
whose weights are taken from that folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

import psutil

from tests.bench.common import header
from tests.support.image import BASE, IMAGE, TOKEN, Box, Images, built, serving
from tests.support.web import until

MODEL: Final = "qwen2.5-coder-0.5b"
TASK: Final = {
    "requirements": "Write a Python function add(a, b) that returns their sum",
    "examples": ["add(2, 2) == 4"],
    "provider": "builtin",
    "model": MODEL,
}


def size(images: Images, name: str) -> float:
    """MB on disk, without compression."""
    return json.loads(images.podman("image", "inspect", name).stdout)[0]["Size"] / 1e6


def memory(box: Box) -> float:
    """MiB of the server and what it has started."""
    first = psutil.Process(int(box.images.podman("inspect", "--format={{.State.Pid}}", box.name).stdout))
    return sum(p.memory_info().rss for p in (first, *first.children(recursive=True))) / 2**20


def once(images: Images, given: Path, weights: Path | None) -> None:
    """One life of a container on an empty volume."""
    volume = images.podman("volume", "create").stdout.strip()
    health = json.loads(images.podman("image", "inspect", IMAGE).stdout)[0]["Healthcheck"]["Test"][1:]
    began = time.monotonic()
    with serving(images, volume, given) as box:
        ready = time.monotonic() - began
        while box.inside(*health, check=False).returncode:
            time.sleep(0.1)
        print(f"  ready {ready:.1f} s, healthy {time.monotonic() - began:.1f} s, {memory(box):.0f} MiB")
        if weights:
            real(box, weights)
        began = time.monotonic()
        code = box.stop()
        print(f"  stopped with {code} after {time.monotonic() - began:.1f} s", flush=True)
    images.podman("volume", "rm", "--force", volume)


def real(box: Box, weights: Path) -> None:
    """From the request to the gate on the built-in model."""
    box.inside("mkdir", "--parents", "/data/weights")
    for file in weights.glob("*0.5b*.gguf"):
        box.inside("cp", f"/given/{file.name}", "/data/weights/")
    began = time.monotonic()
    session = box.start(**TASK)
    ended = until(box.client, session, "gate.opened", "run.finished")[-1]
    gate = box.client.get(f"/api/status/{session}").json()["gate"]
    verdict = gate["verdict"] if gate else ended["message"]
    print(f"  run on {MODEL}: {verdict} after {time.monotonic() - began:.0f} s, {memory(box):.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--real", type=Path)
    options = parser.parse_args()
    print(f"{header('container')}; load before it {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the container's user reads what is given
        given = Path(folder, "given")
        given.mkdir()
        (given / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
        for file in options.real.glob("*0.5b*.gguf") if options.real else ():
            shutil.copy(file, given)
        began = time.monotonic()
        with built(options.kept or Path(folder, "images")) as images:
            print(f"built in {time.monotonic() - began:.0f} s", flush=True)
            print(
                f"image {size(images, IMAGE):.0f} MB, {size(images, BASE):.0f} of them the base", flush=True
            )
            for number in range(options.repeat):
                once(images, given, options.real if number == 0 else None)


if __name__ == "__main__":
    main()
