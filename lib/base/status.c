/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/types.h>

#include "base/memory.h"

#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)

/* One row per status of types.h, in its order; a test holds it against doc/status.tsv. */
static const struct status_row {
	yb_status status;
	const char *name, *en, *zh;
} status_rows[] = {
	{ YB_OK, "YB_OK",
	  "The call did what it was asked to do.",
	  "调用成功。" },
	{ YB_E_INVALID, "YB_E_INVALID",
	  "The caller passed a null handle or a value outside its enumeration.",
	  "调用方传入了空句柄或枚举以外的值。" },
	{ YB_E_NOT_FOUND, "YB_E_NOT_FOUND",
	  "There is nothing of that name or at that index.",
	  "没有该名称或该序号的对象。" },
	{ YB_E_UNKNOWN, "YB_E_UNKNOWN",
	  "The thing exists, but its value is not known.",
	  "该项存在，但其值未知。" },
	{ YB_E_NO_MEMORY, "YB_E_NO_MEMORY",
	  "There is not enough memory; nothing changed.",
	  "内存不足，未作任何改动。" },
	{ YB_E_IO, "YB_E_IO",
	  "The file cannot be opened or read, or is not a regular file.",
	  "文件无法打开或读取，或不是普通文件。" },
	{ YB_E_CANCELLED, "YB_E_CANCELLED",
	  "The caller ended it before it was done.",
	  "调用方在完成之前中止了操作。" },
	{ YB_E_BAD_OPTIONS, "YB_E_BAD_OPTIONS",
	  "The options struct has an unknown size or content.",
	  "选项结构的大小或内容无法识别。" },
	{ YB_E_OVERFLOW, "YB_E_OVERFLOW",
	  "The exact result does not fit.",
	  "精确结果超出可表示的范围。" },
	{ YB_E_DIVISION, "YB_E_DIVISION",
	  "A division by zero was asked for.",
	  "除数为零。" },
	{ YB_E_BAD_TEXT, "YB_E_BAD_TEXT",
	  "The text is not UTF-8 or holds a NUL or another forbidden character.",
	  "文本不是 UTF-8，或含有 NUL 等禁用字符。" },
	{ YB_E_LIMIT, "YB_E_LIMIT",
	  "The text is too large, too deep or has too many parts.",
	  "文本过大、嵌套过深或组成部分过多。" },
	{ YB_E_SYNTAX, "YB_E_SYNTAX",
	  "The text is malformed.",
	  "文本格式有误。" },
	{ YB_E_UNKNOWN_KEY, "YB_E_UNKNOWN_KEY",
	  "The document may not have this key.",
	  "文件中出现了不允许的键。" },
	{ YB_E_DUPLICATE, "YB_E_DUPLICATE",
	  "A key or an id is given twice.",
	  "键或编号重复。" },
	{ YB_E_MISSING_KEY, "YB_E_MISSING_KEY",
	  "A required key is absent.",
	  "缺少必需的键。" },
	{ YB_E_NO_SOURCE, "YB_E_NO_SOURCE",
	  "A figure has no source.",
	  "数值未注明来源。" },
	{ YB_E_UNKNOWN_NAME, "YB_E_UNKNOWN_NAME",
	  "A fact, value, source, layer or code does not exist.",
	  "引用的事实、值、来源、层级或代码不存在。" },
	{ YB_E_BAD_VALUE, "YB_E_BAD_VALUE",
	  "A value cannot be read as what should stand there.",
	  "该处的值无法按应有的类型读取。" },
	{ YB_E_UNIT, "YB_E_UNIT",
	  "A unit or type does not fit.",
	  "单位或类型不匹配。" },
	{ YB_E_GAP, "YB_E_GAP",
	  "Some days or facts are covered by no row, entry or rule.",
	  "有日期或事实未被任何行、条目或规则覆盖。" },
	{ YB_E_OVERLAP, "YB_E_OVERLAP",
	  "Two rows, entries or rules hold together.",
	  "两行、两个条目或两条规则同时成立。" },
	{ YB_E_CYCLE, "YB_E_CYCLE",
	  "A value or parent depends on itself.",
	  "值或上级直接或间接地依赖自身。" },
	{ YB_E_RULE, "YB_E_RULE",
	  "A rule contradicts itself.",
	  "规则自相矛盾。" },
	{ YB_E_BOUND, "YB_E_BOUND",
	  "An amount may outgrow the exact range.",
	  "金额可能超出精确计算的范围。" },
	{ YB_E_LANGUAGE, "YB_E_LANGUAGE",
	  "The document is written for another version of the policy language.",
	  "文件采用了另一版本的政策语言。" },
	{ YB_E_BAD_DATE, "YB_E_BAD_DATE",
	  "A date does not exist, or dates are in an impossible order.",
	  "日期不存在，或日期先后不可能成立。" },
	{ YB_E_BAD_AMOUNT, "YB_E_BAD_AMOUNT",
	  "An amount of money is malformed, negative or too large.",
	  "金额格式有误、为负数或过大。" },
	{ YB_E_BAD_IDENTITY, "YB_E_BAD_IDENTITY",
	  "The identity number, credit code or region code is not a valid one.",
	  "身份证件号码、统一社会信用代码或区划代码无效。" },
	{ YB_E_CONTRADICTION, "YB_E_CONTRADICTION",
	  "The facts given cannot hold together.",
	  "所给事实互相矛盾。" },
	{ YB_E_NO_POLICY, "YB_E_NO_POLICY",
	  "No loaded document is in force for the region and the scheme.",
	  "没有适用于该地区和险种的已加载且现行有效的政策文件。" },
	{ YB_E_BUSY, "YB_E_BUSY",
	  "Another process kept the ledger for too long.",
	  "另一进程占用账本过久。" },
	{ YB_E_VERSION, "YB_E_VERSION",
	  "The file was made by a later version, or a library is too old for it.",
	  "文件由更新的版本生成，或所依赖的库过旧。" },
	{ YB_E_CORRUPT, "YB_E_CORRUPT",
	  "The file is not a ledger or is damaged.",
	  "文件不是账本，或已损坏。" },
	{ YB_E_FORKED, "YB_E_FORKED",
	  "The handle was opened before a fork of the process.",
	  "句柄是在进程分叉之前打开的。" },
	{ YB_E_STATE, "YB_E_STATE",
	  "The thing is not in a state in which this can be done.",
	  "该项当前的状态不允许此操作。" },
	{ YB_E_OTHER_FACTS, "YB_E_OTHER_FACTS",
	  "The key was posted before with other facts.",
	  "该幂等键此前已用于记录不同的事实。" },
	{ YB_E_STALE, "YB_E_STALE",
	  "It was worked out before something else happened to the money.",
	  "计算之后账目又有变动，结果已过时。" },
	{ YB_E_NOT_ALLOWED, "YB_E_NOT_ALLOWED",
	  "No authorization covers it.",
	  "没有授权允许此项操作。" },
	{ YB_E_OVERDRAWN, "YB_E_OVERDRAWN",
	  "An account would be below zero.",
	  "账户余额不足。" },
	{ YB_E_CLOSED, "YB_E_CLOSED",
	  "The period was closed.",
	  "该期间已结账。" },
	{ YB_E_INTERNAL, "YB_E_INTERNAL",
	  "An identity of the answer failed; this is a bug in the library.",
	  "结果未通过内部恒等校验，这是本库的缺陷。" },
};

static const struct status_row *
status_find(yb_status status)
{
	for (size_t i = 0; i < ARRAY_SIZE(status_rows); i++) {
		if (status_rows[i].status == status)
			return &status_rows[i];
	}
	return NULL;
}

const char *
yb_version(void)
{
	return TEXT_OF(YB_VERSION_MAJOR) "." TEXT_OF(YB_VERSION_MINOR) "." TEXT_OF(YB_VERSION_PATCH);
}

const char *
yb_status_name(yb_status status)
{
	const struct status_row *row = status_find(status);

	return row ? row->name : "YB_E_?";
}

const char *
yb_status_text(yb_status status, yb_lang lang)
{
	const struct status_row *row = status_find(status);

	if (lang == YB_LANG_ZH)
		return row ? row->zh : "此状态码不属于本库。";
	return row ? row->en : "This library has no such status.";
}

yb_status
yb_status_at(size_t index, yb_status *status)
{
	if (!status)
		return YB_E_INVALID;
	if (index >= ARRAY_SIZE(status_rows))
		return YB_E_NOT_FOUND;
	*status = status_rows[index].status;
	return YB_OK;
}
