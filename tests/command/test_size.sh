#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tenk size: the answer against runs at the values beside it, its evidence, targets, refusals.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario town.cfg
sed -i 's/delivery = "supply"/delivery = "at-once"/; s/opens_at_cards = 16/opens_at_cards = 0/; s/jobs_per_day = 40.0/jobs_per_day = 24.0/' town.cfg
sed -i '/^    runs: {/,/^    };/d' town.cfg
quick=(--set horizon=40d --set workloads.mix.classes.train.share=0.02 --set workloads.mix.classes.tune.share=0.98)

call size --help
expect_status 0
expect_output "Usage: tenk size [OPTION...] SCENARIO" "Examples:" --vary --target --against --largest --confidence "p90 of futures" "Exit status: 0"
[ "$(awk 'length > 100' stdout | wc -l)" -eq 0 ] || fail "lines wider than a screen"
call size
expect_status 2
expect_error "which scenario?"

### the answer meets, the value below does not: by runs of their own

call size town.cfg "${quick[@]}" --vary site.town.cards=8..72:8 --target 'allocated_share[town] <= 34%' -n 80 -o share
expect_status 0
expect_output "Target: allocated_share[town] <= 34% (mean over futures), confidence 95%" "<- the answer" "the smallest site.town.cards that meets: " "does not (95%)"
answer=$(column share/size.csv value answer | sed -n 's/,1$//p')
expect_output "that meets: $answer;"
mean() {
    "$tenk" run town.cfg "${quick[@]}" --set site.town.cards="$1" -n 80 -q -o "at-$1" || fail "run at $1"
    column "at-$1/summary.csv" scope metric mean | awk -F, '$1 == "town" && $2 == "allocated_share" { print $3 }'
}
awk -v at="$(mean "$answer")" -v below="$(mean $((answer - 8)))" 'BEGIN { exit !(at <= 34 && below > 34) }' || fail "$answer is not the smallest"
# Each verdict follows from its bounds.
column share/size.csv verdict low high wanted | awk -F, '$1 == "meets" && $3 > $4 || $1 == "fails" && $2 <= $4 { print }' >odd
expect_equal "$(cat odd)" "" "verdicts against bounds"
call size town.cfg "${quick[@]}" --vary site.town.cards=8..72:8 --target 'allocated_share[town] <= 34%' -n 80 -o share1 -j 1 -q
expect_same share/size.csv share1/size.csv
expect_same share/manifest.json share1/manifest.json
grep -q '"allocated_share": "allocated_share\[town\] <= 34%"' share/manifest.json || fail "no target in the manifest"

# A list of values, a share of futures, two targets, a start from what the scenario has.
call size town.cfg "${quick[@]}" --vary site.town.cards=16,32,48,64,128 --target 'p90 of futures allocated_share[town] <= 34%' \
    --target 'cards_online_end >= 20' -n 80 -o list
expect_status 0
expect_equal "$(column list/size.csv target | sort -u)" "cards_online_end >= 20
p90 of futures allocated_share[town] <= 34%"
expect_output "the smallest site.town.cards that meets: "
call size town.cfg "${quick[@]}" --vary site.town.cards --target 'cards_online_end[town] >= 100' -o around
expect_status 0
expect_output "the smallest site.town.cards that meets: 104; 96 does not" # whole nodes of 8, from 8 to 512
call size town.cfg "${quick[@]}" --vary site.town.jobs_per_day=4..40:4 --target 'allocated_share[town] <= 34%' --largest -n 80 -o most
expect_status 0
expect_output "the largest site.town.jobs_per_day that meets: "

# No value is enough: an answer as well, with its evidence.
call size town.cfg "${quick[@]}" --vary site.town.cards=8..24:8 --target 'allocated_share <= 1%' -o none
expect_status 0
expect_output "no value up to site.town.cards=24 is shown to meet"
expect_equal "$(column none/size.csv answer | sort -u)" 0

# A frontier.
call size town.cfg "${quick[@]}" --vary site.town.cards=8..72:8 --target 'allocated_share[town] <= 34%' -n 80 \
    --against site.town.jobs_per_day=6,24 -o frontier
expect_status 0
expect_output "site.town.jobs_per_day = 6" "site.town.jobs_per_day = 24"
expect_equal "$(column frontier/size.csv against value answer | sed -n 's/,1$//p' | tail -1)" "24,$answer"

### what is not monotone is refused, with the reason

call size town.cfg "${quick[@]}" --vary site.town.cards=8..72:8 --target 'allocated_share[town] >= 30%' -n 80 -o refused
expect_status 2
expect_error "no answer: the target \"allocated_share[town] >= 30%\" is not monotone in site.town.cards: it is worse at 72 than at 8"
expect_absent refused refused.partial refused.journal

### mistakes

# refuse PART... -- ARGUMENT...
refuse() {
    local parts=()
    while [ "$1" != -- ]; do
        parts+=("$1")
        shift
    done
    shift
    call size town.cfg "$@" -o refused
    expect_status 2
    expect_error "${parts[@]}"
    expect_absent refused refused.partial refused.journal
}
vary=(--vary site.town.cards=8..72:8)
refuse "which setting is asked for?" -- --target 'wait_mean <= 1h'
refuse "which target is to be met?" -- "${vary[@]}"
refuse "one setting at a time" -- "${vary[@]}" "${vary[@]}" --target 'wait_mean <= 1h'
refuse "a range needs a step" -- --vary site.town.cards=8..72 --target 'wait_mean <= 1h'
refuse "too small: more than 1,000,000 levels" -- --vary site.town.jobs_per_day=0.0..9.0:0.0000001 --target 'wait_mean <= 1h'
refuse "there is no setting of that path" -- --vary site.town.card --target 'wait_mean <= 1h'
refuse "no whole number to start from" -- --vary horizon --target 'wait_mean <= 1h'
refuse "write METRIC[SCOPE] <= VALUE" -- "${vary[@]}" --target 'wait_mean'
refuse "write METRIC[SCOPE] <= VALUE" -- "${vary[@]}" --target 'wait_mean[cards>=16]'
refuse "there is no metric 'wait_maen'; did you mean 'wait_mean'" -- "${vary[@]}" --target 'wait_maen <= 1h'
refuse "names no metric" -- "${vary[@]}" --target '<= 1h'
refuse "is no duration" "24h" -- "${vary[@]}" --target 'wait_mean <= 1'
refuse "is no duration" -- "${vary[@]}" --target 'wait_mean <= '
refuse "is no value of allocated_share" -- "${vary[@]}" --target 'allocated_share <= 5h'
refuse "the share of futures must lie between" -- "${vary[@]}" --target 'p100 of futures wait_mean <= 1h'
refuse "at site.town.cards=72: wait_mean: there is no scope 'village'" -- "${vary[@]}" --target 'wait_mean[village] <= 1h'
refuse "out of range" -- --vary site.town.cards=-8..72:8 --target 'wait_mean <= 1h'
refuse "--against site.town.tier: from 1 to 32 values" -- "${vary[@]}" --target 'wait_mean <= 1h' --against site.town.tier=1..64:1
refuse "-n: at least 20 futures" -- "${vary[@]}" --target 'wait_mean <= 1h' -n 5
refuse "--shard" -- "${vary[@]}" --target 'wait_mean <= 1h' --shard 1/2

finish "size"
