/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/claim.h>

#include <stdlib.h>
#include <string.h>

#include "account/record.h"
#include "base/text.h"

/* ---- life ---- */

static struct yb_claim *
claim_new(void)
{
	struct yb_claim *claim = ybi_calloc(1, sizeof(*claim));

	if (claim && ybi_record_init(&claim->record, YB_PART_CLAIM) != YB_OK) {
		free(claim);
		return NULL;
	}
	return claim;
}

yb_status
yb_claim_new(struct yb_claim **claim, struct yb_error **err)
{
	if (!claim)
		return YB_E_INVALID;
	*claim = claim_new();
	return *claim ? YB_OK : ybi_error_no_memory(err);
}

void
yb_claim_clear(struct yb_claim *claim)
{
	if (!claim)
		return;
	ybi_record_clear(&claim->record);
	for (size_t i = 0; i < claim->line_count; i++)
		ybi_record_clear(&claim->lines[i]);
	claim->line_count = 0;
	if (claim->totals)
		yb_wipe(claim->totals, claim->total_count * sizeof(*claim->totals));
	claim->total_count = 0;
}

void
yb_claim_unref(struct yb_claim *claim)
{
	if (!claim)
		return;
	yb_claim_clear(claim);
	ybi_record_free(&claim->record);
	for (size_t i = 0; i < claim->line_room; i++)
		ybi_record_free(&claim->lines[i]);
	free(claim->lines);
	free(claim->totals);
	yb_wipe(claim, sizeof(*claim));
	free(claim);
}

/* ---- facts ---- */

static yb_status
claim_put(void *owner, yb_field field, struct ybi_reading *reading)
{
	struct yb_claim *claim = owner;

	return ybi_record_put(&claim->record, field, reading);
}

yb_status
yb_claim_set_text(struct yb_claim *claim, yb_field field, const char *text, size_t length)
{
	struct ybi_reading reading;
	yb_status st = claim ? ybi_value_read(YB_PART_CLAIM, field, text, length, &reading) : YB_E_INVALID;

	return st == YB_OK ? claim_put(claim, field, &reading) : st;
}

static yb_status
set_number(struct yb_claim *claim, yb_field field, unsigned types, int64_t value)
{
	return claim ? ybi_record_put_number(&claim->record, field, types, value) : YB_E_INVALID;
}

yb_status
yb_claim_set_fen(struct yb_claim *claim, yb_field field, yb_fen fen)
{
	return set_number(claim, field, 1u << YB_TYPE_FEN, fen);
}

yb_status
yb_claim_set_day(struct yb_claim *claim, yb_field field, yb_day day)
{
	return set_number(claim, field, 1u << YB_TYPE_DAY, day);
}

yb_status
yb_claim_set_count(struct yb_claim *claim, yb_field field, int64_t value)
{
	return set_number(claim, field, 1u << YB_TYPE_COUNT | 1u << YB_TYPE_FLAG, value);
}

yb_status
yb_claim_set_attribute(struct yb_claim *claim, const char *name, const char *text, size_t length)
{
	return claim ? ybi_record_set_attribute(&claim->record, name, text, length) : YB_E_INVALID;
}

yb_status
yb_claim_set_attribute_value(struct yb_claim *claim, const char *name, yb_type type, int64_t value)
{
	return claim ? ybi_record_set_attribute_value(&claim->record, name, type, value) : YB_E_INVALID;
}

yb_status
yb_claim_unset(struct yb_claim *claim, yb_field field)
{
	return claim ? ybi_record_unset(&claim->record, field) : YB_E_INVALID;
}

yb_status
yb_claim_get_text(const struct yb_claim *claim, yb_field field, const char **text)
{
	return claim ? ybi_record_get_text(&claim->record, field, text) : YB_E_INVALID;
}

yb_status
yb_claim_get_value(const struct yb_claim *claim, yb_field field, int64_t *value)
{
	return claim ? ybi_record_get_value(&claim->record, field, value) : YB_E_INVALID;
}

/* ---- lines ---- */

yb_status
yb_claim_add_line(struct yb_claim *claim, size_t *line)
{
	struct ybi_record *record;
	yb_status st = YB_OK;

	if (!claim || !line)
		return YB_E_INVALID;
	if (claim->line_count == YBI_LINES)
		return YB_E_LIMIT;
	if (!ybi_grow_wiped(&claim->lines, claim->line_count, &claim->line_room, sizeof(*claim->lines)))
		return YB_E_NO_MEMORY;
	record = &claim->lines[claim->line_count];
	if (!record->slots)
		st = ybi_record_init(record, YB_PART_LINE);
	if (st == YB_OK)
		*line = claim->line_count++;
	return st;
}

static yb_status
line_put(void *owner, yb_field field, struct ybi_reading *reading)
{
	return ybi_record_put(owner, field, reading);
}

yb_status
yb_claim_set_line_text(struct yb_claim *claim, size_t line, yb_field field, const char *text, size_t length)
{
	struct ybi_reading reading;
	yb_status st = claim ? ybi_value_read(YB_PART_LINE, field, text, length, &reading) : YB_E_INVALID;

	if (claim && line >= claim->line_count && st != YB_E_INVALID)
		return YB_E_NOT_FOUND;
	return st == YB_OK ? line_put(&claim->lines[line], field, &reading) : st;
}

yb_status
yb_claim_set_line_value(struct yb_claim *claim, size_t line, yb_field field, int64_t value)
{
	struct ybi_reading reading;
	yb_status st = claim ? ybi_value_take(YB_PART_LINE, field, 1u << YB_TYPE_FEN | 1u << YB_TYPE_SCALED | 1u << YB_TYPE_DAY, value, &reading) : YB_E_INVALID;

	if (claim && line >= claim->line_count && st != YB_E_INVALID)
		return YB_E_NOT_FOUND;
	return st == YB_OK ? line_put(&claim->lines[line], field, &reading) : st;
}

yb_status
yb_claim_set_line_attribute(struct yb_claim *claim, size_t line, const char *name, const char *text, size_t length)
{
	if (!claim)
		return YB_E_INVALID;
	if (line >= claim->line_count)
		return YB_E_NOT_FOUND;
	return ybi_record_set_attribute(&claim->lines[line], name, text, length);
}

/* ---- totals of the year ---- */

/* Bytes of a name from `text` on: letters, digits, _ and -, and characters beyond ASCII. */
static size_t
name_length(const char *text)
{
	size_t n = 0;

	for (;; n++) {
		unsigned char c = (unsigned char)text[n];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c < 0x80)
			return n;
	}
}

/* <layer>.base|net|deductible|paid.<period>, or pool.<name> */
static bool
is_total(const char *name)
{
	static const char *const measures[] = { "base", "net", "deductible", "paid" };
	size_t first = name_length(name), second, third;

	if (first == 0 || name[first] != '.')
		return false;
	name += first + 1;
	second = name_length(name);
	if (first == 4 && memcmp(name - 5, "pool", 4) == 0 && second > 0 && name[second] == '\0')
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(measures); i++)
		if (ybi_streq_n(name, second, measures[i])) {
			third = name[second] == '.' ? name_length(name + second + 1) : 0;
			return third > 0 && name[second + 1 + third] == '\0';
		}
	return false;
}

/* Of a stay over a year's end, the totals of the year in which it ends stand after part2. */
static bool
total_name_valid(const char *name)
{
	if (strlen(name) >= sizeof(((struct ybi_named_total *)NULL)->name) || ybi_utf8_check(name, strlen(name)) != strlen(name))
		return false;
	return is_total(name) || (!strncmp(name, "part2.", 6) && is_total(name + 6));
}

yb_status
yb_claim_set_total(struct yb_claim *claim, const char *name, yb_fen fen)
{
	size_t at;

	if (!claim || !name)
		return YB_E_INVALID;
	at = claim->total_next;
	if (at >= claim->total_count || strcmp(claim->totals[at].name, name) != 0)
		at = ybi_name_find(claim->totals, sizeof(*claim->totals), claim->total_count, name);
	if (at == claim->total_count && !total_name_valid(name))
		return YB_E_BAD_VALUE;
	if (fen < 0 || fen > YB_FEN_LIMIT)
		return YB_E_BAD_AMOUNT;
	claim->total_next = at + 1;
	if (at == YBI_TOTALS)
		return YB_E_LIMIT;
	if (!ybi_grow_wiped(&claim->totals, at, &claim->total_room, sizeof(*claim->totals)))
		return YB_E_NO_MEMORY;
	if (at == claim->total_count) {
		memcpy(claim->totals[claim->total_count++].name, name, strlen(name) + 1);
		claim->record.shape++;
	}
	claim->totals[at].fen = fen;
	return YB_OK;
}

/* ---- JSON ---- */

static const char *const claim_keys[] = { "feedetl", "yb_totals", "yb_attributes" };
enum { CLAIM_FEEDETL, CLAIM_TOTALS, CLAIM_ATTRIBUTES };

/* The national platform spells these facts in more than one way; ours is the first spelling. */
static const struct ybi_alias claim_aliases[] = {
	{ "acct_used_flag", YB_FIELD_YB_USE_ACCOUNT }, { "ownpay_hosp_part", YB_FIELD_HOSP_PART_AMT },
	{ "inscp_amt", YB_FIELD_INSCP_SCP_AMT },       { "overlmt_amt", YB_FIELD_OVERLMT_SELFPAY },
	{ "dise_no", YB_FIELD_DISE_CODG },             { "medins_no", YB_FIELD_FIXMEDINS_CODE },
};

static const struct ybi_alias line_aliases[] = {
	{ "hilist_pric_uplmt_amt", YB_FIELD_PRIC_UPLMT_AMT },
};

static const char *const line_keys[] = { "yb_attributes" };

static void
line_extra(void *owner, size_t index, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	(void)index;
	ybi_attributes_read(owner, entry, findings);
}

static void
lines_read(struct yb_claim *claim, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	const struct ybi_node *list = ybi_entry_expect(entry, YBI_SEQ, findings);
	struct ybi_form form;

	ybi_form_init(&form, YB_PART_LINE, line_keys, ARRAY_SIZE(line_keys), line_aliases, ARRAY_SIZE(line_aliases));
	form.put = line_put;
	form.extra = line_extra;
	for (uint32_t i = 0; list && i < list->count && !ybi_findings_full(findings); i++) {
		const struct ybi_node *map = list->items[i];
		struct ybi_place place = ybi_node_place(map);
		size_t line;
		yb_status st;

		if (map->kind != YBI_MAP) {
			ybi_finding(findings, YB_E_SYNTAX, &place, entry->key, "expected a mapping, found %s", ybi_node_kind_name(map));
			continue;
		}
		st = yb_claim_add_line(claim, &line);
		if (st != YB_OK) {
			ybi_finding(findings, st, &place, entry->key, "more than %d lines", YBI_LINES);
			return;
		}
		ybi_form_read(&form, map, &claim->lines[line], findings);
	}
}

static void
total_entry(struct yb_claim *claim, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	const struct ybi_node *node = ybi_entry_expect(entry, YBI_SCALAR, findings);
	struct ybi_reading reading = { 0 };
	yb_status st;

	if (!node)
		return;
	/* an amount like any other of a claim */
	st = ybi_value_read(YB_PART_CLAIM, YB_FIELD_MEDFEE_SUMAMT, node->text, node->count, &reading);
	if (st != YB_OK) {
		ybi_finding_value(findings, st, entry, YB_FIELD_MEDFEE_SUMAMT, reading.why);
		return;
	}
	st = yb_claim_set_total(claim, entry->key, reading.value);
	if (st != YB_OK)
		ybi_finding_value(findings, st, entry, 0,
		                  st == YB_E_LIMIT ? "is one total more than the 64 that are kept"
		                                   : "is no total: <layer>.base|net|deductible|paid.<period>, or pool.<name>; after part2. of the new year");
}

static void
claim_extra(void *owner, size_t index, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	struct yb_claim *claim = owner;
	const struct ybi_node *map;

	if (index == CLAIM_FEEDETL) {
		lines_read(claim, entry, findings);
	} else if (index == CLAIM_ATTRIBUTES) {
		ybi_attributes_read(&claim->record, entry, findings);
	} else {
		map = ybi_entry_expect(entry, YBI_MAP, findings);
		for (uint32_t i = 0; map && i < map->count && !ybi_findings_full(findings); i++)
			total_entry(claim, &map->entries[i], findings);
	}
}

static yb_status
claim_read(struct yb_claim *claim, const struct ybi_node *root, struct yb_error **err)
{
	struct ybi_findings findings = { .err = err };
	const struct ybi_known *begin = ybi_record_get(&claim->record, YB_FIELD_BEGNDATE);
	const struct ybi_known *end = ybi_record_get(&claim->record, YB_FIELD_ENDDATE);
	struct ybi_form form;

	ybi_form_init(&form, YB_PART_CLAIM, claim_keys, ARRAY_SIZE(claim_keys), claim_aliases, ARRAY_SIZE(claim_aliases));
	form.put = claim_put;
	form.extra = claim_extra;
	ybi_form_read(&form, root, claim, &findings);
	if (begin->known && end->known && end->value < begin->value) {
		struct ybi_place place = ybi_node_place(ybi_node_get(root, "enddate"));

		ybi_finding(&findings, YB_E_CONTRADICTION, &place, "enddate", "enddate is before begndate");
	}
	return findings.first;
}

yb_status
ybi_claim_from_node(const struct ybi_node *root, struct yb_claim **claim, struct yb_error **err)
{
	struct yb_claim *made = NULL;
	yb_status st = yb_claim_new(&made, err);

	if (st == YB_OK)
		st = claim_read(made, root, err);
	if (st != YB_OK) {
		yb_claim_unref(made);
		return st;
	}
	*claim = made;
	return YB_OK;
}

yb_status
yb_claim_new_from_json(const char *text, size_t length, const char *name, struct yb_claim **claim, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root = NULL;
	yb_status st;

	if (!claim)
		return YB_E_INVALID;
	*claim = NULL;
	if (!text)
		return YB_E_INVALID;
	st = ybi_node_read(&arena, name, text, length, &ybi_json_limits, true, &root, err);
	if (st == YB_OK)
		st = ybi_claim_from_node(root, claim, err);
	ybi_document_wipe(&arena, root);
	return st;
}

static void
write_lines(const struct yb_claim *claim, struct ybi_text *out, bool *first)
{
	ybi_json_key(out, first, claim_keys[CLAIM_FEEDETL]);
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < claim->line_count; i++) {
		bool none = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_record_write(&claim->lines[i], out, &none);
		ybi_attributes_write(&claim->lines[i], out, &none);
		ybi_text_putc(out, '}');
	}
	ybi_text_putc(out, ']');
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(const struct ybi_named_total *const *)a)->name, (*(const struct ybi_named_total *const *)b)->name);
}

static void
write_totals(const struct yb_claim *claim, struct ybi_text *out, bool *first)
{
	const struct ybi_named_total *rows[YBI_TOTALS];
	bool none = true;

	for (size_t i = 0; i < claim->total_count; i++)
		rows[i] = &claim->totals[i];
	qsort(rows, claim->total_count, sizeof(rows[0]), by_name);
	ybi_json_key(out, first, claim_keys[CLAIM_TOTALS]);
	ybi_text_putc(out, '{');
	for (size_t i = 0; i < claim->total_count; i++)
		ybi_json_fen(out, &none, rows[i]->name, rows[i]->fen);
	ybi_text_putc(out, '}');
}

void
ybi_claim_write(const struct yb_claim *claim, struct ybi_text *out)
{
	bool first = true;

	ybi_text_putc(out, '{');
	ybi_record_write(&claim->record, out, &first);
	if (claim->line_count)
		write_lines(claim, out, &first);
	if (claim->total_count)
		write_totals(claim, out, &first);
	ybi_attributes_write(&claim->record, out, &first);
	ybi_text_putc(out, '}');
}

yb_status
yb_claim_dup_json(const struct yb_claim *claim, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };

	if (!claim || !text)
		return YB_E_INVALID;
	ybi_claim_write(claim, &out);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
