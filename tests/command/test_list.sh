#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Lists of the catalogues and of their sources: every file, every entry, and what is missing or broken.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

configs=$source_folder/configs

# entries FILE: names of the catalogue's entries
entries() { sed -n 's/^\([a-z][-a-z0-9_]*\): *{.*/\1/p' "$1"; }

### every file in configs/ is a catalogue that can be listed, and every entry of it is shown

files=0
for file in "$configs"/*.cfg; do
    name=${file##*/}
    call list "${name%.cfg}" --configs "$configs"
    expect_status 0
    expect_silence
    expect_output "$file"
    for entry in $(entries "$file"); do
        grep -qE "^  $entry( |:)" stdout || fail "list ${name%.cfg} lacks $entry"
    done
    files=$((files + 1))
done
[ $files -ge 6 ] || fail "only $files catalogues"

### sources: all of it, with confidence, and the shipped catalogues have no figure without

call list sources --configs "$configs"
expect_status 0
expect_silence
for file in "$configs"/*.cfg; do
    name=${file##*/}
    expect_output "# $file"
    for entry in $(entries "$file"); do
        grep -qE "^${name%.cfg}\.$entry[.:]" stdout || fail "list sources lacks ${name%.cfg}.$entry"
    done
done
expect_equal "$(grep -vcE '^# |^[a-z]+\.[^ ]+: .* \[(measured|official|analyst estimate|media|derived|assumption)( \+ [a-z ]+)*\] ..' stdout)" 0 "lines of another form"
# A line is a group of figures, so no figure is told twice.
expect_equal "$(sed -n 's/ \[.*//; s/^\([a-z]*\.[^ ]*\): /\1 /p' stdout | awk '{ print $1 "." $2 }' | sort | uniq -d)" "" "told twice"

### the folder: what is not there is passed over, or said when it is asked for

mkdir own
sed -n '/^a100: {/,/^};/p; /^h20: {/,/^};/p' "$configs/chips.cfg" >own/chips.cfg
call list sources -c own
expect_status 0
expect_silence
expect_output "# own/chips.cfg" "chips.a100: peak_tflops = 312" "[measured + official + derived] official: power_w 400"
expect_equal "$(grep -c '^#' stdout)" 1 "files"
call list events -c own
expect_status 2
expect_error "no catalogue events.cfg in own"
for what in chips sources; do
    call list $what --configs nowhere
    expect_status 2
    expect_error "no catalogues in nowhere" "--configs DIR"
done

### a figure without a source is told with its place; the rest is listed all the same

sed -i '/^  source = /,/;$/d' own/chips.cfg
call list sources -c own
expect_status 2
expect_error "own/chips.cfg:$(line_of own/chips.cfg 'peak_tflops = 312.0'): chips.a100.peak_tflops: has no source" "chips.a100.memory_gb: has no source" \
    "chips.h20.peak_tflops: has no source"
[[ $errors != *efficiency* && $errors != *_w:* ]] || fail "told of what has a source"
expect_output "chips.a100: power_w = 400" "chips.h20.efficiency.pretraining: mfu = 0.44"
[[ $output != *peak_tflops* ]] || fail "lists a figure without a source"
printf 'pool: { stock = 13; confidence = "media"; };\n' >own/memories.cfg # two files with mistakes: both are told
call list sources -c own
expect_status 2
expect_error "chips.a100.peak_tflops" "own/memories.cfg:1: memories.pool.stock: has no source"

finish "list"
