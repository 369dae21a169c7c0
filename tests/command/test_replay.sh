#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk replay` on small traces: the machine, damaged input, policies with schedules computed by hand, where
# results go, and what is refused.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

jobs_header=replication,job_id,site,class,cards,submit_s,start_s,end_s,wait_s,run_s,state,restarts,lost_s,queued_s,preemptions,tenant

# job ID SUBMIT RUN CARDS REQUEST: a line of a trace
job() { echo "$1 $2 -1 $3 $4 -1 -1 $4 $5 -1 1 1 1 -1 1 -1 -1 -1"; }

# Ten cards. Job 2 waits for job 1; job 3 may pass it since it ends in time, to the second; job 6 may not
# pass job 5 by its requested time, but may by its actual one.
put_six() {
    job 1 0 100 6 100
    job 2 10 50 8 60
    job 3 20 80 4 80
    job 4 30 30 2 1000
    job 5 120 10 10 10
    job 6 125 5 2 500
}
{ echo '; MaxProcs: 10'; put_six; } >six.swf
{ echo '; MaxProcs: 10'; put_six | awk '{ $9 = -1; print }'; } >unrequested.swf
put_six >headless.swf

# replay TRACE OPTION...: into ./out
replay() { call replay "$@" -o out --force; }

# starts ID...: of the results in ./out, in order of submission
expect_starts() {
    expect_status 0
    expect_equal "$(column out/jobs.csv start_s | paste -sd ' ')" "$*" "starts"
}

### schedules by hand

replay six.swf
expect_starts 0 100 150 150 230 240
expect_silence
expect_equal "$(head -1 out/jobs.csv)" "$jobs_header" "header of jobs.csv"
cat >expected.csv <<END
$jobs_header
0,1,all,trace,6,0,0,100,0,100,completed,0,0,0,0,
0,2,all,trace,8,10,100,150,90,50,completed,0,0,90,0,
0,3,all,trace,4,20,150,230,130,80,completed,0,0,130,0,
0,4,all,trace,2,30,150,180,120,30,completed,0,0,120,0,
0,5,all,trace,10,120,230,240,110,10,completed,0,0,110,0,
0,6,all,trace,2,125,240,245,115,5,completed,0,0,115,0,
END
expect_same out/jobs.csv expected.csv

# summary VALUE OF METRIC: value of ./out/summary.csv, at six decimals
summary() { awk -F, -v metric="$1" '$1 == "all" && $2 == metric { printf "%.6f", $5 }' out/summary.csv; }
expect_equal "$(summary wait_mean)" 94.166667 wait_mean
expect_equal "$(summary wait_max)" 130.000000 wait_max
expect_equal "$(summary bounded_slowdown_mean)" 5.904167 bounded_slowdown_mean # (1 + 2.8 + 2.625 + 5 + 12 + 12) / 6
expect_equal "$(summary makespan)" 245.000000 makespan
expect_equal "$(summary allocated_share)" 60.816327 allocated_share # 1,490 card-seconds of 10 x 245
queue_mean=$(summary queue_mean)

# A log that begins late, or a window of one, is accounted for from its first submission on.
awk '/^;/ { print; next } { $2 += 36000; print }' six.swf >late.swf
replay late.swf
expect_equal "$(summary allocated_share) $(summary queue_mean) $(summary makespan)" "60.816327 $queue_mean 245.000000" "a late log"
replay late.swf --nodes 1 --cards-per-node 10 --place first-fit
expect_equal "$(summary allocated_share) $(summary queue_mean)" "60.816327 $queue_mean" "a late log by node"
replay six.swf
expect_equal "$(summary jobs_completed)" 6.000000 jobs_completed
expect_output "six.swf: 6 jobs on 10 cards, fcfs, backfill none, place count" "94.17"
expect_equal "$(find out -type f -printf '%f\n' | sort | paste -sd ' ')" \
    "jobs.csv manifest.json run_info.json summary.csv" "files"

replay six.swf --backfill easy
expect_starts 0 100 20 100 150 160
replay six.swf --backfill easy --plan actual
expect_starts 0 100 20 100 150 130
replay six.swf --backfill easy --pass event
expect_starts 0 100 20 100 150 160

# Without requested times nobody may pass the head: as without backfilling, and a warning that says so.
replay unrequested.swf
cp out/jobs.csv none.csv
replay unrequested.swf --backfill easy
expect_starts 0 100 150 150 230 240
expect_same out/jobs.csv none.csv
expect_error "unrequested.swf: warning: no job has a requested time" "--plan actual"
replay unrequested.swf --backfill easy --plan actual
expect_starts 0 100 20 100 150 130
expect_silence

# A single job without a requested time is counted, and is not backfilled itself.
sed 's/^3 20 -1 80 4 -1 -1 4 80/3 20 -1 80 4 -1 -1 4 -1/' six.swf >partly.swf
replay partly.swf --backfill easy
expect_starts 0 100 150 30 230 125
expect_error "partly.swf: warning: 1 of 6 jobs have no requested time"

# Shortest first by requested time, then by actual time: jobs 2 to 4 wait for job 1 on all cards.
{ job 1 0 100 10 100; job 2 10 30 10 90; job 3 20 40 10 50; job 4 30 20 10 70; } >four.swf
replay four.swf --cards 10 --order sjf
expect_starts 0 160 100 140
replay four.swf --cards 10 --order sjf --plan actual
expect_starts 0 120 150 100
# Candidates shortest first: two cards are free beside job 1, job 3 is shorter than job 2.
{ job 9 0 100 8 100; job 1 1 100 10 100; job 2 2 30 2 30; job 3 2 20 2 20; } >pair.swf
replay pair.swf --cards 10 --backfill easy
expect_starts 0 100 2 32
replay pair.swf --cards 10 --backfill easy --candidates sjf
expect_starts 0 100 22 2

# Jobs 2 and 3 end at 20. Job 3 started first, so its cards come first: job 6 fits in, the shorter job 5 not yet.
{
    job 1 0 10 8 10
    job 2 1 10 5 100
    job 3 2 18 2 100
    job 4 11 7 10 7
    job 5 12 5 6 30
    job 6 13 5 5 40
} >ends.swf
replay ends.swf --cards 10 --backfill easy --candidates sjf --pass event
expect_starts 0 10 2 25 32 20
replay ends.swf --cards 10 --backfill easy --candidates sjf # both at once: job 4 fits
expect_starts 0 10 2 20 27 32

### two runs, one result

for policy in "--backfill easy" "--order sjf --plan actual" "--pass event --backfill easy --candidates sjf"; do
    # shellcheck disable=SC2086
    call replay six.swf $policy -o first --force
    # shellcheck disable=SC2086
    call replay six.swf $policy -o second --force
    for file in jobs.csv summary.csv manifest.json; do
        expect_same first/$file second/$file
    done
done

### the machine

replay headless.swf
expect_status 2
expect_error "the trace does not say how large the machine is" "--cards" "--nodes" "--cards-per-node"
replay headless.swf --cards 10
expect_starts 0 100 150 150 230 240
replay headless.swf --nodes 2 --cards-per-node 5
expect_starts 0 100 150 150 230 240
replay six.swf --cards 20 # more than the header says
expect_starts 0 10 20 30 120 125
call replay six.swf --cards 10 --nodes 2 -o refused
expect_status 2
expect_error "--cards and --nodes both say how large the machine is"
for wrong in "--cards 0" "--cards -5" "--cards ten" "--cards 1.5" "--cards 2000000000" "--cards 99999999999999999999" \
    "--nodes 0" "--nodes 8k" "--cards-per-node 0 --nodes 2" "--cards-per-node 65 --nodes 2"; do
    # shellcheck disable=SC2086
    call replay six.swf $wrong -o refused
    expect_status 2
    expect_error "${wrong%% *} " "must be a whole number from 1 to"
    expect_absent refused refused.partial
done
call replay six.swf --cards 12 --place consolidate -o refused
expect_status 2
expect_error "12 cards are no multiple of 8" "--nodes" "--cards-per-node"
replay six.swf --nodes 2 --cards-per-node 5 --place consolidate
expect_status 0
expect_equal "$(column out/jobs.csv state | sort -u)" completed "states"

# A job larger than the machine is counted and the run ends.
replay six.swf --cards 9
expect_status 0
expect_equal "$(column out/jobs.csv job_id start_s end_s wait_s run_s state | grep '^5')" "5,,,,,never_fits" "job 5"
expect_equal "$(column out/jobs.csv state | sort | uniq -c | tr -s ' ' | paste -sd ,)" " 5 completed, 1 never_fits" "states"
expect_equal "$(summary jobs_never_fit)" 1.000000 jobs_never_fit
expect_output "larger than the machine"
replay six.swf --cards 1
expect_status 0
expect_equal "$(column out/jobs.csv state | sort -u)" never_fits "states"

### what is wrong with traces

{
    echo '; MaxProcs: 10'
    job 1 0 100 6 100
    echo "2 10 -1 50 8"            # line 3: cut short
    job 3 20 80 4 80
    echo
    job x 30 30 2 1000             # line 6: no number
    job 7 40 -1 2 10               # cancelled before its start
    job 8 50 10 -1 10              # no cards
    job 9 60 10 1 10 | tr ' ' '\t' # tabs are blanks
} >damaged.swf
replay damaged.swf
expect_status 0
expect_error "damaged.swf:3: warning: " "damaged.swf:6: warning: " "5 fields" "job number (field 1): \"x\" is not"
expect_equal "$(grep -c . stderr)" 2 "warnings"
expect_equal "$(column out/jobs.csv job_id | paste -sd ' ')" "1 3 9" "jobs"
expect_output "left out: 2 damaged lines" "left out: 1 jobs without a run time" "left out: 1 jobs without a number of cards"
for count in '"jobs": 3' '"damaged": 2' '"without_run_time": 1' '"without_cards": 1'; do
    grep -qF "$count" out/manifest.json || fail "manifest.json lacks $count"
done
call replay damaged.swf --strict -o refused
expect_status 2
expect_error "damaged.swf:3: " "damaged.swf:6: "
grep -q warning stderr && fail "with --strict these are no warnings"
expect_absent refused refused.partial
call replay six.swf --strict -o strict
expect_status 0
expect_silence

# Many damaged lines: so many are named as the message says, all are counted.
{ echo '; MaxProcs: 10'; job 1 0 1 1 1; for i in {1..150}; do echo "damage $i"; done; } >many.swf
replay many.swf
expect_status 0
expect_error "many.swf:3: warning" "150 damaged lines in all; the first "
named=$(sed -n 's/.*the first \([0-9]*\) are named above$/\1/p' stderr)
expect_equal "$(grep -c '^many.swf:[0-9]*: warning' stderr)" "$named" "lines named"
grep -q '"damaged": 150' out/manifest.json || fail "manifest.json does not count the damaged lines"

# Duplicate numbers and jobs out of order: kept, said, and scheduled by submission.
{ echo '; MaxProcs: 10'; job 5 50 10 10 10; job 2 0 30 10 30; job 5 40 10 10 10; } >unordered.swf
replay unordered.swf
expect_status 0
expect_error "unordered.swf:4: warning: job number 5 occurs again"
expect_equal "$(column out/jobs.csv job_id submit_s start_s | paste -sd ' ')" "2,0,0 5,40,40 5,50,50" "jobs"
grep -qF '"duplicate_ids": 1' out/manifest.json || fail "manifest.json does not count the duplicate"
grep -qF '"out_of_order": 2' out/manifest.json || fail "manifest.json does not count the order"
{ echo '; MaxProcs: 10'; put_six | sort -rn; } >reversed.swf
replay reversed.swf --backfill easy
expect_starts 0 100 20 100 150 160
expect_silence

# Nothing left, empty, no text.
{ echo '; MaxProcs: 10'; job 1 0 -1 1 1; } >cancelled.swf
: >empty.swf
head -c 4096 "$tenk" >binary.swf
for trace in cancelled empty binary; do
    call replay $trace.swf -o refused
    expect_status 2
    expect_error "$trace.swf: no job left to replay"
    expect_absent refused refused.partial
done

call replay missing.swf -o refused
expect_status 2
expect_error "missing.swf: cannot be opened" "No such file"
mkdir -p folder.swf
call replay folder.swf -o refused
expect_status 2
expect_error "folder.swf: cannot be opened" "directory"
cp six.swf six.txt
call replay six.txt -o refused
expect_status 2
expect_error "six.txt: the file name does not tell the trace format" "--format" "swf" "philly"
replay six.txt --format swf
expect_starts 0 100 150 150 230 240
call replay six.swf --format philly -o refused
expect_status 2
expect_error "six.swf:1: no column \"timestamp\""
expect_absent refused refused.partial

# gzip is told by content, not by name.
gzip -c six.swf >packed.swf
replay packed.swf
expect_starts 0 100 150 150 230 240
cp six.swf plain.swf.gz
replay plain.swf.gz
expect_starts 0 100 150 150 230 240
gzip -c six.swf | head -c 100 >cut.swf.gz
replay cut.swf.gz --cards 10
expect_error "cut.swf.gz" "compressed data end early"
gzip -c six.swf | head -c 100 >cut2.swf.gz
call replay cut2.swf.gz --cards 10 --strict -o refused
expect_status 2
expect_absent refused refused.partial

### unknown names, with the nearest known one

# expect_nearest OPTION WORD NEAREST
expect_nearest() {
    call replay six.swf "$1" "$2" -o refused
    expect_status 2
    expect_error "$2" "did you mean" "$3"
    expect_absent refused refused.partial
}
expect_nearest --order fcsf "'fcfs'"
expect_nearest --backfill esay "'easy'"
expect_nearest --candidates sjff "'sjf'"
expect_nearest --plan actaul "'actual'"
expect_nearest --pass instnat "'instant'"
expect_nearest --place consolidated "'consolidate'"
expect_nearest --format sfw '"swf"'
call replay six.swf --order nonsense -o refused
expect_status 2
expect_error "--order nonsense: not one of fcfs, sjf"
call replay six.swf --order nonsense --backfill nonsense --place nonsense -o refused # all at once
expect_status 2
expect_error "--order nonsense" "--backfill nonsense" "--place nonsense"
call replay six.swf --pass event --place consolidate --nodes 2 --cards-per-node 5 -o refused
expect_status 2
expect_error "--pass event" "--place count" "--pass instant"
call replay six.swf --cluster abc -o refused
expect_status 2
expect_error "--cluster" "no virtual clusters"
call replay six.swf --from 2017-01-01 -o refused
expect_status 2
expect_error "--from" "UnixStartTime"
call replay six.swf --from yesterday -o refused
expect_status 2
expect_error "--from: \"yesterday\" is not a date"
expect_absent refused refused.partial

call replay -o refused
expect_status 2
expect_error "which trace?"
call replay six.swf four.swf -o refused
expect_status 2
expect_error "one trace at a time" "four.swf"
call replay six.swf --backfil none -o abbreviated # getopt takes what is unambiguous
expect_status 0
call replay six.swf --nonsense -o refused
expect_status 2
expect_error "--nonsense"
expect_absent refused refused.partial

### where results go

call replay six.swf -q
expect_status 0
expect_equal "$(wc -c <stdout)" 0 "words on stdout with -q"
[ -f out/replay/jobs.csv ] || fail "out/replay is not the default"
rm -r out

put_results kept
before=$(fingerprint kept)
call replay six.swf -o kept
expect_status 2
expect_error "kept: holds results or other files already" "-o" "--force"
expect_equal "$(fingerprint kept)" "$before" "the old results"
expect_absent kept.partial
call replay headless.swf -o kept --force # a mistake is found before anything is replaced
expect_status 2
expect_equal "$(fingerprint kept)" "$before" "the old results"
echo "thoughts" >kept/notes.txt
before=$(fingerprint kept)
call replay six.swf -o kept --force
expect_status 2
expect_error "kept: holds notes.txt, which tenk did not write"
expect_equal "$(fingerprint kept)" "$before" "the old results"
expect_absent kept.partial
rm kept/notes.txt
call replay six.swf -o kept --force
expect_status 0
expect_equal "$(head -1 kept/jobs.csv)" "$jobs_header" "the new results"
expect_absent kept.partial kept.replaced

call replay six.swf -o deep/er/results/
expect_status 0
[ -f deep/er/results/summary.csv ] || fail "missing folders on the way are not made"
mkdir -p hollow
call replay six.swf -o hollow # an empty folder may be filled
expect_status 0
for wrong in . .. / ./ six.swf; do
    call replay six.swf -o "$wrong"
    expect_status 2
    expect_error "give"
done
call replay six.swf -o ""
expect_status 2
call replay six.swf -o six.swf --force
expect_status 2
expect_same six.swf plain.swf.gz

### a Philly table

cat >jobs.csv <<'END'
timestamp,duration,num_gpus,gpu_time,cluster
2017-10-01 23:59:59,50,1,50,aaa111
2017-10-02 00:00:00,100,8,800,aaa111
2017-10-02 00:00:30,60,4,240,bbb222
2017-10-02 00:00:10,40,4,160,aaa111
2017-10-02 23:59:59,5,16,80,aaa111
2017-10-03 00:00:00,7,1,7,aaa111
END
replay jobs.csv --nodes 1 --from 2017-10-02 --to 2017-10-03 --place consolidate
expect_status 0
expect_equal "$(column out/jobs.csv job_id cards submit_s start_s | paste -sd ' ')" \
    "0,8,0,0 1,4,10,100 2,4,30,100 3,16,86399," "jobs of one day" # from: inclusive, to: exclusive, numbers from 0
expect_output "left out: 2 jobs outside of the selection"
replay jobs.csv --nodes 1 --cluster aaa111
expect_status 0
expect_equal "$(column out/jobs.csv job_id submit_s | paste -sd ' ')" \
    "0,86399 1,86400 2,86410 3,172799 4,172800" "jobs of one cluster" # from midnight of the first day
call replay jobs.csv --nodes 1 --cluster aaa112 -o refused
expect_status 2
expect_error "--cluster: no job of \"aaa112\"" "did you mean \"aaa111\"?" "bbb222"
call replay jobs.csv --nodes 1 --from 2017-10-03 --to 2017-10-02 -o refused
expect_status 2
expect_error "--from 2017-10-03 must be earlier than --to 2017-10-02"
call replay jobs.csv --nodes 1 --from 2018-01-01 -o refused
expect_status 2
expect_error "no job left to replay" "submissions are from 2017-10-01 to 2017-10-03"
call replay jobs.csv -o refused
expect_status 2
expect_error "how large the machine is"
# A log whose header tells its first second can be cut by dates too.
{ echo '; UnixStartTime: 1507507200'; job 7 86399 10 1 10; job 8 86400 10 1 10; job 9 172799 10 1 10; job 10 172800 10 1 10; } >dated.swf
replay dated.swf --cards 4 --from 2017-10-10 --to 2017-10-11
expect_status 0
expect_equal "$(column out/jobs.csv job_id submit_s start_s | paste -sd ' ')" "8,0,0 9,86399,86399" "jobs of one day"
expect_absent refused refused.partial

finish "replay"
