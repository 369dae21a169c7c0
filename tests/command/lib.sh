# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the program share: a folder of their own, calls with status and output kept, and a small
# scenario. A test sources this, calls what it needs and ends with `finish NAME`.
# shellcheck shell=bash
set -uo pipefail
export LC_ALL=C

tests_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tenk=${TENK_BIN:-$tests_folder/../../build/tenk}
source_folder=${TENK_SOURCE:-$tests_folder/../..}
case $tenk in /*) ;; *) tenk=$PWD/$tenk ;; esac
[ -x "$tenk" ] || { echo "there is no program $tenk (TENK_BIN names it)" >&2; exit 1; }
source_folder=$(cd "$source_folder" && pwd)

scratch=$(mktemp -d)
clean_up() { rm -rf "$scratch"; }
trap clean_up EXIT
cd "$scratch" || exit 1

# libconfig 1.5 forgets a buffer when a text never ends; that leak is not ours.
echo leak:strbuf_append >"$scratch/.leaks"
export LSAN_OPTIONS=suppressions=$scratch/.leaks:print_suppressions=0

status=0   # of the last call
output=    # its standard output, also in ./stdout
errors=    # its standard error, also in ./stderr
called=    # the call itself, for messages
failures=0 # expectations that did not hold

# fail WORDS: counts and tells, with the last call and what it printed
fail() {
    failures=$((failures + 1))
    {
        echo "FAILED at ${BASH_SOURCE[-1]##*/}:${BASH_LINENO[-2]}: $*"
        echo "  call: $called"
        echo "  status: $status"
        [ ! -s stdout ] || sed 's/^/  stdout: /' stdout | head -20
        [ ! -s stderr ] || sed 's/^/  stderr: /' stderr | head -40
    } >&2
}

# slurp NAME FILE: the variable NAME gets the file's text. Without a process: a test makes hundreds of calls.
slurp() { IFS= read -r -d '' "$1" <"$2" || true; }

# call ARGUMENT...: runs tenk; status, output and errors hold what came of it
call() {
    called="tenk $*"
    status=0
    "$tenk" "$@" >stdout 2>stderr </dev/null || status=$?
    slurp output stdout
    slurp errors stderr
}

expect_status() { [ "$status" -eq "$1" ] || fail "status $status, expected $1"; }

# expect_error PART...: standard error holds each of them
expect_error() {
    local part
    for part; do
        [[ $errors == *"$part"* ]] || fail "stderr lacks: $part"
    done
}

# expect_output PART...: standard output holds each of them
expect_output() {
    local part
    for part; do
        [[ $output == *"$part"* ]] || fail "stdout lacks: $part"
    done
}

expect_silence() { [ -z "$errors" ] || fail "stderr should be empty"; }

# line_of FILE TEXT: the number of the one line that holds the text
line_of() {
    local lines i found=
    mapfile -t lines <"$1"
    for i in "${!lines[@]}"; do
        [[ ${lines[i]} != *"$2"* ]] || found+="$((i + 1)) "
    done
    echo "${found% }"
}

expect_absent() {
    local path
    for path; do
        [ ! -e "$path" ] && [ ! -L "$path" ] || fail "$path should not be there"
    done
}

expect_equal() { [ "$1" = "$2" ] || fail "${3:-value}: got '$1', expected '$2'"; }

# expect_same A B: two files, byte by byte
expect_same() { cmp "$1" "$2" >/dev/null 2>&1 || fail "$1 and $2 differ"; }

# column FILE NAME...: the columns of that name, comma between them, without the header
column() {
    local file=$1
    shift
    awk -F, -v wanted="$*" '
        NR == 1 { for (i = 1; i <= NF; i++) place[$i] = i; n = split(wanted, name, " ")
                  for (i = 1; i <= n; i++) if (!(name[i] in place)) { print "no column " name[i]; exit }
                  next }
        { line = $place[name[1]]; for (i = 2; i <= n; i++) line = line "," $place[name[i]]; print line }' "$file"
}

# fingerprint FOLDER: changes whenever a file in it does
fingerprint() { (cd "$1" && find . -type f -printf '%P %s %T@ %i\n' -exec cksum {} \; | sort); }

# put_results FOLDER: what an earlier run might have left
put_results() {
    mkdir -p "$1"
    printf 'scope,metric\nold,results\n' >"$1/summary.csv"
    echo '{"old": 1}' >"$1/manifest.json"
}

# broken_begin: good.cfg, and results of another day into whose place every run below will want to put its own
broken_begin() {
    put_scenario good.cfg
    slurp good good.cfg
    put_results kept
    kept_print=$(fingerprint kept)
}

# kept_whole: those results are as they were, and nothing else was written
kept_whole() {
    expect_equal "$(fingerprint kept)" "$kept_print" "the old results"
    expect_absent kept.partial kept.replaced out
}

# expect_refused FILE OPTION...: by both commands, in the same words; false when it is not
expect_refused() {
    local told
    call check "$@"
    expect_status 2
    [ "$status" -eq 2 ] || return 1
    [ -z "$output" ] || fail "settings are printed of a scenario with mistakes"
    told=${errors#*$'\n'}
    call run "$@" -o kept --force
    expect_status 2
    [ -z "$output" ] || fail "a table is printed of a scenario with mistakes"
    [ "$errors" = "$told" ] || fail "check told something else: $told"
}

# broken SED PATTERN PATH PART...: the good scenario after an edit has a mistake: in the (one) line that holds
# PATTERN (-: no line), at PATH (-: none), with these parts of a message.
broken() {
    local edit=$1 pattern=$2 path=$3 place=bad.cfg bad line told
    shift 3
    sed -e "$edit" good.cfg >bad.cfg
    slurp bad bad.cfg
    [ "$bad" != "$good" ] || fail "the edit '$edit' changes nothing"
    if [ "$pattern" != - ]; then
        line=$(line_of bad.cfg "$pattern")
        [[ $line =~ ^[0-9]+$ ]] || fail "'$pattern' is in the lines '$line'"
        place=$place:$line
    fi
    expect_refused bad.cfg || return
    [ "$path" = - ] || place="$place: $path"
    told=${errors#*"$place: "} # from the mistake on
    if [ "$told" = "$errors" ]; then
        fail "no mistake at $place"
    else
        told=${told%%$'\n'*}
        for part; do
            [[ $told == *"$part"* ]] || fail "the mistake at $place lacks: $part"
        done
        [[ ${errors#*"$place: $told"} != *"$place: $told"* ]] || fail "the mistake at $place is told twice"
    fi
}

finish() {
    if [ "$failures" -gt 0 ]; then
        echo "$1: $failures failures" >&2
        exit 1
    fi
    echo "$1: all as expected"
    exit 0
}

# put_scenario FILE: a small sound scenario that needs no catalogue. One setting a line, so that a test can
# change one with sed and knows where; line numbers are found with line_of.
put_scenario() {
    cat >"$1" <<'SCENARIO'
title = "A small town, 64 cards";
start = "2025-01-01";
horizon = "60d";
sample = "5d";
replications = 4;
seed = 7;
supply: {
  line = "fab";
  estimate = "low";
  allocation = "priority";
};
buyers: {
  firm: {
    tier = 1;
    backlog = 20;
    cards_per_month = 10.0;
    growth_per_year = 0.1;
    demand_sigma = 0.2;
  };
};
site: {
  town: {
    chip = "tiny"; # of the town
    cards = 64;
    ordered = "2025-01-01";
    delivery = "supply";
    tier = 2;
    cards_per_node = 8;
    install_cards_per_day = 16.0;
    burn_in = "1d";
    workload = "mix";
    jobs_per_day = 40.0;
    opens_at_cards = 16;
    large_job_cards = 16;
    order = "fcfs";
    backfill = "easy";
    place = "consolidate";
    reliability = "frail";
    runs: {
      big: {
        at = "2025-02-10";
        cards = 32;
        length = "2d";
        kind = "pretraining";
      };
    };
  };
};
chips: {
  tiny: {
    peak_tflops = 100.0;
    memory_gb = 64.0;
    usable = true;
    efficiency: {
      fine-tuning: { mfu = 0.4; };
      pretraining: { mfu = 0.3; };
    };
    scale: {
      cards = [1, 64];
      factor = [1.0, 0.9];
    };
  };
  other: {
    peak_tflops = 50.0;
    efficiency: { fine-tuning: { mfu = 0.4; }; };
  };
};
lines: {
  fab: {
    chip = "tiny";
    estimates: {
      low: {
        years = [2024, 2025, 2026];
        cards = [600, 900, 1200];
      };
    };
    yield_mean = 0.6;
    yield_sd_future = 0.05;
    yield_sd_lot = 0.05;
    lead_time_median = "10d";
    lead_time_sigma = 0.3;
  };
};
workloads: {
  mix: {
    reference_chip = "tiny";
    hour_weights = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1];
    weekday_weights = [1, 1, 1, 1, 1, 1, 1];
    estimate_factor_min = 1.0;
    estimate_factor_max = 3.0;
    classes: {
      tune: {
        kind = "fine-tuning";
        share = 0.9;
        sizes = [1, 2, 8];
        size_weights = [0.5, 0.3, 0.2];
        length_median = "1h";
        length_sigma = 1.0;
        length_max = "1d";
        checkpoints = false;
      };
      train: {
        kind = "pretraining";
        share = 0.1;
        sizes = [16, 32];
        size_weights = [3, 1];
        length_median = "6h";
        length_sigma = 1.0;
        length_max = "3d";
        checkpoints = true;
      };
    };
  };
};
reliability: {
  frail: {
    failures_per_1000_node_days = 20.0;
    repair_median = "6h";
    repair_sigma = 1.0;
    restart = "5min";
    checkpoint_cost = "30s";
    checkpoint_interval = "young";
  };
};
SCENARIO
}
