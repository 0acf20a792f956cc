/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/field.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

struct field_row {
	yb_field field;
	const char *name;
	yb_type type;
	int32_t scale;
	yb_part part;
	const char *en, *zh;
};

/* By number; numbers that are no field have no name. doc/fields.tsv lists the same; a test compares the two. */
static const struct field_row rows[] = {
	[YB_FIELD_PSN_NO] = { YB_FIELD_PSN_NO, "psn_no", YB_TYPE_TEXT, 0, YB_PART_PERSON, "person number", "人员编号" },
	[YB_FIELD_CERTNO] = { YB_FIELD_CERTNO, "certno", YB_TYPE_TEXT, 0, YB_PART_PERSON, "identity number", "证件号码" },
	[YB_FIELD_BRDY] = { YB_FIELD_BRDY, "brdy", YB_TYPE_DAY, 0, YB_PART_PERSON, "date of birth", "出生日期" },
	[YB_FIELD_GEND] = { YB_FIELD_GEND, "gend", YB_TYPE_CODE, 0, YB_PART_PERSON, "sex", "性别" },
	[YB_FIELD_INSUTYPE] = { YB_FIELD_INSUTYPE, "insutype", YB_TYPE_CODE, 0, YB_PART_PERSON, "insurance type", "险种类型" },
	[YB_FIELD_PSN_TYPE] = { YB_FIELD_PSN_TYPE, "psn_type", YB_TYPE_CODE, 0, YB_PART_PERSON, "person category", "人员类别" },
	[YB_FIELD_INSUPLC_ADMDVS] = { YB_FIELD_INSUPLC_ADMDVS, "insuplc_admdvs", YB_TYPE_TEXT, 0, YB_PART_PERSON, "insured region", "参保地医保区划" },
	[YB_FIELD_PSN_IDET_TYPE] = { YB_FIELD_PSN_IDET_TYPE, "psn_idet_type", YB_TYPE_CODES, 0, YB_PART_PERSON, "identity categories", "人员身份类别" },
	[YB_FIELD_CVLSERV_FLAG] = { YB_FIELD_CVLSERV_FLAG, "cvlserv_flag", YB_TYPE_CODE, 0, YB_PART_PERSON, "civil servant", "公务员标志" },
	[YB_FIELD_YB_PLAN] = { YB_FIELD_YB_PLAN, "yb_plan", YB_TYPE_TEXT, 0, YB_PART_PERSON, "plan or tier", "参保档次" },
	[YB_FIELD_YB_RETIRE_DATE] = { YB_FIELD_YB_RETIRE_DATE, "yb_retire_date", YB_TYPE_DAY, 0, YB_PART_PERSON, "day of retirement", "退休日期" },
	[YB_FIELD_YB_FLEXIBLE] = { YB_FIELD_YB_FLEXIBLE, "yb_flexible", YB_TYPE_FLAG, 0, YB_PART_PERSON, "flexible worker", "灵活就业" },
	[YB_FIELD_YB_NEWBORN_ENROLLED] = { YB_FIELD_YB_NEWBORN_ENROLLED, "yb_newborn_enrolled", YB_TYPE_FLAG, 0, YB_PART_PERSON, "enrolled as a newborn", "新生儿参保" },
	[YB_FIELD_YB_WAGE_BASE] = { YB_FIELD_YB_WAGE_BASE, "yb_wage_base", YB_TYPE_FEN, 2, YB_PART_PERSON, "contribution base a month", "月缴费基数" },
	[YB_FIELD_YB_PENSION] = { YB_FIELD_YB_PENSION, "yb_pension", YB_TYPE_FEN, 2, YB_PART_PERSON, "pension a month", "月养老金" },
	[YB_FIELD_YB_ACCOUNT_BALANCE] = { YB_FIELD_YB_ACCOUNT_BALANCE, "yb_account_balance", YB_TYPE_FEN, 2, YB_PART_PERSON, "account balance before", "结算前个人账户余额" },
	[YB_FIELD_YB_PAID_MONTHS] = { YB_FIELD_YB_PAID_MONTHS, "yb_paid_months", YB_TYPE_COUNT, 0, YB_PART_PERSON, "months paid", "累计缴费月数" },
	[YB_FIELD_YB_ACTUAL_MONTHS] = { YB_FIELD_YB_ACTUAL_MONTHS, "yb_actual_months", YB_TYPE_COUNT, 0, YB_PART_PERSON, "months actually paid", "实际缴费月数" },
	[YB_FIELD_YB_PREVIOUS_CREDIT] = { YB_FIELD_YB_PREVIOUS_CREDIT, "yb_previous_credit", YB_TYPE_FEN, 2, YB_PART_PERSON, "credited a month before the reform", "改革前月划入额" },
	[YB_FIELD_YB_CURRENT_BALANCE_DAYS] = { YB_FIELD_YB_CURRENT_BALANCE_DAYS, "yb_current_balance_days", YB_TYPE_FEN, 2, YB_PART_PERSON, "credits of the year, yuan x days", "当年划入部分日积数" },
	[YB_FIELD_YB_CARRIED_BALANCE_DAYS] = { YB_FIELD_YB_CARRIED_BALANCE_DAYS, "yb_carried_balance_days", YB_TYPE_FEN, 2, YB_PART_PERSON, "carried over, yuan x days", "历年结转部分日积数" },
	[YB_FIELD_YB_FAMILY_BALANCE] = { YB_FIELD_YB_FAMILY_BALANCE, "yb_family_balance", YB_TYPE_FEN, 2, YB_PART_PERSON, "balance of the family's accounts", "家庭共济账户余额" },
	[YB_FIELD_MDTRT_ID] = { YB_FIELD_MDTRT_ID, "mdtrt_id", YB_TYPE_TEXT, 0, YB_PART_CLAIM, "visit", "就诊ID" },
	[YB_FIELD_MED_TYPE] = { YB_FIELD_MED_TYPE, "med_type", YB_TYPE_CODE, 0, YB_PART_CLAIM, "medical category", "医疗类别" },
	[YB_FIELD_HOSP_LV] = { YB_FIELD_HOSP_LV, "hosp_lv", YB_TYPE_CODE, 0, YB_PART_CLAIM, "hospital level", "医院等级" },
	[YB_FIELD_FIXMEDINS_CODE] = { YB_FIELD_FIXMEDINS_CODE, "fixmedins_code", YB_TYPE_TEXT, 0, YB_PART_CLAIM, "institution", "定点医药机构编号" },
	[YB_FIELD_MDTRTAREA_ADMVS] = { YB_FIELD_MDTRTAREA_ADMVS, "mdtrtarea_admvs", YB_TYPE_TEXT, 0, YB_PART_CLAIM, "region of treatment", "就医地医保区划" },
	[YB_FIELD_BEGNDATE] = { YB_FIELD_BEGNDATE, "begndate", YB_TYPE_DAY, 0, YB_PART_CLAIM, "first day", "开始日期" },
	[YB_FIELD_ENDDATE] = { YB_FIELD_ENDDATE, "enddate", YB_TYPE_DAY, 0, YB_PART_CLAIM, "last day", "结束日期" },
	[YB_FIELD_DISE_CODG] = { YB_FIELD_DISE_CODG, "dise_codg", YB_TYPE_TEXT, 0, YB_PART_CLAIM, "disease code", "病种编码" },
	[YB_FIELD_REFL_TYPE] = { YB_FIELD_REFL_TYPE, "refl_type", YB_TYPE_CODE, 0, YB_PART_CLAIM, "referral", "转院类型" },
	[YB_FIELD_YB_FILED] = { YB_FIELD_YB_FILED, "yb_filed", YB_TYPE_FLAG, 0, YB_PART_CLAIM, "filed for care elsewhere", "异地就医备案" },
	[YB_FIELD_YB_EPISODE] = { YB_FIELD_YB_EPISODE, "yb_episode", YB_TYPE_TEXT, 0, YB_PART_CLAIM, "episode", "转诊链" },
	[YB_FIELD_YB_ADMISSION] = { YB_FIELD_YB_ADMISSION, "yb_admission", YB_TYPE_COUNT, 0, YB_PART_CLAIM, "admission in the year", "本年度第几次住院" },
	[YB_FIELD_MEDFEE_SUMAMT] = { YB_FIELD_MEDFEE_SUMAMT, "medfee_sumamt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "total bill", "医疗费总额" },
	[YB_FIELD_FULAMT_OWNPAY_AMT] = { YB_FIELD_FULAMT_OWNPAY_AMT, "fulamt_ownpay_amt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "outside the catalogue", "全自费金额" },
	[YB_FIELD_OVERLMT_SELFPAY] = { YB_FIELD_OVERLMT_SELFPAY, "overlmt_selfpay", YB_TYPE_FEN, 2, YB_PART_CLAIM, "above price caps", "超限价自费费用" },
	[YB_FIELD_PRESELFPAY_AMT] = { YB_FIELD_PRESELFPAY_AMT, "preselfpay_amt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "prior self-pay", "先行自付金额" },
	[YB_FIELD_INSCP_SCP_AMT] = { YB_FIELD_INSCP_SCP_AMT, "inscp_scp_amt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "in policy scope", "符合政策范围金额" },
	[YB_FIELD_HOSP_PART_AMT] = { YB_FIELD_HOSP_PART_AMT, "hosp_part_amt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "borne by the hospital", "医院负担金额" },
	[YB_FIELD_YB_USE_ACCOUNT] = { YB_FIELD_YB_USE_ACCOUNT, "yb_use_account", YB_TYPE_FLAG, 0, YB_PART_CLAIM, "account is used", "个人账户使用标志" },
	[YB_FIELD_YB_BEFORE_MEDFEE_SUMAMT] = { YB_FIELD_YB_BEFORE_MEDFEE_SUMAMT, "yb_before_medfee_sumamt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "total bill up to the year's end", "年末前医疗费总额" },
	[YB_FIELD_YB_BEFORE_FULAMT_OWNPAY_AMT] = { YB_FIELD_YB_BEFORE_FULAMT_OWNPAY_AMT, "yb_before_fulamt_ownpay_amt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "outside the catalogue up to the year's end", "年末前全自费金额" },
	[YB_FIELD_YB_BEFORE_OVERLMT_SELFPAY] = { YB_FIELD_YB_BEFORE_OVERLMT_SELFPAY, "yb_before_overlmt_selfpay", YB_TYPE_FEN, 2, YB_PART_CLAIM, "above price caps up to the year's end", "年末前超限价自费费用" },
	[YB_FIELD_YB_BEFORE_PRESELFPAY_AMT] = { YB_FIELD_YB_BEFORE_PRESELFPAY_AMT, "yb_before_preselfpay_amt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "prior self-pay up to the year's end", "年末前先行自付金额" },
	[YB_FIELD_YB_BEFORE_INSCP_SCP_AMT] = { YB_FIELD_YB_BEFORE_INSCP_SCP_AMT, "yb_before_inscp_scp_amt", YB_TYPE_FEN, 2, YB_PART_CLAIM, "in policy scope up to the year's end", "年末前符合政策范围金额" },
	[YB_FIELD_YB_AFTER_ADMISSION] = { YB_FIELD_YB_AFTER_ADMISSION, "yb_after_admission", YB_TYPE_COUNT, 0, YB_PART_CLAIM, "admission in the new year", "新年度第几次住院" },
	[YB_FIELD_ACT_PAY_DEDC] = { YB_FIELD_ACT_PAY_DEDC, "act_pay_dedc", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "deductible charged", "实际支付起付线" },
	[YB_FIELD_HIFP_PAY] = { YB_FIELD_HIFP_PAY, "hifp_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "basic pooled fund", "基本医疗保险统筹基金支出" },
	[YB_FIELD_POOL_PROP_SELFPAY] = { YB_FIELD_POOL_PROP_SELFPAY, "pool_prop_selfpay", YB_TYPE_SCALED, 4, YB_PART_SETTLEMENT, "share of the pooled fund", "统筹基金支付比例" },
	[YB_FIELD_CVLSERV_PAY] = { YB_FIELD_CVLSERV_PAY, "cvlserv_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "civil servants' aid", "公务员医疗补助资金支出" },
	[YB_FIELD_HIFES_PAY] = { YB_FIELD_HIFES_PAY, "hifes_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "supplementary fund", "企业补充医疗保险基金支出" },
	[YB_FIELD_HIFMI_PAY] = { YB_FIELD_HIFMI_PAY, "hifmi_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "serious-illness insurance", "居民大病保险资金支出" },
	[YB_FIELD_HIFOB_PAY] = { YB_FIELD_HIFOB_PAY, "hifob_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "large-amount aid", "职工大额医疗费用补助基金支出" },
	[YB_FIELD_MAF_PAY] = { YB_FIELD_MAF_PAY, "maf_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "medical aid", "医疗救助基金支出" },
	[YB_FIELD_OTH_PAY] = { YB_FIELD_OTH_PAY, "oth_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "other funds", "其他支出" },
	[YB_FIELD_FUND_PAY_SUMAMT] = { YB_FIELD_FUND_PAY_SUMAMT, "fund_pay_sumamt", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "paid by the funds", "基金支付总额" },
	[YB_FIELD_PSN_PART_AMT] = { YB_FIELD_PSN_PART_AMT, "psn_part_amt", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "borne by the person", "个人负担总金额" },
	[YB_FIELD_ACCT_PAY] = { YB_FIELD_ACCT_PAY, "acct_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "from the account", "个人账户支出" },
	[YB_FIELD_PSN_CASH_PAY] = { YB_FIELD_PSN_CASH_PAY, "psn_cash_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "in cash", "个人现金支出" },
	[YB_FIELD_BALC] = { YB_FIELD_BALC, "balc", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "account balance after", "余额" },
	[YB_FIELD_ACCT_MULAID_PAY] = { YB_FIELD_ACCT_MULAID_PAY, "acct_mulaid_pay", YB_TYPE_FEN, 2, YB_PART_SETTLEMENT, "family account", "个人账户共济支付金额" },
	[YB_FIELD_FEEDETL_SN] = { YB_FIELD_FEEDETL_SN, "feedetl_sn", YB_TYPE_TEXT, 0, YB_PART_LINE, "line", "费用明细流水号" },
	[YB_FIELD_CHRGITM_LV] = { YB_FIELD_CHRGITM_LV, "chrgitm_lv", YB_TYPE_CODE, 0, YB_PART_LINE, "catalogue class", "收费项目等级" },
	[YB_FIELD_MED_CHRGITM_TYPE] = { YB_FIELD_MED_CHRGITM_TYPE, "med_chrgitm_type", YB_TYPE_CODE, 0, YB_PART_LINE, "charge category", "医疗收费项目类别" },
	[YB_FIELD_CNT] = { YB_FIELD_CNT, "cnt", YB_TYPE_SCALED, 4, YB_PART_LINE, "quantity", "数量" },
	[YB_FIELD_PRIC] = { YB_FIELD_PRIC, "pric", YB_TYPE_SCALED, 6, YB_PART_LINE, "unit price", "单价" },
	[YB_FIELD_PRIC_UPLMT_AMT] = { YB_FIELD_PRIC_UPLMT_AMT, "pric_uplmt_amt", YB_TYPE_SCALED, 6, YB_PART_LINE, "price cap", "定价上限金额" },
	[YB_FIELD_SELFPAY_PROP] = { YB_FIELD_SELFPAY_PROP, "selfpay_prop", YB_TYPE_SCALED, 4, YB_PART_LINE, "prior share", "自付比例" },
	[YB_FIELD_LMT_USED_FLAG] = { YB_FIELD_LMT_USED_FLAG, "lmt_used_flag", YB_TYPE_CODE, 0, YB_PART_LINE, "restricted use", "限制使用标志" },
	[YB_FIELD_HOSP_APPR_FLAG] = { YB_FIELD_HOSP_APPR_FLAG, "hosp_appr_flag", YB_TYPE_CODE, 0, YB_PART_LINE, "hospital approval", "医院审批标志" },
	[YB_FIELD_YB_KIND] = { YB_FIELD_YB_KIND, "yb_kind", YB_TYPE_TEXT, 0, YB_PART_LINE, "kind", "项目类别" },
	[YB_FIELD_DET_ITEM_FEE_SUMAMT] = { YB_FIELD_DET_ITEM_FEE_SUMAMT, "det_item_fee_sumamt", YB_TYPE_FEN, 2, YB_PART_LINE, "line amount", "明细项目费用总额" },
	[YB_FIELD_MED_LIST_CODG] = { YB_FIELD_MED_LIST_CODG, "med_list_codg", YB_TYPE_TEXT, 0, YB_PART_LINE, "catalogue code", "医疗目录编码" },
	[YB_FIELD_HILIST_CODE] = { YB_FIELD_HILIST_CODE, "hilist_code", YB_TYPE_TEXT, 0, YB_PART_LINE, "insurance catalogue code", "医保目录编码" },
	[YB_FIELD_YB_UNIT] = { YB_FIELD_YB_UNIT, "yb_unit", YB_TYPE_TEXT, 0, YB_PART_LINE, "unit of the quantity", "计价单位" },
	[YB_FIELD_FEE_OCUR_TIME] = { YB_FIELD_FEE_OCUR_TIME, "fee_ocur_time", YB_TYPE_DAY, 0, YB_PART_LINE, "time of charge", "费用发生时间" },
};

#define YBI_CODE(field, code, zh, en) { YB_FIELD_##field, code, zh, en, false },
#define YBI_LOCAL_CODE(field, code, zh, en) { YB_FIELD_##field, code, zh, en, true },
static const struct ybi_code codes[] = { /* in the order of their fields */
#include "policy/codes.inc"
};

#define YBI_FUND(code, zh, en) { YBI_CODES_FUND, code, zh, en, false },
static const struct ybi_code funds[] = {
#include "policy/funds.inc"
};

static const struct field_row *
find_row(yb_field field)
{
	return field > 0 && field < (yb_field)ARRAY_SIZE(rows) && rows[field].name ? &rows[field] : NULL;
}

yb_status
yb_field_from_name(const char *name, size_t length, yb_field *field)
{
	if (!name || !field)
		return YB_E_INVALID;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].name && ybi_streq_n(name, length, rows[i].name)) {
			*field = rows[i].field;
			return YB_OK;
		}
	return YB_E_NOT_FOUND;
}

yb_status
yb_field_at(size_t index, yb_field *field)
{
	if (!field)
		return YB_E_INVALID;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].name && index-- == 0) {
			*field = rows[i].field;
			return YB_OK;
		}
	return YB_E_NOT_FOUND;
}

const char *
yb_field_get_name(yb_field field)
{
	const struct field_row *row = find_row(field);

	return row ? row->name : "";
}

const char *
yb_field_get_label(yb_field field, yb_lang lang)
{
	const struct field_row *row = find_row(field);

	if (!row)
		return "";
	return lang == YB_LANG_ZH ? row->zh : row->en;
}

yb_type
yb_field_get_type(yb_field field)
{
	const struct field_row *row = find_row(field);

	return row ? row->type : 0;
}

int32_t
yb_field_get_scale(yb_field field)
{
	const struct field_row *row = find_row(field);

	return row ? row->scale : 0;
}

yb_part
yb_field_get_part(yb_field field)
{
	const struct field_row *row = find_row(field);

	return row ? row->part : 0;
}

const struct ybi_code *
ybi_codes(yb_field field, size_t *count)
{
	size_t first = 0, n = 0;

	if (field == YBI_CODES_FUND) {
		*count = ARRAY_SIZE(funds);
		return funds;
	}
	for (size_t end = ARRAY_SIZE(codes); first < end;) { /* they stand in the order of their fields */
		size_t middle = first + (end - first) / 2;
		if (codes[middle].field < field)
			first = middle + 1;
		else
			end = middle;
	}
	while (first + n < ARRAY_SIZE(codes) && codes[first + n].field == field)
		n++;
	*count = n;
	return n ? &codes[first] : NULL;
}

const struct ybi_code *
ybi_code_find(yb_field field, const char *code, size_t length)
{
	size_t count;
	const struct ybi_code *table = ybi_codes(field, &count);

	for (size_t i = 0; i < count; i++)
		if (length && table[i].code[0] == code[0] && ybi_streq_n(code, length, table[i].code))
			return &table[i];
	return NULL;
}

const struct ybi_code *
ybi_code_national(yb_field field, const char *code, size_t length)
{
	const struct ybi_code *found = ybi_code_find(field, code, length);

	return found && !found->local ? found : NULL;
}

bool
ybi_code_unstated(yb_field field, const char *code, size_t length)
{
	return field == YB_FIELD_GEND && length == 1 && (code[0] == '0' || code[0] == '9');
}

bool
ybi_code_open(yb_field field)
{
	return field == YB_FIELD_MED_TYPE || field == YB_FIELD_PSN_TYPE || field == YB_FIELD_PSN_IDET_TYPE;
}

bool
ybi_code_fixed(yb_field field)
{
	return field == YB_FIELD_GEND || field == YB_FIELD_INSUTYPE || field == YB_FIELD_CVLSERV_FLAG || field == YB_FIELD_LMT_USED_FLAG ||
		field == YB_FIELD_HOSP_APPR_FLAG;
}

yb_field
ybi_codes_at(size_t index)
{
	yb_field previous = 0;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		if (codes[i].field != previous && index-- == 0)
			return codes[i].field;
		previous = codes[i].field;
	}
	return index == 0 ? YBI_CODES_FUND : 0;
}

const char *
ybi_codes_name(yb_field table)
{
	return table == YBI_CODES_FUND ? "fund_pay_type" : yb_field_get_name(table);
}

yb_field
ybi_codes_from_name(const char *name, size_t length)
{
	yb_field table;

	for (size_t i = 0; (table = ybi_codes_at(i)) != 0; i++)
		if (ybi_streq_n(name, length, ybi_codes_name(table)))
			return table;
	return 0;
}

size_t
ybi_field_names(yb_part part, const char **names, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows) && n < room; i++)
		if (rows[i].name && rows[i].part == part)
			names[n++] = rows[i].name;
	return n;
}
