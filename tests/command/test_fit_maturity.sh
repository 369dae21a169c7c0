#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk fit maturity`: a curve with an answer known beforehand, references, series, the files, and hostile input.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# value FILE GROUP PARAMETER COLUMN(6 value, 7 se, 8 low, 9 high)
value() { awk -F, -v g="$2" -v p="$3" -v c="$4" '$1 == g && $4 == p { print $c }' "$1/fit.csv"; }
# expect_near GOT WANTED RELATIVE-TOLERANCE WHAT
expect_near() {
    awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { exit !(a != "" && (a - b)^2 <= (t * b)^2) }' || fail "$4: got '$1', expected $2"
}

# points FLOOR CEILING TAU: a row for each of 14 uneven days, in units of 731, with wiggles of a thousandth of the value
points() {
    awk -v f="$1" -v c="$2" -v tau="$3" 'BEGIN { for (k = 0; k < 14; k++) { d = int(k * k * 1.7 + 11 * k)
        printf "%s,%.9g\n", strftime("%Y-%m-%d", 86400 * (19700 + d), 1), 731 * (c - (c - f) * exp(-d / tau)) * (1 + 0.001 * sin(5.3 * k * k)) } }'
}

### the answer known beforehand, in rows that are not in order

{ echo '# a note'; echo 'date,value'; points 0.317 0.871 113 | sort -t, -k2nr | sed '3i # another'; } >rise.csv
call fit maturity rise.csv -o rise
expect_status 0
expect_silence
expect_output "rise.csv: 14 rows, 1 series" "all: 14 points from 2023-12-09 to 2025-02-" "values as given" "largest jump" "Results: rise/fit.csv"
expect_near "$(value rise all tau 6)" $((113 * 86400)) 0.02 tau
expect_near "$(value rise all floor 6)" 231.727 0.005 floor
expect_near "$(value rise all ceiling 6)" 636.701 0.005 ceiling
awk -v low="$(value rise all tau 8)" -v high="$(value rise all tau 9)" 'BEGIN { exit !(low < 113 * 86400 && 113 * 86400 < high) }' || fail "tau's interval"
expect_equal "$(find rise -type f -printf '%f\n' | sort | paste -sd ' ')" "catalogue.cfg curve.csv fit.csv manifest.json run_info.json" "files"
expect_equal "$(head -1 rise/curve.csv)" "group,date,days,value,reference,share,fitted,residual" "columns"
# The residuals are those of the parameters, and the sums of fit.csv are theirs.
awk -F, -v f="$(value rise all floor 6)" -v c="$(value rise all ceiling 6)" -v tau="$(value rise all tau 6)" -v sd="$(value rise all residual_sd 6)" '
    NR > 1 { fitted = c - (c - f) * exp(-$3 * 86400 / tau); r = $4 - fitted; sum += r * r; n++
             if (($7 - fitted)^2 > 1e-12 || ($8 - r)^2 > 1e-12) bad++ }
    END { exit !(n == 14 && !bad && (sqrt(sum / 11) - sd)^2 < 1e-12) }' rise/curve.csv || fail "curve.csv"

# The same bytes again; nothing is overwritten unasked, and with --force it is.
call fit maturity rise.csv -o again -q
expect_equal "$output" "" "stdout with -q"
for file in fit.csv curve.csv catalogue.cfg manifest.json; do
    expect_same rise/$file again/$file
done
call fit maturity rise.csv -o again -q
expect_status 2
expect_error "again: holds results"
call fit maturity rise.csv -o again -q --force --ceiling 700
expect_status 0
expect_equal "$(value again all ceiling 6)" 700 "a held ceiling"
grep -q '"ceiling": 700' again/manifest.json || fail "the manifest does not tell the held ceiling"

### references, and the entry

awk -F, -v OFS=, '/^#/ { next } $1 == "date" { print $0, "reference"; next } { print $1, $2 * 2, 731 * 2 }' rise.csv | gzip >shares.csv.gz
call fit maturity shares.csv.gz -o shares --name ours
expect_status 0
expect_near "$(value shares all ceiling 6)" 0.871 0.005 ceiling
expect_near "$(value shares all tau 6)" "$(value rise all tau 6)" 1e-4 tau
call fit maturity shares.csv.gz -o absolute --absolute --name ours
expect_near "$(value absolute all ceiling 6)" 1273.4 0.005 ceiling
entry() { tr ';' '\n' <"$1/catalogue.cfg" | sed -n "s/^ *$2 = //p"; }
expect_near "$(entry shares maturity_ceiling)" 0.871 0.005 "the entry's ceiling: a share"
expect_near "$(entry shares maturity_floor)" 0.317 0.005 "the entry's floor: a share"
expect_equal "$(entry absolute maturity_ceiling)" 1.000 "the entry's ceiling"
expect_near "$(entry absolute maturity_floor)" "$(awk 'BEGIN { print 0.317 / 0.871 }')" 0.005 "the entry's floor: of the ceiling"
expect_near "$(entry absolute maturity_months)" "$(awk 'BEGIN { print 113 / 30 }')" 0.02 "the entry's tau"
grep -q 'shares.csv.gz, tenk fit maturity shares.csv.gz --absolute: 14 points' absolute/catalogue.cfg || fail "the entry's source"
# It has the keys of the catalogue's entries.
keys() { grep -oE '\b[a-z_]+ = ' "$1" | sort -u; }
expect_equal "$(keys shares/catalogue.cfg)" "$(sed '/^\/\*/,/\*\/$/d' "$source_folder/configs/software.cfg" >cfg; keys cfg)" "keys"

### several series: one without an answer is left out and told

{
    echo 'series,date,value,team'
    points 0.317 0.871 113 | sed 's/^/"a, b",/; s/$/,x/'
    points 0.871 0.317 113 | sed 's/^/worse,/; s/$/,x/'
    points 0.2 0.9 60 | sed 's/^/quick,/; s/$/,x/'
} >many.csv
call fit maturity many.csv -o many
expect_status 0
expect_error 'many.csv:1: warning: column "team" is not read' "many.csv:16: warning: series worse: the values fall" "; left out"
expect_output "42 rows, 3 series" "a, b: 14 points" "quick: 14 points"
expect_equal "$(cut -d, -f1 many/fit.csv | uniq | paste -sd ' ')" 'group "a quick' "groups"
expect_near "$(value many quick tau 6)" $((60 * 86400)) 0.03 "tau of quick"
expect_equal "$(grep -oE '^many[^:]*' many/catalogue.cfg | paste -sd ' ')" "many-a--b many-quick" "entries"

### no answer: refused with the place, nothing written

# refused WORDS...: rows on stdin
refused() {
    { echo 'date,value,reference'; cat; } >bad.csv
    call fit maturity bad.csv -o nothing
    expect_status 2
    expect_error "$@"
    [ -z "$output" ] || fail "a table of refused data"
    expect_absent nothing nothing.partial
}
printf '%s\n' 2024-01-01,3, 2024-02-01,4, | refused "bad.csv:2: series all: 2 different dates for 3 parameters" "--ceiling"
printf '%s\n' 2024-01-01,3, 2024-02-01,4, 2024-02-01,5, | refused "2 different dates for 3 parameters"
printf '%s\n' 2024-01-01,3, 2024-02-01,3, 2024-03-01,3, | refused "all values are 3"
printf '%s\n' 2024-01-01,9, 2024-02-01,5, 2024-03-01,3,  2024-04-01,2.5, | refused "the values fall"
printf '%s\n' 2024-01-01,1, 2024-01-11,2, 2024-01-21,3, 2024-01-31,4, | refused "straight line"
printf '%s\n' 2024-01-01,1, 2024-02-01,3, 2024-03-01,3, 2024-04-01,3, | refused "second date, 2024-02-01: a step"
printf '' | refused "has a header and no row"
printf '%s\n' 2024-02-30,1, yesterday,2, 1024-03-01,3, 2924-03-01,3, 2024-03-01,0, 2024-03-01,-1, 2024-03-01,nan, 2024-03-01,2e15, ,1, 2024-03-01 \
    2024-03-01,1,x 2024-03-01,1,0 2024-04-01,1, 2024-05-01,1,2 |
    refused 'bad.csv:2: date "2024-02-30": must be a date like' 'bad.csv:3: date "yesterday"' 'bad.csv:4: date "1024-03-01": must be in a year from 1980 to 2100' \
        'bad.csv:5: date' 'bad.csv:6: value "0": must be a number above 0' 'bad.csv:7: value "-1"' 'bad.csv:8: value "nan"' 'bad.csv:9: value "2e15"' \
        'bad.csv:10: date ""' 'bad.csv:11: 1 fields; the header has 3' 'bad.csv:12: reference "x"' 'bad.csv:13: reference "0"' 'bad.csv:15: reference "2": must be empty'
yes 2024-01-01,x, | head -50 | refused "bad.csv:2: value" "30 more rows are wrong"
awk 'BEGIN { for (i = 0; i < 1001; i++) print strftime("%Y-%m-%d", 86400 * (12000 + i), 1) "," 1 + i "," }' | refused "bad.csv:1002: more than 1000 points"
awk 'BEGIN { for (i = 0; i < 101; i++) print "s" i ",2024-01-01,1" }' | { echo series,date,value; cat; } >bad.csv
call fit maturity bad.csv -o nothing
expect_status 2
expect_error "bad.csv:102: series" "100 series"
for rows in 'day,speed' 'date,values' '2024-01-01,3'; do
    printf '%s\n2024-02-01,4\n' "$rows" >bad.csv
    call fit maturity bad.csv -o nothing
    expect_status 2
    expect_error "bad.csv:1: no column \"" "columns: ${rows/,/, }"
done
printf 'date,value\n"2024,3\n' >bad.csv
call fit maturity bad.csv -o nothing
expect_status 2
expect_error "bad.csv:2: field"
: >empty.csv
call fit maturity empty.csv -o nothing
expect_status 2
expect_error "empty.csv: is empty"
printf '# only a note\n' >notes.csv
call fit maturity notes.csv -o nothing
expect_status 2
expect_error "notes.csv: is empty"
call fit maturity none.csv -o nothing
expect_status 2
expect_error "none.csv: cannot be opened"

### options

for option in "--ceiling x" "--ceiling -1" "--floor 1e16" "--name 7up"; do
    # shellcheck disable=SC2086 # the option and its argument
    call fit maturity rise.csv $option -o nothing
    expect_status 2
    expect_error "$option: must be"
done
call fit maturity rise.csv --floor 5 --ceiling 5 -o nothing
expect_status 2
expect_error "--floor 5: must be below --ceiling 5"
call fit maturity
[ "$status" -ne 0 ] || fail "no file is no mistake"
expect_error "which file?"
call fit maturity rise.csv rise.csv
[ "$status" -ne 0 ] || fail "two files are no mistake"
call fit maturity --help
expect_status 0
expect_output "--absolute" "--ceiling" "curve.csv"
call fit
expect_status 2
expect_error maturity
expect_absent nothing nothing.partial out

finish "fit maturity"
