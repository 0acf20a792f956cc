#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#   doxygen.sh         the public headers document themselves without a warning (a test)
#   doxygen.sh html    the pages, into doc/html of the build tree
set -eu
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
DOXYGEN=${DOXYGEN:-doxygen}
command -v "$DOXYGEN" >/dev/null && [ "$DOXYGEN" != : ] || { echo "no doxygen"; exit 77; }
builddir=${YB_BUILDDIR:-$PWD}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
out=$tmp
html=NO
if [ "${1:-}" = html ]; then
	mkdir -p "$builddir/doc"
	out=$builddir/doc
	html=YES
fi
cd "$srcdir"
{
	cat doc/Doxyfile
	echo "OUTPUT_DIRECTORY = \"$out\""
	echo "GENERATE_HTML = $html"
	[ $html = YES ] || printf 'GENERATE_XML = YES\nXML_PROGRAMLISTING = NO\n'
} > "$tmp/Doxyfile"
# A warning about the configuration itself is doxygen's age, not our documentation.
"$DOXYGEN" "$tmp/Doxyfile" > "$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
grep -E '\.h:[0-9]+: (warning|error)' "$tmp/log" && exit 1
exit 0
