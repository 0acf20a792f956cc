#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every fuzz target takes the inputs that are kept for it: seeds, and whatever once brought one down.
# Fuzzing itself: ./configure --enable-fuzzing CC=clang, make, make check TESTS=tests/fuzz/replay.sh, then for example
# tests/fuzz/fuzz_policy -dict=tests/fuzz/policy.dict -max_total_time=300 NEW tests/fuzz/corpus/policy
set -eu
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
bad=0
for target in policy formula json settle bill ledger; do
	[ -x "$builddir/tests/fuzz/fuzz_$target" ] || { echo "fuzz_$target was not built"; exit 77; }
	[ "$(ls "$srcdir/tests/fuzz/corpus/$target" | wc -l)" -ge 5 ] || { echo "$target: the corpus is gone"; bad=1; }
	"$builddir/tests/fuzz/fuzz_$target" -runs=0 "$srcdir/tests/fuzz/corpus/$target" > "$out" 2>&1 || {
		echo "$target: a kept input brings it down"
		tail -n 30 "$out"
		bad=1
	}
done
exit $bad
