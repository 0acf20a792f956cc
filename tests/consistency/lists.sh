#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every file of the tree is in sources.am, and nothing else is: what is not
# listed is neither built nor in the tarball.
#
#   lists.sh           compare (a test)
#   lists.sh update    write sources.am anew from the files that are there
#
# It asks git which files there are (tracked, or new and not ignored) and skips where there is no git tree.
set -eu
export LC_ALL=C
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$srcdir"
[ -e .git ] && command -v git >/dev/null || { echo "no git tree here"; exit 77; }
git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1 || { echo "git refuses this tree"; exit 77; }

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
git -c safe.directory='*' ls-files -co --exclude-standard | sort | while IFS= read -r f; do
	[ -f "$f" ] && [ ! -f "${f%%/*}/config.status" ] || continue # gone, or in a build folder
	echo "$f"
done > "$tmp/all"
: > "$tmp/listed"

# list NAME: the names on standard input, one a line, as a variable
list() {
	sort > "$tmp/list"
	cat "$tmp/list" >> "$tmp/listed"
	printf '\n%s =' "$1"
	while IFS= read -r f; do
		printf ' \\\n\t%s' "$f"
	done < "$tmp/list"
	printf '\n'
}
# pick REGEX [BUT-NOT]
pick() {
	grep -E "$1" "$tmp/all" | { [ $# -lt 2 ] && cat || grep -Ev "$2"; } || :
}
# program NAME FILE: NAME when FILE is there
program() {
	if grep -qx "$2" "$tmp/all"; then echo "$1"; fi
}

write() {
	cat <<'END'
# SPDX-License-Identifier: LGPL-2.1-or-later

# The files of the tree, one a line. Written by "sh tests/consistency/lists.sh update".
END
	pick '^include/yibao/[^/]*\.h$' | list PUBLIC_FILES
	for layer in base rule policy account decide bulk; do
		pick "^lib/$layer/[^/]*\.[ch]\$" | list "LIB_$(echo $layer | tr a-z A-Z)"
	done
	program tools/yibao tools/yibao.c | list TOOL_BIN
	pick '^tools/[^/]*\.[ch]$' | list TOOL_FILES
	pick '^policies/[^/]*\.yaml$' | list POLICY_FILES
	pick '^man/[^/]*\.[1-8]$' | list MAN_PAGES
	program tests/unit/check_unit tests/unit/check_unit.c | list UNIT_BIN
	pick '^tests/unit/[^/]*\.[ch]$' | list UNIT_FILES
	program tests/api/check_api tests/api/check_api.c | list API_BIN
	pick '^tests/api/[^/]*\.[ch]$' '/(check_|)alloc[^/]*$' | list API_FILES
	program tests/api/check_alloc tests/api/check_alloc.c | list ALLOC_BIN
	pick '^tests/api/[^/]*\.[ch]$' '/(test_|check_api)[^/]*$' | list ALLOC_FILES
	program tests/properties/check_properties tests/properties/check_properties.c | list PROPERTIES_BIN
	pick '^tests/properties/[^/]*\.[ch]$' | list PROPERTIES_FILES
	program tests/equal/check_equal tests/equal/check_equal.c | list EQUAL_BIN
	pick '^tests/equal/[^/]*\.[ch]$' | list EQUAL_FILES
	program tests/fault/check_fault tests/fault/check_fault.c | list FAULT_BIN
	pick '^tests/fault/[^/]*\.[ch]$' | list FAULT_FILES
	program tests/hostile/check_hostile tests/hostile/check_hostile.c | list HOSTILE_BIN
	pick '^tests/hostile/[^/]*\.[ch]$' | list HOSTILE_FILES
	pick '^tests/hostile/[^/]*\.sh$' | list HOSTILE_TESTS
	pick '^tests/fuzz/fuzz_[^/]*\.c$' | sed 's/\.c$//' | list FUZZ_BIN
	pick '^tests/fuzz/[^/]*\.[ch]$' | list FUZZ_FILES
	pick '^tests/fuzz/[^/]*\.sh$' | list FUZZ_TESTS
	program tests/consistency/status tests/consistency/status.c | list STATUS_BIN
	pick '^examples/[^/]*\.c$' | tee -a "$tmp/listed" | sed 's/\.c$//' | list EXAMPLE_BIN
	pick '^examples/[^/]*\.expected$' | list EXAMPLE_EXPECTED
	pick '^tests/consistency/[^/]*\.sh$' | list CONSISTENCY_TESTS
	pick '^tests/install/[^/]*\.sh$' | list INSTALL_TESTS
	pick '^tests/systems/[^/]*\.sh$' | list SYSTEM_TESTS
	# What make has no use for but the reader of the tarball has.
	sort -u "$tmp/listed" > "$tmp/sorted"
	grep -Ev '^(configure\.ac|Makefile\.am|sources\.am|m4/[^/]*|libyibao\.pc\.in|lib/libyibao\.map|COPYING|ChangeLog|README|NEWS|AUTHORS|INSTALL)$|^tests/(run-example|consistency/status\.c)$|(^|/)\.git(ignore|attributes|keep)$' \
		"$tmp/all" | comm -23 - "$tmp/sorted" | list EXTRA_FILES
}

write > "$tmp/sources.am"
if [ "${1:-}" = update ]; then
	cmp -s "$tmp/sources.am" sources.am 2>/dev/null || cp "$tmp/sources.am" sources.am
	exit 0
fi
diff -u sources.am "$tmp/sources.am" || {
	echo "sources.am does not list the tree; run: sh tests/consistency/lists.sh update"
	exit 1
}
