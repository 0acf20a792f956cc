#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A second evaluator of yibao-policy(5), written from the manual page alone, answers as the library does: it computes every worked example,
# and a sample of random questions to every document, some with changed figures, is compared to the fen. The same sample each time; the
# long run is tests/oracle/compare.py --cases 100000. Needs python3 with yaml; skipped without them.
set -eu
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
tool=$builddir/tools/yibao
[ -x "$tool" ] || { echo "tools/yibao was not built"; exit 77; }
python=
for candidate in python3 /usr/bin/python3; do
	if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import sys, yaml; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
		python=$candidate
		break
	fi
done
[ -n "$python" ] || { echo "python3 with yaml is not here"; exit 77; }
cases=60
[ "${YB_SANITIZERS:-no}" = no ] || cases=30
bad=0
# W23 has a day that does not exist, and nobody reads it
set --
for file in "$srcdir"/policies/*.yaml "$srcdir"/tests/cases/*.yaml "$srcdir"/tests/shapes/*.yaml; do
	case $file in
	*/W23.yaml | *.vectors.yaml) ;;
	*) set -- "$@" "$file" ;;
	esac
done
YIBAO_POLICY_PATH=$srcdir/policies "$python" -B "$srcdir/tests/oracle/oracle.py" "$@" || bad=1
"$python" -B "$srcdir/tests/oracle/compare.py" --tool "$tool" --cases $cases --seconds 40 || bad=1
exit $bad
