/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe: the score of a job is one of the values that the policy is shown: which one its priority says.
 * Counts its calls for tests that look into the shared object, which no policy in earnest may do. */
#include <tenk/order.h>

struct probe {
    uint64_t seed;
    long double strict; /* wants the alignment of any type */
    unsigned char rest[4099];
};

extern int probe_inits, probe_finis, probe_faults;
int probe_inits, probe_finis, probe_faults;

static void init(void *state, uint64_t seed)
{
    struct probe *probe = state;
    probe_inits++;
    probe_faults += (uintptr_t)state % _Alignof(max_align_t) != 0;
    for (size_t i = 0; i < sizeof *probe; i++)
        probe_faults += ((unsigned char *)state)[i] != 0;
    probe->seed = seed;
    probe->rest[sizeof probe->rest - 1] = 173;
}

static void fini(void *state)
{
    const struct probe *probe = state;
    probe_finis++;
    probe_faults += probe->rest[sizeof probe->rest - 1] != 173;
}

static double score(const struct tenk_job *job, const struct tenk_site *site, void *state)
{
    const struct probe *probe = state;
    switch (job->priority) {
    case 0:
        return (double)job->number;
    case 1:
        return (double)job->submit_us;
    case 2:
        return (double)job->waited_us;
    case 3:
        return (double)job->planned_us;
    case 4:
        return (double)job->remaining_us;
    case 5:
        return (double)job->attained_card_us;
    case 6:
        return (double)job->tenant_room;
    case 7:
        return (double)job->cards;
    case 8:
        return (double)job->tenant;
    case 9:
        return (double)job->priority;
    case 10:
        return (double)job->restarts;
    case 11:
        return (double)site->now_us;
    case 12:
        return (double)site->machine_cards;
    case 13:
        return (double)site->free_cards;
    case 14:
        return (double)site->largest_cards;
    case 15:
        return (double)site->running_jobs;
    case 16:
        return (double)site->queued_jobs;
    default:
        return (double)(probe->seed >> 11);
    }
}

const struct tenk_order tenk_order_policy = {
    .abi = TENK_ORDER_ABI,
    .name = "probe",
    .summary = "shows what it is shown",
    .score = score,
    .changes = true,
    .state_size = sizeof(struct probe),
    .init = init,
    .fini = fini,
};
