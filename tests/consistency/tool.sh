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

# what is owed
want 0 1,100.00 400.00 700.00 2026-01-01 -- fee examples/wuhan-resident.json --year 2026 --paid-on 2025-11-20
want 0 1,100.00 dcwnkz.com -- fee examples/wuhan-resident.json --year 2026 --explain
want 0 财政补助 700.00 -- --lang zh fee --year 2026 examples/wuhan-resident.json
want 0 '"question": "fee"' '"finsubs": "700.00"' '"window": "closed"' -- fee examples/wuhan-resident.json --year=2026 --paid-on=2026-04-01 --json
want 0 400.00 -- fee examples/student.json --year 2026
want 0 800.00 '!9,600.00' -- fee examples/flexible.json --year 2026
want 0 800.00 9,600.00 -- fee examples/flexible.json --year 2026 --months 12
# 10 % of the ceiling of the base: 37,731 from July 2026, 36,921 until June 2025
sed 's/8000.00/40000.00/' examples/flexible.json > "$tmp/wage.json"
want 0 3,773.10 -- fee "$tmp/wage.json" --year 2026
want 0 3,692.10 -- fee "$tmp/wage.json" --year 2024 --on 2025-06-30
want 1 base_floor -- fee "$tmp/wage.json" --year 2025 --on 2025-07-01
want 1 '"outcome": "incomplete"' '"missing": ["yb_paid_months"]' -- fee examples/retiree.json --year 2026 --json
want 1 '"outcome": "unsupported"' -- fee examples/wuhan-resident.json --year 2030 --json
input=examples/wuhan-resident.json
want 0 1,100.00 -- fee - --year 2026
input=

# what is credited
want 0 110.00 -3.00 107.00 -- refund examples/retiree.json --month 2026-03
want 0 大额医疗互助 107.00 -- refund examples/retiree.json --month 2026-03 --explain --lang zh
want 0 '"question": "refund"' '"credit": "107.00"' -- refund examples/retiree.json --month 2026-03 --json
want 0 1,890.00 2026-07 2027-06 -- refund examples/shanghai-retiree.json --year 2026
want 0 '"outcome": "refused"' 没有个人账户 -- refund examples/wuhan-resident.json --month 2026-03 --json
want 1 '"outcome": "unsupported"' -- refund examples/retiree.json --interest --on 2026-06-30 --json
sed 's/"psn_idet_type": \[\]/&, "yb_attributes": {"refund_reason": "duplicate", "benefits_used": "no"}/' examples/wuhan-resident.json > "$tmp/twice.json"
want 0 '100 %' 2025-12-31 '!400.00' -- refund "$tmp/twice.json" --contribution --year 2026 --paid-on 2025-11-20 --on 2025-12-31
want 0 '100 %' 400.00 -- refund "$tmp/twice.json" --contribution --year 2026 --paid-on 2025-11-20 --on 2025-12-31 --paid 400
want 0 '"outcome": "refused"' too_late -- refund "$tmp/twice.json" --contribution --year 2026 --paid-on 2025-11-20 --on 2026-01-01 --json
want 1 refund_reason -- refund examples/wuhan-resident.json --contribution --year 2026 --paid-on 2025-11-20 --on 2025-12-31

# from when
want 0 2026-04-01 '3 months' -- eligibility examples/wuhan-gap.json --on 2026-03-31 --paid-on 2025-11-20
want 0 '"covered": false' '"start": "2026-04-01"' '"gap_years": 1' -- eligibility examples/wuhan-gap.json --on 2026-03-31 --paid-on 2025-11-20 --json
want 0 '"covered": true' -- eligibility examples/wuhan-gap.json --on 2026-04-01 --paid-on 2025-11-20 --json
want 0 '3 个月' -- eligibility examples/wuhan-gap.json --paid-on 2025-11-20 --year 2026 --lang zh
want 0 'having paid by 2026-02-28' -- eligibility examples/wuhan-gap.json --year 2026 --paid-on 2026-03-10
want 0 2026-05-01 '6 months' -- eligibility examples/flexible.json --paid-on 2025-10-15
want 1 '"outcome": "incomplete"' yb_cover -- eligibility examples/wuhan-resident.json --on 2026-03-01 --json
want 3 'paid before birth' -- eligibility examples/wuhan-gap.json --paid-on 1987-11-20 --year 2026
want 0 15,000.00 -- rewards examples/wuhan-rewards.json --year 2029 --explain
want 0 零报销 15,000.00 -- rewards examples/wuhan-rewards.json --year 2029 --lang zh
want 0 0.00 'counts as a gap' -- rewards examples/wuhan-gap.json --year 2026 --explain
want 1 '"outcome": "unsupported"' no_section -- rewards examples/employee.json --year 2026 --json

# a JSON answer is one document: read as a person it is refused for its first key and not for its form
readable() {
	"$tool" "$@" --json --explain > "$tmp/answer.json"
	want 3 'answer.json:1:2: unknown key "schema"' '!parsing' -- fee "$tmp/answer.json" --year 2026
}
readable fee examples/wuhan-resident.json --year 2026 --paid-on 2025-11-20
readable fee examples/flexible.json --year 2026 --months 12
readable refund examples/retiree.json --month 2026-03
readable refund examples/shanghai-retiree.json --year 2026
readable refund "$tmp/twice.json" --contribution --year 2026 --paid-on 2025-11-20 --on 2025-12-31 --paid 400
readable eligibility examples/wuhan-gap.json --year 2026 --paid-on 2026-03-10
readable rewards examples/wuhan-gap.json --year 2026
readable settle examples/employee.json examples/employee-stay.json

# --- the ledger

cat > "$tmp/paid.json" << 'EOF'
{"key": "fee-1", "kind": "contribution", "psn_no": "P1", "certno": "11010519491231002X", "business_day": "2026-01-05", "insutype": "390",
 "period": "2026", "shares": {"person": 400, "finsubs": "700.50"}, "channel": "wx_city"}
EOF
cat > "$tmp/january.jsonl" << 'EOF'
{"key": "k1", "kind": "credit", "psn_no": "P1", "business_day": "2026-01-06", "period": "2026-01", "amount": "12345.67"}

{"key": "k2", "kind": "credit", "psn_no": "P1", "business_day": "2026-02-06", "period": "2026-01", "amount": "1.00"}
EOF
sed 's/"1.00"/"1.001"/' "$tmp/january.jsonl" > "$tmp/bad.jsonl"
printf '%s\n' '{"key": "k3", "kind": "credit", "psn_no": "P1", "business_day": "2026-01-06", "period": "2026-01", "amount": 1}' \
	'{"key": "o", "kind": "transfer-out", "psn_no": "P7", "business_day": "2026-01-06", "region": "310000", "amount": 1}' > "$tmp/over.jsonl"
ledger=$tmp/x.ledger
want 0 'x.ledger.key' -- ledger init "$ledger"
want 5 'there is such a file' -- ledger init "$ledger"
[ "$(ls -l "$ledger" | cut -c1-10) $(ls -l "$ledger.key" | cut -c1-10)" = "-rw------- -rw-------" ] || { echo "FAIL: others may read the ledger"; bad=1; }
want 0 '       1  posted ' fee-1 -- ledger post "$ledger" "$tmp/paid.json" --posting-day 2026-01-31
want 0 'there already' -- ledger post "$ledger" "$tmp/paid.json"
want 0 '"existed": true' '"seq": 1' '"psn_hash": "#' '!11010519491231002' -- ledger post "$ledger" "$tmp/paid.json" --json
want 3 'bad.jsonl:3:110: "1.001" is no amount' 'nothing of the batch' -- ledger post "$ledger" --batch "$tmp/bad.jsonl" --posting-day 2026-01-31
want 5 'over.jsonl:2: ' 'nothing of the batch' -- ledger post "$ledger" --batch "$tmp/over.jsonl" --posting-day 2026-01-31
want 5 'nothing of that key' -- ledger show "$ledger" k3
input=$tmp/january.jsonl
want 0 '2 posted, 0 there already; head 3:' -- ledger post "$ledger" - --batch --posting-day 2026-02-28
want 0 '"posted": 0, "existed": 2, "seq": 3' -- ledger post "$ledger" - --batch --json
input=$tmp/paid.json
want 0 'there already' -- ledger post "$ledger" -
input=
want 2 'only one document' -- ledger post "$ledger" - -
want 5 'before 2026-02-28' -- ledger post "$ledger" --batch "$tmp/over.jsonl" --posting-day 2026-01-31
want 2 'date that exists' -- ledger post "$ledger" "$tmp/paid.json" --posting-day today
want 2 'usage: yibao ledger post' -- ledger post "$ledger"
want 3 'No such file' -- ledger post "$ledger" "$tmp/none.json"
want 5 'none.ledger: no such file' -- ledger post "$tmp/none.ledger" "$tmp/paid.json"
want 0 '12,345.67' 'k1' '!by hash' -- ledger show "$ledger" 2
want 0 '划入' '12,345.67' -- ledger show "$ledger" k1 --lang zh
want 0 '{"seq": 1, "posting_day": "2026-01-31", "facts": {"key": "fee-1"' '!11010519491231002' -- ledger show "$ledger" 1 --json
want 5 'nothing of that key' -- ledger show "$ledger" 4
want 0 '12,346.67' 'after all' -- ledger balance "$ledger" --person P1
want 0 '12,345.67' '2026-02-05, by business day' -- ledger balance "$ledger" --person P1 --on 2026-02-05
want 0 '12,345.67' -- ledger balance "$ledger" --person P1 --on 2026-01-31 --axis business
want 0 '"balance": "0.00"' '"axis": "posting"' -- ledger balance "$ledger" --person P1 --on 2026-01-31 --axis posting --json
want 0 '1,100.50' '按入账日' -- ledger balance "$ledger" --account fund/390100 --on 2026-01-31 --axis posting --lang zh
printf '{"certno": "11010519491231002x"}' > "$tmp/who.json"
want 0 'account/P1' '12,346.67' -- ledger balance "$ledger" --certno-from "$tmp/who.json"
input=$tmp/who.json
want 0 '"account": "account/P1", "balance": "12346.67"' -- ledger balance "$ledger" --certno-from - --json
input=
want 3 'has no "certno"' -- ledger balance "$ledger" --certno-from examples/wuhan-gap.json
want 2 'does not belong on a command line' '!11010519491231002' -- ledger balance "$ledger" --person 11010519491231002X
want 2 'one of --person' -- ledger balance "$ledger"
want 2 'one of --person' -- ledger balance "$ledger" --person P1 --account cash
want 2 'business or posting' -- ledger balance "$ledger" --person P1 --axis x
want 2 'not the name of an account' -- ledger balance "$ledger" --account purse
want 5 'nothing was posted of this person' -- ledger balance "$ledger" --person P9
want 0 '12,345.67' '2026-01-06' '!2026-02-06' -- ledger statement "$ledger" --person P1 --to 2026-01-31
want 0 '"schema": "yibao-statement/1"' -- ledger statement "$ledger" --account fund/390100 --axis posting --json
want 0 '<html' '12,346.67' -- ledger statement "$ledger" --certno-from "$tmp/who.json" --html
want 0 'k2' '!yibao-statement' -- ledger statement "$ledger" --person P1 --from 2026-02-01 --csv
want 2 'only one of --json' -- ledger statement "$ledger" --person P1 --csv --json
want 2 'says of whom' -- ledger statement "$ledger" --person P1 --account cash
want 2 -- ledger statement "$ledger" --person P1 --from 2026-02-01 --to 2026-01-31
want 5 'nothing was posted of this person' -- ledger statement "$ledger" --person P9
want 0 '400.00' -- ledger records "$ledger" --person P1
want 0 '缴费' '400.00' -- ledger records "$ledger" --certno-from "$tmp/who.json" --lang zh
want 0 '"schema": "yibao-records/1"' -- ledger records "$ledger" --person P1 --json
want 0 'fee-1' -- ledger records "$ledger" --person P1 --csv
want 2 'says of whom' -- ledger records "$ledger"
want 2 'takes no --account' -- ledger records "$ledger" --account cash
want 0 'all 14 checks hold' -- ledger verify "$ledger"
want 0 '"holds": true' -- ledger verify "$ledger" chain balances --json
want 2 'there is no check "chains"' -- ledger verify "$ledger" chains
want 2 'must be a number' -- ledger verify "$ledger" --head 3
head=$("$tool" ledger show "$ledger" 2 --json | sed 's/.*"chain": "\(.*\)"}/2:\1/')
want 0 'chain       holds' -- ledger verify "$ledger" chain --head "$head"
want 5 'the head that is expected is not in the chain' '1 of the checks failed' -- ledger verify "$ledger" chain --head "3:${head#2:}"
chmod 644 "$ledger.key"
want 5 'only its owner may read' -- ledger balance "$ledger" --person P1
chmod 600 "$ledger.key"
printf 'no ledger' > "$tmp/z.ledger"
want 5 'z.ledger: not a ledger' -- ledger show "$tmp/z.ledger" 1
want 2 'ledger" needs a word more: init, post' -- ledger
want 2 'did you mean "ledger show"' -- ledger shaw "$ledger" 1
want 0 'process' -- ledger post --help
want 0 '进程列表' -- ledger post --help --lang zh

# what man/yibao-ledger.5 shows follows the chain with nothing but sha256sum
sed -n '/^chain=.*printf/,/^\.EE/p' man/yibao-ledger.5 | sed '/^\.EE/d; s/\\(aq/'"'"'/g; s/\\-/-/g; s/\\e/\\/g' > "$tmp/follow.sh"
for seq in 1 2 3; do "$tool" ledger show "$ledger" $seq --json; done > "$tmp/lines"
"$tool" ledger verify "$ledger" chain --json | sed 's/.*"head": "\([0-9a-f]*\)".*/\1/' > "$tmp/head"
sh "$tmp/follow.sh" < "$tmp/lines" | diff - "$tmp/head" || { echo "FAIL: the chain as the page follows it ends elsewhere"; bad=1; }
sed 's/12345.67/12345.68/' "$tmp/lines" | sh "$tmp/follow.sh" | grep -q '^broken: {"seq": 2,' || { echo "FAIL: the page does not find a change"; bad=1; }

# a bill on a ledger, worked out again, written out and read back
sed 's/"yb_account_balance": "[^"]*",*//' examples/employee.json > "$tmp/insured.json"
sed 's/"yb_admission": [0-9]*,//; s/, *"yb_totals": {[^}]*}//' examples/employee-stay.json > "$tmp/stay.json"
insured=$(sed -n 's/.*"psn_no": "\(.*\)",/\1/p' "$tmp/insured.json")
want 0 42,895.00 '!posted' -- settle "$tmp/insured.json" "$tmp/stay.json" --ledger "$ledger"
want 0 'posted: transaction 4' 42,895.00 -- settle "$tmp/insured.json" "$tmp/stay.json" --ledger "$ledger" --post --key Z1 --posting-day 2026-03-10
want 0 'there already: transaction 4' -- settle "$tmp/insured.json" "$tmp/stay.json" --ledger "$ledger" --post --key Z1 --posting-day 2026-03-10
sed -i 's/Z-EXAMPLE-1/Z-EXAMPLE-2/' "$tmp/stay.json"
want 0 650.00 -- settle "$tmp/insured.json" "$tmp/stay.json" --ledger "$ledger"
want 0 '已入账：第 5 笔' -- settle "$tmp/insured.json" "$tmp/stay.json" --ledger "$ledger" --post --key Z2 --posting-day 2026-03-10 --lang zh
want 5 'with other facts' -- settle "$tmp/insured.json" "$tmp/stay.json" --ledger "$ledger" --post --key k1 --posting-day 2026-03-10
want 2 'go together' -- settle "$tmp/insured.json" "$tmp/stay.json" --ledger "$ledger" --post
want 2 'of a --ledger' -- settle "$tmp/insured.json" "$tmp/stay.json" --post --key Z1
want 3 'the ledger says which stay' -- settle "$tmp/insured.json" examples/employee-stay.json --ledger "$ledger"
want 5 'no such file' -- settle "$tmp/insured.json" "$tmp/stay.json" --ledger "$tmp/none.ledger"
want 0 '2 settlements, 0 adjusted' -- ledger resettle "$ledger" --person "$insured" --year 2026 --posting-day 2026-03-11
want 0 '"policy": "current"' -- ledger resettle "$ledger" --person "$insured" --year 2026 --policy current --json --posting-day 2026-03-11
want 0 F0000 104,000.00 D310100 -- ledger accumulators "$ledger" --person "$insured" --year 2026
want 0 '"schema": "yibao-accumulators/1"' F0000_BIZ21 -- ledger accumulators "$ledger" --person "$insured" --from 2026-01-01 --to 2026-12-31 --json
want 0 F0000 -- ledger accumulators "$ledger" --person "$insured" --year 2026 --csv
want 0 '!104,000.00' -- ledger accumulators "$ledger" --person "$insured" --year 2025
want 2 'either --year' -- ledger accumulators "$ledger" --person "$insured"
want 2 'either --year' -- ledger accumulators "$ledger" --person "$insured" --year 2026 --from 2026-01-01
want 2 'says of whom' -- ledger accumulators "$ledger" --year 2026
want 2 'needs --year' -- ledger resettle "$ledger" --person "$insured"
want 2 'must be current' -- ledger resettle "$ledger" --person "$insured" --year 2026 --policy old
want 0 '{"schema": "yibao-ledger/1", "transactions": 5, "head": "' '{"document": "' -- ledger export "$ledger"
"$tool" ledger export "$ledger" > "$tmp/export.jsonl"
want 5 'not empty' -- ledger import "$ledger" "$tmp/export.jsonl"
want 0 new.ledger -- ledger init "$tmp/new.ledger"
sed 's/12345.67/12345.68/' "$tmp/export.jsonl" > "$tmp/changed.jsonl"
want 3 "changed.jsonl:$(grep -n '12345.68' "$tmp/changed.jsonl" | cut -d: -f1):" -- ledger import "$tmp/new.ledger" "$tmp/changed.jsonl"
head -n -1 "$tmp/export.jsonl" > "$tmp/short.jsonl"
want 3 short.jsonl -- ledger import "$tmp/new.ledger" "$tmp/short.jsonl"
want 5 'nothing of that key' -- ledger show "$tmp/new.ledger" 1
input=$tmp/export.jsonl
want 0 '5 transactions; head 5:' -- ledger import "$tmp/new.ledger"
input=
want 0 'all 14 checks hold' -- ledger verify "$tmp/new.ledger"
"$tool" ledger export "$tmp/new.ledger" | cmp -s - "$tmp/export.jsonl" || { echo "FAIL: what was read is not what was written"; bad=1; }
want 3 'No such file' -- ledger import "$tmp/new.ledger" "$tmp/none.jsonl"

# --- policies

want 0 110000/310 'Beijing, employees' '!set aside' -- policy list
want 0 北京市职工基本医疗保险 -- policy list --lang zh
want 0 '"id": "110000/310"' '"hash": "' -- policy list --json
want 0 110000/310 1300 -- policy show 110000/310
want 0 4500 5000 -- policy show 110000/390
want 0 '→  5000' '!→  4500' -- policy show 110000/390 --on 2025-01-01
want 0 '→  4500' '!→  5000' -- policy show 110000/390 --on 2024-12-31
want 0 s107 banzhengshi.com -- policy sources 110000/310
want 0 'Figures' '1: 1300 yuan  [s107 (repost)]' '!stale' -- policy sources 110000/310
want 0 'stale: its clause ended: through 2026-12-31' 'stale on 2029-01-01: ' -- policy sources 110000/390 --on 2029-01-01
want 0 '已过期：' -- policy sources 110000/390 --on 2029-01-01 --lang zh
want 0 '"schema": "yibao-sources/1"' '"schema": "yibao-figures/1"' -- policy sources 110000/310 --json
want 0 'Sources' 'base × 2%' 's107  北京市医疗保障局' -- policy show 110000/310
want 4 'did you mean "110000/310"' -- policy show 110000/311
want 4 'no policy document "x"' -- policy sources x

# --- codes of a province

want 0 'nationally 21' 2101 'resident caesarean' -- policy show 430000/codes
want 0 'codes by 430000/codes' -- policy show 430000/390
want 0 codes/med_type codes/fund_pay_type/620100 -- policy sources 430000/codes
cat > "$tmp/1901.json" << 'EOF'
{"infcode": 0, "output": {"list": [
 {"type": "MED_TYPE", "label": "\u4f4f院", "value": "21", "parentValue": null, "sort": 1, "valiFlag": "1", "version": "1"},
 {"type": "med_type", "label": "普通住院", "value": "2101", "parentValue": "21", "sort": 2, "valiFlag": 1, "version": "1"},
 {"type": "med_type", "label": "旧住院", "value": "2101", "parentValue": "21", "sort": 2, "valiFlag": "0", "version": "2"},
 {"type": "med_type", "label": "儿童两病门诊", "value": "9903", "valiFlag": "1"},
 {"type": "med_type", "label": "特病\"x\"", "value": "9901", "valiFlag": "1"},
 {"type": "med_type", "label": "停用类", "value": "24", "valiFlag": "0"},
 {"type": "chrgitm_lv", "label": "甲类", "value": "1", "valiFlag": "1"},
 {"type": "psn_type", "label": "退休人员", "value": "12", "valiFlag": "1"},
 {"type": "fund_pay_type", "label": "职工统筹", "value": "310101", "valiFlag": "1"},
 {"type": "insutype", "label": "别的", "value": "999", "valiFlag": "1"},
 {"type": "bld_cat_code", "label": "红细胞", "value": "1", "valiFlag": "1"}
]}}
EOF
printf 'type\tlabel\tvalue\tparentValue\tsort\tvaliFlag\tversion\r\nmed_type\t普通住院\t2101\t21\t1\t1\t1\r\nmed_type\t住院\t21\tnull\t1\t1\t1\n' > "$tmp/1901.tsv"
printf 'med_type\t普通住院\t2101\t21\t1\t1\tme\t2025-01-01\t1\nmed_type\t住院\t21\tnull\t1\t0\tme\t2025-01-01\t1\n' > "$tmp/1901.txt"
made='--id 990000 --issuer A --docno d'
want 0 'code: "2101", is: "21", zh: "普通住院"}' 'code: "9903", zh: "儿童两病门诊"' 'code: "9901", is: none, zh: "特病\"x\""' \
	'code: "24", is: none, zh: "停用类", valid: no' 'pad: 2' 'code: "01"' 'code: "310101", is: "310100"' '# left out: 1 rows' \
	'# left out, line 11: insutype 999' '退休人员 here and 退休 nationally: taken as one' '!红细胞' '!旧住院' \
	-- policy profile "$tmp/1901.json" $made
"$tool" policy profile "$tmp/1901.json" $made > "$tmp/990000-codes.yaml"
want 0 ok -- policy check "$tmp/990000-codes.yaml"
want 0 'code: "2101", is: "21"' 'confidence: weak' -- policy profile "$tmp/1901.tsv" $made --confidence weak
want 0 'code: "2101", is: "21"' 'code: "21", zh: "住院", valid: no' -- policy profile "$tmp/1901.txt" $made --url u --published 2025-01-01
want 2 'needs --id REGION' -- policy profile "$tmp/1901.json" --id 990000 --issuer A
want 2 'six digits' -- policy profile "$tmp/1901.json" --id 99000 --issuer A --url u
want 2 'control characters' -- policy profile "$tmp/1901.json" --id 990000 --url u --issuer "$(printf 'a\nb: c')"
want 3 'No such file' -- policy profile "$tmp/none.json" $made
# dictionary WHAT TEXT: a dictionary that is refused
dictionary() {
	printf "$2" > "$tmp/bad.json"
	want 3 "$1" -- policy profile "$tmp/bad.json" $made
}
dictionary 'bad.json:1:1: no rows' ''
dictionary 'no rows' '[]'
dictionary '1:2: expected a value' '['
dictionary '1:18: nested too deep' '[[[[[[[[[[[[[[[[[[[[]]]]'
dictionary '2:2: a row without a value' '[\n {"type": "med_type", "label": "x"}]'
dictionary '1:2: a row without a type' '[{"value": "21", "label": "x"}]'
dictionary 'a control character' '[{"type": "med_type", "value": "21", "label": "x\\nid: 1"}]'
dictionary 'a control character' '[{"type": "med_type", "value": "21", "label": "x\\u2028id: 1"}]'
dictionary 'an escape that is no character' '[{"type": "med_type", "value": "21", "label": "\\ud800"}]'
dictionary 'an escape that JSON does not have' '[{"type": "med_type", "value": "21", "label": "\\q"}]'
dictionary 'a text that does not end' '[{"type": "med_type'
dictionary 'expected a colon' '[{"type" "med_type"}]'
dictionary 'expected a comma or }' '[{"type": "med_type" "value": 1}]'
dictionary 'something after the end' '[{"type": "med_type", "value": "21"}] x'
dictionary 'twice with two labels' '[{"type": "med_type", "value": "21", "label": "a"}, {"type": "med_type", "value": "21", "label": "b"}]'
dictionary 'no code of a table' '[{"type": "bld_cat_code", "value": "1"}]'
dictionary '1:1: a row without a value' 'med_type\tx\n'
dictionary '0xff' '[{"type": "med_type", "value": "21", "label": "\377"}]'
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
want 1 '"failed": 1' '"line": ' '"steps": ["' -- policy test --json "$tmp/other.yaml"
want 1 '  hifp_pay: expected 25831, found 25830' '      deductible 1,300.00' '28,700.00 × 90 % = 25,830.00' -- policy test "$tmp/other.yaml"
want 1 '      起付标准 1,300.00' 'other.yaml:' -- policy test "$tmp/other.yaml" --lang zh
want 0 'vectors touch' 'table rows' ': no vector' ' 0 failed' -- policy test --coverage policies/110000-310.yaml
want 0 '110000/310：' '没有算例触及' -- policy test --coverage 110000/310 --lang zh
want 0 '"coverage": [' '"schema": "yibao-coverage/1"' -- policy test --coverage --json 110000/310 110000/390
want 0 ' 0 failed' '!touch' -- policy test 110000/310
want 2 'not both' -- policy test 110000/310 policies/110000-390.yaml
want 4 'did you mean "110000/310"' -- policy test 110000/311
want 2 'takes no --coverage' -- policy check --coverage policies/110000-310.yaml

# two documents: in words, and in amounts
sed 's/\[1, 1300\]/[1, 1400]/' policies/110000-310.yaml > "$tmp/changed.yaml"
sed 's/\[\[1, 1300\], \[2\.\., 650\]\]/[[2.., 650.00], [1, 1300.0]]/; s/borders: \[30000, 40000\]/borders: [ 30000.00,   40000 ]/
	s/when: {retired: no, yb_flexible: no}/when: {yb_flexible: no,  retired: no}/' policies/110000-310.yaml > "$tmp/same.yaml"
want 0 'Clauses: 1 changed, 0 added' '1: 1300 yuan  →  1400 yuan' 'changed.yaml:' 'largest fall' -- policy diff 110000/310 "$tmp/changed.yaml"
want 0 '改变  1：1300 元  →  1400 元' '最大减少' -- policy diff 110000/310 "$tmp/changed.yaml" --lang zh
want 0 '"kind": "changed"' '"amounts": [' '"fall": {' -- policy diff 110000/310 "$tmp/changed.yaml" --json
want 0 'No difference' '!largest' -- policy diff "$tmp/same.yaml" policies/110000-310.yaml
want 0 'amount: not encoded  →  by age' '!Amounts' -- policy diff 000000/310 110000/310 --cases 0
want 0 '!example' 'largest fall' -- policy diff 110000/310 "$tmp/changed.yaml" --examples 0 --cases 50 --seed 7
cat > "$tmp/reform.yaml" << 'END'
language: 1
id: 110000/reform
title: a reform
overlay: 110000/310
from: 2027-01-01
sources: {r: {issuer: I, url: u, confidence: official}}
refund:
  credits:
    - {id: own, source: r, when: {retired: no, yb_flexible: no}, period: month, base: = yb_wage_base, amount: = base * 3%}
END
want 0 'after   110000/reform' 'base*2%  →  =base*3%' 'own' -- policy diff 110000/310 --overlay "$tmp/reform.yaml" --cases 20
want 0 'No difference' -- policy diff 110000/310 --overlay "$tmp/reform.yaml" --on 2026-12-31 --cases 20
want 2 'two documents are compared' -- policy diff 110000/310
want 2 '--overlay goes with one document' -- policy diff 110000/310 110000/390 --overlay "$tmp/reform.yaml"
want 4 'did you mean "110000/310"' -- policy diff 110000/390 110000/311
want 4 'did you mean "110000/310"' -- policy diff 110000/311 110000/390
want 4 borderss -- policy diff 110000/310 "$tmp/policies/110000-310.yaml"
want 2 '--cases x: must be a number' -- policy diff 110000/310 110000/390 --cases x
want 2 '--examples 101: must be' -- policy diff 110000/310 110000/390 --examples 101
want 2 '--seed 0: must be' -- policy diff 110000/310 110000/390 --seed 0

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

# --- channels

want 0 '26 channels' wanshitong 'only in     340000' 'proxy_pay (implied)' 'seed 003 (seed)' -- channel list
want 0 '24 of 26 channels serve 340100' wanshitong '!suishenban' '!minzhengtong' -- channel list --region 340100
want 0 '共 26 个渠道' '缴费 pay*' -- channel list --lang zh
want 0 '"schema": "yibao-channel/1"' '"region": "310000"' suishenban '!wanshitong' -- --json channel list --region=310000
want 0 '  1. Me > Services > City services' '  7. pay' 'must be the insured place' 'The usual order' 'seed 000 (seed)' -- channel steps wx_city pay
want 0 '  2. 把所在地设为参保地' 各渠道通用 -- channel steps wx_city pay --lang zh
want 0 '"action": "enrol"' '"en": "submit"' '!"en": "bind ID"' -- channel steps nhsa_app enrol --json
want 0 12393 -- channel steps tel_12333 query_balance --confidence official
want 0 'The steps are not known' -- channel steps suishenban pay
want 1 'No source says' query_records -- channel steps nhsa_web pay
want 1 '"steps": {}' -- channel steps nhsa_web pay --json
want 2 'did you mean "bank_app"' -- channel steps bank_aps pay
want 2 'no channel "telepathy"; "yibao channel list"' -- channel steps telepathy pay
want 2 'did you mean "query_balance"' 'the actions are pay, proxy_pay' -- channel steps wx_city query_balence
want 2 '--region 34010: must be a region code' -- channel list --region 34010
want 2 'takes no --region' -- channel steps wx_city pay --region 340100
want 2 'list, steps' -- channel
want 2 'did you mean "channel list"' -- channel lst
want 2 'usage: yibao channel steps CHANNEL ACTION' -- channel steps wx_city
want 0 'Usage: yibao channel steps CHANNEL ACTION' -- channel steps --help
want 0 'yibao channel list' '!yibao policy' -- channel --help
want 0 wanshitong 皖事通 -- policy show 000000/channels --lang zh
want 0 channels/wanshitong channel_notes/order -- policy sources 000000/channels
mkdir "$tmp/frame" "$tmp/channels"
cp policies/000000-310.yaml "$tmp/frame"
want 4 'names channels' -- --policies "$tmp/frame" channel list
sed 's/kind: kiosk/kind: kioks/' policies/000000-channels.yaml > "$tmp/channels/000000-channels.yaml"
want 4 'names channels' 'did you mean "kiosk"' -- --policies "$tmp/channels" channel steps wx_city pay

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

# the other questions read a person, the policies and nothing else in the same way
cp examples/employee.json "$tmp/employee.json"
change child '"brdy"' '"brdey"'
change retiree '"insuplc_admdvs": "110000"' '"insuplc_admdvs": "650100"'
for question in 'fee --year 2026' 'refund --month 2026-03' 'refund --year 2026' 'refund --interest --on 2026-06-30' \
	'refund --contribution --year 2026 --paid-on 2025-11-20 --on 2025-12-01' 'eligibility --on 2026-03-01' 'rewards --year 2026'; do
	want 3 no_such_file -- $question "$tmp/no_such_file"
	want 3 'is a directory' -- $question "$tmp"
	want 3 'child.json:3:3: unknown key "brdey"; did you mean "brdy"?' -- $question "$tmp/child.json"
	want 3 650100 -- $question "$tmp/retiree.json"
	want 4 borderss -- --policies "$tmp/policies" $question "$tmp/employee.json"
	want 4 empty -- --policies "$tmp/empty" $question "$tmp/employee.json"
	want 4 no_such_dir -- --policies "$tmp/no_such_dir" $question "$tmp/employee.json"
	input=$tmp/child.json
	want 3 'standard input:3:3: unknown key "brdey"' -- $question -
	input=
done

head -c 68000000 /dev/zero > "$tmp/text.json"
want 3 '64 MiB' -- settle examples/employee.json "$tmp/text.json"
rm "$tmp/text.json"

# --- usage

want 2 'a command is needed' --
want 2 'did you mean "settle"' 'policy sources' -- settel
want 2 'did you mean "policy list"' -- policy lst
want 2 'unknown command "legder"' 'did you mean "ledger' 'fee, refund, eligibility, rewards, settle' -- legder examples/employee.json
want 2 'did you mean "refund"' -- refnd
want 2 'list, show' -- policy
want 2 'usage: yibao settle PERSON CLAIM' -- settle examples/employee.json
want 2 'usage: yibao policy list' -- policy list more
want 2 'unknown option "--ledgr"; did you mean "--ledger"' -- settle --ledgr x examples/employee.json examples/employee-stay.json
want 2 'did you mean "--policies"' -- --polices x policy list
want 2 'unknown option "-x"' -- -x policy list
want 2 '--lang fr: must be zh or en' -- --lang fr policy list
want 2 '--explain all: must be summary or full' -- --explain=all policy list
want 2 '--confidence strong' -- --confidence strong policy list
want 2 '--on 2026-02-29: must be a date that exists' -- policy show 110000/310 --on 2026-02-29
want 2 'takes no --on' -- policy list --on 2026-01-01

# the options of some commands: one that is lacking, one that does not belong, one twice, one that is no such thing
p=examples/employee.json
want 2 'usage: yibao fee PERSON --year Y' -- fee --year 2026
want 2 'usage: yibao fee' -- fee $p $p --year 2026
want 2 '"yibao fee" needs --year Y' -- fee $p
want 2 '"yibao fee" needs --year Y' -- fee $p --paid-on 2025-11-20 --months 12
want 2 '"yibao rewards" needs --year Y' -- rewards $p
want 2 '"yibao eligibility" needs --on DATE, --paid-on DATE or --year Y' -- eligibility $p
want 2 '"yibao eligibility" needs' -- eligibility $p --repaired 1
want 2 '"yibao refund" needs --month YYYY-MM, --year Y, --interest or --contribution' -- refund $p
want 2 '"yibao refund" needs' -- refund $p --on 2026-01-01
want 2 '"yibao refund" needs' -- refund $p --paid 400
want 2 '--interest needs --on DATE' -- refund $p --interest
want 2 '--interest needs --on DATE, and nothing else' -- refund $p --interest --on 2026-01-01 --year 2026
want 2 '--contribution needs --year Y, --paid-on DATE and --on DATE' -- refund $p --contribution
want 2 '--contribution needs' -- refund $p --contribution --year 2026 --paid-on 2025-11-20
want 2 '--contribution needs' -- refund $p --contribution --year 2026 --on 2025-11-20
want 2 '--contribution needs' -- refund $p --contribution --paid-on 2025-11-20 --on 2025-11-20
want 2 '--contribution needs' -- refund $p --contribution --interest --year 2026 --paid-on 2025-11-20 --on 2025-11-20
want 2 '--month YYYY-MM stands alone' -- refund $p --month 2026-03 --year 2026
want 2 '--month YYYY-MM stands alone' -- refund $p --month 2026-03 --on 2026-03-01
want 2 '--year Y stands alone' -- refund $p --year 2026 --on 2026-03-01
want 2 '--year Y stands alone' -- refund $p --year 2026 --paid 400
for option in --month=2026-01 --paid=400 --repaired=1 --interest --contribution; do
	want 2 "\"yibao fee\" takes no ${option%%=*}" -- fee $p --year 2026 $option
done
for option in --months=12 --repaired=1; do
	want 2 "\"yibao refund\" takes no ${option%%=*}" -- refund $p --month 2026-03 $option
done
for option in --month=2026-01 --months=12 --paid=400 --interest --contribution; do
	want 2 "\"yibao eligibility\" takes no ${option%%=*}" -- eligibility $p --on 2026-01-01 $option
done
for option in --on=2026-01-01 --paid-on=2026-01-01 --month=2026-01 --months=12 --paid=400 --repaired=1 --interest --contribution; do
	want 2 "\"yibao rewards\" takes no ${option%%=*}" -- rewards $p --year 2026 $option
done
for option in --paid-on=2026-01-01 --year=2026 --month=2026-01 --months=12 --paid=400 --repaired=1 --interest --contribution; do
	want 2 "\"yibao settle\" takes no ${option%%=*}" -- settle $p examples/employee-stay.json $option
	want 2 "\"yibao policy show\" takes no ${option%%=*}" -- policy show 110000/310 $option
done
want 2 '--on stands there twice' -- policy show 110000/310 --on 2026-01-01 --on 2026-01-01
want 2 '--year stands there twice' -- fee $p --year 2026 --year 2027
want 2 '--interest stands there twice' -- refund $p --interest --interest --on 2026-01-01
for word in 26 20260 0000 9999 -202 20x6 ' 202' +202 ''; do
	want 2 "--year $word: must be a year of four digits" -- fee $p --year "$word"
done
for word in 0 1801 99999 -1 1.5 twelve ''; do
	want 2 "--months $word: must be a number of months, 1 to 1800" -- fee $p --year 2026 --months "$word"
done
for word in 151 -1 x; do
	want 2 "--repaired $word: must be a number of years, 0 to 150" -- eligibility $p --year 2026 --repaired "$word"
done
for word in 2026-13 2026-00 2026-3 2026 2026-03-01 2026/03 ''; do
	want 2 "--month $word: must be a month that exists, YYYY-MM" -- refund $p --month "$word"
done
for word in 2025-02-29 2025-11-31 20251120 yesterday ''; do
	want 2 "--paid-on $word: must be a date that exists, YYYY-MM-DD" -- fee $p --year 2026 --paid-on "$word"
done
for word in 0 -400 400.001 4e2 10000000000.01 400元 ''; do
	want 2 "--paid $word: must be an amount in yuan" -- refund $p --contribution --year 2026 --paid-on 2025-11-20 --on 2025-11-20 --paid "$word"
done
want 2 'nothing can be asked about 1970-01-01' -- refund $p --month 1970-01
want 2 'nothing can be asked about 1970-01-01' -- eligibility $p --paid-on 1970-01-01
want 2 '"--mon" is short for several options' -- fee $p --mon 3
want 2 '--year needs a word' -- fee $p --year
want 2 '--interest takes no word' -- refund $p --interest=yes --on 2026-01-01
want 2 '--policies needs' -- --policies
want 2 '--json takes no word' -- --json=yes policy list
want 2 'only one document' -- settle - -
want 0 "yibao ${YB_VERSION:-}" -- --version
want 0 'Usage:' 'yibao settle PERSON CLAIM' --policies 'Exit status' -- --help
want 0 'Usage: yibao policy show ID' -- policy show --help
want 0 'Usage: yibao fee PERSON --year Y' --paid-on --months -- fee --help
want 0 'Usage: yibao refund PERSON' --interest --contribution --paid -- --help refund
want 0 'Usage: yibao eligibility PERSON' --repaired yb_cover -- eligibility --help
want 0 'Usage: yibao rewards PERSON' claimed -- rewards --help
want 0 缴费期 -- fee --help --lang zh
want 0 退费 -- refund --help --lang zh
want 0 等待期 -- eligibility --help --lang zh
want 0 零报销 -- rewards --help --lang zh
want 0 'yibao policy sources ID' '!yibao settle PERSON' -- policy --help
want 0 用法 -- --help --lang zh
LANG=zh_CN.UTF-8
export LANG
want 0 北京市职工基本医疗保险 -- policy list
LC_ALL=C.UTF-8
export LC_ALL
want 0 'Beijing, employees' -- policy list

# --- receipts

mkdir "$tmp/kept" "$tmp/later"
cp policies/*.yaml "$tmp/later"
chmod u+w "$tmp"/later/* # of a tree that is not ours to write
echo '# amended' >> "$tmp/later/110000-310.yaml"
want 0 '"receipt": {"schema": "yibao-receipt/1"' '"hash"' -- --archive "$tmp/kept" --json settle examples/employee.json examples/employee-lines.json
"$tool" --json settle examples/employee.json examples/employee-lines.json > "$tmp/decision.json"
want 0 'equal: worked out again' 'policy documents: 2' -- receipt verify "$tmp/decision.json"
want 1 'cannot be reproduced' 'the text of 110000/310 is not in the archive' -- --policies "$tmp/later" receipt verify "$tmp/decision.json"
want 0 'equal: worked out again' -- --policies "$tmp/later" --archive "$tmp/kept" receipt verify "$tmp/decision.json"
want 0 一致 -- --lang zh --policies "$tmp/later" --archive "$tmp/kept" receipt verify "$tmp/decision.json"
want 0 '"verdict": "equal", "findings": []' -- --json receipt verify "$tmp/decision.json"
sed 's/"hifp_pay": "8181.72"/"hifp_pay": "8181.73"/' "$tmp/decision.json" > "$tmp/forged.json"
want 1 'different: worked out again' 'setlinfo.hifp_pay: was 8181.73, is 8181.72 now' -- receipt verify "$tmp/forged.json"
for kept in "$tmp/kept"/*.yaml; do # by what it holds: its name is a hash, and the document may change
	if cmp -s "$kept" policies/110000-310.yaml; then echo '# amended' >> "$kept"; fi
done
want 1 'the text of 110000/310 in the archive was changed' -- --policies "$tmp/later" --archive "$tmp/kept" receipt verify "$tmp/decision.json"
want 3 'without a receipt' -- receipt verify examples/employee.json
want 4 'no such file' -- --archive "$tmp/nowhere" settle examples/employee.json examples/employee-stay.json
want 4 'no such file' -- --archive "$tmp/nowhere" receipt verify "$tmp/decision.json"
want 2 'usage: yibao receipt verify DECISION' -- receipt verify
want 2 'needs a word more' -- receipt
want 0 'Usage: yibao receipt verify DECISION' -- receipt verify --help
for asked in 'fee examples/student.json --year 2026 --paid-on 2025-11-01' 'refund examples/retiree.json --year 2026' \
	'refund examples/shanghai-retiree.json --interest --on 2026-06-30' 'rewards examples/wuhan-rewards.json --year 2029' \
	'eligibility examples/wuhan-gap.json --on 2026-03-01 --paid-on 2026-01-20' 'settle examples/employee.json examples/employee-incomplete.json'; do
	# shellcheck disable=SC2086 # words
	"$tool" --json $asked > "$tmp/asked.json" || :
	want 0 'equal: worked out again' -- receipt verify "$tmp/asked.json"
done

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
