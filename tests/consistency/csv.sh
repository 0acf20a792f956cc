#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# yibao bulk settle: what RFC 4180 allows is read, what it does not is refused with its place, no row is
# lost, and every row has the amounts that "yibao settle" gives for it.
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
# settle CODE ARGUMENTS...: of $tmp/in.csv, into $tmp/out and $tmp/err
settle() {
	code=$1
	shift
	rc=0
	"$tool" bulk settle "$tmp/in.csv" "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	[ "$rc" = "$code" ] || fail "ended with $rc, not $code: $*"
}
# has LINE: a line of the output has it
has() {
	grep -qF -e "$1" "$tmp/out" || fail "no \"$1\""
}
# says WORDS: on standard error
says() {
	grep -qF -e "$1" "$tmp/err" || fail "standard error does not say \"$1\""
}

same="--set insuplc_admdvs=110000 --set insutype=310 --set psn_type=1101 --set psn_idet_type= --set cvlserv_flag=0 --set med_type=21
	--set mdtrtarea_admvs=110000 --set enddate=2026-03-09 --set yb_admission=1 --set overlmt_selfpay=0 --set preselfpay_amt=0"

# --- quotes, line ends, byte order mark

printf 'psn_no,hosp_lv,medfee_sumamt,fulamt_ownpay_amt\r\n"a,b",02,"52000.00",2000\r\n"say ""yes""",2,8000,0\r\n"two\r\nlines",08,3100.5,100.50' > "$tmp/in.csv"
# shellcheck disable=SC2086
settle 0 $same
has '"a,b",02,52000.00,2000,answered,,0.00,0.00,50000.00,'
has '42895.00'
has '"say ""yes""",2,8000,0,answered,,'
has 'lines",08,3100.5,100.50,answered,,'
[ "$(tail -c 2 "$tmp/out" | od -An -tx1 | tr -d ' \n')" = 0d0a ] || fail "CRLF came in, another line end went out"
{ printf '\357\273\277'; sed 's/\r$//' "$tmp/in.csv"; } > "$tmp/marked.csv"
mv "$tmp/marked.csv" "$tmp/in.csv"
# shellcheck disable=SC2086
settle 0 $same
has 'answered,,0.00,0.00,50000.00,'
[ "$(head -c 3 "$tmp/out" | od -An -tx1 | tr -d ' \n')" = efbbbf ] || fail "the byte order mark is gone"

printf 'hosp_lv,medfee_sumamt,fulamt_ownpay_amt\n02,52000,2000\r\n02,8000,0\n' > "$tmp/in.csv"
# shellcheck disable=SC2086
settle 0 $same
grep -q "$(printf '\r')" "$tmp/out" && fail "line ends of two kinds"

# --- where it goes: a link and a pipe stay, and no two go to one file

cp "$tmp/out" "$tmp/rows"
mkfifo "$tmp/way"
cat "$tmp/way" > "$tmp/came" &
pid=$!
# shellcheck disable=SC2086
settle 0 $same -o "$tmp/way"
[ -p "$tmp/way" ] || { fail "a pipe became a file"; kill $pid; }
wait $pid
cmp -s "$tmp/came" "$tmp/rows" || fail "a pipe had something else"
mkdir "$tmp/far"
echo old > "$tmp/far/real"
ln -s far/real "$tmp/link"
# shellcheck disable=SC2086
settle 0 $same -o "$tmp/link"
[ -L "$tmp/link" ] && cmp -s "$tmp/far/real" "$tmp/rows" || fail "a link became a file"
ls "$tmp" "$tmp/far" | grep -q 'part$' && fail "a part is left"
for path in link far/real far/../link; do
	# shellcheck disable=SC2086
	settle 2 $same -o "$tmp/link" --rejects "$tmp/$path"
	says 'is where -o writes already'
	cmp -s "$tmp/far/real" "$tmp/rows" || fail "a file is lost"
done
# shellcheck disable=SC2086
settle 2 $same -o "$tmp/fresh" --rejects "$tmp/far/../fresh"
[ ! -e "$tmp/fresh" ] && [ ! -e "$tmp/fresh.part" ] || fail "a file is begun"
ln "$tmp/rows" "$tmp/twin"
ln -s far/none "$tmp/dangling"
cp "$tmp/rows" "$tmp/kept"
# refused CODE MESSAGE ARGUMENTS...: and no file is another one
refused() {
	code=$1 message=$2
	shift 2
	ls "$tmp" "$tmp/far" > "$tmp/listed"
	# shellcheck disable=SC2086
	settle "$code" $same "$@"
	says "$message"
	ls "$tmp" "$tmp/far" | cmp -s - "$tmp/listed" || fail "another file is there: $*"
	cmp -s "$tmp/rows" "$tmp/kept" && [ -L "$tmp/dangling" ] || fail "a file is lost: $*"
}
refused 2 'twin: is where -o writes already' -o "$tmp/rows" --rejects "$tmp/twin"
refused 2 'rows: is where -o writes already' -o "$tmp/twin" --rejects "$tmp/rows"
refused 2 'way: is where -o writes already' -o "$tmp/way" --rejects "$tmp/far/../way"
refused 2 'out: is where -o writes already' --rejects "$tmp/out"
refused 2 'dangling: is where -o writes already' -o "$tmp/dangling" --rejects "$tmp/dangling"
refused 2 '--rejects -: must be a file' --rejects -
refused 70 'dangling: No such file or directory' -o "$tmp/dangling"
refused 70 'dangling: No such file or directory' -o "$tmp/fresh" --rejects "$tmp/dangling"
refused 70 'far: Is a directory' -o "$tmp/far"
refused 70 'rows/fresh: Not a directory' -o "$tmp/rows/fresh"
refused 2 'in.csv: is the file that is read' -o "$tmp/in.csv"
refused 2 'in.csv: is the file that is read' --rejects "$tmp/far/../in.csv"
rm "$tmp/dangling" "$tmp/kept" "$tmp/twin"
# a file that has the name of a part is left alone
echo mine > "$tmp/fresh.part"
# shellcheck disable=SC2086
settle 0 $same -o "$tmp/fresh"
cmp -s "$tmp/fresh" "$tmp/rows" && [ "$(cat "$tmp/fresh.part")" = mine ] && [ ! -e "$tmp/fresh.1.part" ] || fail "a file named like a part is lost"
rm "$tmp/fresh" "$tmp/fresh.part"
if [ -c /dev/null ]; then # a device has room for two
	# shellcheck disable=SC2086
	settle 0 $same -o /dev/null --rejects /dev/null
	has '2 rows; 2 answered'
	[ -c /dev/null ] || fail "a device became a file"
fi

# --- what cannot be written, a few rows or many, is no answer, and leaves no part

# lost MESSAGE ARGUMENTS...
lost() {
	message=$1
	shift
	# shellcheck disable=SC2086
	settle 70 $same "$@"
	says "$message"
	[ ! -e "$tmp/fresh" ] && [ ! -e "$tmp/fresh.part" ] || fail "a file is left: $*"
}
# many: rows, some of which are no answers
many() {
	awk 'BEGIN { print "hosp_lv,medfee_sumamt,fulamt_ownpay_amt"; for (i = 0; i < 40000; i++) printf "%s,%d.00,0\n", i % 3 ? "02" : "", i }' > "$tmp/in.csv"
}
for amount in few many; do
	[ $amount = few ] && printf 'hosp_lv,medfee_sumamt,fulamt_ownpay_amt\n02,52000,2000\n,8000,0\n' > "$tmp/in.csv" || many
	if [ -c /dev/full ]; then
		lost '/dev/full: No space left on device' -o /dev/full
		lost '/dev/full: No space left on device' -o /dev/full --rejects "$tmp/fresh"
		lost '/dev/full: No space left on device' -o "$tmp/fresh" --rejects /dev/full
		# shellcheck disable=SC2086
		"$tool" bulk settle "$tmp/in.csv" $same > /dev/full 2> "$tmp/err" && fail "a full standard output"
		says 'standard output: '
	fi
done
# a reader that leaves: what it was told of a name, or of none
head -c 1 "$tmp/way" > /dev/null &
lost 'way: Broken pipe' -o "$tmp/way" --rejects "$tmp/fresh"
head -c 1 "$tmp/way" > /dev/null &
lost 'way: Broken pipe' -o "$tmp/fresh" --rejects "$tmp/way"
# shellcheck disable=SC2086
{ rc=0; "$tool" bulk settle "$tmp/in.csv" $same 2> "$tmp/err" || rc=$?; echo $rc > "$tmp/rc"; } | head -c 1 > /dev/null
[ "$(cat "$tmp/rc")" = 70 ] && [ ! -s "$tmp/err" ] || fail "standard output that nobody reads any more"

# --- what is not known, and a set that is empty

printf 'insuplc_admdvs,insutype,psn_type,psn_idet_type,cvlserv_flag,med_type,hosp_lv,mdtrtarea_admvs,enddate,yb_admission,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt\n' > "$tmp/in.csv"
row=',310,1101,"",0,21,02,110000,2026-03-09,1,52000.00,2000,0,0'
{ echo "110000$row"; echo "110000,310,1101,\"\",0,21,,110000,2026-03-09,1,52000.00,2000,0,0"; echo; echo "$row"; } >> "$tmp/in.csv"
settle 1 --rejects "$tmp/rejects" -o "$tmp/whole"
has '3 rows; 1 answered; 2 incomplete'
grep -qF '2,3,incomplete,YB_OK,lacks hosp_lv,110000,310,1101,"",0' "$tmp/rejects" || fail "the second row is not among the rejects"
grep -qF '3,5,incomplete,YB_OK,lacks insuplc_admdvs,,310' "$tmp/rejects" || fail "the third row is not among the rejects"
[ "$(wc -l < "$tmp/whole")" = 2 ] || fail "another number of answered rows"

# --- bad rows keep their cells and leave their neighbours alone

cp "$tmp/in.csv" "$tmp/header.csv"
head -n 1 "$tmp/header.csv" > "$tmp/in.csv"
{ echo '110000,310,1101,"",0,21,02,110000,2026-02-30,1,52000.00,2000,0,0'; echo "110000$row"; echo '110000,310,1101,"",0,21,02,110000,2026-03-09,1,"52,000",2000,0,0'
  echo '110000,310,1101'; echo "110000$row,one,more"; echo '630000,310,1101,"",0,21,02,110000,2026-03-09,1,52000.00,2000,0,0'
  echo '110000,310,1101,"",0,21,77,110000,2026-03-09,1,52000.00,2000,0,0'; echo '110000,310,1101,"",0,21,02,110000,2026-03-09,1,52000.00,60000,0,0'; } >> "$tmp/in.csv"
settle 3
says '7 rows are bad'
has '2026-02-30,1,52000.00,2000,0,0,bad,"enddate: ""2026-02-30"": '
has '52000.00,2000,0,0,answered,,50000.00,'
has '"medfee_sumamt: ""52,000"": '
has '110000,310,1101,,,,,,,,,,,,bad,"3 cells, the header has 14"'
has ',one,more'
has 'no policy document for region 630000'
has 'its parts add up to 60000.00'
[ "$(wc -l < "$tmp/out")" = 9 ] || fail "a row is lost"
for n in 1 2 3; do
	settle 3 --threads $n
	cmp -s "$tmp/out" "$tmp/first" 2>/dev/null || [ $n = 1 ] || fail "$n threads write something else"
	[ $n != 1 ] || cp "$tmp/out" "$tmp/first"
done

# --- as alone

printf 'insuplc_admdvs,insutype,psn_type,psn_idet_type,cvlserv_flag,brdy,med_type,hosp_lv,mdtrtarea_admvs,begndate,enddate,yb_admission,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt\n' > "$tmp/in.csv"
for n in 1 2 3 4 5 6; do
	echo "110000,310,1$((n % 2 + 1))01,\"\",0,195$n-03-12,21,0$n,110000,2026-03-01,2026-03-0$((n + 2)),$n,$((n * 9000)).0$n,$((n * 3)).00,0,$n" >> "$tmp/in.csv"
	echo "{\"insuplc_admdvs\":\"110000\",\"insutype\":\"310\",\"psn_type\":\"1$((n % 2 + 1))01\",\"psn_idet_type\":[],\"cvlserv_flag\":\"0\",\"brdy\":\"195$n-03-12\"}" > "$tmp/person"
	echo "{\"med_type\":\"21\",\"hosp_lv\":\"0$n\",\"mdtrtarea_admvs\":\"110000\",\"begndate\":\"2026-03-01\",\"enddate\":\"2026-03-0$((n + 2))\",\"yb_admission\":$n,\"medfee_sumamt\":\"$((n * 9000)).0$n\",\"fulamt_ownpay_amt\":\"$((n * 3)).00\",\"overlmt_selfpay\":\"0\",\"preselfpay_amt\":\"$n\"}" > "$tmp/claim"
	"$tool" settle "$tmp/person" "$tmp/claim" --json | sed -n 's/^.*"fund_pay_sumamt": "\([0-9.]*\)".*$/\1/p' | head -n 1 >> "$tmp/alone"
done
settle 0
at=$(head -n 1 "$tmp/out" | tr ',' '\n' | grep -n '^fund_pay_sumamt$' | cut -d: -f1)
tail -n +2 "$tmp/out" | cut -d, -f"$at" | cmp -s - "$tmp/alone" || fail "rows have other amounts than alone"
[ "$(wc -l < "$tmp/alone")" = 6 ] || fail "fewer answers alone"

# --- what cannot be read at all

try() {
	printf "$1" > "$tmp/in.csv"
	settle 3 -o "$tmp/never" --set insutype=310 --set insuplc_admdvs=110000
	says "$2"
	[ ! -e "$tmp/never" ] && [ ! -e "$tmp/never.part" ] || fail "a file of half the rows is left"
}
try '' 'is empty'
try 'hosp_lvl\n02\n' 'did you mean "hosp_lv"?'
try 'hosp_lv,hosp_lv\n' 'two columns are hosp_lv'
try 'hosp_lv,\n' 'a column has no name'
try 'hosp_lv,med_type\n02,"21\n03,11\n' 'in.csv:4:1: row 1: the file ends within quotes'
try 'hosp_lv,med_type\n02,21\n03,"11"x\n' 'in.csv:3:8: row 2: text after the closing quote'
try 'hosp_lv,med_type\n02,2"1"\n' 'in.csv:2:5: row 1: a quote within a cell that does not begin with one'
try 'hosp_lv,med_type\n02,2\0001\n' 'a NUL byte'
try 'hosp_lv,\033[31mevil\007\302\233m\233\n' '--keep  [31mevil   m? hands it on'
LC_ALL=C tr -d '\n' < "$tmp/err" | LC_ALL=C grep -q '[[:cntrl:]]' && fail "a name of a column reaches the terminal as it is"
try 'hosp_lv,\033[31m,\033[31m\n' 'no field'
settle 3 --keep-all
says 'two columns are  [31m'
printf 'hosp_lv\n02\n' > "$tmp/in.csv"
settle 3 --set insutype=310
says 'has no column insuplc_admdvs'
settle 2 --set 'hosp_lv=02' --set insutype=310 --set insuplc_admdvs=110000
says 'the file has a column of that name'
settle 2 --set 'hosplv=02'
says 'hosp_lv'
settle 2 --threads 0
settle 70 --set insutype=310 --set insuplc_admdvs=110000 -o "$tmp/no/such/folder"
"$tool" bulk settle "$tmp/none.csv" > "$tmp/out" 2> "$tmp/err" && fail "a file that is not there"
says 'No such file'
"$tool" bulk settle - --set insutype=310 --set insuplc_admdvs=110000 < "$tmp/in.csv" > "$tmp/out" 2> "$tmp/err"
has '02,'
"$tool" bulk columns > "$tmp/out"
has 'insutype'
grep -q '^always *insutype' "$tmp/out" || fail "insutype is not always needed"
grep -q '^asked *hosp_lv' "$tmp/out" || fail "hosp_lv is not asked for"

# --- histories: the first stay of P1 is the second row; its second, at half the deductible, the first

printf 'psn_no,mdtrt_id,enddate,hosp_lv,medfee_sumamt,fulamt_ownpay_amt\nP1,Z2,2026-04-01,08,8000,0\nP1,Z1,2026-03-09,02,52000,2000\n,Z1,2026-03-09,02,52000,2000
P1,Z0,2026-03-01,02,5x,0\nP2,Z3,2026-05-09,,52000,2000\n' > "$tmp/in.csv"
person="--set insuplc_admdvs=110000 --set insutype=310 --set psn_type=1101 --set psn_idet_type= --set cvlserv_flag=0 --set med_type=21
	--set mdtrtarea_admvs=110000 --set overlmt_selfpay=0 --set preselfpay_amt=0"
# shellcheck disable=SC2086
settle 3 --histories --threads 2 $person
has 'P1,Z2,2026-04-01,08,8000,0,answered,,0.00,0.00,8000.00,0.00,650.00,6615.00,'
has 'P1,Z1,2026-03-09,02,52000,2000,answered,,0.00,0.00,50000.00,0.00,1300.00,42895.00,'
has ',Z1,2026-03-09,02,52000,2000,bad,lacks psn_no,'
has 'P1,Z0,2026-03-01,02,5x,0,bad,"medfee_sumamt: ""5x'
has 'P2,Z3,2026-05-09,,52000,2000,incomplete,lacks hosp_lv,'
# shellcheck disable=SC2086
settle 3 --histories $person --set yb_admission=1
says 'yb_admission is what the earlier rows of the person tell'
printf 'mdtrt_id,enddate\nZ2,2026-04-01\n' > "$tmp/in.csv"
settle 3 --histories --set psn_no=P1 --set insutype=310 --set insuplc_admdvs=110000
says 'has no column psn_no'

# --- columns that are no facts

printf 'ward,hosp_lv,"a,b",medfee_sumamt,fulamt_ownpay_amt,"note ""x"""\r\n" 7B ",02,"1,2",52000,2000,"say ""yes"" \r\nor no"\r\n"",,,52000,2000,' > "$tmp/in.csv"
# shellcheck disable=SC2086
settle 2 $same --keep ward,a,b --keep 'note "x"' -o "$tmp/kept"
says '--keep ward,a,b: '
says 'has no column "a"'
# shellcheck disable=SC2086
settle 1 $same --keep ward --keep 'a,b' --keep 'note "x"' -o "$tmp/kept" --rejects "$tmp/rejects"
grep -qF '" 7B ",02,"1,2",52000,2000,"say ""yes"" ' "$tmp/kept" || fail "a cell that is kept is another one"
grep -qF 'or no",answered,,0.00,0.00,50000.00,' "$tmp/kept" || fail "a cell of two lines that is kept is another one"
head -n 1 "$tmp/kept" | grep -qF 'ward,hosp_lv,"a,b",medfee_sumamt,fulamt_ownpay_amt,"note ""x""",outcome,reason,' || fail "the names of columns that are kept"
grep -qF '2,4,incomplete,YB_OK,lacks hosp_lv,"",,,52000,2000,' "$tmp/rejects" || fail "a reject has not what is kept"
# shellcheck disable=SC2086
settle 1 $same --keep-all -o "$tmp/all" --rejects "$tmp/none"
cmp -s "$tmp/kept" "$tmp/all" && cmp -s "$tmp/rejects" "$tmp/none" || fail "--keep-all keeps something else"
# alone, and among histories: the amounts are those without it
printf 'psn_no,mdtrt_id,enddate,hosp_lv,medfee_sumamt,fulamt_ownpay_amt\nP1,Z2,2026-04-01,08,8000,0\nP1,Z1,2026-03-09,02,52000,2000\n' > "$tmp/in.csv"
# shellcheck disable=SC2086
settle 0 --histories $person -o "$tmp/plain"
sed '1s/mdtrt_id/科室,mdtrt_id/; 2,$s/,/,内一科,/' "$tmp/in.csv" > "$tmp/more.csv"
mv "$tmp/more.csv" "$tmp/in.csv"
# shellcheck disable=SC2086
settle 0 --histories $person --keep 科室 -o "$tmp/kept"
cut -d, -f1,3- "$tmp/kept" | cmp -s - "$tmp/plain" || fail "a column that is kept changes a history"
[ "$(cut -d, -f2 "$tmp/kept" | tr '\n' ' ')" = '科室 内一科 内一科 ' ] || fail "a column of histories that is kept is another one"
# keep WORDS MESSAGE: of a file with the columns ward, hosp_lv, hosp_lvl, hifp_pay, status, refused
printf 'ward,hosp_lv,hosp_lvl,hifp_pay,status\n7B,02,2,1,1\n' > "$tmp/in.csv"
keep() {
	# shellcheck disable=SC2086
	settle "$1" $same $2 -o "$tmp/never"
	says "$3"
	[ ! -e "$tmp/never" ] || fail "a file for $2"
}
keep 3 '' 'in.csv: "ward" is no field of a person or bill, and no document has such an attribute or total; --keep ward hands it on as it is, --keep-all every such column'
keep 3 '--keep ward' 'did you mean "hosp_lv"? --keep hosp_lvl hands it on as it is'
keep 3 --keep-all 'did you mean "hosp_lv"? --keep hosp_lvl hands it on as it is'
keep 3 '--keep-all --keep hosp_lvl' 'in.csv: the column hifp_pay is what a column of the answers is called; give it another name'
keep 2 '--keep-all --keep hosp_lvl,hifp_pay' '--keep hifp_pay: is what a column of the answers is called; give it another name'
keep 2 '--keep ward,hosp_lv' '--keep hosp_lv: is a fact of the question, and is handed on in any case'
keep 2 '--keep wrd' 'has no column "wrd"; did you mean "ward"?'
keep 2 '--keep ward,' 'has no column ""'
keep 2 '--keep=' '--keep : must be columns, NAME or NAME,NAME'
keep 2 '--keep-all --keep-all' '--keep-all stands there twice'
printf 'ward,status,ward\n7B,02,2\n' > "$tmp/in.csv"
keep 3 --keep-all 'two columns are ward'
printf 'hosp_lv,status\n02,2\n' > "$tmp/in.csv"
keep 3 "--keep-all --rejects $tmp/rejects" 'the column status is what a column of the answers is called'
# shellcheck disable=SC2086
settle 1 $same --keep status
has '02,2,incomplete,'
"$tool" settle x y --keep ward > "$tmp/out" 2> "$tmp/err" && fail "settle takes --keep"
says '"yibao settle" takes no --keep'

# --- more rows than a chunk holds

awk 'BEGIN { print "hosp_lv,medfee_sumamt,fulamt_ownpay_amt,psn_no"; for (i = 1; i <= 40000; i++) printf "0%d,%d.%02d,0,P%d\n", i % 9 + 1, i * 7, i % 100, i }' > "$tmp/in.csv"
# shellcheck disable=SC2086
settle 0 $same -o "$tmp/whole" --threads 2
has '40000 rows; 40000 answered'
[ "$(wc -l < "$tmp/whole")" = 40001 ] || fail "rows are lost between chunks"
[ "$(tail -n 1 "$tmp/whole" | cut -d, -f4)" = P40000 ] || fail "the rows are in another order"
# shellcheck disable=SC2086
settle 0 $person --set enddate=2026-03-09 --histories -o "$tmp/same"
cmp -s "$tmp/whole" "$tmp/same" || fail "first stays of 40000 persons differ from rows alone"

# --- stopped by a signal: no half of a file is left, and what is written is said

# until TEST...: a minute at most
until_so() {
	n=0
	until [ "$@" ] || [ $n -ge 600 ]; do
		sleep 0.1
		n=$((n + 1))
	done
}
# ended MESSAGE: by TERM, and nothing is left
ended() {
	rc=0
	wait "$pid" || rc=$?
	[ $rc = 143 ] || fail "ended with $rc, not by the signal"
	says "$1"
	for file in never never.part neither neither.part; do
		[ ! -e "$tmp/$file" ] || fail "$file is left"
	done
}
mkfifo "$tmp/pipe"
# shellcheck disable=SC2086
"$tool" bulk settle "$tmp/pipe" $same -o "$tmp/never" --rejects "$tmp/neither" > "$tmp/out" 2> "$tmp/err" &
pid=$!
exec 3> "$tmp/pipe"
head -n 20001 "$tmp/in.csv" >&3
until_so -e "$tmp/neither.part"
kill -TERM $pid
until_so -s "$tmp/err" # the file is no shorter because of it
exec 3>&-
ended 'stopped; nothing is written'
# shellcheck disable=SC2086
"$tool" bulk settle "$tmp/pipe" $same --rejects "$tmp/neither" > "$tmp/out" 2> "$tmp/err" &
pid=$!
exec 3> "$tmp/pipe"
head -n 20001 "$tmp/in.csv" >&3
until_so -s "$tmp/out"
kill -TERM $pid
until_so -s "$tmp/err"
exec 3>&-
ended " rows are written, but not $tmp/neither"
# said FILE: as many rows as are told of, each whole
said() {
	n=$(sed -n 's/^yibao: stopped; \([0-9]*\) rows.*/\1/p' "$tmp/err")
	[ "$n" -gt 0 ] && [ "$(wc -l < "$1")" = $((n + 1)) ] && tail -n 1 "$1" | grep -q ",P$n,answered,.*,0.00$" || fail "other rows than it says: $n"
}
said "$tmp/out"
# a pipe has what came through
cat "$tmp/way" > "$tmp/came" &
reader=$!
# shellcheck disable=SC2086
"$tool" bulk settle "$tmp/pipe" $same -o "$tmp/way" --rejects "$tmp/neither" > "$tmp/out" 2> "$tmp/err" &
pid=$!
exec 3> "$tmp/pipe"
head -n 20001 "$tmp/in.csv" >&3
until_so -s "$tmp/came"
kill -TERM $pid
until_so -s "$tmp/err"
exec 3>&-
ended " rows are written, but not $tmp/neither"
wait $reader
said "$tmp/came"
# what is not answered, too
awk 'NR > 1 && NR % 2 { sub(/^[^,]*/, "") } { print }' "$tmp/in.csv" > "$tmp/half.csv"
for out in never way; do
	cat "$tmp/way" > "$tmp/came" &
	reader=$!
	if [ $out = way ]; then
		mkfifo "$tmp/turn"
		cat "$tmp/turn" > "$tmp/turned" &
		set -- -o "$tmp/turn" --rejects "$tmp/way"
		what="rows are written, and [0-9]* to $tmp/way\$"
	else
		set -- -o "$tmp/never" --rejects "$tmp/way"
		what="rows are written to $tmp/way, but not $tmp/never\$"
	fi
	# shellcheck disable=SC2086
	"$tool" bulk settle "$tmp/pipe" $same "$@" > "$tmp/out" 2> "$tmp/err" &
	pid=$!
	exec 3> "$tmp/pipe"
	head -n 20001 "$tmp/half.csv" >&3
	until_so -s "$tmp/came"
	kill -TERM $pid
	until_so -s "$tmp/err"
	exec 3>&-
	ended 'stopped; '
	wait $reader
	grep -q "$what" "$tmp/err" || fail "not said of the rejects: $what"
	n=$(sed -n "s|.* \([0-9]*\)\( rows are written\)* to $tmp/way.*|\1|p" "$tmp/err")
	[ "$n" -gt 0 ] && [ "$(wc -l < "$tmp/came")" = $((n + 1)) ] || fail "other rejects than it says: $n"
done
wait
# one that is full when the signal comes: whoever reads it later finds no more than is said
{ until_so -e "$tmp/go"; cat; } < "$tmp/way" > "$tmp/came" &
reader=$!
# shellcheck disable=SC2086
"$tool" bulk settle "$tmp/in.csv" $same -o "$tmp/way" --rejects "$tmp/neither" > "$tmp/out" 2> "$tmp/err" &
pid=$!
until_so -e "$tmp/neither.part"
n=0
until grep -q '^State:.*S' /proc/$pid/status 2> "$tmp/no" || [ $n -ge 50 ]; do # it waits for room in the pipe, or is near to it
	sleep 0.1
	n=$((n + 1))
done
kill -TERM $pid
until_so ! -e "$tmp/neither.part" # before it waits for the reader again
echo > "$tmp/go"
ended " rows are written, but not $tmp/neither"
wait $reader
n=$(sed -n 's/^yibao: stopped; \(up to \)*\([0-9]*\) rows.*/\2/p' "$tmp/err")
[ "$n" -gt 0 ] && [ "$(wc -l < "$tmp/came")" -le $((n + 1)) ] || fail "more rows than it says: $n"
awk 'NR == 1 { print } NR > 1 { for (i = 0; i < 5; i++) print $0 i }' "$tmp/in.csv" > "$tmp/many.csv"
# shellcheck disable=SC2086
"$tool" --lenient bulk settle "$tmp/many.csv" $person --set yb_cover=[] --set enddate=2026-03-09 --histories -o "$tmp/never" --rejects "$tmp/neither" > "$tmp/out" 2> "$tmp/err" &
pid=$!
until_so -e "$tmp/neither.part"
kill -TERM $pid
ended 'stopped; nothing is written'

# --- a line on a terminal that tells how far it is

if script -qec true /dev/null > "$tmp/out" 2>&1; then
	person=$(echo "$person" | tr -s '\n\t' '  ') # and a cover history, with which rows go the long way
	for overlay in '' '--overlay examples/reform.yaml --confidence draft --by hosp_lv'; do
		script -qec "'$tool' --lenient bulk settle '$tmp/many.csv' $person --set yb_cover=[] --set enddate=2026-03-09 --histories $overlay -o '$tmp/same'" /dev/null > "$tmp/out" 2> "$tmp/err"
		tr '\r' '\n' < "$tmp/out" > "$tmp/lines"
		grep -q '^200000 rows *$' "$tmp/lines" || fail "no line for its end: $overlay"
		awk '/^200000 rows: / { if ($3 < last || $3 > 99 || $4 != "%") exit 1; last = $3; n++ } END { exit n < 2 }' "$tmp/lines" || fail "no line of progress: $overlay"
	done
fi
exit $bad
