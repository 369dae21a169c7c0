#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What each layer costs: prints a table and writes out/bench/bench.csv. docs/bench.md explains the lines.
#   make bench                       everything
#   make bench ONLY=calendar         one part, or several: ONLY="calendar random"
#   make bench RUNS=9                measured runs of each case (default 5; 3 of what takes longer than a second)
# TENK_BIN is the program, TENK_BENCH the folder of the bench programs, TENK_TRACES the recorded traces.
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")/.."
tenk=${TENK_BIN:-$PWD/build/tenk}
programs=${TENK_BENCH:-$PWD/build/bench}
traces=${TENK_TRACES:-$PWD/../shared/traces}
kth=$traces/kth-sp2/input.swf.gz

all_parts=(calendar random schedule replications country)
country=scenarios/country-2024.cfg
columns=bench,case,size,threads,unit,median,min,max,runs,peak_memory_bytes

die() {
    echo "bench: $1" >&2
    exit "${2:-1}"
}

read -r -a parts <<<"${ONLY:-}"
[ ${#parts[@]} -gt 0 ] || parts=("${all_parts[@]}")
for part in "${parts[@]}"; do
    [[ " ${all_parts[*]} " == *" $part "* ]] || die "ONLY=$part: not one of ${all_parts[*]}" 2
done
[[ ${RUNS:-5} =~ ^[1-9][0-9]?$ ]] || die "RUNS=$RUNS: must be a whole number from 1 to 99" 2
[ -x "$tenk" ] || die "no program $tenk: make bench builds it"

folder=out/bench
mkdir -p "$folder"
scratch=$(mktemp -d)
partial=$folder/.bench.csv.$$
trap 'rm -rf "$scratch" "$partial"' EXIT
trap 'exit 3' INT TERM

# json_number FILE KEY: the number after "KEY": in a JSON file of one value a line
json_number() {
    sed -n 's/^ *"'"$2"'": *\([0-9.eE+-]*\),*$/\1/p' "$1"
}

# study SCENARIO REPLICATIONS THREADS: one study as a process of its own; adds "replications/s" to a list, keeps threads
# and peak memory
study() {
    "$tenk" run "$1" -n "$2" -j "$3" --force --quiet -o "$scratch/study" \
        >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; die "$1 did not run"; }
    local info=$scratch/study/run_info.json
    awk -v n="$2" -v wall="$(json_number "$info" wall_s)" 'BEGIN { printf "%.4f\n", n / wall }' \
        >>"$scratch/rates.$3"
    json_number "$info" peak_memory_bytes >>"$scratch/memory.$3"
    json_number "$info" threads >"$scratch/threads.$3"
}

# replications SCENARIO COUNT. The runs with one and with two threads take turns, so that a slow minute of the machine
# meets both.
replications() {
    local scenario=$1 count=$2 runs=${RUNS:-3} run threads
    study "$scenario" "$count" 2
    rm -f "$scratch"/rates.* "$scratch"/memory.*
    for ((run = 0; run < runs; run++)); do
        study "$scenario" "$count" 1
        study "$scenario" "$count" 2
    done
    for threads in 1 2; do
        if [ "$(<"$scratch/threads.$threads")" -ne "$threads" ]; then
            echo "bench: this tenk runs on one thread only (built without OpenMP): no line for $threads" >&2
            continue
        fi
        sort -n "$scratch/rates.$threads" | awk -v OFS=, -v name="$(basename "$scenario" .cfg)" -v n="$count" \
            -v threads="$threads" -v memory="$(sort -n "$scratch/memory.$threads" | tail -n 1)" '
            { rate[NR] = $1 }
            END {
                median = NR % 2 ? rate[(NR + 1) / 2] : (rate[NR / 2] + rate[NR / 2 + 1]) / 2
                print "replications", name, n, threads, "replications/s", sprintf("%.4f", median), rate[1], rate[NR],
                      NR, memory
            }'
    done
}

processor() {
    sed -n 's/^model name[[:blank:]]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1
}

load_now() {
    cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo unknown
}

# print_table FILE.csv: for people. The last column compares a line with the one before it, where they belong together.
print_table() {
    awk -F, '
    function short(v) {
        if (v >= 1e8) return sprintf("%.0f M", v / 1e6)
        if (v >= 1e7) return sprintf("%.1f M", v / 1e6)
        if (v >= 1e6) return sprintf("%.2f M", v / 1e6)
        if (v >= 1e5) return sprintf("%.0f k", v / 1e3)
        if (v >= 1e4) return sprintf("%.1f k", v / 1e3)
        if (v >= 1e3) return sprintf("%.2f k", v / 1e3)
        return sprintf("%.3g", v)
    }
    /^#/ { print; next }
    $1 == "bench" {
        printf "\n%-12s %-22s %9s %7s %8s  %-15s %8s %8s %4s %9s  %s\n", $1, $2, $3, $4, $6, $5, $7, $8, $9, "memory",
               "ratio"
        next
    }
    {
        ratio = ""
        key = $1 "," $2
        if (key in last) {
            split(last[key], before, ",") # size, threads, median
            if ($3 == 2 * before[1] && $5 ~ /\/s$/)
                ratio = sprintf("%.2f of size/2: time as size^%.2f", $6 / before[3], log(before[3] / $6) / log(2))
            else if ($3 == 10 * before[1])
                ratio = sprintf("%.2f of size/10", $6 / before[3])
            else if ($3 == before[1] && $4 != before[2])
                ratio = sprintf("%.2f of %d thread%s", $6 / before[3], before[2], before[2] == 1 ? "" : "s")
        }
        if ($1 != bench && bench != "")
            print ""
        if ($8 - $7 > 0.2 * $6)
            ratio = "~ " ratio
        bench = $1
        last[key] = $3 "," $4 "," $6
        line = sprintf("%-12s %-22s %9d %7d %8s  %-15s %8s %8s %4d %6.0f MB  %s", $1, $2, $3, $4, short($6), $5, short($7),
                       short($8), $9, $10 / 1e6, ratio)
        sub(/ +$/, "", line)
        print line
    }' "$1"
}

load_before=$(load_now)
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
body=$scratch/body.csv
for part in "${parts[@]}"; do
    echo "bench: $part ..." >&2
    case $part in
    replications)
        replications scenarios/wuxi-10k.cfg 8
        replications "$country" 2
        ;;
    country)
        "$programs/bench_country" "$country"
        ;;
    schedule)
        if [ -f "$kth" ]; then
            "$programs/bench_schedule" "$kth"
        else
            echo "bench: no recorded traces at TENK_TRACES or ../shared/traces: generated jobs stand in for kth-sp2" >&2
            "$programs/bench_schedule"
        fi
        ;;
    *)
        "$programs/bench_$part"
        ;;
    esac >>"$body" || die "$part failed; $folder/bench.csv is as it was"
done

{
    version=$("$tenk" --version)
    commit=${version##*\(}
    echo "# commit: ${commit%\)*}"
    echo "# machine: $(processor), $(nproc) processors, $(uname -m), $(uname -sr), $(getconf GNU_LIBC_VERSION || true)"
    echo "# started: $started, load of the machine before $load_before, after $(load_now)"
    echo "# parts: ${parts[*]}"
    echo "$columns"
    cat "$body"
} >"$partial"
mv -f "$partial" "$folder/bench.csv"

print_table "$folder/bench.csv"
cat <<END

Median, least and most of the measured runs, a second of wall time; memory is the peak of the process.
ratio: this median over that of the smaller size, or of one thread. ~: the runs differ by more than a fifth; the machine was busy, measure again.
calendar counts operations: a hold is two (pop, push), with a cancellation four.
$folder/bench.csv
END
