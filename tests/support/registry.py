"""A registry on loopback that Ollama pulls from: manifests, HEAD, and byte ranges behind a redirect.

As the real one does, it sends the client for a blob to another host name; here `localhost` for
`127.0.0.1`.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.support.listening import listening

PIECE = 1 << 20
TYPE = "application/vnd.ollama.image."
MODEL = "library/tiny-coder:latest"
TEMPLATE = b"""{{ range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
"""


@dataclass
class Registry:
    """What is served, and with which faults; they may be changed between requests.

    blobs: by digest, a file or bytes. model: the name to pull. hold_after: send so many bytes of the
    weights in all, set `held`, and go on only when `go_on` is set. break_after: close the connection
    once after so many bytes of the weights. corrupt: change a byte of the weights.
    ranges: first bytes asked for of the weights. sent: bytes of the weights sent, all together.
    """

    blobs: dict[str, Path | bytes]
    manifest: bytes
    weights: str
    url: str = ""
    hold_after: int | None = None
    break_after: int | None = None
    corrupt: bool = False
    ranges: list[int] = field(default_factory=list[int])
    sent: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    idle: threading.Event = field(default_factory=threading.Event)
    _active: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sending(self, change: int) -> None:
        """Count the answers with weights that are under way; `idle` is set while there are none."""
        with self._lock:
            self._active += change
            if self._active:
                self.idle.clear()
            else:
                self.idle.set()

    @property
    def model(self) -> str:
        return f"{self.url}/{MODEL}"

    def size(self, digest: str) -> int:
        blob = self.blobs[digest]
        return len(blob) if isinstance(blob, bytes) else blob.stat().st_size

    def pieces(self, digest: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from start to end (not included)."""
        blob = self.blobs[digest]
        if isinstance(blob, bytes):
            yield blob[start:end]
            return
        with blob.open("rb") as file:
            file.seek(start)
            while start < end and (piece := file.read(min(PIECE, end - start))):
                start += len(piece)
                yield piece


@contextmanager
def serve_registry(gguf: Path) -> Generator[Registry]:
    """Serve the weights as the model MODEL until the block ends."""
    registry = _registry(gguf)
    with listening(_Handler, registry=registry) as registry.url:
        try:
            yield registry
        finally:
            registry.go_on.set()


def _registry(gguf: Path) -> Registry:
    config = json.dumps(
        {"model_format": "gguf", "model_family": "qwen2", "model_families": ["qwen2"]}
    ).encode()
    parameters = json.dumps({"stop": ["<|im_end|>"]}).encode()
    with gguf.open("rb") as file:
        weights = "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
    layers = [(TYPE + "model", weights, gguf)]
    layers += [(TYPE + "template", _digest(TEMPLATE), TEMPLATE)]
    layers += [(TYPE + "params", _digest(parameters), parameters)]
    blobs: dict[str, Path | bytes] = {digest: blob for _, digest, blob in layers}
    blobs[_digest(config)] = config
    registry = Registry(blobs, b"", weights)
    docker = "application/vnd.docker.distribution.manifest.v2+json"
    config_entry = _entry("application/vnd.docker.container.image.v1+json", _digest(config), registry)
    entries = [_entry(media, digest, registry) for media, digest, _ in layers]
    manifest = {"schemaVersion": 2, "mediaType": docker, "config": config_entry, "layers": entries}
    registry.manifest = json.dumps(manifest).encode()
    return registry


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _entry(media: str, digest: str, registry: Registry) -> dict[str, object]:
    return {"mediaType": media, "digest": digest, "size": registry.size(digest)}


class _Handler(BaseHTTPRequestHandler):
    registry: Registry
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        digest = self.path.rsplit("/", 1)[-1]
        self._head(200 if digest in self.registry.blobs else 404, digest)

    def do_GET(self) -> None:
        name, tag = MODEL.split(":")
        digest = self.path.rsplit("/", 1)[-1]
        if self.path == f"/v2/{name}/manifests/{tag}":
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.registry.manifest)))
            self.end_headers()
            self.wfile.write(self.registry.manifest)
        elif digest not in self.registry.blobs:
            self._head(404, "")
        elif self.path.startswith("/v2/"):
            self.send_response(307)
            elsewhere = self.registry.url.replace("127.0.0.1", "localhost")
            self.send_header("Location", f"{elsewhere}/data/{digest}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._blob(digest)

    def _head(self, status: int, digest: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(self.registry.size(digest)) if status == 200 else "0")
        self.end_headers()

    def _blob(self, digest: str) -> None:
        size = self.registry.size(digest)
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        end = int(asked[2]) + 1 if asked and asked[2] else size
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(end - start))
        self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.end_headers()
        pieces = self.registry.pieces(digest, start, end)
        try:
            if digest == self.registry.weights:
                self.registry.ranges.append(start)
                self.registry.sending(+1)
                try:
                    self._weights(pieces)
                finally:
                    self.registry.sending(-1)
            else:
                self.wfile.writelines(pieces)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _weights(self, pieces: Iterable[bytes]) -> None:
        registry = self.registry
        for piece in pieces:
            if registry.break_after is not None and registry.sent >= registry.break_after:
                registry.break_after = None
                self.close_connection = True
                return
            if registry.hold_after is not None and registry.sent >= registry.hold_after:
                registry.held.set()
                registry.go_on.wait()
            data = b"?" * len(piece) if registry.corrupt else piece
            self.wfile.write(data)
            registry.sent += len(data)
