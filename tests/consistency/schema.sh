#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# doc/yibao-policy.schema.json accepts every policy document there is, and refuses what the reader refuses, as far as keys, words and
# forms go. Needs python3 with jsonschema and yaml; skipped without them.
set -eu
srcdir=${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
python=
for candidate in python3 /usr/bin/python3; do
	if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import yaml; from jsonschema import Draft202012Validator' 2>/dev/null; then
		python=$candidate
		break
	fi
done
[ -n "$python" ] || { echo "python3 with jsonschema and yaml is not here"; exit 77; }
exec "$python" -B "$srcdir/tests/consistency/schema.py" "$srcdir"
