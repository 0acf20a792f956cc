#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# doc/status.tsv (value, name, English, Chinese), the enum of types.h and the table inside the library are the same.
# A first line whose first column is not a number names the columns; lines that begin with # are comments.
set -eu
export LC_ALL=C
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

grep -v -e '^#' -e '^$' "$srcdir/doc/status.tsv" > "$tmp/lines"
awk -F '\t' '
	NR == 1 && $1 !~ /^[0-9]+$/ { for (i = 1; i <= NF; i++) column[$i] = i; next }
	NR == 1 || !length(order) { order = "1" }
	{
		v = ("value" in column) ? column["value"] : 1
		n = ("name" in column) ? column["name"] : 2
		e = ("en" in column) ? column["en"] : 3
		z = ("zh" in column) ? column["zh"] : 4
		if ($v !~ /^[0-9]+$/ || $n !~ /^YB_/ || $e == "" || $z == "") {
			print "doc/status.tsv: not a line of value, name, English, Chinese: " $0 > "/dev/stderr"
			exit 1
		}
		print $v "\t" $n "\t" $e "\t" $z
	}' "$tmp/lines" > "$tmp/tsv"

sort -n "$tmp/tsv" | cut -f 1,2 > "$tmp/tsv.names"
cut -f 1 "$tmp/tsv.names" | uniq -d | while read -r value; do echo "twice in doc/status.tsv: $value"; done
# enum members YB_OK and YB_E_...
sed -n 's/^[[:space:]]*\(YB_OK\|YB_E_[A-Z0-9_]*\)[[:space:]]*=[[:space:]]*\([0-9]*\)[, ].*/\2\t\1/p' "$srcdir/include/yibao/types.h" |
	sort -n > "$tmp/enum"
diff "$tmp/enum" "$tmp/tsv.names" || { echo "types.h (<) and doc/status.tsv (>) differ"; bad=1; }

if [ -x "$builddir/tests/consistency/status" ]; then
	"$builddir/tests/consistency/status" | sort -n > "$tmp/library"
	sort -n "$tmp/tsv" | diff "$tmp/library" - || { echo "the library (<) and doc/status.tsv (>) differ"; bad=1; }
else
	echo "tests/consistency/status was not built; the library's table not compared"
	[ $bad = 0 ] && exit 77
fi
exit $bad
