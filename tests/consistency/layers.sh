#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the sources of the library may not do:
#   include from a higher folder: base < rule < policy < account < decide < bulk;
#   print, end the process, ask the environment, the locale or the clock, or compute in floating point.
set -eu
export LC_ALL=C
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$srcdir"

find lib -name '*.[ch]' -o -name '*.inc' | sort > "$tmp/files"

# Comments, and what stands in quotes (but for includes), blanked; the lines keep their numbers.
cat > "$tmp/check.awk" <<'END'
BEGIN {
	n = split("base rule policy account decide bulk", layers, " ")
	for (i = 1; i <= n; i++)
		rank[layers[i]] = i
	calls = "printf|vprintf|fprintf|vfprintf|dprintf|puts|fputs|putchar|putc|fputc|perror|exit|_exit|_Exit|quick_exit|abort|raise|kill|atexit|" \
		"getenv|secure_getenv|setenv|putenv|setlocale|localeconv|newlocale|uselocale|" \
		"time|clock|clock_gettime|gettimeofday|localtime|localtime_r|gmtime|gmtime_r|mktime|strftime|" \
		"strtod|strtof|strtold|atof|scanf|fscanf|sscanf|rand|srand|random|signal|sigaction|system|popen|fork|" \
		"strtok|asctime|ctime|gets|strcpy|strcat|sprintf|vsprintf"
	bad = 0
}
function say(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	bad = 1
}
FNR == 1 { comment = 0; split(FILENAME, part, "/"); own = part[2] }
{
	if (match($0, /^[ \t]*#[ \t]*include[ \t]*"[^"]*"/)) {
		name = $0
		sub(/^[^"]*"/, "", name)
		sub(/".*/, "", name)
		if (split(name, to, "/") < 2 || !(to[1] in rank))
			say("include \"" name "\": write \"folder/file.h\" with a folder of lib/")
		else if (!(own in rank))
			say("folder lib/" own " has no rank")
		else if (rank[to[1]] > rank[own])
			say("lib/" own " may not include \"" name "\"")
		next
	}
	line = $0
	out = ""
	while (length(line)) {
		if (comment) {
			i = index(line, "*/")
			if (!i)
				break
			line = substr(line, i + 2)
			comment = 0
		} else if (match(line, /\/\*|\/\/|"|'/)) {
			out = out substr(line, 1, RSTART - 1)
			what = substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
			if (what == "/*")
				comment = 1
			else if (what == "//")
				break
			else {
				end = what == "\"" ? "^([^\"\\\\]|\\\\.)*\"" : "^([^'\\\\]|\\\\.)*'"
				if (!match(line, end))
					break
				line = substr(line, RLENGTH + 1)
				out = out " 0 "
			}
		} else {
			out = out line
			break
		}
	}
	if (match(out, "(^|[^A-Za-z0-9_.>])(" calls ")[ \t]*\\("))
		say("no such call in the library: " substr(out, RSTART, RLENGTH) "...)")
	if (match(out, /(^|[^A-Za-z0-9_])(float|double|_Decimal64|_Complex)([^A-Za-z0-9_]|$)/))
		say("no floating point in the library")
	if (match(out, /(^|[^A-Za-z0-9_])(stdout|stderr|stdin|environ)([^A-Za-z0-9_]|$)/))
		say("no standard streams and no environment in the library")
	if (match(out, /^[ \t]*#[ \t]*include[ \t]*<(math|locale|time|signal|fenv|tgmath|complex|float|setjmp|config)\.h>/))
		say("no such header in the library")
}
END { exit bad }
END
[ -s "$tmp/files" ] || { echo "no sources"; exit 1; }
xargs awk -f "$tmp/check.awk" < "$tmp/files"
