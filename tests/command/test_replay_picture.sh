#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk replay --picture`: small charts letter by letter, every chart against jobs.csv, and what is too large.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# job ID SUBMIT RUN CARDS REQUEST: a line of a trace
job() { echo "$1 $2 -1 $3 $4 -1 -1 $4 $5 -1 1 1 1 -1 1 -1 -1 -1"; }

# expect_picture: standard output is what stands on standard input
expect_picture() {
    cat >wanted
    expect_status 0
    expect_same stdout wanted
}

### charts drawn by hand

# Job 5 comes before job 9, of the same second; job 12 has no length and no requested time.
{ job 7 30 3 2 4; job 9 31 2 4 2; job 5 31 2 1 2; job 12 38 0 1 -1; } >four.swf
call replay four.swf --cards 4 --backfill easy --picture -q -o out --force
expect_picture <<'END'
A column is 1 s, a row a card, a letter a job, `.` a free card; times from the first submission, at 30 s
     s 0
     0 AAACC...
     1 AAACC...
     2 .BBCC...
     3 ...CC...
     s      job    submit  cards   planned     start       end
     A        7         0      2         4         0         3
     B        5         1      1         2         1         3
     C        9         1      4         2         3         5
     D       12         8      1         -         8         8
END

# By node: job 2 goes to node 1, job 3 to the rest of node 0 and, one unit up, the rest of the pair.
{ job 1 0 600 1 600; job 2 0 1200 2 1200; job 3 60 3600 3 3600; job 4 120 600 1 600; } >nodes.swf
call replay nodes.swf --nodes 4 --cards-per-node 2 --domain 2 --place first-fit --picture -q -o out --force
expect_picture <<'END'
A column is 1 min, a row a card of a node, a letter a job, `.` a free card
   min 0         10        20        30        40        50        60
     0 AAAAAAAAAA...................................................
       .CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
       -------------------------------------------------------------
     1 BBBBBBBBBBBBBBBBBBBB.........................................
       BBBBBBBBBBBBBBBBBBBB.........................................
       =============================================================
     2 .CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
       .CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
       -------------------------------------------------------------
     3 ..DDDDDDDDDD.................................................
       .............................................................
   min      job    submit  cards   planned     start       end
     A        1         0      1        10         0        10
     B        2         0      2        20         0        20
     C        3         1      3        60         1        61
     D        4         2      1        10         2        12
END

# A job that is stopped has several stretches; the table with it says how often it was.
{ job 1 0 40 2 40; job 2 5 10 2 10; } >srpt.swf
call replay srpt.swf --cards 2 --order srpt --picture -q -o out --force
expect_picture <<'END'
A column is 1 s, a row a card, a letter a job, `.` a free card
     s 0         10        20        30        40
     0 AAAAABBBBBBBBBBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
     1 AAAAABBBBBBBBBBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
     s      job    submit  cards   planned     start       end    stops
     A        1         0      2        40         0        50        1
     B        2         5      2        10         5        15        0
END

# A step shows who has the card longest in it; a job shorter than a step shows where nobody else is.
{ job 1 0 70 1 70; job 2 0 50 1 50; job 3 0 1 1 1; job 4 0 146 1 146; } >steps.swf
call replay steps.swf --cards 2 --picture -q -o out --force
expect_status 0
expect_output "A column is 5 s, a row a card," $'     0 AAAAAAAAAAAAAA...' $'     1 BBBBBBBBBBDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD'
call replay steps.swf --cards 1 --picture -q -o out --force
expect_output "A column is 5 s" # 267 s in 54 columns

# Days, and a job that can never fit.
{ job 1 0 8640000 1 8640000; job 2 0 10 9 10; } >days.swf
call replay days.swf --cards 1 --picture -o out --force
expect_status 0
expect_output "days.swf: 2 jobs on 1 cards" "A column is 2 d," $'     d 0         20        40        60        80\n' $'     s      job' "     B        2         0      9        10         -         -"

### every chart against jobs.csv: at each step each job has so many letters as it has cards

# dice SEED: ten jobs or more, whole minutes, on 12 cards
dice() {
    awk -v seed="$1" 'BEGIN { srand(seed); t = 0
        for (i = 1; i <= 23; i++) {
            cards = 1 + int(rand() * rand() * 12); run = 60 * int(rand() * 6); request = run + 60 * int(rand() * 3)
            print i, t, -1, run, cards, -1, -1, cards, request, -1, 1, 1 + i % 3, 1, -1, 1, -1, -1, -1
            t += 60 * int(rand() * 3) } }'
}

# letters_agree: of the chart in ./stdout with one job a letter; jobs are not stopped here
letters_agree() {
    column out/jobs.csv cards start_s end_s | awk -F, -v chart=stdout '
        BEGIN { letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            while ((getline line < chart) > 0) {
                if (line ~ /^A column is/) { split(line, word, " "); step = word[4] * (word[5] == "min," ? 60 : 1) }
                if (line ~ /^ +(s|min) +job /) break
                if (line !~ /^ +[0-9]* [A-Z.]+$/) continue
                row = substr(line, 8); rows++; width = length(row)
                for (c = 1; c <= width; c++) seen[substr(row, c, 1), c - 1]++ } }
        { start[NR] = $2 / step; end[NR] = $3 / step; cards[NR] = $1 }
        END { if (rows != 12) print rows " rows"
            for (i = 1; i <= NR; i++)
                for (c = 0; c < width; c++) {
                    wanted = c >= start[i] && c < end[i] ? cards[i] : 0
                    if (seen[substr(letters, i, 1), c] + 0 != wanted)
                        print "job " i " at " c ": " seen[substr(letters, i, 1), c] + 0 " letters, not " wanted } }'
}

for seed in 3 17 40 77 101; do
    dice "$seed" >dice.swf
    for policy in "" "--backfill easy" "--backfill conservative --order sjf" "--backfill easy --pass event" \
        "--backfill hold-backfill --pass event" "--place spread --cards-per-node 4 --backfill easy" \
        "--place random --cards-per-node 3 --domain 2 --backfill easy" \
        "--place subtree --cards-per-node 2 --leaf 3 --backfill conservative"; do
        # shellcheck disable=SC2086
        call replay dice.swf --cards 12 $policy --picture -q -o out --force
        expect_status 0
        expect_equal "$(letters_agree | head -3)" "" "letters of seed $seed $policy"
    done
    # A picture changes no result.
    call replay dice.swf --cards 12 --order srpt -q -o plain --force
    call replay dice.swf --cards 12 --order srpt -q --picture -o drawn --force
    expect_same plain/jobs.csv drawn/jobs.csv
    expect_same plain/summary.csv drawn/summary.csv
done

### too large

for i in $(seq 41); do job "$i" "$i" 5 1 5; done >many.swf
call replay many.swf --cards 128 --picture -o refused
expect_status 2
expect_error "--picture draws at most 40 jobs, and 41 are selected" "--first" "--count"
[ -z "$output" ] || fail "a table of a run that was refused"
expect_absent refused refused.partial
call replay many.swf --cards 129 --count 40 --picture -o refused
expect_status 2
expect_error "--picture draws at most 128 cards, and the machine has 129"
expect_absent refused refused.partial
call replay many.swf --cards 128 --count 40 --picture -q -o out --force
expect_status 0
expect_output "     n       40        39      1         5        39        44"

finish "replay --picture"
