#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every source names its licence within its first five lines: CC0-1.0 for policy documents, LGPL-2.1-or-later elsewhere.
set -eu
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$srcdir"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
dirs=
for dir in include lib tools policies examples tests bench packaging bindings doc man .ci; do
	[ ! -d "$dir" ] || dirs="$dirs $dir"
done
{
	# shellcheck disable=SC2086
	find $dirs -type d -name '.?*' ! -name .ci -prune -o -type f \( -name '*.[ch]' -o -name '*.inc' -o -name '*.sh' -o -name '*.awk' -o -name '*.py' \
		-o -name '*.yaml' -o -name '*.map' -o -name 'run*' -o -name 'Doxyfile*' -o -name '*.[1-8]' \) -print
	for file in configure.ac Makefile.am sources.am libyibao.pc.in quickstart m4/yb_*.m4; do
		echo "$file"
	done
} | sort > "$tmp/files"
bad=0
while IFS= read -r file; do
	case $file in
	doc/html/*) continue ;;
	tests/hostile/policy/* | tests/hostile/json/* | tests/fuzz/corpus/*) continue ;; # inputs, to the byte
	*.log | *.trs | *.o | *.lo | *.la) continue ;;
	policies/* | examples/*.yaml | tests/cases/*.yaml | tests/shapes/*.yaml | tests/equal/*.yaml | bench/*.yaml) licence=CC0-1.0 ;;
	*) licence=LGPL-2.1-or-later ;;
	esac
	head -n 5 "$file" | grep -q "SPDX-License-Identifier: $licence\( \|\$\)" || { echo "$file: no SPDX line, or not $licence"; bad=1; }
done < "$tmp/files"
for file in COPYING LICENSES/LGPL-2.1-or-later.txt LICENSES/CC0-1.0.txt; do
	[ -s "$file" ] || { echo "$file is missing"; bad=1; }
done
exit $bad
