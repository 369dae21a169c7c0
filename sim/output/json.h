/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json: the few pieces of JSON that manifest.json and run_info.json need.
 *
 * A flat object, or one object of strings inside: opened, filled with members, closed. Texts are
 * escaped; bytes that are not printable ASCII or UTF-8 continuation pass as they are, control bytes as
 * \u00xx.
 */
#ifndef TENK_OUTPUT_JSON_H
#define TENK_OUTPUT_JSON_H

#include "base/text.h"

struct json {
    struct text text;
    int depth;
    int members; /* of the open object */
};

void json_open(struct json *json, const char *key); /* key NULL for the outermost object */
void json_close(struct json *json);
void json_string(struct json *json, const char *key, const char *value);
void json_int(struct json *json, const char *key, int64_t value);
void json_real(struct json *json, const char *key, double value);

#endif
