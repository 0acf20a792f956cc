#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The names in lib/libyibao.map, the YB_API functions of include/yibao/*.h and the names that libyibao.so
# exports are the same; it exports no data; it needs no function that prints, ends the process or asks the
# environment or the clock; the static archive has no global name outside yb_ and ybi_.
#
#   exports.sh          compare (a test; YB_BUILDDIR says where the library is)
#   exports.sh names    print the names that the headers declare, as lines for the map
set -eu
export LC_ALL=C
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
NM=${NM:-nm}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

# The statements of the headers, one a line, without comments and preprocessor lines.
statements() {
	cat "$srcdir"/include/yibao/*.h | sed 's,//.*,,' | awk '
		{ line = line $0 "\n" }
		END {
			while ((a = index(line, "/*")) > 0) {
				rest = substr(line, a + 2)
				line = substr(line, 1, a - 1) " " substr(rest, index(rest, "*/") + 2)
			}
			n = split(line, lines, "\n")
			for (i = 1; i <= n; i++) {
				hash = lines[i] ~ /^[ \t]*#/ || more
				more = hash && lines[i] ~ /\\$/
				if (!hash)
					text = text lines[i] " "
			}
			n = split(text, s, /[;{}]/)
			for (i = 1; i <= n; i++)
				print s[i]
		}'
}

statements > "$tmp/statements"
grep -w YB_API "$tmp/statements" | sed -n 's/.*YB_API[^(]*[^a-z0-9_(]\(yb_[a-z0-9_]*\)[[:space:]]*(.*/\1/p' | sort > "$tmp/headers"
if [ "${1:-}" = names ]; then
	sed 's/.*/\t\t&;/' "$tmp/headers"
	exit 0
fi

grep -E '(^|[^a-z0-9_])yb_[a-z0-9_]*[[:space:]]*\(' "$tmp/statements" | grep -vw -e YB_API -e typedef > "$tmp/plain" || :
if [ -s "$tmp/plain" ]; then
	echo "declared without YB_API:"
	cat "$tmp/plain"
	bad=1
fi

sed -e 's,/\*.*\*/,,' -e 's/.*global://' -e 's/local:.*//' "$srcdir/lib/libyibao.map" |
	tr ' \t;{}' '\n' | grep -E '^yb' | sort > "$tmp/map"
uniq -d "$tmp/map" > "$tmp/twice"
if [ -s "$tmp/twice" ]; then
	echo "twice in libyibao.map:"
	cat "$tmp/twice"
	bad=1
fi
diff "$tmp/headers" "$tmp/map" > "$tmp/diff" || {
	echo "headers (<) and lib/libyibao.map (>) differ:"
	cat "$tmp/diff"
	bad=1
}

skipped=
command -v "$NM" >/dev/null || { echo "no nm; only headers and map compared"; [ $bad = 0 ] && exit 77; exit 1; }
so=$builddir/.libs/libyibao.so
if [ -e "$so" ]; then
	"$NM" -D --defined-only "$so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $2, $3 }' > "$tmp/nm"
	awk '$1 != "T" { print }' "$tmp/nm" | if [ "${YB_SANITIZERS:-no}" = yes ]; then grep -E ' yb' || :; else cat; fi > "$tmp/data"
	if [ -s "$tmp/data" ]; then
		echo "exported, but not functions:"
		cat "$tmp/data"
		bad=1
	fi
	awk '$1 == "T" { print $2 }' "$tmp/nm" | sort > "$tmp/so"
	diff "$tmp/map" "$tmp/so" > "$tmp/diff" || {
		echo "lib/libyibao.map (<) and libyibao.so (>) differ:"
		cat "$tmp/diff"
		bad=1
	}
	"$NM" -D --undefined-only "$so" | awk '{ sub(/@.*/, "", $NF); print $NF }' | grep -xE \
		'_?_?(v?f?printf|v?dprintf)(_chk)?|puts|fputs|putchar|putc|perror|stdout|stderr|stdin|environ|_?exit|abort|raise|kill|atexit|(secure_)?getenv|setenv|setlocale|localeconv|time|clock_gettime|gettimeofday|localtime(_r)?|gmtime(_r)?|mktime|strto(d|f|ld)|atof|s?rand|random|signal|sigaction|system|fork' \
		> "$tmp/needs" || :
	if [ -s "$tmp/needs" ] && [ "${YB_SANITIZERS:-no}" != yes ]; then
		echo "libyibao.so calls:"
		cat "$tmp/needs"
		bad=1
	fi
else
	echo "no shared library in this build"
	skipped=yes
fi
a=$builddir/.libs/libyibao.a
if [ -e "$a" ]; then
	"$NM" -g --defined-only "$a" | awk 'NF == 3 { print $3 }' | grep -Ev '^ybi?_' > "$tmp/leak" || :
	[ "${YB_SANITIZERS:-no}" != yes ] || grep -v '^__\(odr_asan\|asan\|ubsan\)' "$tmp/leak" > "$tmp/leak2" || :
	[ ! -f "$tmp/leak2" ] || mv "$tmp/leak2" "$tmp/leak"
	if [ -s "$tmp/leak" ]; then
		echo "global names of libyibao.a outside yb_ and ybi_:"
		cat "$tmp/leak"
		bad=1
	fi
else
	echo "no static library in this build"
fi
[ $bad = 0 ] && [ -n "$skipped" ] && exit 77
exit $bad
