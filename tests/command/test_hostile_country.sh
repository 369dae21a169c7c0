#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A country as its worst enemy would write it: each case is refused with where, what and what is allowed (status 2, nothing
# written), or runs as docs/events.md and docs/supply.md say. And the golden country gives the same bytes on 1, 2 and 3 threads.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_country() {
    cat >"$1" <<'SCENARIO'
title = "A country to be spoiled";
start = "2024-01-01";
horizon = "200d";
sample = "50d";
replications = 2;
seed = 3;
supply: {
  line = "fab, other";
  estimate = "plan";
  allocation = "priority";
};
buyers: {
  firm: { cards_per_month = 20.0; backlog = 30; accepts = "a, b"; patience = "40d"; };
};
site: {
  east: { # of east
    chip = "a";
    cards = 64;
    ordered = "2024-01-15";
    workload = "mix";
    jobs_per_day = 1.5;
    substitutes = "b"; patience = "30d"; # of the order
    software = "port";
    # more of east
    energy: { tariff = 0.5; carbon = 0.5; };
  };
  west: { # of west
    chip = "a";
    cards = 8;
    ordered = "2024-01-15";
    delivery = "at-once";
    workload = "mix";
    jobs_per_day = 0.5;
    # more of west
  };
};
lines: {
  fab: {
    chip = "a";
    estimates: { plan: { years = [2024]; cards = [900]; }; }; # of fab
    # more of fab
  };
  other: {
    chip = "b";
    estimates: { plan: { years = [2024]; cards = [300]; }; };
    # more of other
  };
};
memories: { hbm: { years = [2024]; stacks_per_month = [50.0]; }; }; # the memory
events: {
  ban: { at = "2024-04-01"; set = "lines.fab.open=false"; }; # the ban
  # more events
};
chips: {
  a: { peak_tflops = 100.0; stack = "cann"; power_w = 400.0; price_cny = 9000.0; efficiency: { fine-tuning: { mfu = 0.5; }; pretraining: { mfu = 0.4; }; }; };
  b: { peak_tflops = 200.0; stack = "cann"; price_cny = 20000.0; efficiency: { fine-tuning: { mfu = 0.5; }; }; };
  free: { peak_tflops = 200.0; efficiency: { fine-tuning: { mfu = 0.5; }; }; };
};
workloads: {
  mix: { reference_chip = "a"; classes: {
    tune: { kind = "fine-tuning"; share = 1.0; sizes = [1, 8]; size_weights = [2, 1]; length_median = "5h"; length_sigma = 1.0; };
  }; };
};
software: { port: { stack = "cuda"; port_large_median = "50d"; port_fine_median = "5d"; }; };
# more
SCENARIO
}

put_country good.cfg
slurp good good.cfg
put_results kept
kept_print=$(fingerprint kept)
call run good.cfg -q -o sound
expect_status 0
rm -rf sound

# runs NAME SED OPTION...: the country after an edit is taken and finished in time; its results are in the folder `results`
runs() {
    local name=$1 edit=$2
    shift 2
    sed -e "$edit" good.cfg >hostile.cfg
    slurp bad hostile.cfg
    [ "$bad" != "$good" ] || fail "the edit '$edit' changes nothing"
    call check hostile.cfg -q
    expect_status 0
    status=0
    called="tenk run hostile.cfg ($name)"
    timeout "${HOSTILE_SECONDS:-60}" "$tenk" run hostile.cfg -j 1 -q -o results --force "$@" >stdout 2>stderr </dev/null || status=$?
    slurp errors stderr
    expect_status 0
}
# value SCOPE METRIC: its mean
value() { awk -F, -v s="$1" -v m="$2" '$1 == s && $2 == m { print $5 }' results/summary.csv; }

### substitutes and orders

broken 's/substitutes = "b";/substitutes = "b, a";/' '# of the order' site.east.substitutes "names the site's own chip \"a\""
broken 's/substitutes = "b";/substitutes = "b, b";/' '# of the order' site.east.substitutes 'names "b" twice'
broken 's/substitutes = "b"; patience = "30d";/substitutes = "b";/' '# of the order' site.east.substitutes "need a patience"
broken 's/patience = "30d";/patience = "0s"; gives_up = true;/' '# of the order' site.east.gives_up "needs a patience"
broken 's/    # more of east/    pools: { tune: { chip = "free"; cards = 8; ordered = "2024-02-01"; }; };/' 'tune: { chip = "free"' site.east.pools.tune "a class of jobs is named \"tune\""
broken 's/    # more of east/    refresh: { cards = 72; };/' 'refresh' site.east.refresh.cards "is more than the 64 cards of the site"
broken 's/    # more of east/    refresh: { cards = 8; };/; s/ pretraining: { mfu = 0.4; };//' 'refresh' site.east.refresh.cards '"a" has no MFU for pretraining'
broken 's/    # more of east/    order_months = 0;/' 'order_months' site.east.order_months "out of range: 1 to 600"
runs "an order in 600 parts" 's/    # more of east/    order_months = 600;/'

### copies, groups, firms

broken 's/    # more of west/    copies = 5001;/' 'copies' site.west.copies "out of range: 1 to 5000"
broken 's/    # more of west/    copies = 5000; pools: { p: { chip = "b"; cards = 8; ordered = "2024-02-01"; }; };/' 'site: {' site "at most 8191 allowed"
broken 's/    # more of west/    copies = 3;/; s/^  east: {/  west-002: {/' 'copies' site.west.copies 'would be named "west-002"'
broken 's/    # more of west/    cards_sigma = 0.5;/' 'cards_sigma' site.west.cards_sigma "there is one"
broken 's/    # more of west/    group = "east";/' 'group = "east"' site.west.group "results could not tell them apart"
broken 's/    # more of west/    group = "all";/' 'group = "all"' site.west.group "is the supply's name too"
broken 's/    # more of west/    firms: { start = 10.0; end = 5.0; };/' 'firms' site.west.firms.end "firms do not leave"
runs "5,000 copies" 's/    # more of west/    copies = 5000; cards_sigma = 1.0;/; s/jobs_per_day = 0.5/jobs_per_day = 0.002/; s/replications = 2/replications = 1/'
[ "$(value west cards_online_end)" -gt 40000 ] || fail "5,000 copies have $(value west cards_online_end) cards"

### lines, memories, stages, estimates

broken 's/line = "fab, other"/line = "fab, other, fab"/' 'line = "fab' supply.line 'names "fab" twice'
broken 's/line = "fab, other"/line = "fab, otter"/' 'line = "fab' supply.line '"otter" is not among' "did you mean 'other'?"
broken 's/^memories:.*/memories: { hbm: { stock = -5; years = [2024]; stacks_per_month = [50.0]; }; };/' 'stock' memories.hbm.stock "out of range: 0 to"
broken 's/cards = \[900\]; }; }; # of fab/cards = [1000000001]; }; };/' '1000000001' lines.fab.estimates.plan.cards "out of range: 0 to 1000000000"
broken 's/cards = \[900\]; }; }; # of fab/cards = [900]; weight = 0.0; }; more: { years = [2024]; cards = [5]; weight = 0.0; }; };/; s/estimate = "plan"/estimate = "ensemble"/' \
    'weight = 0.0' lines.fab.estimates "none of the estimates has a weight above 0"
broken 's/estimate = "plan"/estimate = "stages"/; s/cards = \[900\]; }; }; # of fab/cards = [900]; }; more: { years = [2024]; cards = [5]; }; };/' \
    'estimate = "stages"' supply.estimate 'the line "fab" has none'
stages='stages: { wafer_years = [2024]; wafers_per_month = [9.0]; yield_years = [2024]; yields = [0.5];'
broken "s/    # more of fab/    $stages lag_min_months = 9; lag_max_months = 3; }; # stages/" '# stages' lines.fab.stages.lag_max_months "must not be below lag_min_months (9)"
broken "s/    # more of fab/    $stages memory = \"hmb\"; stacks_per_package = 1; }; # stages/; s/estimate = \"plan\"/estimate = \"stages\"/" \
    '# stages' lines.fab.stages.memory '"hmb" is not among' "did you mean 'hbm'?"
broken "s/    # more of fab/    $stages memory = \"hbm\"; }; # stages/; s/estimate = \"plan\"/estimate = \"stages\"/" '# stages' lines.fab.stages.stacks_per_package "must be at least 1"
broken 's/    # more of fab/    stages: { wafer_years = [2024]; wafers_per_month = [9.0]; yield_years = [2024]; yields = [1]; }; # stages/' \
    '# stages' lines.fab.stages.yields "must lie below 1"
broken 's/    # more of fab/    stages: { wafer_years = [2024]; }; # stages/' '# stages' lines.fab.stages.wafer_years "but wafers_per_month has 0"
runs "a billion cards a year" 's/cards = \[900\]/cards = [1000000000]/; s/cards_per_month = 20.0/cards_per_month = 1e8/; s/backlog = 30/backlog = 100000000/'
[ "$(value firm cards_delivered)" -gt 100000000 ] || fail "of a billion cards came $(value firm cards_delivered)"
runs "lead times of ten years" 's/    # more of fab/    lead_time_median = "3650d"; lead_time_sigma = 3.0;/'

### money, bids, energy

broken 's/    # more of other/    # same/; s/accepts = "a, b"; patience = "40d";/accepts = "a, b"; budget_per_year = 5.0;/; s/price_cny = 9000.0; //' \
    'budget_per_year' buyers.firm.budget_per_year 'needs a price of "a": set chips.a.price_cny'
broken 's/allocation = "priority"/allocation = "highest-bid"/; s/price_cny = 9000.0; //' 'highest-bid' supply.allocation 'needs a price of "a"'
broken 's/power_w = 400.0; //' 'energy: {' site.east.energy 'needs the power of "a": set chips.a.power_w'
broken 's/carbon = 0.5; };/carbon = 0.5; power_kw = 3.0; };/' 'power_kw' site.east.energy.power_kw "is less than one node draws (4.54 kW)"
broken 's/carbon = 0.5; };/carbon = 0.5; depreciation = "1d"; };/' 'depreciation' site.east.energy.depreciation "out of range: 30 to 36500 days"
broken 's/price_cny = 9000.0;/price_cny = 2e7;/' 'price_cny = 2e7' chips.a.price_cny "out of range: 0 to 10000000"
broken 's/power_w = 400.0;/power_w = 400.0; idle_w = 500.0;/; ' 'energy: {' site.east.energy 'draws more idle (500 W) than at work (400 W)'
broken 's/^# more/dispatch: { rule = "cheapest"; };/; s/    energy: { tariff = 0.5; carbon = 0.5; };//' 'cheapest' dispatch.rule "no site has an energy group"
broken 's/^# more/dispatch: { rule = "cheapset"; };/' 'cheapset' dispatch.rule "did you mean 'cheapest'?"
runs "a budget of a coin" 's/patience = "40d"; };/patience = "40d"; budget_per_year = 1.0; };/'
expect_equal "$(value firm cards_delivered)" 0 "cards for a coin"

### software

broken 's/    software = "port";/    software = "porn-t";/' 'porn-t' site.east.software "did you mean 'port'?"
broken 's/a: { peak_tflops = 100.0; stack = "cann";/a: { peak_tflops = 100.0;/' 'software = "port"' site.east.software 'needs the stack of "a"'
broken 's/port_fine_median = "5d";/maturity_floor = 0.9; maturity_ceiling = 0.5;/' 'maturity_floor' software.port.maturity_floor "must not be above maturity_ceiling (0.5)"
many=
for ((i = 0; i < 40; i++)); do many+="s$i: { stack = \"stack$i\"; }; "; done
broken "s/^software: {/software: { $many/" 's39: {' software "name more than 32 stacks"
runs "no code is ever ported" 's/port_fine_median = "5d";/port_fine_median = "3650d";/'
expect_equal "$(value east jobs_submitted)" 0 "jobs of code that runs nowhere"

### events

broken 's/open=false"; }; # the ban/opne=false"; };/' 'opne' events.ban.set "lines.fab.opne" "did you mean 'open' for 'opne'?"
broken 's/set = "lines.fab.open=false"/set = "site.east.cards=128"/' '# the ban' events.ban.set "site.east.cards: cannot change while the simulation runs; docs/events.md lists"
broken 's/set = "lines.fab.open=false"/set = "site.east.energy=5"/' '# the ban' events.ban.set "is a group"
broken 's/at = "2024-04-01"; set/set/' '# the ban' events.ban "never happens: give it a date"
broken 's/at = "2024-04-01"; set/at = "2024-04-01"; per_year = 2.0; set/' '# the ban' events.ban.per_year "has a date too"
broken 's/at = "2024-04-01"; set/per_year = 1001.0; set/' '# the ban' events.ban.per_year "out of range: 0 to 1000"
broken 's/at = "2024-04-01"; set/at = "2024-04-31"; set/' '# the ban' events.ban.at "must be a date"
broken 's/at = "2024-04-01"; set/at = "2024-04-01"; chance = 1.5; set/' '# the ban' events.ban.chance "out of range: 0 to 1"
broken 's/at = "2024-04-01"; set/at = "2024-04-01"; lasts = "-3d"; set/' '# the ban' events.ban.lasts "must be a duration"
broken 's/^# more/take_events = "bam";/' 'bam' take_events "\"bam\" is not among" "did you mean 'ban'?"
broken 's/  # more events/  one: { at = "2024-02-01"; set = "memories.hbm.years=[2024, 2025]; memories.hbm.stacks_per_month=[1, 2]"; };\n  two: { at = "2024-03-01"; set = "memories.hbm.stacks_per_month=[3]"; };/' \
    'two: {' events.two.set 'while "one" holds, memories.hbm.years: has 2 items'
broken 's/set = "lines.fab.open=false"/set = "chips.a.idle_w=500"/' '# the ban' events.ban.set "after this event site.east.energy: " "draws more idle"

runs "events out of order, overlapping, of one instant, before, behind, again and again" 's/  # more events/  x1: { at = "2024-06-01"; lasts = "10d"; set = "lines.fab.open=false"; };\n  x2: { at = "2024-02-01"; lasts = "36500d"; set = "lines.fab.open=true; lines.fab.output_factor=2"; };\n  x3: { at = "2024-02-01"; set = "lines.fab.output_factor=3"; };\n  x4: { at = "1990-01-01"; set = "lines.*.output_factor=0"; };\n  x5: { at = "2199-01-01"; announced = "3650d"; set = "lines.*.open=false"; };\n  x6: { at = "2024-05-05"; chance = 0.0; set = "lines.*.open=false"; };/'
runs "a thousand a year, each for a moment" 's/at = "2024-04-01"; set/per_year = 1000.0; lasts = "1ms"; set/'
seen=$(grep -c begins results/events.csv)
[ "$seen" -gt 980 ] && [ "$seen" -lt 1220 ] || fail "$seen began, of 1,096 that are expected of two times 200 days"
runs "a thousand a year, for ever" 's/at = "2024-04-01"; set/per_year = 1000.0; lasts = "36500d"; set/'
expect_equal "$(grep -c begins results/events.csv)" 2 "what lasts longer than the run comes once"
runs "for good at random" 's/at = "2024-04-01"; set/per_year = 1000.0; set/'
expect_equal "$(grep -c begins results/events.csv)" 2 "what holds for good comes once"
runs "what is not taken may be wrong" 's/set = "lines.fab.open=false"/set = "nonsense"/; s/^# more/take_events = "none";/'
expect_absent results/events.csv

kept_whole

### same bytes on any number of threads

golden=$source_folder/tests/golden/country/scenario.cfg
for threads in 1 2 3; do
    call run "$golden" -n 5 -j $threads -q --jobs -o threads-$threads
    expect_status 0
done
for file in threads-1/*; do
    [ "$(basename "$file")" = run_info.json ] && continue
    expect_same "$file" "threads-2/$(basename "$file")"
    expect_same "$file" "threads-3/$(basename "$file")"
done

### the page shows what the golden country does

page=$(sed -n '/^<!-- events -->/,/^<!-- end events -->/s/^    //p' "$source_folder/docs/events.md")
expect_equal "$page" "$(grep -v '^1,' "$source_folder/tests/golden/country/expected/events.csv")" "docs/events.md"

finish "hostile country"
