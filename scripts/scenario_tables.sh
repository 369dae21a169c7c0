#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Renews the tables in docs/scenarios/*.md from runs. A table stands between a marker that says what to run and
# what to show, and <!-- end -->:
#
#   <!-- table NAME                         (table NAME quick: cheap enough for the tests)
#   of: HEADING | SCOPE | METRIC | FACTOR                      the row of summary.csv, times FACTOR (may be left out: 1);
#                                                              SCOPE+SCOPE: their sum, METRIC/METRIC: of the sums (replications.csv)
#   at: HEADING | FILE WHO | COLUMN | DATE | FACTOR            FILE (timeline or market).csv: WHO's value at the last sample up to DATE
#   over: HEADING | FILE WHO | COLUMN | FROM..TO | FACTOR      the same, of the sums over the samples of FROM to before TO
#                                                              WHO/*: WHO and its pools together
#   jobs: HEADING | WHO | CLASS | COLUMN | FACTOR | OFFSET     jobs.csv: mean over the completed jobs of that class, times FACTOR, less OFFSET
#   run: LABEL | SCENARIO.cfg OPTION...                        a row of the table
#   turn                                                       rows are columns
#   -->
#
# COLUMN may be A/B. A cell is the mean over futures with its 95 % interval (t), and in how many futures it exists when not in all.
#
#   scripts/scenario_tables.sh                  renews docs/scenarios; TENK_BIN names the program (default build/tenk)
#   scripts/scenario_tables.sh FOLDER [NAME]    renews a copy of the folder; only the table NAME, or those marked quick (NAME: --quick)
#   scripts/scenario_tables.sh --check [FOLDER] runs nothing: do all commands parse, do files, options, scopes, metrics, columns exist?
#                                               (without FOLDER also of the commands in the heads of scenarios)
#
# All tables take about four minutes on two idle cores: too slow for the tests, which check, and renew the quick ones.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tenk=${TENK_BIN:-$root/build/tenk}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# trim TEXT: without blanks around it
trim() {
    local text=$1
    text=${text#"${text%%[![:space:]]*}"}
    printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# split TEXT: into the array `part` at its bars
split() {
    local piece rest=$1
    part=()
    while [[ $rest == *"|"* ]]; do
        piece=${rest%%|*}
        part+=("$(trim "$piece")")
        rest=${rest#*|}
    done
    part+=("$(trim "$rest")")
}

# number_cell FUTURES: lines "value" or "value half-width n" on stdin -> one cell
number_cell() {
    awk -v futures="$1" '
        # 97.5 % quantile of t with v degrees of freedom: tabled, then Cornish-Fisher (Abramowitz & Stegun 26.7.5), to 1e-3 from v = 4 on
        function t975(v,  z) {
            if (v < 4) return v == 1 ? 12.7062 : v == 2 ? 4.30265 : 3.18245
            z = 1.959964
            return z + (z^3 + z) / (4 * v) + (5 * z^5 + 16 * z^3 + 3 * z) / (96 * v^2) + \
                (3 * z^7 + 19 * z^5 + 17 * z^3 - 15 * z) / (384 * v^3) + \
                (79 * z^9 + 776 * z^7 + 1482 * z^5 - 1920 * z^3 - 945 * z) / (92160 * v^4)
        }
        function grouped(x,  text, out) {
            text = sprintf("%.0f", x)
            while (match(text, /[0-9][0-9][0-9][0-9]+$/)) { out = "," substr(text, length(text) - 2) out; text = substr(text, 1, length(text) - 3) }
            return text out
        }
        # three digits, more where the number is large; x as `like` is shown
        function shown(x, like,  size) {
            size = like < 0 ? -like : like
            if (size < 5e-5) size = 0
            if (x < 5e-5 && x > -5e-5) x = 0
            return size >= 1000 ? grouped(x) : size >= 100 ? grouped(x) : size >= 10 ? sprintf("%.1f", x) : \
                size >= 0.1 || size == 0 ? sprintf("%.2f", x) : sprintf("%.4f", x)
        }
        NF == 3 { mean = $1; half = $2; n = $3; given = 1; next }
        NF { n++; d = $1 - mean; mean += d / n; sum += d * ($1 - mean) }
        END {
            if (!n) { printf "-"; exit }
            if (!given) half = n > 1 ? t975(n - 1) * sqrt(sum / (n - 1) / n) : -1
            like = mean
            if (half > 5e-5 && shown(half, mean) + 0 == 0) like = half >= 0.05 ? 10 : half >= 0.005 ? 1 : 0.01
            printf "%s", shown(mean, like)
            if (half > 5e-5) printf " ± %s", shown(half, like)
            if (n < futures) printf " (%d of %d)", n, futures
        }'
}

# cell KIND: with the fields in `part`, from the results in scratch/run
cell() {
    local futures factor
    futures=$(sed -n 's/^ *"replications": *\([0-9]*\),*$/\1/p' "$scratch/run/manifest.json" | head -1)
    case $1 in
        of)
            factor=${part[3]:-1}
            if [[ ${part[1]}${part[2]} == *[+/]* && ( ${part[1]} == *+* || ${part[2]} == */* ) ]]; then
                awk -F, -v scopes="${part[1]}" -v metrics="${part[2]}" -v factor="$factor" '
                    BEGIN { n = split(scopes, scope, "[+]"); parts = split(metrics, metric, "/"); for (i = 1; i <= n; i++) wanted[scope[i]] = 1 }
                    NR > 1 && ($3 in wanted) && $6 != "" {
                        if ($4 == metric[1]) { top[$2] += $6; seen[$2] = 1 }
                        if (parts > 1 && $4 == metric[2]) bottom[$2] += $6 }
                    END { for (r = 0; r < 100000; r++) { if (!(r in seen)) { if (++gap > 1000) break; continue }
                          gap = 0; if (parts < 2 || bottom[r] > 0) printf "%.12g\n", top[r] / (parts > 1 ? bottom[r] : 1) * factor } }' \
                    "$scratch/run/replications.csv" | number_cell "$futures"
                return
            fi
            awk -F, -v OFMT=%.12g -v scope="${part[1]}" -v metric="${part[2]}" -v factor="$factor" '
                $1 == scope && $2 == metric && $4 > 0 { print $5 * factor, $7 == "" ? -1 : ($8 - $7) / 2 * factor, $4 }' \
                "$scratch/run/summary.csv" | number_cell "$futures"
            ;;
        at | over)
            factor=${part[4]:-1}
            awk -F, -v who="${part[1]#* }" -v columns="${part[2]}" -v when="${part[3]}" -v kind="$1" -v factor="$factor" '
                NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i
                          parts = split(columns, name, "/"); split(when, edge, "[.][.]"); whose = column["site"] ? column["site"] : column["buyer"]
                          pools = sub("/[*]$", "", who) }
                NR > 1 && ($whose == who || (pools && index($whose, who "/") == 1)) &&
                    (kind == "at" ? $3 <= when : $3 >= edge[1] && $3 < edge[2]) {
                    new = !($1 in seen) || last[$1] != $2
                    if (kind == "at" && new) top[$1] = bottom[$1] = 0
                    top[$1] += $column[name[1]]; bottom[$1] += parts > 1 ? $column[name[2]] : new
                    last[$1] = $2; seen[$1] = 1 }
                END { for (r = 0; r < 100000; r++) { if (!(r in seen)) { if (++gap > 1000) break; continue }
                      gap = 0; if (bottom[r] > 0) printf "%.12g\n", top[r] / bottom[r] * factor } }' \
                "$scratch/run/${part[1]%% *}.csv" | number_cell "$futures"
            ;;
        jobs)
            factor=${part[4]:-1}
            awk -F, -v who="${part[1]}" -v class="${part[2]}" -v wanted="${part[3]}" -v factor="$factor" -v offset="${part[5]:-0}" '
                NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
                NR > 1 && $column["site"] == who && $column["class"] == class && $column["state"] == "completed" {
                    sum[$1] += $column[wanted]; count[$1]++ }
                END { for (r = 0; r < 100000; r++) { if (!(r in count)) { if (++gap > 1000) break; continue }
                      gap = 0; printf "%.12g\n", sum[r] / count[r] * factor - offset } }' \
                "$scratch/run/jobs.csv" | number_cell "$futures"
            ;;
    esac
}

# Reads the marker of a table from `spec` into kinds, wanted (columns), labels, commands, turned.
parse() {
    local line kind
    kinds=() wanted=() labels=() commands=() turned=
    while IFS= read -r line; do
        case $line in
            of:* | at:* | over:* | jobs:*) kinds+=("${line%%:*}") wanted+=("$(trim "${line#*:}")") ;;
            run:*)
                kind=$(trim "${line#*:}")
                labels+=("$(trim "${kind%%|*}")") commands+=("$(trim "${kind#*|}")")
                ;;
            turn) turned=1 ;;
            '') ;;
            *) echo "$page: table $name: not understood: $line" >&2; return 1 ;;
        esac
    done <<<"$spec"
}

# run_command WORDS...: into scratch/run; wants jobs.csv where a column asks for it
run_command() {
    local file=$1 more=() kept
    shift
    [[ " ${kinds[*]} " != *" jobs "* ]] || more=(--jobs)
    kept=$scratch/kept-$(printf '%s\n' "$file" "$@" "${more[@]}" | cksum | tr ' ' -)
    rm -f "$scratch/run"
    ln -s "$kept" "$scratch/run"
    [ ! -d "$kept" ] || return 0 # a page asks for some runs more than once
    (cd "$root" && "$tenk" run "scenarios/$file" "$@" "${more[@]}" -q -o "$kept" --force) >"$scratch/said" 2>&1 ||
        { echo "$page: table $name: tenk run $file $*" >&2; cat "$scratch/said" >&2; return 1; }
}

table() {
    local r c words cells=()
    parse
    for r in "${!commands[@]}"; do
        eval "words=(${commands[r]})" # quotes as in a shell
        run_command "${words[@]}"
        for c in "${!wanted[@]}"; do
            split "${wanted[c]}"
            cells+=("$(cell "${kinds[c]}")")
        done
    done
    echo
    for r in "${!commands[@]}"; do
        echo "    tenk run scenarios/${commands[r]}$([[ " ${kinds[*]} " != *" jobs "* ]] || echo " --jobs") -o out/$name-$((r + 1))"
    done
    echo
    if [ -n "$turned" ]; then
        echo "| $(printf '| %s ' "${labels[@]}")|"
        echo "|$(printf ' --- |%.0s' kind "${labels[@]}")"
        for c in "${!wanted[@]}"; do
            split "${wanted[c]}"
            printf '| %s |' "${part[0]}"
            for r in "${!labels[@]}"; do printf ' %s |' "${cells[r * ${#wanted[@]} + c]}"; done
            echo
        done
        echo
        return
    fi
    printf '| |'
    for c in "${!wanted[@]}"; do split "${wanted[c]}"; printf ' %s |' "${part[0]}"; done
    echo
    echo "|$(printf ' --- |%.0s' kind "${wanted[@]}")"
    for r in "${!labels[@]}"; do
        printf '| %s |' "${labels[r]}"
        for c in "${!wanted[@]}"; do printf ' %s |' "${cells[r * ${#wanted[@]} + c]}"; done
        echo
    done
    echo
}

# known_name NAME: is it a buyer, site, group or line of the scenario whose settings are in scratch/settings?
known_name() {
    local name=${1%%/*}
    [ "$name" = all ] || grep -qE "^(buyers|site|lines)\.$name\.|\.group *= *\"$name\"" "$scratch/settings"
}

# known_column FILE COLUMN: of market.csv, timeline.csv, jobs.csv (docs/results.md); only those that are numbers
known_column() {
    local columns
    case $1 in
        market) columns='cards_ordered cards_delivered cards_cancelled cards_open spent_cny' ;;
        timeline) columns='cards_ordered cards_delivered cards_online cards_up cards_busy queued_jobs queued_cards running_jobs rate_pflops' ;;
        jobs) columns='cards submit_s start_s end_s wait_s run_s restarts lost_s queued_s preemptions' ;;
        *) return 1 ;;
    esac
    [[ " $columns " == *" $2 "* ]]
}

check_column() { # check_column KIND: with the fields in `part`
    local columns
    case $1 in
        of)
            while IFS= read -r c; do known_name "$c" || say "no scope $c"; done <<<"${part[1]//+/$'\n'}"
            for c in ${part[2]//\// }; do
                awk -v metric="$c" '$1 == metric { found = 1 } END { exit !found }' "$scratch/metrics" || say "no metric $c"
            done
            ;;
        at | over)
            known_name "${part[1]#* }" || say "nobody of the name ${part[1]#* }"
            [[ ${part[1]} == "timeline "* || ${part[1]} == "market "* ]] || say "no file ${part[1]%% *}.csv"
            [[ ${part[3]} =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?$ ]] || say "no date ${part[3]}"
            columns=${part[2]//\// }
            for c in $columns; do known_column "${part[1]%% *}" "$c" || say "no column $c"; done
            ;;
        jobs) known_column jobs "${part[3]}" || say "no column ${part[3]} of jobs.csv" ;;
    esac
}

say() { # a mistake of a page; standard output is the page
    echo "${page#"$root"/}: table $name: $1" >>"$scratch/mistakes"
}

# check_run WORDS...: the settings of scenario and --set are left in scratch/settings
check_run() {
    local file=$1 sets=() option kept
    shift
    while [ $# -gt 0 ]; do
        option=$1
        shift
        case $option in
            --set=*) sets+=("$option") ;;
            --set) sets+=("--set=${1:-}"); shift ;;
            -n | -s | -o | -j) [ "$option" = -o ] || [[ ${1:-} =~ ^[0-9]+$ ]] || say "$option ${1:-} is no number"; shift ;;
            --jobs | --force | -q) ;;
            *) say "no option $option" ;;
        esac
    done
    [ -f "$root/scenarios/$file" ] || { say "no scenario $file"; return; }
    kept=$scratch/settings-$(printf '%s\n' "$file" "${sets[@]}" | cksum | tr ' ' -)
    rm -f "$scratch/settings"
    ln -s "$kept" "$scratch/settings"
    [ ! -s "$kept" ] || return 0 # pages ask for some runs more than once
    "$tenk" check "$root/scenarios/$file" "${sets[@]}" >"$kept" 2>"$scratch/said" ||
        { say "tenk check $file ${sets[*]}"; cat "$scratch/said" >>"$scratch/mistakes"; }
}

check_table() {
    local r c words
    parse 2>>"$scratch/mistakes" || return 0
    [ ${#commands[@]} -gt 0 ] && [ ${#wanted[@]} -gt 0 ] || say "nothing to run or to show"
    for r in "${!commands[@]}"; do
        eval "words=(${commands[r]})"
        check_run "${words[@]}"
        for c in "${!wanted[@]}"; do split "${wanted[c]}"; check_column "${kinds[c]}"; done
    done
}

# The commands that stand outside of tables, in pages and in the heads of scenarios.
check_plain() { # check_plain FILE
    local line words
    page=$1 name=-
    while IFS= read -r line; do
        line=${line#*tenk run scenarios/}
        line=${line%%  *} # what follows two blanks is a word about it
        eval "words=($line)"
        check_run "${words[@]}"
    done < <(sed -e ':join' -e '/\\$/ { N; s/\\\n#*//; b join' -e '}' "$1" | grep -E '^(#  |   ) +(build/)?tenk run scenarios/' | sed 's/ # .*//')
}

# each_table PAGE ACTION: copies the page to stdout; ACTION makes what stands between a marker and its end
each_table() {
    local line skipping='' reading='' spec='' name='' quick=''
    page=$1
    while IFS= read -r line; do
        if [ -n "$skipping" ]; then
            [ "$line" = "<!-- end -->" ] || { [ "$skipping" = all ] || printf '%s\n' "$line"; continue; }
            skipping=
        fi
        printf '%s\n' "$line"
        if [ -n "$reading" ]; then
            if [ "$line" != "-->" ]; then
                spec+=$line$'\n'
                continue
            fi
            reading= skipping=kept
            if [ -z "$only" ] || [ "$only" = "$name" ] || { [ "$only" = --quick ] && [ -n "$quick" ]; }; then
                skipping=all
                "$2"
            fi
        elif [[ $line =~ ^\<!--\ table\ ([a-z0-9-]+)(\ quick)?$ ]]; then
            name=${BASH_REMATCH[1]} quick=${BASH_REMATCH[2]} spec='' reading=yes
        fi
    done <"$1"
    [ -z "$skipping$reading" ] || { echo "$1: table $name has no <!-- end -->" >&2; return 1; }
}

only=
: >"$scratch/mistakes"
if [ "${1:-}" = --check ]; then
    "$tenk" list metrics >"$scratch/metrics"
    for file in "${2:-$root/docs/scenarios}"/*.md; do
        check_plain "$file"
        each_table "$file" check_table >/dev/null 2>>"$scratch/mistakes" || true
    done
    [ $# -gt 1 ] || for file in "$root"/scenarios/*.cfg; do check_plain "$file"; done
    cat "$scratch/mistakes"
    [ ! -s "$scratch/mistakes" ]
    exit
fi
folder=$(cd "${1:-$root/docs/scenarios}" && pwd)
only=${2:-}
for file in "$folder"/*.md; do
    each_table "$file" table >"$scratch/page"
    rm -rf "$scratch"/kept-*
    cmp -s "$scratch/page" "$file" || cat "$scratch/page" >"$file"
done
