#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What each layer costs: prints a table and writes out/bench/bench.csv. docs/bench.md explains the lines.
#   make bench                       everything
#   make bench ONLY=calendar         one part, or several: ONLY="calendar random"
#   make bench RUNS=9                measured runs of each case (default 5; 3 of what takes longer than a second)
#   make bench BASE=v1.0             builds that commit too and prints ratios; both take turns, run by run
# TENK_BIN is the program, TENK_BENCH the folder of the bench programs, TENK_TRACES the recorded traces.
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")/.."
tenk=${TENK_BIN:-$PWD/build/tenk}
programs=${TENK_BENCH:-$PWD/build/bench}
traces=${TENK_TRACES:-$PWD/../shared/traces}
kth=$traces/kth-sp2/input.swf.gz

all_parts=(calendar random queue schedule replications failures commands country)
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
    rm -rf "$scratch/study" # of another commit, which writes other files
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

# one_command NAME SIZE UNIT ARGUMENT...: whole runs of the program, as a user starts it; SIZE units a run
one_command() {
    local name=$1 size=$2 unit=$3 runs=${RUNS:-3} run
    shift 3
    rm -f "$scratch/times" "$scratch/memory.command"
    for ((run = 0; run <= runs; run++)); do # the first one is not counted
        rm -rf "$scratch/study"
        /usr/bin/env time -f '%e %M' -o "$scratch/time" "$tenk" "$@" -j 1 -q -o "$scratch/study" --force \
            >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; die "tenk $1 did not run"; }
        ((run)) && tail -n 1 "$scratch/time" >>"$scratch/times"
    done
    awk -v n="$size" '{ printf "%.6f %d\n", n / ($1 > 0.005 ? $1 : 0.005), $2 * 1024 }' "$scratch/times" | sort -n | awk -v OFS=, \
        -v name="$name" -v n="$size" -v unit="$unit" '
        { rate[NR] = $1; if ($2 > memory) memory = $2 }
        END {
            median = NR % 2 ? rate[(NR + 1) / 2] : (rate[NR / 2] + rate[NR / 2 + 1]) / 2
            print "commands", name, n, 1, unit, sprintf("%.4f", median), rate[1], rate[NR], NR, memory
        }'
}

commands() {
    local town=scenarios/llama3-54d.cfg
    one_command run 20 replications/s run "$town" -n 20
    one_command run 200 replications/s run "$town" -n 200
    one_command compare 60 replications/s compare "$town" --vary reliability.llama3.checkpoint_interval=1h,2h,3h -n 20
    one_command sweep 120 replications/s sweep scenarios/studies/wuxi-sweep.cfg
    one_command sensitivity 1 studies/s sensitivity scenarios/studies/wuxi-sensitivity.cfg --method tornado
    one_command size 1 studies/s size "$town" --vary site.llama3.cards=16384..16512:8 --target "ettr[llama3] >= 89.5" -n 20
}

# part NAME: its lines. The program and the bench programs are $tenk and $programs.
part() {
    case $1 in
    replications)
        replications scenarios/wuxi-10k.cfg 8
        replications "$country" 2
        ;;
    failures)
        replications scenarios/airesim.cfg 30 | sed 's/^replications,/failures,/'
        ;;
    commands)
        commands
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
        "$programs/bench_$1"
        ;;
    esac
}

# build_base COMMIT: an older commit's program and bench programs, in a folder of their own; sets base_folder
build_base() {
    local commit
    commit=$(git rev-parse --verify --quiet "$1^{commit}") || die "BASE=$1: no such commit" 2
    base_folder=$PWD/out/bench/base-${commit:0:12}
    if [ ! -x "$base_folder/build/tenk" ]; then
        echo "bench: building $1 (${commit:0:12}) ..." >&2
        rm -rf "$base_folder"
        mkdir -p "$base_folder"
        git archive "$commit" | tar -x -C "$base_folder"
        (cd "$base_folder" && cmake --preset release && cmake --build build --target bench -j "$(nproc)") \
            >"$base_folder.log" 2>&1 || { tail -n 20 "$base_folder.log" >&2; die "$1 does not build: $base_folder.log"; }
    fi
}

# turns PART: both commits take turns, one measured run each at a time; their lines go to now.csv and base.csv
turns() {
    local runs=${RUNS:-5} run own_tenk=$tenk own_programs=$programs
    for ((run = 0; run < runs; run++)); do
        RUNS=1 part "$1" >>"$scratch/now.csv" || die "$1 failed"
        if (cd "$base_folder" && tenk=$base_folder/build/tenk programs=$base_folder/build/bench RUNS=1 && part "$1") \
            >>"$scratch/base.csv" 2>"$scratch/base.log"; then
            :
        elif [ "$run" -eq 0 ]; then
            echo "bench: the older commit has no part $1" >&2
        fi
        tenk=$own_tenk programs=$own_programs
    done
}

# medians FILE.csv: lines of several single runs made one
medians() {
    sort -t, -k1,1 -k2,2 -k3,3n -k4,4n -k6,6g "$1" | awk -F, -v OFS=, '
    function flush() {
        if (!n) return
        median = n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
        print head, median, v[1], v[n], n, memory
        n = memory = 0
    }
    {
        line = $1 "," $2 "," $3 "," $4 "," $5
        if (line != head) flush()
        head = line
        v[++n] = $6
        if ($10 > memory) memory = $10
    }
    END { flush() }'
}

compare_with_base() {
    touch "$scratch/base.csv"
    medians "$scratch/now.csv" >"$scratch/now.medians"
    medians "$scratch/base.csv" >"$scratch/base.medians"
    printf '\n%-12s %-24s %9s %3s %-16s %12s %12s %8s\n' bench case size thr unit "${base_folder##*/base-}" now ratio
    awk -F, '
    FILENAME == ARGV[1] { base[$1 "," $2 "," $3 "," $4 "," $5] = $6; next }
    {
        key = $1 "," $2 "," $3 "," $4 "," $5
        known = key in base && base[key] > 0
        printf "%-12s %-24s %9d %3d %-16s %12s %12.5g %8s%s\n", $1, $2, $3, $4, $5, known ? sprintf("%.5g", base[key]) : "-", $6,
               known ? sprintf("%.3f", $6 / base[key]) : "-", ($8 - $7 > 0.2 * $6) ? " ~" : ""
    }' "$scratch/base.medians" "$scratch/now.medians"
    cp "$scratch/now.medians" "$body"
}

load_before=$(load_now)
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
body=$scratch/body.csv
[ -z "${BASE:-}" ] || build_base "$BASE"
for part in "${parts[@]}"; do
    echo "bench: $part ..." >&2
    if [ -n "${BASE:-}" ]; then
        turns "$part"
    else
        part "$part" >>"$body" || die "$part failed; $folder/bench.csv is as it was"
    fi
done
[ -z "${BASE:-}" ] || compare_with_base

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

[ -n "${BASE:-}" ] || print_table "$folder/bench.csv"
cat <<END

Median, least and most of the measured runs, a second of wall time; memory is the peak of the process.
ratio: this median over that of the smaller size, or of one thread. ~: the runs differ by more than a fifth; the machine was busy, measure again.
calendar counts operations: a hold is two (pop, push), with a cancellation four.
$folder/bench.csv
END
