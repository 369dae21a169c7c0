#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Policies from outside: the examples and plugins/*.c are built with the compiler at hand and run in replays and
# scenarios; imitations of built-in orders give their bytes; every misbehaviour is provoked and named.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

compiler=${CC:-cc}
command -v "$compiler" >/dev/null || { echo "there is no compiler $compiler"; exit 77; }

# build SOURCE NAME OPTION...: ./NAME.so
build() {
    local source=$1 name=$2
    shift 2
    "$compiler" -std=c17 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -shared -fPIC \
        -I "$source_folder/include" "$@" -o "$name.so" "$source" || { echo "$source cannot be built" >&2; exit 1; }
}
plugins=$tests_folder/plugins
for name in shortest waited in_order lottery; do
    build "$plugins/$name.c" $name
done
build "$plugins/lottery.c" picking-lottery -DPICKS
build "$plugins/in_order.c" one-by-one -DONE
for name in shortest-per-card largest-that-fits; do
    # as the comment at its head says
    grep -qF "cc -O2 -shared -fPIC -I include -o $name.so examples/$name.c" "$source_folder/examples/$name.c" ||
        fail "examples/$name.c does not say how it is built"
    build "$source_folder/examples/$name.c" $name
done

# A log of 600 jobs on 32 processors, busy; one in nine has no requested time. A generator of our own (MINSTD),
# in numbers that awk holds exactly.
awk 'function draw(n) { x = (x * 48271) % 2147483647; return x % n }
    BEGIN { x = 20240917; print "; MaxProcs: 32"; at = 0
        for (i = 1; i <= 600; i++) {
            at += draw(7) ? draw(160) : 0; run = 1 + draw(40) * draw(40)
            cards = draw(3) ? 1 + draw(4) : 1 + draw(32)
            request = draw(9) ? int(run * (1 + draw(4) / 2)) + 1 : -1
            print 5000 + 3 * i, at, -1, run, cards, -1, -1, cards, request, -1, 1, 1 + draw(3), 1, -1, 1, -1, -1, -1 } }' >log.swf

# replay FOLDER OPTION...
replay() {
    local folder=$1
    shift
    call replay log.swf -o "$folder" --force "$@"
}
# The warning about missing requested times names orders that rank by length; nothing else may be told.
expect_replayed() {
    expect_status 0
    [[ $(grep -vc "warning" stderr) == 0 ]] || fail "more than warnings"
}

### imitations give the bytes of what they imitate

while read -r file built_in options; do
    # shellcheck disable=SC2086
    replay own $options --order "$built_in"
    expect_replayed
    # shellcheck disable=SC2086
    replay outside $options --order "./$file.so"
    expect_replayed
    expect_same own/jobs.csv outside/jobs.csv
    expect_same own/summary.csv outside/summary.csv
    grep -qF "\"order\": \"./$file.so\"" outside/manifest.json || fail "the manifest does not name the file"
    replay fcfs $options
    cmp -s own/jobs.csv fcfs/jobs.csv && [ "$built_in" != fcfs ] && fail "$built_in is no other order than fcfs: nothing is tested"
done <<'END'
shortest sjf
shortest sjf --backfill easy
shortest sjf --backfill easy --pass event
shortest sjf --backfill hold-backfill --pass event
shortest sjf --backfill easy --plan actual --place consolidate --nodes 4 --cards-per-node 8
waited wfp3
waited wfp3 --backfill easy
waited wfp3 --backfill easy --nodes 4 --cards-per-node 8 --place first-fit
in_order fcfs
in_order fcfs --pass event
one-by-one fcfs --nodes 4 --cards-per-node 8 --place consolidate
END
replay own --backfill easy --candidates sjf
replay outside --backfill easy --candidates ./shortest.so
expect_same own/jobs.csv outside/jobs.csv
replay own --backfill easy --order wfp3 --candidates sjf
replay outside --backfill easy --order ./waited.so --candidates ./shortest.so
expect_same own/jobs.csv outside/jobs.csv
for part in '"order": {' '"file": "./waited.so"' '"name": "waited"' '"candidates": {' '"file": "./shortest.so"'; do
    grep -qF "$part" outside/manifest.json || fail "the manifest lacks $part"
done
grep -qF '"policies"' own/manifest.json && fail "a manifest without policies from outside tells of some"

# The hash is FNV-1a of the file's bytes; an empty seed of xxd is not at hand everywhere, so od and bash do it.
fnv() {
    local hash=$((0xcbf29ce484222325)) byte
    for byte in $(od -An -v -tu1 "$1"); do
        hash=$(((hash ^ byte) * 0x100000001b3))
    done
    printf '%016x' "$hash"
}
grep -qF "\"hash\": \"$(fnv waited.so)\"" outside/manifest.json || fail "the hash is not that of the file"

### examples

# Four cards. Per card 2, 4 x 60 s go before 1 x 20 s; then the shorter of two of one card.
{ job() { echo "$1 $2 -1 $3 $4 -1 -1 $4 $3 -1 1 1 1 -1 1 -1 -1 -1"; }
    job 1 0 10 4; job 2 1 20 1; job 3 2 60 4; job 4 3 19 1; } >four.swf
call replay four.swf --cards 4 --order ./shortest-per-card.so -o four --force
expect_status 0
expect_silence
expect_equal "$(column four/jobs.csv start_s | paste -sd ' ')" "0 70 10 70" "starts, shortest per card"
expect_output "four.swf: 4 jobs on 4 cards, shortest-per-card, backfill none"
# The three-card job starts beside nobody, then the one of two, with it the one of one card that fits.
{ job 1 0 10 4; job 2 1 30 1; job 3 2 30 2; job 4 3 30 3; job 5 4 5 1; } >five.swf
call replay five.swf --cards 4 --order ./largest-that-fits.so -o five --force
expect_status 0
expect_equal "$(column five/jobs.csv start_s | paste -sd ' ')" "0 10 40 10 40" "starts, largest that fits"
# Whoever has waited for a day is passed no more: job 2 of 4 cards, after a day of ones that come and fit.
{ job 1 0 1000 1; job 2 1 10 4
    for ((i = 0; i < 150; i++)); do job $((i + 3)) $((i * 900 + 10)) 1000 1; done; } | sort -n -k 2 >stream.swf
call replay stream.swf --cards 4 --order ./largest-that-fits.so -o stream --force
expect_status 0
awk -F, 'NR > 1 && $2 == 2 { wait = $9 } END { exit !(wait >= 86400 && wait < 86400 + 2000) }' stream/jobs.csv ||
    fail "the oldest job waited $(awk -F, '$2 == 2 { print $9 }' stream/jobs.csv) s"
replay examples --order ./largest-that-fits.so
expect_replayed
replay examples --order ./shortest-per-card.so --backfill conservative
expect_replayed

# No job of any replay holds cards that another has: 32 at most at any time.
for folder in examples outside; do
    most=$(awk -F, 'NR > 1 { print $7, 1, $5; print $8, 0, -$5 }' $folder/jobs.csv | sort -k1,1g -k2,2n |
        awk '{ sum += $3; if (sum > most) most = sum } END { print most }')
    [ "$most" -le 32 ] || fail "$folder: $most of 32 cards are taken"
done

### scenarios: from the scenario's folder, or with --set from where one stands; threads; common random numbers

put_scenario town.cfg
mkdir -p elsewhere/policies
cp lottery.so elsewhere/policies
sed 's|order = "fcfs";|order = "policies/lottery.so";|' town.cfg >elsewhere/town.cfg
run() {
    local folder=$1
    shift
    call run "$@" -o "$folder" --force --jobs --set horizon=90d -n 6
    expect_status 0
    expect_silence
}
files="deliveries.csv failures.csv jobs.csv manifest.json replications.csv summary.csv timeline.csv"
same_for_threads() { # FOLDER OPTION...
    local folder=$1 threads file
    shift
    run "$folder" "$@" -j 1
    for threads in 2 3; do
        run threads "$@" -j $threads
        for file in $files; do
            expect_same "$folder/$file" threads/$file
        done
    done
}
same_for_threads lots elsewhere/town.cfg
grep -qF '"site.town.order": "policies/lottery.so"' lots/manifest.json || fail "the manifest has another path"
grep -qF "\"hash\": \"$(fnv lottery.so)\"" lots/manifest.json || fail "the manifest has no hash of the file"
same_for_threads picked town.cfg --set site.town.order=./picking-lottery.so --set site.town.backfill=none
same_for_threads large town.cfg --set site.town.order=./largest-that-fits.so --set site.town.backfill=none
run fcfs town.cfg
for folder in lots picked large; do
    cmp -s <(column $folder/jobs.csv replication job_id start_s | sort) <(column fcfs/jobs.csv replication job_id start_s | sort) &&
        fail "$folder starts as fcfs does: nothing is tested"
    for columns in "replication job_id class cards submit_s"; do
        # shellcheck disable=SC2086
        expect_equal "$(column $folder/jobs.csv $columns | sort | cksum)" "$(column fcfs/jobs.csv $columns | sort | cksum)" \
            "$folder: jobs that come"
    done
    expect_equal "$(column $folder/failures.csv replication time_s node | cksum)" \
        "$(column fcfs/failures.csv replication time_s node | cksum)" "$folder: failures"
    expect_same $folder/deliveries.csv fcfs/deliveries.csv
done
run sjf town.cfg --set site.town.order=sjf --set site.town.candidates=sjf
run shortest town.cfg --set site.town.order=./shortest.so --set site.town.candidates=./shortest.so
for file in jobs.csv summary.csv timeline.csv failures.csv replications.csv; do
    expect_same sjf/$file shortest/$file
done
# The question is another one when the file has other bytes under the same name.
hash_of() { grep -o '"scenario_hash": "[0-9a-f]*"' "$1/manifest.json"; }
build "$plugins/lottery.c" elsewhere/policies/lottery -g
run rebuilt elsewhere/town.cfg
expect_same lots/jobs.csv rebuilt/jobs.csv
[ "$(hash_of lots)" != "$(hash_of rebuilt)" ] || fail "other bytes of a policy do not change the hash"
# From a file it is looked for beside the scenario, from --set here.
call check town.cfg --set site.town.order=policies/lottery.so
expect_status 2
expect_error "--set: site.town.order: policies/lottery.so: there is no such file"
call check elsewhere/town.cfg --only site.town.order
expect_status 0
expect_output 'site.town.order = "policies/lottery.so";'

# Tenants, elastic jobs, cards set aside and maintenance: the policy keeps to limits, tenk to what it promised.
sed -e 's|order = "fcfs";|order = "./picking-lottery.so"; tenants: { red: { share = 1.0; }; blue: { share = 2.0; limit = 32; }; };\
    maintenance: { spring: { at = "2025-03-01"; cards = 16; length = "1d"; notice = "5d"; }; };|' \
    -e 's|backfill = "easy"|backfill = "none"|' -e 's|kind = "pretraining";$|&|' \
    -e '/at = "2025-02-10";/s|$| notice = "10d";|' \
    -e '/length_max = "1d";/s|$| elastic_least = 0.5; elastic_most = 2.0;|' town.cfg >shared.cfg
same_for_threads shared shared.cfg --set site.town.delivery=at-once
awk -F, '$4 == "runs" && $7 != "" && $9 < 60 { met++ } $4 == "runs" { all++ } END { exit !(all == 6 && met == 6) }' shared/jobs.csv ||
    fail "the promised cards were not there: $(grep runs shared/jobs.csv)"

[ "$(awk -F, '$3 == "town" && $4 == "resizes" { s += $6 } END { print s + 0 }' shared/replications.csv)" -gt 100 ] ||
    fail "elastic jobs never changed their size: nothing is tested"

### a policy that never starts anything ends, and says so

build "$plugins/wrong.c" nobody -DHOW=NOBODY
replay idle --order ./nobody.so
expect_replayed
expect_output "never started by the policy" "600"
expect_equal "$(column idle/jobs.csv state start_s | sort -u)" "queued," "states"
run idle town.cfg --set site.town.order=./nobody.so --set site.town.backfill=none
expect_equal "$(awk -F, '$3 == "town" && $4 == "jobs_started" { s += $6 } END { print s }' idle/replications.csv)" 0 "starts"

### files that cannot be loaded: told before anything is read, and nothing is written

# refused PLUGIN PART...: by replay, run and check
refused() {
    local plugin=$1
    shift
    call replay log.swf --order "$plugin" -o refused
    expect_status 2
    expect_error "--order $plugin: " "$@"
    expect_absent refused refused.partial
    call replay log.swf --backfill easy --candidates "$plugin" -o refused
    expect_status 2
    expect_error "--candidates $plugin: " "$@"
    call run town.cfg --set site.town.order="$plugin" -o refused
    expect_status 2
    expect_error "--set: site.town.order: " "$@"
    expect_absent refused refused.partial
    call check town.cfg --set site.town.candidates="$plugin"
    expect_status 2
    expect_error "--set: site.town.candidates: " "$@"
}
refused ./missing.so "./missing.so: there is no such file"
mkdir -p folder.so
refused ./folder.so "./folder.so: is no file"
echo 'not an object' >text.so
refused ./text.so "text.so" "a shared object is expected: cc -shared -fPIC"
: >empty.so
refused ./empty.so "empty.so" "a shared object is expected"
head -c 700 shortest.so >cut.so
refused ./cut.so "./cut.so: is cut off" "a shared object is expected"
build "$plugins/broken.c" without -DWITHOUT
refused ./without.so "./without.so: exports no tenk_order_policy" "is expected (tenk/order.h)"
broken() { # OPTION PART...
    build "$plugins/broken.c" broken "$1"
    shift
    refused ./broken.so "./broken.so: " "$@"
}
broken -DABI=TENK_ORDER_ABI+1 "is built against version 2 of tenk/order.h, this tenk loads version 1"
broken -DABI=0 "is built against version 0"
broken -DNAME=NULL "its name is missing" ".name"
broken '-DNAME=""' "its name is empty" "letters"
broken '-DNAME="a b"' "its name is not one"
broken "-DNAME=\"$(printf 'x%.0s' {1..41})\"" "its name is not one" "1 to 40 letters"
broken '-DNAME="sjf"' "its name 'sjf' is that of an order that tenk has"
broken -DSUMMARY=NULL "its summary is missing"
broken '-DSUMMARY=""' "its summary is empty"
broken -DLIMIT=65537 "its .pick_limit is 65537: 0 to 65536 are expected"
broken -DLIMIT=-1 "its .pick_limit is -1"
broken -DSTATE=1073741825 "its .state_size is 1073741825 bytes: at most 1073741824 are expected"
build "$plugins/broken.c" broken -DSCORE=NULL -Wno-unused-function
refused ./broken.so "./broken.so: neither scores nor picks"
# Words that name no file are names, and there is none of that name.
for word in shortest.so ./shortest policies/; do
    call replay log.swf --order $word -o refused
    expect_status 2
    expect_error "--order $word: not one of fcfs, sjf"
    call check town.cfg --set site.town.order=$word
    expect_status 2
    expect_error "\"$word\" is not one of: fcfs" "or a file: ./NAME.so"
done
# What goes not together.
call replay log.swf --order ./in_order.so --backfill easy -o refused
expect_status 2
expect_error "--order ./in_order.so: the order picks the jobs that start itself" "set backfill to none"
call run town.cfg --set site.town.order=./in_order.so -o refused # easy is the scenario's
expect_status 2
expect_error "--set: site.town.order: the order picks the jobs" "set backfill to none"
call check town.cfg --set site.town.order=./in_order.so --set site.town.backfill=none --set site.town.preempt=slice
expect_status 2
expect_error "do without preemption"
call check town.cfg --set site.town.candidates=./in_order.so
expect_status 2
expect_error "--set: site.town.candidates: " "has no score"

### policies that misbehave: named with the job, the cards and the time; nothing is written

# wrong HOW PART...: in a replay
wrong() {
    local how=$1
    shift
    build "$plugins/wrong.c" "wrong" -DHOW="$how"
    call replay log.swf --order ./wrong.so -o refused
    expect_status 2
    expect_error "a policy from outside misbehaved, which is no bug of tenk" "nothing was written" \
        "replication 0, site all: ./wrong.so (policy wrong) at " " s: " "$@"
    [ -z "$output" ] || fail "a table of a run that was given up"
    expect_absent refused refused.partial
}
submit3=$(awk '$1 == 5012 { print $2 }' log.swf) # the fourth job
wrong NAN_AT_ONCE "at $submit3 s: its score of job 3 (" " of 32 cards are free) is not a number; the trace calls the job 5012"
wrong NAN_LATER "its score of job " "is not a number"
wrong PAST_THE_END "it picks job " " that it was shown (0 to " "of 32 cards are free)"
wrong NEGATIVE "it picks job -1 of the "
wrong TWICE "it picks job " " cards are free) twice"
wrong TOO_LARGE "it picks job " ", which needs " " cards, but " " are free (of " ", 0 are for jobs that it picks before)"
wrong SUM_TOO_LARGE "it picks job " ", which needs " " cards, but " "are for jobs that it picks before)"
wrong TOO_MANY "it picks " " jobs of the " " that it was shown ("
wrong FEWER_THAN_NONE "it picks -1 jobs of the "
[[ ! $errors =~ "built-in check" ]] || fail "a mistake of a policy is told as one of tenk"
# Numbers of a message: what is said to be free is less than what is needed.
wrong TOO_LARGE
[[ $errors =~ "which needs "([0-9]+)" cards, but "([0-9]+)" are free" ]] && [ "${BASH_REMATCH[1]}" -gt "${BASH_REMATCH[2]}" ] ||
    fail "numbers"

# In a scenario the lowest replication in which it happens is told, whatever the threads.
build "$plugins/wrong.c" wrong -DHOW=LIMIT
sed -i 's|picking-lottery|wrong|; s|limit = 32|limit = 10|' shared.cfg
cp wrong.so nobody.so elsewhere
for threads in 1 2 3; do
    call run shared.cfg -n 12 -j $threads -o refused
    expect_status 2
    expect_error "site town: ./wrong.so (policy wrong) at " "but its tenant 1 may take " " more ("
    expect_absent refused refused.partial
    [ "$threads" = 1 ] && told=$(grep misbehaved stderr)
    expect_equal "$(grep misbehaved stderr)" "$told" "message with $threads threads"
done

### lists

call list policies
expect_status 0
expect_output "./FILE.so" "tenk/order.h" "docs/plugins.md"
grep -q "TENK_ORDER_ABI" "$source_folder/docs/plugins.md" || fail "docs/plugins.md does not tell the version"

finish plugin
