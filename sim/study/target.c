/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/target.h"

#include "base/number.h"
#include "engine/clock.h"
#include "scenario/units.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

bool target_value(enum metric_id metric, const char *text, double *value, char problem[256])
{
    const struct metric_info *info = metric_info(metric);
    bool seconds = !strcmp(info->unit, "s"), days = !strcmp(info->unit, "days");
    if (seconds || days) {
        int64_t duration;
        if (units_duration(text, &duration)) {
            *value = (double)duration / (double)(seconds ? CLOCK_SECOND : CLOCK_DAY);
            return true;
        }
        snprintf(problem, 256, "'%.60s' is no duration; %s is a time and needs a unit, such as %s (%s)", text,
                 info->name, seconds ? "24h" : "400d", UNITS_DURATIONS);
        return false;
    }
    char number[64];
    size_t length = strspn(text, "0123456789.+-eE");
    while (length && !isdigit((unsigned char)text[length - 1]) && text[length - 1] != '.')
        length--;
    snprintf(number, sizeof number, "%.*s", (int)(length < sizeof number ? length : 0), text);
    const char *unit = text + length + strspn(text + length, " ");
    if (number_parse_real(number, value) && (!*unit || !strcmp(unit, info->unit)))
        return true;
    snprintf(problem, 256, "'%.60s' is no value of %s: a number, in %s or without a unit", text, info->name,
             info->unit);
    return false;
}

/* "p90 of futures" at the beginning, with "of" or ":" behind it or not; the rest of the text. */
static const char *parse_share(const char *text, double *share)
{
    *share = NAN;
    if (text[0] != 'p' || !isdigit((unsigned char)text[1]))
        return text;
    size_t digits = strspn(text + 1, "0123456789.");
    const char *rest = text + 1 + digits + strspn(text + 1 + digits, " ");
    static const char words[] = "of futures";
    char number[16];
    if (digits >= sizeof number || strncmp(rest, words, sizeof words - 1))
        return text;
    memcpy(number, text + 1, digits);
    number[digits] = 0;
    if (!number_parse_real(number, share))
        return text;
    *share /= 100;
    rest += sizeof words - 1;
    rest += strspn(rest, " :");
    return strncmp(rest, "of ", 3) ? rest : rest + 3;
}

/* Where the comparison stands: outside of brackets. NULL: nowhere. */
static const char *find_operator(const char *text)
{
    int depth = 0;
    for (; *text; text++) {
        depth += (*text == '[') - (*text == ']');
        if (!depth && (*text == '<' || *text == '>'))
            return text;
    }
    return NULL;
}

bool target_parse(struct target *target, const char *option, const char *text, struct error_list *errors)
{
    *target = (struct target){.text = text};
    const char *rest = parse_share(text, &target->share), *sign = find_operator(rest);
    if (!sign) {
        error_input(
            errors,
            "%s \"%s\": write METRIC[SCOPE] <= VALUE or >= VALUE, for example \"wait_p95[cards>=1024] "
            "<= 24h\"",
            option, text);
        return false;
    }
    if (target->share <= 0 || target->share >= 1) {
        error_input(errors, "%s \"%s\": the share of futures must lie between p0 and p100", option, text);
        return false;
    }
    char name[200], problem[256];
    size_t length = (size_t)(sign - rest);
    while (length && rest[length - 1] == ' ')
        length--;
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), rest);
    target->below = *sign == '<';
    const char *value = sign + 1 + (sign[1] == '=');
    value += strspn(value, " ");
    if (reference_parse(&target->reference, name, problem) &&
        target_value(target->reference.metric, value, &target->bound, problem))
        return true;
    error_input(errors, "%s \"%s\": %s", option, text, problem);
    return false;
}
