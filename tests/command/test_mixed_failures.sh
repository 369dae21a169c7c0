#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ways to fail put together at random (causes of all scopes, effects and lives, bad nodes, detection, diagnosis, both repairs, retirement,
# all policies of spares, both fails_when, checkpoints by cost and by size, in memory and in the background, restart stages, maintenance,
# priorities, elastic jobs, windows, events), the same on every machine: what `check` takes, `run` finishes in time, without a crash and
# with no built-in check failing; every few rounds on 1, 2 and 3 threads, with the same bytes. What it refuses, it tells with a place.
#   MIXED_ROUNDS=N MIXED_SEED=N    more of them, and others; MIXED_KEEP=FOLDER keeps the scenarios that fail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/dice.sh"

rounds=${MIXED_ROUNDS:-90}
seed=${MIXED_SEED:-20260611}

cause() {
    local before=$text scope
    text=
    pick card node link job leaf rack pod storage site card link job
    scope=$picked
    text+=" scope = \"$scope\";"
    case $scope in
    card | node | link | job) maybe 1 failures_per_1000_node_days 0.0 3.7 40.0 900.0 ;;
    *) maybe 1 per_year 0.0 2.9 37.0 400.0 ;;
    esac
    case $scope in
    card | node | link)
        maybe 2 effect '"stop"' '"slow"' '"silent"'
        [[ $text != *slow* && $text != *silent* ]] || maybe 1 found_after '"1s"' '"3h"' '"9d"'
        maybe 3 slow_factor 0.01 0.6 1.0
        maybe 4 lemons_only true
        ;;
    rack) maybe 2 nodes 1 3 7 100 ;;
    esac
    [ "$scope" = job ] || maybe 2 life '"exponential"' '"weibull"' '"lognormal"'
    maybe 3 shape 0.2 0.7 3.3 20.0
    maybe 3 sigma 0.01 0.8 4.0
    maybe 3 detect '"1ms"' '"30min"' '"2d"'
    maybe 3 repair_median '"1s"' '"5h"' '"40d"'
    maybe 3 repair_sigma 0.5 4.0
    text=$before$text
}

reliability() {
    local before=$text i
    text=
    maybe 2 failures_per_1000_node_days 0.0 20.0 300.0
    maybe 2 fails_when '"up"' '"busy"'
    maybe 2 lemon_share 0.0 0.13 1.0
    maybe 2 lemon_factor 1.0 7.0 300.0
    maybe 2 detect '"1ms"' '"10s"' '"3h"'
    maybe 3 diagnose_law '"fixed"' '"exponential"' '"lognormal"'
    maybe 2 diagnose_median '"1s"' '"20min"' '"2d"'
    maybe 3 diagnose_sigma 0.7 4.0
    maybe 2 misdiagnosed 0.1 0.5 1.0
    maybe 3 relapse '"0s"' '"1h"' '"30d"'
    maybe 3 repair_law '"fixed"' '"exponential"' '"lognormal"'
    maybe 1 repair_median '"1s"' '"2h"' '"1d"'
    maybe 2 repair_sigma 0.9 4.0
    maybe 3 repair_success 0.0 0.6
    maybe 2 escalate 0.3 1.0
    [[ $text != *escalate* ]] || maybe 1 manual_median '"1s"' '"2d"'
    maybe 4 manual_law '"fixed"' '"exponential"'
    maybe 3 manual_success 0.0 0.8
    maybe 2 retire_after 1 2 15
    maybe 3 retire_within '"1h"' '"10d"'
    maybe 2 replace_after '"1ms"' '"3d"' '"400d"'
    maybe 1 spares '"requeue"' '"standby"' '"hot-pool"' '"any-node"' '"elastic"'
    maybe 3 spare_delay '"1s"' '"20min"' '"5d"'
    maybe 2 restart '"0s"' '"5min"' '"7h"'
    maybe 2 checkpoint_cost '"0s"' '"40s"' '"2h"'
    maybe 4 checkpoint_flush '"1s"' '"10min"'
    maybe 3 checkpoint_bytes 0.1 12.0 1000.0
    [[ $text != *checkpoint_bytes* ]] || maybe 2 checkpoint_async true
    maybe 1 checkpoint_interval '"young"' '"daly"' '"adaptive"' '"1s"' '"47min"' '"100d"'
    maybe 3 memory_checkpoints 1 5 10000
    maybe 3 memory_cost '"1ms"' '"3s"' '"1h"'
    text+=' causes: {'
    dice 6
    for ((i = rolled; i > 0; i--)); do
        text+=" c$i: {"; cause
        text+=' };'
    done
    text+=' }; restart_stages: {'
    dice 3
    for ((i = rolled; i > 0; i--)); do
        text+=" s$i: {"
        maybe 1 fixed '"0s"' '"90s"' '"1h"'
        maybe 2 per_1000_cards '"0s"' '"3min"' '"365d"'
        maybe 2 reads true
        maybe 2 in_place false
        text+=' };'
    done
    text+=' };'
    text=$before$text
}

scenario() {
    local i
    text="title = \"mixed\"; start = \"2025-01-01\"; horizon = \"20d\"; sample = \"7d\"; replications = 3; seed = $1;"
    text+=' site: { town: { chip = "tiny"; workload = "mix"; delivery = "at-once"; ordered = "2025-01-01"; reliability = "frail"; cards_per_node = 2;'
    maybe 1 cards 16 64 64 128 94
    maybe 1 jobs_per_day 5.0 60.0 150.0
    maybe 2 spare_nodes 1 3 7
    maybe 2 order '"fcfs"' '"sjf"' '"srpt"' '"unicef"' '"las"' '"priority"'
    maybe 2 backfill '"none"' '"easy"' '"conservative"'
    maybe 2 place '"consolidate"' '"spread"' '"subtree"' '"random"' '"first-fit"'
    maybe 4 preempt '"priority"' '"slice"'
    maybe 3 locality '"far"'
    maybe 3 install_cards_per_day 9.0
    pick 2 4 2; text+=" topology: { domain = $picked;"
    maybe 1 leaf 4 8
    maybe 1 pod 8 16 64
    maybe 3 units_per_server 1 2
    text+=' }; storage: {'
    maybe 1 gb_per_s 0.001 5.0 1e9
    maybe 3 node_gb_per_s 0.01 1.0
    text+=' }; maintenance: {'
    dice 3
    if [ "$rolled" -eq 0 ]; then
        pick 2025-01-03 2025-01-19; text+=" m: { at = \"$picked\";"
        maybe 1 length '"4h"' '"2d"'
        maybe 2 every '"3d"' '"5h"' '"40d"'
        maybe 1 cards 4 16
        text+=' };'
    fi
    text+=' }; runs: {'
    dice 3
    for ((i = rolled; i > 0; i--)); do
        pick 2025-01-01 2025-01-02 2025-01-11; text+=" r$i: { at = \"$picked\"; kind = \"pretraining\";"
        maybe 1 cards 4 16 24 48
        maybe 1 length '"5h"' '"6d"' '"90d"'
        maybe 2 standby 2 4 8 3
        maybe 2 parameters 1e6 7e9 405e9
        maybe 3 checkpoints false
        text+=' };'
    done
    text+=' }; }; }; reliability: { frail: {'; reliability
    text+=' }; }; events: {'
    dice 2
    if [ "$rolled" -eq 0 ]; then
        pick reliability.frail.failures_per_1000_node_days=70.0 reliability.frail.restart=1h reliability.frail.repair_median=9h \
            'reliability.frail.checkpoint_interval=2h; reliability.frail.checkpoint_cost=3min' reliability.frail.failures_per_1000_node_days=0.0 \
            'reliability.frail.detect=1h; reliability.frail.diagnose_median=2h' 'reliability.frail.causes.*.failures_per_1000_node_days=33.0' \
            'reliability.frail.repair_success=0.3; reliability.frail.causes.c1.detect=3min'
        text+=" e: { at = \"2025-01-06\"; lasts = \"7d\"; set = \"$picked\"; };"
    fi
    text+=' };'
    local tune= train=
    dice 2; [ "$rolled" -eq 0 ] || tune+=' checkpoints = true;'
    dice 3; [ "$rolled" -gt 0 ] || tune+=' elastic_least = 0.25; elastic_most = 4.0;'
    dice 3; [ "$rolled" -gt 0 ] || train+=' standby_share = 0.13;'
    dice 3; [ "$rolled" -gt 0 ] || train+=' parameters_per_card = 1e9;'
    dice 3; [ "$rolled" -gt 0 ] || [[ $train == *standby* ]] || train+=' elastic_least = 0.25;'
    cat <<END
$text
chips: { tiny: { peak_tflops = 100.0; efficiency: { fine-tuning: { mfu = 0.4; }; pretraining: { mfu = 0.3; }; }; scale: { cards = [1, 64]; factor = [1.0, 0.8]; }; }; };
workloads: { mix: { reference_chip = "tiny"; estimate_factor_max = 3.0; classes: {
  tune: { kind = "fine-tuning"; share = 0.7; sizes = [1, 2, 8]; size_weights = [4, 2, 2]; length_median = "1h"; length_sigma = 1.5; length_max = "3d"; $tune };
  train: { kind = "pretraining"; share = 0.3; sizes = [8, 16, 32]; size_weights = [4, 2, 1]; length_median = "9h"; length_sigma = 1.0; length_max = "5d"; checkpoints = true; $train };
}; }; };
localities: { far: { scatter = [1.0, 2.0]; factor = [1.0, 0.7]; cross_domain = 0.7; cross_leaf = 0.9; cross_pod = 0.5; }; };
END
}

keep() { [ -z "${MIXED_KEEP:-}" ] || cp mixed.cfg "$MIXED_KEEP/mixed-$round-$status.cfg"; }

sound=0 refused=0
declare -A seen=()
for ((round = 0; round < rounds; round++)); do
    scenario $((round + 1)) >mixed.cfg
    call check mixed.cfg -q
    case $status in
    0)
        sound=$((sound + 1))
        [[ $text =~ spares\ =\ \"([a-z-]+)\" ]] && seen[${BASH_REMATCH[1]}]=1
        threads=1
        [ $((sound % 4)) -ne 0 ] || threads="1 2 3"
        for j in $threads; do
            status=0
            called="tenk run mixed.cfg -j $j (round $round)"
            timeout "${MIXED_SECONDS:-90}" "$tenk" run mixed.cfg -j "$j" -q --jobs -o "results$j" --force >stdout 2>stderr </dev/null || status=$?
            slurp errors stderr
            if [ $status -ne 0 ]; then
                fail "check takes what run does not finish: $(cat mixed.cfg)"
                keep
                break
            fi
            [ "$j" = 1 ] && continue
            for file in results1/*; do
                file=${file##*/}
                [ "$file" = run_info.json ] || expect_same "results1/$file" "results$j/$file"
            done
        done
        ;;
    2)
        refused=$((refused + 1))
        [[ $errors == *mistake*:$'\n'*.cfg* ]] || fail "a mistake without a place (round $round)"
        [ -z "${MIXED_KEEP:-}" ] || grep -v 'mistake' stderr >>"$MIXED_KEEP/refused"
        ;;
    *)
        fail "check ends with $status (round $round): $(cat mixed.cfg)"
        keep
        ;;
    esac
done
[ $((3 * sound)) -ge "$rounds" ] && [ "$refused" -ge 5 ] && [ ${#seen[@]} -eq 5 ] ||
    fail "$sound sound, $refused refused and ${#seen[@]} policies of spares: the mixture tests nothing"
echo "$round scenarios: $sound sound, $refused refused"

finish "mixed failures"
