#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# examples/arrow.py prints examples/arrow.txt; the Python programs of the tree are without a fault of syntax.
set -u
. "${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/systems/run"
needs pyarrow
newer pyarrow 20
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$srcdir" || exit 1
for f in examples/*.py tests/*/*.py; do
	"$python" -c 'import sys; compile(open(sys.argv[1], encoding="utf-8").read(), sys.argv[1], "exec", dont_inherit=True)' "$f" || exit 1
done
timeout 60 "$python" examples/arrow.py > "$tmp/out" || { echo "examples/arrow.py ended with $?"; exit 1; }
diff -u examples/arrow.txt "$tmp/out"
