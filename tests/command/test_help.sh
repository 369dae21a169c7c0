#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Help texts, lists, the settings that `check` prints, and calls that make no sense.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario town.cfg

### the program

for arguments in --help -h help; do
    call $arguments
    expect_status 0
    expect_silence
    expect_output "Usage: tenk COMMAND" "  run " "  replay " "  check " "  list " "tenk COMMAND --help" "scenarios/wuxi-10k.cfg"
done
for arguments in --version -V; do
    call $arguments
    expect_status 0
    [[ $output =~ ^tenk\ [0-9]+\.[0-9]+\.[0-9]+\ \(.+\)$'\n'$ ]] || fail "no version"
done
call
expect_status 2
expect_error "Usage: tenk COMMAND"
call sing
expect_status 2
expect_error 'there is no command "sing"' "Usage: tenk COMMAND"
call ""
expect_status 2

### --help of every command tells every option

# expect_help COMMAND PART...
expect_help() {
    local name=$1
    shift
    call "$name" --help
    expect_status 0
    expect_silence
    expect_output "Usage: tenk $name [OPTION...]" "Examples:" "  tenk $name " "$@"
    [ "$(awk 'length > 100' stdout | wc -l)" -eq 0 ] || fail "lines wider than a screen"
    call "$name" --usage
    expect_status 0
    expect_output "tenk $name"
    call "$name" --nonsense x
    expect_status 2
    expect_error "--nonsense" "tenk $name --help"
    [ -z "$output" ] || fail "words on stdout"
    call "$name" -Z x
    expect_status 2
    call "$name"
    expect_status 2
    expect_error "which " "tenk $name --help"
    call "$name" one two
    expect_status 2
    expect_error "at a time" '"two" is a second one'
    expect_absent out
}
expect_help run --output -o, --force --set=PATH=VALUE --replications -n, --seed -s, --threads -j, --jobs --quiet -q, SCENARIO "Exit status: 0"
expect_help replay --cards=N --nodes=N --cards-per-node=K --domain=N --leaf=N --pod=N --order --backfill --reservations=K --candidates --examine=N --preempt --slice --half-life --plan --pass --place --format \
    --cluster --from --to --first=INDEX --count=N --processors --no-request --no-run --zero-run --tenants --like --strict --output -o, --force --quiet -q, TRACE "Exit status: 0"
expect_help check --set=PATH=VALUE --only=PATH --quiet -q, SCENARIO "Exit status: 0"
expect_help list --configs=DIR -c, WHAT chips suppliers memories workloads reliability locality software cities events sources policies metrics formats

# Names that the help of replay gives are those that there are.
call replay --help
expect_output "fcfs (default), sjf, ljf" "none (default), easy, conservative, hold" "count (default), first-fit, best-fit" "swf or philly"

### list

call list policies
expect_status 0
expect_silence
expect_output "order (" "  fcfs " "  sjf " "backfill (" "  none " "  easy " "preempt (" "  slice " "place (" "  count " "  first-fit " "  consolidate " \
    "allocation (" "  priority " "  pro-rata " "checkpoint interval (" "  young " "  daly "
call list formats
expect_status 0
expect_output "  swf " "Standard Workload Format" "  philly " "timestamp, duration, num_gpus, cluster"
call list metrics
expect_status 0
expect_output supply buyers build-out machine compute jobs "  cards_made " "  fill_rate " "  full_online_days " "  allocated_share " \
    "  makespan " "  delivered_share " "  wait_mean " "  bounded_slowdown_mean " "PFLOP/s-days"
# Every metric of a result is listed with its unit.
"$tenk" run town.cfg -n 1 -q -o results
while IFS=, read -r metric unit; do
    grep -qE "^  $metric +$unit( |$)" stdout || fail "list metrics lacks $metric in $unit"
done < <(column results/summary.csv metric unit | sort -u)

for what in chips suppliers workloads reliability; do
    call list $what --configs "$source_folder/configs"
    expect_status 0
    expect_silence
    expect_output "$source_folder/configs/$what.cfg"
    expect_equal "$(grep -v '^  chip  ' stdout | grep -cE '^  [a-z0-9]')" "$(grep -cE '^[a-z][-a-z0-9_]*: *\{' "$source_folder/configs/$what.cfg")" "entries of $what"
done
call list chips --configs "$source_folder/configs"
expect_output "  ascend-910b-376t " "  a100 " "NOT USABLE as it is" "pretraining" "TFLOP/s"
call list chips --configs nowhere
expect_status 2
expect_error "no catalogues in nowhere" "--configs DIR"
mkdir own
sed -n '/^chips: {/,/^};/p' town.cfg | sed '1d; $d' >own/chips.cfg
call list chips -c own
expect_status 0
expect_output "  tiny " "fine-tuning 0.4, pretraining 0.3" "100.0"
sed -i 's/peak_tflops = 100.0/peak_tflops = "fast"/' own/chips.cfg
call list chips -c own
expect_status 2
expect_error "own/chips.cfg:2: chips.tiny.peak_tflops: must be a number in TFLOP/s"
echo 'tiny: {' >own/chips.cfg
call list chips -c own
expect_status 2
expect_error "own/chips.cfg" "syntax error"
call list nonsense
expect_status 2
expect_error "nonsense: not one of chips, suppliers, memories, workloads, reliability, locality, software, cities, events, sources, policies, metrics, formats"

### check prints every setting as it holds, with its place

{
    sed '/^reliability: {/,/^};/d' town.cfg
    printf 'reliability: {\n@include "frail.inc"\n};\n'
} >split.cfg
sed -n '/^reliability: {/,/^};/p' town.cfg | sed '1d; $d' >frail.inc
call check split.cfg --set site.town.tier=3
expect_status 0
expect_equal "$errors" "split.cfg: no mistakes; settings hash $(grep -o '[0-9a-f]\{16\}' stderr)"$'\n' stderr
expect_output 'title = "A small town, 64 cards";  # split.cfg:1' 'horizon = "60d";  # split.cfg:3' 'site.town.cards = 64;  # split.cfg:24' \
    'site.town.tier = 3;  # --set' 'site.town.candidates = "fcfs";  # default' 'site.town.burn_in = "1d";  # split.cfg:30' \
    'chips.tiny.usable = true;  # split.cfg:53' 'chips.other.usable = true;  # default' 'workloads.mix.classes.tune.sizes = [1, 2, 8];  # split.cfg:' \
    'reliability.frail.repair_median = "6h";  # frail.inc:3' 'site.town.runs.big.checkpoints = true;  # default'
expect_equal "$(grep -vcE '^[a-zA-Z0-9_.-]+ = .*;  # (default|--set|[^ ]+:[0-9]+)$' stdout)" 0 "lines of another form"
expect_equal "$(cut -d' ' -f1 stdout | sort | uniq -d)" "" "settings told twice"
# The manifest of a run has the same settings.
"$tenk" run split.cfg --set site.town.tier=3 -q -o manifest
expect_equal "$(grep -c . stdout)" "$(sed -n '/"settings"/,$p' manifest/manifest.json | grep -c '^    "')" "settings in the manifest"
hash=$(grep -o '[0-9a-f]\{16\}' stderr)
grep -q "\"scenario_hash\": \"$hash\"" manifest/manifest.json || fail "check and run name different hashes"
# What is printed may be set again, and is then the same question.
assignments=()
while IFS= read -r setting; do
    assignments+=(--set "$setting")
done < <(sed -n 's/^\(site[^ ]*\) = \(.*\);  # .*$/\1=\2/p; s/^\(workloads[^ ]*\) = \(.*\);  # split.*$/\1=\2/p' stdout)
[ ${#assignments[@]} -gt 40 ] || fail "too few settings to set again: ${#assignments[@]}"
call check split.cfg --set site.town.tier=3 "${assignments[@]}"
expect_status 0
expect_error "settings hash $hash"

call check town.cfg --only site.town
expect_status 0
expect_equal "$(grep -vc '^site\.town\.' stdout)" 0 "settings elsewhere"
[ "$(grep -c . stdout)" -gt 20 ] || fail "too few settings of site.town"
call check town.cfg --only site.town.cards
expect_equal "$output" "site.town.cards = 64;  # town.cfg:24"$'\n' "settings of site.town.cards" # not cards_per_node
call check town.cfg -q
expect_status 0
[ -z "$output" ] || fail "settings with -q"
call check town.cfg --only site.twon # nothing below that path: said, not passed over
expect_status 2
expect_error "site.twon"

finish "help"
