#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every case of this folder gives the files that are kept of it, byte for byte (README.md tells when to renew them).
set -uo pipefail
# shellcheck source=tests/golden/cases.sh
. "$(dirname "${BASH_SOURCE[0]}")/cases.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0 compared=0

failed() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}

# last_digits KEPT NOW: the same rows, numbers apart by less than a billionth
last_digits() {
    [ "$(wc -l <"$1")" -eq "$(wc -l <"$2")" ] && paste -d '\n' "$1" "$2" | awk -F , '
        NR % 2 { for (i = 1; i <= NF; i++) kept[i] = $i; fields = NF; next }
        NF != fields { exit 1 }
        { for (i = 1; i <= NF; i++) { d = kept[i] - $i; if (kept[i] "" != $i "" && (d * d > 1e-18 * $i * $i || $i == 0)) exit 1 } }'
}

# differs CASE FILE: what changed, in a few lines. Last digits alone are told and no failure, unless
# TENK_GOLDEN_EXACT is set: another kind of processor or C library rounds a logarithm otherwise.
differs() {
    local kept=$golden_folder/$1/expected/$2 now=$scratch/$1/$2
    if [ -z "${TENK_GOLDEN_EXACT:-}" ] && last_digits "$kept" "$now"; then
        echo "$1: $2: only last digits differ: see README.md on processors and libraries"
        return
    fi
    failures=$((failures + 1))
    echo "FAILED: $1: $2 is not what is kept (- kept, + now)"
    diff -u --label kept --label now "$kept" "$now" | sed -n '3,15p' | cut -c 1-160
}

# does_what_it_should CASE: the metrics that its file `exercises` names (scope, metric) are above 0 in the results
does_what_it_should() {
    local scope metric
    [ ! -e "$golden_folder/$1/exercises" ] || while read -r scope; do
        metric=${scope##* } scope=${scope% *}
        awk -F , -v scope="$scope" -v metric="$metric" '$1 == scope && $2 == metric && $5 > 0 { found = 1 } END { exit !found }' \
            "$scratch/$1/summary.csv" || failed "$1: $metric of $scope is not above 0: the case does not do what it is for"
    done <"$golden_folder/$1/exercises"
}

# same_schedules: two cases with the same schedule hold fast one thing and not two
same_schedules() {
    local twice
    twice=$(cd "$scratch" && cksum -- */jobs.csv | sort | awk '$1 == last { print file " and " $3 } { last = $1; file = $3 }')
    [ -z "$twice" ] || failed "the same in two cases: $twice"
}

# every_policy: each registered name is in the arguments or the scenario of some case
every_policy() {
    local group option setting name groups=0
    while read -r group option setting; do
        groups=$((groups + 1))
        while read -r name; do
            grep -qE -- "$option $name( |\$)" "$golden_folder"/*/args ||
                grep -qE "$setting = \"$name\"" "$golden_folder"/*/scenario.cfg ||
                failed "no case has $group $name"
        done < <("$golden_tenk" list policies | awk -v group="$group" '
            /^[^ ]/ { on = index($0, group " (") == 1; next } on && $1 !~ /^\.|^[0-9]/ { print $1 }')
    done <<END
order --order order
backfill --backfill backfill
place --place place
preempt --preempt preempt
allocation - allocation
END
}

while read -r case; do
    if ! golden_run "$case" "$scratch/$case" 2>"$scratch/errors"; then
        failures=$((failures + 1))
        echo "FAILED: $case does not run:"
        cat "$scratch/errors"
        continue
    fi
    while read -r file; do
        now=$scratch/$case/$file
        kept=$golden_folder/$case/expected/$file
        if [ -e "$kept" ] && [ -e "$now" ]; then
            compared=$((compared + 1))
            cmp -s "$kept" "$now" || differs "$case" "$file"
        elif [ -e "$kept" ] || [ -e "$now" ]; then
            failures=$((failures + 1))
            echo "FAILED: $case: $file is only $([ -e "$kept" ] && echo kept || echo written now)"
        fi
    done < <(golden_kept "$case")
    does_what_it_should "$case"
done < <(golden_cases)
same_schedules
every_policy

echo "$compared files compared, $failures failures"
[ "$failures" -eq 0 ] && [ "$compared" -ge 60 ]
