#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `tenk run` on a small scenario: the same files for any number of threads, settings that take effect, common random
# numbers, and result files that agree with one another.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_scenario town.cfg
files="deliveries.csv failures.csv jobs.csv lots.csv manifest.json market.csv replications.csv summary.csv timeline.csv"

# run FOLDER OPTION...: eight futures of 120 days
run() {
    local folder=$1
    shift
    call run town.cfg -o "$folder" --jobs --set horizon=120d -n 8 "$@"
    expect_status 0
    expect_silence
}

# check_with FILE... 'AWK': fails with what the program prints; it gets CSV files, columns by name in c["name"]
check_with() {
    local program=${*: -1} told
    told=$(awk -F, '
        function near(a, b) { return (a - b)^2 <= 1e-18 * (a^2 + b^2) + 1e-18 }
        FNR == 1 { split("", c); for (i = 1; i <= NF; i++) c[$i] = i; file++; next }
        '"$program" "${@:1:$#-1}" | head -5)
    [ -z "$told" ] || fail "$told"
}

### the same files for any number of threads

run one -j 1
for threads in 2 3; do
    run threads$threads -j $threads
    for file in $files; do
        expect_same one/$file threads$threads/$file
    done
done
expect_equal "$(find one -type f -printf '%f\n' | sort | paste -sd ' ')" \
    "deliveries.csv failures.csv jobs.csv lots.csv manifest.json market.csv quantiles.csv replications.csv run_info.json summary.csv timeline.csv" "files"
grep -q '"threads": 3' threads3/run_info.json || fail "run_info.json does not tell the threads"
call run town.cfg -o without -n 1
expect_status 0
expect_absent without/jobs.csv
expect_output "A small town, 64 cards, 1 future, 60 days" "64 cards online after" "Results: without/summary.csv"
expect_equal "$(awk -F, 'NR > 1 && ($4 > 1 || $6 != "" || $7 != "" || $8 != "")' without/summary.csv)" "" "intervals of one future"
call run town.cfg -q -n 1
expect_status 0
[ -z "$output" ] || fail "words on stdout with -q"
[ -f out/town/summary.csv ] || fail "out/town is not the default"

### headers

expect_header() { expect_equal "$(head -1 "one/$1")" "$2" "header of $1"; }
expect_header summary.csv scope,metric,unit,n,mean,stddev,ci95_lo,ci95_hi,p05,p50,p95
expect_header replications.csv point,replication,scope,metric,unit,value
expect_header timeline.csv replication,time_s,date,site,chip,cards_ordered,cards_delivered,cards_online,cards_up,cards_busy,queued_jobs,queued_cards,running_jobs,rate_pflops
expect_header jobs.csv replication,job_id,site,class,cards,submit_s,start_s,end_s,wait_s,run_s,state,restarts,lost_s,queued_s,preemptions,tenant
expect_header deliveries.csv replication,time_s,date,buyer,cards,still_lacking,chip,paid_cny
expect_header failures.csv replication,time_s,site,node,repair_s,jobs_interrupted,lost_card_s,cause,nodes,detect_s

### settings

expect_manifest() {
    local part
    for part in "${@:2}"; do
        grep -qF "$part" "$1/manifest.json" || fail "$1/manifest.json lacks $part"
    done
}
expect_manifest one '"command": "run"' '"scenario": "town"' '"seed": 7' '"replications": 8' '"horizon": "120d"' \
    '"site.town.backfill": "easy"' '"reliability.frail.repair_sigma": "1"' '"site.town.runs.big.checkpoints": "true"'
run changed -n 3 -s 8 --set site.town.tier=1 --set site.town.backfill=none --set chips.tiny.note="a, b"
expect_manifest changed '"seed": 8' '"replications": 3' '"site.town.tier": "1"' '"site.town.backfill": "none"' '"chips.tiny.note": "a, b"'
expect_equal "$(column changed/jobs.csv replication | sort -u | paste -sd ' ')" "0 1 2" "replications"
hash_of() { grep -o '"scenario_hash": "[0-9a-f]*"' "$1/manifest.json"; }
expect_equal "$(hash_of one)" "$(hash_of threads2)" "hash of the same question"
[ "$(hash_of one)" != "$(hash_of changed)" ] || fail "another question has the same hash"
cp town.cfg renamed.cfg # the folder and the name of a scenario are no settings
call run renamed.cfg -o renamed --jobs --set horizon=120d -n 8
expect_equal "$(hash_of renamed)" "$(hash_of one)" "hash of a copy"
for file in jobs.csv summary.csv timeline.csv; do
    expect_same one/$file renamed/$file
done
# A future does not depend on how many there are.
run fewer -n 3
for file in jobs.csv timeline.csv deliveries.csv failures.csv replications.csv; do
    name=replication
    awk -F, -v name=$name 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } NR == 1 || $at < 3' one/$file >first.csv
    expect_same first.csv fewer/$file
done
run seeded -s 8
for file in jobs.csv deliveries.csv failures.csv replications.csv summary.csv; do
    cmp -s one/$file seeded/$file && fail "another seed leaves $file as it is"
done

### jobs.csv agrees with itself and with the values of each future

check_with one/jobs.csv '{
    started = $c["start_s"] != ""; ended = $c["end_s"] != ""; state = $c["state"]; where = "job " $c["replication"] "/" $c["job_id"] ": "
    if (started && sprintf("%.6f", $c["wait_s"]) != sprintf("%.6f", $c["start_s"] - $c["submit_s"])) print where "wait_s is not start_s - submit_s"
    if (ended && sprintf("%.6f", $c["run_s"]) != sprintf("%.6f", $c["end_s"] - $c["start_s"])) print where "run_s is not end_s - start_s"
    if (started != ($c["wait_s"] != "") || ended != ($c["run_s"] != "")) print where "a time is missing"
    if ((started && $c["wait_s"] < 0) || (ended && $c["run_s"] <= 0) || $c["lost_s"] < 0) print where "a negative time"
    if (ended != (state == "completed")) print where "state " state " with or without an end"
    if (state !~ /^(completed|running|interrupted|queued)$/) print where "state " state
    if (started != (state != "queued")) print where "state " state " with or without a start"
    if (($c["restarts"] == 0) && $c["lost_s"] > 0) print where "lost time without a restart"
    if (($c["restarts"] == 0) && started && sprintf("%.6f", $c["queued_s"]) != sprintf("%.6f", $c["wait_s"])) print where "queued_s is not wait_s"
    if (started && $c["queued_s"] + 1e-6 < $c["wait_s"]) print where "queued_s is less than wait_s"
    if ($c["preemptions"] > $c["restarts"]) print where "more preemptions than restarts"
    if ($c["submit_s"] < 0 || $c["submit_s"] >= 120 * 86400) print where "outside of the run"
    key = $c["replication"] "," $c["job_id"]; if (key in seen) print where "twice"; seen[key] = 1 }'

check_with one/jobs.csv one/replications.csv '
    file == 1 { large = $c["cards"] >= 16 ? "town/cards>=16" : ""
        n = split("town|town/" $c["class"] "|" large, scopes, "|")
        for (i = 1; i <= n; i++) { s = $c["replication"] "," scopes[i]
            sum[s ",jobs_submitted"]++; sum[s ",interruptions"] += $c["restarts"]
            if ($c["state"] == "completed") { sum[s ",jobs_completed"]++
                stay = $c["end_s"] - $c["submit_s"]; run = stay - $c["queued_s"]; run = run > 10 ? run : 10
                slow[s] += stay / run > 1 ? stay / run : 1 }
            if ($c["start_s"] != "") { sum[s ",jobs_started"]++; wait[s] += $c["wait_s"]; if ($c["wait_s"] > most[s]) most[s] = $c["wait_s"] }
            else sum[s ",jobs_never_started"]++ }
        next }
    $c["scope"] ~ "^town/size " { # the sizes share the jobs of the site among them
        if ($c["metric"] ~ /^(jobs_(submitted|started|completed|never_started)|interruptions)$/)
            sizes[$c["replication"] "," $c["metric"]] += $c["value"]
        next }
    { s = $c["replication"] "," $c["scope"]; m = $c["metric"]; v = $c["value"]; expected = sum[s "," m] + 0 }
    m == "wait_mean" { expected = sum[s ",jobs_started"] ? wait[s] / sum[s ",jobs_started"] : "" }
    m == "wait_max" { expected = sum[s ",jobs_started"] ? most[s] + 0 : "" }
    m == "bounded_slowdown_mean" { expected = sum[s ",jobs_completed"] ? slow[s] / sum[s ",jobs_completed"] : "" }
    m ~ /^(jobs_(submitted|started|completed|never_started)|interruptions|wait_mean|wait_max|bounded_slowdown_mean)$/ {
        compared++
        if ((v == "") != (expected == "") || !near(v, expected)) print s "," m " is " v ", jobs.csv says " expected }
    END { if (compared < 8 * 4 * 8) print "only " compared + 0 " values compared"
        for (k in sizes) { split(k, part, ","); n++; if (sizes[k] != sum[part[1] ",town," part[2]] + 0) print k " of all sizes is " sizes[k] }
        if (n < 8 * 5) print "only " n + 0 " sums over sizes" }'

### summary.csv sums up replications.csv

check_with one/replications.csv one/summary.csv '
    function quantile(q,   at, low) { at = 1 + q * (n - 1); low = int(at)
        return low >= n ? sorted[n] : sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) }
    file == 1 { k = $c["scope"] "," $c["metric"]; if ($c["value"] != "") value[k, ++count[k]] = $c["value"]; next }
    { k = $c["scope"] "," $c["metric"]; n = count[k] + 0; total = square = 0
      if ($c["n"] != n) print k ": n is " $c["n"] ", not " n
      if (!n) { if ($c["mean"] $c["p50"] != "") print k ": a mean of nothing"; next }
      for (i = 1; i <= n; i++) { v = value[k, i]; total += v; for (j = i - 1; j > 0 && sorted[j] > v; j--) sorted[j + 1] = sorted[j]; sorted[j + 1] = v }
      mean = total / n; for (i = 1; i <= n; i++) square += (sorted[i] - mean)^2
      if (!near($c["mean"], mean)) print k ": mean is " $c["mean"] ", not " mean
      if (n > 1 && ($c["stddev"] - sqrt(square / (n - 1)))^2 > 1e-12 * (1 + mean^2)) print k ": stddev is " $c["stddev"] ", not " sqrt(square / (n - 1))
      if (n > 1 && !near($c["ci95_lo"] + $c["ci95_hi"], 2 * $c["mean"])) print k ": the interval is not around the mean"
      if (n == 8 && ($c["ci95_hi"] - mean - 2.364624251592785 * $c["stddev"] / sqrt(8))^2 > 1e-18 * (1 + mean^2)) print k ": interval of eight"
      if (!near($c["p05"], quantile(0.05)) || !near($c["p50"], quantile(0.5)) || !near($c["p95"], quantile(0.95))) print k ": quantiles"
      compared++ }
    END { if (compared < 60) print "only " compared + 0 " rows" }'

# Card-time is where the metrics say: busy is computing, restarting, writing or lost.
check_with one/replications.csv '
    { v[$c["replication"], $c["metric"]] = $c["value"] }
    END { for (r = 0; r < 8; r++) { parts = v[r, "computing_share"] + v[r, "restart_share"] + v[r, "writing_share"] + v[r, "lost_share"]
        if (!near(parts, v[r, "allocated_share"])) print "future " r ": the parts of the busy time sum to " parts
        if (v[r, "allocated_share"] > v[r, "up_share"] + 1e-9 || v[r, "up_share"] > 100) print "future " r ": more cards busy than up" } }'

### timeline, deliveries, failures

check_with one/timeline.csv '
    $c["cards_busy"] > $c["cards_up"] || $c["cards_up"] > $c["cards_online"] || $c["cards_online"] > $c["cards_delivered"] ||
    $c["cards_delivered"] > $c["cards_ordered"] || $c["cards_ordered"] > 64 { print "cards: " $0 }
    $c["cards_busy"] < 0 || $c["queued_jobs"] < 0 || $c["queued_cards"] < $c["queued_jobs"] || $c["cards_busy"] < $c["running_jobs"] { print "counts: " $0 }
    ($c["rate_pflops"] > 0) != ($c["cards_busy"] > 0) || $c["rate_pflops"] > $c["cards_busy"] * 0.1 { print "rate: " $0 }
    $c["time_s"] != 5 * 86400 * (rows[$c["replication"]]++) { print "time: " $0 }
    $c["replication"] > 0 && $c["replication"] < last { print "order: " $0 } { last = $c["replication"] }
    END { for (r = 0; r < 8; r++) if (rows[r] != 25) print "future " r " has " rows[r] " samples" }'
expect_equal "$(sed -n 2,4p one/timeline.csv | cut -d, -f3 | paste -sd ' ')" "2025-01-01 2025-01-06 2025-01-11" "dates"
check_with one/deliveries.csv one/timeline.csv one/replications.csv '
    file == 1 { n = ++rows[$c["replication"]]; at[$c["replication"], n] = $c["time_s"]; got[$c["replication"], n] = $c["buyer"] == "town" ? $c["cards"] : 0
        sum[$c["replication"], $c["buyer"]] += $c["cards"]; left[$c["replication"], $c["buyer"]] = $c["still_lacking"]
        if ($c["cards"] <= 0 || $c["still_lacking"] < 0) print "delivery: " $0; next }
    file == 2 { expected = 0; r = $c["replication"]; for (i = 1; i <= rows[r] && at[r, i] <= $c["time_s"]; i++) expected += got[r, i]
        if (expected != $c["cards_delivered"]) print "delivered up to then: " expected ", not " $0; next }
    $c["metric"] == "cards_delivered" { s = $c["scope"]; r = $c["replication"]; compared++
        if (sum[r, s] + 0 != $c["value"]) print s " got " sum[r, s] ", not " $c["value"] " in future " r }
    $c["metric"] == "cards_ordered" && ($c["replication"], $c["scope"]) in sum { ordered[$c["replication"], $c["scope"]] = $c["value"] }
    END { if (compared != 16) print "compared " compared; for (k in ordered) if (k ~ /town/ && ordered[k] - sum[k] != left[k]) print "still_lacking of " k }'
check_with one/failures.csv one/jobs.csv one/replications.csv '
    file == 1 { fails[$c["replication"]]++; hit[$c["replication"]] += $c["jobs_interrupted"]; lost[$c["replication"]] += $c["lost_card_s"]
        if ($c["repair_s"] <= 0 || $c["node"] < 0 || $c["node"] > 7 || $c["time_s"] > 120 * 86400) print "failure: " $0; next }
    file == 2 { wasted[$c["replication"]] += $c["lost_s"] * $c["cards"]; next }
    $c["metric"] == "node_failures" && fails[$c["replication"]] + 0 != $c["value"] { print "failures: " fails[$c["replication"]] ", not " $0 }
    $c["metric"] == "interruptions" && $c["scope"] == "town" && hit[$c["replication"]] + 0 != $c["value"] { print "interrupted: " hit[$c["replication"]] ", not " $0 }
    END { for (r in fails) { total += fails[r]; if ((lost[r] - wasted[r])^2 > 1e-6) print "future " r ": failures took " lost[r] " card-seconds, jobs lost " wasted[r] }
        if (total < 20) print "too few failures to see anything: " total }'

### common random numbers: another policy sees the same jobs, cards and failures

run none --set site.town.backfill=none
cmp -s one/jobs.csv none/jobs.csv && fail "the policy changes nothing"
for folder in one none; do
    column $folder/jobs.csv replication job_id site class cards submit_s | sort >$folder.drawn
    awk -F, 'NR > 1 && !seen[$1 "," $4]++ { print $1, $2, $4, $5 }' $folder/failures.csv >$folder.first
done
expect_same one.drawn none.drawn
expect_same one.first none.first
expect_same one/deliveries.csv none/deliveries.csv
run fast --set chips.tiny.efficiency.fine-tuning.mfu=0.8 # a parameter of one model leaves the streams of the others
column fast/jobs.csv replication job_id site class cards submit_s | sort >fast.drawn
expect_same one.drawn fast.drawn
expect_same one/deliveries.csv fast/deliveries.csv

finish "run"
