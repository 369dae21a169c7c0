/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/trace_rules.h"

#include "base/number.h"
#include "workload/trace_format.h"

#include <string.h>

static const char *const processor_words[] = {"most", "allocated", "requested"};
static const char *const zero_words[] = {"keep", "skip"};
static const char *const tenant_words[] = {"none", "user", "group", "queue", "partition", "cluster"};

#define WORDS(array) (array), (int)(sizeof(array) / sizeof *(array))

/* Index of the word, 0 for NULL; -1 with an error added when it is none of them. */
static int word_pick(const char *option, const char *word, const char *const *words, int count,
                     struct error_list *errors)
{
    for (int i = 0; i < count; i++)
        if (!word || strcmp(word, words[i]) == 0)
            return i;
    struct text message = {0};
    char quoted[48];
    trace_quote(quoted, sizeof quoted, word);
    text_format(&message, "%s: \"%s\" is not one of ", option, quoted);
    for (int i = 0; i < count; i++)
        text_format(&message, "%s%s", i ? ", " : "", words[i]);
    int near = text_nearest(word, words, count);
    if (near >= 0)
        text_format(&message, "; did you mean %s?", words[near]);
    error_input(errors, "%s", text_string(&message));
    text_free(&message);
    return -1;
}

static bool date_read(const char *option, const char *text, int64_t *value, struct error_list *errors)
{
    if (!text || clock_parse(text, value))
        return true;
    char quoted[48];
    trace_quote(quoted, sizeof quoted, text);
    error_input(errors, "%s: \"%s\" is not a date like 2017-10-01 or \"2017-10-01 13:45\" (UTC)", option,
                quoted);
    return false;
}

static bool position_read(const char *option, const char *text, int64_t least, int64_t *value,
                          struct error_list *errors)
{
    if (!text || (number_parse_int(text, value) && *value >= least))
        return true;
    char quoted[48];
    trace_quote(quoted, sizeof quoted, text);
    error_input(errors, "%s: \"%s\" is not a whole number from %lld on", option, quoted, (long long)least);
    return false;
}

/* Seconds above 0 as microseconds; the words that are also taken are for the message. */
static bool seconds_read(const char *option, const char *words, const char *text, int64_t *value,
                         struct error_list *errors)
{
    double seconds;
    if (number_parse_real(text, &seconds) && seconds >= 1e-6 && seconds <= TRACE_SECONDS_MAX) {
        *value = trace_microseconds(seconds);
        return true;
    }
    char quoted[48];
    trace_quote(quoted, sizeof quoted, text);
    error_input(errors, "%s: \"%s\" is not %s or a number of seconds above 0, at most 1000000000", option,
                quoted, words);
    return false;
}

static bool missing_read(const struct trace_options *options, struct trace_rules *rules,
                         struct error_list *errors)
{
    const char *request = options->no_request, *run = options->no_run;
    bool good = true;
    if (request && strcmp(request, "run") == 0)
        rules->request = TRACE_AS_RUN;
    else if (request && strcmp(request, "unknown") != 0)
        good = seconds_read("--no-request", "unknown, run", request, &rules->request, errors);
    if (run && strcmp(run, "skip") != 0)
        good = seconds_read("--no-run", "skip", run, &rules->run, errors) && good;
    return good;
}

/* Options that only some formats have an answer to. */
static bool format_check(const struct trace_options *options, const struct trace_rules *rules,
                         struct error_list *errors)
{
    const struct trace_format *format = rules->format;
    bool good = true;
    if (options->cluster && !format->own_clusters) {
        error_input(errors, "--cluster: format %s has no virtual clusters; leave it out", format->name);
        good = false;
    }
    if (rules->processors != TRACE_MOST && !format->two_counts) {
        error_input(errors, "--processors: format %s has one number of cards for a job; leave it out",
                    format->name);
        good = false;
    }
    if (rules->tenants == TRACE_TENANTS_NONE || format->tenants & 1u << rules->tenants)
        return good;
    struct text message = {0};
    text_format(&message, "--tenants %s: format %s knows only", tenant_words[rules->tenants], format->name);
    int told = 0;
    for (int i = 1; i < (int)(sizeof tenant_words / sizeof *tenant_words); i++)
        if (format->tenants & 1u << i)
            text_format(&message, "%s %s", told++ ? "," : "", tenant_words[i]);
    error_input(errors, "%s", text_string(&message));
    text_free(&message);
    return false;
}

bool trace_rules_read(const struct trace_options *options, const char *file, struct trace_rules *rules,
                      struct error_list *errors)
{
    *rules = (struct trace_rules){.from = INT64_MIN,
                                  .to = INT64_MAX,
                                  .count = INT64_MAX,
                                  .request = TRACE_UNKNOWN,
                                  .run = TRACE_UNKNOWN};
    rules->format = trace_format_choose(file, options->format, errors);
    bool from_good = date_read("--from", options->from, &rules->from, errors);
    bool to_good = date_read("--to", options->to, &rules->to, errors);
    bool good = rules->format && from_good && to_good;
    if (from_good && to_good && rules->from >= rules->to) {
        error_input(errors, "--from %s must be earlier than --to %s", options->from, options->to);
        good = false;
    }
    good = position_read("--first", options->first, 0, &rules->first, errors) && good;
    good = position_read("--count", options->count, 1, &rules->count, errors) && good;
    good = missing_read(options, rules, errors) && good;
    int processors = word_pick("--processors", options->processors, WORDS(processor_words), errors);
    int zero = word_pick("--zero-run", options->zero_run, WORDS(zero_words), errors);
    int tenants = word_pick("--tenants", options->tenants, WORDS(tenant_words), errors);
    rules->processors = processors > 0 ? (enum trace_processors)processors : TRACE_MOST;
    rules->skip_zero_run = zero == 1;
    rules->tenants = tenants > 0 ? (enum trace_tenants)tenants : TRACE_TENANTS_NONE;
    good = good && processors >= 0 && zero >= 0 && tenants >= 0;
    return rules->format && format_check(options, rules, errors) && good;
}
