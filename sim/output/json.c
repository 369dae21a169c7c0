/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/json.h"

#include "base/number.h"

#include <math.h>

static void quoted(struct text *text, const char *value)
{
    text_char(text, '"');
    for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
        if (*c == '"' || *c == '\\') {
            text_char(text, '\\');
            text_char(text, (char)*c);
        } else if (*c < 0x20) {
            text_format(text, "\\u%04x", *c);
        } else {
            text_char(text, (char)*c);
        }
    }
    text_char(text, '"');
}

static void member(struct json *json, const char *key)
{
    text_put(&json->text, json->members++ ? ",\n" : "\n");
    for (int i = 0; i < json->depth; i++)
        text_put(&json->text, "  ");
    quoted(&json->text, key);
    text_put(&json->text, ": ");
}

void json_open(struct json *json, const char *key)
{
    if (key)
        member(json, key);
    text_char(&json->text, '{');
    json->depth++;
    json->members = 0;
}

void json_close(struct json *json)
{
    json->depth--;
    text_char(&json->text, '\n');
    for (int i = 0; i < json->depth; i++)
        text_put(&json->text, "  ");
    text_char(&json->text, '}');
    if (!json->depth)
        text_char(&json->text, '\n');
    json->members = 1; /* the closed object is a member of the outer one */
}

void json_string(struct json *json, const char *key, const char *value)
{
    member(json, key);
    quoted(&json->text, value);
}

void json_int(struct json *json, const char *key, int64_t value)
{
    member(json, key);
    text_int(&json->text, value);
}

void json_real(struct json *json, const char *key, double value)
{
    member(json, key);
    if (isfinite(value))
        text_real(&json->text, value);
    else
        text_put(&json->text, "null");
}
