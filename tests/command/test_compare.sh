#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tenk compare: common random numbers, what its columns say against replications.csv of single runs, mistakes.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario town.cfg
busy=(--set site.town.delivery=at-once --set site.town.opens_at_cards=0 --set site.town.jobs_per_day=20)

### the help teaches

call compare --help
expect_status 0
expect_output "Usage: tenk compare [OPTION...] SCENARIO..." "Examples:" --vary --metric --antithetic --controls --best --delta --lowest --highest --confidence \
    --output --set=PATH --replications --seed --resume "Exit status: 0"
call compare
expect_status 2
expect_error "which scenarios?" "tenk compare --help"

### a pair by hand: the differences of two runs future by future

call compare town.cfg "${busy[@]}" --vary site.town.backfill=none,easy -n 6 -o pair
expect_status 0
expect_output "2 variants, 6 futures" "A  site.town.backfill=none" "B  site.town.backfill=easy" "wait_mean[town], h:" "(95%)" "paired against independent runs: variance /"
[[ $output =~ "B waits less than A by "[0-9.,]+" h ± "[0-9.,]+" h (95%)" ]] || fail "no verdict in plain words"
for fill in none easy; do
    "$tenk" run town.cfg "${busy[@]}" --set site.town.backfill=$fill -n 6 -q -o run-$fill || fail "run $fill"
    grep ',town,wait_mean,' run-$fill/replications.csv | cut -d, -f6 >$fill.values
done
paste none.values easy.values | awk '{ d[NR] = $2 - $1; s += d[NR]; a += $1; b += $2; aa += $1 * $1; bb += $2 * $2 }
    END { m = s / NR; for (i = 1; i <= NR; i++) q += (d[i] - m) ^ 2
          va = aa - a * a / NR; vb = bb - b * b / NR
          printf "%.6f %.6f %.6f\n", m, 2.570581835636314 * sqrt(q / (NR - 1) / NR), (va + vb) / q }' >expected
column pair/compare.csv scope metric difference half_width paired_ratio | awk -F, '$1 == "town" && $2 == "wait_mean" { printf "%.6f %.6f %.6f\n", $3, $4, $5 }' >got
awk 'NR == FNR { for (i = 1; i <= 3; i++) want[i] = $i; next }
    { for (i = 1; i <= 3; i++) if ($i - want[i] > 1e-5 * (want[i] < 0 ? -want[i] : want[i]) || want[i] - $i > 1e-5 * (want[i] < 0 ? -want[i] : want[i])) print "column " i ": " $i " is not " want[i] }
    END { if (!FNR) print "no row" }' expected got >differences
expect_equal "$(cat differences)" "" "compare.csv against two runs"
expect_equal "$(column pair/compare.csv scope metric a b n | grep '^town,wait_mean,')" "town,wait_mean,site.town.backfill=none,site.town.backfill=easy,6"
grep -q '"command": "compare"' pair/manifest.json || fail "no manifest"
grep -q '"site.town.backfill=easy": "[0-9a-f]*"' pair/manifest.json || fail "the manifest lacks a variant"

### the same bytes for any number of threads; more pairs, wider intervals

call compare town.cfg "${busy[@]}" --vary site.town.backfill=none,easy -n 6 -o pair1 -j 1 -q
expect_status 0
[ -z "$output" ] || fail "words with -q"
expect_same pair/compare.csv pair1/compare.csv
expect_same pair/manifest.json pair1/manifest.json
call compare town.cfg "${busy[@]}" --vary site.town.backfill=none,easy,conservative -n 6 -o three
expect_status 0
expect_output "(all pairs at once, 95%)"
half() { column "$1/compare.csv" scope metric a b half_width | awk -F, '$1 == "town" && $2 == "wait_mean" && $3 ~ /none/ && $4 ~ /easy/ { print $5 }'; }
awk -v two="$(half pair)" -v three="$(half three)" 'BEGIN { r = three / two; exit !(r > 1.35 && r < 1.38) }' ||
    fail "t(1 - .05/6, 5) / t(1 - .05/2, 5) is 1.365: $(half three) / $(half pair)"
call compare town.cfg "${busy[@]}" --vary site.town.backfill=none,easy -n 6 -o wide --confidence 99% -q
awk -v a="$(half pair)" -v b="$(half wide)" 'BEGIN { r = b / a; exit !(r > 1.56 && r < 1.58) }' || fail "t at 99% over t at 95% is 1.569"

### files as variants; the same is the same; one seed for all

sed 's/seed = 7;/seed = 8;/' town.cfg >other.cfg
call compare town.cfg other.cfg "${busy[@]}" -n 3 -o files --metric wait_mean
expect_status 0
expect_output "A  town.cfg" "B  other.cfg" "no difference shown"
expect_equal "$(column files/compare.csv difference half_width | grep -vcE '^(0,0|0,|,)$')" 0 "differences of one scenario under two names"
call compare town.cfg "${busy[@]}" --vary site.town.backfill=none,easy -n 3 --seed 99 -o seeded -q
cmp -s seeded/compare.csv pair/compare.csv && fail "the seed changes nothing"

### antithetic partners and control variates

call compare town.cfg --vary site.town.cards=64,48 -n 12 --antithetic -o methods --metric 'cards_delivered[firm]' --metric cards_made
expect_status 0
expect_output "12 futures and their mirrors" "antithetic partners: variance /" "all together: variance /"
grep -q '"antithetic": "yes"' methods/manifest.json || fail "not in the manifest"
call compare town.cfg --vary supply.allocation=priority,pro-rata -n 12 --controls -o controls --metric 'shortage[firm]'
expect_status 0
expect_output "control variates: variance /" "all together: variance /"

### what docs/compare.md promises: rules and estimates need a fifth of the independent runs or less

for vary in supply.allocation=priority,pro-rata supply.estimate=ft,bloomberg; do
    call compare "$source_folder/scenarios/wuxi-10k.cfg" --set site.wuxi.jobs_per_day=1 --vary $vary -n 60 --antithetic -o saving -q --force
    expect_status 0
    column saving/compare.csv scope metric total_ratio | awk -F, '$2 == "shortage" && ($1 == "wuxi" || $1 == "leading-firms") { n++; if ($3 < 5) print } END { if (n != 2) print n " rows" }' >odd
    expect_equal "$(cat odd)" "" "what $vary saves"
done

### the best

call compare town.cfg "${busy[@]}" --vary site.town.backfill=none,easy -n 4 --best 'wait_mean[town]' --delta 30h -o best
expect_status 0
expect_output "Best of 2 by the lowest wait_mean[town]: site.town.backfill=easy" "at least 95%"
expect_equal "$(column best/best.csv variant better verdict)" "site.town.backfill=none,lowest,worse"$'\n'"site.town.backfill=easy,lowest,best"
call compare town.cfg "${busy[@]}" --vary site.town.backfill=none,easy -n 4 --best 'wait_mean[town]' --delta 30h --highest -o worst -q
expect_equal "$(column worst/best.csv variant verdict | grep best)" "site.town.backfill=none,best"

### mistakes: status 2, what is allowed, nothing written

# refuse PART... -- ARGUMENT...
refuse() {
    local parts=()
    while [ "$1" != -- ]; do
        parts+=("$1")
        shift
    done
    shift
    call compare "$@" -o refused
    expect_status 2
    expect_error "${parts[@]}"
    expect_absent refused refused.partial
}
refuse "nothing to be compared with" "--vary" -- town.cfg
refuse "--vary makes variants of one scenario" -- town.cfg other.cfg --vary seed=1,2
refuse "--vary site.town.cards: write --vary PATH=a,b,c" -- town.cfg --vary site.town.cards
refuse "a value is empty" -- town.cfg --vary site.town.cards=64,,96
refuse "from 2 to 64 values" -- town.cfg --vary site.town.cards=64
refuse "from 2 to 64 values" -- town.cfg --vary site.town.cards=8..8000:8
refuse "needs a step" -- town.cfg --vary site.town.cards=8..64
refuse "smaller value to a larger" -- town.cfg --vary site.town.cards=64..8:8
refuse "the step must be positive" -- town.cfg --vary site.town.cards=8..64:0
refuse "different units" -- town.cfg --vary site.town.burn_in=1h..2d:1h
refuse "one setting at a time" -- town.cfg --vary seed=1,2 --vary seed=3,4
refuse "backfil" "did you mean 'backfill'" -- town.cfg --vary site.town.backfil=none,easy
refuse "is not one of: none, easy" -- town.cfg --vary site.town.backfill=none,hard
refuse "nowhere.cfg" -- town.cfg nowhere.cfg
refuse "there is no metric 'wait_man'; did you mean 'wait_mean'" -- town.cfg --vary seed=1,2 --metric wait_man
refuse "there is no scope 'village'; it is known of: town" -- town.cfg --vary seed=1,2 --metric 'wait_mean[village]'
refuse "write the scope in brackets" -- town.cfg --vary seed=1,2 --metric 'wait_mean[town'
refuse "--confidence 40%: must be a probability" -- town.cfg --vary seed=1,2 --confidence 40%
refuse "--confidence maybe" -- town.cfg --vary seed=1,2 --confidence maybe
refuse "-n 1: must be a whole number from 2" -- town.cfg --vary seed=1,2 -n 1
refuse "one future shows no difference" -- town.cfg --vary seed=1,2 --set replications=1
refuse "which difference matters? --delta D" -- town.cfg --vary seed=1,2 --best wait_mean
refuse "say something about --best" -- town.cfg --vary seed=1,2 --delta 1h
refuse "'3' is no duration" "24h" -- town.cfg --vary seed=1,2 --best wait_mean --delta 3
refuse "must be more than 0" -- town.cfg --vary seed=1,2 --best wait_mean --delta 0h
refuse "is less or more of it better? add --lowest or --highest" -- town.cfg --vary seed=1,2 --best 'cards_ordered[firm]' --delta 3
refuse "more than the 10000 allowed" "--most" -- town.cfg "${busy[@]}" --vary site.town.backfill=none,easy -n 4 --best wait_mean --delta 1s
refuse "--antithetic and --controls: one of them" -- town.cfg --vary seed=1,2 --antithetic --controls
refuse "--best with --shard" -- town.cfg --vary seed=1,2 --best wait_mean --delta 1h --shard 1/2
refuse "--most 3: must be" -- town.cfg --vary seed=1,2 --most 3
call compare town.cfg --vary site.town.backfill=none,easy -n 2 -o pair
expect_status 2
expect_error "pair" "--force"

finish "compare"
