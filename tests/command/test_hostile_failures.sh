#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Failures as their worst enemy would write them: each case is refused with where, what and what is allowed (status 2, nothing written), or
# runs through with all built-in checks. And what is sound gives the same bytes on 1, 2 and 3 threads.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

put_centre() {
    cat >"$1" <<'SCENARIO'
title = "A centre to be spoiled";
start = "2025-01-01";
horizon = "30d";
sample = "10d";
replications = 3;
seed = 11;
site: {
  town: { # of the town
    chip = "tiny"; cards = 128; ordered = "2025-01-01"; delivery = "at-once"; cards_per_node = 4;
    workload = "mix"; jobs_per_day = 20.0;
    reliability = "frail"; # the town's
    spare_nodes = 3; # of the pool
    storage: { gb_per_s = 40.0; };
    runs: {
      big: { at = "2025-01-02"; cards = 64; length = "9d"; kind = "pretraining"; standby = 8; }; # the run
    };
    # more of the town
  };
};
chips: { tiny: { peak_tflops = 100.0; efficiency: { fine-tuning: { mfu = 0.4; }; pretraining: { mfu = 0.3; }; }; }; };
workloads: { mix: { reference_chip = "tiny"; classes: {
  tune: { kind = "fine-tuning"; share = 1.0; sizes = [1, 4, 16]; size_weights = [3, 2, 1]; length_median = "2h"; }; # the class
}; }; };
reliability: {
  frail: { # of frail
    failures_per_1000_node_days = 20.0; # of nodes
    detect = "20s"; # until noticed
    diagnose_median = "3min"; diagnose_sigma = 0.5; # until found
    repair_median = "5h"; repair_sigma = 1.1; # of repair
    escalate = 0.2; manual_median = "2d"; # by hand
    lemon_share = 0.1; lemon_factor = 6.0; # lemons
    retire_after = 4; retire_within = "20d"; replace_after = "3d"; # given up
    spares = "hot-pool"; # the policy
    restart = "3min"; # the restart
    checkpoint_cost = "30s"; # of checkpoints
    causes: {
      card: { scope = "card"; failures_per_1000_node_days = 9.0; }; # cause card
      age: { scope = "node"; failures_per_1000_node_days = 5.0; life = "weibull"; shape = 1.6; }; # cause age
      haze: { scope = "node"; failures_per_1000_node_days = 4.0; effect = "slow"; found_after = "5h"; }; # cause haze
      # more causes
    };
    restart_stages: {
      load: { fixed = "1min"; }; # stage load
      # more stages
    };
    # more of frail
  };
};
events: { worse: { at = "2025-01-15"; set = "reliability.frail.detect=1min"; }; }; # the event
SCENARIO
}
put_centre good.cfg
slurp good good.cfg
put_results kept
kept_print=$(fingerprint kept)
at=reliability.frail

### words and values

broken 's/scope = "card"/scope = "cards"/' 'cause card' $at.causes.card.scope '"cards" is not one of: card, node, link, job, leaf' "did you mean 'card'?"
broken 's/scope = "card";//' 'cause card' $at.causes.card.scope "missing"
broken 's/effect = "slow"/effect = "slowly"/' 'cause haze' $at.causes.haze.effect "is not one of: stop, slow, silent"
broken 's/life = "weibull"/life = "gamma"/' 'cause age' $at.causes.age.life "is not one of: exponential, weibull, lognormal"
broken 's/spares = "hot-pool"/spares = "cold-pool"/' 'the policy' $at.spares "is not one of: requeue, standby, hot-pool, any-node, elastic" "did you mean 'hot-pool'?"
broken 's/# more of frail/fails_when = "idle"; # sic/' '# sic' $at.fails_when "is not one of: up, busy"
broken 's/# more of frail/repair_law = "normal"; # sic/' '# sic' $at.repair_law "is not one of: lognormal, exponential, fixed"
broken 's/# more of frail/diagnose_law = 3; # sic/' '# sic' $at.diagnose_law "is not one of:"
broken 's/# more of frail/repair_sucess = 0.3; # sic/' '# sic' $at.repair_sucess "did you mean 'repair_success'?"
broken 's/# more causes/x: { scope = "job"; detected = "1h"; }; # sic/' '# sic' $at.causes.x.detected "did you mean 'detect'?"
broken 's/fixed = "1min"/fix = "1min"/' 'stage load' $at.restart_stages.load.fix "did you mean 'fixed'?"
broken 's/failures_per_1000_node_days = 9.0/failures_per_1000_node_days = -9.0/' 'cause card' $at.causes.card.failures_per_1000_node_days "out of range: 0 to 100000"
broken 's/failures_per_1000_node_days = 9.0/failures_per_1000_node_days = 1e300/' 'cause card' $at.causes.card.failures_per_1000_node_days "out of range"
broken 's/failures_per_1000_node_days = 9.0/failures_per_1000_node_days = "often"/' 'cause card' $at.causes.card.failures_per_1000_node_days "must be a number"
broken 's/shape = 1.6/shape = 0.1/' 'cause age' $at.causes.age.shape "out of range: 0.2 to 20"
broken 's/# more causes/x: { scope = "card"; sigma = 5.0; }; # sic/' '# sic' $at.causes.x.sigma "out of range: 0.01 to 4"
broken 's/# more causes/x: { scope = "card"; slow_factor = 0.0; }; # sic/' '# sic' $at.causes.x.slow_factor "out of range: 0.01 to 1"
broken 's/lemon_share = 0.1/lemon_share = 1.1/' '# lemons' $at.lemon_share "out of range: 0 to 1"
broken 's/lemon_factor = 6.0/lemon_factor = 0.5/' '# lemons' $at.lemon_factor "out of range: 1 to 10000"
broken 's/escalate = 0.2/escalate = 2.0/' '# by hand' $at.escalate "out of range: 0 to 1"
broken 's/# more of frail/misdiagnosed = -0.1; # sic/' '# sic' $at.misdiagnosed "out of range: 0 to 1"
broken 's/retire_after = 4/retire_after = 16/' '# given up' $at.retire_after "out of range: 0 to 15"
broken 's/retire_within = "20d"/retire_within = "20"/' '# given up' $at.retire_within "must be a duration with a unit"
broken 's/retire_within = "20d"/retire_within = "0s"/' '# given up' $at.retire_within "must be above 0: no server fails 4 times at once"
broken 's/detect = "20s"/detect = "400d"/' 'until noticed' $at.detect "out of range"
broken 's/repair_sigma = 1.1/repair_sigma = 4.5/' '# of repair' $at.repair_sigma "out of range: 0 to 4"
broken 's/# more of frail/checkpoint_bytes = 1e9; # sic/' '# sic' $at.checkpoint_bytes "out of range: 0 to 1000"
broken 's/# more of frail/memory_checkpoints = 10001; # sic/' '# sic' $at.memory_checkpoints "out of range: 0 to 10000"
broken 's/spare_nodes = 3/spare_nodes = 1.5/' 'of the pool' site.town.spare_nodes "whole number"
broken 's/spare_nodes = 3/spare_nodes = -1/' 'of the pool' site.town.spare_nodes "out of range: 0 to"
broken 's/gb_per_s = 40.0/gb_per_s = -1.0/' 'storage:' site.town.storage.gb_per_s "out of range: 0 to"
broken 's/# more of frail/confidence = "sure"; # sic/' '# sic' $at.confidence "is not one of: measured"

### what does not fit together

broken 's/# more causes/x: { scope = "card"; per_year = 3.0; }; # sic/' '# sic' $at.causes.x.per_year "is for leaf, rack, pod, storage and site" 'scope "card" takes failures_per_1000_node_days'
broken 's/# more causes/x: { scope = "site"; failures_per_1000_node_days = 3.0; }; # sic/' '# sic' $at.causes.x.failures_per_1000_node_days \
    "is for card, node, link and job" 'scope "site" takes per_year'
broken 's/# more causes/x: { scope = "job"; failures_per_1000_node_days = 1.0; life = "lognormal"; }; # sic/' '# sic' $at.causes.x.life 'must be "exponential" for scope "job"'
broken 's/# more causes/x: { scope = "leaf"; nodes = 3; }; # sic/' '# sic' $at.causes.x.nodes 'is for scope "rack"'
broken 's/# more causes/x: { scope = "job"; effect = "slow"; found_after = "1h"; }; # sic/' '# sic' $at.causes.x.effect "is for scopes card, node and link"
broken 's/# more causes/x: { scope = "storage"; effect = "silent"; found_after = "1h"; }; # sic/' '# sic' $at.causes.x.effect "is for scopes card, node and link"
broken 's/found_after = "5h"/found_after = "0s"/' 'cause haze' $at.causes.haze.found_after "must be at least 1 s"
broken 's/ found_after = "5h";//' 'cause haze' $at.causes.haze.found_after "must be at least 1 s"
broken 's/# more causes/x: { scope = "card"; found_after = "1h"; }; # sic/' '# sic' $at.causes.x.found_after "is for effects slow and silent"
broken 's/lemon_share = 0.1;//; s/# more causes/x: { scope = "card"; lemons_only = true; }; # sic/' '# sic' $at.causes.x.lemons_only "strikes nobody while $at.lemon_share is 0"
broken 's/# more causes/x: { scope = "job"; lemons_only = true; }; # sic/' '# sic' $at.causes.x.lemons_only "is for scopes card, node and link"
broken 's/# more of frail/fails_when = "busy";/' 'cause age' $at.causes.age.life 'must be "exponential" where fails_when is "busy"'
broken 's/manual_median = "2d"; //' '# of frail' $at.manual_median "must be at least 1 s when repairs escalate"
broken 's/repair_median = "5h"/repair_median = "0s"/' '# of repair' $at.repair_median "must be at least 1 s when nodes fail"
broken 's/# more of frail/checkpoint_async = true; # sic/' '# sic' $at.checkpoint_async "needs checkpoint_bytes"
broken 's/# more of frail/checkpoint_bytes = 12.0; checkpoint_flush = "1min"; # sic/' '# sic' $at.checkpoint_flush "is for checkpoints whose size is not known"
broken 's/# more of frail/checkpoint_interval = "adaptively"; # sic/' '# sic' $at.checkpoint_interval 'must be "young", "daly", "adaptive" or a duration of at least 1 s'
broken 's/# more causes/node: { scope = "card"; failures_per_1000_node_days = 1.0; }; # sic/' 'causes: {' $at.causes '"node" is the name of failures_per_1000_node_days'
broken 's/ repair_median = "5h"; repair_sigma = 1.1;//; s/failures_per_1000_node_days = 20.0;//' 'cause card' $at.causes.card.repair_median "must be at least 1 s"
many=
for ((i = 0; i < 38; i++)); do many+="x$i: { scope = \"job\"; failures_per_1000_node_days = 0.1; }; "; done
broken "s/# more causes/$many/" 'causes: {' $at.causes "has 41 causes; at most 31 allowed"
broken 's/# more stages/a: {}; b: {}; c: {}; d: {}; e: {}; f: {}; g: {}; h: {};/' 'restart_stages: {' $at.restart_stages "has 9 stages; at most 8 allowed"
broken 's/# the class/#/; s/length_median = "2h"/length_median = "2h"; standby_share = 0.2; elastic_least = 0.5/' 'tune: {' workloads.mix.classes.tune.standby_share "elastic ones"

### against the site

broken 's/spare_nodes = 3/spare_nodes = 32/' 'of the pool' site.town.spare_nodes "leaves no node to work on: the site has 128 cards"
broken 's/spare_nodes = 3/spare_nodes = 1000000/' 'of the pool' site.town.spare_nodes "leaves no node to work on"
broken 's/standby = 8/standby = 56/' 'the run' site.town.runs.big.standby "is more than the 128 cards of the site"
broken 's/standby = 8/standby = 10000001/' 'the run' site.town.runs.big.standby "out of range: 0 to"
for level in leaf pod rack; do
    member=$level
    [ $level != rack ] || member=domain
    broken "s/# more causes/x: { scope = \"$level\"; per_year = 3.0; };/" '# of the town' site.town.topology "has no $level" "set topology.$member"
done
broken 's/gb_per_s = 40.0;//; s/standby = 8;/parameters = 7e9;/; s/# more of frail/checkpoint_bytes = 12.0;/' 'storage:' site.town.storage "has no bandwidth" "set storage.gb_per_s"
call run good.cfg --set $at.spares=requeue -o never --force -q
expect_status 0
expect_error "site.town.spare_nodes: are never used under $at.spares = \"requeue\""
call run good.cfg --set 'site.town.reliability=""' -o never --force -q
expect_status 0
expect_error "site.town.spare_nodes: are never used: nothing fails at this site"

### by --set

# set_refused PATH=VALUE PART...: the place is --set
set_refused() {
    local setting=$1 part
    shift
    call check good.cfg --set "$setting"
    expect_status 2
    expect_error "--set: ${setting%%=*}: "
    for part; do expect_error "$part"; done
}
set_refused $at.spares=hotpool "did you mean"
set_refused $at.causes.card.scope=cards "is not one of: card, node"
set_refused $at.causes.card.failures_per_1000_node_days=1e99 "out of range"
set_refused $at.restart_stages.load.fixed=0 "must be a duration"
set_refused site.town.spare_nodes=99 "leaves no node to work on"
set_refused site.town.storage.gb_per_s=-3 "out of range"
set_refused $at.checkpoint_interval=999ms "at least 1 s"
set_refused $at.manual_median=0s "when repairs escalate"

### by events: what cannot change in mid-run, and what would not hold any more

for setting in lemon_share=0.2 lemon_factor=3 spares=requeue spare_delay=1h retire_after=2 fails_when=busy misdiagnosed=0.5 causes.card.scope=job causes.age.life=exponential causes.haze.effect=stop; do
    broken "s/set = \"reliability.frail.detect=1min\"/set = \"reliability.frail.$setting\"/" 'the event' events.worse.set \
        "$at.${setting%%=*}: cannot change while the simulation runs"
done
broken 's/frail.detect=1min/frail.causes.age.failures_per_1000_node_days=2/' 'the event' events.worse.set "$at.causes.age.life" 'must be "exponential" for a rate that changes'
broken 's/frail.detect=1min/frail.manual_median=0s/' 'the event' events.worse.set "$at.manual_median" "when repairs escalate"
broken 's/frail.detect=1min/frail.causes.cart.detect=1min/' 'the event' events.worse.set "did you mean 'card'"

### what is odd and allowed: it runs, with the same bytes on any number of threads

# runs SED: the edited scenario is sound
runs() {
    local j file
    sed -e "$1" good.cfg >odd.cfg
    for j in 1 2 3; do
        call run odd.cfg -q --jobs -j $j -o odd$j --force
        [ $status -eq 0 ] || fail "does not run: $1"
        [ "$status" -eq 0 ] || return
    done
    for file in odd1/*; do
        file=${file##*/}
        [ "$file" = run_info.json ] || { expect_same "odd1/$file" "odd2/$file"; expect_same "odd1/$file" "odd3/$file"; }
    done
}
runs ''
runs 's/retire_after = 4/retire_after = 1/; s/replace_after = "3d"/replace_after = "0s"/' # all servers go, one by one
runs 's/retire_after = 4/retire_after = 1/; s/replace_after = "3d"/replace_after = "1ms"/; s/failures_per_1000_node_days = 20.0/failures_per_1000_node_days = 9000.0/'
runs 's/repair_median = "5h"; repair_sigma = 1.1;/repair_median = "1s"; repair_success = 0.0;/; s/manual_median = "2d"/manual_median = "3650d"/'
runs 's/lemon_share = 0.1; lemon_factor = 6.0/lemon_share = 1.0; lemon_factor = 10000.0/'
runs 's/detect = "20s"/detect = "365d"/'
runs 's/# more of frail/misdiagnosed = 1.0; relapse = "0s";/'
runs 's/# more of frail/misdiagnosed = 1.0; relapse = "0s"; fails_when = "busy";/; s/life = "weibull"; shape = 1.6;//; s/hot-pool/any-node/'
runs 's/restart = "3min"/restart = "365d"/'
runs 's/# more causes/a: { scope = "storage"; per_year = 1e5; }; b: { scope = "site"; per_year = 1e5; repair_median = "1s"; }; c: { scope = "rack"; nodes = 1000000; per_year = 90.0; life = "lognormal"; sigma = 4.0; };/'
runs 's/# more causes/a: { scope = "node"; failures_per_1000_node_days = 1e5; effect = "silent"; found_after = "1s"; };/'
runs 's/# more causes/a: { scope = "job"; failures_per_1000_node_days = 1e5; detect = "1ms"; };/'
runs 's/spare_nodes = 3/spare_nodes = 12/; s/# more of frail/spare_delay = "365d";/'
runs 's/spare_nodes = 3/spare_nodes = 0/; s/hot-pool/standby/; s/standby = 8/standby = 64/'
runs 's/# more of frail/checkpoint_bytes = 1000.0; checkpoint_async = true; memory_checkpoints = 10000; memory_cost = "1h";/; s/standby = 8;/standby = 8; parameters = 1e15;/; s/gb_per_s = 40.0/gb_per_s = 0.001/'
runs 's/failures_per_1000_node_days = 20.0/failures_per_1000_node_days = 0.0/; s/failures_per_1000_node_days = [459].0/failures_per_1000_node_days = 0.0/' # nothing fails

finish "hostile failures"
