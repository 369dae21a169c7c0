#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fill rates of the groups of scenarios/country-2024.cfg at two dates within a run, as a row of a table: mean and half of the 95 % interval.
#   scripts/country_fill.sh FOLDER DATE     of results of 20 futures; DATE is a sample of timeline.csv, such as 2024-12-26
# Delivered comes from deliveries.csv (buyers) and timeline.csv (sites). Ordered: sites by timeline.csv; a buyer's orders are its planned ones
# times one factor of the future, so what it had ordered by the date is the planned share of what it ordered in all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=$1
awk -F, -v date="$2" '
    function planned(buyer, until,    sum, y, m, day) {
        sum = backlog[buyer]
        for (y = 2024; y < 2029; y++)
            for (m = 1; m <= 12; m++) {
                day = sprintf("%d-%02d-01", y, m)
                if (day <= until)
                    sum += monthly[buyer] * (1 + growth[buyer]) ^ ((y - 2024) + (m - 1) / 12)
            }
        return sum
    }
    BEGIN { # as the scenario has them
        backlog["leading-firms"] = 120000; monthly["leading-firms"] = 16000
        backlog["carriers-own"] = 10000; monthly["carriers-own"] = 1500
        backlog["laboratories"] = 2000; monthly["laboratories"] = 400
        backlog["small-firms"] = 3000; monthly["small-firms"] = 800; growth["small-firms"] = 0.3
        groups = split("leading-firms carriers cities city-clouds laboratories small-firms", group, " ")
        of["carriers-own"] = "carriers"
        for (b in backlog)
            if (!(b in of))
                of[b] = b
    }
    FILENAME ~ /cities.cfg$/ {
        if ($0 ~ /^[a-z0-9-]+: [{]/) { entry = $0; sub(/:.*/, "", entry) }
        if (match($0, /group = "[a-z-]+"/)) of[entry] = substr($0, RSTART + 9, RLENGTH - 10)
        next
    }
    FILENAME ~ /replications.csv$/ {
        if ($4 == "cards_ordered" && $3 in backlog)
            ordered[of[$3], $2] += $6 * planned($3, date) / planned($3, "2028-12-31")
        if ($2 + 0 > last) last = $2 + 0
        next
    }
    FILENAME ~ /deliveries.csv$/ { if ($4 in backlog && $3 <= date) delivered[of[$4], $1] += $5; next }
    $3 == date {
        site = $4
        pool = sub(/\/.*/, "", site)
        sub(/-[0-9][0-9][0-9]$/, "", site)
        if (!pool) ordered[of[site], $1] += $6
        delivered[of[site], $1] += $7
    }
    END {
        n = last + 1
        for (g = 1; g <= groups; g++) {
            sum = squares = 0
            for (r = 0; r < n; r++) {
                fill = 100 * delivered[group[g], r] / ordered[group[g], r]
                sum += fill; squares += fill * fill
            }
            mean = sum / n; variance = (squares - n * mean * mean) / (n - 1)
            printf "%s%.1f ± %.1f", (g > 1 ? " | " : ""), mean, 2.093 * sqrt(variance > 0 ? variance / n : 0)
        }
        print ""
    }' configs/cities.cfg "$folder/replications.csv" "$folder/deliveries.csv" "$folder/timeline.csv"
