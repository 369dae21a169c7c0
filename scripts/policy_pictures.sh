#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Puts what tenk prints today into the pages of docs/policies, between a marker and <!-- end -->:
#
#   <!-- picture: OPTION... -->              tenk replay ten.swf OPTION... --picture
#   <!-- scenario: FILE STEP OPTION... -->   tenk run FILE --jobs OPTION..., its first future drawn from jobs.csv
#   <!-- metric: FILE METRIC OPTION... -->   tenk run FILE OPTION..., the rows of summary.csv with that metric
#   <!-- list: order|backfill|place|preempt --> the registered policies with links to their pages
#   <!-- compare -->                         waits of the ten jobs under the policies of all pictures of that folder
#
#   scripts/policy_pictures.sh                  renews docs/policies; TENK_BIN names the program (default build/tenk)
#   scripts/policy_pictures.sh --pages          prints the pages that must be there, one a line
#   scripts/policy_pictures.sh FOLDER           renews the pages of a copy of the folder
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tenk=${TENK_BIN:-$root/build/tenk}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# registered KIND: name and rest of the line of every policy of the kind, a tab between
registered() {
    "$tenk" list policies | awk -v kind="$1" '
        /^[^ ]/ { here = $1 == kind }
        /^  [^./]/ && here { name = $1; sub(/^ +[^ ]+ +/, ""); print name "\t" $0 }'
}

# page KIND NAME: hold-backfill shares the page of hold; "none" of preemption has none
page() {
    case $1-$2 in
        backfill-hold-backfill) echo backfill-hold.md ;;
        preempt-none) ;;
        *) echo "$1-$2.md" ;;
    esac
}

pages() {
    local kind name rest
    for kind in order backfill place preempt; do
        while IFS=$'\t' read -r name rest; do page "$kind" "$name"; done < <(registered "$kind")
    done | sort -u
    printf '%s\n' README.md backfill-k.md candidates.md elastic.md pools.md reclaim.md tenants.md windows.md
}

list() { # list KIND
    local name rest link
    echo "| name | what it does |"
    echo "| --- | --- |"
    while IFS=$'\t' read -r name rest; do
        link=$(page "$1" "$name")
        echo "| ${link:+[}\`$name\`${link:+]($link)} | $rest |"
    done < <(registered "$1")
}

picture() { # picture OPTION...
    echo '```'
    echo "\$ tenk replay docs/policies/ten.swf $* --picture -q --force"
    (cd "$folder" && "$tenk" replay ten.swf "$@" --picture -q -o "$scratch/replay" --force)
    echo '```'
}

# metric_of SCOPE METRIC: its mean in the summary of the last replay
metric_of() { awk -F, -v s="$1" -v m="$2" '$1 == s && $2 == m { print $5 }' "$scratch/replay/summary.csv"; }

compare() {
    local options
    echo "| options of \`tenk replay docs/policies/ten.swf\` | mean wait, min | longest wait, min | mean bounded slowdown | makespan, min | stops |"
    echo "| --- | --- | --- | --- | --- | --- |"
    sed -n 's/^<!-- picture: \(.*\) -->$/\1/p' "$folder"/*.md | sort -u | while read -r options; do
        # shellcheck disable=SC2086
        (cd "$folder" && "$tenk" replay ten.swf $options -q -o "$scratch/replay" --force)
        awk -v options="$options" -v wait="$(metric_of all wait_mean)" -v most="$(metric_of all wait_max)" \
            -v slow="$(metric_of all bounded_slowdown_mean)" -v make="$(metric_of all makespan)" \
            -v stops="$(metric_of all preemptions)" 'BEGIN {
                printf "| `%s` | %.1f | %.0f | %.2f | %.0f | %d |\n", options, wait / 60, most / 60, slow, make / 60, stops }'
    done
}

run() { # run FILE OPTION...: into scratch/run, what it says told only when it fails
    (cd "$folder" && "$tenk" run "$1" "${@:2}" --jobs -q -o "$scratch/run" --force) >"$scratch/said" 2>&1 ||
        { cat "$scratch/said" >&2; return 1; }
}

# A row a job of the first future: `.` from submission to first start, `#` until the last end or the horizon.
scenario() { # scenario FILE STEP OPTION...
    local file=$1 step=$2
    shift 2
    run "$file" "$@"
    echo '```'
    echo "\$ tenk run docs/policies/$file --jobs -q --force${*:+ $*}"
    awk -F, -v step="$step" -v horizon="$(tail -1 "$scratch/run/timeline.csv" | cut -d, -f2)" '
        function time(t) { return t == "" ? "-" : sprintf("%.4g", t / unit) }
        BEGIN { size["h"] = 3600; size["d"] = 86400
                name = substr(step, length(step)); unit = size[name]; width = substr(step, 1, length(step) - 1) * unit
                printf "A column is %s, a row a job: `.` waits for its first start, `#` from there to its end\n", step
                printf "%6s %-10s %-10s %5s %7s %7s %7s %7s %6s\n", name, "site", "tenant", "cards", "submit", "start", "end", "queued", "stops" }
        NR > 1 && $1 == 0 { row[$3, $2] = $0; if ($2 > last) last = $2; if (!($3 in seen)) { seen[$3] = 1; sites[++n] = $3 } }
        END { for (s = 1; s <= n; s++) for (id = 0; id <= last; id++) if ((sites[s], id) in row) {
                  split(row[sites[s], id], f, ",")
                  letter = substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn", ++count, 1)
                  printf "%6s %-10s %-10s %5d %7s %7s %7s %7s %6d\n", letter, f[3], f[16] == "" ? "-" : f[16], f[5], time(f[6]), time(f[7]), time(f[8]), time(f[14]), f[15]
                  from = f[6] / width; start = f[7] == "" ? 72 : f[7] / width; end = (f[8] == "" ? horizon : f[8]) / width
                  bar = ""
                  for (c = 0; c < 72 && c < end; c++) bar = bar (c + 1 <= from ? " " : c + 0.5 < start ? "." : "#")
                  bars[count] = sprintf("%6s %s", letter, bar) }
              for (i = 1; i <= count; i++) print bars[i] }' "$scratch/run/jobs.csv"
    echo '```'
}

metric() { # metric FILE METRIC OPTION...
    local file=$1 wanted=$2
    shift 2
    run "$file" "$@"
    echo '```'
    echo "\$ tenk run docs/policies/$file -q --force${*:+ $*}; grep ,$wanted, out/${file%.cfg}/summary.csv"
    awk -F, -v wanted="$wanted" '$2 == wanted { printf "%-28s %-20s %12.6g %s\n", $1, $2, $5, $3 }' "$scratch/run/summary.csv"
    echo '```'
}

renew() { # renew PAGE
    local line words skipping=
    while IFS= read -r line; do
        if [ -n "$skipping" ]; then
            [ "$line" = "<!-- end -->" ] || continue
            skipping=
        fi
        printf '%s\n' "$line"
        if [[ $line =~ ^\<!--\ (picture|scenario|metric|list|compare)(:\ (.*))?\ --\>$ ]]; then
            read -r -a words <<<"${BASH_REMATCH[3]}"
            "${BASH_REMATCH[1]}" "${words[@]}"
            skipping=yes
        fi
    done <"$1" >"$scratch/page"
    [ -z "$skipping" ] || { echo "$1: a marker without <!-- end -->" >&2; return 1; }
    cmp -s "$scratch/page" "$1" || cat "$scratch/page" >"$1"
}

if [ "${1:-}" = --pages ]; then
    pages
    exit
fi
folder=$(cd "${1:-$root/docs/policies}" && pwd)
for file in "$folder"/*.md; do
    renew "$file"
done
