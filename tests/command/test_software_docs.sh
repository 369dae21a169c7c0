#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# docs/software.md shows what the program prints, and configs/software.cfg takes its curves from the same fits.
# `test_software_docs.sh --renew` writes the outputs into the page; look at what changed.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

page=$source_folder/docs/software.md
ln -s "$source_folder/configs" configs

# renewed: the page with every block between the marks filled by the command in it
renewed() {
    local line command= inside=0
    while IFS= read -r line; do
        case $line in
            '<!-- output -->') inside=1 command= ;;
            '<!-- end -->')
                inside=0
                local -a words
                read -ra words <<<"$command"
                call "${words[@]:1}" -o results --force
                expect_status 0
                printf '\n'
                sed -n '/^Results:/d; 1,$p' stdout | sed -e '1d; s/^\(..*\)$/    \1/' | cat -s | sed -e '1{/^$/d}' -e '${/^$/d}'
                printf '\n'
                ;;
        esac
        if [ $inside -eq 0 ]; then
            printf '%s\n' "$line"
        elif [[ $line == '<!-- output -->' ]]; then
            printf '%s\n\n' "$line"
        elif [[ $line == '    $ '* ]]; then
            command=${line#'    $ '}
            printf '%s\n' "$line"
        fi
    done <"$page"
}

renewed >page.md
if [ "${1:-}" = --renew ]; then
    cp page.md "$page"
    exit 0
fi
expect_equal "$(grep -c '^    \$ tenk fit maturity' "$page")" 5 "commands in the page"
diff "$page" page.md >&2 || fail "docs/software.md does not show what the program prints; --renew"

# The numbers in the page's text.
grep -q 'jump of 58% of the range' "$page" && grep -q 'largest jump: 58%' "$page" || fail "the jump"
for case in "0.95 5.2" "1.0 5.9"; do
    call fit maturity configs/data/iflytek-new-algorithms.csv --ceiling "${case% *}" -o results --force
    expect_equal "$(awk '/^  tau/ { printf "%.1f", $2 / 30 }' stdout)" "${case#* }" "months with a ceiling of ${case% *}"
done

# curve FILE ENTRY: the three numbers of an entry's curve
curve() {
    awk -v entry="$2:" '$1 == entry { inside = 1 } /^};/ { inside = 0 }
        inside && /maturity_floor/ { gsub(/;/, ""); printf "%.4g %.4g %.4g", $3, $6, $9 }' "$1"
}
call fit maturity configs/data/iflytek-new-algorithms.csv --ceiling 0.95 -o firm
expect_equal "$(curve configs/software.cfg cann-large-model-firm)" "$(curve firm/catalogue.cfg iflytek-new-algorithms)" "cann-large-model-firm"
call fit maturity configs/data/llama2-13b.csv --absolute -o city
expect_equal "$(curve configs/software.cfg cann-city)" "$(curve city/catalogue.cfg llama2-13b)" "cann-city"
[ -n "$(curve configs/software.cfg cann-city)" ] || fail "no curve was compared"

finish "software in the docs"
