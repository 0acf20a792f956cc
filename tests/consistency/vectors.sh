#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every policy document passes "yibao policy check", and the worked examples in it "yibao policy test".
set -eu
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${YB_BUILDDIR:-$srcdir}
tool=$builddir/tools/yibao
[ -x "$tool" ] || { echo "tools/yibao was not built"; exit 77; }
set -- "$srcdir"/policies/*.yaml
[ -e "$1" ] || { echo "no policy documents"; exit 77; }
bad=0
# a file of vectors is read with its document, not by itself
set --
for file in "$srcdir"/policies/*.yaml; do
	case $file in
	*.vectors.yaml) ;;
	*) set -- "$@" "$file" ;;
	esac
done
"$tool" --policies "$srcdir/policies" policy check "$@" || { echo "policy check ended with $?"; bad=1; }
"$tool" --policies "$srcdir/policies" policy test "$@" || { echo "policy test ended with $?"; bad=1; }
exit $bad
