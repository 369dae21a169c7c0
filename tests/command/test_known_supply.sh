#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Published figures come out of runs (docs/country.md): 13 million stacks, 5,000 wafers, and ByteDance's cards of July 2024.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scenarios=$source_folder/scenarios

# value FOLDER SCOPE METRIC COLUMN: of summary.csv
value() {
    awk -F, -v scope="$2" -v metric="$3" -v column="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $1 == scope && $2 == metric { print $at[column] }' "$1/summary.csv"
}

# wafers FOLDER LINE: started in the first future
wafers() {
    awk -F, -v line="$2" 'NR > 1 && $1 == 0 && $2 == line { sum += $8 } END { print sum }' "$1/lots.csv"
}

### 13 million stacks are 1,625,000 packages and memory binds at the end; 5,000 wafers at 50 % are 200,000 cards

call run "$scenarios/known-supply.cfg" -q -o known
expect_status 0
for column in mean p05 p95; do
    expect_equal "$(value known "line known-910c" cards_made $column)" 1625000 "910C, $column"
    expect_equal "$(value known "line known-910b" cards_made $column)" 200000 "910B, $column"
done
expect_equal "$(wafers known known-910b)" 5000 "wafers at 50 %"
expect_equal "$(awk -F, '$1 == 0 && $2 == "known-910c" && $3 >= "2026-05" && $3 < "2026-12" && $12 != "memory"' known/lots.csv)" \
    "" "months in which memory does not bind any more"

### at 20 % the same wafers are 80,000 cards, and 12,500 wafers are 200,000

low=(--set 'lines.known-910b.stages.yields=[0.2, 0.2]')
call run "$scenarios/known-supply.cfg" -q -n 2 -o low "${low[@]}"
expect_equal "$(value low "line known-910b" cards_made mean)" 80000 "910B of 5,000 wafers at 20 %"
call run "$scenarios/known-supply.cfg" -q -n 2 -o more "${low[@]}" --set 'lines.known-910b.stages.wafers_per_month=[1041.6667, 0.0]'
expect_equal "$(value more "line known-910b" cards_made mean)" 200000 "910B of 12,500 wafers at 20 %"
expect_equal "$(wafers more known-910b)" 12500 "wafers at 20 %"

### ByteDance: about 100,000 ordered; fewer than 30,000 received lies inside the interval, and is what most futures have

call run "$scenarios/bytedance-2024.cfg" -q -n 200 -o bytedance
expect_status 0
awk -v ordered="$(value bytedance bytedance cards_ordered mean)" -v low="$(value bytedance bytedance cards_delivered p05)" \
    -v middle="$(value bytedance bytedance cards_delivered p50)" -v high="$(value bytedance bytedance cards_delivered p95)" '
    BEGIN { exit !(ordered > 95000 && ordered < 105000 && low < 30000 && middle < 30000 && high > 30000) }' ||
    fail "ByteDance: $(grep '^bytedance,cards' bytedance/summary.csv)"

### by the sum of the year spread evenly it would have had more than it told

call run "$scenarios/bytedance-2024.cfg" -q -n 200 -o even --set supply.estimate=ft
awk -v even="$(value even bytedance cards_delivered mean)" -v stages="$(value bytedance bytedance cards_delivered mean)" '
    BEGIN { exit !(even > 1.5 * stages && even > 30000) }' ||
    fail "ByteDance by the estimate: $(grep '^bytedance,cards' even/summary.csv)"

finish "known supply"
