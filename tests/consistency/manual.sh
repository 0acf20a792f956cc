#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# man/yibao-policy.5 shows what is true: every document in it passes "policy check" and "policy test", the tutorial is
# examples/tutorial.yaml and prints what the page says, and no fact, code or status is left out of the page.
set -eu
export LC_ALL=C.UTF-8
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
page=$srcdir/man/yibao-policy.5
tool=$builddir/tools/yibao
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
[ -x "$tool" ] || { echo "tools/yibao was not built"; exit 77; }

# --- names

# plain roff: escapes of the characters that a page writes by name
plain() {
	sed 's/\\f[BIRP]//g; s/\\-/-/g; s/\\(aq/'"'"'/g; s/\\(ga/`/g; s/\\(ti/~/g; s/\\(ha/^/g; s/^\\&//; s/\\e/\\/g' "$@"
}
plain "$page" | tr -s '\n ' ' ' > "$tmp/words"
# named WHAT: each name on standard input stands in the page
named() {
	while IFS= read -r name; do
		grep -qF -e "$name" "$tmp/words" || { echo "the page does not name the $1 $name"; bad=1; }
	done
}
tail -n +2 "$srcdir/doc/fields.tsv" | cut -f2 > "$tmp/names"
named field < "$tmp/names"
sed -n '/standard_facts\[\]/,/^};/s/.*{ "\([a-z_.]*\)", YBI_.*/\1/p; /cover_facts\[\]/,/^};/s/.*{ "\([a-z_.]*\)", YBI_.*/\1/p' \
	"$srcdir/lib/policy/names.c" > "$tmp/names"
[ "$(wc -l < "$tmp/names")" -gt 25 ] || { echo "the facts of lib/policy/names.c were not found"; bad=1; }
named fact < "$tmp/names"
sed -n '/functions\[\] = {/,/^};/s/.*{ "\([a-z_]*\)".*/\1(/p' "$srcdir/lib/policy/formula.c" > "$tmp/names"
[ "$(wc -l < "$tmp/names")" -gt 10 ] || { echo "the functions of lib/policy/formula.c were not found"; bad=1; }
named function < "$tmp/names"
sed -n 's/^YBI_CODE([A-Z_]*, "\([^"]*\)", "\([^"]*\)".*/\1 \2/p' "$srcdir/lib/policy/codes.inc" > "$tmp/names"
named code < "$tmp/names"
# what a document can be refused for; the rest are of persons, bills and the library itself
awk -F'\t' '$1 >= 40 && $1 <= 72 { print $2 }' "$srcdir/doc/status.tsv" > "$tmp/names"
named status < "$tmp/names"

# --- documents

awk -v dir="$tmp" '
	/^\.SH / { section = $2 }
	/^\.EX$/ { inside = 1; file = sprintf("%s/%03d", dir, ++n); next }
	/^\.EE$/ { inside = 0; print file, (section == "TUTORIAL" ? "tutorial" : "other"); next }
	inside { print > file }' "$page" > "$tmp/blocks"
mkdir "$tmp/whole" "$tmp/session"
head -n 1 "$tmp/blocks" | while read -r file _; do plain "$file" > "$tmp/frame"; done
# whole documents first: they may be parents of each other
tail -n +2 "$tmp/blocks" | while read -r file kind; do
	plain "$file" > "$file.text"
	case $kind:$(head -n 1 "$file.text") in
	"tutorial:\$ "*) cat "$file.text" >> "$tmp/session.text" ;;
	tutorial:*) cat "$file.text" >> "$tmp/session/tutorial.yaml" ;;
	other:language:*)
		id=$(sed -n 's/^id: *//p' "$file.text" | head -n 1 | tr / -)
		cp "$file.text" "$tmp/whole/$id.yaml"
		;;
	*)
		cat "$tmp/frame" "$file.text" > "$file.yaml"
		;;
	esac
done
count=0
for file in "$tmp"/whole/*.yaml "$tmp"/[0-9]*.yaml; do
	count=$((count + 1))
	title=$(sed -n '6,7p' "$file" | tr '\n' ' ')
	"$tool" --policies "$tmp/whole" policy check "$file" > "$tmp/out" 2>&1 || { echo "faults in: $title"; cat "$tmp/out"; bad=1; }
	if grep -q warning "$tmp/out"; then echo "warnings in: $title"; cat "$tmp/out"; bad=1; fi
	"$tool" --policies "$tmp/whole" policy test "$file" > "$tmp/out" 2>&1 || { echo "failed vectors in: $title"; cat "$tmp/out"; bad=1; }
done
echo "$count documents in the page"
[ "$count" -ge 20 ] || { echo "the documents of the page were not found"; bad=1; }

# --- the tutorial

diff "$srcdir/examples/tutorial.yaml" "$tmp/session/tutorial.yaml" || { echo "examples/tutorial.yaml is not the document of the page"; bad=1; }
printf '#!/bin/sh\nexec "%s" "$@"\n' "$(cd "$(dirname "$tool")" && pwd)/yibao" > "$tmp/yibao"
chmod +x "$tmp/yibao"
(
	PATH=$tmp:$PATH
	YIBAO_POLICY_PATH=$tmp/whole
	LC_ALL=C.UTF-8
	export PATH YIBAO_POLICY_PATH LC_ALL
	cd "$tmp/session"
	grep '^\$ ' "$tmp/session.text" | while IFS= read -r line; do
		printf '%s\n' "$line"
		sh -c "${line#\$ }" 2>&1 || :
	done
) > "$tmp/printed"
diff "$tmp/session.text" "$tmp/printed" || { echo "the tutorial of the page prints something else"; bad=1; }

# --- the page itself

if command -v mandoc >/dev/null 2>&1; then
	for name in "$page" "$srcdir/man/yibao-ledger.5"; do
		mandoc -T lint -W warning "$name" || bad=1
	done
fi
exit $bad
