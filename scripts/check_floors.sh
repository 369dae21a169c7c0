#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks that the house stands: every include of sim/ goes downward, and a few things stay in their room.
#   check_floors.sh [ROOT]    ROOT holds sim/; default: the repository of this script
# Prints each violation as file:line: message and exits 1; changes nothing.
set -euo pipefail
export LC_ALL=C

root=${1:-$(dirname "${BASH_SOURCE[0]}")/..}
cd "$root"
[ -d sim ] || { echo "check_floors: no folder sim in $root" >&2; exit 2; }

mapfile -t files < <(find sim -type f \( -name '*.c' -o -name '*.h' \) | sort)
if [ ${#files[@]} -eq 0 ]; then
    echo "check_floors: no C files in $root/sim" >&2
    exit 2
fi

# awk passes over a file without lines.
for file in "${files[@]}"; do
    [ -s "$file" ] || { echo "$file:1: an empty file"; exit 1; }
done

awk '
# Rooms of one line share a floor and do not include one another.
function build_house(    floors, rooms, count, i, j) {
    count = split("base|engine stats|performance|supply site workload reliability|scheduler|" \
                  "scenario output|world|study|command", floors, "|")
    for (i = 1; i <= count; i++) {
        split(floors[i], rooms, " ")
        for (j in rooms)
            floor_of[rooms[j]] = i
    }
    top = count + 1 # main.c
}

function report(line, text) {
    print file ":" line ": " text
    violations++
}

# The line without comments, in `code`, and also without the insides of strings, in `bare`.
# A comment may go on from the line before: in_comment.
function strip(rest,    mark) {
    code = bare = ""
    while (rest != "") {
        if (in_comment) {
            if (!(mark = index(rest, "*/")))
                return
            rest = substr(rest, mark + 2)
            in_comment = 0
            code = code " "
            bare = bare " "
        } else if (match(rest, /\/\*|\/\/|"|\047/)) {
            mark = substr(rest, RSTART, RLENGTH)
            code = code substr(rest, 1, RSTART - 1)
            bare = bare substr(rest, 1, RSTART - 1)
            rest = substr(rest, RSTART)
            if (mark == "//")
                return
            if (mark == "/*") {
                rest = substr(rest, 3)
                in_comment = 1
            } else {
                if (!match(rest, mark == "\"" ? "^\"([^\"\\\\]|\\\\.)*\"" : "^\047([^\047\\\\]|\\\\.)*\047"))
                    RLENGTH = length(rest)
                code = code substr(rest, 1, RLENGTH)
                bare = bare mark mark
                rest = substr(rest, RLENGTH + 1)
            }
        } else {
            code = code rest
            bare = bare rest
            return
        }
    }
}

function check_include(line, target,    parts, other) {
    includes++
    if (target == "tenk_version.h") # made by the build
        return
    if (target !~ /\// || target ~ /^\.|\/\.\.?\//) {
        report(line, "include of " target ": name it from sim/, as room/file.h")
        return
    }
    split(target, parts, "/")
    other = parts[1]
    if (!(other in floor_of))
        report(line, "include of " target ": there is no room " other)
    else if (other != room && floor_of[other] > height)
        report(line, room " includes " target ": " other " is a higher floor")
    else if (other != room && floor_of[other] == height)
        report(line, room " includes " target ": " other " is on the same floor")
}

function end_of_file() {
    if (file == "")
        return
    if (!licensed)
        report(1, "no SPDX-License-Identifier in the first three lines")
    if (lines > 500)
        report(lines, lines " lines: more than 500, split it")
    else if (lines > 400)
        print file ":" lines ": warning: " lines " lines, more than 400"
}

function start_of_file(    parts, count) {
    file = FILENAME
    seen++
    licensed = in_comment = 0
    count = split(file, parts, "/")
    room = count > 2 ? parts[2] : "main.c"
    height = count > 2 ? floor_of[room] : top
    if (count > 2 && !(room in floor_of)) {
        report(1, "there is no room " room)
        height = top
    } else if (count == 2 && file != "sim/main.c")
        report(1, "a file outside any room")
}

BEGIN {
    build_house()
}

FNR == 1 {
    end_of_file()
    start_of_file()
}

{
    lines = FNR
    if (FNR <= 3 && /SPDX-License-Identifier:/)
        licensed = 1
    strip($0)
    if (code ~ /^[ \t]*#[ \t]*include[ \t]*["<]/) {
        target = code
        sub(/^[^"<]*["<]/, "", target)
        sub(/[">].*/, "", target)
        split(target, first, "/")
        # <...> is for the system, unless it reaches for one of our rooms.
        if (code ~ /"/ || (target ~ /\// && first[1] in floor_of))
            check_include(FNR, target)
        if (target == "omp.h" && room != "study")
            report(FNR, "omp.h: threads are the business of sim/study alone")
        if (target == "argp.h" && room != "command" && file != "sim/main.c")
            report(FNR, "argp.h: options are the business of sim/command and sim/main.c alone")
    }
    if (bare ~ /^[ \t]*#[ \t]*pragma[ \t]+omp([ \t]|$)/ && room != "study")
        report(FNR, "#pragma omp: threads are the business of sim/study alone")
    if (bare ~ /(^|[^A-Za-z0-9_])(quick_)?exit[ \t]*\(/ && file != "sim/main.c")
        report(FNR, "exit: only sim/main.c ends the program")
}

END {
    end_of_file()
    if (violations)
        exit 1
    printf "floors: %d includes in %d files, all downward\n", includes, seen
}
' "${files[@]}"
