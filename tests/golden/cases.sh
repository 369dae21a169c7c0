# SPDX-License-Identifier: GPL-3.0-or-later
# What test_golden.sh and scripts/golden.sh share: which cases there are and how one is run.
# shellcheck shell=bash
export LC_ALL=C

golden_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
golden_tenk=${TENK_BIN:-$golden_folder/../../build/tenk}

# golden_kept CASE: the files that are kept of it and compared, where a run writes them
golden_kept() {
    if [ -e "$golden_folder/$1/keep" ]; then
        cat "$golden_folder/$1/keep"
    else
        printf '%s\n' summary.csv timeline.csv deliveries.csv failures.csv jobs.csv
    fi
}

# golden_cases: the names, one a line
golden_cases() {
    local file
    for file in "$golden_folder"/*/scenario.cfg "$golden_folder"/*/trace.swf; do
        [ ! -e "$file" ] || basename "$(dirname "$file")"
    done | sort
}

# golden_run CASE DIR: the results of the case, in the folder DIR; more options are in the file `args` of the case
golden_run() {
    local case=$golden_folder/$1 more=()
    [ ! -e "$case/args" ] || read -r -a more <"$case/args"
    if [ -e "$case/scenario.cfg" ]; then
        "$golden_tenk" run "$case/scenario.cfg" --jobs -j 2 -q -o "$2" "${more[@]}"
    else
        "$golden_tenk" replay "$case/trace.swf" -q -o "$2" "${more[@]}"
    fi
}
