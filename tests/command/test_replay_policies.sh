#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk replay`: orders, reservations, preemption and the network by schedules computed by hand, and what is refused.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# job ID SUBMIT RUN CARDS REQUEST [USER]: a line of a trace
job() { echo "$1 $2 -1 $3 $4 -1 -1 $4 $5 -1 1 ${6:-1} 1 -1 1 -1 -1 -1"; }

# expect_column NAME VALUES OPTION...: of jobs.csv, in order of submission, when log.swf is replayed on ten cards
expect_column() {
    local name=$1 values=$2
    shift 2
    call replay log.swf --cards 10 -o out --force "$@"
    expect_status 0
    expect_equal "$(column out/jobs.csv "$name" | paste -sd ' ')" "$values" "$name"
}

### orders

{ job 1 0 100 10 100; job 2 10 20 10 20; job 3 20 50 10 50; } >log.swf
expect_column start_s "0 100 120"
expect_column start_s "0 150 100" --order ljf
{ job 1 0 100 10 100; job 2 10 50 10 50; job 3 20 60 4 60; } >log.swf
expect_column start_s "0 160 100" --order smallest-area
{ job 1 0 100 10 100; job 2 10 1000 1 1000; job 3 70 20 10 20; } >log.swf # at 100 (90/1000)^3 x 1 is less than (30/20)^3 x 10
expect_column start_s "0 120 100" --order wfp3
expect_column start_s "0 100 1100" --order unicef # log2(1) = 0: a single card comes before everybody
{ job 1 0 100 10 100 1; job 2 10 10 10 10 1; job 3 20 10 10 10 2; } >log.swf
expect_column start_s "0 100 110" --order fcfs --tenants user
expect_column start_s "0 110 100" --order fair-share --tenants user
expect_column tenant "1 1 2" --order fair-share --tenants user --half-life 0s

### preemption

{ job 1 0 100 10 100; job 2 10 20 10 20; } >log.swf
expect_column start_s "0 10" --order srpt
expect_column end_s "120 30" --order srpt
expect_column preemptions "1 0" --order srpt
{ job 1 0 1000 10 1000; job 2 10 50 10 50; } >log.swf # job 1 has had 3,250 card-seconds at 325
expect_column start_s "0 325" --order las
expect_column end_s "1050 375" --order las
{ job 1 0 60 10 60; job 2 0 60 10 60; } >log.swf
expect_column start_s "0 60" --order round-robin
expect_column start_s "0 30" --order round-robin --preempt slice --slice 30s
expect_column end_s "90 120" --order round-robin --preempt slice --slice 30s
expect_column queued_s "30 60" --order round-robin --preempt slice --slice 30s

### backfilling

{ job 1 0 100 8 100; job 2 1 100 6 100; job 3 2 100 9 100; job 4 3 1000 2 1000; } >log.swf
expect_column start_s "0 100 1003 3" --backfill easy # job 4 delays the third, which holds no reservation
expect_column start_s "0 100 200 300" --backfill easy --reservations 2
{ job 1 0 100 8 100; job 2 1 100 10 100; job 3 2 100 5 100; job 4 3 20 2 20; } >log.swf
expect_column start_s "0 100 200 3" --backfill easy
expect_column start_s "0 100 200 200" --backfill easy --examine 1
expect_column start_s "0 100 200 3" --backfill easy --examine 2

### the network: eight nodes of eight cards, two to a leaf switch

{ job 1 0 100 8 100; job 2 1 100 64 100; } >log.swf
for place in first-fit best-fit consolidate spread random subtree; do
    call replay log.swf --nodes 8 --domain 2 --leaf 4 --pod 8 --place $place -o out --force
    expect_status 0
    expect_equal "$(column out/jobs.csv start_s | paste -sd ' ')" "0 100" "starts with $place"
done
for setting in '"domain": 2' '"leaf": 4' '"pod": 8' '"place": "subtree"'; do
    grep -qF "$setting" out/manifest.json || fail "manifest.json lacks $setting"
done

### what is refused, in words that help; nothing is written

refused() { # PART OPTION...
    call replay log.swf --cards 64 "${@:2}" -o refused
    expect_status 2
    expect_error "$1"
    expect_absent refused refused.partial
}
for wrong in 0 -1 1.5 many 1000001 99999999999999999999; do refused "--reservations $wrong: must be a whole number from 1 to 1000000" --reservations $wrong; done
for wrong in -1 few 1000000001; do refused "--examine $wrong: must be a whole number from 0 to" --examine $wrong; done
for option in domain leaf pod; do
    for wrong in 0 -2 x 5000000; do refused "--$option $wrong: must be a whole number from 1 to" --place subtree --$option $wrong; done
    refused "--domain, --leaf and --pod group nodes, and --place count knows none" --$option 2
done
refused "--leaf is 3 nodes; must be a multiple of the domain's 2" --place subtree --domain 2 --leaf 3
refused "--pod is 6 nodes; must be a multiple of the leaf's 4" --place subtree --leaf 4 --pod 6
for wrong in 0s 1ms 5 -1h soon ""; do refused "--slice $wrong: must be a duration" --slice "$wrong"; done
for wrong in -1h 5 soon; do refused "--half-life $wrong: must be a duration" --half-life "$wrong"; done
refused "did you mean 'slice'?" --preempt slices
refused "--preempt priority: the jobs of a trace have no priorities; scenarios do" --preempt priority
refused "--order fair-share needs tenants: give --tenants user" --order fair-share
for order in las srpt; do
    refused "this order stops running jobs, which --pass event does not know" --order $order --pass event
    refused "this order stops running jobs, which --backfill hold does not know" --order $order --backfill hold
done
refused "--preempt stops running jobs, which --pass event does not know" --preempt slice --pass event
refused "--order lsa: not one of" --order lsa --reservations 0 --examine -1 --preempt x --slice x # all at once
expect_error "--reservations 0" "--examine -1" "--preempt x" "--slice x"

finish "replay policies"
