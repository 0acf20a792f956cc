#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tool promises: the exit code of each command and the lines a user looks for, on the
# examples and on bad input of every kind.
set -u
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
tool=$builddir/tools/yibao
[ -x "$tool" ] || { echo "tools/yibao was not built"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$srcdir" || exit 1
unset LC_ALL LC_MESSAGES LANG
YIBAO_POLICY_PATH=$srcdir/policies
export YIBAO_POLICY_PATH
bad=0
tried=0

# want CODE WHAT... -- ARGUMENTS...: run the tool; each WHAT must be part of a line of what it prints,
# "!WHAT" of none; with exit code 0 or 1 nothing may be on standard error
want() {
	code=$1
	shift
	: > "$tmp/want"
	while [ "$1" != -- ]; do
		printf '%s\n' "$1" >> "$tmp/want"
		shift
	done
	shift
	tried=$((tried + 1))
	rc=0
	"$tool" "$@" > "$tmp/out" 2> "$tmp/err" < "${input:-/dev/null}" || rc=$?
	good=yes
	[ "$rc" = "$code" ] || { echo "FAIL: ended with $rc, not $code: yibao $*"; good=; }
	cat "$tmp/out" "$tmp/err" > "$tmp/both"
	while IFS= read -r line; do
		case $line in
		!*) ! grep -qF -e "${line#!}" "$tmp/both" || { echo "FAIL: printed \"${line#!}\": yibao $*"; good=; } ;;
		*) grep -qF -e "$line" "$tmp/both" || { echo "FAIL: did not print \"$line\": yibao $*"; good=; } ;;
		esac
	done < "$tmp/want"
	if [ "$code" -le 1 ] && [ -s "$tmp/err" ]; then
		echo "FAIL: something on standard error: yibao $*"
		good=
	elif [ "$code" -ge 2 ] && ! grep -q '^yibao: ' "$tmp/err"; then
		echo "FAIL: nothing on standard error: yibao $*"
		good=
	fi
	[ -n "$good" ] || { sed 's/^/  /' "$tmp/both" | head -n 20; bad=1; }
}
# --- answers

want 0 42,895.00 1,300.00 -- settle examples/employee.json examples/employee-stay.json
want 0 '"hifp_pay": "42895.00"' '"outcome": "answered"' '"schema"' -- settle examples/employee.json examples/employee-stay.json --json
want 0 42,895.00 1,300.00 banzhengshi.com -- settle examples/employee.json examples/employee-stay.json --explain
want 0 42,895.00 -- settle examples/employee.json examples/employee-stay.json --explain=summary
want 0 统筹基金 42,895.00 -- settle examples/employee.json examples/employee-stay.json --explain --lang zh
want 0 45,808.50 1,770.75 47,579.25 -- settle examples/retiree.json examples/retiree-second-stay.json
want 0 7,012.50 -- settle examples/child.json examples/child-stay.json
want 0 150.00 -- settle examples/wuhan-resident.json examples/wuhan-visit.json
want 1 weak -- settle examples/wuhan-resident.json examples/wuhan-stay.json
want 0 41,720.00 3,768.00 weak -- settle examples/wuhan-resident.json examples/wuhan-stay.json --confidence weak
want 0 weak -- settle examples/wuhan-resident.json examples/wuhan-stay.json --lenient
want 0 700.00 800.00 1,500.00 -- settle examples/shanghai-employee.json examples/shanghai-visit.json
want 0 '"acct_pay": "800.00"' '"psn_cash_pay": "0.00"' '"balc": "1500.00"' -- settle examples/shanghai-employee.json examples/shanghai-visit.json --json
want 0 '"preselfpay_amt": "108.40"' '"overlmt_selfpay": "40.00"' '"fulamt_ownpay_amt": "500.00"' -- settle examples/employee.json examples/employee-lines.json --json
want 0 '"outcome": "refused"' no_benefit -- settle examples/employee.json examples/employee-registration.json --json
want 1 '"outcome": "incomplete"' yb_admission -- settle examples/employee.json examples/employee-incomplete.json --json
want 1 '"outcome": "unsupported"' chronic -- settle examples/employee.json examples/employee-chronic.json --json
want 1 yb_admission -- settle examples/employee.json examples/employee-incomplete.json
input=examples/employee-stay.json
want 0 42,895.00 -- settle examples/employee.json -
want 0 42,895.00 -- settle examples/employee.json - --policies policies
input=
# options before and after the command
want 0 42,895.00 -- --lang en settle --explain examples/employee.json --policies=policies examples/employee-stay.json

# --- policies

want 0 110000/310 'Beijing, employees' '!set aside' -- policy list
want 0 北京市职工基本医疗保险 -- policy list --lang zh
want 0 '"id": "110000/310"' '"hash": "' -- policy list --json
want 0 110000/310 1300 -- policy show 110000/310
want 0 4500 5000 -- policy show 110000/390
want 0 '→  5000' '!→  4500' -- policy show 110000/390 --on 2025-01-01
want 0 '→  4500' '!→  5000' -- policy show 110000/390 --on 2024-12-31
want 0 s107 banzhengshi.com -- policy sources 110000/310
want 4 'did you mean "110000/310"' -- policy show 110000/311
want 4 'no policy document "x"' -- policy sources x
want 0 'policies/110000-310.yaml: ok' -- policy check policies/110000-310.yaml
want 0 '"ok": true' -- policy check --json policies/110000-310.yaml
want 0 ' 0 failed' '!FAILED' -- policy test policies/110000-310.yaml policies/110000-390.yaml
want 0 '"failed": 0' -- policy test policies/110000-310.yaml --json

mkdir "$tmp/policies" "$tmp/empty"
sed 's/borders: \[30000/borderss: [30000/' policies/110000-310.yaml > "$tmp/policies/110000-310.yaml"
cp policies/110000-390.yaml policies/000000-*.yaml "$tmp/policies"
want 4 '110000-310.yaml:' 'unknown key "borderss"' 'did you mean "borders"' -- policy check "$tmp/policies/110000-310.yaml"
want 4 '110000-390.yaml: ok' '!110000-310.yaml: ok' -- policy check "$tmp/policies/110000-310.yaml" "$tmp/policies/110000-390.yaml"
want 4 '"ok": false' YB_E_UNKNOWN_KEY -- policy check --json "$tmp/policies/110000-310.yaml"
want 4 borderss -- policy test "$tmp/policies/110000-310.yaml"
want 0 'set aside' borderss 110000/390 -- --policies "$tmp/policies" policy list
want 0 '"set_aside"' -- --policies "$tmp/policies" policy list --json
want 4 borderss -- --policies "$tmp/policies" settle examples/employee.json examples/employee-stay.json
want 4 borderss -- --policies "$tmp/policies" policy show 110000/310
# the one given first goes before the later one
sed 's/hifp_pay: 25830,/hifp_pay: 25831,/' policies/110000-310.yaml > "$tmp/other.yaml"
want 1 'in-service-L1-to-30k: FAILED' hifp_pay ' 1 failed' -- policy test "$tmp/other.yaml"
want 1 '"failed": 1' -- policy test --json "$tmp/other.yaml"
want 4 no_such_file -- policy check "$tmp/no_such_file"
want 4 directory -- policy check "$tmp"
want 4 empty -- --policies "$tmp/empty" policy list
want 4 no_such_dir -- --policies "$tmp/no_such_dir" policy list
input=policies/110000-310.yaml
want 0 'standard input: ok' -- policy check -
input=
YIBAO_POLICY_PATH=$tmp/empty:$srcdir/policies
want 0 42,895.00 -- settle examples/employee.json examples/employee-stay.json
YIBAO_POLICY_PATH=$srcdir/policies

# --- documents that are none

want 3 no_such_file -- settle "$tmp/no_such_file" examples/employee-stay.json
want 3 'is a directory' -- settle examples/employee.json "$tmp"
want 3 'not a regular file' -- settle examples/employee.json /dev/null
if mkfifo "$tmp/fifo" 2>/dev/null; then
	want 3 'not a regular file' -- settle "$tmp/fifo" examples/employee-stay.json
fi
if [ "$(id -u)" != 0 ]; then
	cp examples/employee.json "$tmp/unreadable" && chmod 000 "$tmp/unreadable"
	want 3 unreadable -- settle "$tmp/unreadable" examples/employee-stay.json
fi
# change FROM TO: an example with something else in it
change() {
	sed "s/$2/$3/" "examples/$1.json" > "$tmp/$1.json"
}
change employee '"brdy"' '"brdey"'
want 3 'employee.json:3:3: unknown key "brdey"; did you mean "brdy"?' -- settle "$tmp/employee.json" examples/employee-stay.json
change employee '"brdy": "1984-05-17"' '"brdy": "1985-02-29"'
want 3 employee.json:3: -- settle "$tmp/employee.json" examples/employee-stay.json
change employee '"brdy": "1984-05-17"' '"certno": "110105194912310021"'
want 3 employee.json:3: '!110105194912310021' -- settle "$tmp/employee.json" examples/employee-stay.json
change employee '"brdy": "1984-05-17"' '"certno": "11010519491231002X"'
want 3 '!11010519491231002X' -- settle "$tmp/employee.json" examples/employee-stay.json # a woman, says the number, and gend says 1
change employee '"insuplc_admdvs": "110000"' '"insuplc_admdvs": "650100"'
want 3 650100 -- settle "$tmp/employee.json" examples/employee-stay.json
change employee-stay '"52000.00"' '"52000.001"'
want 3 employee-stay.json:9: -- settle examples/employee.json "$tmp/employee-stay.json"
change employee-stay '"50000.00"' '"50000.01"'
want 3 yibao: -- settle examples/employee.json "$tmp/employee-stay.json"
change employee-stay '"2026-03-09"' '"2026-02-09"'
want 3 yibao: -- settle examples/employee.json "$tmp/employee-stay.json"
change employee-stay '"mdtrt_id": "Z-EXAMPLE-1"' '"mdtrt_id": "Z", "mdtrt_id": "Z"'
want 3 mdtrt_id -- settle examples/employee.json "$tmp/employee-stay.json"
printf '{"mdtrt_id": "\377"}' > "$tmp/text.json"
want 3 text.json:1: -- settle examples/employee.json "$tmp/text.json"
printf '' > "$tmp/text.json"
want 3 text.json -- settle examples/employee.json "$tmp/text.json"
printf '{"mdtrt_id": ' > "$tmp/text.json"
want 3 text.json: -- settle examples/employee.json "$tmp/text.json"
head -c 17000000 /dev/zero > "$tmp/text.json"
want 3 '16 MiB' -- settle examples/employee.json "$tmp/text.json"
rm "$tmp/text.json"

# --- usage

want 2 'a command is needed' --
want 2 'did you mean "settle"' 'policy sources' -- settel
want 2 'did you mean "policy list"' -- policy lst
want 2 'unknown command "fee"' settle -- fee examples/employee.json
want 2 'list, show' -- policy
want 2 'usage: yibao settle PERSON CLAIM' -- settle examples/employee.json
want 2 'usage: yibao policy list' -- policy list more
want 2 'unknown option "--ledger"' -- settle --ledger x examples/employee.json examples/employee-stay.json
want 2 'did you mean "--policies"' -- --polices x policy list
want 2 'unknown option "-x"' -- -x policy list
want 2 '--lang fr: must be zh or en' -- --lang fr policy list
want 2 '--explain all: must be summary or full' -- --explain=all policy list
want 2 '--confidence strong' -- --confidence strong policy list
want 2 '--on 2026-02-29' -- policy show 110000/310 --on 2026-02-29
want 2 'takes no --on' -- policy list --on 2026-01-01
want 2 '--policies needs' -- --policies
want 2 '--json takes no word' -- --json=yes policy list
want 2 'only one document' -- settle - -
want 0 "yibao ${YB_VERSION:-}" -- --version
want 0 'Usage:' 'yibao settle PERSON CLAIM' --policies 'Exit status' -- --help
want 0 'Usage: yibao policy show ID' -- policy show --help
want 0 'yibao policy sources ID' '!yibao settle PERSON' -- policy --help
want 0 用法 -- --help --lang zh
LANG=zh_CN.UTF-8
export LANG
want 0 北京市职工基本医疗保险 -- policy list
LC_ALL=C.UTF-8
export LC_ALL
want 0 'Beijing, employees' -- policy list

# --- what was printed has not arrived

# fails CODE MESSAGE ARGUMENTS...: standard output is what the caller made it
fails() {
	code=$1
	message=$2
	shift 2
	tried=$((tried + 1))
	rc=0
	"$tool" "$@" 2> "$tmp/err" || rc=$?
	[ "$rc" = "$code" ] && grep -qF "$message" "$tmp/err" && return
	echo "FAIL: ended with $rc, not $code, or did not say \"$message\": yibao $*" >&2
	cat "$tmp/err" >&2
	bad=1
}
if [ -c /dev/full ]; then
	fails 70 'standard output' policy list > /dev/full
	fails 70 'standard output' settle examples/employee.json examples/employee-stay.json --json > /dev/full
	fails 70 'standard output' --help > /dev/full
fi
fails 70 'standard output' settle examples/employee.json examples/employee-stay.json >&-
# nobody reads any more: the reader closes its end before the tool is let go; no complaint, as of any tool before "| head"
if mkfifo "$tmp/go" 2>/dev/null; then
	{
		: < "$tmp/go"
		"$tool" policy show 110000/310 2> "$tmp/err"
		echo $? > "$tmp/rc"
	} | {
		exec < /dev/null
		: > "$tmp/go"
	}
	tried=$((tried + 1))
	if [ "$(cat "$tmp/rc")" != 70 ] || [ -s "$tmp/err" ]; then
		echo "FAIL: a closed pipe: $(cat "$tmp/rc" "$tmp/err")"
		bad=1
	fi
fi

echo "$tried runs of the tool"
exit $bad
