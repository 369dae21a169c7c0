#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenarios that cannot be read, includes, and --set: `check` and `run` refuse with status 2, tell file, line and
# remedy; nothing is written, and results that are there stay as they are.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

broken_begin

### what cannot be read at all

syntax='a setting is `name = value;`' # what every message about the grammar reminds of
broken 's/    cards = 64;/    cards 64;/' 'cards 64' - "syntax error" "$syntax"
broken 's/    cards = 64;/    cards = ;/' 'cards = ;' - "syntax error" "$syntax"
broken 's/    cards = 64;/    cards = 64%;/' '64%' - "syntax error"
broken 's/^horizon = .*/horizon = 60d;/' '60d' - "syntax error" 'a text stands in "quotes"'
broken 's/sizes = \[1, 2, 8\]/sizes = [1, 2, 8,]/' '8,]' - "syntax error" "a list has no comma at its end"
broken 's/sizes = \[1, 2, 8\]/sizes = [1, "two", 8]/' '"two"' - "mismatched element type in array"
broken 's/sizes = \[1, 2, 8\]/sizes = [1, 2.5, 8]/' '2.5' - "mismatched element type in array"
broken 's/^title = .*/title = "A small town;/' 'start = "2025-01-01"' - "syntax error" 'a text stands in "quotes"' # seen where the next text begins
broken 's/^title = .*/title = "A "small" town";/' '"small"' - "syntax error"
broken 's/^  town: {/  "town": {/' '"town"' - "syntax error"
sed '$d' good.cfg >open.cfg # a brace is missing: seen behind the last line
expect_refused open.cfg
expect_error "open.cfg:$(wc -l <good.cfg): syntax error" "$syntax"
broken 's/    cards = 64;/    cards = 64; cards = 128;/' 'cards = 128' - "duplicate setting name"
broken 's/^  other: {/  tiny: { # again/' '# again' - "duplicate setting name"
broken 's/^seed = 7;/seed = 7; seed = 8;/' 'seed = 8' - "duplicate setting name"

: >empty.cfg
echo '# only a comment' >comment.cfg
for file in empty comment; do
    expect_refused $file.cfg
    expect_error "$file.cfg: title: missing" "$file.cfg: start: missing" "$file.cfg: horizon: missing" \
        "$file.cfg: site: must have at least one entry" "$file.cfg: chips: must have at least one entry" '@include'
done
mkdir folder.cfg
expect_refused folder.cfg
expect_error "folder.cfg: cannot be read as a scenario" "not a file"
expect_refused missing.cfg
expect_error "missing.cfg: cannot be read as a scenario" "No such file"
expect_refused /dev/null
expect_error "/dev/null: cannot be read as a scenario" "not a file"
expect_refused ""
head -c 5000 "$tenk" >binary.cfg
expect_refused binary.cfg
expect_error "binary.cfg:1: syntax error"
sed 's/^seed = 7;/seed = 7; \x00/' good.cfg >nul.cfg
expect_refused nul.cfg
expect_error "nul.cfg:6: syntax error"
{ printf '\xff\xfe'; sed 's/./&\x00/g' good.cfg; } >wide.cfg # UTF-16
expect_refused wide.cfg
expect_error "wide.cfg:1: syntax error"
printf 'x: {%.0s' {1..20000} >deep.cfg
expect_refused deep.cfg
expect_error "deep.cfg:1: "
{ cat good.cfg; printf 'y%.0s' {1..100000}; echo ' = 3;'; } >long.cfg
expect_refused long.cfg
expect_error "long.cfg: yyyy" "unknown setting"
sed 's/$/\r/' good.cfg >carriage.cfg # line ends of another system are no mistake
call check carriage.cfg -q
expect_status 0

### includes

sed 's/backfill = /backfil = /' good.cfg >inner.cfg
echo '@include "inner.cfg"' >outer.cfg
expect_refused outer.cfg
expect_error "inner.cfg:36: site.town.backfil: unknown setting; did you mean 'backfill'?"
sed 's/    cards = 64;/    cards = 5000000000;/' good.cfg >inner.cfg
expect_refused outer.cfg
expect_error "inner.cfg:24: 5000000000 is too large"
sed 's/    cards = 64;/    cards = = 64;/' good.cfg >inner.cfg
expect_refused outer.cfg
expect_error "inner.cfg:24: syntax error"
mkdir -p city/parts
sed 's/    cards = 64;/    cards = 60;/' good.cfg >city/parts/inner.cfg # includes count from the folder of the scenario
echo '@include "parts/inner.cfg"' >city/outer.cfg
expect_refused city/outer.cfg
expect_error "city/parts/inner.cfg:24: site.town.cards: must be a multiple"
{ sed '/^chips: {/,/^};/d' good.cfg; printf 'chips: {\n@include "chips.inc"\n};\n'; } >outer.cfg
sed -n '/^chips: {/,/^};/p' good.cfg | sed '1d; $d; s/peak_tflops = 100.0/peak_tflops = "fast"/' >chips.inc
expect_refused outer.cfg
expect_error "chips.inc:2: chips.tiny.peak_tflops: must be a number in TFLOP/s"
echo '@include "self.cfg"' >self.cfg
expect_refused self.cfg
expect_error "self.cfg:1: include file nesting too deep"

# The file that is missing is named, and where it was looked for.
sed '1i @include "nowhere.cfg"' good.cfg >outer.cfg
expect_refused outer.cfg
expect_error "outer.cfg:1: " "nowhere.cfg" "from the folder of the scenario" "No such file"
# A folder in the place of a file is told as any other mistake.
mkdir -p catalogue.cfg
sed '1i @include "catalogue.cfg"' good.cfg >outer.cfg
expect_refused outer.cfg
expect_error "outer.cfg:1: " "catalogue.cfg"

### --set

# set_broken ASSIGNMENT PART...
set_broken() {
    local assignment=$1
    shift
    rm -rf set
    call run good.cfg -o set --set "$assignment"
    expect_status 2
    [ "$status" -eq 2 ] || return
    expect_absent set set.partial
    expect_error "$@"
}
set_broken site.town.crads=8 "--set: site.town.crads: unknown setting; did you mean 'cards'?"
set_broken title.x=3 "--set title.x=3: 'title' is a value"
set_broken site.town.cards.x=1 "'cards' is a value"
set_broken site..cards=8 "there is no setting of that path"
set_broken "site[0].cards=8" "there is no setting of that path"
set_broken .=1 "there is no setting of that path"
set_broken "site.town.cards =64" "--set site.town.cards =64: "
set_broken cards "--set cards: write --set path=value"
set_broken =5 "--set =5: write --set path=value"
set_broken site.town.cards= "--set site.town.cards=: write --set path=value"
set_broken site.town.cards=0 "--set: site.town.cards: out of range: 1 to"
set_broken site.town.cards=many "--set: site.town.cards: must be a number"
set_broken 'site.town.cards="64' "--set: site.town.cards: must be a number"
set_broken site.town.cards=5000000000 "--set: site.town.cards: out of range: 1 to"
set_broken site.town.cards=99999999999999999999 "99999999999999999999 is too large"
set_broken "site.town.cards=[5000000000]" "5000000000 is too large"
set_broken site.town.chip=tinny '--set: site.town.chip: "tinny" is not among `chips`' "did you mean 'tiny'?"
set_broken site.town.backfill=esay "did you mean 'easy'?"
set_broken horizon=10 "--set: horizon: must be a duration with a unit"
set_broken "seed=3;seed=4" "--set: seed: must be a number"
set_broken "workloads.mix.classes.tune.sizes=[1, 2]" "--set: workloads.mix.classes.tune.sizes: has 2 items but size_weights has 3"
set_broken title=1 '--set: title: must be a text'
set_broken nonsense=1 "nonsense: unknown setting; known here: title"
for option in "-n 0" "-n x" "-n 1.5" "-s -1" "-s 99999999999999999999" "-j 0" "-j x" "-j 2000"; do
    # shellcheck disable=SC2086
    call run good.cfg -o kept --force $option
    expect_status 2
    [ -n "$errors" ] || fail "nothing is said of $option"
done

# A slip in the name of an entry must not make a new entry beside the one that was meant: the study would run
# with the old value and nobody would notice.
set_broken buyers.frim.backlog=5 "--set" "frim" "did you mean 'firm'"
set_broken site.twon.cards=8 "--set" "twon" "did you mean 'town'"
set_broken chips.tiny.efficiency.fine-tunning.mfu=0.9 "--set" "fine-tunning" "did you mean 'fine-tuning'"
# Nor in the scenario itself: kinds of work are a closed list.
broken 's/fine-tuning: { mfu = 0.4; };$/& fine-tunning: { mfu = 0.5; };/; /^  other: {/,/^  };/d' 'fine-tunning' \
    chips.tiny.efficiency.fine-tunning "did you mean 'fine-tuning'"

kept_whole

finish "broken files"
