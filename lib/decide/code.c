/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/calendar.h"
#include "decide/show.h"

/* Codes in answers and in documents that are shown: what they are called, by the profile and the day. */

/* The codes of a person and a bill that an answer repeats. */
static const struct {
	yb_field field;
	int head;
} shown[] = {
	{ YB_FIELD_MED_TYPE, YBI_HEAD_MED_TYPE }, { YB_FIELD_HOSP_LV, YBI_HEAD_HOSP_LV }, { YB_FIELD_PSN_TYPE, YBI_HEAD_PSN_TYPE },
	{ YB_FIELD_INSUTYPE, YBI_HEAD_INSUTYPE },
};

static const char *
name_in(const struct ybi_code *code, bool zh)
{
	return zh || !code->en || !code->en[0] ? code->zh : code->en;
}

static void
tell_codes(struct ybi_text *out, const struct yb_decision *d, yb_lang lang)
{
	bool zh = lang == YB_LANG_ZH, any = false;

	for (size_t i = 0; i + 1 < ARRAY_SIZE(shown); i++) { /* the scheme stands in the title */
		const char *code = d->head[shown[i].head];
		struct ybi_found_code found;
		if (!code[0])
			continue;
		ybi_code_of(d, shown[i].field, code, &found);
		if (!found.name || !name_in(found.name, zh) || !name_in(found.name, zh)[0])
			continue;
		ybi_text_printf(out, "%s%s %s %s", any ? (zh ? "；" : "; ") : "", yb_field_get_label(shown[i].field, lang), code, name_in(found.name, zh));
		if (found.national && strcmp(found.national, code) != 0)
			ybi_text_printf(out, zh ? "（国家编码 %s）" : " (nationally %s)", found.national);
		any = true;
	}
	if (any)
		ybi_text_putc(out, '\n');
}

/* Only numbers of the bill change where a bill is bound again, so what was told of its codes holds on. */
void
ybi_put_codes(struct ybi_text *out, struct yb_decision *d, yb_lang lang)
{
	bool zh = lang == YB_LANG_ZH;

	if (!d->codes_told[zh]) {
		ybi_text_again(&d->codes[zh], false);
		tell_codes(&d->codes[zh], d, lang);
	}
	d->codes_told[zh] = !d->codes[zh].failed;
	out->failed = out->failed || d->codes[zh].failed;
	if (d->codes[zh].length)
		ybi_text_add(out, d->codes[zh].data, d->codes[zh].length);
}

void
ybi_json_codes(struct ybi_text *out, bool *first, const struct yb_decision *d)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		const char *code = d->head[shown[i].head];
		struct ybi_found_code found;
		bool inner = true;
		if (!code[0])
			continue;
		ybi_code_of(d, shown[i].field, code, &found);
		if (!found.name)
			continue;
		if (!any)
			ybi_json_key(out, first, "yb_codes");
		ybi_text_puts(out, any ? ", " : "{");
		any = true;
		ybi_text_json_string(out, yb_field_get_name(shown[i].field), strlen(yb_field_get_name(shown[i].field)));
		ybi_text_puts(out, ": {");
		ybi_json_text(out, &inner, "code", code);
		ybi_json_text(out, &inner, "national", found.national);
		ybi_json_text(out, &inner, "zh", found.name->zh && found.name->zh[0] ? found.name->zh : NULL);
		ybi_json_text(out, &inner, "en", found.name->en && found.name->en[0] ? found.name->en : NULL);
		ybi_text_putc(out, '}');
	}
	if (any)
		ybi_text_putc(out, '}');
}

static const char *
national_fund(const char *scheme, yb_field fund)
{
	bool residents = !strcmp(scheme, "390");

	switch (fund) {
	case YB_FIELD_HIFP_PAY: return residents ? "390100" : "310100";
	case YB_FIELD_CVLSERV_PAY: return "320100";
	case YB_FIELD_HIFES_PAY: return "370100";
	case YB_FIELD_HIFMI_PAY: return "390200";
	case YB_FIELD_HIFOB_PAY: return "330100";
	case YB_FIELD_MAF_PAY: return "610100";
	default: return "999997";
	}
}

const struct ybi_code *
ybi_fund_of(const struct yb_decision *d, yb_field fund)
{
	const struct ybi_profile *profile = d->book->profile;
	const struct ybi_code_table *table = ybi_profile_table(profile, YBI_CODES_FUND);
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON];
	const char *national = national_fund(d->book->scheme, fund);
	struct ybi_found_code found;

	for (uint32_t i = 0; table && i < table->count; i++) { /* the leaf that the province pays from, where it has one */
		const struct ybi_code_row *row = &profile->rows[table->first + i];
		if (row->valid && row->national && !strcmp(row->national, national) && strcmp(row->atom, national) != 0 &&
		    (!on->given || (on->value >= row->from && on->value < row->to)))
			return &row->as;
	}
	ybi_code_look(profile, YBI_CODES_FUND, national, strlen(national), on->given ? (yb_day)on->value : YB_DAY_NONE, &found);
	return found.state == YBI_CODE_KNOWN ? found.name : ybi_code_find(YBI_CODES_FUND, national, strlen(national));
}

/* ---- a document of codes ---- */

static void
show_row(struct ybi_shower *s, const struct ybi_code_row *row)
{
	if (s->on != YB_DAY_NONE && (s->on < row->from || s->on >= row->to))
		return;
	ybi_show_line(s, 4, row->as.code, row->as.code);
	if (name_in(&row->as, s->zh))
		ybi_text_puts(s->out, name_in(&row->as, s->zh));
	if (row->national && strcmp(row->national, row->as.code) != 0)
		ybi_text_printf(s->out, s->zh ? "（国家编码 %s）" : " (nationally %s)", row->national);
	else if (!row->national && ybi_code_national(row->as.field, row->as.code, strlen(row->as.code)))
		ybi_text_puts(s->out, s->zh ? "（与国家编码含义不同）" : " (not what the code means nationally)");
	for (uint32_t i = 0; i < row->also_count; i++)
		ybi_text_printf(s->out, s->zh ? "，又作 %s" : ", also %s", row->also[i]);
	if (!row->valid)
		ybi_text_puts(s->out, s->zh ? "，停用" : ", not in use");
	ybi_show_brackets(s, row->node);
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_codes(struct ybi_shower *s)
{
	const struct ybi_profile *profile = s->book->document->profile;

	for (uint32_t i = 0; profile && i < profile->table_count; i++) {
		const struct ybi_code_table *table = &profile->tables[i];
		const char *label = table->field == YBI_CODES_FUND ? (s->zh ? "基金支付类型" : "funds") : yb_field_get_label(table->field, s->zh ? YB_LANG_ZH : YB_LANG_EN);
		ybi_show_title(s, 2, ybi_codes_name(table->field), label, label);
		if (table->open) {
			ybi_show_line(s, 4, "其他编码", "other codes");
			ybi_text_puts(s->out, s->zh ? "照用\n" : "are taken as they are\n");
		}
		if (table->pad) {
			ybi_show_line(s, 4, "补零至", "padded to");
			ybi_text_printf(s->out, "%u\n", (unsigned)table->pad);
		}
		for (uint32_t k = 0; k < table->count; k++)
			show_row(s, &profile->rows[table->first + k]);
	}
}
