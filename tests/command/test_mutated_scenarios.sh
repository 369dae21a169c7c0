#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A sound scenario damaged at random in 300 ways, the same on every machine: reading it ends with 0 or 2 and never
# with a crash; what `check` takes, `run` takes too; what it refuses, it tells with a place.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario good.cfg
slurp good good.cfg
mapfile -t lines <good.cfg

seed=20250101
# dice N: a number below N in $rolled, from a linear congruential generator; its high bits, which are the better ones
dice() {
    seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
    rolled=$(((seed >> 8) % $1))
}

pieces=('"' '{' '}' '[' ']' '(' ')' ';' ',' '=' ':' '.' '-' '#' '/*' '*/' '//' '\' '\"' '@include "good.cfg"' '@include' '0x' '1e999'
    '99999999999' '-1' '0' 'L' '1d' 'true' $'\t' $'\r' $'\n' $'\xff' $'\x01' '%s%n' 'nan' 'tiny' 'town: {' '};')
numbers=(0 1 -1 2 0.5 1e9 2147483647 2147483648 9223372036854775807L 1e-300 '""' '"1d"' '"0s"' '[]' '()' '{}' true '"tiny"' '"2025-01-15"')

mutate() {
    local at length=${#mutant} line kept
    dice 8
    case $rolled in
    0) # a character goes
        dice "$length"; at=$rolled
        mutant=${mutant:0:at}${mutant:at+1} ;;
    1 | 2) # a piece comes
        dice "$length"; at=$rolled
        dice ${#pieces[@]}
        mutant=${mutant:0:at}${pieces[rolled]}${mutant:at} ;;
    3) # a line goes
        dice ${#lines[@]}; line=${lines[rolled]}
        mutant=${mutant/"$line"$'\n'/} ;;
    4) # a line comes twice
        dice ${#lines[@]}; line=${lines[rolled]}
        mutant=${mutant/"$line"$'\n'/"$line"$'\n'"$line"$'\n'} ;;
    5) # two lines change places
        dice ${#lines[@]}; line=${lines[rolled]}
        dice ${#lines[@]}; kept=${lines[rolled]}
        mutant=${mutant/"$line"$'\n'/"$kept"$'\n'} ;;
    6) # another value
        dice ${#lines[@]}; line=${lines[rolled]}
        dice ${#numbers[@]}
        mutant=${mutant/"$line"/"${line%%=*}= ${numbers[rolled]};"} ;;
    7) # the end is cut off
        dice 4
        if [ "$rolled" -eq 0 ]; then dice "$length"; mutant=${mutant:0:rolled}; fi ;;
    esac
}

sound=0 refused=0
for ((round = 0; round < 300; round++)); do
    mutant=$good
    dice 2
    for ((hits = rolled; hits >= 0; hits--)); do mutate; done
    printf '%s' "$mutant" >mutant.cfg
    call check mutant.cfg -q
    case $status in
    0)
        sound=$((sound + 1))
        rm -rf results
        # cut to fifty days: the mutant's own length may be a century
        "$tenk" run mutant.cfg --set horizon=50d -n 1 -j 1 -q -o results >stdout 2>stderr </dev/null || {
            status=$?
            slurp errors stderr
            called="tenk run mutant.cfg --set horizon=50d (round $round)"
            if [ "$status" -ne 2 ] || [[ $errors != *"start and its horizon"* ]]; then fail "check takes what run does not"; fi
        }
        ;;
    2)
        refused=$((refused + 1))
        [[ $errors == *mistake*:$'\n'*.cfg* ]] || fail "a mistake without a place (round $round)"
        ;;
    *)
        cp mutant.cfg "crash-$round.cfg"
        fail "check ends with $status (round $round); the scenario is: $mutant"
        ;;
    esac
done
[ $sound -ge 20 ] && [ $refused -ge 100 ] || fail "$sound sound and $refused refused: the damage tests nothing"
echo "$round mutations: $sound sound, $refused refused"

finish "mutated scenarios"
