#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Code on its own stack is tuned there or not (tuned_on_stack), and for a later pool of another stack porting counts from that pool's order.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cat >two.cfg <<'END'
title = "two stacks"; start = "2025-01-01"; horizon = "300d"; replications = 3; seed = 8675309;
chips: {
  home: { peak_tflops = 137.0; stack = "cuda"; efficiency: { pretraining: { mfu = 0.37; }; }; };
  away: { peak_tflops = 211.0; stack = "cann"; efficiency: { pretraining: { mfu = 0.37; }; }; };
};
software: {
  firm: {
    stack = "cuda"; port_large_median = "37d"; port_large_sigma = 0.0;
    maturity_floor = 0.41; maturity_ceiling = 1.0; maturity_months = 7.0;
  };
};
workloads: {
  mix: {
    reference_chip = "home";
    classes: {
      here: { kind = "pretraining"; share = 0.53; sizes = [3]; size_weights = [1]; length_median = "5h"; accepts = "home"; };
      there: { kind = "pretraining"; share = 0.47; sizes = [3]; size_weights = [1]; length_median = "5h"; accepts = "away"; };
    };
  };
};
site: {
  town: {
    chip = "home"; cards = 24; ordered = "2025-01-01"; delivery = "at-once"; cards_per_node = 8;
    workload = "mix"; jobs_per_day = 11.0; software = "firm";
    pools: { later: { chip = "away"; cards = 24; ordered = "2025-04-12"; cards_per_node = 8; }; };   # day 101
  };
};
END

# value FOLDER SCOPE METRIC
value() { awk -F, -v scope="$2" -v metric="$3" '$1 == scope && $2 == metric { print $5 }' "$1/summary.csv"; }

# holds CONDITION WORDS
holds() { awk "BEGIN { exit !($1) }" || fail "$2: $1"; }

call run two.cfg -q --jobs -o untuned
expect_status 0
holds "$(value untuned town immature_share) > 10" "untuned at home"
call run two.cfg -q --jobs -o tuned --set software.firm.tuned_on_stack=true
expect_status 0
holds "$(value tuned town immature_share) == 0" "tuned at home"
holds "$(value tuned town/later immature_share) > 10" "untuned away"
expect_equal "$(value tuned town/later delivered_compute)" "$(value untuned town/later delivered_compute)" "what runs away from home"

### the first job on the later pool comes 101 + 37 days after the start, and soon

first=$(awk -F, 'NR > 1 && $4 == "there" && (!seen++ || $6 < least) { least = $6 } END { printf "%d", least }' tuned/jobs.csv)
holds "$first >= 138 * 86400 && $first < 140 * 86400" "the first job there"
holds "$(value tuned town jobs_unported) > 3 * 138 / 3" "jobs turned away before"

finish "software stack"
