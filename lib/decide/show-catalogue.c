/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/calendar.h"
#include "base/text.h"
#include "decide/show.h"

/* A catalogue for a reader: its columns and rows as they are written, those of one day or all of them. */

static void
put_cells(struct ybi_shower *s, const struct ybi_node *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		ybi_text_puts(s->out, i ? "  " : "    ");
		ybi_show_flat(s, list->items[i]);
	}
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_catalogue(struct ybi_shower *s)
{
	const struct ybi_catalogue *c = s->book->catalogue;
	const struct ybi_node *section, *parts;

	if (!c)
		return;
	section = ybi_node_get(s->book->document->root, "catalogue");
	parts = ybi_node_get(section, "parts");
	ybi_show_heading(s, 0, "目录（catalogue）", "Catalogue (catalogue)");
	if (s->book->clauses_count)
		ybi_show_sources(s, 0, 2);
	if (parts) {
		ybi_show_line(s, 2, "分册", "parts");
		ybi_show_flat(s, parts);
		ybi_text_putc(s->out, '\n');
	}
	ybi_show_mark(s, 2, section, "rows");
	ybi_text_printf(s->out, s->zh ? "  共 %u 行（含分册）\n" : "  %u rows with those of the parts\n", (unsigned)c->item_count);
	ybi_show_mark(s, 2, section, "columns");
	put_cells(s, ybi_node_get(section, "columns"));
	for (uint32_t i = 0; i < c->item_count; i++)
		if (s->on == YB_DAY_NONE || (s->on >= c->items[i].from && s->on < c->items[i].to))
			if (c->groups[c->items[i].group].document == s->book->document->id) {
				ybi_show_mark(s, 2, c->items[i].node, c->items[i].code);
				put_cells(s, c->items[i].node);
			}
}
