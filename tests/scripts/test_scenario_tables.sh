#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# docs/scenarios: every command parses and names scenarios, settings, scopes, metrics and columns that exist; the tables marked
# quick are what the program prints today (all of them: scripts/scenario_tables.sh, about four minutes). And the script that
# makes them computes what it says, from results of which the answers are known, and names each kind of mistake.
set -euo pipefail
export LC_ALL=C

source_dir=$(cd "${TENK_SOURCE:-$(dirname "${BASH_SOURCE[0]}")/../..}" && pwd)
script=$source_dir/scripts/scenario_tables.sh
pages=$source_dir/docs/scenarios
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

"$script" --check >"$scratch/said" || { cat "$scratch/said" >&2; fail "the pages name what is not there"; }
[ ! -s "$scratch/said" ] || fail "words about sound pages"
tables=$(cat "$pages"/*.md | grep -c '^<!-- table ')
[ "$tables" -ge 15 ] || fail "only $tables tables"
for page in two-hundred-thousand wuxi-10k feixing-1 shenzhen-4000p huawei-hubs zhipu-three-cities; do
    [ -s "$source_dir/scenarios/$page.cfg" ] || fail "no scenario of $page.md"
    for word in '**Asked.**' '**How.**' '## Reading' '## Assumed'; do
        grep -qF "$word" "$pages/$page.md" || fail "$page.md lacks '$word'"
    done
    head -1 "$source_dir/scenarios/$page.cfg" | grep -q '^# .*[?]$' || fail "$page.cfg does not begin with a question"
done

# Every table has been made: as many rows of numbers as runs, none of them an empty cell.
awk 'FNR == 1 { inside = 0 } /^<!-- table / { inside = 1; name = $3; rows = 0; wanted = 0; turned = 0 }
     inside && /^run:/ { wanted++ } inside && /^turn/ { turned = 1 } inside && /^\|/ { rows++; if (/ \|  \|/) print name " has an empty cell" }
     inside && /^<!-- end/ { if (turned ? rows < 3 : rows != wanted + 2) print name " has " rows " rows"; inside = 0 }' \
    "$pages"/*.md >"$scratch/said"
[ ! -s "$scratch/said" ] || { cat "$scratch/said" >&2; fail "tables are not as their markers say"; }

# Quick tables, renewed in a copy in which one number was changed.
cp -r "$pages" "$scratch/copy"
sed -i '0,/^| `ft` /s/ [0-9.]* ± / 99.9 ± /' "$scratch/copy/wuxi-10k.md"
! cmp -s "$pages/wuxi-10k.md" "$scratch/copy/wuxi-10k.md" || fail "no number was changed"
"$script" "$scratch/copy" --quick
for page in "$pages"/*.md; do
    diff -u "$page" "$scratch/copy/$(basename "$page")" || fail "scripts/scenario_tables.sh renews $(basename "$page")"
done

# A program with known results: six futures.
mkdir "$scratch/known"
cat >"$scratch/tenk" <<'END'
#!/bin/bash
while [ $# -gt 0 ]; do
    if [ "$1" = -o ]; then mkdir -p "$2"; cd "$2"; fi
    shift
done
printf '{\n  "replications": 6,\n  "settings": {\n    "replications": "6"\n' >manifest.json
{ echo 'scope,metric,unit,n,mean,stddev,ci95_lo,ci95_hi,p05,p50,p95'
  echo 'town,wait_mean,s,4,7200,10,6480,7920,1,2,3'
  echo 'town/size 2..8,wait_mean,s,6,1234567.25,10,1234467.25,1234667.25,1,2,3'
  echo 'town,makespan,s,0,,,,,,,'; } >summary.csv
{ echo 'point,replication,scope,metric,unit,value'
  r=0; for v in 2.385 7.11 4.902 11.75 3.3 0.81; do
      echo "0,$r,town,carbon,t,$v"; echo "0,$r,village,carbon,t,$r"; echo "0,$r,town,energy,MWh,2"; echo "0,$r,village,energy,MWh,8"; r=$((r + 1)); done; } >replications.csv
{ echo 'replication,time_s,date,site,chip,cards_online,cards_busy'
  for r in 0 1 2 3 4 5; do
      echo "$r,0,2025-01-01,town,x,0,0"; echo "$r,10,2025-01-08,town,x,$((100 + 17 * r)),50"; echo "$r,10,2025-01-08,town/y,y,40,$((3 * r))"
      echo "$r,20,2025-01-15,town,x,200,$((80 + r * r))"; echo "$r,20,2025-01-15,town/y,y,40,7"; echo "$r,20,2025-01-15,townsend,y,5000,5000"; done; } >timeline.csv
{ echo 'replication,job_id,site,class,state,run_s'
  for r in 0 1 3 4 5; do echo "$r,0,town,runs,completed,$((86400 * (r + 1)))"; echo "$r,1,town,runs,running,5"; echo "$r,2,town,other,completed,5"; done; } >jobs.csv
END
chmod +x "$scratch/tenk"
cat >"$scratch/known/page.md" <<'END'
before
<!-- table known
of: a | town | wait_mean | 0.000277778
of: b | town/size 2..8 | wait_mean
of: c | town | makespan
of: d | town+village | carbon
of: e | town+village | carbon/energy | 10
at: f | timeline town | cards_online | 2025-01-14
at: g | timeline town/* | cards_busy/cards_online | 2025-02-01 | 100
over: h | timeline town/* | cards_busy/cards_online | 2025-01-08..2025-01-15 | 100
at: f2 | timeline town/* | cards_online | 2025-01-14
over: f3 | timeline town/* | cards_online | 2025-01-08..2025-02-01
jobs: i | town | runs | run_s | 1.1574074074e-5 | 1
run: known | wuxi-10k.cfg --set 'x=""'
-->
stale
<!-- end -->
after
END
TENK_BIN=$scratch/tenk "$script" "$scratch/known"
# interval FACTOR < values: mean and half-width with t(0.975, 5) = 2.570582 and t(0.975, 4) = 2.776445, from tables
interval() {
    awk -v form="$1" '{ x[NR] = $1; s += $1 } END { m = s / NR; for (i = 1; i <= NR; i++) q += (x[i] - m)^2
        printf form, m, (NR == 6 ? 2.570582 : 2.776445) * sqrt(q / (NR - 1) / NR) }'
}
expected="| known | 2.00 ± 0.20 (4 of 6) | 1,234,567 ± 100 | - "
expected+="| $(printf '%s\n' 2.385 8.11 6.902 14.75 7.3 5.81 | interval '%.2f ± %.2f') "
expected+="| $(printf '%s\n' 2.385 8.11 6.902 14.75 7.3 5.81 | interval '%.2f ± %.2f') "
expected+="| $(for r in 0 1 2 3 4 5; do echo $((100 + 17 * r)); done | interval '%.0f ± %.0f') "
expected+="| $(for r in 0 1 2 3 4 5; do awk -v r=$r 'BEGIN { print (87 + r * r) / 2.4 }'; done | interval '%.1f ± %.1f') "
expected+="| $(for r in 0 1 2 3 4 5; do awk -v r=$r 'BEGIN { print 100 * (50 + 3 * r) / (140 + 17 * r) }'; done | interval '%.1f ± %.1f') "
expected+="| $(for r in 0 1 2 3 4 5; do echo $((140 + 17 * r)); done | interval '%.0f ± %.0f') "
expected+="| $(for r in 0 1 2 3 4 5; do echo $(((380 + 17 * r) / 2)).$(((380 + 17 * r) % 2 * 5)); done | interval '%.0f ± %.0f') "
expected+="| $(printf '%s\n' 0 1 3 4 5 | interval '%.2f ± %.2f') (5 of 6) |"
grep -qxF "$expected" "$scratch/known/page.md" || { grep '^| known' "$scratch/known/page.md" >&2; fail "expected $expected"; }
grep -qxF "    tenk run scenarios/wuxi-10k.cfg --set 'x=\"\"' --jobs -o out/known-1" "$scratch/known/page.md" || fail "the command is not told"
! grep -q stale "$scratch/known/page.md" || fail "a stale table stayed"
[ "$(head -1 "$scratch/known/page.md") $(tail -1 "$scratch/known/page.md")" = "before after" ] || fail "the page around the table"

# mistake LINE WORDS: a table with that line instead of a sound one is refused with these words
mistake() {
    mkdir -p "$scratch/broken"
    printf '%s\n' '<!-- table broken' 'of: x | wuxi | full_online' "$1" 'run: y | wuxi-10k.cfg -n 3' '-->' '<!-- end -->' >"$scratch/broken/page.md"
    ! "$script" --check "$scratch/broken" >"$scratch/said" || fail "taken: $1"
    grep -qF -- "$2" "$scratch/said" || { cat "$scratch/said" >&2; fail "not named: $2"; }
}
mistake 'of: x | wuxi | full_onlin' 'table broken: no metric full_onlin'
mistake 'of: x | wuhan | full_online' 'no scope wuhan'
mistake 'at: x | timeline wuxi | cards_onlin | 2025-12-31' 'no column cards_onlin'
mistake 'at: x | market wuxi | cards_busy | 2025-12-31' 'no column cards_busy'
mistake 'at: x | failures wuxi | cards_online | 2025-12-31' 'no file failures.csv'
mistake 'over: x | timeline wuxi | cards_online | 2025' 'no date 2025'
mistake 'jobs: x | wuxi | runs | run_days' 'no column run_days'
mistake 'runs: x' 'not understood: runs: x'
mistake 'run: x | wuxi-20k.cfg' 'no scenario wuxi-20k.cfg'
mistake 'run: x | wuxi-10k.cfg --set site.wuxi.card=5' 'site.wuxi.card'
mistake 'run: x | wuxi-10k.cfg --sets a=b' 'no option --sets'
mistake 'run: x | wuxi-10k.cfg -n many' '-n many is no number'
sed -i '/end -->/d' "$scratch/broken/page.md"
! "$script" --check "$scratch/broken" >"$scratch/said" || fail "an open marker is taken"
grep -q 'table broken has no' "$scratch/said" || fail "an open marker is not named"
echo '    tenk run scenarios/nowhere.cfg' >"$scratch/broken/page.md"
! "$script" --check "$scratch/broken" >"$scratch/said" || fail "a plain command is not looked at"

echo "scenario tables: $tables tables, all commands parse, the quick ones as the program prints them today"
