#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# yibao bulk fee, refund, eligibility: each row of the examples has the outcome and the answers that the command for one person gives,
# what the command says of all rows is what a column would say, and what makes no sense is refused.
set -u
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
tool=$builddir/tools/yibao
[ -x "$tool" ] || { echo "tools/yibao was not built"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$srcdir" || exit 1
YIBAO_POLICY_PATH=$srcdir/policies
export YIBAO_POLICY_PATH
bad=0

fail() {
	echo "FAIL: $1"
	head -n 20 "$tmp/out" "$tmp/err" 2>/dev/null
	bad=1
}
# bulk CODE ARGUMENTS...: into $tmp/out and $tmp/err
bulk() {
	code=$1
	shift
	rc=0
	"$tool" bulk "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	[ "$rc" = "$code" ] || fail "ended with $rc, not $code: $*"
}
has() {
	grep -qF -e "$1" "$tmp/out" || fail "no \"$1\""
}
says() {
	grep -qF -e "$1" "$tmp/err" || fail "standard error does not say \"$1\""
}

# Cells of a record, one a line, and whether each was in quotes.
cat > "$tmp/cells.awk" <<'EOF'
function split_cells(line, cells, quoted,    n, c, i, inside) {
	n = 1; cells[1] = ""; quoted[1] = 0; inside = 0
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (inside && c == "\"" && substr(line, i + 1, 1) == "\"") { cells[n] = cells[n] c; i++ }
		else if (c == "\"") { inside = !inside; quoted[n] = 1 }
		else if (c == "," && !inside) { n++; cells[n] = ""; quoted[n] = 0 }
		else cells[n] = cells[n] c
	}
	return n
}
EOF
# The person of a row as a document, and what the command for one person is told.
cat > "$tmp/person.awk" <<'EOF'
NR == 1 { n = split_cells($0, names, quoted) }
NR == row + 1 {
	split_cells($0, cells, quoted)
	printf "{" > person
	for (i = 1; i <= n; i++) {
		if (cells[i] == "" && !quoted[i]) continue
		name = names[i]
		if (name == "on" && refund) { printf " --month %s", substr(cells[i], 1, 7); continue }
		if (name == "on" || name == "year" || name == "paid_on" || name == "months" || name == "repaired") {
			gsub("_", "-", name); printf " --%s %s", name, cells[i]; continue
		}
		if (name == "psn_idet_type") value = cells[i] == "" ? "[]" : "[\"" cells[i] "\"]"
		else if (name == "yb_flexible" || name == "yb_cover") value = cells[i]
		else value = "\"" cells[i] "\""
		if (name == "special_group") { more = more (more ? ", " : "") "\"" name "\": " value; continue }
		printf "%s\"%s\": %s", sep, name, value > person; sep = ", "
	}
	if (more != "") printf "%s\"yb_attributes\": {%s}", sep, more > person
	print "}" > person
}
EOF
# What the row answers, as lines NAME VALUE in the order of names.
cat > "$tmp/row.awk" <<'EOF'
NR == 1 { n = split_cells($0, names, quoted) }
NR == row + 1 {
	split_cells($0, cells, quoted)
	for (i = 1; i <= n; i++)
		if (names[i] == "outcome") from = i
	print "outcome", cells[from]
	for (i = from + 2; i <= n; i++)
		if (cells[i] != "") {
			value = cells[i]
			if (value ~ /^-?[0-9]+\.[0-9][0-9]$/) { sub(/0$/, "", value); sub(/\.0$/, "", value) }
			if (names[i] == "wait.months" || names[i] == "wait.days") { # one person is told 3 months
				unit = substr(names[i], 6)
				print "wait", value, value == 1 ? substr(unit, 1, length(unit) - 1) : unit
			} else print names[i], value
		}
}
EOF
# compare FILE QUESTION ROWS ARGUMENTS...: every row of the file against "yibao QUESTION"
compare() {
	file=$1 question=$2 rows=$3
	shift 3
	"$tool" bulk "$question" "$file" "$@" --answers all > "$tmp/answers" 2> "$tmp/err"
	[ "$(wc -l < "$tmp/answers")" = $((rows + 1)) ] || fail "$file has not $rows rows"
	[ "$question" = refund ] && refund=1 || refund=0
	row=1
	while [ $row -le "$rows" ]; do
		said=$(awk -v row=$row -v refund=$refund -v person="$tmp/person.json" -f "$tmp/cells.awk" -f "$tmp/person.awk" "$file")
		awk -v row=$row -f "$tmp/cells.awk" -f "$tmp/row.awk" "$tmp/answers" | sort > "$tmp/row"
		# shellcheck disable=SC2086
		"$tool" --json "$question" "$tmp/person.json" "$@" $said > "$tmp/single" 2> "$tmp/err"
		sed -n 's/.*"answer": {//; s/"reasons": .*//; s/, "/\n"/gp' "$tmp/single" |
			sed -n 's/^"\([^"]*\)": "\([^"]*\)"\(, \)\{0,1\}$/\1 \2/p' > "$tmp/all"
		sed -n 's/.*"eligibility": {.*"paid": false.*/paid no/p; s/.*"eligibility": {.*"paid": true.*/paid yes/p' "$tmp/single" >> "$tmp/all"
		sort -o "$tmp/all" "$tmp/all"
		if grep -qx 'outcome bad' "$tmp/row"; then
			[ -s "$tmp/err" ] && [ ! -s "$tmp/single" ] || fail "$file, row $row is bad, and yibao $question $said answers"
			row=$((row + 1))
			continue
		fi
		# what one person is answered beside: texts that no column has
		awk 'NR == FNR { names[$1] = 1; next } $1 in names' "$tmp/row" "$tmp/all" > "$tmp/asked"
		diff "$tmp/row" "$tmp/asked" > "$tmp/out" || fail "$file, row $row answers otherwise than yibao $question $said"
		grep -c . "$tmp/row" >> "$tmp/counts"
		row=$((row + 1))
	done
}
: > "$tmp/counts"
compare examples/insured.csv fee 8 --year 2026
compare examples/accounts.csv refund 7
compare examples/covers.csv eligibility 8 --on 2026-03-01
compare examples/covers.csv eligibility 8 --year 2026 --repaired 1
[ "$(awk '{ n += $1 } END { print n }' "$tmp/counts")" -gt 100 ] || fail "next to nothing was compared"

# --- what is written where nobody says, and what is asked for

bulk 1 fee examples/insured.csv --year 2026
has 'months,outcome,reason,due.person,due.finsubs,'
has ',due.total,month.person,'
has ',month.total'
has 'P04,310000,310,1101,"",1990-10-02,false,12000.00,12,answered,,2880.00,'
has 'incomplete,lacks yb_wage_base'
bulk 1 fee examples/insured.csv --year 2026 --answers due.total,basic.finsubs
has 'P02,420100,390,1404,"",2006-09-12,,,,answered,,1100.00,700.00'
bulk 1 refund examples/accounts.csv --answers retired.gross,credit,retired.mutual_aid --rejects "$tmp/rejects" -o "$tmp/kept"
has '7 rows; 3 answered; 1 refused; 1 incomplete; 2 unsupported'
grep -qF '2026-03-15,answered,,110.00,107.00,3.00' "$tmp/kept" || fail "answers in the order of their names"
grep -qF '6,7,incomplete,YB_OK,lacks yb_wage_base,P16,' "$tmp/rejects" || fail "a reject has not its reason"
bulk 1 settle examples/stays.csv --answers basic.deductible,hifp_pay --keep persons
has 'outcome,reason,basic.deductible,hifp_pay'
bulk 0 columns fee
has 'asked     year'
has 'answer    due.person                        yuan'
bulk 0 columns refund
has 'asked     arrear_months'
has 'answer    refundable.until                  a day'
bulk 0 columns
has 'answer    hifp_pay '
bulk 0 columns eligibility
has 'asked     yb_cover'
has 'answer    wait.days                         days'
has 'answer    paid                              yes or no'
bulk 1 eligibility examples/covers.csv --on 2026-03-01 --answers covered,rule,start --set gend=2 --threads 7
has ',answered,,no,late-or-broken,2026-06-01'
has '[],answered,,no,late-or-broken,2026-04-01'
has ',incomplete,lacks yb_cover,,,'
printf 'yb_cover\n"[{""insutype"": ""390"", ""yaer"": 2024}]"\n[1]\nnull\n[\n"[{""insutype"": ""390"", ""year"": 2024}, {""insutype"": ""390"", ""year"": 2024}]"\n' > "$tmp/bad.csv"
bulk 3 eligibility "$tmp/bad.csv" --on 2026-03-01 --set insuplc_admdvs=420100 --set insutype=390 --set brdy=1980-01-01 --answers covered
has 'did you mean ""year""?'
has '[1],bad,'
has 'null,incomplete,lacks '
has 'coverage year 2024 of 390 is given twice'
bulk 2 columns rewards
says '"rewards" is no question of rows'

# --- said once, or in a column

awk 'NR == 1 { print $0 ",year,paid_on" } NR > 1 { print $0 ",2026,2025-11-20" }' examples/insured.csv > "$tmp/said.csv"
"$tool" bulk fee "$tmp/said.csv" --threads 3 | cut -d, -f1-9,12- > "$tmp/columns"
bulk 1 fee examples/insured.csv --year 2026 --paid-on 2025-11-20
cmp -s "$tmp/columns" "$tmp/out" || fail "columns say something else than options"
bulk 1 fee examples/insured.csv --set year=2026 --set paid_on=2025-11-20
cmp -s "$tmp/columns" "$tmp/out" || fail "--set says something else than options"
cut -d, -f1-9 examples/accounts.csv > "$tmp/open.csv"
bulk 1 refund "$tmp/open.csv" --month 2026-03
has 'P11,110000,310,1201,"",1953-11-08,,2008-12-01,,answered,,107.00'
{ cat "$tmp/said.csv"; printf 'P99,420100,390,1404,"",2006-09-12,,,,2026,2025-11-31\n'; } > "$tmp/bad.csv"
bulk 3 fee "$tmp/bad.csv"
has 'bad,"paid_on: ""2025-11-31"": '

# refused CODE MESSAGE ARGUMENTS...
refused() {
	code=$1 message=$2
	shift 2
	bulk "$code" "$@" -o "$tmp/never"
	says "$message"
	[ ! -e "$tmp/never" ] || fail "a file for $*"
}
refused 3 'has no column year or on; without it no row can be answered (--year gives it to all)' fee examples/insured.csv
refused 3 'has no column on; without it no row can be answered (--month gives it to all)' refund examples/insured.csv
refused 2 '--year: the file or --set has year' fee "$tmp/said.csv" --year 2026
refused 3 'has no column on or paid_on or year; without it no row can be answered (--on gives it to all)' eligibility "$tmp/open.csv"
refused 2 '--paid-on: the file or --set has paid_on' eligibility examples/covers.csv --paid-on 2026-01-10
refused 2 '"yibao bulk eligibility" takes no --months' eligibility examples/covers.csv --on 2026-03-01 --months 3
refused 2 '--month: the file or --set has on' refund examples/accounts.csv --month 2026-03
refused 2 '"yibao bulk refund" takes no --year' refund examples/accounts.csv --year 2026
refused 2 '"yibao bulk fee" takes no --by' fee examples/insured.csv --year 2026 --by insutype
refused 2 '"yibao bulk fee" takes no --weight' fee examples/insured.csv --year 2026 --weight months
refused 2 '"yibao bulk refund" takes no --histories' refund examples/accounts.csv --histories
refused 2 'did you mean "basic.person"?' fee examples/insured.csv --year 2026 --answers basic.persn
refused 2 '--answers credit: stands there twice' refund examples/accounts.csv --answers credit,credit
refused 2 'nothing can be asked about 1970-01-01' fee examples/insured.csv --year 2026 --on 1970-01-01
refused 2 '--answers hifp_pay: a comparison has sums' settle examples/stays.csv --by hosp_lv --answers hifp_pay
refused 3 '"mdtrt_id" is no field of a person, nothing that is said beside it, and no document has such an attribute' fee examples/stays.csv --year 2026

# --- more histories than are kept from one chunk to the next, each of its own: the gap begins when the year of the row has ended

awk 'BEGIN {
	print "year_of,yb_cover"
	for (i = 0; i < 40000; i++) {
		day = int(i / 20) % 336
		year = 2005 + i % 20
		printf "%d,\"[{\"\"insutype\"\": \"\"390\"\", \"\"year\"\": %d, \"\"paid_on\"\": \"\"%d-%02d-%02d\"\"}%*s]\"\n", year, year, year - 1, day / 28 + 1, day % 28 + 1, i / 6720, ""
	}
}' > "$tmp/many.csv"
bulk 0 eligibility "$tmp/many.csv" --on 2026-03-01 --set insuplc_admdvs=420100 --set insutype=390 --set psn_type=1501 --set psn_idet_type= --set brdy=1980-01-01 \
	--set special_group=no --keep year_of --answers gap_start --threads 2 -o "$tmp/kept"
has '40000 rows; 40000 answered'
awk -F, 'NR > 1 && $NF != $1 + 1 "-01-01" { bad = 1 } END { exit bad || NR != 40001 }' "$tmp/kept" || fail "the history of a row is another's"

# --- headers and cells as they come: capitals, one fact twice, a text that is cut

sed '1y/abcdefghijklmnopqrstuvwxyz/ABCDEFGHIJKLMNOPQRSTUVWXYZ/' "$srcdir/examples/covers.csv" > "$tmp/in.csv"
bulk 3 eligibility "$tmp/in.csv" --keep-all
says 'did you mean "psn_no"'
sed '1s/yb_flexible/psn.special_group/' "$srcdir/examples/covers.csv" > "$tmp/in.csv"
bulk 3 eligibility "$tmp/in.csv"
says 'two columns are special_group'
bulk 2 eligibility "$srcdir/examples/covers.csv" --set gend=1 --set gend=2
says 'set gend=2: is given twice'
bulk 2 eligibility "$srcdir/examples/covers.csv" --set psn.special_group=no
says 'the file has a column of that name'
printf 'insuplc_admdvs,insutype,brdy,on\n420100,390,一九七九年七月三十日（户口本上的日期）,2026-01-01\n' > "$tmp/in.csv"
bulk 3 eligibility "$tmp/in.csv" --answers covered
grep -q 'brdy: ""一九七九年七月三十日（户口"":' "$tmp/out" || fail "a character is cut"

# --- what README shows: commands, each with what it prints up to the next

for lang in en zh; do
	shows=README.md
	[ $lang = en ] || shows=README.zh.md
	awk -v dir="$tmp" '/^```text$/ { inside = 1; next } /^```$/ { inside = 0 }
		inside && /^\$ yibao bulk (fee|refund|eligibility) / { file = dir "/shown." ++n; print substr($0, 9) > (dir "/command." n); printf "" > file; next }
		inside && /^\$ / { file = "" } !inside { file = "" } file { print > file }' "$shows"
	[ -e "$tmp/command.1" ] || fail "$shows shows no command"
	for command in "$tmp"/command.*; do
		# shellcheck disable=SC2046
		"$tool" --lang $lang $(cat "$command") > "$tmp/out" 2> "$tmp/err"
		cmp -s "$tmp/out" "$tmp/shown.${command##*.}" || fail "$shows shows something else of $(cat "$command"): $(diff "$tmp/shown.${command##*.}" "$tmp/out" | head -n 4)"
		rm -f "$command"
	done
done
exit $bad
