#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What tests that put scenarios together at random share: the same dice on every machine. Set `seed` before the first throw.

# dice N: a number below N in $rolled, from a linear congruential generator; its high bits, which are the better ones
dice() {
    seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
    rolled=$(((seed >> 8) % $1))
}
# pick WORD...: one of them in $picked
pick() {
    dice $#
    shift "$rolled"
    picked=$1
}
# maybe N KEY WORD...: with a chance of one in N, KEY = one of the words, into $text
maybe() {
    local key=$2
    dice "$1"
    shift 2
    if [ "$rolled" -eq 0 ]; then
        pick "$@"
        text+=" $key = $picked;"
    fi
}
