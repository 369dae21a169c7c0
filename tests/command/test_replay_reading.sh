#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk replay`: how a log is read, and other simulators by name.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# job ID SUBMIT RUN ALLOCATED REQUESTED REQUEST USER GROUP QUEUE PARTITION
job() { echo "$1 $2 -1 $3 $4 -1 -1 $5 $6 -1 1 $7 $8 -1 $9 ${10} -1 -1"; }
{
    echo '; MaxProcs: 10'
    job 1 0 100 6 8 100 31 1 0 7
    job 2 10 -1 4 2 -1 44 1 1 7
    job 3 20 0 3 3 50 31 2 1 7
    job 4 30 40 9 10 -1 -1 2 0 7
    job 5 35 5 2 -1 5 44 3 0 7
    job 6 36 64 2 1 64 52 3 0 7
} >log.swf

replay() { call replay log.swf "$@" -o out --force; }

# expect_jobs ID,START...: of the results in ./out
expect_jobs() {
    expect_status 0
    expect_equal "$(column out/jobs.csv job_id start_s | paste -sd ' ')" "$*" "jobs"
}

# expect_manifest PART...
expect_manifest() {
    local part
    for part; do
        grep -qF "$part" out/manifest.json || fail "manifest.json lacks $part"
    done
}

### as it is, and which cards

replay
expect_jobs 1,0 3,100 4,100 5,140 6,140
expect_silence
expect_manifest '"like": ""' '"first": ""' '"count": ""' '"processors": "most"' '"no_request": "unknown"' '"no_run": "skip"' \
    '"zero_run": "keep"' '"tenants": "none"' '"tenants": 1' '"without_run_time": 1' '"without_requested_time": 1' \
    '"run_time_assumed": 0' '"requested_time_assumed": 0' '"run_time_zero": 0'
cp out/jobs.csv plain.csv
replay --like tenk
expect_same out/jobs.csv plain.csv
replay --processors allocated
expect_equal "$(column out/jobs.csv job_id cards | paste -sd ' ')" "1,6 3,3 4,9 5,2 6,2" "cards"
replay --processors requested
expect_equal "$(column out/jobs.csv job_id cards | paste -sd ' ')" "1,8 3,3 4,10 6,1" "cards"
expect_output "left out: 1 jobs without a number of cards"

### missing times

replay --no-run 10 --zero-run skip --backfill easy
expect_jobs 1,0 2,100 4,110 5,35 6,40
expect_error "2 of 5 jobs have no requested time"
expect_output "left out: 1 jobs with a run time of 0"
expect_manifest '"without_run_time": 0' '"run_time_assumed": 1' '"run_time_zero": 1' '"without_requested_time": 2'
replay --no-run 10 --zero-run skip --backfill easy --no-request run
expect_silence
expect_manifest '"requested_time_assumed": 2' '"without_requested_time": 0'
replay --no-request 3600 --backfill easy --strict
expect_silence
expect_manifest '"requested_time_assumed": 1' '"no_request": "3600"'

### windows

replay --first 1 --count 3
expect_jobs 3,20 4,30 5,70
expect_manifest '"first": "1"' '"count": "3"' '"outside_selection": 2' '"jobs": 3'
expect_output "left out: 2 jobs outside of the selection"
replay --first 3 --count 3
expect_jobs 5,35 6,36
expect_error "log.swf: warning: --count 3: only 2 jobs are left from position 3 on"

### tenants are counted

for pair in user:4 group:3 queue:2 partition:1; do
    replay --tenants "${pair%:*}"
    cut -d, -f1-15 out/jobs.csv >cut.csv
    cut -d, -f1-15 plain.csv >plain-cut.csv
    expect_same cut.csv plain-cut.csv
    expect_equal "$(tail -n +2 out/jobs.csv | cut -d, -f16 | sort -u | wc -l)" "${pair#*:}" "tenants in jobs.csv"
    expect_manifest "\"tenants\": \"${pair%:*}\"" "\"tenants\": ${pair#*:}"
done

### held jobs, by hand: job 1 takes 8 of 10 cards until 100

# Job 2 (a run of 10 s assumed) is held from 10 on. At 100 it starts; the shortest, job 5, follows, and job 4 is held.
replay --like rlscheduler --order sjf
expect_jobs 1,0 2,100 4,110 5,100 6,150
expect_silence
expect_manifest '"like": "rlscheduler"' '"backfill": "hold"' '"pass": "event"' '"processors": "most"' '"no_request": "run"' \
    '"no_run": "10"' '"zero_run": "skip"' '"run_time_assumed": 1' '"requested_time_assumed": 2'
cp out/jobs.csv held.csv
replay --backfill hold --pass event --processors most --no-request run --no-run 10 --zero-run skip --order sjf
expect_same out/jobs.csv held.csv
# With its backfilling job 5 ends before 100; job 6 would end at 104.
replay --order sjf --backfill hold-backfill --like rlscheduler # what is given goes before the name, wherever it stands
expect_jobs 1,0 2,100 4,110 5,35 6,150
replay --like rlscheduler --backfill hold-backfill --no-run skip
expect_jobs 1,0 4,100 5,35 6,140
replay --like rlscheduler --pass instant
expect_status 0
expect_error "warning: --backfill hold repeats its model only with --pass event"
replay --like pyss --backfill easy
cp out/jobs.csv pyss.csv
replay --pass event --backfill easy
expect_same out/jobs.csv pyss.csv

### nonsense is refused in words, all at once, and nothing is written

refuse() {
    call replay log.swf "$@" -o refused
    expect_status 2
    expect_absent refused refused.partial
}
for wrong in -1 1.5 ten 1e3 99999999999999999999 ""; do
    refuse --first="$wrong"
    expect_error "--first: \"$wrong\" is not a whole number from 0 on"
    refuse --count="$wrong"
    expect_error "--count: \"$wrong\" is not a whole number from 1 on"
done
refuse --count 0
expect_error '--count: "0" is not'
refuse --first 5
expect_error "log.swf: --first 5: the selection has 5 jobs, at positions 0 to 4"
refuse --processors request
expect_error '--processors: "request" is not one of most, allocated, requested; did you mean requested?'
refuse --no-request 0
expect_error '--no-request: "0" is not unknown, run or a number of seconds above 0'
refuse --no-run run
expect_error '--no-run: "run" is not skip or a number of seconds'
refuse --zero-run no
expect_error '--zero-run: "no" is not one of keep, skip'
refuse --tenants users
expect_error '--tenants: "users" is not one of none, user, group, queue, partition, cluster; did you mean user?'
refuse --tenants cluster
expect_error "--tenants cluster: format swf knows only user, group, queue, partition"
refuse --like slurm
expect_error "--like slurm: not one of tenk, pyss, rlscheduler"
refuse --like rlschedule
expect_error "did you mean 'rlscheduler'?"
refuse --backfill hold-backfil
expect_error "--backfill hold-backfil: not one of none, easy, conservative, hold, hold-backfill; did you mean 'hold-backfill'?"
refuse --first x --count y --tenants z --like w
expect_error '--first: "x"' '--count: "y"' '--tenants: "z"' "--like w"

### names in the lists

call list policies
expect_status 0
expect_output "  hold " "  hold-backfill " "  f1 " "870 * log10(submit)" "replay --like" "  pyss " "  rlscheduler "

finish "replay, reading"
