#!/usr/bin/env bash
# install_system_packages.sh NAME...: installs what is missing with apt, as root or with sudo.
set -euo pipefail

missing=()
for name in "$@"; do
    status=$(dpkg-query --show --showformat '${Status}' "$name" 2>/dev/null || true)
    [[ $status == *"ok installed" ]] || missing+=("$name")
done
if ((${#missing[@]} == 0)); then
    echo "All there: $*"
    exit 0
fi

as_root=()
((EUID == 0)) || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update --quiet
"${as_root[@]}" apt-get install --quiet --yes --no-install-recommends "${missing[@]}"
