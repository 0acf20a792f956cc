#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Golden test: the value of every public constant, and size and offsets of every public
# struct. ABI checkers do not see a renumbered enum, since the API passes int32_t; this
# does. A released line never changes or goes (the size of an options struct may grow).
#
#   constants.sh           compare with constants.golden (a test)
#   constants.sh update    write constants.golden anew; look at the difference before keeping it
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
srcdir=${YB_SRCDIR:-$(cd "$here/../.." && pwd)}
golden=$srcdir/tests/consistency/constants.golden
CC=${CC:-cc}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Enum members and object-like macros with a value, but for YB_API, YB_DEPRECATED and initialisers.
{
	for header in "$srcdir"/include/yibao/*.h; do
		echo "#include <yibao/${header##*/}>"
	done
	cat <<'END'
#include <stdio.h>
static void show_number(const char *name, long long value) { printf("%s %lld\n", name, value); }
static void show_text(const char *name, const char *value) { printf("%s \"%s\"\n", name, value); }
#define SHOW(name) _Generic((name), char *: show_text, const char *: show_text, default: show_number)(#name, name)
#define SIZE(tag) printf("%s size %d\n", #tag, (int) sizeof(tag))
#define OFFSET(tag, member) printf("%s.%s at %d\n", #tag, #member, (int) offsetof(tag, member))
int main(void) {
END
	cat "$srcdir"/include/yibao/*.h | awk '
		{ line = line $0 "\n" }
		END {
			while ((a = index(line, "/*")) > 0) {
				rest = substr(line, a + 2)
				line = substr(line, 1, a - 1) " " substr(rest, index(rest, "*/") + 2)
			}
			n = split(line, lines, "\n")
			for (i = 1; i <= n; i++) {
				if (lines[i] ~ /^[ \t]*#[ \t]*define[ \t]+YB_[A-Z0-9_]+[ \t]+[^ \t]/) {
					split(lines[i], word, /[ \t]+/)
					if (word[2] !~ /_INIT$/ && word[2] != "YB_API" && word[2] != "YB_DEPRECATED")
						print word[2]
				} else if (lines[i] !~ /^[ \t]*#/)
					text = text lines[i] " "
			}
			all = text
			while ((a = match(text, /enum[ \ta-z0-9_]*\{[^}]*\}/)) > 0) {
				body = substr(text, RSTART, RLENGTH)
				text = substr(text, RSTART + RLENGTH)
				sub(/^[^{]*\{/, "", body)
				n = split(body, member, ",")
				for (i = 1; i <= n; i++)
					if (match(member[i], /YB_[A-Z0-9_]+/))
						print substr(member[i], RSTART, RLENGTH)
			}
			text = all
			while ((a = match(text, /struct[ \t]+yb_[a-z0-9_]+[ \t]*\{[^}]*\}/)) > 0) {
				body = substr(text, RSTART, RLENGTH)
				text = substr(text, RSTART + RLENGTH)
				split(body, word, /[ \t{]+/)
				tag = "struct " word[2]
				print tag
				sub(/^[^{]*\{/, "", body)
				n = split(body, member, ";")
				for (i = 1; i < n; i++) {
					m = split(member[i], name, ",")
					for (j = 1; j <= m; j++) {
						sub(/[ \t]*(\[[^]]*\])*[ \t]*$/, "", name[j])
						if (match(name[j], /[A-Za-z_0-9]+$/))
							print tag ", " substr(name[j], RSTART)
					}
				}
			}
		}' | sort -u | sed -e 's/^struct.*,.*/\tOFFSET(&);/' -e t -e 's/^struct.*/\tSIZE(&);/' -e t -e 's/.*/\tSHOW(&);/'
	printf '\treturn 0;\n}\n'
} > "$tmp/t.c"
$CC -std=gnu11 -w -I"$srcdir/include" "$tmp/t.c" -o "$tmp/t"
"$tmp/t" > "$tmp/now" || { echo "cannot run what the compiler makes"; exit 77; }
if [ "${1:-}" = update ]; then
	cp "$tmp/now" "$golden"
	exit 0
fi
if [ -n "${YB_VERSION:-}" ]; then
	version=$(awk '$1 == "YB_VERSION_MAJOR" { a = $2 } $1 == "YB_VERSION_MINOR" { b = $2 } $1 == "YB_VERSION_PATCH" { c = $2 }
		END { print a "." b "." c }' "$tmp/now")
	[ "$version" = "$YB_VERSION" ] || { echo "types.h says $version, configure.ac $YB_VERSION"; exit 1; }
fi
diff -u "$golden" "$tmp/now" || {
	echo "a public constant changed; if that is meant and none of them was released: sh tests/consistency/constants.sh update"
	exit 1
}
