# SPDX-License-Identifier: LGPL-2.1-or-later

# YB_TRY_CFLAGS(VARIABLE, FLAGS)
# Append each of FLAGS that the C compiler takes without a word to VARIABLE.
AC_DEFUN([YB_TRY_CFLAGS], [
	for yb_flag in $2; do
		yb_save_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -Werror $yb_flag"
		AC_MSG_CHECKING([whether $CC takes $yb_flag])
		AC_COMPILE_IFELSE([AC_LANG_SOURCE([[int yb_flag_test;]])],
			[AC_MSG_RESULT([yes]); $1="$$1 $yb_flag"],
			[AC_MSG_RESULT([no])])
		CFLAGS=$yb_save_CFLAGS
	done
])

# YB_TRY_SHARED_LDFLAG(VARIABLE, FLAG, [IF-NOT])
# Append FLAG to VARIABLE if a shared library of one function, with the map
# conftest.map, links with it. -z defs is not asked for here: it needs libc on
# the command line, which is there, and no sanitizer, which is the caller's care.
AC_DEFUN([YB_TRY_SHARED_LDFLAG], [
	yb_save_LDFLAGS=$LDFLAGS
	yb_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -fPIC"
	LDFLAGS="$LDFLAGS -shared $2"
	printf '%s\n' 'YB_TEST { global: yb_flag_test; local: *; };' > conftest.map
	AC_MSG_CHECKING([whether the linker takes $2])
	AC_LINK_IFELSE([AC_LANG_SOURCE([[int yb_flag_test(void); int yb_flag_test(void) { return 0; }]])],
		[AC_MSG_RESULT([yes]); $1="$$1 $2"],
		[AC_MSG_RESULT([no])
		$3])
	rm -f conftest.map
	LDFLAGS=$yb_save_LDFLAGS
	CFLAGS=$yb_save_CFLAGS
])
