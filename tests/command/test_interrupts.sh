#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What comes in the way of a run: folders that cannot be written, a full disk, Ctrl-C, kill -9, a second run to the
# same folder. Old results stay as they are, and nothing that looks complete is left behind.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario town.cfg
put_results kept
before=$(fingerprint kept)
mounted=
child=
clean_up() {
    [ -z "$child" ] || kill -9 "$child" 2>/dev/null
    [ -z "$mounted" ] || umount "$mounted"
    rm -rf "$scratch"
}

kept_whole() {
    expect_equal "$(fingerprint kept)" "$before" "the old results"
    expect_absent kept.partial kept.replaced
}

# await COMMAND: until it succeeds, at most 20 s
await() {
    local i
    for ((i = 0; i < 200; i++)); do
        "$@" && return 0
        sleep 0.1
    done
    fail "in vain: $*"
    return 1
}

# begin ARGUMENT...: a long call in the background; goes on when it has begun to write to kept.partial
begin() {
    called="tenk $* (in the background)"
    "$tenk" "$@" >stdout 2>stderr </dev/null &
    child=$!
    await test -e kept.partial
    sleep 0.3
    kill -0 $child 2>/dev/null || fail "it was over before anything could come in its way"
}

# stop SIGNAL: sends it and waits for the end
stop() {
    status=0
    kill "-$1" $child
    wait $child 2>/dev/null || status=$?
    child=
    slurp output stdout
    slurp errors stderr
}

long=(run town.cfg -n 200000 -j 2 -o kept --force)

### folders that cannot be written

echo "a file" >file
for place in file/results file/deep/results; do
    call run town.cfg -o $place
    expect_status 1
    expect_error "file" "Not a directory"
done
expect_equal "$(cat file)" "a file" "the file in the place of a parent"
for place in /proc/tenk/results /sys/tenk; do
    # in a bare root folder these are plain folders, where anybody may write
    case $(stat -f -c %T "/$(echo "$place" | cut -d / -f 2)" 2>/dev/null) in proc | sysfs) ;; *) continue ;; esac
    call run town.cfg -o $place
    expect_status 1
    expect_error "${place%/results}" "cannot be made"
    expect_absent $place $place.partial
done
for place in /dev/full file; do # no folder
    call run town.cfg -o $place --force
    expect_status 2
    expect_error "$place: is not a folder" "-o"
done
if [ "$(id -u)" -ne 0 ]; then # root may write anywhere
    mkdir -m 555 locked
    call run town.cfg -o locked/results
    expect_status 1
    expect_error "locked/results" "Permission denied"
    chmod 755 locked
fi
mkdir real
ln -s real link
call run town.cfg -o link --force
expect_status 2
expect_equal "$(find real)" real "what the link points to"

# What stands in the place of the folder that tenk writes to meanwhile is not touched.
echo "a file" >kept.partial
call run town.cfg -n 1 -o kept --force
expect_status 1
expect_error "kept.partial"
expect_equal "$(cat kept.partial)" "a file" "the file in its place"
rm kept.partial
mkdir kept.partial
echo "thoughts" >kept.partial/notes.txt
call run town.cfg -n 1 -o kept --force
expect_status 1
expect_error "kept.partial: holds notes.txt, which tenk did not write"
expect_equal "$(cat kept.partial/notes.txt)" thoughts "a stranger's file"
rm -r kept.partial
mkdir elsewhere
ln -s elsewhere kept.partial
call run town.cfg -n 1 -o kept --force
expect_status 1
expect_equal "$(find elsewhere)" elsewhere "where the link points to"
rm kept.partial
kept_whole

### a full disk

awk 'BEGIN { print "; MaxProcs: 10"; for (i = 1; i <= 5000; i++) print i, 10 * i, -1, 50, 2, -1, -1, 2, 60, -1, 1, 1, 1, -1, 1, -1, -1, -1 }' >long.swf

# expect_full PATH WHY: refused with status 1, a message about a file of PATH or its journal of finished futures, no trace of PATH
expect_full() {
    expect_status 1
    expect_error "cannot be written: $2"
    [[ $errors == *"$1.partial/"* || $errors == *"$1.journal:"* ]] || fail "stderr names no file of $1"
    expect_absent "$1.partial"
}
for arguments in "run town.cfg -n 20 --jobs" "replay long.swf"; do
    called="tenk $arguments, files limited to 8 kB"
    status=0
    # shellcheck disable=SC2086
    (trap '' XFSZ; ulimit -f 8; exec "$tenk" $arguments -o kept --force >stdout 2>stderr) || status=$?
    slurp errors stderr
    expect_full kept "File too large"
    kept_whole
    called="$called, into a new folder"
    status=0
    # shellcheck disable=SC2086
    (trap '' XFSZ; ulimit -f 8; exec "$tenk" $arguments -o fresh >stdout 2>stderr) || status=$?
    slurp errors stderr
    expect_full fresh "File too large"
    expect_absent fresh
done
# A study of hours is not computed to its end when its rows have nowhere to go.
called="tenk run -n 200000, files limited to 8 kB, at most 8 s"
status=0
(trap '' XFSZ; ulimit -f 8; exec timeout -s KILL 8 "$tenk" run town.cfg -n 200000 -o hopeless >stdout 2>stderr) || status=$?
slurp errors stderr
expect_full hopeless "File too large"
rm -rf hopeless.partial
mkdir small
if mount -t tmpfs -o size=160k tmpfs small 2>/dev/null; then
    mounted=$scratch/small
    put_results small/kept
    small=$(fingerprint small/kept)
    for arguments in "run town.cfg -n 20 --jobs" "replay long.swf"; do
        # shellcheck disable=SC2086
        call $arguments -o small/kept --force
        expect_full small/kept "No space left on device"
        expect_equal "$(fingerprint small/kept)" "$small" "the old results"
    done
    call run town.cfg -n 1 -o small/fresh
    expect_status 0
    umount small
    mounted=
else
    echo "no tmpfs may be mounted here: a full disk is tried by a limit of file sizes only"
fi
for arguments in "run town.cfg -n 1 -o shown" "check town.cfg" "list policies" "replay long.swf -o shown2"; do
    called="tenk $arguments >/dev/full"
    status=0
    # shellcheck disable=SC2086
    "$tenk" $arguments >/dev/full 2>stderr || status=$?
    slurp errors stderr
    expect_status 1
    expect_error "standard output" "No space left"
done
[ -f shown/summary.csv ] || fail "results are lost because the table could not be shown"

### Ctrl-C and SIGTERM

for signal in INT TERM; do
    begin "${long[@]}"
    stop $signal
    expect_status 3
    expect_error "interrupted after" "of 200000 futures" "kept.journal keeps them, and the same command with --resume goes on"
    [ -z "$output" ] || fail "a table is shown all the same"
    kept_whole
done
call run town.cfg -n 2 -o fresh2
expect_status 0

# A replay whose machine takes long to search.
awk 'BEGIN { print "; MaxProcs: 160000"
    for (i = 1; i <= 400000; i++) { c = i % 50 ? 1 + i * 7919 % 9000 : 100000
        print i, i, -1, 40 + i % 60, c, -1, -1, c, 300, -1, 1, 1, 1, -1, 1, -1, -1, -1 } }' >slow.swf
begin replay slow.swf --place consolidate --backfill easy -o kept --force
stop INT
expect_status 3
expect_error "interrupted; nothing was written"
kept_whole

### kill -9, then the same run again

begin "${long[@]}"
stop KILL
expect_status 137
expect_equal "$(fingerprint kept)" "$before" "the old results"
[ -d kept.partial ] || fail "there is nothing to clear away"
call run town.cfg -n 2 -o kept
expect_status 2 # without --force the old results still stand in the way
expect_equal "$(fingerprint kept)" "$before" "the old results"
call run town.cfg -n 2 -o kept --force
expect_status 0
expect_absent kept.partial kept.replaced
for file in summary.csv replications.csv timeline.csv deliveries.csv failures.csv manifest.json; do
    expect_same kept/$file fresh2/$file
done
before=$(fingerprint kept)

### two runs to one folder

begin "${long[@]}"
call run town.cfg -n 2 -o kept --force
expect_status 1
expect_error "kept.partial: another run of tenk is writing here; wait for it or give another -o"
call replay long.swf -o kept --force
expect_status 1
expect_error "another run of tenk is writing here"
kill -0 $child || fail "the first run was disturbed"
call run town.cfg -n 2 -o beside # any other folder is free
expect_status 0
stop INT
expect_status 3
kept_whole

finish "interrupts"
