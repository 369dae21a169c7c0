#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk fit failures`: tables of both shapes with answers computed by hand, the files, the catalogue entry in a scenario,
# and hostile input.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# value FILE GROUP WHAT DISTRIBUTION PARAMETER COLUMN(6 value, 8 low, 9 high)
value() { awk -F, -v g="$2" -v w="$3" -v d="$4" -v p="$5" -v c="$6" '$1 == g && $2 == w && $3 == d && $4 == p { print $c }' "$1/fit.csv"; }
# expect_near GOT WANTED RELATIVE-TOLERANCE WHAT
expect_near() {
    awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { exit !(a != "" && (a - b)^2 <= (t * b)^2) }' || fail "$4: got '$1', expected $2"
}

### lives: exponential by hand, kinds of failure, a failure within a life

cat >cards.csv <<'END'
id,insert,remove,event
a,2021-03-01 00:00:00,2021-03-11 00:00:00,ECC
b,2021-03-01 00:00:00,2021-03-21 12:00:00,BUS
c,2021-03-02 00:00:00,,
d,2021-03-01 00:00:00,2021-03-04 06:00:00,ECC
c,,2021-03-05 00:00:00,ECC
e,2021-03-06 00:00:00,2021-04-10 00:00:00,FALSE
END
call fit failures cards.csv -o cards --units-per-node 8 --resamples 19 --name ours
expect_status 0
expect_error "warning: 1 failures within the life of another row"
expect_output "6 rows, lives" "all: 5 lives, 3 ended by a failure" "4 failures in 13 node-days (8 units of the data are a node)" "Kaplan-Meier" \
    "weibull" "lognormal" "Results: cards/fit.csv"
# 10 + 20.5 + 39 (to the record's end) + 3.25 + 35 days
expect_near "$(value cards all life exponential mean 6)" "$(awk 'BEGIN { print 107.75 * 86400 / 3 }')" 1e-9 "mean life"
expect_near "$(value cards all life data failures_per_1000_node_days 6)" "$(awk 'BEGIN { print 4 / 107.75 * 8 * 1000 }')" 1e-5 "rate"
expect_near "$(value cards all life data failures_per_1000_node_days 8)" "$(awk 'BEGIN { print 1.0898654 / 107.75 * 8 * 1000 }')" 1e-5 "rate, low"
expect_near "$(value cards all life data failures_per_1000_node_days 9)" "$(awk 'BEGIN { print 10.2415887 / 107.75 * 8 * 1000 }')" 1e-5 "rate, high"
expect_near "$(value cards ECC life data rate_failures 6)" 3 0 "ECC"
expect_near "$(value cards BUS life exponential mean 6)" "$(awk 'BEGIN { print 107.75 * 86400 }')" 1e-9 "BUS"
expect_equal "$(value cards BUS life weibull shape 6)" "" "a Weibull from one failure"
expect_equal "$(sed -n '2,4p' cards/km.csv | cut -d, -f1-6)" $'all,life,280800,5,1,0.8\nall,life,864000,4,1,0.6000000000000001\nall,life,1771200,3,1,0.4' "Kaplan-Meier"
expect_equal "$(find cards -type f -printf '%f\n' | sort | paste -sd ' ')" "catalogue.cfg fit.csv km.csv manifest.json run_info.json" "files"
expect_equal "$(grep -c '^ours' cards/catalogue.cfg)" 3 "entries"
grep -q '"without_start": 1' cards/manifest.json || fail "the manifest does not count rows without a start"

# The entry holds in a scenario.
put_scenario town.cfg
{
    sed '/^reliability: {/,/^};/d; s/reliability = "frail"/reliability = "ours-ECC"/' town.cfg
    printf 'reliability: {\n@include "cards/catalogue.cfg"\n};\n'
} >fitted.cfg
call check fitted.cfg --only reliability.ours-ECC
expect_status 0
expect_output "failures_per_1000_node_days = 222.738;" "tenk fit failures cards.csv --units-per-node 8: 3 failures" 'confidence = "derived"' 'repair_median = "59min"'
call run fitted.cfg -n 1 -q -o town
expect_status 0

# Simulating from the entry gives back the rate of the data: 240 node-years, within 5 standard errors.
printf '%s\n' 'title = "fitted"; start = "2025-01-01"; horizon = "365d"; seed = 5;' \
    'site: { s: { chip = "c"; cards = 64; ordered = "2025-01-01"; delivery = "at-once"; reliability = "ours-ECC";' \
    '  runs: { r: { at = "2025-01-01"; cards = 8; length = "1d"; }; }; }; };' \
    'chips: { c: { vendor = "v"; model = "m"; peak_tflops = 1.0; count_unit = "card"; usable = true; efficiency: { pretraining: { mfu = 0.5; }; }; }; };' \
    'reliability: {' '@include "cards/catalogue.cfg"' '};' >plain.cfg
# failures_of SUMMARY: failures per 1,000 node-days up
failures_of() {
    awk -F, '$2 == "node_failures" { n = $5 } $2 == "time_up" { t = $5 / 8 / 24 } END { print 1000 * n / t }' "$1/summary.csv"
}
call run plain.cfg -n 30 -q -o plain
expect_status 0
expect_near "$(failures_of plain)" 222.738 0.022 "simulated failures per 1,000 node-days"

# The same bytes again, another seed only other p-values; nothing is overwritten unasked.
call fit failures cards.csv -o again --units-per-node 8 --resamples 19 --name ours -q
expect_equal "$output" "" "stdout with -q"
for file in fit.csv km.csv catalogue.cfg manifest.json; do
    expect_same cards/$file again/$file
done
call fit failures cards.csv -o again --units-per-node 8 --resamples 19 --name ours -q --seed 2
expect_status 2
expect_error "again: holds results"
call fit failures cards.csv -o again --units-per-node 8 --resamples 19 --name ours -q --seed 2 --force
expect_status 0
expect_equal "$(grep -vE '_p,|,resamples,' cards/fit.csv | cksum)" "$(grep -vE '_p,|,resamples,' again/fit.csv | cksum)" "values under another seed"
cmp -s cards/fit.csv again/fit.csv && fail "the seed does not reach the resamples"

### a life of another shape, as a cause

printf '97,0\n101,0\n99.5,0\n104,0\n95,0\n100.5,0\n102,0\n98,0\n' >even.csv
call fit failures even.csv --unit d --resamples 0 --name even -o even
expect_status 0
cause=$(sed -n 's/^ *\(causes: { fitted: .*};\) \*\/$/\1/p' even/catalogue.cfg)
[[ $cause == *'life = "'*'failures_per_1000_node_days = 10.0'* ]] || fail "no cause of about 10 failures per 1,000 node-days: $cause"
sed "s/ours-ECC/even/; s/365d/3650d/; /@include/d; s/^reliability: {\$/reliability: { even: { failures_per_1000_node_days = 0.0; repair_median = \"1h\"; ${cause//\"/\\\"} };/" plain.cfg >aged.cfg
call run aged.cfg -n 30 -q -o aged
expect_status 0
# lives of 99.6 days on the average, all of about that length
expect_near "$(failures_of aged)" "$(awk 'BEGIN { print 1000 / 99.625 }')" 0.02 "simulated failures of even lives"

### two columns, with and without header, other names and units, gzip

printf '2.5,0\n4,0\n7.25,1\n0,0\n3,1\n' >bare.csv
call fit failures bare.csv --unit h --resamples 0 -o bare
expect_status 0
expect_error "1 lives or repairs of length 0"
expect_near "$(value bare all life exponential mean 6)" "$(awk 'BEGIN { print (16.75 * 3600 + 30) / 3 }')" 1e-9 "mean life"
{ echo 'Dead,Life Hours,rack'; awk -F, '{ print ($2 ? "no" : "yes") "," $1 ",r" NR % 2 }' bare.csv; } | gzip >named.csv.gz
call fit failures named.csv.gz --unit h --resamples 0 --column time=life_hours -o named
expect_status 0
expect_equal "$(grep ,life, named/fit.csv | cksum)" "$(grep ,life, bare/fit.csv | cksum)" "the same data by other names"
call fit failures named.csv.gz --unit h --resamples 0 --column time=life_hours --by rack -o racks
expect_status 0
expect_equal "$(cut -d, -f1 racks/fit.csv | uniq | paste -sd ' ')" "group r0 r1" "groups"

### outages: two nodes named of three, an overlap, a node that leaves

cat >outages.csv <<'END'
System,nodes,nodenum,node prod,node decom,Prob Started,Prob Fixed
7,3,0,5-Jun,current,6/11/2005 0:00,6/11/2005 6:00
7,3,0,5-Jun,current,6/21/2005 6:00,6/21/2005 8:00
7,3,0,5-Jun,current,6/21/2005 7:00,6/21/2005 9:00
7,3,1,Jun-05,5-Jul,7/1/2005 12:00,7/1/2005 12:30
9,1,0,before tracking,,8/20/2005 0:00,8/20/2005 1:00
9,1,0,before tracking,,8/30/2005 1:00,8/30/2005 2:00
END
call fit failures outages.csv --by system --resamples 0 -o outages
expect_status 0
expect_error "1 outages that begin before" "1 nodes that no row names"
# node 0: 10, 10 and, to the end of the record on 8/30 2:00, 69.7083 days; node 1: 30.5 and, to the end of July, 30.4792 (- 0.5 h)
exposure=$(awk 'BEGIN { zero = 10 + 10 + 69 + 17 / 24; one = 30.5 + 31 - 12.5 / 24; printf "%.12g", zero + one + (90 + 2 / 24 + 61) / 2 }')
expect_near "$(value outages 7 life data node_days 6)" "$exposure" 1e-9 "node-days"
expect_equal "$(value outages 7 life data rate_failures 6)" 3 "failures of 7"
expect_near "$(value outages 7 repair exponential mean 6)" "$(awk 'BEGIN { print (6 + 3 + 0.5) * 3600 / 3 }')" 1e-9 "repairs of 7"
expect_near "$(value outages 7 repair lognormal median 6)" "$(awk 'BEGIN { print exp((log(6) + log(3) + log(0.5)) / 3) * 3600 }')" 1e-6 "median repair"
expect_near "$(value outages 9 life data node_days 6)" 10 1e-9 "node-days of 9"
expect_near "$(sed -n 's/.*repair_median = "\(.*\)s"; .*/\1/p' outages/catalogue.cfg | head -1)" "$(value outages 7 repair lognormal median 6)" 1e-6 "the entry's repair"

### hostile input: file and line, status 2, nothing written

# refuse LINE-OR-EMPTY PART... : the file bad.csv
refuse() {
    call fit failures bad.csv -o refused
    expect_status 2
    [ -z "$output" ] || fail "words on stdout"
    expect_error "bad.csv:${1:+$1:}" "${@:2}"
    expect_absent refused refused.partial
}
: >bad.csv; refuse "" "is empty"
printf '\n  \n' >bad.csv; refuse "" "is empty"
printf 'time,failed\n' >bad.csv; refuse "" "has no row"
printf 'time,failed\n5.5,1\n9,0\n' >bad.csv; refuse "" "one failure" "node-days say"
printf 'time,failed\n5.5,0\n9,0\n' >bad.csv; refuse "" "no failure" "0 to "
printf 'time,failed\n5.5,1\n-9,0\n' >bad.csv; refuse 3 '"-9" is not a time from 0'
printf 'time,failed\n5.5,1\n1e300,0\n' >bad.csv; refuse 3 '"1e300" is not a time'
printf 'time,failed\n5.5,1\nnan,0\n' >bad.csv; refuse 3 '"nan" is not a number'
printf 'time,failed\n5.5,7\n' >bad.csv; refuse 2 '"7" is not yes, no or a word'
printf 'time,censored\n5.5,perhaps\n' >bad.csv; refuse 2 '"perhaps" is not yes or no'
printf 'start,end,failed\n2021-03-02,2021-03-01,1\n' >bad.csv; refuse 2 'end "2021-03-01" is before start'
printf 'start,end,failed\n2021-03-02,2021-02-30,1\n' >bad.csv; refuse 2 '"2021-02-30" is not a date'
printf 'start,end,failed\n1,2021-03-01,1\n' >bad.csv; refuse 2 'written as the times before'
printf 'start,end,failed\n1,5,1\n,,0\n' >bad.csv; refuse 3 'neither the start of a life'
printf 'start,end,failed\n1,,1\n' >bad.csv; refuse 2 'a failure without an end'
printf 'node,start,end\nx,1,\n' >bad.csv; refuse 2 'an outage without a start or an end'
printf 'node,start,end,nodes\nx,1,2,-4\n' >bad.csv; refuse 2 '"-4" is not a number of nodes'
printf 'node,start,end,node_prod\nx,1,2,13-2021-x\n' >bad.csv; refuse 2 '"13-2021-x" is not a month'
printf 'when,what\n1,2\n' >bad.csv; refuse 1 'neither lives nor outages' 'columns: when, what'
printf '1,2,3\n' >bad.csv; refuse 1 'there is no header'
printf 'time,failed\n5,1\n6\n7,1\n' >bad.csv; refuse 3 '1 fields; the header has 2 columns' '--skip-damaged'
printf 'time,failed\n5,"1\n' >bad.csv; refuse 2 'quotes out of place'
{ printf 'time,failed\n'; head -c 70000 /dev/zero | tr '\0' 7; echo ,1; } >bad.csv; refuse 2 'a line of more than 65536 bytes'
{ printf 'time,failed\n'; for i in {1..40}; do echo "-$i,1"; done; } >bad.csv; refuse 21 '-20' ; expect_error '40 damaged rows in all'
{ printf 'time,failed\n'; for i in {1..40}; do echo "$i,k$i"; done; } >bad.csv; refuse 18 '"k17" is not one of the 16 kinds'
{ seq 3000 | sed 's/$/,0/' | gzip | head -c 4000; } >bad.csv; refuse "" 'compressed data end early'
head -c 3000 /dev/urandom >bad.csv; call fit failures bad.csv -o refused; expect_status 2; expect_absent refused
call fit failures absent.csv; expect_status 2; expect_error "absent.csv: cannot be opened"
call fit failures .; expect_status 2
printf 'time,failed\n5,1\n-6,1\n7,1\n9.5,0\n' >bad.csv
call fit failures bad.csv -o skipped --skip-damaged --resamples 0
expect_status 0
expect_error 'bad.csv:3: warning: time: "-6"'
expect_near "$(value skipped all life exponential mean 6)" 10.75 1e-9 "mean without the damaged row"
for option in --format=deaths --unit=y --units-per-node=0 --resamples=-1 --resamples=x --name=1x --name=a/b --by=nothing --column=time=nothing; do
    call fit failures cards.csv $option -o refused
    expect_status 2
    expect_absent refused
done
expect_error 'no column "nothing" for time; columns: id, insert'
for column in nonsense=x time= time; do
    call fit failures cards.csv --column $column
    expect_status 2
    expect_error "must be ROLE=NAME"
done

### help

call fit --help
expect_status 0
expect_output "Usage: tenk fit failures FILE" "tenk fit workload TRACE" "Examples:"
call fit
expect_status 2
expect_error "failures or workload"
call fit nonsense
expect_status 2
expect_error "not one of failures, workload"
call fit failures --help
expect_status 0
expect_output "Usage: tenk fit failures [OPTION...] FILE" "Examples:" "Exit status: 0" --by=COLUMN --column=ROLE=NAME --format --resamples=N --skip-damaged --unit=UNIT --units-per-node=N --name=NAME
[ "$(awk 'length > 100' stdout | wc -l)" -eq 0 ] || fail "lines wider than a screen"
call fit failures
expect_status 2
expect_error "which file?"
call fit failures one two
expect_status 2
expect_error '"two" is a second one'
expect_absent out refused

finish "fit failures"
