#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 at random moments of a study, on 1 to 3 threads and on processes of MPI: with --resume each ends in the bytes of
# one run that nothing came in the way of.
#   test_kill.sh [COUNT]    so many studies, each killed one to three times (default TENK_KILLS, else 6)
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

count=${1:-${TENK_KILLS:-6}}
kills=0 late=0
child=
clean_up() {
    [ -z "$child" ] || kill -9 -- "-$child" 2>/dev/null
    rm -rf "$scratch"
}

mpi=
if [ -x "$tenk-mpi" ] && command -v mpirun >/dev/null && command -v ps >/dev/null; then
    mpi="mpirun --oversubscribe --bind-to none -n"
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    $mpi 2 "$tenk" --version >/dev/null 2>&1 || mpi=
fi
[ -n "$mpi" ] || echo "no MPI here: threads only"

# Two studies: of a given number of futures with all rows, and one that decides by itself when it has enough.
put_scenario town.cfg
fixed="run town.cfg -n 400 --jobs"
precise="run town.cfg --precision 1.2% --metric town/delivered_compute --most 900"
for study in fixed precise; do
    # shellcheck disable=SC2086
    call ${!study} -j 2 -o whole-$study -q
    expect_status 0
done

# whole NAME FOLDER: the bytes of the uninterrupted run, and nothing left beside it
whole() {
    local file
    for file in "whole-$1"/*; do
        file=${file##*/}
        [ "$file" = run_info.json ] || expect_same "whole-$1/$file" "$2/$file"
    done
    expect_equal "$(ls "$2")" "$(ls "whole-$1")" "the files"
    expect_absent "$2.partial" "$2.journal" "$2.journal.rows" "$2.replaced"
}

# gone GROUP: all processes of it have ended
gone() {
    local i
    for ((i = 0; i < 300; i++)); do
        [ -n "$(ps -o pid= -g "$1" 2>/dev/null | tr -d ' ')" ] || return 0
        sleep 0.05
    done
    fail "processes do not end"
}

# begin ARGUMENT...: in a process group of its own; sets child
begin() {
    called="$*"
    setsid "$@" >stdout 2>stderr </dev/null &
    child=$!
}

for ((round = 1; round <= count; round++)); do
    study=fixed
    ((RANDOM % 4)) || study=precise
    times=$((1 + RANDOM % 3))
    for ((k = 0; k < times; k++)); do
        threads=$((1 + RANDOM % 3))
        how=("$tenk")
        if [ -n "$mpi" ] && ((RANDOM % 3 == 0)); then
            # shellcheck disable=SC2206
            how=($mpi $((2 + RANDOM % 2)) "$tenk")
            threads=$((1 + RANDOM % 2))
        fi
        # shellcheck disable=SC2086
        begin "${how[@]}" ${!study} -j $threads -o kept --force --resume -q
        sleep "$(printf '0.%03d' $((RANDOM % 900)))"
        # the whole group, or only one of its processes: mpirun, rank 0 or another one
        victims=$(ps -o pid= -g "$child" | tr -d ' ')
        if [ "${how[0]}" = "$tenk" ] || ((RANDOM % 2)); then
            kill -9 -- "-$child" 2>/dev/null && kills=$((kills + 1))
        else
            kill -9 "$(shuf -n 1 <<<"$victims")" 2>/dev/null && kills=$((kills + 1))
        fi
        # mpirun may hang for ever when one of its processes is gone: it gets ten seconds
        for ((i = 0; i < 200; i++)); do # bash tells of the kill in here
            kill -0 "$child" 2>/dev/null || break
            sleep 0.05
        done 2>/dev/null
        kill -9 -- "-$child" 2>/dev/null
        status=0
        wait $child 2>/dev/null || status=$?
        gone "$child"
        child=
        [ "$status" -ne 0 ] || { late=$((late + 1)); break; } # it had ended before
    done
    # shellcheck disable=SC2086
    call ${!study} -j $((1 + RANDOM % 3)) -o kept --force --resume -q
    expect_status 0
    whole $study kept
    rm -rf kept kept.*
    ((round % 10)) || echo "$round studies so far"
done

echo "$count studies, $kills kills, $late of them after the end"
[ "$kills" -gt "$late" ] || fail "no study was killed on the way"
finish "kill"
