#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk fit workload`: an entry that `check` and `run` take, the files, and mistakes.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Twenty days from Monday 2024-01-01, jobs of 1, 4 and 16 cards, run times spread over two orders of magnitude.
{
    echo '; UnixStartTime: 1704067200'
    awk 'BEGIN { for (i = 0; i < 2000; i++) {
        run = int(exp(4 + 4.5 * ((i * 37) % 101) / 101)); cards = i % 5 ? (i % 3 ? 1 : 4) : 16
        print i + 1, i * 864, 0, run, cards, -1, -1, cards, 3 * run, -1, 1, 1, 1, 1, 1, 1, -1, -1 } }'
} >log.swf
call fit workload log.swf -o mix --chip tiny --resamples 9 --bins 1,2,9
expect_status 0
expect_silence
expect_output "2,000 jobs with a run time above 0; 100 a day over 14 days" "by hour from 00:" "by day from Mon:" "cards-1: " "cards-2-to-8: " "cards-9-up: " \
    "median 3, " "Results: mix/fit.csv"
expect_equal "$(find mix -type f -printf '%f\n' | sort | paste -sd ' ')" "catalogue.cfg fit.csv km.csv manifest.json run_info.json" "files"
expect_equal "$(awk -F, '$2 == "size" && $4 == "share" { sum += $6 } END { printf "%.9f", sum }' mix/fit.csv)" 1.000000000 "shares"

put_scenario town.cfg
{
    sed '/^workloads: {/,/^};/d; s/workload = "mix"/workload = "log"/' town.cfg
    printf 'workloads: {\n@include "mix/catalogue.cfg"\n};\n'
} >fitted.cfg
call check fitted.cfg --only workloads.log
expect_status 0
expect_output 'confidence = "derived"' "tenk fit workload log.swf --bins 1,2,9 --chip tiny: 2000 jobs" "classes.cards-9-up.sizes = [16]" "estimate_factor_min = 3"
call run fitted.cfg -n 1 -q -o town
expect_status 0

call fit workload log.swf -o again --chip tiny --resamples 9 --bins 1,2,9 -q
expect_status 0
expect_equal "$output" "" "stdout with -q"
for file in fit.csv km.csv catalogue.cfg manifest.json; do
    expect_same mix/$file again/$file
done
call fit workload log.swf -o again
expect_status 2
expect_error "again: holds results"

# Without a date there is no rhythm.
sed 1d log.swf >undated.swf
call fit workload undated.swf -o undated --resamples 0
expect_status 0
grep -q 'rhythm_source = "assumption: even' undated/catalogue.cfg || fail "weights without dates"

### mistakes

for option in --bins=2,9 --bins=1,1 --bins=1,x --bins= --kind=sleeping --name=a/b --resamples=-1 --format=csv --strict=1; do
    call fit workload log.swf $option -o refused
    expect_status 2
    expect_absent refused refused.partial
done
: >empty.swf
call fit workload empty.swf -o refused
expect_status 2
expect_error "empty.swf"
echo '1 0 0 0 4 -1 -1 4 60 -1 1 1 1 1 1 1 -1 -1' >zero.swf
call fit workload zero.swf -o refused
expect_status 2
expect_error "no job has a run time above 0"
call fit workload absent.swf -o refused
expect_status 2
call fit workload --help
expect_status 0
expect_output "Usage: tenk fit workload [OPTION...] TRACE" "Examples:" "Exit status: 0" --bins=SIZES --chip=CHIP --kind=KIND --resamples=N
[ "$(awk 'length > 100' stdout | wc -l)" -eq 0 ] || fail "lines wider than a screen"
call fit workload
expect_status 2
expect_error "which trace?"
call fit workload one two
expect_status 2
expect_error '"two" is a second one'
expect_absent refused out

finish "fit workload"
