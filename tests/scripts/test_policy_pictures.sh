#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# docs/policies: a page for every registered policy, no page that says nothing, and every picture is what the program
# prints today. And the script that draws them sees a page that is missing or stale.
set -euo pipefail
export LC_ALL=C

source_dir=$(cd "${TENK_SOURCE:-$(dirname "${BASH_SOURCE[0]}")/../..}" && pwd)
script=$source_dir/scripts/policy_pictures.sh
pages=$source_dir/docs/policies
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

# check_page PAGE: fails unless the page has what every page of a policy has
check_page() {
    local heading
    for heading in "## What it does" "## When to use it, and when not" "## Settings" "## What it costs in time" \
        "## The ten jobs under it"; do
        grep -qxF "$heading" "$1" || fail "$1 lacks '$heading'"
    done
    grep -q '^<!-- \(picture\|scenario\): .* -->$' "$1" || fail "$1 has no picture"
}

mapfile -t wanted < <("$script" --pages)
[ "${#wanted[@]}" -ge 33 ] || fail "only ${#wanted[@]} pages are wanted" # 12 orders, 4 kinds of backfilling, 7 placements, ...
for page in "${wanted[@]}"; do
    [ -s "$pages/$page" ] || fail "docs/policies/$page is missing"
    [ "$page" = README.md ] || check_page "$pages/$page"
    [ "$page" = README.md ] || grep -qF "($page)" "$pages/README.md" || fail "the index lacks $page"
done
for page in "$pages"/*.md; do
    printf '%s\n' "${wanted[@]}" | grep -qxF "$(basename "$page")" || fail "$page belongs to no policy"
done

# Links between the files of the repository lead somewhere; plugins.md and the scenarios may come with another change.
grep -oE '\]\([^)#]+' "$pages"/*.md | sed 's/:](/ /' | while read -r page link; do
    [ -e "$pages/$link" ] || [[ $link == *plugins.md || $link == *scenarios/* ]] || fail "$page links to $link"
done

cp -r "$pages/." "$copy"
"$script" "$copy"
for page in "$pages"/*.md; do
    diff -u "$page" "$copy/$(basename "$page")" || fail "scripts/policy_pictures.sh renews $(basename "$page")"
done

# A picture that was touched is put right, and so is one that is not there yet.
sed -i 's/AAA/ZZZ/' "$copy/order-sjf.md"
sed -i '/^<!-- picture: /,/^<!-- end -->/ { /^<!--/!d }' "$copy/order-ljf.md"
! cmp -s "$pages/order-sjf.md" "$copy/order-sjf.md" || fail "the picture of sjf has no letters"
"$script" "$copy"
cmp "$pages/order-sjf.md" "$copy/order-sjf.md" || fail "a wrong picture stayed"
cmp "$pages/order-ljf.md" "$copy/order-ljf.md" || fail "a missing picture was not drawn"

# A marker that is never closed would eat the rest of its page.
echo '<!-- picture: --order ljf -->' >>"$copy/order-ljf.md"
! "$script" "$copy" 2>"$copy/said" || fail "an open marker is taken"
grep -q 'order-ljf.md: a marker without' "$copy/said" || fail "an open marker is not named"

echo "policy pictures: ${#wanted[@]} pages, all as the program draws them today"
