#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What a user of the installed library meets: install into an empty folder (DESTDIR), build the examples
# with what pkg-config says and nothing else, shared and static, run them, run the tool, uninstall, and
# no file is left.
set -eu
srcdir=$YB_SRCDIR
builddir=$YB_BUILDDIR
CC=${CC:-cc}
MAKE=${MAKE:-make}
PKG_CONFIG=${PKG_CONFIG:-pkg-config}
[ "${YB_SANITIZERS:-no}" != yes ] || { echo "not with sanitizers"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root
bad=0
fail() {
	echo "FAIL: $*"
	bad=1
}
unset MAKEFLAGS MFLAGS MAKELEVEL || :

(cd "$builddir" && umask 022 && $MAKE install DESTDIR="$root") > "$tmp/log" 2>&1 || { cat "$tmp/log"; echo "make install failed"; exit 1; }
(cd "$root" && find . ! -type d | sort) > "$tmp/installed"
cat "$tmp/installed"

# --- what is there

for header in "$srcdir"/include/yibao/*.h; do
	[ -f "$root$YB_INCLUDEDIR/yibao/${header##*/}" ] || fail "${header##*/} is not installed"
done
for file in "$srcdir"/policies/*.yaml; do
	[ ! -e "$file" ] || [ -f "$root$YB_POLICIESDIR/${file##*/}" ] || fail "${file##*/} is not installed"
done
[ -f "$root$YB_SCHEMADIR/yibao-policy.schema.json" ] || fail "the schema of policy documents is not installed"
pc=$root$YB_PKGCONFIGDIR/libyibao.pc
[ -f "$pc" ] || { fail "no libyibao.pc"; exit 1; }
if grep -rl -F "$root" "$root" > "$tmp/paths"; then
	fail "the folder of the installation stands in:"
	cat "$tmp/paths"
fi
# A .la file names libraries by path, and a distribution drops it; a debug build of the tool may name its sources.
if grep -rlF "$srcdir/lib" "$root" --include='*.so*' --include='*.a' --include='*.pc' --include='*.h' > "$tmp/paths"; then
	fail "the folder of the sources stands in:"
	cat "$tmp/paths"
fi

# --- an out-of-tree program

# The file is read where it is; the folders in it get the root in front.
pkg() {
	PKG_CONFIG_PATH=$root$YB_PKGCONFIGDIR${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} \
		$PKG_CONFIG --define-variable=libdir="$root$YB_LIBDIR" --define-variable=includedir="$root$YB_INCLUDEDIR" "$@" libyibao
}
[ "$(pkg --modversion)" = "$YB_VERSION" ] || fail "pkg-config says version $(pkg --modversion)"
mkdir "$tmp/examples" "$tmp/static"
cat > "$tmp/version.c" <<'END'
#include <stdio.h>
#include <yibao/yibao.h>
int main(void) { puts(yb_version()); return 0; }
END
cd "$tmp"
LD_LIBRARY_PATH=$root$YB_LIBDIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
ls "$root$YB_LIBDIR"/libyibao.so.* >/dev/null 2>&1 && shared=yes || shared=no
static=
[ $shared = yes ] || static=--static
for source in "$tmp/version.c" "$srcdir"/examples/*.c; do
	[ -e "$source" ] || continue
	name=$(basename "$source" .c)
	# shellcheck disable=SC2046
	$CC -std=c11 $(pkg --cflags) "$source" -o "examples/$name" $(pkg $static --libs) || fail "$name does not build against the installed library"
	if [ -f "$root$YB_LIBDIR/libyibao.a" ]; then
		# our archive, and of the other libraries whatever is there
		$CC -std=c11 $(pkg --cflags) "$source" -o "static/$name" "$root$YB_LIBDIR/libyibao.a" \
			$(pkg --static --libs | sed 's/ *-lyibao\( \|$\)/ /g') || fail "$name does not build against libyibao.a"
	fi
done
for dir in examples static; do
	[ -x "$dir/version" ] || continue
	[ "$("$dir/version")" = "$YB_VERSION" ] || fail "$dir/version printed $("$dir/version")"
	for expected in "$srcdir"/examples/*.expected; do
		[ -e "$expected" ] || continue
		[ -x "$tmp/$dir/$(basename "$expected" .expected)" ] || continue
		YB_EXAMPLE_DIR=$tmp/$dir sh "$srcdir/tests/run-example" "$expected" || fail "$dir: $(basename "$expected")"
	done
done
if [ $shared = yes ] && command -v readelf >/dev/null; then
	soname=$(readelf -d "$root$YB_LIBDIR/libyibao.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
	[ "$soname" = libyibao.so.0 ] || fail "soname $soname"
	if [ -x "$root$YB_BINDIR/yibao" ]; then
		readelf -d "$root$YB_BINDIR/yibao" | grep -F 'libyibao.so.0' >/dev/null || fail "the tool does not need libyibao.so.0"
	fi
fi
if [ -x "$root$YB_BINDIR/yibao" ]; then
	"$root$YB_BINDIR/yibao" --version > "$tmp/version" || fail "yibao --version ended with $?"
	grep -F "$YB_VERSION" "$tmp/version" >/dev/null || fail "yibao --version printed $(cat "$tmp/version")"
fi

# --- and away again

(cd "$builddir" && $MAKE uninstall DESTDIR="$root") > "$tmp/log" 2>&1 || { cat "$tmp/log"; fail "make uninstall failed"; }
left=$(find "$root" ! -type d)
[ -z "$left" ] || fail "left after make uninstall: $left"
exit $bad
