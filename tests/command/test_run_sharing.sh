#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk run` where a site is shared: what the table tells of tenants, pools, preemption, elastic jobs and the network, and
# where jobs of choosy classes end up.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario town.cfg
town() { # SED-EXPRESSION OPTION...: two futures of the town with more text behind its backfilling
    local text=$1
    shift
    sed "s|    backfill = \"easy\";|&$text|" town.cfg >shared.cfg
    call run shared.cfg -n 2 -j 1 --jobs -o out --force --set site.town.delivery=at-once "$@"
    expect_status 0
}
expect_no_output() {
    local part
    for part; do
        [[ $output != *"$part"* ]] || fail "stdout should not have: $part"
    done
}
# mean SCOPE METRIC: of out/summary.csv
mean() { awk -F, -v scope="$1" -v metric="$2" '$1 == scope && $2 == metric { print $5 }' out/summary.csv; }

### a simple scenario keeps its short table

town ""
simple=$(grep -c . stdout)
expect_no_output "stopped for others" "changes of size" "scattered" "cards held" "95th pct" "  jobs not started at the end"
expect_equal "$simple" 25 "lines of the table"

### rows come with what they tell of, and only then

town ' tenants: { red: { share = 1.0; guarantee = 16; }; blue: { share = 2.0; limit = 48; }; }; reclaim = true;'
expect_output "  red: wait, 95th pct  " "  blue: wait, 95th pct  " "    cards held " "card-days" "  jobs stopped for others or a window "
expect_no_output "changes of size" "scattered"
line=$(grep -A1 "red: wait" stdout | tail -1)
shown=$(awk '{ print $4 }' <<<"$line")
[ "${shown%%.*}" -gt 100 ] && [ "$(awk -v a="$shown" -v b="$(mean 'town/tenant red' card_days)" 'BEGIN { print (a - b)^2 < 0.1 }')" -eq 1 ] ||
    fail "the card-days of red are not those of summary.csv: $line"
town " tenants: { $(for i in {1..9}; do printf 't%d: { }; ' $i; done)};" # many would be the whole table
expect_no_output "95th pct" "cards held"
[ -n "$(mean 'town/tenant t9' wait_p95)" ] || fail "summary.csv lacks the ninth tenant"


town ' preempt = "slice"; slice = "1h";' --set site.town.order=round-robin
expect_output "jobs stopped for others or a window"
[ "$(mean town preemptions)" != 0 ] || fail "nobody was stopped"
town ' maintenance: { spring: { at = "2025-01-20"; length = "1d"; cards = 64; notice = "0s"; }; };'
expect_output "jobs stopped for others or a window"
[ "$(mean town preemptions)" != 0 ] || fail "the window stopped nobody"

town '' --set workloads.mix.classes.tune.elastic_most=4
expect_output "  changes of size of elastic jobs "
expect_no_output "stopped for others"
[ "$(mean town resizes)" != 0 ] || fail "no job changed its size"

town ' topology: { domain = 4; };'
expect_output "  cards free but too scattered for who waits "
town ' topology: { units_per_server = 2; };' # no level of the network
expect_no_output "scattered"

# Jobs that never started are told when there are some.
town ' topology: { domain = 4; };' --set site.town.jobs_per_day=600
expect_output "  jobs not started at the end "
town ' topology: { domain = 4; };' --set site.town.jobs_per_day=1 --set horizon=40d --set site.town.runs.big.at=2025-01-10
expect_no_output "  jobs not started at the end "

### pools: a block each, with the wait of its jobs

sed -i 's|    peak_tflops = 50.0;|&\n    # of other|; s|efficiency: { fine-tuning: { mfu = 0.4; }; };|efficiency: { fine-tuning: { mfu = 0.4; }; pretraining: { mfu = 0.3; }; };|' town.cfg
pool='pools: { annex: { chip = "other"; cards = 24; ordered = "2025-01-02"; cards_per_node = 4; }; };'
town " $pool"
expect_output $'\n town\n' $'\n town/annex\n'
expect_equal "$(grep -c 'wait of any job' stdout)" 2 "waits"

# A job goes where its class says, or nowhere: gangs of 32 are too many for the annex, the only chip that train accepts.
town " $pool" --set workloads.mix.classes.train.accepts=other
expect_equal "$(awk -F, '$4 == "train" && $3 != "town/annex"' out/jobs.csv)" "" "train jobs on another chip"
[ "$(awk -F, '$4 == "train" && $5 == 32 && $11 == "never_fits"' out/jobs.csv | grep -c .)" -gt 5 ] || fail "gangs of 32 cards ran on 24"
expect_equal "$(awk -F, '$4 == "train" && $5 == 32 && $11 != "never_fits"' out/jobs.csv)" "" "gangs of 32 on 24 cards"
[ "$(awk -F, '$4 == "train" && $5 == 16 && $11 == "completed"' out/jobs.csv | grep -c .)" -gt 5 ] || fail "no gang of 16 ran in the annex"

### a change of size in the second pass of an instant is told to the world: all card-time is accounted for

for seed in {1..4}; do
    town ' preempt = "slice"; slice = "10min"; resize_every = "1s";' --set site.town.order=round-robin --set site.town.backfill=none -s $seed \
        --set horizon=12d --set site.town.runs.big.at=2025-01-05 --set reliability.frail.checkpoint_cost=0s --set reliability.frail.restart=0s \
        --set workloads.mix.classes.tune.elastic_most=4 --set workloads.mix.classes.train.elastic_least=0.1
done

finish "run sharing"
