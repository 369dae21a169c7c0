/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waiting times against queueing theory: M/M/c by replayed traces, M/G/1 by the job generator.
 *
 * What is called exact below is the mean wait of the stationary queue. Replications start empty, so each
 * leaves out a first part that is several relaxation times long.
 */
#include "queue_case.h"

#include <gsl/gsl_cdf.h>

/* Kiefer and Wolfowitz: a job starts on the server that is free first. Every start must be that one. */
static void check_starts(const struct trace *trace, const struct world_job_outcome *outcomes, int servers)
{
    int64_t free_at[64] = {0};
    assert_true(servers <= 64);
    for (int64_t i = 0; i < trace->count; i++) {
        const struct trace_job *job = &trace->jobs[i];
        int first = 0;
        for (int s = 1; s < servers; s++)
            if (free_at[s] < free_at[first])
                first = s;
        int64_t start = job->submit > free_at[first] ? job->submit : free_at[first];
        free_at[first] = start + job->run;
        if (outcomes[i].start != start || outcomes[i].end != free_at[first])
            fail_msg("job %lld starts at %lld, not %lld", (long long)job->id, (long long)outcomes[i].start,
                     (long long)start);
    }
}

struct mmc {
    int servers;
    double load;
    int replications, warm_up, jobs; /* jobs counted after those of the warm-up */
};

/* Fills the accumulator with one mean wait a replication (in service times); returns the jobs that waited. */
static int64_t run_mmc(const struct mmc *queue, struct accumulator *waits)
{
    struct trace trace = {.count = queue->warm_up + queue->jobs};
    trace.jobs = memory_alloc((size_t)trace.count, sizeof *trace.jobs);
    struct world_job_outcome *outcomes = memory_alloc((size_t)trace.count, sizeof *outcomes);
    struct plan_replay replay = {
        .cards = queue->servers,
        .cards_per_node = 1,
        .scheduler = {.order = order_policy_named("fcfs"),
                      .candidates = order_policy_named("fcfs"),
                      .place = place_policy_named("count"),
                      .depth = scheduler_depth_named("none")},
    };
    int64_t waited = 0;
    struct world_case c = {0};
    for (int r = 0; r < queue->replications; r++) {
        queue_trace(&trace, 7, queue->servers, queue->load, (uint32_t)r);
        if (r == 0) {
            plan_from_trace(&c.plan, &trace, &replay);
            case_ready(&c);
        }
        case_run(&c, 0, outcomes);
        check_starts(&trace, outcomes, queue->servers);
        double sum = 0;
        for (int64_t i = queue->warm_up; i < trace.count; i++) {
            int64_t wait = outcomes[i].start - trace.jobs[i].submit;
            sum += (double)wait;
            waited += wait > 0;
        }
        accumulator_add(waits, sum / queue->jobs / mean_service);
    }
    case_free(&c);
    free(outcomes);
    free(trace.jobs);
    return waited;
}

static void check_mmc(const struct mmc *queue, double widest)
{
    char what[64];
    struct accumulator waits = {0};
    run_mmc(queue, &waits);
    snprintf(what, sizeof what, "M/M/%d load %.1f, wait / service", queue->servers, queue->load);
    case_covers(what, &waits, erlang_wait(queue->servers, queue->load), widest);
}

static void test_mmc_half_loaded(void **state)
{
    (void)state;
    check_mmc(&(struct mmc){1, 0.5, 40, 500, 12000}, 0.03);
    check_mmc(&(struct mmc){7, 0.5, 40, 500, 50000}, 0.04);
}

static void test_mmc_heavily_loaded(void **state)
{
    (void)state;
    check_mmc(&(struct mmc){1, 0.9, 40, 6000, 60000}, 0.05);
    check_mmc(&(struct mmc){7, 0.9, 40, 6000, 80000}, 0.06);
    check_mmc(&(struct mmc){64, 0.9, 40, 6000, 80000}, 0.06);
}

/*
 * 64 servers at half load: one job in 2.3 million waits, in clusters of two on the average. Of 480,000 jobs
 * 0.2 are expected to; more than 6 would be a fault of the queue.
 */
static void test_mmc_almost_never_waits(void **state)
{
    (void)state;
    struct accumulator waits = {0};
    int64_t waited = run_mmc(&(struct mmc){64, 0.5, 40, 500, 12000}, &waits);
    print_message("M/M/64 load 0.5: exact %.3g, simulated %.3g, %lld of 480000 jobs waited\n",
                  erlang_wait(64, 0.5), waits.mean, (long long)waited);
    assert_true(waited <= 6);
    assert_true(waits.mean < 1e-6);
}

/* M/G/1 with a cut lognormal: the moments of the length given that it is below the cut. */
struct mg1 {
    const char *name;
    const char *place;
    double sigma, cut; /* of the logarithm; cut in medians, 0: none */
    double load;
    int replications, warm_up, jobs; /* expected numbers of arrivals */
};

/* Moment k of a lognormal with median 1 given that it is below the cut. */
static double cut_moment(double sigma, double cut, int k)
{
    double all = exp(k * k * sigma * sigma / 2);
    if (sigma <= 0 || cut <= 0)
        return all;
    double z = log(cut) / sigma;
    return all * gsl_cdf_ugaussian_P(z - k * sigma) / gsl_cdf_ugaussian_P(z);
}

/* Sum of waits (s) and number of the jobs started up to the horizon. */
static void waits_until(struct world_case *c, int64_t horizon, uint32_t replication, double *sum,
                        double *started)
{
    c->plan.horizon = horizon;
    case_run(c, replication, NULL);
    *started = case_value(c, "site/class", METRIC_JOBS_STARTED);
    *sum = *started > 0 ? *started * case_value(c, "site/class", METRIC_WAIT_MEAN) : 0;
}

/*
 * A future runs to the end of the warm-up and then anew to its end: the second run repeats the first one job
 * by job, so the difference of the sums is over the jobs that started after the warm-up.
 */
static void check_mg1(const struct mg1 *queue, double widest)
{
    double median = 10e6; /* us */
    double mean = median * cut_moment(queue->sigma, queue->cut, 1);
    double square = median * median * cut_moment(queue->sigma, queue->cut, 2);
    double rate = queue->load / mean;
    struct world_case c;
    case_plan(&c, 1, 1, 1);
    c.plan.sites->scheduler.place = place_policy_named(queue->place);
    struct plan_class *class = case_class(&c, "class", rate * (double)CLOCK_DAY);
    class->draw.length_median = median;
    class->draw.length_sigma = queue->sigma;
    class->draw.length_max = queue->cut > 0 ? queue->cut * median : 1e17;
    jobclass_prepare(&class->draw);
    assert_true(fabs(jobclass_mean_length(&class->draw) / mean - 1) < 1e-12);
    case_ready(&c);
    int64_t warm = (int64_t)(queue->warm_up / rate);
    int64_t end = warm + (int64_t)(queue->jobs / rate);
    struct accumulator waits = {0};
    for (int r = 0; r < queue->replications; r++) {
        double early, early_count, all, all_count;
        waits_until(&c, warm, (uint32_t)r, &early, &early_count);
        waits_until(&c, end, (uint32_t)r, &all, &all_count);
        assert_true(early_count < all_count);
        accumulator_add(&waits, (all - early) * 1e6 / (all_count - early_count) / mean);
    }
    case_free(&c);
    /* Pollaczek and Khinchine, in units of the mean service time */
    case_covers(queue->name, &waits, rate * square / (2 * (1 - queue->load)) / mean, widest);
}

static void test_md1(void **state)
{
    (void)state;
    check_mg1(&(struct mg1){"M/D/1 load 0.5, wait / service", "first-fit", 0, 0, 0.5, 40, 500, 12000}, 0.02);
    check_mg1(&(struct mg1){"M/D/1 load 0.9, wait / service", "consolidate", 0, 0, 0.9, 40, 4000, 25000},
              0.05);
}

static void test_mg1_lognormal(void **state)
{
    (void)state;
    check_mg1(&(struct mg1){"M/G/1 lognormal 0.5, load 0.8, wait / service", "consolidate", 0.5, 0, 0.8, 40,
                            2000, 20000},
              0.04);
    check_mg1(&(struct mg1){"M/G/1 lognormal 1.3, load 0.5, wait / service", "first-fit", 1.3, 0, 0.5, 60,
                            2000, 50000},
              0.07);
}

static void test_mg1_cut_lognormal(void **state)
{
    (void)state;
    check_mg1(
        &(struct mg1){"M/G/1 lognormal 1.3 cut at 8, load 0.5", "consolidate", 1.3, 8, 0.5, 40, 1000, 15000},
        0.03);
    check_mg1(
        &(struct mg1){"M/G/1 lognormal 2.7 cut at 30, load 0.8", "first-fit", 2.7, 30, 0.8, 40, 5000, 30000},
        0.06);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mmc_half_loaded),        cmocka_unit_test(test_mmc_heavily_loaded),
        cmocka_unit_test(test_mmc_almost_never_waits), cmocka_unit_test(test_md1),
        cmocka_unit_test(test_mg1_lognormal),          cmocka_unit_test(test_mg1_cut_lognormal),
    };
    return cmocka_run_group_tests_name("queues", tests, NULL, NULL);
}
