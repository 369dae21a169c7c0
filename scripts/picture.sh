#!/usr/bin/env bash
# Draws how a site reaches its size: cards online over time, median, quartiles and 90% band over futures, and the
# cards that work. Reads timeline.csv of a result folder of `tenk run`, writes an SVG. Needs gnuplot (Debian: gnuplot-nox).
#
#   scripts/picture.sh out/wuxi-10k wuxi docs/wuxi-10k.svg
set -euo pipefail

folder=${1:?usage: scripts/picture.sh RESULTS SITE FILE.svg}
site=${2:?which site?}
picture=${3:?which SVG file?}
command -v gnuplot >/dev/null || { echo "gnuplot is missing (Debian package gnuplot-nox)" >&2; exit 1; }

data=$(mktemp)
trap 'rm -f "$data"' EXIT

# date, ordered, percentiles 5, 25, 50, 75 and 95 of cards online, mean of cards busy: one line a sample
awk -F, -v site="$site" 'NR > 1 && $4 == site { print $2, $3, $6, $8, $10 }' "$folder/timeline.csv" |
    sort -k1,1g -k4,4g |
    awk 'function q(p) { return v[int((n - 1) * p) + 1] }
         function flush() {
             if (n) print date, ordered, q(.05), q(.25), q(.5), q(.75), q(.95), busy / n
             n = 0; busy = 0
         }
         $1 != time { flush(); time = $1 }
         { date = $2; ordered = $3; v[++n] = $4; busy += $5 }
         END { flush() }' >"$data"

gnuplot <<PLOT
set terminal svg size 860,400 font "sans-serif,13" background "white"
set output "$picture"
set xdata time
set timefmt "%Y-%m-%d"
set format x "%Y-%m"
set xtics 15778800
set ylabel "cards"
set yrange [0:*]
set offsets 0, 0, graph 0.05, 0
set key below maxrows 2
set style fill solid 1.0 noborder
plot "$data" using 1:3:7 with filledcurves lc rgb "#e3edf7" title "online: 90% of futures", \
     "" using 1:4:6 with filledcurves lc rgb "#b4cfe8" title "online: half of the futures", \
     "" using 1:2 with steps lw 2 dt 2 lc rgb "#777777" title "ordered", \
     "" using 1:5 with lines lw 2 lc rgb "#0b5394" title "online: median future", \
     "" using 1:8 with lines lw 2 lc rgb "#cc4125" title "busy: mean over futures"
PLOT
echo "$picture"
