#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A Polars frame goes through the library and back, every amount as by yb_settle(): tests/systems/check_polars.py.
set -u
. "${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/systems/run"
needs polars
newer polars 1
within 300 check_polars.py
