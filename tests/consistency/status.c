/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Print the library's table of statuses, a line each: value, name, English, Chinese, with tabs between; status.sh reads it.
 */
#include <stdio.h>

#include <yibao/types.h>

int
main(void)
{
	yb_status status = YB_OK;

	for (size_t i = 0; yb_status_at(i, &status) == YB_OK; i++)
		printf("%ld\t%s\t%s\t%s\n", (long) status, yb_status_name(status), yb_status_text(status, YB_LANG_EN),
		       yb_status_text(status, YB_LANG_ZH));
	return 0;
}
