#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# yibao bulk settle --by: sums worked by hand, the same figures in table, CSV, JSON and picture, and a picture that
# is well-formed and in which no text lies on another or leaves the page.
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
	head -n 12 "$tmp/out" "$tmp/err" 2>/dev/null
	bad=1
}
# ask CODE FILE ARGUMENTS...: into $tmp/out and $tmp/err
ask() {
	code=$1 file=$2
	shift 2
	rc=0
	"$tool" bulk settle "$file" --overlay examples/reform.yaml --confidence draft "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	[ "$rc" = "$code" ] || fail "ended with $rc, not $code: $*"
}
# has WORDS: in a line of the output, where blanks are one each
has() {
	tr -s ' ' < "$tmp/out" | grep -qF -e "$1" || fail "no \"$1\""
}
says() {
	grep -qF -e "$1" "$tmp/err" || fail "standard error does not say \"$1\""
}

# --- worked by hand

# A stay of 52,000 with 2,000 of the person's own at the third level: 28,700 x 85 % + 10,000 x 90 % + 10,000 x 95 % = 42,895.00 are paid, and by
# the reform 28,700 x 80 % + 10,000 x 88 % + 10,000 x 95 % = 41,260.00: 9,105.00 and 10,740.00 are left to the person, 1,635.00 more.
# One of 8,000 at the first: 6,700 x 90 % = 6,030.00, then x 94 % = 6,298.00: 1,970.00 and 1,702.00, 268.00 less.
same="--set insuplc_admdvs=110000 --set insutype=310 --set psn_type=1101 --set psn_idet_type= --set cvlserv_flag=0 --set med_type=21
	--set mdtrtarea_admvs=110000 --set enddate=2026-03-09 --set yb_admission=1 --set overlmt_selfpay=0 --set preselfpay_amt=0"
printf 'hosp_lv,medfee_sumamt,fulamt_ownpay_amt,for\n02,52000,2000,3\n08,8000,0,10\n,8000,0,5\n' > "$tmp/in.csv"
# shellcheck disable=SC2086
ask 1 "$tmp/in.csv" $same --by hosp_lv --weight for --lang en
has 'all 2 13 47,015.00 49,240.00 2,225.00 10 2,680.00 3 4,905.00 1,970.00 1,702.00'
has '02 level 3 grade A 1 3 27,315.00 32,220.00 4,905.00 0 0.00 3 4,905.00 9,105.00 10,740.00'
has '08 level 1 grade A 1 10 19,700.00 17,020.00 -2,680.00 10 2,680.00 0 0.00 1,970.00 1,702.00'
has 'hosp_lv: not known 0 0 0.00 0.00 0.00 0 0.00 0 0.00 - -'
has 'paid by the funds 188,985.00 186,760.00 -2,225.00'
has 'up to 8,000.00 1 80,000.00 19,700.00 17,020.00 24.63 % 21.28 %'
has '8,000.00 – 52,000.00 1 156,000.00 27,315.00 32,220.00 17.51 % 20.65 %'
has '3 rows, 1 of them in no sum: 1 incomplete before, incomplete after'
# shellcheck disable=SC2086
ask 1 "$tmp/in.csv" $same --by hosp_lv --weight for --lang zh --value fund_pay_sumamt --bins 10000,60000
has '基金支付总额（fund_pay_sumamt），元'
has '10,000.00 及以下 1 80,000.00 60,300.00 62,980.00 75.38 % 78.73 %'
has '60,000.00 以上 0 0.00 0.00 0.00 - -'
echo '02,52000,2000,x' >> "$tmp/in.csv"
# shellcheck disable=SC2086
ask 3 "$tmp/in.csv" $same --by hosp_lv --weight for --json
has '{"before": "bad", "after": "bad", "rows": "1", "weight": "0"}'
has '"before": "47015.00", "after": "49240.00", "change": "2225.00"'
has '"100": "10740.00"'

# --- one thread or three, the whole or in other rows: the same

# shellcheck disable=SC2086
awk 'BEGIN { print "hosp_lv,medfee_sumamt,fulamt_ownpay_amt"; for (i = 1; i <= 40000; i++) printf "0%d,%d.%02d,0\n", i % 9 + 1, i * 7, i % 100 }' > "$tmp/many.csv"
{ head -n 1 "$tmp/many.csv"; tail -n +2 "$tmp/many.csv" | sort -r; } > "$tmp/turned.csv"
for way in "many.csv 1" "many.csv 3" "turned.csv 2"; do
	# shellcheck disable=SC2086
	ask 0 "$tmp/${way% *}" $same --by hosp_lv --threads "${way#* }" -o "$tmp/sums.csv" --json
	cat "$tmp/sums.csv" >> "$tmp/out"
	[ -e "$tmp/first" ] || cp "$tmp/out" "$tmp/first"
	cmp -s "$tmp/out" "$tmp/first" || fail "other sums: $way"
done
[ "$(wc -l < "$tmp/sums.csv")" = $((1 + 10 * 11 * 5)) ] || fail "another number of lines"

# --- the picture: well-formed, its figures those of the table, no text on another

# boxes FILE: what is wrong with the places of its texts; a wide character is an em, another 0.62 of it at most
boxes() {
	LC_ALL=C awk '
		function width(s, size,    i, w, c) {
			gsub(/&[a-z]+;/, "x", s)
			for (i = 1; i <= length(s); i++) {
				c = index(" ", substr(s, i, 1)) ? 0 : code[substr(s, i, 1)]
				w += c >= 224 ? 1 : c >= 128 && c < 192 ? 0 : 0.62
			}
			return w * size
		}
		function word(name,    s) {
			s = $0
			sub(".* " name "=\"", "", s)
			sub("\".*", "", s)
			return s
		}
		function value(name) { return word(name) + 0 }
		BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }
		/<svg / { W = value("width"); H = value("height") }
		/<text / {
			s = $0
			sub(/[^>]*>/, "", s)
			sub(/<\/text>.*/, "", s)
			size = value("font-size")
			w = width(s, size)
			x = value("x") - (word("text-anchor") == "middle" ? w / 2 : 0)
			n++
			text[n] = s; left[n] = x; right[n] = x + w; top[n] = value("y") - 0.8 * size; bottom[n] = value("y") + 0.2 * size
			if (x < 0 || x + w > W || top[n] < 0 || bottom[n] > H)
				print "leaves the page: " s
			for (i = 1; i < n; i++)
				if (left[i] < right[n] && left[n] < right[i] && top[i] < bottom[n] && top[n] < bottom[i])
					print "\"" text[i] "\" and \"" s "\""
		}
		/<rect / { if (value("x") < 0 || value("x") + value("width") > W + 0.01) print "a bar leaves the page" }
		END { if (n < 30) print "only " n " texts" }' "$1"
}

# figures: every sum that a fall or rise has in the CSV, with commas, stands in table and picture
figures() {
	awk -F, -v column="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["cost_to"] == "*" && $at["amount"] == "psn_part_amt" {
			n = $at[column]
			sub(/\..*/, "", n)
			rest = substr($at[column], length(n) + 1)
			while (length(n) > 3) { rest = "," substr(n, length(n) - 2) rest; n = substr(n, 1, length(n) - 3) }
			print n rest
		}' "$tmp/sums.csv"
}

for lang in en zh; do
	for by in hosp_lv hosp_lv,psn_type,yb_admission; do
		ask 1 examples/stays.csv --by $by --weight persons --lang $lang --svg "$tmp/$lang.svg" -o "$tmp/sums.csv"
		if command -v xmllint > /dev/null; then
			xmllint --noout "$tmp/$lang.svg" || fail "the picture is not well-formed"
		fi
		grep -q '</svg>' "$tmp/$lang.svg" || fail "the picture ends early"
		boxes "$tmp/$lang.svg" > "$tmp/boxes"
		[ ! -s "$tmp/boxes" ] || { cat "$tmp/boxes"; fail "texts of $lang by $by"; }
		if [ $by = hosp_lv ]; then
			for figure in fall_by rise_by fall_weight rise_weight; do
				figures $figure > "$tmp/figures"
				[ "$(wc -l < "$tmp/figures")" = 5 ] || fail "$figure of other groups"
				while read -r n; do
					grep -qF -e "$n" "$tmp/$lang.svg" || fail "$figure $n is not in the picture"
					grep -qF -e "$n" "$tmp/out" || fail "$figure $n is not in the table"
				done < "$tmp/figures"
			done
		fi
	done
done
# sums of a country, and names of any length
sed 's/^\(Z[^,]*,.*\),\(400\|650\|900\|1200\),110000/\1,900000000000000000,110000/' examples/stays.csv > "$tmp/country.csv"
ask 1 "$tmp/country.csv" --by hosp_lv,psn_type --weight persons --svg "$tmp/country.svg" -o "$tmp/sums.csv"
boxes "$tmp/country.svg" > "$tmp/boxes"
[ ! -s "$tmp/boxes" ] || { cat "$tmp/boxes"; fail "texts of a country"; }
grep -q '53,100,000,000,000,000,000' "$tmp/out" || fail "weights of a country are not added up"

# --- persons by the year: a yearly deductible that rises in July, worked by hand

# 80 % above 1,000 a year; from July 2026 on 85 % above 1,500: whoever has bills after June pays 500 more once, and 5 % less of the rest.
mkdir "$tmp/law"
cat > "$tmp/law/law.yaml" <<'END'
language: 1
id: 990000/310
title: T
medical_year: 01-01
round: fen half_up
sources: {a: {issuer: I, url: u, confidence: official}}
values: {source: a, due: {unit: money, by: med_type, rows: [[any, 1000]]}, share: {unit: rate, by: med_type, rows: [[any, 80%]]}}
reimburse: {source: a, benefits: [{id: b, layers: [{id: basic, pays: hifp_pay, deductible: {per: year, amount: = due}, ratio: = share}]}]}
END
cat > "$tmp/july.yaml" <<'END'
language: 1
id: 990000/july
title: Higher and better
overlay: 990000/310
from: 2026-07-01
sources: {r: {issuer: I, url: u, confidence: official}}
values:
  due: {source: r, unit: money, by: med_type, rows: [[any, 1500]]}
  share: {source: r, unit: rate, by: med_type, rows: [[any, 85%]]}
END
# A pays 800, 300 and 200, by the reform 575 for the last; the row of A that cannot be read is of nobody's history. B 1,400 in January. C 1,200
# and 200, then 1,575 and 150, and 1,040, then 1,200, in the next year. D 1,800 and 800, then 1,025. E 2,400 and 2,000, then 1,925.
cat > "$tmp/persons.csv" <<'END'
psn_no,enddate,hosp_lv,medfee_sumamt,for
C,2027-02-01,02,1200,3
A,2026-08-01,02,1000,2
A,2026-02-01,02,800,2
A,2026-05-05,02,x,2
A,2026-03-01,02,700,2
B,2026-01-10,08,3000,1
C,2026-09-05,08,1000,3
C,2026-07-05,02,2000,3
D,2026-10-10,02,4000,1
D,2026-02-02,02,5000,1
E,2026-03-03,08,8000,5
E,2026-08-08,08,10000,5
END
# persons CODE ARGUMENTS...
persons() {
	code=$1
	shift
	rc=0
	"$tool" bulk settle "$tmp/persons.csv" --policies "$tmp/law" --overlay "$tmp/july.yaml" --set insuplc_admdvs=990000 --set insutype=310 \
		--set fulamt_ownpay_amt=0 --set overlmt_selfpay=0 --set preselfpay_amt=0 --by hosp_lv --weight for "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	[ "$rc" = "$code" ] || fail "ended with $rc, not $code: $*"
}
persons 3 --histories --lang en -o "$tmp/sums.csv" --svg "$tmp/persons.svg" --threads 2
has 'persons less for by more for by median before median after'
has 'all 11 28 35,920.00 37,975.00 2,055.00 15 5 375.00 9 2,430.00 1,400.00 1,725.00'
has '02 level 3 grade A 7 14 11,920.00 14,500.00 2,580.00 9 0 0.00 9 2,580.00 1,200.00 1,575.00'
has "sums are of bills; persons, less, more and medians of what a person's bills of a year come to"
boxes "$tmp/persons.svg" > "$tmp/boxes"
[ ! -s "$tmp/boxes" ] || { cat "$tmp/boxes"; fail "texts of persons"; }
for words in '28 bills of 15 persons, each year counted; 12 rows, 1 of them in no sum' 'share of the persons of the group, by the year, %' 'share (persons), by how much in all' '33.33 % (5) -375.00 yuan' '60.00 % (9) +2,430.00 yuan'; do
	tr -s ' ' < "$tmp/persons.svg" | grep -qF -e "$words" || fail "the picture does not say $words"
done
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["cost_to"] == "*" && $at["amount"] == "psn_part_amt" {
	print $at["hosp_lv"], $at["rows"], $at["persons"], $at["person_weight"], $at["fall_rows"], $at["fall_by"], $at["rise_rows"], $at["rise_by"] }' "$tmp/sums.csv" > "$tmp/figures"
printf '* 11 6 15 1 375.00 4 2430.00\n02 7 4 9 0 0.00 4 2580.00\n08 4 3 9 2 525.00 0 0.00\n' | cmp -s - "$tmp/figures" || { cat "$tmp/figures"; fail "figures of persons"; }
persons 3 --histories --lang zh --json
has '"histories": true'
has '"change": {"0": "-75.00", "10": "-75.00", "25": "-75.00", "50": "160.00", "75": "325.00", "90": "375.00", "100": "375.00"}'
persons 3 --histories --lang zh
has '减少（人） 减少额 增加（人） 增加额'
# by bills each is told by itself, and begins without any total: as many gain as do not
persons 3 --lang en
has 'rows stand for before after change less for by more for by'
tr -s ' ' < "$tmp/out" | grep -q 'persons' && fail "bills are told as persons"
sed -i 's/^E,2026-08-08,08,10000,5/E,2026-08-08,08,10000,4/' "$tmp/persons.csv"
persons 3 --histories
says 'persons.csv:13: for is not what it is on line 12, which is of the same person'
ask 3 examples/stays.csv --by hosp_lv --weight persons --histories
says 'has no column psn_no'

# --- columns that are no facts are passed over, whatever they are called

cut -d, -f1-7,9- examples/stays.csv > "$tmp/cut.csv"
ask 1 "$tmp/cut.csv" --by hosp_lv --json
cp "$tmp/out" "$tmp/first"
ask 1 examples/stays.csv --by hosp_lv --json --keep persons
cmp -s "$tmp/out" "$tmp/first" || fail "a column that is kept changes the sums"
sed '1s/persons/hifp_pay/' examples/stays.csv > "$tmp/cut.csv"
ask 1 "$tmp/cut.csv" --by hosp_lv --json --keep-all
cmp -s "$tmp/out" "$tmp/first" || fail "a column that is passed over changes the sums"

# --- by a column that no rule reads

awk 'NR == 1 { print $0 ",fixmedins_code"; next } { print $0 ",H" NR % 5 }' examples/stays.csv > "$tmp/cut.csv"
ask 1 "$tmp/cut.csv" --weight persons --by fixmedins_code
has 'H4 '
ask 2 examples/stays.csv --weight persons --by fixmedins_code
says '--by fixmedins_code: examples/stays.csv has no such column'
ask 2 examples/stays.csv --weight persons --by hosp_lv -o "$tmp/one" --svg "$tmp/./one"
says "is where -o writes already"
[ ! -e "$tmp/one" ] || fail "a file is begun"

# --- what README shows

for lang in en zh; do
	shows=README.md
	[ $lang = en ] || shows=README.zh.md
	ask 1 examples/stays.csv --by hosp_lv --weight persons --bins 10000,50000 --lang $lang
	awk '/^```text$/ { inside = 1; text = ""; next } /^```$/ { if (inside && found) printf "%s", text; inside = found = 0 }
		inside && /bulk settle examples\/stays.csv/ { found = 1; skip = 2 } inside && skip-- <= 0 { text = text $0 "\n" }' "$shows" > "$tmp/shown"
	cmp -s "$tmp/shown" "$tmp/out" || fail "$shows shows something else: $(diff "$tmp/shown" "$tmp/out" | head -n 4)"
done

# --- what is refused

"$tool" bulk settle examples/stays.csv --by hosp_lv > "$tmp/out" 2> "$tmp/err" && fail "a comparison with nothing"
says '--overlay FILE names it'
ask 2 examples/stays.csv --by hosp_lvl --weight persons
says 'did you mean "hosp_lv"?'
# shellcheck disable=SC2086
ask 2 "$tmp/many.csv" $same --by hosp_lv --weight people
says 'many.csv has no such column'
ask 2 examples/stays.csv --by hosp_lv --weight persons --value psn_cash
says 'psn_cash'
ask 2 examples/stays.csv --by hosp_lv --weight persons --bins 100,x
says 'rising amounts in yuan'
ask 2 examples/stays.csv --by hosp_lv --weight persons --bins 200,100
says 'is not above the one before'
ask 2 examples/stays.csv --by hosp_lv --weight persons --keep persons
says '--keep persons: is what --weight names'
ask 3 examples/stays.csv --by hosp_lv
says '--keep persons passes it over, --keep-all every such column, --weight persons takes it for how many a row stands'
sed '1s/persons/hosp_lvl/' examples/stays.csv > "$tmp/cut.csv"
ask 3 "$tmp/cut.csv" --by hosp_lv
says 'did you mean "hosp_lv"? --keep hosp_lvl passes it over, --weight hosp_lvl takes it for how many a row stands'
sed '1s/persons/persons,ward/; 2,$s/,110000/,7B,110000/' examples/stays.csv > "$tmp/cut.csv"
ask 3 "$tmp/cut.csv" --by hosp_lv --weight persons
says '"ward" is no field'
grep -q -e '--weight' "$tmp/err" && fail "a second column for how many a row stands"
ask 2 examples/stays.csv --by hosp_lv --weight persons --rejects "$tmp/never"
says '--rejects does not go with --by'
ask 2 examples/stays.csv --by hosp_lv,hosp_lv --weight persons
says 'grouped by hosp_lv already'
ask 2 examples/stays.csv --by hosp_lv --by psn_type
says '--by stands there twice'
"$tool" policy list --by x > "$tmp/out" 2> "$tmp/err" && fail "policy list takes --by"
says 'takes no --by'
echo 'overlay: 110000/310' > "$tmp/broken.yaml"
"$tool" bulk settle examples/stays.csv --overlay "$tmp/broken.yaml" --by hosp_lv --weight persons > "$tmp/out" 2> "$tmp/err" && fail "an overlay that cannot be read"
says 'broken.yaml'
"$tool" policy check examples/reform.yaml > "$tmp/out" 2>&1 || fail "the example reform"
exit $bad
