/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario_tables_reliability: the tables of what fails, how it is found and repaired, what checkpoints and
 * restarts cost. */
#include "scenario/scenario_rows.h"

static const struct schema_field cause_fields[] = {
    CHOICE(scenario_cause, scope, choices_scope, NULL,
           "what it takes: one node (\"card\", \"node\", \"link\"), only the job that runs there (\"job\": "
           "software), all nodes of a "
           "\"leaf\", \"rack\", \"pod\" or the \"site\", or the \"storage\" of all jobs"),
    CHOICE(scenario_cause, effect, choices_effect, "stop",
           "\"stop\": at once; \"slow\": the node computes slowly until that is found; \"silent\": results "
           "are wrong until that "
           "is found"),
    REAL(scenario_cause, failures_per_1000_node_days, 0, 1e5, "0", NULL,
         "of card, node, link and job: how often, per 1,000 node-days"),
    REAL(scenario_cause, per_year, 0, 1e5, "0", NULL, "of the larger scopes: how often a year, each of them"),
    CHOICE(scenario_cause, life, choices_life, "exponential", "how lives spread about their mean"),
    REAL(scenario_cause, shape, 0.2, 20, "1", NULL,
         "of Weibull lives: below 1 early failures prevail, above 1 wear"),
    REAL(scenario_cause, sigma, 0.01, 4, "1", NULL, "of lognormal lives: sd of the logarithm"),
    WHOLE(scenario_cause, nodes, 0, 1e6, "0", "nodes",
          "of scope rack: nodes of a rack; 0: the topology's domain"),
    FLAG(scenario_cause, lemons_only, "false", "whether only the bad nodes of `lemon_share` have it"),
    DURATION(scenario_cause, detect, 0, 365, "0s",
             "from the failure until it is noticed (a hang: its time-out); 0: as `detect` of the entry"),
    DURATION(scenario_cause, found_after, 0, 365, "0s",
             "of slow and silent: mean time until it is found, exponential"),
    REAL(scenario_cause, slow_factor, 0.01, 1, "0.75", NULL, "of slow: speed of a gang with such a node"),
    DURATION(scenario_cause, repair_median, 0, 3650, "0s",
             "time to repair, median, lognormal; 0: as the entry's repair"),
    REAL(scenario_cause, repair_sigma, 0, 4, "0", NULL, "sd of its logarithm"),
    TEXT(scenario_cause, source, "", "where the figures are from"),
    CHOICE(scenario_cause, confidence, choices_confidence, "assumption", "how far to trust them"),
};
static const struct schema cause_schema = SCHEMA(scenario_cause, cause_fields);

static const struct schema_field stage_fields[] = {
    DURATION(scenario_restart_stage, fixed, 0, 365, "0s", "what it takes at any size"),
    DURATION(scenario_restart_stage, per_1000_cards, 0, 365, "0s", "and for each 1,000 cards"),
    FLAG(scenario_restart_stage, reads, "false",
         "whether the checkpoint is read in it, from the site's storage"),
    FLAG(scenario_restart_stage, in_place, "true",
         "whether it is needed too when the gang goes on with a spare node"),
    TEXT(scenario_restart_stage, source, "", "where the figures are from"),
    CHOICE(scenario_restart_stage, confidence, choices_confidence, "assumption", "how far to trust them"),
};
static const struct schema stage_schema = SCHEMA(scenario_restart_stage, stage_fields);

static const struct schema_field reliability_fields[] = {
    REAL(scenario_reliability, failures_per_1000_node_days, 0, 1e5, "0", NULL,
         "failures per 1,000 node-days; besides the causes"),
    MAP(scenario_reliability, causes, &cause_schema, "", "what fails, told apart"),
    CHOICE(scenario_reliability, fails_when, choices_fails_when, "up",
           "nodes fail whenever they are \"up\", or only while a job computes on them (\"busy\")"),
    REAL(scenario_reliability, lemon_share, 0, 1, "0", NULL,
         "the share of nodes that are bad from the start"),
    REAL(scenario_reliability, lemon_factor, 1, 1e4, "1", NULL,
         "how much more often those fail, by every cause of nodes"),
    DURATION(scenario_reliability, detect, 0, 365, "0s", "from a failure until it is noticed"),
    CHOICE(scenario_reliability, diagnose_law, choices_time_law, "lognormal",
           "how the time of finding the node spreads"),
    DURATION(scenario_reliability, diagnose_median, 0, 365, "0s",
             "time to find the failed node, median (fixed, exponential: mean)"),
    REAL(scenario_reliability, diagnose_sigma, 0, 4, "0", NULL, "sd of its logarithm"),
    REAL(scenario_reliability, misdiagnosed, 0, 1, "0", NULL,
         "the chance that another node of the job is taken for the failed one, which stays"),
    DURATION(scenario_reliability, relapse, 0, 365, "10min",
             "mean time of computing until a node that was overlooked fails again, exponential"),
    CHOICE(scenario_reliability, repair_law, choices_time_law, "lognormal", "how repair times spread"),
    DURATION(scenario_reliability, repair_median, 0, 3650, "0s",
             "time to repair a node, median (fixed, exponential: mean)"),
    REAL(scenario_reliability, repair_sigma, 0, 4, "0", NULL,
         "standard deviation of the repair time's logarithm"),
    REAL(scenario_reliability, repair_success, 0, 1, "1", NULL,
         "the chance that such a repair cures a bad node"),
    REAL(scenario_reliability, escalate, 0, 1, "0", NULL, "the chance that manual repair must follow"),
    CHOICE(scenario_reliability, manual_law, choices_time_law, "lognormal", "how its times spread"),
    DURATION(scenario_reliability, manual_median, 0, 3650, "0s",
             "time of manual repair, median (fixed, exponential: mean)"),
    REAL(scenario_reliability, manual_sigma, 0, 4, "0", NULL, "sd of its logarithm"),
    REAL(scenario_reliability, manual_success, 0, 1, "1", NULL, "the chance that it cures a bad node"),
    WHOLE(scenario_reliability, retire_after, 0, 15, "0", "failures",
          "a server is retired after so many; 0: never"),
    DURATION(scenario_reliability, retire_within, 0, 3650, "90d", "within so long"),
    DURATION(scenario_reliability, replace_after, 0, 3650, "0s",
             "a new server replaces it after so long; 0: never"),
    CHOICE(scenario_reliability, spares, choices_spares, "requeue", "what a gang does that loses a node"),
    DURATION(scenario_reliability, spare_delay, 0, 365, "0s",
             "until a node of the site's `spare_nodes` serves a job; 0: it stands by"),
    DURATION(scenario_reliability, restart, 0, 365, "0s",
             "from the restart of a job until it computes; besides the stages"),
    MAP(scenario_reliability, restart_stages, &stage_schema, "", "what a restart takes, by stage"),
    DURATION(scenario_reliability, checkpoint_cost, 0, 365, "0s",
             "computing stands still to write a checkpoint (of jobs whose size is not known)"),
    DURATION(scenario_reliability, checkpoint_flush, 0, 365, "0s",
             "it is written in the background for so long after that, and valid then"),
    REAL(scenario_reliability, checkpoint_bytes, 0, 1000, "0", "bytes",
         "bytes per parameter: jobs whose parameters are known write them to the site's storage; 0: the cost "
         "holds"),
    FLAG(scenario_reliability, checkpoint_async, "false",
         "whether those are written in the background, behind a pause of checkpoint_cost"),
    TEXT(scenario_reliability, checkpoint_interval, "young",
         "\"young\", \"daly\", \"adaptive\" or a duration such as \"3h\""),
    WHOLE(scenario_reliability, memory_checkpoints, 0, 10000, "0", NULL,
          "so many checkpoints between two on storage go to the memory of a neighbour node; 0: none"),
    DURATION(scenario_reliability, memory_cost, 0, 365, "0s", "computing stands still for one of those"),
    TEXT(scenario_reliability, source, "", "where the rate is from"),
    CHOICE(scenario_reliability, confidence, choices_confidence, "assumption", "how far to trust it"),
    TEXT(scenario_reliability, lemon_source, "", "where the share of bad nodes is from"),
    TEXT(scenario_reliability, detect_source, "", "where the times of detection and diagnosis are from"),
    TEXT(scenario_reliability, repair_source, "", "where the repair time is from"),
    TEXT(scenario_reliability, spares_source, "", "where the figures of spares are from"),
    TEXT(scenario_reliability, restart_source, "", "where the restart time is from"),
    TEXT(scenario_reliability, checkpoint_source, "", "where the checkpoint cost is from"),
};
const struct schema scenario_reliability_schema = SCHEMA(scenario_reliability, reliability_fields);

static const struct schema_field storage_fields[] = {
    REAL(scenario_storage, gb_per_s, 0, 1e9, "0", "GB/s",
         "what all writers of checkpoints share; 0: no limit"),
    REAL(scenario_storage, node_gb_per_s, 0, 1e6, "0", "GB/s", "what one node can write; 0: no limit"),
    TEXT(scenario_storage, source, "", "where the figures are from"),
    CHOICE(scenario_storage, confidence, choices_confidence, "assumption", "how far to trust them"),
};
const struct schema scenario_storage_schema = SCHEMA(scenario_storage, storage_fields);
