#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tool does, on invented persons and bills. "./quickstart demo" builds it and runs this;
# with an installed yibao: sh examples/demo.sh
set -u
cd "$(dirname "$0")/.." || exit 1
yibao=${YIBAO:-yibao}
YIBAO_POLICY_PATH=${YIBAO_POLICY_PATH-$PWD/policies}
LC_ALL=C.UTF-8
export YIBAO_POLICY_PATH LC_ALL
bad=0
command -v "$yibao" >/dev/null || { echo "there is no yibao here; ./quickstart demo builds it" >&2; exit 1; }

title() {
	printf '\n\n=== %s\n\n' "$1"
}
# settle PERSON CLAIM OPTIONS...: the command as one would type it, and what it prints.
# 0 is an answer, 1 one of the ways not to have one; anything else is a failure of the demonstration.
settle() {
	person=examples/$1.json
	claim=examples/$2.json
	shift 2
	printf '\n$ %s\n\n' "yibao settle $person $claim${*:+ $*}"
	"$yibao" settle "$person" "$claim" "$@"
	[ $? -le 1 ] || bad=1
}

cat <<'END'
yibao settles medical bills under China's basic medical insurance: what each
fund pays, what the insured person pays, and why. It reads a person and a bill
(JSON, with the field names of the national interface) and rules (text files).
END

title "The rules at hand"
echo 'One document per region and scheme: 310 is the employees, 390 the residents.'
printf '\n$ yibao policy list\n\n'
"$yibao" policy list || bad=1

title "1. A stay in hospital, Beijing, an employee in service"
cat <<'END'
A bill of 52,000 yuan from a tertiary hospital; 50,000 of it is in policy scope.
The first 1,300 are the person's (the deductible); above it the pooled fund pays
85 %, 90 % and 95 % in three bands. The numbers in brackets name the sources.
Person and bill are two small files, and invented, as all of them here.
END
settle employee employee-stay --explain

title "2. The second stay of somebody retired, one line a layer"
cat <<'END'
A second stay in the year has half the deductible. The retired bear 60 % of the
own share of those in service, and a supplement pays half of what is then left.
END
settle retiree retiree-second-stay --explain=summary

title "3. A pupil in Beijing, in Chinese"
echo 'Residents have a scheme of their own. Any output is there in both languages.'
settle child child-stay --explain=summary --lang zh

title "4. A fact is lacking"
cat <<'END'
The deductible depends on whether this is the first stay of the year, and the
bill does not say. Nothing is guessed: the fact that is needed is named.
END
settle employee employee-incomplete

title "5. A rule that is not there yet"
cat <<'END'
What is paid for chronic diseases in Beijing was not found. The document says so
itself, and the answer is "unsupported" instead of a wrong amount.
END
settle employee employee-chronic

title "Where the figures come from"
cat <<'END'
Every source with what rests on it, and how far it is to be trusted: official,
repost, secondary, weak ... The beginning of a longer list:
END
printf '\n$ yibao policy sources 110000/310\n\n'
"$yibao" policy sources 110000/310 | awk 'NR <= 16 { print } NR == 17 { print "      ..." }'

title "To try next"
cat <<'END'
  yibao settle examples/shanghai-employee.json examples/shanghai-visit.json --explain
  yibao settle examples/wuhan-resident.json examples/wuhan-visit.json --explain
  yibao settle examples/wuhan-resident.json examples/wuhan-stay.json
  yibao settle examples/wuhan-resident.json examples/wuhan-stay.json --confidence weak
  yibao settle examples/employee.json examples/employee-lines.json --explain
  yibao settle examples/employee.json examples/employee-stay.json --json
  yibao policy show 110000/310 --on 2026-03-01
  yibao policy test policies/110000-310.yaml

Change a figure in examples/employee-stay.json, or a rule in a copy of the folder
policies/ (--policies COPY), and see what the answer becomes. README.md says more.
END
if [ "$yibao" != yibao ]; then
	printf '\n%s\n' 'To type these as they stand, in this folder:' "  export PATH=$(dirname "$yibao"):\$PATH YIBAO_POLICY_PATH=$YIBAO_POLICY_PATH"
fi
exit $bad
