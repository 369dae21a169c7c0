#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# check_floors.sh must be silent about a sound tree and name the place of every violation.
set -euo pipefail

source_dir=${TENK_SOURCE:-$(dirname "${BASH_SOURCE[0]}")/../..}
check=$source_dir/scripts/check_floors.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/sim/{base,engine,stats,site,supply,scheduler/order,world,study,command}

# put FILE LINE...: a file with the licence line, then the lines given (the first of them is line 2)
put() {
    local file=$tree/sim/$1
    shift
    printf '%s\n' '/* SPDX-License-Identifier: GPL-3.0-or-later */' "$@" >"$file"
}

fail() {
    echo "FAILED: $1" >&2
    printf '%s\n' "$output" >&2
    exit 1
}

# expect_violation PLACE WORD: refused with exactly one complaint, at PLACE and with WORD in it
expect_violation() {
    local status=0
    output=$(bash "$check" "$tree") || status=$?
    [ $status -eq 1 ] || fail "status $status instead of 1 for $1"
    [ "$(grep -c . <<<"$output")" -eq 1 ] || fail "more than one complaint for $1"
    [[ $output == "sim/$1: "*"$2"* ]] || fail "no complaint at $1 with '$2'"
}

sound_tree() {
    put base/text.h '#include <stdio.h>'
    put base/text.c '#include "base/text.h"' '/* never exit(1) here,' 'nor #include "world/world.h" */' \
        'const char *hint = "call exit(0) \" // not a comment"; // exit(2)' 'int not_exit(int a);'
    put engine/clock.c '#include "base/text.h"'
    put stats/mean.c '#include "base/text.h"'
    put site/site.h
    put supply/lot.h
    put scheduler/queue.h '#include "site/site.h"'
    put scheduler/order/fifo.c '#include "scheduler/queue.h"'
    put world/world.h '#include "scheduler/queue.h"'
    put study/study.c '#include <omp.h>' '#include "world/world.h"' '#pragma omp parallel'
    put command/run.c '#include <argp.h>' '#include "tenk_version.h"'
    put main.c '#include <argp.h>' '#include "base/text.h"' 'int main(void) { exit(0); }'
}

sound_tree
output=$(bash "$check" "$tree") || fail "a sound tree is refused"
[ "$output" = "floors: 9 includes in 12 files, all downward" ] || fail "unexpected words about a sound tree"

put engine/clock.c '' '#include "world/world.h"'
expect_violation engine/clock.c:3 "higher floor"
sound_tree

put site/site.h '#include "supply/lot.h"'
expect_violation site/site.h:2 "same floor"
sound_tree

put scheduler/order/fifo.c '#include "queue.h"'
expect_violation scheduler/order/fifo.c:2 "from sim/"
sound_tree

put scheduler/order/fifo.c '#include "../world/world.h"'
expect_violation scheduler/order/fifo.c:2 "from sim/"
sound_tree

put base/text.c '#include <world/world.h>'
expect_violation base/text.c:2 "higher floor"
sound_tree

put world/world.h '#include "attic/box.h"'
expect_violation world/world.h:2 "no room attic"
sound_tree

put world/world.h '#include <omp.h>'
expect_violation world/world.h:2 "omp.h"
put world/world.h '# pragma omp parallel for'
expect_violation world/world.h:2 "#pragma omp"
put world/world.h '#include <argp.h>'
expect_violation world/world.h:2 "argp.h"
sound_tree

put stats/mean.c '/* a comment */ if (1) exit (1);'
expect_violation stats/mean.c:2 "exit"
sound_tree

put extra.h
expect_violation extra.h:1 "outside any room"
rm "$tree"/sim/extra.h

echo 'int licence_forgotten;' >"$tree"/sim/base/text.h
expect_violation base/text.h:1 "SPDX"
sound_tree

mapfile -t long < <(seq 450)
put base/text.h "${long[@]/#/// }"
output=$(bash "$check" "$tree") || fail "451 lines are refused, not only warned of"
[[ $output == *"sim/base/text.h:451: warning"* ]] || fail "no warning of 451 lines"
mapfile -t long < <(seq 500)
put base/text.h "${long[@]/#/// }"
expect_violation base/text.h:501 "500"

echo "floors: every violation was seen"
