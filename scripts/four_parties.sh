#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The sixteen variants of scenarios/four-parties.cfg, each party acting or not, as rows of a table in Markdown.
#   scripts/four_parties.sh [TENK [OPTION...]]   default build/tenk; options go to `tenk run`, such as -n 10
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tenk=${1:-build/tenk}
[ $# = 0 ] || shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

government=(--set supply.allocation=quota --set site.city.energy.capital_subsidy=0.3)
compute=(--set site.city.patience=60d --set site.city.install_cards_per_day=540 --set site.city.opens_at_cards=64)
model=(--set software.city-firms.port_large_median=91.5d --set software.city-firms.port_fine_median=21.5d)
application=(--set site.city.firms.end=400)

# value METRIC: mean and half of the 95 % interval, of the centre with all its pools; costs in million CNY
value() {
    awk -F, -v metric="$1" '$1 == "centre" && $2 == metric {
        half = $5 - $7
        form = (half >= 100) ? "%.0f ± %.0f" : (half >= 1) ? "%.1f ± %.1f" : "%.2f ± %.2f"
        printf form, $5, half }' "$scratch/out/summary.csv"
}

echo "| government | compute firm | model firm | application firms | useful compute, PFLOP/s-days | cards online at the end | turned away, jobs | cost, million CNY | CNY/PFLOP/s-day |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
for variant in 0000 1000 0100 0010 0001 1100 1010 1001 0110 0101 0011 1110 1101 1011 0111 1111; do
    options=()
    row="|"
    number=0
    for party in government compute model application; do
        if [ "${variant:$number:1}" = 1 ]; then
            declare -n levers=$party
            options+=("${levers[@]}")
            row+=" yes |"
        else
            row+=" |"
        fi
        number=$((number + 1))
    done
    "$tenk" run scenarios/four-parties.cfg -q --force -o "$scratch/out" "${options[@]}" "$@"
    for metric in delivered_compute cards_online_end jobs_unported total_cost cost_per_compute; do
        row+=" $(value $metric) |"
    done
    echo "$row"
done
