#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A Spark job on two worker processes settles a partitioned population through the library: tests/systems/check_spark.py.
set -u
. "${YB_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/systems/run"
needs pyarrow pandas pyspark
newer pyarrow 20
newer pyspark 4
java=java
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
command -v "$java" >/dev/null 2>&1 || skip "there is no Java to run Spark"
version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
[ "${version:-0}" -ge 17 ] || skip "$java is older than Java 17"
free=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null)
[ "${free:-4000000}" -ge 4000000 ] || skip "less than 4 GB of memory for Spark and its two workers"

# Workers write below SPARK_HOME, which may be another user's: a home of links.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
home=$("$python" -c 'import os, pyspark; print(os.path.dirname(os.path.abspath(pyspark.__file__)))') || exit 1
mkdir "$tmp/home" "$tmp/local"
for f in "$home"/*; do
	[ "${f##*/}" = work ] || ln -s "$f" "$tmp/home/" || exit 1
done
python=$("$python" -c 'import sys; print(sys.executable)')
SPARK_HOME=$tmp/home SPARK_LOCAL_DIRS=$tmp/local SPARK_LOCAL_IP=127.0.0.1 SPARK_LOCAL_HOSTNAME=localhost PYSPARK_PYTHON=$python PYSPARK_DRIVER_PYTHON=$python
export SPARK_HOME SPARK_LOCAL_DIRS SPARK_LOCAL_IP SPARK_LOCAL_HOSTNAME PYSPARK_PYTHON PYSPARK_DRIVER_PYTHON
cd "$tmp" || exit 1
within 600 check_spark.py
