#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Each public header compiles alone, twice over, as C99, C11 and C++11, without a warning and without config.h.
set -eu
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
CC=${CC:-cc}
CXX=${CXX:-:}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

# compile COMPILER LANGUAGE STANDARD
compile() {
	for header in "$srcdir"/include/yibao/*.h; do
		name=yibao/${header##*/}
		printf '#include <%s>\n#include <%s>\ntypedef int yb_test_not_empty;\n' "$name" "$name" > "$tmp/t.c"
		$1 -x "$2" "-std=$3" -Wall -Wextra -pedantic -Wshadow -Wundef -Werror -I"$srcdir/include" \
			-c "$tmp/t.c" -o "$tmp/t.o" || { echo "$name does not compile alone as $3"; bad=1; }
	done
}

compile "$CC" c c99
compile "$CC" c c11
if [ "$CXX" != : ]; then
	compile "$CXX" c++ c++11
else
	echo "no C++ compiler; C++11 not tried"
fi

for header in "$srcdir"/include/yibao/*.h; do
	name=${header##*/}
	[ "$name" = yibao.h ] && continue
	[ -f "$srcdir/include/yibao/yibao.h" ] || continue
	grep -q "^#include <yibao/$name>" "$srcdir/include/yibao/yibao.h" || { echo "yibao.h does not include $name"; bad=1; }
done
exit $bad
