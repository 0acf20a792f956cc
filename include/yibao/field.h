/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_FIELD_H
#define YIBAO_FIELD_H

#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The registry of fields: one stable number, name, type and scale for each.
 *
 * A fact keeps its national name (`hosp_lv`, `medfee_sumamt`); what the
 * platform has no name for begins with `yb_`. The same registry serves
 * setters, getters and JSON. The list with units and both languages is
 * `doc/fields.tsv`. Example: `hifp_pay` is #YB_FIELD_HIFP_PAY, of type
 * #YB_TYPE_FEN, two decimals in text.
 */

/** Number of a field; a number keeps its meaning for ever. */
typedef int32_t yb_field;
enum {
	/* person */
	YB_FIELD_PSN_NO = 1,               /**< 人员编号 */
	YB_FIELD_CERTNO = 2,               /**< 证件号码, validated, never shown unmasked */
	YB_FIELD_BRDY = 3,                 /**< 出生日期 */
	YB_FIELD_GEND = 4,                 /**< 性别 */
	YB_FIELD_INSUTYPE = 5,             /**< 险种类型 */
	YB_FIELD_PSN_TYPE = 6,             /**< 人员类别 */
	YB_FIELD_INSUPLC_ADMDVS = 7,       /**< 参保地医保区划 */
	YB_FIELD_PSN_IDET_TYPE = 8,        /**< 人员身份类别, a set */
	YB_FIELD_CVLSERV_FLAG = 9,         /**< 公务员标志 */
	YB_FIELD_YB_PLAN = 10,             /**< the plan or tier a person chose */
	YB_FIELD_YB_RETIRE_DATE = 11,      /**< day of retirement */
	YB_FIELD_YB_FLEXIBLE = 12,         /**< 灵活就业 */
	YB_FIELD_YB_NEWBORN_ENROLLED = 13, /**< enrolled as a newborn */
	YB_FIELD_YB_WAGE_BASE = 14,        /**< contribution base a month */
	YB_FIELD_YB_PENSION = 15,          /**< pension a month */
	YB_FIELD_YB_ACCOUNT_BALANCE = 16,  /**< personal account before the question */
	YB_FIELD_YB_PAID_MONTHS = 17,      /**< months paid so far */
	YB_FIELD_YB_ACTUAL_MONTHS = 18,    /**< 实际缴费月数, those deemed paid left out */
	YB_FIELD_YB_PREVIOUS_CREDIT = 19,  /**< credited to the account a month before a reform */
	YB_FIELD_YB_CURRENT_BALANCE_DAYS = 20, /**< 当年划入部分的日积数, yuan x days */
	YB_FIELD_YB_CARRIED_BALANCE_DAYS = 21, /**< 历年结转部分的日积数, yuan x days */
	YB_FIELD_YB_FAMILY_BALANCE = 22,   /**< what accounts of the family may give, 家庭共济 */
	/* claim */
	YB_FIELD_MDTRT_ID = 30,            /**< 就诊ID */
	YB_FIELD_MED_TYPE = 31,            /**< 医疗类别 */
	YB_FIELD_HOSP_LV = 32,             /**< 医院等级 */
	YB_FIELD_FIXMEDINS_CODE = 33,      /**< 定点医药机构编号 */
	YB_FIELD_MDTRTAREA_ADMVS = 34,     /**< 就医地医保区划 */
	YB_FIELD_BEGNDATE = 35,            /**< 开始日期 */
	YB_FIELD_ENDDATE = 36,             /**< 结束日期 */
	YB_FIELD_DISE_CODG = 37,           /**< 病种编码 */
	YB_FIELD_REFL_TYPE = 38,           /**< 转院类型 */
	YB_FIELD_YB_FILED = 39,            /**< filed for care elsewhere (备案) */
	YB_FIELD_YB_EPISODE = 40,          /**< referral chain the stay belongs to */
	YB_FIELD_YB_ADMISSION = 41,        /**< ordinal of the stay in the year, from 1 */
	YB_FIELD_MEDFEE_SUMAMT = 42,       /**< 医疗费总额 */
	YB_FIELD_FULAMT_OWNPAY_AMT = 43,   /**< 全自费金额 */
	YB_FIELD_OVERLMT_SELFPAY = 44,     /**< 超限价自费费用 */
	YB_FIELD_PRESELFPAY_AMT = 45,      /**< 先行自付金额 */
	YB_FIELD_INSCP_SCP_AMT = 46,       /**< 符合政策范围金额 */
	YB_FIELD_HOSP_PART_AMT = 47,       /**< 医院负担金额 */
	YB_FIELD_YB_USE_ACCOUNT = 48,      /**< 个人账户使用标志 (acct_used_flag) */
	YB_FIELD_YB_BEFORE_MEDFEE_SUMAMT = 49,     /**< of a stay over the end of a medical year: the bill up to it */
	YB_FIELD_YB_BEFORE_FULAMT_OWNPAY_AMT = 50, /**< likewise, outside the catalogue */
	YB_FIELD_YB_BEFORE_OVERLMT_SELFPAY = 51,   /**< likewise, above price caps */
	YB_FIELD_YB_BEFORE_PRESELFPAY_AMT = 52,    /**< likewise, prior self-pay */
	YB_FIELD_YB_BEFORE_INSCP_SCP_AMT = 53,     /**< likewise, in policy scope */
	YB_FIELD_YB_AFTER_ADMISSION = 54,  /**< ordinal of its second part in the new year; 1 unless given */
	/* settlement */
	YB_FIELD_ACT_PAY_DEDC = 60,        /**< 实际支付起付线 */
	YB_FIELD_HIFP_PAY = 61,            /**< 基本医疗保险统筹基金支出 */
	YB_FIELD_POOL_PROP_SELFPAY = 62,   /**< 基本医疗保险统筹基金支付比例: hifp_pay / inscp_scp_amt, 4 decimals */
	YB_FIELD_CVLSERV_PAY = 63,         /**< 公务员医疗补助资金支出 */
	YB_FIELD_HIFES_PAY = 64,           /**< 企业补充医疗保险基金支出 */
	YB_FIELD_HIFMI_PAY = 65,           /**< 居民大病保险资金支出 */
	YB_FIELD_HIFOB_PAY = 66,           /**< 职工大额医疗费用补助基金支出 */
	YB_FIELD_MAF_PAY = 67,             /**< 医疗救助基金支出 */
	YB_FIELD_OTH_PAY = 68,             /**< 其他支出 */
	YB_FIELD_FUND_PAY_SUMAMT = 69,     /**< 基金支付总额 */
	YB_FIELD_PSN_PART_AMT = 70,        /**< 个人负担总金额 */
	YB_FIELD_ACCT_PAY = 71,            /**< 个人账户支出 */
	YB_FIELD_PSN_CASH_PAY = 72,        /**< 个人现金支出 */
	YB_FIELD_BALC = 73,                /**< 余额, account balance after the settlement */
	YB_FIELD_ACCT_MULAID_PAY = 74,     /**< 个人账户共济支付金额 */
	/* cost line */
	YB_FIELD_FEEDETL_SN = 80,          /**< 费用明细流水号 */
	YB_FIELD_CHRGITM_LV = 81,          /**< 收费项目等级 */
	YB_FIELD_MED_CHRGITM_TYPE = 82,    /**< 医疗收费项目类别 */
	YB_FIELD_CNT = 83,                 /**< 数量, 4 decimals */
	YB_FIELD_PRIC = 84,                /**< 单价, 6 decimals */
	YB_FIELD_PRIC_UPLMT_AMT = 85,      /**< 定价上限金额, 6 decimals */
	YB_FIELD_SELFPAY_PROP = 86,        /**< 自付比例, 4 decimals */
	YB_FIELD_LMT_USED_FLAG = 87,       /**< 限制使用标志 */
	YB_FIELD_HOSP_APPR_FLAG = 88,      /**< 医院审批标志 */
	YB_FIELD_YB_KIND = 89,             /**< a kind that a document names as scope.KIND */
	YB_FIELD_DET_ITEM_FEE_SUMAMT = 90, /**< 明细项目费用总额 */
	YB_FIELD_MED_LIST_CODG = 91,       /**< 医疗目录编码 */
	YB_FIELD_HILIST_CODE = 92,         /**< 医保目录编码, under which a catalogue lists the item */
	YB_FIELD_YB_UNIT = 93,             /**< the unit that cnt counts and pric is for, as a catalogue names it */
	YB_FIELD_FEE_OCUR_TIME = 94        /**< 费用发生时间; its day counts */
};

/** Type of a field. */
typedef int32_t yb_type;
enum {
	YB_TYPE_TEXT = 1,   /**< free text */
	YB_TYPE_CODE = 2,   /**< a code of a national code table */
	YB_TYPE_CODES = 3,  /**< a set of such codes */
	YB_TYPE_DAY = 4,    /**< a #yb_day */
	YB_TYPE_FEN = 5,    /**< a #yb_fen */
	YB_TYPE_COUNT = 6,  /**< an integer, 0 or more */
	YB_TYPE_FLAG = 7,   /**< 0 no, 1 yes */
	YB_TYPE_SCALED = 8  /**< an integer with yb_field_get_scale() decimals behind the point */
};

/** To what a field belongs. */
typedef int32_t yb_part;
enum {
	YB_PART_PERSON = 1,     /**< struct yb_person */
	YB_PART_CLAIM = 2,      /**< struct yb_claim */
	YB_PART_SETTLEMENT = 3, /**< an answer of yb_settle() */
	YB_PART_LINE = 4        /**< a cost line of a claim */
};

/**
 * The field of a name.
 * @param name    national or `yb_` name
 * @param length  bytes of name
 * @param[out] field  its number
 * @retval YB_E_NOT_FOUND  no such field
 * @since 0.1
 */
YB_API yb_status yb_field_from_name(const char *name, size_t length, yb_field *field);

/**
 * The field at a position, to list them all.
 * @param index  from 0
 * @param[out] field  its number
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_field_at(size_t index, yb_field *field);

/**
 * Name of a field.
 * @param field  a number
 * @return static text; "" for a number that is no field
 * @since 0.1
 */
YB_API const char *yb_field_get_name(yb_field field);

/**
 * What a field means, in a few words.
 * @param field  a number
 * @param lang   #YB_LANG_EN or #YB_LANG_ZH
 * @return static text; "" for a number that is no field
 * @since 0.1
 */
YB_API const char *yb_field_get_label(yb_field field, yb_lang lang);

/**
 * Type of a field.
 * @param field  a number
 * @return a #yb_type; 0 for a number that is no field
 * @since 0.1
 */
YB_API yb_type yb_field_get_type(yb_field field);

/**
 * Decimals of a field in text: 2 for money, 4 or 6 for #YB_TYPE_SCALED, else 0.
 * @param field  a number
 * @since 0.1
 */
YB_API int32_t yb_field_get_scale(yb_field field);

/**
 * To what a field belongs.
 * @param field  a number
 * @return a #yb_part; 0 for a number that is no field
 * @since 0.1
 */
YB_API yb_part yb_field_get_part(yb_field field);

#ifdef __cplusplus
}
#endif
#endif
