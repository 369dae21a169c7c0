#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenarios put together at random from all settings of how a site is shared, the same on every machine: what `check`
# takes, `run` finishes in time, without a crash and with no built-in check failing; what it refuses, it tells with a place.
#   MIXED_ROUNDS=N MIXED_SEED=N    more of them, and others
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/dice.sh"

rounds=${MIXED_ROUNDS:-120}
seed=${MIXED_SEED:-20250301}
# some MOST: how many entries of a group, often none, in $count
some() {
    dice 3
    count=0
    [ "$rolled" -ne 0 ] || { dice "$1"; count=$((rolled + 1)); }
}

dates=('"2025-01-01"' '"2025-01-03 06:00"' '"2025-01-06"' '"2025-01-06 12:00"' '"2025-01-11 23:59:59"')
lengths=('"1ms"' '"1s"' '"37min"' '"2d"' '"5d"' '"3650d"')
notices=('"0s"' '"1ms"' '"6h"' '"5d"' '"3650d"')
cards=(1 3 8 16 24 40 64)

site() {
    local i
    text="chip = \"tiny\"; workload = \"mix\"; delivery = \"at-once\"; ordered = \"2025-01-0"
    pick 1 1 2; text+="$picked\";"
    pick 64 64 64 16 32; text+=" cards = $picked;"
    pick 8 8 4 16 2; text+=" cards_per_node = $picked;"
    pick 30.0 90.0 150.0 2.0; text+=" jobs_per_day = $picked;"
    maybe 1 order '"fcfs"' '"sjf"' '"ljf"' '"smallest-area"' '"wfp3"' '"unicef"' '"f1"' '"las"' '"srpt"' '"fair-share"' '"priority"' '"round-robin"'
    maybe 1 backfill '"none"' '"easy"' '"easy"' '"conservative"'
    maybe 1 place '"first-fit"' '"best-fit"' '"consolidate"' '"spread"' '"random"' '"subtree"'
    maybe 4 candidates '"sjf"' '"fair-share"' '"las"' '"priority"' '"wfp3"'
    maybe 2 preempt '"priority"' '"slice"' '"none"'
    maybe 3 slice '"1min"' '"1h"' '"30d"'
    maybe 4 half_life '"0s"' '"1ms"' '"1d"' '"3650d"'
    maybe 4 resize_every '"0s"' '"1ms"' '"1h"' '"3650d"'
    maybe 4 reservations 2 4 7 1000000
    maybe 5 examine 1 3 1000000000
    maybe 2 reliability '"frail"' '"glass"'
    maybe 4 install_cards_per_day 16.0 64.0
    maybe 5 opens_at_cards 8 16
    maybe 3 locality '"far"' '"near"'
    maybe 5 size_bins '[1]' '[1, 2, 3]' '[1, 64]' '[1, 10000000]'
    dice 2
    if [ "$rolled" -eq 0 ]; then
        text+=" topology: {"
        maybe 4 units_per_server 1 2 4
        maybe 2 domain 2 4 1 8
        maybe 2 leaf 4 8 64
        maybe 2 pod 8 16 1000000
        text+=" };"
    fi
    some 3
    reclaim=
    text+=" tenants: {"
    for ((i = 0; i < count; i++)); do
        text+=" t$i: {"
        maybe 2 guarantee 8 16 24 1
        [[ $text != *guarantee* ]] || { dice 2; [ "$rolled" -eq 0 ] || reclaim="reclaim = true;"; }
        maybe 3 limit 8 24 64 1
        maybe 3 share 0.0 2.5 1e9
        maybe 3 weight 1e-6 3.0 1e9
        text+=" };"
    done
    [ "$count" -gt 1 ] || text=${text//fair-share/sjf}
    text+=" };"
    some 3
    text+=" runs: {"
    for ((i = 0; i < count; i++)); do
        text+=" r$i: {"
        maybe 1 at "${dates[@]}"
        maybe 1 length "${lengths[@]}"
        maybe 1 cards "${cards[@]}"
        maybe 2 notice "${notices[@]}"
        maybe 3 priority -1000 1000 1
        maybe 3 checkpoints false
        text+=" };"
    done
    text+=" };"
    some 3
    text+=" maintenance: {"
    for ((i = 0; i < count; i++)); do
        text+=" m$i: {"
        maybe 1 at "${dates[@]}"
        maybe 1 length "${lengths[@]}"
        maybe 1 cards "${cards[@]}"
        maybe 2 notice "${notices[@]}"
        text+=" };"
    done
    text+=" };"
    some 2
    text+=" pools: {"
    for ((i = 0; i < count; i++)); do
        text+=" p$i: {"
        pick '"other"' '"third"'; text+=" chip = $picked;"
        pick 8 32 64; text+=" cards = $picked;"
        pick '"2025-01-01"' '"2025-01-04"'; text+=" ordered = $picked;"
        maybe 3 cards_per_node 4 16
        maybe 3 reliability '"frail"'
        text+=" };"
    done
    text+=" };"
    text+=" $reclaim"
    maybe 3 choose '"completion"' '"preference"'
}

class() {
    maybe 3 priority 1 -3 1000
    maybe 2 checkpoints true
    maybe 3 elastic_least 0.01 0.25 0.5
    maybe 3 elastic_most 2.0 4.0 64.0
    maybe 4 accepts '"tiny, other"' '"other"' '"third, tiny"' '"third,other,tiny"'
}

scenario() {
    local of
    site
    of=$text
    text=
    class; a=$text text=
    class; b=$text
    cat <<END
title = "mixed"; start = "2025-01-01"; horizon = "12d"; sample = "1d"; replications = 1; seed = $1;
site: { town: { $of }; };
chips: {
  tiny: { peak_tflops = 100.0; efficiency: { fine-tuning: { mfu = 0.4; }; pretraining: { mfu = 0.3; }; }; scale: { cards = [1, 64]; factor = [1.0, 0.8]; }; };
  other: { peak_tflops = 70.0; efficiency: { fine-tuning: { mfu = 0.4; }; pretraining: { mfu = 0.3; }; }; };
  third: { peak_tflops = 300.0; efficiency: { fine-tuning: { mfu = 0.1; }; pretraining: { mfu = 0.4; }; }; };
};
workloads: { mix: { reference_chip = "tiny"; estimate_factor_max = 3.0; classes: {
  tune: { kind = "fine-tuning"; share = 0.8; sizes = [1, 2, 8, 12]; size_weights = [4, 2, 2, 1]; length_median = "1h"; length_sigma = 1.5; length_max = "3d"; $a };
  train: { kind = "pretraining"; share = 0.2; sizes = [16, 24, 40]; size_weights = [4, 2, 1]; length_median = "5h"; length_sigma = 1.0; length_max = "5d"; $b };
}; }; };
reliability: {
  frail: { failures_per_1000_node_days = 20.0; repair_median = "6h"; repair_sigma = 1.0; restart = "5min"; checkpoint_cost = "30s"; };
  glass: { failures_per_1000_node_days = 900.0; repair_median = "1h"; restart = "1h"; checkpoint_cost = "2h"; checkpoint_interval = "3h"; };
};
localities: {
  far: { scatter = [1.0, 2.0]; factor = [1.0, 0.5]; cross_domain = 0.7; cross_leaf = 0.9; cross_pod = 0.01; };
  near: { scatter = [1.0]; factor = [1.0]; cross_domain = 0.9; };
};
END
}

sound=0 refused=0
for ((round = 0; round < rounds; round++)); do
    scenario $((round + 1)) >mixed.cfg
    # $text was filled in this very shell: the dice go on
    call check mixed.cfg -q
    case $status in
    0)
        sound=$((sound + 1))
        status=0
        called="tenk run mixed.cfg (round $round)"
        timeout "${MIXED_SECONDS:-20}" "$tenk" run mixed.cfg -n 1 -j 1 -q --jobs -o results --force >stdout 2>stderr </dev/null || status=$?
        slurp errors stderr
        if [ $status -ne 0 ]; then
            fail "check takes what run does not finish: $(cat mixed.cfg)"
            [ -z "${MIXED_KEEP:-}" ] || cp mixed.cfg "$MIXED_KEEP/mixed-$round-$status.cfg"
        fi
        ;;
    2)
        refused=$((refused + 1))
        [[ $errors == *mistake*:$'\n'*.cfg* ]] || fail "a mistake without a place (round $round)"
        [ -z "${MIXED_KEEP:-}" ] || grep -v 'mistake' stderr >>"$MIXED_KEEP/refused"
        ;;
    *)
        fail "check ends with $status (round $round): $(cat mixed.cfg)"
        ;;
    esac
done
[ $((3 * sound)) -ge "$rounds" ] && [ "$refused" -ge 5 ] || fail "$sound sound and $refused refused: the mixture tests nothing"
echo "$round scenarios: $sound sound, $refused refused"

finish "mixed settings"
