#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Countries put together at random from all that reaches beyond one centre (lines, stages, memory, buyers, rules, copies, substitutes,
# groups, firms, refreshes, software, dispatch, energy, events), the same on every machine: what `check` takes, `run` finishes in
# time, without a crash and with no built-in check failing (among them: no card is lost); what it refuses, it tells with a place.
#   MIXED_ROUNDS=N MIXED_SEED=N    more of them, and others; MIXED_KEEP=FOLDER keeps the scenarios that fail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/dice.sh"

rounds=${MIXED_ROUNDS:-80}
seed=${MIXED_SEED:-20240117}

buyer() {
    local before=$text
    text=
    maybe 1 tier 1 2 3 99
    maybe 2 backlog 1 100 40000
    maybe 1 cards_per_month 0.4 33.3 700.0 1e6
    maybe 3 growth_per_year 0.5 -0.9 20.0
    maybe 2 demand_sigma 0.2 2.0
    maybe 2 accepts '"a"' '"b, a"' '"a,b,c"' '"c"'
    maybe 2 patience '"1s"' '"20d"' '"90d"' '"3650d"'
    [[ $text != *patience* ]] || maybe 2 gives_up true
    maybe 3 weight 0.0 5.5 1e9
    maybe 3 bid 0.01 1.2 100.0
    maybe 3 budget_per_year 1.0 3e6 1e15
    maybe 2 hoard 1.0 2.5 100.0
    maybe 3 waiting_cards 1 5000
    maybe 3 state_funded true
    maybe 4 group '"g"' '"h"'
    text=$before$text
}

site() {
    local before=$text
    text=
    text+=' chip = "a"; workload = "mix";'
    pick 2024-01-01 2024-01-01 2024-03-17 2024-08-30; text+=" ordered = \"$picked\";"
    pick 8 64 128 640; text+=" cards = $picked;"
    maybe 1 jobs_per_day 0.05 1.5 4.0
    maybe 3 delivery '"at-once"' '"supply"'
    maybe 3 cards_per_node 4 2
    maybe 2 jobs_growth_per_year 0.5 -0.5
    dice 3
    if [ "$rolled" -eq 0 ]; then
        maybe 1 copies 2 5 17
        maybe 2 cards_sigma 0.4 1.0
        maybe 3 order_spread '"30d"' '"120d"'
    fi
    maybe 3 order_months 2 12 600
    dice 5
    if [ "$rolled" -gt 0 ]; then
        maybe 1 patience '"1s"' '"30d"' '"90d"'
        maybe 2 substitutes '"b"' '"b, c"' '"c"'
        maybe 3 gives_up true
    fi
    maybe 4 group '"g"' '"h"'
    maybe 3 report '"brief"' '"group"' '"full"'
    maybe 3 state_funded true
    maybe 2 software '"stranger"' '"native"' '"slow"'
    maybe 3 delay_ms 5.0 20.0 1000.0
    maybe 4 opens_at_cards 8 8 32
    maybe 3 reliability '"frail"'
    maybe 4 install_cards_per_day 16.0
    maybe 4 order '"sjf"' '"las"' '"srpt"' '"priority"'
    maybe 4 choose '"preference"' '"completion"'
    maybe 9 preempt '"priority"' '"slice"'
    text+=' firms: {'; maybe 3 start 1.0 40.0; maybe 2 end 3.5 90.0; maybe 2 over '"10d"' '"2y"'; text+=' };'
    text+=' refresh: {'; maybe 2 cards 8 8 64; maybe 2 length '"1d"' '"200d"'; maybe 3 first '"0s"' '"100d"'; maybe 3 every '"1d"' '"45d"'; text+=' };'
    text+=' energy: {'
    maybe 2 tariff 0.4 100.0
    maybe 2 carbon 0.6 10.0
    maybe 3 pue 1.0 5.0
    maybe 3 power_subsidy 0.3 1.0
    maybe 3 capital_subsidy 0.5
    maybe 3 other_share 0.5 0.99
    maybe 3 power_kw 20.0 60.0 1e9
    maybe 3 depreciation '"30d"' '"100d"' '"5y"'
    text+=' };'
    dice 4
    if [ "$rolled" -eq 0 ] && [[ $text != *substitutes* ]]; then
        text+=' pools: { own: { chip = "c"; cards = 16; ordered = "2024-02-01";'
        maybe 2 delivery '"supply"' '"at-once"'
        text+=' }; };'
    fi
    text=$before$text
}

line() { # its chip
    text+=" chip = \"$1\";"
    maybe 2 yield_sd_future 0.02 0.1
    maybe 2 yield_sd_lot 0.05
    maybe 1 lead_time_median '"0s"' '"35d"' '"300d"'
    maybe 2 lead_time_sigma 0.3 3.0
    maybe 4 output_factor 0.0 0.37 1000.0
    maybe 4 open false
    text+=' estimates: { low: { years = [2023, 2024]; cards = [700, 1300]; }; high: { years = [2024]; cards = [9000]; };'
    dice 4; [ "$rolled" -ne 0 ] || text+=' none: { years = [2024]; cards = [0]; weight = 0.0; };'
    text+=' };'
    dice 2
    if [ "$rolled" -eq 0 ]; then
        text+=' stages: { wafer_years = [2023, 2025]; wafers_per_month = [40.0, 70.5]; yield_years = [2023.5, 2024.5]; yields = [0.2, 0.7];'
        maybe 2 lag_min_months 0 3 9
        maybe 3 lag_max_months 9 9 48
        maybe 2 die_stock 100 2000000
        maybe 2 dies_per_package 2 64
        maybe 2 memory '"stacks"'
        maybe 1 stacks_per_package 1 8 8 0
        maybe 2 package_yield 0.6
        text+=' };'
    fi
}

event() {
    dice 4
    if [ "$rolled" -gt 0 ]; then
        pick 2023-06-01 2024-01-01 2024-03-01 2024-05-31 2024-09-13 2030-01-01; text+=" at = \"$picked\";"
    else
        maybe 1 per_year 1.0 12.0 300.0
    fi
    maybe 2 lasts '"1ms"' '"5d"' '"92d"' '"3650d"'
    maybe 3 announced '"1d"' '"100d"' '"3650d"'
    maybe 3 chance 0.0 0.5
    maybe 4 delay_median '"1d"' '"40d"'
    pick 'lines.fab.open=false' 'lines.*.open=false' 'lines.other.output_factor=3; lines.fab.lead_time_median=1d' \
        'supply.allocation=pro-rata' 'supply.allocation=longest-queue; supply.domestic_only=true' 'supply.domestic_only=true' \
        'buyers.one.budget_per_year=0' 'buyers.*.hoard=3; buyers.*.waiting_cards=77' 'buyers.one.accepts="b, a"' 'buyers.two.cards_per_month=900' \
        'chips.*.price_cny=55000' 'chips.a.power_w=700; chips.a.idle_w=90' 'site.*.energy.tariff=0; site.*.energy.carbon=0' 'site.east.energy.pue=1.9' \
        'site.*.jobs_per_day=9' 'site.west.tier=1; site.west.patience=3d' 'site.*.gives_up=true; site.*.patience=45d' \
        'software.*.family_open=false' 'software.*.port_large_median=10d; software.*.port_fine_median=1d' 'software.*.maturity_ceiling=0.5' \
        'software.*.maturity_floor=0.7' 'dispatch.rule=least-wait' 'dispatch.rule=home' 'dispatch.rule=cheapest; dispatch.slack=2d' 'dispatch.home_share=0.9' \
        'memories.stacks.stacks_per_month=[0]' 'memories.stacks.years=[2024, 2025]; memories.stacks.stacks_per_month=[9, 99]' \
        'lines.*.estimates.high.cards=[20]' 'reliability.frail.repair_median=9d' 'reliability.*.failures_per_1000_node_days=0' \
        'reliability.*.failures_per_1000_node_days=50; reliability.*.checkpoint_cost=20min; reliability.*.checkpoint_interval=5h' 'lines.fab.stages.yields=[0.9]; lines.fab.stages.yield_years=[2024]'
    text+=" set = \"${picked//\"/\\\"}\";"
}

scenario() { # its number
    local i
    text="title = \"mixed\"; start = \"2024-01-01\"; horizon = \"1y\"; sample = \"30d\"; replications = 2; seed = $1; supply: {"
    maybe 1 line '"fab, other"' '"fab, other"' '"other, fab, third"' '"fab"'
    maybe 1 estimate '"low"' '"high"' '"ensemble"' '"stages"'
    maybe 1 allocation '"priority"' '"first-come"' '"pro-rata"' '"max-min"' '"quota"' '"highest-bid"' '"longest-queue"'
    maybe 4 domestic_only true
    text+=' }; dispatch: {'
    maybe 2 rule '"least-wait"' '"cheapest"' '"greenest"' '"efficient"' '"preference"'
    maybe 3 home_share 0.5 1.0
    maybe 3 resident_share 0.3 1.0
    maybe 3 max_delay_ms 0.0 30.0
    maybe 3 patience '"1h"' '"5d"'
    maybe 3 slack '"6h"'
    text+=' }; buyers: { one: {'; buyer
    text+=' }; two: {'; buyer
    text+=' }; }; site: { east: {'; site
    text+=' }; west: {'; site
    text+=' }; }; lines: { fab: {'; line a
    text+=' }; other: {'; line b
    text+=' }; third: {'; line c
    text+=' }; }; memories: { stacks: { years = [2024]; stacks_per_month = [600.0];'; maybe 2 stock 1 3000
    text+=' }; }; events: {'
    dice 6
    for ((i = rolled; i > 0; i--)); do
        text+=" e$i: {"; event
        text+=' };'
    done
    text+=' };'
    cat <<END
$text
chips: {
  a: { peak_tflops = 300.0; stack = "cann"; domestic = true; power_w = 400.0; idle_w = 90.0; server_w = 150.0; price_cny = 110000.0;
    efficiency: { fine-tuning: { mfu = 0.3; }; pretraining: { mfu = 0.4; }; }; };
  b: { peak_tflops = 700.0; stack = "cann"; domestic = true; power_w = 900.0; price_cny = 190000.0;
    efficiency: { fine-tuning: { mfu = 0.3; }; pretraining: { mfu = 0.35; }; }; };
  c: { peak_tflops = 990.0; stack = "cuda"; price_cny = 230000.5; efficiency: { fine-tuning: { mfu = 0.4; }; pretraining: { mfu = 0.4; }; }; };
};
workloads: { mix: { reference_chip = "c"; estimate_factor_max = 2.0; classes: {
  tune: { kind = "fine-tuning"; share = 0.7; sizes = [1, 2, 8]; size_weights = [4, 2, 2]; length_median = "3h"; length_sigma = 1.5; length_max = "9d"; };
  train: { kind = "pretraining"; share = 0.3; sizes = [16, 64]; size_weights = [4, 1]; length_median = "2d"; length_sigma = 1.0; length_max = "40d"; checkpoints = true; };
}; }; };
reliability: { frail: { failures_per_1000_node_days = 9.0; repair_median = "6h"; repair_sigma = 1.0; restart = "5min"; checkpoint_cost = "30s"; }; };
software: {
  stranger: { stack = "cuda"; native_share = 0.2; port_large_median = "120d"; port_fine_median = "14d"; maturity_floor = 0.3; maturity_ceiling = 0.9;
    maturity_months = 4.0; architectures_per_year = 2.0; architecture_loss = 0.5; family_share = 0.5; rebase_median = "40d"; };
  native: { stack = "cann"; family_share = 1.0; rebase_median = "5d"; };
  slow: { stack = "rocm"; port_large_median = "0s"; port_fine_median = "3650d"; port_fine_sigma = 3.0; maturity_floor = 0.01; maturity_months = 0.0; };
};
END
}

sound=0 refused=0
for ((round = 0; round < rounds; round++)); do
    scenario $((round + 1)) >mixed.cfg
    call check mixed.cfg -q
    case $status in
    0)
        sound=$((sound + 1))
        status=0
        called="tenk run mixed.cfg (round $round)"
        timeout "${MIXED_SECONDS:-90}" "$tenk" run mixed.cfg -j 1 -q --jobs -o results --force >stdout 2>stderr </dev/null || status=$?
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
        [ -z "${MIXED_KEEP:-}" ] || cp mixed.cfg "$MIXED_KEEP/mixed-$round-$status.cfg"
        ;;
    esac
done
[ $((3 * sound)) -ge "$rounds" ] && [ "$refused" -ge 5 ] || fail "$sound sound and $refused refused: the mixture tests nothing"
echo "$round scenarios: $sound sound, $refused refused"

finish "mixed countries"
