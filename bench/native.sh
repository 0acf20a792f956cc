#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The portable library beside itself built for the machine at hand: make bench-native runs it.
#
#   native.sh SOURCES    in the build folder; CC and MAKE as make has them
#
# The second build stands in bench/native. Both run job 1 and the other structures, in turn; the best of each counts.
set -eu
srcdir=$(cd "$1" && pwd)
turns=${YB_TURNS:-5}
case $(sed -n "s/^S\[\"CFLAGS\"\]=//p" config.status) in
*-march=*) echo "bench-native: this build is not portable: it has -march among its CFLAGS" >&2; exit 1 ;;
esac
mkdir -p bench/native
(
	cd bench/native
	[ -f Makefile ] || "$srcdir/configure" -q --disable-static CC="${CC:-cc}" CFLAGS='-O2 -march=native' >configure.out 2>&1
	"${MAKE:-make}" bench/bench >make.out 2>&1
) || { echo "bench-native: the second build failed, see bench/native/configure.out and make.out" >&2; exit 1; }

: >bench/native/figures
i=0
while [ $i -lt "$turns" ]; do
	for build in portable native; do
		program=bench/bench
		[ $build = portable ] || program=bench/native/bench/bench
		"$program" -s "$srcdir/bench" -r 5 job1 | sed -n "s/^job 1, .* the document \([0-9.]*\)$/$build job1 \1/p" >>bench/native/figures
		"$program" -s "$srcdir/bench" -r 3 shapes | sed -n "s/^shape \([^ ,]*\), .* document \([0-9.]*\), .*/$build \1 \2/p" >>bench/native/figures
	done
	i=$((i + 1))
done
awk '{
	k = $1 " " $2
	if (!(k in best) || $3 < best[k]) best[k] = $3
	if (!($2 in seen)) { seen[$2] = 1; names[n++] = $2 }
}
END {
	for (i = 0; i < n; i++) {
		r = best["portable " names[i]] / best["native " names[i]]
		printf "%s, ns a claim: portable %.2f, native %.2f\n", names[i], best["portable " names[i]], best["native " names[i]]
		if (r > most) most = r
		if (names[i] == "job1") job1 = r
	}
	printf "portable_vs_native_job1 %.2f 1.50 %s\n", job1, job1 <= 1.5 ? "ok" : "short"
	printf "portable_vs_native_shapes_worst %.2f 1.50 %s\n", most, most <= 1.5 ? "ok" : "short"
}' bench/native/figures
