#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One study, computed in many ways: threads, shares that are merged, processes of MPI, an interruption: the same bytes.
# And what is refused: journals of something else, shares that are missing, options that contradict each other.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario town.cfg
files="summary.csv quantiles.csv replications.csv timeline.csv deliveries.csv failures.csv jobs.csv manifest.json"

# same A B: all files but run_info.json
same() {
    local file
    for file in $files; do expect_same "$1/$file" "$2/$file"; done
    expect_equal "$(ls "$2")" "$(ls "$1")" "the files"
}

study="run town.cfg -n 23 --jobs"
# shellcheck disable=SC2086
call $study -j 1 -o one
expect_status 0
for threads in 2 3; do
    # shellcheck disable=SC2086
    call $study -j $threads -o threads$threads
    expect_status 0
    same one threads$threads
done

### shares

for shares in 1 2 5; do
    for ((i = 1; i <= shares; i++)); do
        # shellcheck disable=SC2086
        call $study --shard $i/$shares -j 2 -o "parts $shares"
        expect_status 0
        expect_output "share $i of $shares: " "of 23 futures are in parts $shares.$i-of-$shares.journal"
        expect_absent "parts $shares" "parts $shares.partial"
    done
    call merge "parts $shares"
    expect_status 0
    expect_output "23 futures"
    same one "parts $shares"
    call merge "parts $shares"
    expect_status 2
    expect_error "holds results"
    call merge "parts $shares" -q --force
    expect_status 0
    [ -z "$output" ] || fail "a table in spite of -q"
    call merge parts\ "$shares".*.journal -o again$shares
    expect_status 0
    same one again$shares
done
call merge "parts 5.1-of-5.journal" "parts 5.3-of-5.journal" -o incomplete
expect_status 2
expect_error "13 of 23 futures are in none of the journals"
expect_absent incomplete incomplete.partial
call merge "parts 5.1-of-5.journal" one/summary.csv -o incomplete
expect_status 2
expect_error "one/summary.csv: is no journal of a study"
call merge nothing
expect_status 2
expect_error "nothing: there is no journal of a share"
call run town.cfg -n 23 --shard 2/2 -o other -q
call merge "parts 2.1-of-2.journal" other.2-of-2.journal -o mixed
expect_status 2
expect_error "other.2-of-2.journal: " "wanted is rows+jobs"
call run town.cfg -n 24 --jobs --shard 2/2 -o other -q --force
call merge "parts 2.1-of-2.journal" other.2-of-2.journal -o mixed
expect_status 2
expect_error "other.2-of-2.journal: is a journal of another study"
# a share is ended by the same call with --resume, and refused without
# shellcheck disable=SC2086
call $study --shard 1/2 -o "parts 2"
expect_status 2
expect_error "parts 2.1-of-2.journal: keeps futures"
# shellcheck disable=SC2086
call $study --shard 1/2 -o "parts 2" --resume
expect_status 0
for bad in 0/3 4/3 x/3 3 1/ /3 1/0 -1/3 1/9999999; do
    # shellcheck disable=SC2086
    call $study --shard $bad -o bad
    expect_status 2
    expect_error "--shard $bad: must be I/N"
done

### journals

# shellcheck disable=SC2086
call $study --resume -o resumed # without a journal it begins
expect_status 0
same one resumed
expect_absent resumed.journal resumed.journal.rows
cp "parts 1.1-of-1.journal" broken.journal # as if interrupted just before its end
cp "parts 1.1-of-1.journal.rows" broken.journal.rows
# shellcheck disable=SC2086
call $study --resume -o broken
expect_status 0
same one broken
for edit in 's/ -n / -m /' '5s/^u 0*\(.\)/u 1\1/' 's/^tenk-journal 1 [^ ]* /tenk-journal 1 7.0.0 /'; do
    sed "$edit" "parts 1.1-of-1.journal" >broken.journal
    cp broken.journal before
    # shellcheck disable=SC2086
    call $study --resume -o broken --force
    expect_status 2
    expect_error "broken.journal" "is damaged"
    expect_same broken.journal before
done
cp "parts 1.1-of-1.journal" broken.journal
call run town.cfg -n 23 --jobs --set seed=8 --resume -o broken --force
expect_status 2
expect_error "broken.journal: is a journal of another study"
call run town.cfg -n 23 --resume -o broken --force
expect_status 2
expect_error "broken.journal: keeps rows+jobs of each future, and wanted is rows"
same one broken
rm broken.journal*

### precision

files="summary.csv quantiles.csv replications.csv timeline.csv manifest.json"
for threads in 1 2 3; do
    call run town.cfg --precision 3% --metric town/delivered_compute --metric town/wait_mean --most 200 -j $threads \
        -o precise$threads
    expect_status 0
    same precise1 precise$threads
done
count=$(($(column precise1/replications.csv replication | sort -un | tail -1) + 1))
[ "$count" -ge 40 ] || fail "$count futures are fewer than the least"
grep -q '"reached": "yes"\|"reached": "no"' precise1/manifest.json || fail "the manifest does not tell whether it was reached"
call run town.cfg --precision 0.0001 --most 40 -o vague -q
expect_status 0
expect_error "40 futures are the most that were allowed" "known to" "not 0.01%"
grep -q '"reached": "no"' vague/manifest.json || fail "the manifest tells otherwise"
for bad in 0 -1% 100% 2x "" %; do
    call run town.cfg --precision "$bad" -o bad
    expect_status 2
    expect_error "--precision $bad: must be above 0% and below 100%"
done
call run town.cfg --precision 2% --metric town/wiat_p95 -o bad
expect_status 2
expect_error "did you mean town/wait_p95"
call run town.cfg --metric town/wait_p95 -o bad
expect_status 2
expect_error "are for --precision"
call run town.cfg --precision 2% --shard 1/2 -o bad
expect_status 2
expect_error "not with --shard"
call run town.cfg --precision 2% -n 50 --most 40 -o bad
expect_status 2
expect_error "--most 40: is below -n 50"
expect_absent bad bad.partial bad.journal

### warm-up

for threads in 1 3; do
    call run town.cfg -n 9 --warm-up mser5 -j $threads -o warm$threads
    expect_status 0
    same warm1 warm$threads
done
call run town.cfg -n 9 -o cold
cmp -s cold/replications.csv warm1/replications.csv && fail "the warm-up changes nothing"
grep -v -E ',(wait_(mean|p50|p95|p99|max)|bounded_slowdown_[a-z0-9]*),' cold/replications.csv >cold.rest
grep -v -E ',(wait_(mean|p50|p95|p99|max)|bounded_slowdown_[a-z0-9]*),' warm1/replications.csv | cmp -s - cold.rest ||
    fail "the warm-up changes what is no wait"
call run town.cfg --warm-up welch -o bad
expect_status 2
expect_error "--warm-up welch: must be mser5 or none"

### MPI

if [ -x "$tenk-mpi" ] && command -v mpirun >/dev/null; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    if mpirun --oversubscribe -n 2 "$tenk" --version >/dev/null 2>&1; then
        files="summary.csv quantiles.csv replications.csv timeline.csv deliveries.csv failures.csv jobs.csv manifest.json"
        for ranks in 2 3; do
            for threads in 1 2; do
                called="mpirun -n $ranks tenk $study -j $threads"
                # shellcheck disable=SC2086
                timeout 120 mpirun --oversubscribe --bind-to none -n $ranks "$tenk" $study -j $threads -o mpi -q --force \
                    >stdout 2>stderr </dev/null || fail "status $?"
                same one mpi
            done
        done
        called="mpirun tenk run --warm-up mser5"
        timeout 120 mpirun --oversubscribe --bind-to none -n 2 "$tenk" run town.cfg -n 9 --warm-up mser5 -o mpi -q --force \
            >stdout 2>stderr </dev/null || fail "status $?"
        files="summary.csv quantiles.csv replications.csv timeline.csv"
        same warm1 mpi
    else
        echo "mpirun does not run here: MPI is not tried"
    fi
else
    echo "no MPI here"
fi

finish "studies"
