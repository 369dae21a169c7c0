#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Renews the files that tests/golden compares with.
#   scripts/golden.sh            all cases, with build/tenk (or the program that TENK_BIN names)
#   scripts/golden.sh CASE...    only these
# Only after a change of results that is meant: tests/golden/README.md. Look at `git diff tests/golden` afterwards.
set -euo pipefail
# shellcheck source=tests/golden/cases.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/golden/cases.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

[ $# -gt 0 ] || mapfile -t cases < <(golden_cases)
[ $# -eq 0 ] || cases=("$@")
for case in "${cases[@]}"; do
    [ -d "$golden_folder/$case" ] || { echo "there is no case $case in tests/golden" >&2; exit 2; }
    golden_run "$case" "$scratch/$case"
    expected=$golden_folder/$case/expected
    mkdir -p "$expected"
    changed=
    while read -r file; do
        if [ ! -e "$scratch/$case/$file" ]; then
            rm -f "$expected/$file"
        elif ! cmp -s "$scratch/$case/$file" "$expected/$file"; then
            cp "$scratch/$case/$file" "$expected/$file"
            changed+=" $file"
        fi
    done < <(golden_kept "$case")
    echo "$case:${changed:- unchanged}"
done
