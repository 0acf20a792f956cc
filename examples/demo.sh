#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tool answers about invented persons and bills. "./quickstart demo" builds it and runs this;
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
# say: a paragraph
say() {
	cat
	echo
}
# ask WORDS...: the command as one would type it, and what it prints.
# 0 is an answer, 1 one of the ways not to have one; anything else is a failure of the demonstration.
ask() {
	printf '$ %s\n\n' "yibao $*"
	"$yibao" "$@"
	[ $? -le 1 ] || bad=1
}

cat <<'END'
yibao answers questions about China's basic medical insurance: what is owed, what
is credited to the personal account, who is covered from when, who pays what of a
bill, and why. It reads persons and bills (JSON, with the field names of the
national interface) and rules (text files).
END

title "The rules at hand"
say <<'END'
One document per region and scheme: 310 is the employees, 390 the residents.
Here those of Beijing, Shanghai and Wuhan.
END
printf '$ yibao policy list\n\n'
list=$("$yibao" policy list) || bad=1
printf '%s\n' "$list" | awk 'NR == 1 || /^(11|31|42)0[01]00\// { print; next } /^$/ { exit } { more++ } END { print "... and", more, "more" }'

title "1. What is owed: a resident of Wuhan, for 2026, paid in November 2025"
ask fee examples/wuhan-resident.json --year 2026 --paid-on 2025-11-20

title "2. What is credited to the account: a retired employee in Beijing, 72 years old, March 2026"
ask refund examples/retiree.json --month 2026-03 --explain

title "3. From when is one covered: a resident of Wuhan who missed 2025"
ask eligibility examples/wuhan-gap.json --on 2026-03-01 --paid-on 2025-11-20 --explain

title "4. Who pays what: a stay in hospital, Beijing, an employee in service"
say <<'END'
A bill of 52,000 yuan from a tertiary hospital; 50,000 of it is in policy scope.
The numbers in brackets name the sources.
END
ask settle examples/employee.json examples/employee-stay.json --explain

title "Any answer in Chinese: a pupil in Beijing"
ask settle examples/child.json examples/child-stay.json --explain=summary --lang zh

title "A fact is lacking"
say <<'END'
The deductible depends on whether this is the first stay of the year, and the
bill does not say. Nothing is guessed: the fact that is needed is named.
END
ask settle examples/employee.json examples/employee-incomplete.json

title "A rule that is not there yet"
say <<'END'
What is paid for chronic diseases in Beijing was not found. The document says so
itself, and the answer is "unsupported" instead of a wrong amount.
END
ask settle examples/employee.json examples/employee-chronic.json

title "Where the figures come from"
say <<'END'
Every source with what rests on it, and how far it is to be trusted: official,
repost, secondary, weak ... The beginning of a longer list:
END
printf '$ yibao policy sources 110000/310\n\n'
"$yibao" policy sources 110000/310 | awk 'NR <= 16 { print } NR == 17 { print "      ..." }'

title "To try next"
cat <<'END'
  yibao refund examples/shanghai-retiree.json --year 2026
  yibao eligibility examples/flexible.json --paid-on 2025-10-15 --explain
  yibao rewards examples/wuhan-rewards.json --year 2029
  yibao settle examples/retiree.json examples/retiree-second-stay.json --explain=summary
  yibao settle examples/shanghai-employee.json examples/shanghai-visit.json --explain
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
