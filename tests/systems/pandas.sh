#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A pandas frame goes through the library and back, every amount as by yb_settle(): tests/systems/check_pandas.py.
set -u
. "${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/systems/run"
needs pyarrow pandas
newer pyarrow 20
within 300 check_pandas.py
