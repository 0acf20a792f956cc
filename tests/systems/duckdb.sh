#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A DuckDB query goes through the library and back, every amount as by yb_settle(): tests/systems/check_duckdb.py.
set -u
. "${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/systems/run"
needs pyarrow duckdb
newer pyarrow 20
newer duckdb 1
within 300 check_duckdb.py
