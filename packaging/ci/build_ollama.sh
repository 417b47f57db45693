#!/usr/bin/env bash
# build_ollama.sh FOLDER PYTHON: builds Ollama from its Go module into FOLDER/bin, unless it is there already.
# 0.24.0 is the last release whose engine is inside the binary. Module archives leave out vendored C headers:
# nlohmann-json and stb come from the system's packages, miniaudio from a source package that carries it.
set -euo pipefail

version=0.24.0
miniaudio=1.71
miniaudio_sha256=ff51e2887bb673e2e757752b586b3dc924d59aa5fbcae9bbc45f4a111bd3262b
folder=$1
python=$2

if [[ "$("$folder/bin/ollama" --version 2>/dev/null || true)" == *"$version"* ]]; then
    echo "Ollama $version is in $folder/bin already."
    exit 0
fi

# The same place every time: it is part of the key under which Go keeps what it compiled.
headers="$folder/headers"
"$python" -m pip download --quiet --no-deps --no-binary miniaudio --dest "$headers" "miniaudio==$miniaudio"
sha256sum --check --quiet <<<"$miniaudio_sha256  $headers/miniaudio-$miniaudio.tar.gz"
tar -xzf "$headers/miniaudio-$miniaudio.tar.gz" -C "$headers"

export CGO_CFLAGS="-O3 -march=native"
export CGO_CXXFLAGS="-O3 -march=native -I/usr/include -I$headers/miniaudio-$miniaudio"
export GOBIN="$folder/bin"
module=github.com/ollama/ollama
go install -ldflags "-X=$module/version.Version=$version" "$module@v$version"
"$GOBIN/ollama" --version
