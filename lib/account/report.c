/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The report of a verification: which checks are asked for, and how what was found is told. */

static const char *const ybi_verify_names[YBI_VERIFY_COUNT_] = {
	"format", "schema", "chain", "order", "facts", "entries", "identities", "balances", "accounts", "persons", "used", "documents", "closed", "orphans",
};

static const char *const flaw_texts[YBI_FLAW_COUNT_][2] = {
	[YBI_FLAW_NONE] = { "", "" },
	[YBI_FLAW_PAGES] = { "the pages of the file are not in order", "文件的数据页已损坏" },
	[YBI_FLAW_UNREADABLE] = { "the database cannot read it", "数据库无法读取" },
	[YBI_FLAW_TABLES] = { "the format, a table, an index, a view or a trigger is not what a ledger is made with", "格式、表、索引、视图或触发器与建账时不一致" },
	[YBI_FLAW_GAP] = { "the numbers do not follow one another", "序号不连续" },
	[YBI_FLAW_HASH] = { "the hash is not that of the transaction and the hash before it", "散列值与本笔及上一笔不符" },
	[YBI_FLAW_HEAD] = { "the head that is expected is not in the chain", "链中没有所期望的链头" },
	[YBI_FLAW_DAY_FALLS] = { "the day of entry is before that of the transaction before it", "入账日早于上一笔" },
	[YBI_FLAW_LATER] = { "it hangs on a transaction that is not before it", "所关联的交易不在其之前" },
	[YBI_FLAW_TWICE] = { "it is reversed more than once", "被冲正不止一次" },
	[YBI_FLAW_FACTS] = { "the facts cannot be read", "事实无法读取" },
	[YBI_FLAW_CANONICAL] = { "the facts are not written as the library writes them", "事实的写法与本库不一致" },
	[YBI_FLAW_RULE] = { "the facts are not such as its kind allows", "事实不符合该类交易的要求" },
	[YBI_FLAW_COLUMN] = { "the column does not say what the facts say", "该列与事实不符" },
	[YBI_FLAW_LAW] = { "no entries follow from the facts", "由事实得不出分录" },
	[YBI_FLAW_ENTRIES] = { "the entries are not those that follow from the facts", "分录与由事实得出的不符" },
	[YBI_FLAW_SUM] = { "the entries do not add up to nothing", "分录合计不为零" },
	[YBI_FLAW_SETTLED] = { "the entries are not the amounts of the settlement", "分录与结算金额不符" },
	[YBI_FLAW_TRIAL] = { "all accounts together do not add up to nothing", "全部账户合计不为零" },
	[YBI_FLAW_AFTER] = { "the balance after the entry is not the sum of the entries", "分录后的余额与累计不符" },
	[YBI_FLAW_BELOW] = { "an account that may not owe is below zero", "不得透支的账户余额为负" },
	[YBI_FLAW_PERIOD] = { "the sum of a month or a day is not that of its entries", "按月或按日的合计与分录不符" },
	[YBI_FLAW_EXTRA] = { "there are rows that nothing has made", "存在没有来由的行" },
	[YBI_FLAW_ACCOUNT_NAME] = { "not the name of an account", "不是账户名" },
	[YBI_FLAW_ACCOUNT_PERSON] = { "the account is another person's than its name says", "账户所属人与账户名不符" },
	[YBI_FLAW_IDLE] = { "nothing has moved the account", "账户没有任何分录" },
	[YBI_FLAW_PERSON_NONE] = { "a person of the facts is not there", "事实中的人不存在" },
	[YBI_FLAW_PERSON] = { "the person is not as the facts say", "人员信息与事实不符" },
	[YBI_FLAW_LAST] = { "the newest transaction of the person is another one", "该人最近一笔交易不是所记的那一笔" },
	[YBI_FLAW_USED] = { "what it adds to running totals is not what the facts say", "计入年度累计的金额与事实不符" },
	[YBI_FLAW_TEXT] = { "the text of a policy document is not that of its hash", "政策文件正文与其散列值不符" },
	[YBI_FLAW_TEXT_NONE] = { "a policy document that its receipt names is not there", "凭证所依据的政策文件不存在" },
	[YBI_FLAW_IN_CLOSED] = { "its business day lies in a period that was closed before", "业务日落在此前已关账的期间" },
	[YBI_FLAW_CLOSED] = { "the day through which periods are closed is not that of the closings", "关账日与关账交易不符" },
	[YBI_FLAW_ORPHAN] = { "it names a row of another table that is not there", "所引用的行在另一表中不存在" },
};

/* ---- asking ---- */

static yb_status
unknown_check(const char *name, size_t length, struct yb_error **err)
{
	char copy[32] = "";
	size_t nearest;

	memcpy(copy, name, length < sizeof(copy) ? length : sizeof(copy) - 1);
	if (ybi_utf8_check(copy, strlen(copy)) != strlen(copy))
		return ybi_error_at(err, YB_E_UNKNOWN_NAME, NULL, "checks", "there is no such check");
	nearest = ybi_nearest(copy, ybi_verify_names, YBI_VERIFY_COUNT_);
	if (nearest == SIZE_MAX)
		return ybi_error_at(err, YB_E_UNKNOWN_NAME, NULL, "checks", "there is no check \"%s\"", copy);
	return ybi_error_at(err, YB_E_UNKNOWN_NAME, NULL, "checks", "there is no check \"%s\"; did you mean \"%s\"?", copy, ybi_verify_names[nearest]);
}

/* "chain,balances" */
static yb_status
choose(struct yb_ledger_report *report, const char *names, struct yb_error **err)
{
	while (names && names[0]) {
		size_t length = strcspn(names, ", "), found = YBI_VERIFY_COUNT_;
		for (size_t i = 0; i < YBI_VERIFY_COUNT_; i++)
			if (ybi_streq_n(names, length, ybi_verify_names[i]))
				found = i;
		if (length && found == YBI_VERIFY_COUNT_)
			return unknown_check(names, length, err);
		if (length)
			report->of[found].asked = true;
		names += length + (names[length] != '\0');
	}
	return YB_OK;
}

yb_status
ybi_report_new(const char *checks, const char *head_hash, struct yb_ledger_report **report, struct yb_error **err)
{
	struct yb_ledger_report *made = ybi_calloc(1, sizeof(*made));
	yb_status st;

	if (!made)
		return ybi_error_no_memory(err);
	st = choose(made, checks, err);
	if (st != YB_OK) {
		free(made);
		return st;
	}
	for (size_t i = 0; i < YBI_VERIFY_COUNT_; i++)
		made->count += made->of[i].asked;
	if (made->count && head_hash)
		made->of[YBI_VERIFY_CHAIN].asked = true; /* where else would it be found */
	for (size_t i = 0; i < YBI_VERIFY_COUNT_ && !made->count; i++)
		made->of[i].asked = true;
	made->count = 0;
	for (size_t i = 0; i < YBI_VERIFY_COUNT_; i++)
		if (made->of[i].asked)
			made->asked[made->count++] = (enum ybi_verify)i;
	memcpy(made->head, ybi_chain_start, sizeof(made->head));
	*report = made;
	return YB_OK;
}

/* ---- what was found ---- */

void
yb_ledger_report_unref(struct yb_ledger_report *report)
{
	free(report);
}

size_t
yb_ledger_report_get_failed(const struct yb_ledger_report *report)
{
	return report ? report->failed : 0;
}

yb_status
yb_ledger_report_get_head(const struct yb_ledger_report *report, int64_t *seq, char hash[YB_LEDGER_HASH_SIZE])
{
	if (!report || !seq)
		return YB_E_INVALID;
	if (!report->of[YBI_VERIFY_CHAIN].asked || report->of[YBI_VERIFY_CHAIN].flaw)
		return YB_E_UNKNOWN;
	*seq = report->head_seq;
	if (hash)
		memcpy(hash, report->head, sizeof(report->head));
	return YB_OK;
}

yb_status
yb_ledger_report_get_check(const struct yb_ledger_report *report, size_t index, const char **name, int32_t *holds, int64_t *rows)
{
	const struct ybi_verified *o;

	if (!report)
		return YB_E_INVALID;
	if (index >= report->count)
		return YB_E_NOT_FOUND;
	o = &report->of[report->asked[index]];
	if (name)
		*name = ybi_verify_names[report->asked[index]];
	if (holds)
		*holds = o->flaw == YBI_FLAW_NONE;
	if (rows)
		*rows = o->rows;
	return YB_OK;
}

yb_status
yb_ledger_report_get_failure(const struct yb_ledger_report *report, size_t index, yb_lang lang, const char **text, const char **table,
                             const char **column, int64_t *number, const char **account)
{
	const struct ybi_verified *o;

	if (!report || (lang != YB_LANG_EN && lang != YB_LANG_ZH))
		return YB_E_INVALID;
	if (index >= report->count)
		return YB_E_NOT_FOUND;
	o = &report->of[report->asked[index]];
	if (!o->flaw)
		return YB_E_NOT_FOUND;
	if (text)
		*text = flaw_texts[o->flaw][lang];
	if (table)
		*table = o->table;
	if (column)
		*column = o->column;
	if (number)
		*number = o->number;
	if (account)
		*account = o->account[0] ? o->account : NULL;
	return YB_OK;
}

/* ---- rendering ---- */

/* "transaction 5, account/P1, entry.fen: " */
static void
tell_place(const struct ybi_verified *o, bool zh, struct ybi_text *out)
{
	bool of_txn = o->table && (!strcmp(o->table, "txn") || !strcmp(o->table, "entry") || !strcmp(o->table, "used")), any = false;

	if (o->number && of_txn) {
		ybi_text_printf(out, zh ? "第 %lld 笔" : "transaction %lld", (long long)o->number);
		any = true;
	}
	if (o->account[0]) {
		ybi_text_printf(out, "%s%s", any ? zh ? "，" : ", " : "", o->account);
		any = true;
	}
	if (o->table) {
		ybi_text_printf(out, "%s%s%s%s", any ? zh ? "，" : ", " : "", o->table, o->column ? "." : "", o->column ? o->column : "");
		if (o->number && !of_txn)
			ybi_text_printf(out, zh ? " 第 %lld 行" : " row %lld", (long long)o->number);
		any = true;
	}
	ybi_text_puts(out, any ? zh ? "：" : ": " : "");
}

static void
render_text(const struct yb_ledger_report *report, bool zh, struct ybi_text *out)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct ybi_verified *o = &report->of[report->asked[i]];
		const char *name = ybi_verify_names[report->asked[i]];
		ybi_text_puts(out, name);
		ybi_text_fill(out, ' ', 12 - strlen(name));
		ybi_text_puts(out, o->flaw ? zh ? "不符" : "fails" : zh ? "相符" : "holds");
		if (o->flaw) {
			ybi_text_puts(out, "  ");
			tell_place(o, zh, out);
			ybi_text_puts(out, flaw_texts[o->flaw][zh]);
		} else if (o->rows) {
			ybi_text_printf(out, "  %lld", (long long)o->rows);
		}
		ybi_text_putc(out, '\n');
	}
	if (report->of[YBI_VERIFY_CHAIN].asked && !report->of[YBI_VERIFY_CHAIN].flaw)
		ybi_text_printf(out, zh ? "链头：第 %lld 笔，%s\n" : "head: transaction %lld, %s\n", (long long)report->head_seq, report->head);
	if (report->failed)
		ybi_text_printf(out, zh ? "%zu 项检查中 %zu 项不符\n" : "of %zu checks %zu fail\n", report->count, report->failed);
	else
		ybi_text_printf(out, zh ? "%zu 项检查全部相符\n" : "all %zu checks hold\n", report->count);
}

static void
render_failure(const struct ybi_verified *o, yb_lang lang, struct ybi_text *out)
{
	bool first = true;

	ybi_text_putc(out, '{');
	if (o->table)
		ybi_json_text(out, &first, "table", o->table);
	if (o->column)
		ybi_json_text(out, &first, "column", o->column);
	if (o->number) {
		ybi_json_key(out, &first, "number");
		ybi_text_printf(out, "%lld", (long long)o->number);
	}
	if (o->account[0])
		ybi_json_text(out, &first, "account", o->account);
	ybi_json_text(out, &first, "text", flaw_texts[o->flaw][lang]);
	ybi_text_putc(out, '}');
}

static void
render_json(const struct yb_ledger_report *report, yb_lang lang, struct ybi_text *out)
{
	bool first = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "schema", "yibao-ledger-verify/1");
	ybi_json_key(out, &first, "holds");
	ybi_text_puts(out, report->failed ? "false" : "true");
	if (report->of[YBI_VERIFY_CHAIN].asked && !report->of[YBI_VERIFY_CHAIN].flaw) {
		ybi_json_key(out, &first, "transactions");
		ybi_text_printf(out, "%lld", (long long)report->head_seq);
		ybi_json_text(out, &first, "head", report->head);
	}
	ybi_json_key(out, &first, "checks");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < report->count; i++) {
		const struct ybi_verified *o = &report->of[report->asked[i]];
		bool inner = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &inner, "name", ybi_verify_names[report->asked[i]]);
		ybi_json_key(out, &inner, "holds");
		ybi_text_puts(out, o->flaw ? "false" : "true");
		ybi_json_key(out, &inner, "rows");
		ybi_text_printf(out, "%lld", (long long)o->rows);
		if (o->flaw) {
			ybi_json_key(out, &inner, "failure");
			render_failure(o, lang, out);
		}
		ybi_text_putc(out, '}');
	}
	ybi_text_puts(out, "]}\n");
}

yb_status
yb_ledger_report_render(const struct yb_ledger_report *report, yb_format format, yb_lang lang, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };

	if (!report || !text || (format != YB_FORMAT_TEXT && format != YB_FORMAT_JSON) || (lang != YB_LANG_EN && lang != YB_LANG_ZH))
		return YB_E_INVALID;
	*text = NULL;
	if (format == YB_FORMAT_JSON)
		render_json(report, lang, &out);
	else
		render_text(report, lang == YB_LANG_ZH, &out);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
