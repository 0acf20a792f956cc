#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# `yibao policy check` on every kept document: exit status 4, and the line that policy.tsv says; 0 for those that are fine.
set -eu
export LC_ALL=C.UTF-8
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
tool=$builddir/tools/yibao
[ -x "$tool" ] || { echo "tools/yibao was not built"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/none"
export YIBAO_POLICY_PATH="$tmp/none"
cd "$srcdir/tests/hostile/policy"
bad=0
n=0
tab=$(printf '\t')
while IFS=$tab read -r name status line column says with; do
	[ "$name" != name ] || continue
	n=$((n + 1))
	files=$name.yaml
	[ "$with" = - ] || files="$with $files"
	code=0
	# shellcheck disable=SC2086
	"$tool" policy check $files > "$tmp/out" 2> "$tmp/err" || code=$?
	if [ "$status" = OK ]; then
		[ "$code" = 0 ] || { echo "$name: exit status $code"; cat "$tmp/err"; bad=1; }
		continue
	fi
	[ "$code" = 4 ] || { echo "$name: exit status $code, not 4"; bad=1; }
	grep -qF -e ".yaml:$line:$column: " "$tmp/err" || { echo "$name: not at $line:$column:"; cat "$tmp/err"; bad=1; }
	[ "$says" = - ] || grep -qF -e "$says" "$tmp/err" || { echo "$name: does not say $says:"; cat "$tmp/err"; bad=1; }
done < ../policy.tsv
[ "$n" -ge 120 ] || { echo "only $n documents"; bad=1; }
exit $bad
