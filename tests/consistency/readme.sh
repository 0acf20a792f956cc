#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# README.md and README.zh.md show what is true: the first program is examples/settle.c, what it
# prints is what it prints, so is what the commands on a ledger print, and the policy in a page
# passes its check and its vectors.
#
#   readme.sh           compare (a test)
#   readme.sh update    write program and output into both anew
set -eu
export LC_ALL=C.UTF-8
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
tool=$builddir/tools/yibao
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
[ -x "$tool" ] || { echo "tools/yibao was not built"; exit 77; }

# The program in Chinese: the same question, asked by the tool.
cd "$srcdir"
sed -n 's/.*"{\(.*\)}";$/{\1}/p; s/^\t"{\(.*\),"$/{\1,/p; s/^\t" \(.*\)}";$/\1}/p' examples/settle.c | sed 's/\\"/"/g' > "$tmp/facts"
head -n 1 "$tmp/facts" > "$tmp/person.json"
tail -n +2 "$tmp/facts" | tr -d '\n' > "$tmp/claim.json"
"$tool" --policies policies --explain settle "$tmp/person.json" "$tmp/claim.json" --lang en > "$tmp/en"
"$tool" --policies policies --explain settle "$tmp/person.json" "$tmp/claim.json" --lang zh > "$tmp/zh"
diff examples/settle.expected "$tmp/en" || { echo "the tool answers otherwise than examples/settle"; bad=1; }

# block README KIND: the first block that begins with ```KIND
block() {
	awk -v open="\`\`\`$2" '!done && inside && $0 == "```" { done = 1 } !done && inside { print } $0 == open && !inside { inside = 1 }' "$1"
}
# replaced README KIND FILE: the README with that block's content taken from a file
replaced() {
	awk -v open="\`\`\`$2" -v file="$3" '
		inside && $0 == "```" { inside = 0 }
		!inside { print }
		$0 == open && !done { done = inside = 1; while ((getline line < file) > 0) print line }' "$1"
}
printf '#!/bin/sh\nexec "%s" --lang "$spoken" "$@"\n' "$(cd "$(dirname "$tool")" && pwd)/yibao" > "$tmp/yibao"
chmod +x "$tmp/yibao"

# session README: the first console block, with what its commands print
session() {
	rm -rf "$tmp/session"
	mkdir -m 700 "$tmp/session"
	cp examples/*.json examples/*.jsonl "$tmp/session"
	block "$1" console | grep '^\$ ' > "$tmp/commands"
	(
		cd "$tmp/session"
		PATH=$tmp:$PATH
		[ "$1" = README.md ] && spoken=en || spoken=zh
		export PATH spoken
		while IFS= read -r line; do
			printf '%s\n' "$line"
			sh -c "${line#\$ }" < /dev/null 2>&1 || :
		done < "$tmp/commands"
	)
}
for readme in README.md README.zh.md; do
	[ $readme = README.md ] && output=$tmp/en || output=$tmp/zh
	session $readme > "$tmp/console"
	if [ "${1:-}" = update ]; then
		replaced $readme c examples/settle.c > "$tmp/new"
		replaced "$tmp/new" text "$output" > "$tmp/next"
		replaced "$tmp/next" console "$tmp/console" > "$tmp/newer"
		cmp -s "$tmp/newer" $readme || cp "$tmp/newer" $readme
	fi
	block $readme c | diff - examples/settle.c || { echo "$readme shows another program"; bad=1; }
	block $readme text | diff - "$output" || { echo "$readme shows another output"; bad=1; }
	block $readme console | diff - "$tmp/console" || { echo "$readme shows another session"; bad=1; }
	[ "$(grep -c '^\$ ' "$tmp/console")" -ge 5 ] || { echo "the session in $readme was not found"; bad=1; }
	block $readme yaml > "$tmp/$readme.yaml"
	"$tool" --policies policies policy check "$tmp/$readme.yaml" || { echo "the policy in $readme has faults"; bad=1; }
	"$tool" --policies policies policy test "$tmp/$readme.yaml" > "$tmp/vectors" || { cat "$tmp/vectors"; bad=1; }
	grep '^[1-9]' "$tmp/vectors" || { echo "the policy in $readme has no vectors"; bad=1; }
done
exit $bad
