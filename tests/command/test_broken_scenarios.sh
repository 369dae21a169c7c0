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
broken '/^reliability: {/,/^};/ s/repair_median = "[^"]*";//' 'frail: {' reliability.frail.repair_median "must be at least 1 s when nodes fail"
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
broken 's/checkpoint_interval = "young"/checkpoint_interval = "often"/' 'often' reliability.frail.checkpoint_interval '"young", "daly", "adaptive" or a duration'
broken 's/checkpoint_interval = "young"/checkpoint_interval = "1ms"/' '1ms' reliability.frail.checkpoint_interval "at least 1 s"
broken 's/repair_median = "6h"/repair_median = "0s"/' 'repair_median' reliability.frail.repair_median "must be at least 1 s when nodes fail"
broken 's/estimate_factor_min = 1.0/estimate_factor_min = 4.0/' 'estimate_factor_max' workloads.mix.estimate_factor_max "must not be below estimate_factor_min"
broken 's/length_max = "1d"/length_max = "1min"/' '1min' workloads.mix.classes.tune.length_max "must not be below length_median"
broken 's/jobs_per_day = 40.0/jobs_per_day = 0.0/' 'jobs_per_day' site.town.jobs_per_day "must be above 0 when there is a workload"

### how a site is shared

# shared TEXT LINE-PATTERN PATH PART...: the town with more text in its group, on a line of its own
shared() {
    local text=$1
    shift
    broken "s|    backfill = \"easy\";|&\n    $text|" "$@"
}
T=site.town.tenants
shared 'tenants: { a: { guarantee = 48; }; b: { guarantee = 24; }; };' 'tenants:' $T "guarantee 72 cards in all, the site has 64"
shared 'tenants: { a: { guarantee = 24; limit = 16; }; b: { }; };' 'tenants:' $T.a.guarantee "is more than the tenant's limit of 16 cards"
shared 'tenants: { a: { share = 0.0; }; b: { share = 0; }; };' 'tenants:' $T "the shares of all tenants are 0"
shared 'tenants: { a: { share = -1.0; }; };' 'tenants:' $T.a.share "out of range: 0 to 1000000000 allowed"
shared 'tenants: { a: { weight = 0.0; }; };' 'tenants:' $T.a.weight "out of range: 1e-06 to"
shared 'tenants: { a: { limit = 20000000; }; };' 'tenants:' $T.a.limit "out of range: 0 to 10000000 cards"
shared 'tenants: { a: { guarantee = 1.5; }; };' 'tenants:' $T.a.guarantee "must be a whole number"
shared 'tenants: { a: { limt = 8; }; };' 'tenants:' $T.a.limt "did you mean 'limit'?"
shared 'tenants: { a: { limit = 16; }; b: { }; };' 'cards = 32;' site.town.runs.big.cards "limit of 16 cards of a, the first tenant, whose the runs are: the run could never start"
shared 'tenants = 3;' 'tenants =' $T "must be a group: tenants: { ... };"
shared 'tenants: { ünïcode: { }; };' 'tenants:' - "syntax error at or before"
shared "tenants: { $(printf 'a%.0s' {1..41}): { }; };" 'tenants:' "$T.$(printf 'a%.0s' {1..41})" "longer than 40 letters"
shared 'reclaim = true;' 'reclaim' site.town.reclaim "needs guarantees: give a tenant one (site.town.tenants.NAME.guarantee)"
shared 'reclaim = 1;' 'reclaim' site.town.reclaim "must be true or false"
broken 's/backfill = "easy";/backfill = "conservative"; tenants: { a: { }; b: { limit = 32; }; };/' 'tenants:' site.town.backfill "limits could break: take easy or none"
broken 's/order = "fcfs"/order = "fair-share"/' 'fair-share' site.town.order '"fair-share" needs two tenants or more (site.town.tenants.NAME)'
shared 'candidates = "fair-share"; tenants: { lonely: { }; };' 'candidates' site.town.candidates '"fair-share" needs two tenants'
broken 's/backfill = "easy"/backfill = "hold"/' '"hold"' site.town.backfill "is for replays: take easy, conservative or none"
broken 's/backfill = "easy"/backfill = "hold-backfill"/' 'hold-backfill' site.town.backfill "is for replays"
shared 'preempt = "prioriti";' 'preempt' site.town.preempt "is not one of: none, priority, slice" "did you mean 'priority'?"
shared 'slice = "1ms";' 'slice' site.town.slice "out of range" "to 3650 days allowed"
shared 'slice = 60;' 'slice' site.town.slice "must be a duration with a unit"
shared 'half_life = "-1d";' 'half_life' site.town.half_life "must be a duration"
shared 'resize_every = "3651d";' 'resize_every' site.town.resize_every "out of range: 0 to 3650 days"
shared 'reservations = 0;' 'reservations' site.town.reservations "out of range: 1 to"
shared 'examine = -1;' 'examine' site.town.examine "out of range: 0 to"
shared 'choose = "fastest";' 'choose' site.town.choose "is not one of: completion, preference"

M=site.town.maintenance
window() { # SETTINGS PATH PART...
    local settings=$1
    shift
    shared "maintenance: { m: { $settings }; };" 'maintenance:' "$@"
}
window 'length = "1d"; cards = 8;' $M.m.at "missing; it is when it begins"
window 'at = "2025-01-20"; cards = 8;' $M.m.length "missing; it is how long it takes"
window 'at = "2025-01-20"; length = "1d";' $M.m.cards "missing; it is how many cards are taken out"
window 'at = "2025-01-20"; length = "0s"; cards = 8;' $M.m.length "out of range"
window 'at = "2025-01-20"; length = "1d"; cards = 0;' $M.m.cards "out of range: 1 to"
window 'at = "2025-01-20"; length = "1d"; cards = 8; notice = "11y";' $M.m.notice "out of range: 0 to 3650 days"
window 'at = "2025-03-02"; length = "1d"; cards = 8;' $M.m.at "must lie between the scenario's start and its horizon"
window 'at = "2024-12-31"; length = "1d"; cards = 8;' $M.m.at "must lie between"
window 'at = "2025-01-20"; length = "1d"; cards = 65;' $M.m.cards "is more than the 64 cards of the site"
shared 'maintenance: { a: { at = "2025-01-20"; length = "2d"; cards = 57; }; b: { at = "2025-01-21"; length = "1h"; cards = 1; }; };' 'maintenance:' \
    $M.b.cards "that overlap, 72 cards are set aside, in whole nodes; the site has 64"
broken 's/        length = "2d";/&notice = "3d"; };small: { at = "2025-02-11"; cards = 40; length = "1d"; notice = "1h"; /' 'small:' site.town.runs.small.cards \
    "that overlap, 72 cards are set aside"
broken 's/        length = "2d";/&notice = "3d";/; s/    runs: {/    maintenance: { m: { at = "2025-02-11"; length = "1d"; cards = 40; }; };\n&/' 'maintenance:' $M.m.cards \
    "with the windows and promised runs that overlap, 72 cards"
broken 's/        length = "2d";/&notice = "-3d";/' 'notice' site.town.runs.big.notice "must be a duration"

P=site.town.pools
pool() { # SETTINGS PATTERN PATH PART...
    local settings=$1
    shift
    broken 's/efficiency: { fine-tuning: { mfu = 0.4; }; };$/efficiency: { fine-tuning: { mfu = 0.4; }; pretraining: { mfu = 0.3; }; };/
        s|    backfill = "easy";|&\n    pools: { '"$settings"' };|' "$@"
}
pool 'p: { chip = "othr"; cards = 8; ordered = "2025-01-01"; };' 'pools:' $P.p.chip '"othr" is not among `chips`' "did you mean 'other'?"
pool 'p: { chip = ""; cards = 8; ordered = "2025-01-01"; };' 'pools:' $P.p.chip "is not among"
pool 'p: { chip = "tiny"; cards = 8; ordered = "2025-01-01"; };' 'pools:' $P.p.chip "is the site's own chip: a pool is for another one"
pool 'p: { chip = "other"; cards = 12; ordered = "2025-01-01"; };' 'pools:' $P.p.cards "must be a multiple of cards_per_node (8)"
pool 'p: { chip = "other"; cards = 8; ordered = "2025-03-02"; };' 'pools:' $P.p.ordered "must lie between"
pool 'p: { chip = "other"; cards = 8; ordered = "2025-01-01"; reliability = "sturdy"; };' 'pools:' $P.p.reliability '"sturdy" is not among `reliability`: frail'
pool 'p: { chip = "other"; cards = 8; ordered = "2025-01-01"; delivery = "supply"; };' 'pools:' $P.p.chip 'is "other", but the line "fab" makes "tiny"'
pool 'p: { chip = "other"; };' 'pools:' $P.p.cards "missing; it is the cards ordered"
for name in tune runs; do
    pool "$name: { chip = \"other\"; cards = 8; ordered = \"2025-01-01\"; };" 'pools:' $P.$name "a class of jobs is named \"$name\" too"
done
long=$(printf 'p%.0s' {1..40}) # with "town" 44 letters: the last that are told apart
pool "$long: { chip = \"other\"; cards = 12; ordered = \"2025-01-01\"; };" 'pools:' $P.$long.cards "must be a multiple"
expect_equal "$(grep -c . stderr)" 1 "messages"
pool "$(for i in {1..16}; do printf 'p%d: { chip = "other"; cards = 8; ordered = "2025-01-01"; }; ' "$i"; done)" 'pools:' $P "has 16 pools; at most 15 allowed"
broken 's/efficiency: { fine-tuning: { mfu = 0.4; }; };$/efficiency: { fine-tuning: { mfu = 0.4; }; pretraining: { mfu = 0.3; }; };/
    s|    backfill = "easy";|&\n    tenants: { a: { guarantee = 24; }; b: { }; }; pools: { p: { chip = "other"; cards = 16; ordered = "2025-01-01"; }; };|' 'pools:' $P.p.cards \
    "is less than the 24 cards that tenants are guaranteed in every pool"

C=workloads.mix.classes.tune
class() { broken "s/        length_max = \"1d\";/&$1/" 'length_max = "1d"' "${@:2}"; }
class 'accepts = "othre";' $C.accepts '"othre" is not among `chips`' "did you mean 'other'?"
class 'accepts = ", ,,";' $C.accepts "names no chip: leave it empty for all chips of the site"
class 'accepts = "tiny, other,tiny";' $C.accepts 'names "tiny" twice'
class 'elastic_least = 0.0;' $C.elastic_least "out of range: 0.01 to 1"
class 'elastic_most = 65.0;' $C.elastic_most "out of range: 1 to 64"
class 'priority = 1001;' $C.priority "out of range: -1000 to 1000"
broken 's/        length_max = "1d";/&accepts = "other";/' 'workload = "mix"' site.town.workload "jobs of class tune accept other, and the site has none of these chips"

shared 'topology: { domain = 3; leaf = 4; };' 'topology' site.town.topology.leaf "is 4 nodes; must be a multiple of the domain's 3"
shared 'topology: { leaf = 4; pod = 6; };' 'topology' site.town.topology.pod "must be a multiple of the leaf's 4"
shared 'topology: { units_per_server = 3; };' 'topology' site.town.topology.units_per_server "the 8 nodes of the site are no whole number of servers"
shared 'topology: { domain = -1; };' 'topology' site.town.topology.domain "out of range: 0 to"
shared 'size_bins = [2, 8];' 'size_bins' site.town.size_bins "must begin with 1, so that every job has its bin"
shared 'size_bins = [1, 8, 8];' 'size_bins' site.town.size_bins "must ascend"
shared 'size_bins = [1.0, 2.5];' 'size_bins' site.town.size_bins "must be whole numbers of cards"
shared 'size_bins = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];' 'size_bins' site.town.size_bins "has 13 sizes; at most 12 allowed"
shared 'locality = "far";' 'locality' site.town.locality '"far" is not among `localities`: it is empty; include its catalogue'
place() { broken "s/^seed = 7;/&\nlocalities: { far: { $1 }; };/" 'localities' "${@:2}"; }
L=localities.far
place 'scatter = [1.0, 2.0]; factor = [1.0];' $L.scatter "has 2 items but factor has 1; they must pair up"
place 'scatter = [1.5, 2.0]; factor = [1.0, 0.9];' $L.scatter "must begin with 1, a gang on the fewest nodes"
place 'scatter = [1.0, 2.0, 2.0]; factor = [1.0, 0.9, 0.8];' $L.scatter "must ascend, but item 3 is not above item 2"
place 'factor = [0.0]; scatter = [1.0];' $L.factor "out of range: 0.01 to 1"
place 'cross_leaf = 0.9;' $L.scatter "missing: crossings cost nothing without a curve"
place 'cross_pod = 1.5;' $L.cross_pod "out of range: 0.01 to 1"
many=$(seq -s ', ' 1 17)
place "scatter = [$many]; factor = [$(printf '1%.0s, ' {1..16})1];" $L.scatter "has 17 items; at most 16 allowed"

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
single 's/    backfill = "easy";/tenants: { a: { share = -1.0; }; b: { share = 0.0; }; };/' site.town.tenants.a.share
single '/# of the town/ s/"tiny"/"none"/' site.town.chip

kept_whole

finish "broken scenarios"
