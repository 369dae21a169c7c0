/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lines.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    GZIP_WINDOW = 15 + 16,        /* largest window, gzip header and trailer expected */
    PACKED_BYTES = 65536,         /* compressed input read at a time */
    TEXT_BYTES = 4 * LINES_LIMIT, /* must exceed a longest line with its end */
    GZIP_FIRST = 0x1f,
    GZIP_SECOND = 0x8b
};

struct lines {
    int descriptor;
    bool gzip;
    bool between;      /* a gzip member has ended, the next has not begun */
    bool input_end;    /* nothing more to read from the file */
    bool told;         /* the fault was returned */
    int failure;       /* errno of a failed read */
    const char *fault; /* what is wrong with the compressed data */
    int64_t number;
    size_t start; /* unread text is bytes[start, end) */
    size_t end;
    z_stream stream;
    unsigned char packed[PACKED_BYTES];
    char bytes[TEXT_BYTES + 1]; /* one more for the NUL behind a last line without end */
};

/* Reads until `room` bytes are there or the file ends; pipes give less than asked for. */
static size_t input_take(struct lines *lines, void *out, size_t room)
{
    size_t got = 0;
    while (got < room && !lines->input_end) {
        ssize_t n = read(lines->descriptor, (char *)out + got, room - got);
        if (n > 0) {
            got += (size_t)n;
        } else if (n == 0) {
            lines->input_end = true;
        } else if (errno != EINTR) {
            lines->failure = errno;
            lines->input_end = true;
        }
    }
    return got;
}

/* At the end of a member: skips padding and starts the next one. False when there is none. */
static bool member_next(struct lines *lines)
{
    z_stream *stream = &lines->stream;
    while (stream->avail_in && *stream->next_in == 0) {
        stream->next_in++;
        stream->avail_in--;
    }
    if (!stream->avail_in)
        return false;
    if (*stream->next_in != GZIP_FIRST) {
        lines->fault = "other bytes follow the compressed data";
        return false;
    }
    inflateReset(stream);
    lines->between = false;
    return true;
}

static size_t input_unpack(struct lines *lines, char *out, size_t room)
{
    z_stream *stream = &lines->stream;
    stream->next_out = (unsigned char *)out;
    stream->avail_out = (uInt)room;
    while (stream->avail_out && !lines->fault && !lines->failure) {
        if (!stream->avail_in) {
            stream->next_in = lines->packed;
            stream->avail_in = (uInt)input_take(lines, lines->packed, sizeof lines->packed);
        }
        if (lines->between && !member_next(lines)) {
            if (lines->input_end && !stream->avail_in)
                break;
            continue;
        }
        int status = inflate(stream, Z_NO_FLUSH);
        if (status == Z_STREAM_END)
            lines->between = true;
        else if (status == Z_BUF_ERROR) /* room is left, so it is input that lacks */
            lines->fault = "the compressed data end early";
        else if (status != Z_OK)
            lines->fault = "the compressed data are corrupt";
    }
    return room - stream->avail_out;
}

/* Moves the unread text to the front and adds to it. False at the end. */
static bool text_fill(struct lines *lines)
{
    size_t unread = lines->end - lines->start;
    if (unread && lines->start)
        memmove(lines->bytes, lines->bytes + lines->start, unread);
    lines->start = 0;
    lines->end = unread;
    char *out = lines->bytes + unread;
    size_t room = TEXT_BYTES - unread;
    size_t got = lines->gzip ? input_unpack(lines, out, room) : input_take(lines, out, room);
    lines->end += got;
    return got > 0;
}

struct lines *lines_open(const char *file)
{
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return NULL;
    struct stat status;
    if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) { /* open takes folders, read does not */
        close(descriptor);
        errno = EISDIR;
        return NULL;
    }
    struct lines *lines = memory_alloc(1, sizeof *lines);
    lines->descriptor = descriptor;
    size_t got = input_take(lines, lines->packed, sizeof lines->packed);
    if (got >= 2 && lines->packed[0] == GZIP_FIRST && lines->packed[1] == GZIP_SECOND) {
        if (inflateInit2(&lines->stream, GZIP_WINDOW) != Z_OK) {
            lines_close(lines);
            errno = ENOMEM;
            return NULL;
        }
        lines->gzip = true;
        lines->stream.next_in = lines->packed;
        lines->stream.avail_in = (uInt)got;
    } else {
        memcpy(lines->bytes, lines->packed, got);
        lines->end = got;
    }
    return lines;
}

/* Hands over bytes[start, stop) as a line and goes on behind it. */
static enum lines_kind line_deliver(struct lines *lines, size_t stop, bool too_long, char **text,
                                    size_t *length)
{
    char *line = lines->bytes + lines->start;
    size_t n = stop - lines->start;
    lines->start = stop < lines->end ? stop + 1 : stop;
    if (n && line[n - 1] == '\r')
        n--;
    line[n] = 0;
    if (++lines->number == 1 && n >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
        line += 3;
        n -= 3;
    }
    if (too_long || n > LINES_LIMIT)
        return LINES_LONG;
    *text = line;
    *length = n;
    return LINES_TEXT;
}

enum lines_kind lines_next(struct lines *lines, char **text, size_t *length)
{
    bool too_long = false;
    size_t searched = 0; /* unread bytes known to hold no line end */
    for (;;) {
        const char *from = lines->bytes + lines->start + searched;
        const char *stop = memchr(from, '\n', lines->end - lines->start - searched);
        if (stop)
            return line_deliver(lines, (size_t)(stop - lines->bytes), too_long, text, length);
        searched = lines->end - lines->start;
        if (searched > LINES_LIMIT + 4) { /* beyond the limit even with a mark and a carriage return */
            too_long = true;
            lines->start = lines->end;
            searched = 0;
        }
        if (!text_fill(lines))
            break;
    }
    if (lines->failure || lines->fault) {
        lines->start = lines->end;
        if (lines->told)
            return LINES_END;
        lines->told = true;
        lines->number++;
        return lines->failure ? LINES_FAILED : LINES_BROKEN;
    }
    if (lines->start == lines->end && !too_long)
        return LINES_END;
    return line_deliver(lines, lines->end, too_long, text, length);
}

int64_t lines_number(const struct lines *lines)
{
    return lines->number;
}

const char *lines_problem(const struct lines *lines)
{
    if (lines->failure)
        return strerror(lines->failure);
    return lines->fault ? lines->fault : "";
}

void lines_close(struct lines *lines)
{
    if (!lines)
        return;
    if (lines->gzip)
        inflateEnd(&lines->stream);
    close(lines->descriptor);
    free(lines);
}
