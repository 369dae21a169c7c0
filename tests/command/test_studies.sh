#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tenk sweep and tenk sensitivity: study files, their results against single runs, their mistakes with places.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario town.cfg
sed -i 's/delivery = "supply"/delivery = "at-once"/; s/opens_at_cards = 16/opens_at_cards = 0/; s/jobs_per_day = 40.0/jobs_per_day = 20.0/' town.cfg
mkdir studies
cat >studies/grid.cfg <<'STUDY'
scenario = "../town.cfg";
replications = 3;
factors: {
  fill: { path = "site.town.backfill"; values = ["none", "easy"]; };
  cards: { path = "site.town.cards"; from = 48; to = 80; steps = 3; };
};
metrics = ["wait_mean[town]", "allocated_share"];
STUDY

### help

for command in sweep sensitivity; do
    call $command --help
    expect_status 0
    expect_output "Usage: tenk $command [OPTION...] STUDY" "Examples:" "  tenk $command scenarios/studies/" "Exit status: 0" --replications --confidence
    [ "$(awk 'length > 100' stdout | wc -l)" -eq 0 ] || fail "lines wider than a screen"
    call $command
    expect_status 2
    expect_error "which study file?"
    call $command studies/grid.cfg studies/grid.cfg
    expect_status 2
    expect_error "at a time"
done

### a grid: every combination, each as a run of its own would have it

call sweep studies/grid.cfg -o grid
expect_status 0
expect_output "6 points, 3 futures each" "wait_mean"
expect_equal "$(column grid/sweep.csv point fill cards metric | grep wait_mean)" "0,none,48,wait_mean
1,none,64,wait_mean
2,none,80,wait_mean
3,easy,48,wait_mean
4,easy,64,wait_mean
5,easy,80,wait_mean"
"$tenk" run town.cfg -n 3 --set site.town.backfill=easy --set site.town.cards=80 -q -o single
expect_equal "$(column grid/sweep.csv point metric n mean stddev lo hi p05 p50 p95 | grep '^5,' | cut -d, -f2-)" \
    "$(column single/summary.csv scope metric n mean stddev ci95_lo ci95_hi p05 p50 p95 | grep -E '^town,(wait_mean|allocated_share),' | cut -d, -f2- | sort -r)" "the last point"
call sweep studies/grid.cfg -o grid1 -j 1 -q
expect_same grid/sweep.csv grid1/sweep.csv
expect_same grid/manifest.json grid1/manifest.json
sed '/^metrics/d' studies/grid.cfg >studies/all.cfg
call sweep studies/all.cfg -o all -q -n 2
expect_status 0
[ "$(column all/sweep.csv metric | sort -u | wc -l)" -gt 30 ] || fail "too few metrics"

# What all points have in common: as --set.
{ cat studies/grid.cfg; echo 'set = ["site.town.tier=3", "site.town.jobs_per_day=5"];'; } >studies/common.cfg
call sweep studies/common.cfg -o common -q
expect_status 0
call sweep studies/grid.cfg --set site.town.tier=3 --set site.town.jobs_per_day=5 -o options -q
expect_same common/sweep.csv options/sweep.csv
cmp -s common/sweep.csv grid/sweep.csv && fail "set changes nothing"

### random designs: as many points, in their ranges, the same for the same seed

for design in latin-hypercube sobol; do
    cat >studies/$design.cfg <<STUDY
scenario = "../town.cfg"; design = "$design"; points = 8; replications = 2;
factors: {
  jobs: { path = "site.town.jobs_per_day"; from = 10.0; to = 26.0; };
  repair: { path = "reliability.frail.repair_median"; from = "2h"; to = "10h"; };
  since: { path = "site.town.ordered"; from = "2025-01-01"; to = "2025-01-30"; };
};
metrics = ["wait_mean[town]"];
STUDY
    call sweep studies/$design.cfg -o $design
    expect_status 0
    expect_output "8 points, 2 futures each"
    expect_equal "$(column $design/sweep.csv jobs | awk '$1 < 10 || $1 > 26 { bad++ } { print int(($1 - 10) / 2) } END { if (bad) print "out of range" }' | sort -n | uniq | tr '\n' ' ')" \
        "0 1 2 3 4 5 6 7 " "strata of $design"
    expect_equal "$(column $design/sweep.csv repair since | grep -vcE '^[0-9.]+h,2025-01-[0-9][0-9]$')" 0 "texts of $design"
    call sweep studies/$design.cfg -o again -q
    expect_same $design/sweep.csv again/sweep.csv
    rm -r again
    sed -i 's/points = 8/points = 8; seed = 5/' studies/$design.cfg
    call sweep studies/$design.cfg -o again -q
    cmp -s $design/sweep.csv again/sweep.csv && fail "the seed changes nothing"
    rm -r again
done

### sensitivity

cat >studies/sense.cfg <<'STUDY'
scenario = "../town.cfg"; replications = 3; samples = 16;
factors: {
  jobs: { path = "site.town.jobs_per_day"; from = 4.0; to = 24.0; };
  repair: { path = "reliability.frail.repair_median"; from = "2h"; to = "3h"; };
};
metrics = ["allocated_share[town]"];
STUDY
call sensitivity studies/sense.cfg -o sense
expect_status 0
expect_output "69 points, 3 futures each" "one setting at a time" "alone" "with others"
expect_equal "$(column sense/sensitivity.csv method factor what n)" "tornado,,base,3
tornado,jobs,low,3
tornado,jobs,high,3
tornado,repair,low,3
tornado,repair,high,3
sobol,jobs,first,16
sobol,jobs,total,16
sobol,repair,first,16
sobol,repair,total,16"
column sense/sensitivity.csv factor what estimate | awk -F, '$1 == "jobs" && $2 == "total" && $3 < 0.8 { print "jobs matter most: " $0 } $1 == "repair" && $2 == "total" && $3 > 0.1 { print "repair hardly matters: " $0 }' >odd
expect_equal "$(cat odd)" "" "indices"
for end in 4 24; do "$tenk" run town.cfg -n 3 --set site.town.jobs_per_day=$end -q -o end-$end; done
"$tenk" run town.cfg -n 3 -q -o base
share() { column "$1/summary.csv" scope metric mean | awk -F, '$1 == "town" && $2 == "allocated_share" { print $3 }'; }
expect_equal "$(column sense/sensitivity.csv factor what estimate | awk -F, '$1 == "jobs" && $2 ~ /low|high/ { printf "%.6f ", $3 }')" \
    "$(awk -v a="$(share end-4)" -v b="$(share end-24)" -v o="$(share base)" 'BEGIN { printf "%.6f %.6f ", a - o, b - o }')" "the tornado's bar"
call sensitivity studies/sense.cfg -o tornado --method tornado -q
expect_status 0
expect_equal "$(grep -c sobol tornado/sensitivity.csv)" 0
call sensitivity studies/sense.cfg -o indices --method sobol -q
expect_equal "$(grep '^sobol' indices/sensitivity.csv)" "$(grep '^sobol' sense/sensitivity.csv)" "indices alone"

### mistakes, with file, line and setting

# refuse COMMAND TEXT PART...: a study file of that text; its mistakes are told, nothing is written
refuse() {
    local command=$1
    printf '%s\n' "$2" >studies/wrong.cfg
    shift 2
    call "$command" studies/wrong.cfg -o refused
    expect_status 2
    expect_error "$@"
    expect_absent refused refused.partial refused.journal
}
good='scenario = "../town.cfg"; replications = 2; metrics = ["wait_mean[town]"];'
refuse sweep 'scenario = "../town.cfg";' "studies/wrong.cfg" "factors: must have at least one entry"
refuse sweep "$good"$'\nfactors: { };' "wrong.cfg:2: factors: must have at least one entry"
refuse sweep 'factors: { a: { path = "seed"; values = [1]; }; };' "scenario: missing; it is the scenario file"
refuse sweep 'scenario = "none.cfg"; factors: { a: { path = "seed"; values = [1]; }; };' "studies/none.cfg" "cannot be read"
refuse sweep "$good"$'\nfactors: { a: { values = [1]; }; };' "wrong.cfg:2: factors.a.path: missing"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; }; };' "wrong.cfg:2: factors.a: needs values = [...], or a range"
refuse sweep "$good"$'\nfactors: {\n a: { path = "seed";\n  values = 7; }; };' "wrong.cfg:4: factors.a.values: values must be a list"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; values = "1, 2"; }; };' "factors.a.values: values must be a list"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; values = []; }; };' "wrong.cfg:2"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; values = [1]; from = 1; }; };' "either values or a range"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; values = { b = 1; }; }; };' "wrong.cfg:2: factors.a.values"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; from = 5; to = 1; steps = 2; }; };' "from a smaller value to a larger"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; from = 1; to = "x"; steps = 2; }; };' "the ends of a range are numbers"
refuse sweep "$good"$'\nfactors: { a: { path = "horizon"; from = "1h"; to = "2d"; steps = 2; }; };' "different units"
refuse sweep "$good"$'\nfactors: { a: { path = "start"; from = "2025-01-01"; to = 7; steps = 2; }; };' "is a date and the other is none"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; from = 1; to = 9; steps = 1; }; };' "at least two steps"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; from = 1; to = 9; steps = 3; step = 2; }; };' "either step or steps"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; from = 1; to = 9; step = "2d"; }; };' "another unit"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; from = 1; to = 9; }; };' "a range needs steps = N or step in a grid"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; from = 1; to = 99999; step = 1; }; b: { path = "start"; values = ["2025-01-01", "2025-01-02"]; }; };' "more than 100000 points"
refuse sweep "$good"$' points = 4;\nfactors: { a: { path = "seed"; values = [1]; }; };' "wrong.cfg:1: points: a grid has as many points"
refuse sweep "$good"$' design = "sobol";\nfactors: { a: { path = "seed"; from = 1; to = 9; }; };' "points: a random design needs to know"
refuse sweep "$good"$' design = "grit";\nfactors: { a: { path = "seed"; values = [1]; }; };' "wrong.cfg:1: design:" "did you mean 'grid'"
refuse sweep "$good"$' desing = "grid";\nfactors: { a: { path = "seed"; values = [1]; }; };' "desing: unknown setting; did you mean 'design'"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; value = [1]; }; };' "factors.a.value: unknown setting; did you mean 'values'"
refuse sweep "$good"$'\nfactors: { a: { path = "seed"; values = [1]; }; b: { path = "seed"; values = [2]; }; };' "factor a varies the same setting"
refuse sweep "$good"$'\nfactors: { a: { path = "site.twon.cards"; values = [1]; }; };' "did you mean 'town' for 'twon'"
refuse sweep "$good"$'\nfactors: { a: { path = "site.town.cards"; values = [64, -1]; }; };' "out of range"
refuse sweep "$good"$'\nfactors: [1, 2];' "wrong.cfg:2: factors: must be a group"
refuse sweep "$good"$'\nfactors: { a = 1; };' "factors.a: must be a group"
refuse sweep 'scenario = "../town.cfg"; metrics = "wait_mean"; factors: { a: { path = "seed"; values = [1]; }; };' "metrics: must be a list"
refuse sweep 'scenario = "../town.cfg"; set = "seed=3"; factors: { a: { path = "seed"; values = [1]; }; };' "set: must be a list"
refuse sweep 'scenario = "../town.cfg"; set = ["site.town.tiers=3"]; factors: { a: { path = "seed"; values = [1]; }; };' "did you mean 'tier'"
refuse sweep 'scenario = "../town.cfg"; metrics = ["wait"]; factors: { a: { path = "seed"; values = [1]; }; };' "metrics: there is no metric 'wait'"
refuse sweep 'scenario = "../town.cfg"; metrics = ["wait_mean[x]"]; factors: { a: { path = "seed"; values = [1]; }; };' "wrong.cfg:1: metrics: wait_mean: there is no scope 'x'"
refuse sweep 'scenario = "../town.cfg"; replications = 5000000000; factors: { a: { path = "seed"; values = [1]; }; };' "wrong.cfg:1" "5000000000"
refuse sweep 'scenario = "../town.cfg' "wrong.cfg"
refuse sensitivity 'scenario = "../town.cfg"; factors: { a: { path = "seed"; values = [1, 2]; }; };' "metrics: of what?"
refuse sensitivity "$good"$'\nfactors: { a: { path = "seed"; values = [1]; }; };' "factors.a: one value shows no sensitivity"
refuse sensitivity "$good"$' samples = 3;\nfactors: { a: { path = "seed"; values = [1, 2]; }; };' "samples: out of range"
call sensitivity studies/sense.cfg --method guess -o refused
expect_status 2
expect_error "--method guess: not one of tornado, sobol, both"
call sweep nowhere.cfg -o refused
expect_status 2
expect_error "nowhere.cfg"
expect_absent refused

finish "studies"
