#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every kind of mistake in a scenario: `check` and `run` both refuse it with status 2 and tell file, line, path
# and remedy; nothing is written, and results that are there stay as they are.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

broken_begin
call check good.cfg -q
expect_status 0
expect_error "good.cfg: no mistakes"

### one setting

broken 's/    backfill =/    backfil =/' 'backfil =' site.town.backfil "unknown setting; did you mean 'backfill'?"
broken 's/^seed = 7;/sede = 7;/' 'sede =' sede "unknown setting; did you mean 'seed'?"
broken 's/    tier = 1;/    colour = 1;/' 'colour' buyers.firm.colour "unknown setting; known here: tier, backlog"
broken 's/^seed = 7;/seed = 7; mint: { x = 1; };/' 'mint' mint "unknown setting"

broken 's/    cards = 64;/    cards = "many";/' 'many' site.town.cards "must be a number in cards"
broken 's/    cards = 64;/    cards = 64.5;/' '64.5' site.town.cards "must be a whole number"
broken 's/    cards = 64;/    cards = true;/' 'cards = true' site.town.cards "must be a number"
broken 's/    cards = 64;/    cards = [64];/' 'cards = [64]' site.town.cards "must be a single value"
broken 's/    cards = 64;/    cards: { number = 64; };/' 'number' site.town.cards "must be a single value"
broken 's/^title = .*/title = 5;/' 'title' title 'must be a text in "quotes"'
broken 's/usable = true/usable = 1/' 'usable' chips.tiny.usable "must be true or false"
broken 's/usable = true/usable = "true"/' 'usable' chips.tiny.usable "must be true or false"
broken 's/sizes = \[1, 2, 8\]/sizes = 8/' 'sizes = 8' workloads.mix.classes.tune.sizes "must be a list of numbers: [1, 2, 3]"
broken 's/sizes = \[1, 2, 8\]/sizes = (1, "two", 8)/' 'two' workloads.mix.classes.tune.sizes "must be a number" "item 2 of the list"
broken 's/sizes = \[1, 2, 8\]/sizes = (1, (2), 8)/' '(2)' workloads.mix.classes.tune.sizes "item 2 of the list"
broken 's/sizes = \[1, 2, 8\]/sizes = [1, 0, 8]/' '[1, 0, 8]' workloads.mix.classes.tune.sizes "out of range: 1 to" "item 2 of the list"
broken 's/sizes = \[1, 2, 8\]/sizes = [1.0, 2.5, 8.0]/' '2.5' workloads.mix.classes.tune.sizes "must be whole numbers of cards"
broken 's/^seed = 7;/seed = 7; chips = 3;/; /^chips: {/,/^};/d' 'chips = 3' chips "must be a group: chips: { ... };"
broken 's/fine-tuning: { mfu = 0.4; };$/fine-tuning = 0.4;/; s/efficiency: { fine-tuning: { mfu = 0.4; }; };/efficiency: { };/' \
    'fine-tuning = 0.4' chips.tiny.efficiency.fine-tuning "must be a group: fine-tuning: { ... };"

broken 's/    cards = 64;/    cards = 0;/' 'cards = 0' site.town.cards "out of range: 1 to 10000000 cards allowed"
broken 's/    cards = 64;/    cards = -8;/' 'cards = -8' site.town.cards "out of range: 1 to"
broken 's/yield_mean = 0.6/yield_mean = 1.5/' 'yield_mean' lines.fab.yield_mean "out of range: 0.01 to 0.99 allowed"
broken 's/    tier = 1;/    tier = 100;/' 'tier = 100' buyers.firm.tier "out of range: 1 to 99"
broken 's/cards_per_month = 10.0/cards_per_month = 1e999/' '1e999' buyers.firm.cards_per_month "out of range"
broken 's/^horizon = .*/horizon = "0s";/' 'horizon' horizon "out of range: 0.01 to 36500 days allowed"
broken 's/^replications = 4/replications = 0/' 'replications' replications "out of range: 1 to"
broken 's/^seed = 7/seed = 9999999999999999L/' 'seed' seed "out of range: 0 to"

# Numbers that libconfig would cut without a word.
broken 's/    cards = 64;/    cards = 5000000000;/' '5000000000' - "5000000000 is too large for a plain whole number" "with an L"
broken 's/    cards = 64;/    cards = 0xFFFFFFFF;/' '0xFFFFFFFF' - "0xFFFFFFFF is too large" "with an L"
broken 's/    cards = 64;/    cards = 99999999999999999999L;/' '9999L' - "is too large: at most 9223372036854775807"
broken 's/    cards = 64;/    cards = 5000000000L;/' '5000000000L' site.town.cards "out of range: 1 to"

### durations and dates

broken 's/^horizon = .*/horizon = "60";/' 'horizon' horizon 'must be a duration with a unit in quotes, such as "90d"' "units: ms, s, min, h, d, w, y"
broken 's/^horizon = .*/horizon = 60;/' 'horizon' horizon "must be a duration with a unit in quotes"
broken 's/^horizon = .*/horizon = "2 months";/' 'horizon' horizon "must be a duration with a unit" "units: ms, s, min, h, d, w, y"
broken 's/^horizon = .*/horizon = "-5d";/' 'horizon' horizon "must be a duration"
broken 's/burn_in = "1d"/burn_in = "d"/' 'burn_in' site.town.burn_in "must be a duration"
broken 's/    jobs_per_day = 40.0/    jobs_per_day = "40 jobs\/week"/' 'jobs/week' site.town.jobs_per_day "must be a number in jobs/day"
broken 's/^start = .*/start = "2025-02-30";/' '2025-02-30' start 'must be a date in quotes, "2025-01-31"'
broken 's/^start = .*/start = "2025-13-01";/' '2025-13-01' start "must be a date in quotes"
broken 's/^start = .*/start = 20250101;/' '20250101' start "must be a date in quotes"
broken 's/ordered = .*/ordered = "as soon as possible";/' 'ordered' site.town.ordered "must be a date in quotes"
broken 's/ordered = .*/ordered = "2026-01-01";/' 'ordered' site.town.ordered "must lie between the scenario's start and its horizon"
broken 's/ordered = .*/ordered = "2024-12-31";/' 'ordered' site.town.ordered "must lie between"
broken 's/at = "2025-02-10"/at = "2025-03-02"/' 'at = "2025-03-02"' site.town.runs.big.at "must lie between"

### what is missing

broken '/    cards = 64;/d' 'town: {' site.town.cards "missing; it is the cards ordered"
broken '/^start/d' - start "missing; it is the date at which simulated time begins"
broken '/^title/d' - title "missing; it is one line for the report"
broken '/peak_tflops = 100/d' 'tiny: {' chips.tiny.peak_tflops "missing; it is the dense BF16"
broken '/^site: {/,/^};/d' - site "must have at least one entry"
broken '/failures_per_1000/d' 'frail: {' reliability.frail.failures_per_1000_node_days "missing"
broken '/at = "2025-02-10"/d' 'big: {' site.town.runs.big.at "missing; it is the date of submission"
broken 's/length_median = "1h";//' 'tune: {' workloads.mix.classes.tune.length_median "missing"
broken '/  line = "fab"/d' 'supply: {' supply.line "missing; buyers and sites with delivery"

broken '/^site: {/,/^};/ s/chip = "tiny"/chip = "tinny"/' 'tinny' site.town.chip '"tinny" is not among `chips`' "did you mean 'tiny'?"
broken '/^lines: {/,/^};/ s/chip = "tiny"/chip = "unheard-of"/' 'unheard-of' lines.fab.chip '"unheard-of" is not among `chips`: tiny, other'
broken 's/reference_chip = "tiny"/reference_chip = "tony"/' 'tony' workloads.mix.reference_chip '"tony" is not among `chips`' "did you mean 'tiny'?"
broken 's/  line = "fab"/  line = "fib"/' 'fib' supply.line '"fib" is not among `lines`' "did you mean 'fab'?"
broken 's/estimate = "low"/estimate = "high"/' '"high"' supply.estimate '"high" is not among `the line'"'"'s estimates`: low'
broken 's/workload = "mix"/workload = "max"/' '"max"' site.town.workload '"max" is not among `workloads`' "did you mean 'mix'?"
broken 's/reliability = "frail"/reliability = "sturdy"/' 'sturdy' site.town.reliability '"sturdy" is not among `reliability`: frail'
broken '/^reliability: {/,/^};/d' 'reliability = "frail"' site.town.reliability "it is empty; include its catalogue"
broken '/    workload = "mix"/d; /^    runs: {/,/^    };/d' 'town: {' site.town.workload "without a workload or runs the site has nothing to do"

### what does not fit together

broken 's/size_weights = \[3, 1\]/size_weights = [3]/' 'sizes = [16, 32]' workloads.mix.classes.train.sizes "has 2 items but size_weights has 1; they must pair up"
broken 's/cards = \[600, 900, 1200\]/cards = [600, 900]/' 'years =' lines.fab.estimates.low.years "has 3 items but cards has 2"
broken 's/factor = \[1.0, 0.9\]/factor = [1.0]/' 'cards = [1, 64]' chips.tiny.scale.cards "has 2 items but factor has 1"
broken 's/years = .*/years = [2024, 2026, 2025];/' 'years =' lines.fab.estimates.low.years "must ascend, but item 3 is not above item 2"
broken 's/cards = \[1, 64\]/cards = [64, 64]/' 'cards = [64, 64]' chips.tiny.scale.cards "must ascend, but item 2 is not above item 1"
broken 's/years = .*/years = [];/; s/cards = \[600, 900, 1200\]/cards = []/' 'years =' lines.fab.estimates.low.years "must name at least one year"
broken 's/years = .*/years = [2024.0, 2024.5, 2025.0];/' 'years =' lines.fab.estimates.low.years "whole" # a year is not cut in two
broken 's/share = 0.9/share = 0.8/' 'classes:' workloads.mix.classes "the shares sum to 0.9; they must sum to 1"
broken 's/hour_weights = .*/hour_weights = [1, 2, 3];/' 'hour_weights' workloads.mix.hour_weights "has 3 items; 24 are needed, or none"
broken 's/weekday_weights = .*/weekday_weights = [1, 1, 1, 1, 1, 1];/' 'weekday_weights' workloads.mix.weekday_weights "has 6 items; 7 are needed, or none"
broken 's/weekday_weights = .*/weekday_weights = [0, 0, 0, 0, 0, 0, 0];/' 'weekday_weights' workloads.mix.weekday_weights "must not all be 0"
broken 's/size_weights = \[3, 1\]/size_weights = [0, 0]/' '[0, 0]' workloads.mix.classes.train.size_weights "must not all be 0"
broken 's/    cards = 64;/    cards = 60;/' 'cards = 60;' site.town.cards "must be a multiple of cards_per_node (8)"
broken 's/opens_at_cards = 16/opens_at_cards = 65/' 'opens_at_cards' site.town.opens_at_cards "is more than the site's cards: it would never open"
broken 's/cards = 32;/cards = 72;/' 'cards = 72' site.town.runs.big.cards "is more than the 64 cards of the site: the run could never start"
broken 's/backfill = "easy"/backfill = "esay"/' 'esay' site.town.backfill '"esay" is not one of: none, easy' "did you mean 'easy'?"
broken 's/order = "fcfs"/order = "random"/' '"random"' site.town.order '"random" is not one of: fcfs, sjf'
broken 's/allocation = "priority"/allocation = "prority"/' 'prority' supply.allocation "did you mean 'priority'?"
broken 's/kind = "fine-tuning"/kind = "finetuning"/' '"finetuning"' workloads.mix.classes.tune.kind '"finetuning" is not one of: pretraining' "did you mean 'fine-tuning'?"
broken 's/place = "consolidate"/place = 3/' 'place' site.town.place "is not one of:" "consolidate"
broken 's/place = "consolidate"/place = "count"/' 'place' site.town.place "is for traces" "consolidate"
broken 's/usable = true/usable = false; note = "two sources, two chips"/' '# of the town' site.town.chip \
    '"tiny" is not to be used as it is: two sources, two chips' "chips.tiny.usable = true"
broken '/big: {/,/}/ s/kind = "pretraining"/kind = "evaluation"/' 'kind = "evaluation"' site.town.runs.big.kind \
    "has no MFU for evaluation" "chips.tiny.efficiency.evaluation: { mfu = ...; }"
broken 's/kind = "fine-tuning"/kind = "evaluation"/' '# of the town' site.town.chip "has no MFU for evaluation"
broken 's/reference_chip = "tiny"/reference_chip = "other"/' 'workload = "mix"' site.town.workload '"other" has no MFU for pretraining' \
    "chips.other.efficiency.pretraining: { mfu = ...; }"
broken '/^lines: {/,/^};/ s/chip = "tiny"/chip = "other"/' '# of the town' site.town.chip 'is "tiny", but the line "fab" makes "other"'
broken 's/checkpoint_interval = "young"/checkpoint_interval = "often"/' 'often' reliability.frail.checkpoint_interval '"young", "daly" or a duration'
broken 's/checkpoint_interval = "young"/checkpoint_interval = "1ms"/' '1ms' reliability.frail.checkpoint_interval "at least 1 s"
broken 's/repair_median = "6h"/repair_median = "0s"/' 'repair_median' reliability.frail.repair_median "must be at least 1 s when nodes fail"
broken 's/estimate_factor_min = 1.0/estimate_factor_min = 4.0/' 'estimate_factor_max' workloads.mix.estimate_factor_max "must not be below estimate_factor_min"
broken 's/length_max = "1d"/length_max = "1min"/' '1min' workloads.mix.classes.tune.length_max "must not be below length_median"
broken 's/jobs_per_day = 40.0/jobs_per_day = 0.0/' 'jobs_per_day' site.town.jobs_per_day "must be above 0 when there is a workload"

### names that results could not tell apart

broken 's/^  town: {/  firm: { # again/' '# again' site.firm "firm"
broken 's/^  town: {/  all: { # of all/' '# of all' site.all "all"

### several mistakes at once, all told in one go

sed -e 's/^seed = 7/sede = 7/' -e 's/backfill = "easy"/backfill = "esay"/' -e 's/burn_in = "1d"/burn_in = "1 day"/' \
    -e 's/ tier = 1;/ tier = 0;/' -e 's/reliability = "frail"/reliability = "frial"/' -e 's/share = 0.9/share = 0.5/' \
    -e '/peak_tflops = 50/d' -e 's/years = .*/years = [2024, 2025];/' good.cfg >bad.cfg
expect_refused bad.cfg --set site.town.tier=1000
expect_error "bad.cfg:6: sede: unknown setting; did you mean 'seed'?" "bad.cfg:36: site.town.backfill:" \
    "bad.cfg:30: site.town.burn_in:" "bad.cfg:14: buyers.firm.tier:" "bad.cfg:38: site.town.reliability:" \
    "bad.cfg:90: workloads.mix.classes: the shares sum to 0.6" "chips.other.peak_tflops: missing" \
    "lines.fab.estimates.low.years: has 2 items but cards has 3" "--set: site.town.tier: out of range"
expect_equal "$(grep -c . stderr)" 9 "mistakes told"
call check bad.cfg
expect_error "8 mistakes:"

### one slip, one message: what follows from a setting that could not be read is not told

# single SED PATH
single() {
    sed -e "$1" good.cfg >bad.cfg
    expect_refused bad.cfg || return
    expect_error ": $2: "
    [ "$(grep -c . stderr)" -eq 1 ] || fail "more than one message for one slip"
}
single 's/    cards = 64;/    cards = "many";/' site.town.cards
single 's/^horizon = .*/horizon = "60 days";/' horizon
single 's/^start = .*/start = "2025-1-1";/' start
single 's/usable = true/usable = "true"/' chips.tiny.usable
single 's/sizes = \[1, 2, 8\]/sizes = 8/' workloads.mix.classes.tune.sizes
single '/# of the town/ s/"tiny"/"none"/' site.town.chip

kept_whole

finish "broken scenarios"
