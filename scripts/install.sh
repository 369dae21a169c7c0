#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what tenk is built from; `install.sh ci` adds the tools of the checks, `install.sh mpi` what tenk-mpi needs.
# When all is there it only looks, and needs neither network nor rights.
set -uo pipefail

packages=(libc6-dev libgsl-dev libconfig-dev libcsv-dev zlib1g-dev librandom123-dev libcmocka-dev)
# A tool counts as there when it can be run: it need not come from a package.
tools=(gcc cmake pkg-config)
if [ "${1:-}" = ci ]; then
    packages+=(libomp-14-dev libclang-rt-14-dev)
    tools+=(git clang clang-format clang-tidy)
fi
if [ "${1:-}" = mpi ]; then
    packages+=(libopenmpi-dev openmpi-bin)
fi

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "install: this is no Debian, so nothing is installed. tenk needs a C17 compiler with OpenMP, CMake 3.21," >&2
    echo "install: make or ninja, pkg-config, GSL, libconfig, libcsv, zlib, Random123, and cmocka for its tests." >&2
    exit 0
fi

missing=()
for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
command -v ninja >/dev/null || command -v make >/dev/null || missing+=(ninja-build)
there=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null)
for package in "${packages[@]}"; do
    grep -qxF "installed $package" <<<"$there" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

# Seen only when something is installed anyway: ninja makes every later build start faster than make.
command -v ninja >/dev/null || missing+=(ninja-build)

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
fi
install=(apt-get install -y --no-install-recommends "${missing[@]}")

echo "install: ${missing[*]}"
failed() {
    echo "install: $1 Please run by hand, as root, then try again:" >&2
    echo "    apt-get update && ${install[*]}" >&2
    exit 1
}
if [ ${#as_root[@]} -ne 0 ] && ! command -v sudo >/dev/null; then
    failed "these packages are missing, and there is no sudo."
fi
# An update that fails may still leave lists good enough to install from.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q ||
    echo "install: the package lists could not be updated; trying with the old ones" >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" || failed "the packages could not be installed."
