/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *channel_suite(void);

/* ---- what the articles say, taken down by hand ---- */

/* can: pay, proxy_pay, family_pool, enrol, query_balance, query_records, query_progress, receipt, consult; y yes, i implied, d download, p print */
static const struct {
	const char *id, *zh, *en;
	yb_channel_kind kind;
	const char *can, *regions;
	int inputs, location, caveat;
	const char *seeds;
} channels[] = {
	{ "nhsa_app", "国家医保服务平台APP", "National Medical Insurance Service Platform app", YB_CHANNEL_KIND_APP, "y-yy-y-d-", "", 5, 1, 1, "2,3,4" },
	{ "nhsa_web", "国家医保服务平台网站（个人网厅）", "NHSA personal web hall", YB_CHANNEL_KIND_WEB, "-----y---", "", 1, 0, 0, "2" },
	{ "local_portal", "当地医保局/人社网站", "local bureau website (net hall)", YB_CHANNEL_KIND_WEB, "y---yy---", "", 1, 0, 0, "0,1,2" },
	{ "local_app", "当地医保/社保官方APP（广东社保、北京社保等）", "local official app", YB_CHANNEL_KIND_APP, "y---yyyd-", "", 3, 0, 1, "0,1,2,3,4" },
	{ "wanshitong", "皖事通APP", "Anhui government app", YB_CHANNEL_KIND_GOV_APP, "y--------", "340000", 2, 1, 1, "0,1,3" },
	{ "suishenban", "随申办", "Shanghai government app", YB_CHANNEL_KIND_GOV_APP, "y--------", "310000", 1, 0, 1, "0,1" },
	{ "minzhengtong", "闽政通（支付宝小程序）", "Fujian gov mini-program in Alipay", YB_CHANNEL_KIND_MINI_PROGRAM, "-----y---", "350000", 0, 0, 1, "4" },
	{ "wx_city", "微信 城市服务", "WeChat city services", YB_CHANNEL_KIND_WECHAT, "yi--yy---", "", 1, 1, 1, "0,1,2,4" },
	{ "wx_mp", "微信公众号（合肥医保、XX省医保、当地税务）", "WeChat official accounts", YB_CHANNEL_KIND_WECHAT, "yy---y---", "", 1, 0, 1, "0,1,2,3" },
	{ "wx_ecard", "微信 医保电子凭证/医保码（我的医保凭证小程序）", "medical e-credential in WeChat", YB_CHANNEL_KIND_WECHAT, "y---y----", "", 1, 1, 0, "0,1,2,4" },
	{ "wx_qr", "缴费二维码", "payment QR code", YB_CHANNEL_KIND_WECHAT, "y--------", "", 1, 0, 1, "1" },
	{ "ali_civic", "支付宝 市民中心-社保", "Alipay civic centre", YB_CHANNEL_KIND_ALIPAY, "yyy-yy---", "", 3, 1, 1, "0,1,2,3,4" },
	{ "ali_natural", "支付宝 城市服务-社保-自然人缴纳社保费", "Alipay natural-person social fee", YB_CHANNEL_KIND_ALIPAY, "yy-------", "", 3, 0, 1, "3" },
	{ "ali_search", "支付宝 搜索“社保缴费/医保查询”", "Alipay search entry", YB_CHANNEL_KIND_ALIPAY, "yyy-y----", "", 2, 0, 0, "1,2,4" },
	{ "unionpay", "云闪付 城市服务-社保缴费", "UnionPay app city services", YB_CHANNEL_KIND_UNIONPAY, "y--------", "", 1, 0, 0, "0,1" },
	{ "bank_app", "银行APP（农信联社、农行、工行、建行）", "bank apps", YB_CHANNEL_KIND_BANK, "y--------", "", 4, 0, 0, "0,1,3,4" },
	{ "bank_counter", "银行柜台/批量扣款", "bank counter / batch debit", YB_CHANNEL_KIND_BANK, "y--------", "", 3, 0, 1, "3,4" },
	{ "tax_platform", "税务平台（税务公众号、税务社保缴费入口）", "tax bureau entries", YB_CHANNEL_KIND_TAX, "y--------", "", 1, 1, 1, "0,1,3,4" },
	{ "tel_12333", "12333 热线", "12333 hotline", YB_CHANNEL_KIND_PHONE, "----yy--y", "", 2, 0, 1, "0,1,2,3" },
	{ "tel_local", "当地医保热线", "local hotline", YB_CHANNEL_KIND_PHONE, "----yy--y", "", 1, 0, 0, "0,1,2" },
	{ "window", "医保/社保经办窗口、社区服务中心", "agency window", YB_CHANNEL_KIND_COUNTER, "y--yyy-py", "", 2, 0, 0, "0,1,2,3" },
	{ "kiosk", "自助终端机", "self-service kiosk", YB_CHANNEL_KIND_KIOSK, "----yy---", "", 2, 0, 0, "1,2" },
	{ "provider", "定点医院/药店", "designated provider", YB_CHANNEL_KIND_COUNTER, "----y----", "", 1, 0, 1, "1" },
	{ "village", "村委/社区居委会", "village or neighbourhood committee", YB_CHANNEL_KIND_COUNTER, "---y-----", "", 1, 0, 1, "3" },
	{ "employer", "用人单位代扣代缴", "employer withholding", YB_CHANNEL_KIND_EMPLOYER, "y--y-----", "", 1, 0, 1, "3,4" },
	{ "generic_platform", "所在地区服务平台", "regional service platform (unnamed)", YB_CHANNEL_KIND_WEB, "----y----", "", 2, 0, 1, "1,2" },
};

static const struct {
	const char *channel;
	yb_channel_action action;
	size_t number;
	const char *en;
} steps[] = {
	{ "nhsa_app", YB_CHANNEL_ACTION_PAY, 1, "register and log in" },
	{ "nhsa_app", YB_CHANNEL_ACTION_PAY, 2, "bind ID" },
	{ "nhsa_app", YB_CHANNEL_ACTION_PAY, 3, "choose the resident insurance of the region" },
	{ "nhsa_app", YB_CHANNEL_ACTION_PAY, 4, "complete enrolment form" },
	{ "nhsa_app", YB_CHANNEL_ACTION_PAY, 5, "pay" },
	{ "nhsa_app", YB_CHANNEL_ACTION_ENROL, 1, "register and log in" },
	{ "nhsa_app", YB_CHANNEL_ACTION_ENROL, 2, "open local zone (地方专区) and pick province" },
	{ "nhsa_app", YB_CHANNEL_ACTION_ENROL, 3, "open resident enrolment (城乡居民参保登记)" },
	{ "nhsa_app", YB_CHANNEL_ACTION_ENROL, 4, "fill starred fields" },
	{ "nhsa_app", YB_CHANNEL_ACTION_ENROL, 5, "upload ID or household-book photo" },
	{ "nhsa_app", YB_CHANNEL_ACTION_ENROL, 6, "submit" },
	{ "nhsa_app", YB_CHANNEL_ACTION_FAMILY_POOL, 1, "open family mutual aid (家庭共济)" },
	{ "nhsa_app", YB_CHANNEL_ACTION_FAMILY_POOL, 2, "add member" },
	{ "nhsa_app", YB_CHANNEL_ACTION_FAMILY_POOL, 3, "allocate an amount" },
	{ "nhsa_app", YB_CHANNEL_ACTION_FAMILY_POOL, 4, "pay the member's resident contribution from the account" },
	{ "nhsa_app", YB_CHANNEL_ACTION_QUERY_RECORDS, 1, "log in" },
	{ "nhsa_app", YB_CHANNEL_ACTION_QUERY_RECORDS, 2, "tap contribution records on home" },
	{ "nhsa_app", YB_CHANNEL_ACTION_QUERY_RECORDS, 3, "read history; download certificate" },
	{ "nhsa_web", YB_CHANNEL_ACTION_QUERY_RECORDS, 1, "register and log in" },
	{ "nhsa_web", YB_CHANNEL_ACTION_QUERY_RECORDS, 2, "open personal net hall" },
	{ "nhsa_web", YB_CHANNEL_ACTION_QUERY_RECORDS, 3, "open personal contribution query" },
	{ "local_portal", YB_CHANNEL_ACTION_PAY, 1, "log in" },
	{ "local_portal", YB_CHANNEL_ACTION_PAY, 2, "open social-security zone" },
	{ "local_portal", YB_CHANNEL_ACTION_PAY, 3, "choose resident insurance or rural coop contribution" },
	{ "local_portal", YB_CHANNEL_ACTION_PAY, 4, "enter identity" },
	{ "local_portal", YB_CHANNEL_ACTION_PAY, 5, "confirm and pay" },
	{ "local_portal", YB_CHANNEL_ACTION_QUERY_BALANCE, 1, "open net hall or personal service" },
	{ "local_portal", YB_CHANNEL_ACTION_QUERY_BALANCE, 2, "log in with ID, card no or password" },
	{ "local_portal", YB_CHANNEL_ACTION_QUERY_BALANCE, 3, "open account query" },
	{ "local_portal", YB_CHANNEL_ACTION_QUERY_BALANCE, 4, "read balance and details" },
	{ "local_portal", YB_CHANNEL_ACTION_QUERY_RECORDS, 1, "find insurance query entry" },
	{ "local_portal", YB_CHANNEL_ACTION_QUERY_RECORDS, 2, "log in" },
	{ "local_portal", YB_CHANNEL_ACTION_QUERY_RECORDS, 3, "choose contribution records" },
	{ "local_app", YB_CHANNEL_ACTION_PAY, 1, "install official app" },
	{ "local_app", YB_CHANNEL_ACTION_PAY, 2, "register, verify real name" },
	{ "local_app", YB_CHANNEL_ACTION_PAY, 3, "open contribution" },
	{ "local_app", YB_CHANNEL_ACTION_PAY, 4, "enter identity and amount" },
	{ "local_app", YB_CHANNEL_ACTION_PAY, 5, "pay" },
	{ "local_app", YB_CHANNEL_ACTION_QUERY_BALANCE, 1, "install and verify real name" },
	{ "local_app", YB_CHANNEL_ACTION_QUERY_BALANCE, 2, "open account query" },
	{ "local_app", YB_CHANNEL_ACTION_QUERY_BALANCE, 3, "read balance" },
	{ "local_app", YB_CHANNEL_ACTION_QUERY_RECORDS, 1, "log in" },
	{ "local_app", YB_CHANNEL_ACTION_QUERY_RECORDS, 2, "open my insurance or insurance query" },
	{ "local_app", YB_CHANNEL_ACTION_QUERY_RECORDS, 3, "choose contribution records" },
	{ "wanshitong", YB_CHANNEL_ACTION_PAY, 1, "log in" },
	{ "wanshitong", YB_CHANNEL_ACTION_PAY, 2, "set city" },
	{ "wanshitong", YB_CHANNEL_ACTION_PAY, 3, "search resident insurance contribution" },
	{ "wanshitong", YB_CHANNEL_ACTION_PAY, 4, "fill enrolment info" },
	{ "wanshitong", YB_CHANNEL_ACTION_PAY, 5, "pay" },
	{ "wx_city", YB_CHANNEL_ACTION_PAY, 1, "Me > Services > City services" },
	{ "wx_city", YB_CHANNEL_ACTION_PAY, 2, "set location to insured place" },
	{ "wx_city", YB_CHANNEL_ACTION_PAY, 3, "Social security" },
	{ "wx_city", YB_CHANNEL_ACTION_PAY, 4, "Social-security payment (or tax social-security payment)" },
	{ "wx_city", YB_CHANNEL_ACTION_PAY, 5, "enter insured person's identity" },
	{ "wx_city", YB_CHANNEL_ACTION_PAY, 6, "check amount" },
	{ "wx_city", YB_CHANNEL_ACTION_PAY, 7, "pay" },
	{ "wx_city", YB_CHANNEL_ACTION_QUERY_BALANCE, 1, "Me > Services > City services" },
	{ "wx_city", YB_CHANNEL_ACTION_QUERY_BALANCE, 2, "set city" },
	{ "wx_city", YB_CHANNEL_ACTION_QUERY_BALANCE, 3, "e-credential, or Social security > query" },
	{ "wx_mp", YB_CHANNEL_ACTION_PAY, 1, "follow account" },
	{ "wx_mp", YB_CHANNEL_ACTION_PAY, 2, "open service hall or social-security zone" },
	{ "wx_mp", YB_CHANNEL_ACTION_PAY, 3, "choose insurance type" },
	{ "wx_mp", YB_CHANNEL_ACTION_PAY, 4, "enter ID and name" },
	{ "wx_mp", YB_CHANNEL_ACTION_PAY, 5, "pay" },
	{ "wx_ecard", YB_CHANNEL_ACTION_PAY, 1, "search 医保 and open 我的医保凭证, or Services > Health > 医保码" },
	{ "wx_ecard", YB_CHANNEL_ACTION_PAY, 2, "insurance services" },
	{ "wx_ecard", YB_CHANNEL_ACTION_PAY, 3, "contribution service" },
	{ "wx_ecard", YB_CHANNEL_ACTION_PAY, 4, "go to pay" },
	{ "wx_ecard", YB_CHANNEL_ACTION_PAY, 5, "enter ID and name" },
	{ "wx_ecard", YB_CHANNEL_ACTION_PAY, 6, "pay" },
	{ "wx_qr", YB_CHANNEL_ACTION_PAY, 1, "scan the code" },
	{ "wx_qr", YB_CHANNEL_ACTION_PAY, 2, "fill form" },
	{ "wx_qr", YB_CHANNEL_ACTION_PAY, 3, "pay" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 1, "More > Civic life > Civic centre" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 2, "set city to insured place" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 3, "Social security" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 4, "resident insurance contribution" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 5, "enter ID and name, confirm year" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 6, "next" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 7, "confirm ID, name, amount" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 8, "next" },
	{ "ali_civic", YB_CHANNEL_ACTION_PAY, 9, "confirm payment" },
	{ "ali_civic", YB_CHANNEL_ACTION_QUERY_BALANCE, 1, "Civic centre" },
	{ "ali_civic", YB_CHANNEL_ACTION_QUERY_BALANCE, 2, "Social security" },
	{ "ali_civic", YB_CHANNEL_ACTION_QUERY_BALANCE, 3, "account query" },
	{ "ali_natural", YB_CHANNEL_ACTION_PROXY_PAY, 1, "City services" },
	{ "ali_natural", YB_CHANNEL_ACTION_PROXY_PAY, 2, "Social security" },
	{ "ali_natural", YB_CHANNEL_ACTION_PROXY_PAY, 3, "natural-person social fee" },
	{ "ali_natural", YB_CHANNEL_ACTION_PROXY_PAY, 4, "choose resident or flexible-employment medical" },
	{ "ali_natural", YB_CHANNEL_ACTION_PROXY_PAY, 5, "tick proxy payment" },
	{ "ali_natural", YB_CHANNEL_ACTION_PROXY_PAY, 6, "enter payee" },
	{ "ali_natural", YB_CHANNEL_ACTION_PROXY_PAY, 7, "pay" },
	{ "ali_search", YB_CHANNEL_ACTION_QUERY_BALANCE, 1, "search 医保查询" },
	{ "ali_search", YB_CHANNEL_ACTION_QUERY_BALANCE, 2, "follow prompts" },
	{ "minzhengtong", YB_CHANNEL_ACTION_QUERY_RECORDS, 1, "open mini-program" },
	{ "minzhengtong", YB_CHANNEL_ACTION_QUERY_RECORDS, 2, "query payment records" },
	{ "unionpay", YB_CHANNEL_ACTION_PAY, 1, "City services" },
	{ "unionpay", YB_CHANNEL_ACTION_PAY, 2, "Social-security payment" },
	{ "unionpay", YB_CHANNEL_ACTION_PAY, 3, "enter identity" },
	{ "unionpay", YB_CHANNEL_ACTION_PAY, 4, "choose item" },
	{ "unionpay", YB_CHANNEL_ACTION_PAY, 5, "pay" },
	{ "bank_app", YB_CHANNEL_ACTION_PAY, 1, "install, register, log in" },
	{ "bank_app", YB_CHANNEL_ACTION_PAY, 2, "Life or social-security payment" },
	{ "bank_app", YB_CHANNEL_ACTION_PAY, 3, "choose medical insurance" },
	{ "bank_app", YB_CHANNEL_ACTION_PAY, 4, "enter identity (CCB: serial or policy no.)" },
	{ "bank_app", YB_CHANNEL_ACTION_PAY, 5, "choose item and amount" },
	{ "bank_app", YB_CHANNEL_ACTION_PAY, 6, "pay" },
	{ "bank_counter", YB_CHANNEL_ACTION_PAY, 1, "bring ID, bank card, serial" },
	{ "bank_counter", YB_CHANNEL_ACTION_PAY, 2, "pay at counter" },
	{ "tel_12333", YB_CHANNEL_ACTION_QUERY_BALANCE, 1, "dial" },
	{ "tel_12333", YB_CHANNEL_ACTION_QUERY_BALANCE, 2, "follow voice menu" },
	{ "tel_12333", YB_CHANNEL_ACTION_QUERY_BALANCE, 3, "enter card no or ID" },
	{ "tel_12333", YB_CHANNEL_ACTION_QUERY_BALANCE, 4, "listen to balance" },
	{ "tel_12333", YB_CHANNEL_ACTION_QUERY_RECORDS, 1, "dial" },
	{ "tel_12333", YB_CHANNEL_ACTION_QUERY_RECORDS, 2, "choose record query" },
	{ "tel_12333", YB_CHANNEL_ACTION_QUERY_RECORDS, 3, "enter account and password or ID" },
	{ "tel_12333", YB_CHANNEL_ACTION_QUERY_RECORDS, 4, "listen" },
	{ "window", YB_CHANNEL_ACTION_QUERY_RECORDS, 1, "bring ID and card" },
	{ "window", YB_CHANNEL_ACTION_QUERY_RECORDS, 2, "ask at window" },
	{ "window", YB_CHANNEL_ACTION_QUERY_RECORDS, 3, "staff query and print" },
	{ "window", YB_CHANNEL_ACTION_PAY, 1, "bring ID and household book" },
	{ "window", YB_CHANNEL_ACTION_PAY, 2, "apply at window" },
	{ "window", YB_CHANNEL_ACTION_PAY, 3, "pay" },
	{ "kiosk", YB_CHANNEL_ACTION_QUERY_BALANCE, 1, "insert card" },
	{ "kiosk", YB_CHANNEL_ACTION_QUERY_BALANCE, 2, "enter ID or password" },
	{ "kiosk", YB_CHANNEL_ACTION_QUERY_BALANCE, 3, "read balance and details" },
	{ "provider", YB_CHANNEL_ACTION_QUERY_BALANCE, 1, "ask staff" },
};

/* ---- loading ---- */

static const char *
path_of(const char *name)
{
	const char *top = getenv("YB_SRCDIR");
	static char path[4096];

	if (snprintf(path, sizeof(path), "%s/%s", top ? top : ".", name) >= (int)sizeof(path))
		path[0] = '\0';
	return path;
}

static struct yb_policy_set *set;

static void
setup(void)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_file(loader, path_of("policies/000000-channels.yaml"), NULL), YB_OK);
	st = yb_policy_set_new(loader, &set, &err);
	ck_assert_msg(st == YB_OK, "%s", yb_error_get_message(err));
	ck_assert_ptr_null(err); /* no warning either */
	yb_policy_loader_unref(loader);
}

static void
teardown(void)
{
	yb_policy_set_unref(set);
}

static const struct yb_channel *
channel_of(const char *id)
{
	const struct yb_channel *channel = NULL;

	ck_assert_msg(yb_channel_find(set, id, strlen(id), &channel) == YB_OK, "no channel %s", id);
	return channel;
}

/* A set of texts; NULL and the findings when one has a fault. */
static struct yb_policy_set *
load(const char *const *texts, int count, struct yb_error **err)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *made = NULL;

	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "doc.yaml", texts[i], strlen(texts[i]), NULL), YB_OK);
	(void)yb_policy_set_new(loader, &made, err);
	yb_policy_loader_unref(loader);
	return made;
}

/* ---- the catalogue ---- */

START_TEST(there_are_26_channels_31_procedures_and_127_steps)
{
	const struct yb_channel *channel;
	size_t procedures = 0, total = 0;

	ck_assert_uint_eq(yb_channel_count(set), 26);
	ck_assert_int_eq(COUNT(channels), 26);
	ck_assert_int_eq(COUNT(steps), 127);
	for (size_t i = 0; yb_channel_at(set, i, &channel) == YB_OK; i++)
		for (yb_channel_action action = YB_CHANNEL_ACTION_PAY; action <= YB_CHANNEL_ACTION_CONSULT; action++) {
			procedures += yb_channel_get_step_count(channel, action) > 0;
			total += yb_channel_get_step_count(channel, action);
		}
	ck_assert_uint_eq(procedures, 31);
	ck_assert_uint_eq(total, 127);
	ck_assert_int_eq(yb_channel_at(set, 26, &channel), YB_E_NOT_FOUND);
}
END_TEST

START_TEST(a_channel_says_what_the_articles_say)
{
	const struct yb_channel *channel = NULL;
	const char *text;
	char regions[64] = "";

	ck_assert_int_eq(yb_channel_at(set, (size_t)_i, &channel), YB_OK);
	ck_assert_str_eq(yb_channel_get_id(channel), channels[_i].id);
	ck_assert_ptr_eq(channel, channel_of(channels[_i].id));
	ck_assert_str_eq(yb_channel_get_label(channel, YB_LANG_ZH), channels[_i].zh);
	ck_assert_str_eq(yb_channel_get_label(channel, YB_LANG_EN), channels[_i].en);
	ck_assert_int_eq(yb_channel_get_kind(channel), channels[_i].kind);
	for (int k = 0; k < 9; k++) {
		static const char marks[] = "-yidp"; /* by yb_channel_ability */
		ck_assert_msg(marks[yb_channel_get_ability(channel, k + 1)] == channels[_i].can[k], "%s: %s", channels[_i].id,
		              yb_channel_action_get_name(k + 1));
	}
	for (size_t i = 0; yb_channel_get_region(channel, i, &text) == YB_OK; i++)
		strcat(regions, text);
	ck_assert_str_eq(regions, channels[_i].regions);
	for (int i = 0; i <= channels[_i].inputs; i++)
		ck_assert_int_eq(yb_channel_get_input(channel, (size_t)i, YB_LANG_EN, &text), i < channels[_i].inputs ? YB_OK : YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_channel_get_location(channel, YB_LANG_EN)[0] != '\0', channels[_i].location);
	ck_assert_int_eq(yb_channel_get_caveat(channel, YB_LANG_EN)[0] != '\0', channels[_i].caveat);
	ck_assert_int_eq(yb_channel_get_confidence(channel), YB_CONFIDENCE_SEED);
}
END_TEST

/* Which articles a channel rests on, and no other. */
START_TEST(a_channel_names_its_articles)
{
	char *text = NULL, tag[16];

	ck_assert_int_eq(yb_channel_render_steps(channel_of(channels[_i].id), YB_CHANNEL_ACTION_QUERY_PROGRESS, YB_FORMAT_JSON, YB_LANG_EN, &text, NULL), YB_OK);
	*strstr(text, "\"notes\"") = '\0';
	for (char seed = '0'; seed <= '4'; seed++) {
		(void)snprintf(tag, sizeof(tag), "\"seed 00%c\"", seed);
		ck_assert_msg((strstr(text, tag) != NULL) == (strchr(channels[_i].seeds, seed) != NULL), "%s: %s", channels[_i].id, tag);
	}
	yb_free(text);
}
END_TEST

START_TEST(every_step_is_there_in_its_order)
{
	for (int i = 0; i < COUNT(steps); i++) {
		const struct yb_channel *channel = channel_of(steps[i].channel);
		const char *text = NULL;
		ck_assert_int_eq(yb_channel_get_step(channel, steps[i].action, steps[i].number - 1, YB_LANG_EN, &text), YB_OK);
		ck_assert_str_eq(text, steps[i].en);
		/* the last of its procedure, or one more stands in the next row */
		if (i + 1 == COUNT(steps) || steps[i + 1].number == 1)
			ck_assert_uint_eq(yb_channel_get_step_count(channel, steps[i].action), steps[i].number);
	}
}
END_TEST

static bool
has_chinese(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0xe3 && (unsigned char)*text <= 0xe9)
			return true;
	return false;
}

START_TEST(every_text_is_in_both_languages)
{
	const struct yb_channel *channel;

	for (size_t i = 0; yb_channel_at(set, i, &channel) == YB_OK; i++) {
		const char *zh, *en;
		ck_assert(has_chinese(yb_channel_get_operator(channel, YB_LANG_ZH)) && yb_channel_get_operator(channel, YB_LANG_EN)[0]);
		ck_assert_int_eq(yb_channel_get_location(channel, YB_LANG_ZH)[0] != '\0', yb_channel_get_location(channel, YB_LANG_EN)[0] != '\0');
		ck_assert_int_eq(has_chinese(yb_channel_get_caveat(channel, YB_LANG_ZH)), yb_channel_get_caveat(channel, YB_LANG_EN)[0] != '\0');
		for (size_t k = 0; yb_channel_get_input(channel, k, YB_LANG_ZH, &zh) == YB_OK; k++) {
			ck_assert_int_eq(yb_channel_get_input(channel, k, YB_LANG_EN, &en), YB_OK);
			ck_assert_msg(has_chinese(zh) && en[0], "%s: %s", yb_channel_get_id(channel), zh);
		}
		for (yb_channel_action action = 1; action <= YB_CHANNEL_ACTION_CONSULT; action++)
			for (size_t k = 0; yb_channel_get_step(channel, action, k, YB_LANG_ZH, &zh) == YB_OK; k++) {
				ck_assert_int_eq(yb_channel_get_step(channel, action, k, YB_LANG_EN, &en), YB_OK);
				ck_assert_msg(has_chinese(zh) && en[0] && strcmp(zh, en) != 0, "%s: %s", yb_channel_get_id(channel), zh);
			}
	}
}
END_TEST

START_TEST(contradictions_stay_visible)
{
	ck_assert_ptr_nonnull(strstr(yb_channel_get_caveat(channel_of("tel_12333"), YB_LANG_EN), "12393"));
	ck_assert_ptr_nonnull(strstr(yb_channel_get_caveat(channel_of("tel_12333"), YB_LANG_ZH), "12393"));
	ck_assert_ptr_nonnull(strstr(yb_channel_get_caveat(channel_of("wx_city"), YB_LANG_ZH), "我-服务"));
	ck_assert_ptr_nonnull(strstr(yb_channel_get_caveat(channel_of("ali_natural"), YB_LANG_EN), "Qinghai and Gansu"));
	ck_assert_ptr_nonnull(strstr(yb_channel_get_caveat(channel_of("bank_counter"), YB_LANG_EN), "5th to the 20th"));
}
END_TEST

/* ---- regions ---- */

static const struct {
	const char *channel, *region;
	yb_status expect;
} places[] = {
	{ "wanshitong", "340000", YB_OK },           { "wanshitong", "340100", YB_OK },
	{ "wanshitong", "340199", YB_OK },           { "wanshitong", "330100", YB_E_NOT_FOUND },
	{ "wanshitong", "350000", YB_E_NOT_FOUND },  { "suishenban", "310115", YB_OK },
	{ "suishenban", "110000", YB_E_NOT_FOUND },  { "minzhengtong", "350200", YB_OK },
	{ "minzhengtong", "340100", YB_E_NOT_FOUND }, { "ali_natural", "630000", YB_OK },
	{ "nhsa_app", "540000", YB_OK },             { "nhsa_app", "34010", YB_E_BAD_IDENTITY },
	{ "nhsa_app", "34010a", YB_E_BAD_IDENTITY }, { "wanshitong", "000000", YB_E_BAD_IDENTITY },
	{ "wanshitong", "3401000", YB_E_BAD_IDENTITY }, { "wanshitong", "", YB_E_BAD_IDENTITY },
};

START_TEST(a_limit_holds_for_what_lies_within)
{
	ck_assert_msg(yb_channel_check_region(channel_of(places[_i].channel), places[_i].region, strlen(places[_i].region)) == places[_i].expect,
	              "%s in %s", places[_i].channel, places[_i].region);
}
END_TEST

#define HEAD "language: 1\nid: 340000/channels\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: repost}\n"
#define PAIR "{zh: 甲, en: A}"
#define CHANNEL(id, rest) "  - {id: " id ", kind: app, operator: " PAIR ", label: " PAIR ", source: a, " rest "}\n"

START_TEST(a_city_or_district_as_a_limit_does_not_serve_its_province)
{
	static const char *const text[] = { HEAD "channels:\n" CHANNEL("x", "can: {pay: yes}, regions: [340100, 340225]") };
	static const struct {
		const char *region;
		yb_status expect;
	} rows[] = { { "340100", YB_OK }, { "340104", YB_OK }, { "340000", YB_E_NOT_FOUND }, { "340200", YB_E_NOT_FOUND }, { "340225", YB_OK } };
	const struct yb_channel *channel = NULL;
	struct yb_policy_set *made = load(text, 1, NULL);

	ck_assert_ptr_nonnull(made);
	ck_assert_int_eq(yb_channel_find(made, "x", 1, &channel), YB_OK);
	for (int i = 0; i < COUNT(rows); i++)
		ck_assert_msg(yb_channel_check_region(channel, rows[i].region, 6) == rows[i].expect, "%s", rows[i].region);
	yb_policy_set_unref(made);
}
END_TEST

/* ---- sets ---- */

START_TEST(of_two_channels_with_one_id_the_first_is_there)
{
	static const char *const texts[] = {
		HEAD "channels:\n" CHANNEL("x", "can: {pay: yes}") CHANNEL("y", "can: {pay: yes}"),
		"language: 1\nid: 110000/channels\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: repost}\nchannels:\n"
		CHANNEL("z", "can: {enrol: yes}") CHANNEL("x", "can: {enrol: yes}"),
	};
	static const char *const order[] = { "x", "y", "z" };
	const struct yb_channel *channel = NULL;
	struct yb_policy_set *made = load(texts, 2, NULL);

	ck_assert_uint_eq(yb_channel_count(made), 3);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(yb_channel_at(made, (size_t)i, &channel), YB_OK);
		ck_assert_str_eq(yb_channel_get_id(channel), order[i]);
	}
	ck_assert_int_eq(yb_channel_find(made, "x", 1, &channel), YB_OK);
	ck_assert_int_eq(yb_channel_get_ability(channel, YB_CHANNEL_ACTION_PAY), YB_CHANNEL_ABILITY_YES);
	ck_assert_int_eq(yb_channel_get_confidence(channel), YB_CONFIDENCE_REPOST);
	yb_policy_set_unref(made);
}
END_TEST

START_TEST(a_child_does_not_take_over_the_channels_of_its_parent)
{
	static const char *const texts[] = {
		HEAD "channels:\n" CHANNEL("x", "can: {pay: yes}"),
		"language: 1\nid: 340100/channels\ntitle: T\nextends: 340000/channels\nsources:\n  a: {issuer: I, url: u, confidence: repost}\n",
	};
	struct yb_policy_set *made = load(texts, 2, NULL);

	ck_assert_uint_eq(yb_policy_set_get_count(made), 2);
	ck_assert_uint_eq(yb_channel_count(made), 1);
	yb_policy_set_unref(made);
}
END_TEST

START_TEST(a_set_without_channels_has_none)
{
	static const char *const text[] = { HEAD };
	const struct yb_channel *channel = NULL;
	struct yb_policy_set *made = load(text, 1, NULL);
	char *rendered = NULL;

	ck_assert_uint_eq(yb_channel_count(made), 0);
	ck_assert_int_eq(yb_channel_at(made, 0, &channel), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_channel_find(made, "x", 1, &channel), YB_E_NOT_FOUND);
	ck_assert_ptr_null(channel);
	ck_assert_int_eq(yb_channel_render_list(made, NULL, 0, YB_FORMAT_JSON, YB_LANG_EN, &rendered, NULL), YB_OK);
	ck_assert_ptr_nonnull(strstr(rendered, "yibao-channel/1"));
	yb_free(rendered);
	yb_policy_set_unref(made);
}
END_TEST

/* ---- refusals ---- */

/* Line 7 begins with the hyphen in column 3; ROW: one channel in block style, its keys from line 7, column 5. */
#define ROW "channels:\n  - id: x\n    kind: app\n    operator: " PAIR "\n    label: " PAIR "\n    source: a\n"
#define NOTE "channel_notes:\n  - "

static const struct {
	const char *name, *text;
	yb_status status;
	uint32_t line, column;
	const char *fragment;
} refusals[] = {
	{ "channels that are a mapping", HEAD "channels: {x: y}\n", YB_E_SYNTAX, 6, 11, "a list" },
	{ "a channel that is text", HEAD "channels: [x]\n", YB_E_SYNTAX, 6, 12, "a mapping" },
	{ "no id", HEAD "channels:\n  - {kind: app, operator: " PAIR ", label: " PAIR ", can: {pay: yes}, source: a}\n", YB_E_MISSING_KEY, 7, 5, "has an id" },
	{ "an id with capitals", HEAD "channels:\n" CHANNEL("Xx", "can: {pay: yes}"), YB_E_BAD_VALUE, 7, 10, "small letters" },
	{ "an id of 41 letters", HEAD "channels:\n" CHANNEL("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx", "can: {pay: yes}"), YB_E_BAD_VALUE, 7, 10, "at most 40" },
	{ "an id twice", HEAD "channels:\n" CHANNEL("x", "can: {pay: yes}") CHANNEL("x", "can: {pay: yes}"), YB_E_DUPLICATE, 8, 10, "two channels \"x\"" },
	{ "an unknown key", HEAD ROW "    can: {pay: yes}\n    caveats: " PAIR "\n", YB_E_UNKNOWN_KEY, 13, 5, "did you mean \"caveat\"" },
	{ "an unknown kind", HEAD "channels:\n  - {id: x, kind: kioks, operator: " PAIR ", label: " PAIR ", can: {pay: yes}, source: a}\n", YB_E_UNKNOWN_NAME, 7, 19, "did you mean \"kiosk\"" },
	{ "a kind like none", HEAD "channels:\n  - {id: x, kind: telepathy, operator: " PAIR ", label: " PAIR ", can: {pay: yes}, source: a}\n", YB_E_UNKNOWN_NAME, 7, 19, "no kind \"telepathy\"" },
	{ "no kind", HEAD "channels:\n  - {id: x, operator: " PAIR ", label: " PAIR ", can: {pay: yes}, source: a}\n", YB_E_MISSING_KEY, 7, 5, "a kind" },
	{ "no operator", HEAD "channels:\n  - {id: x, kind: app, label: " PAIR ", can: {pay: yes}, source: a}\n", YB_E_MISSING_KEY, 7, 5, "`operator:`" },
	{ "no source", HEAD "channels:\n  - {id: x, kind: app, operator: " PAIR ", label: " PAIR ", can: {pay: yes}}\n", YB_E_NO_SOURCE, 7, 5, "no source" },
	{ "a source that is not declared", HEAD "channels:\n  - {id: x, kind: app, operator: " PAIR ", label: " PAIR ", can: {pay: yes}, source: b}\n", YB_E_UNKNOWN_NAME, 7, 0, "\"b\" is not declared" },
	{ "nothing it can do", HEAD ROW, YB_E_MISSING_KEY, 7, 5, "can do something" },
	{ "an empty can", HEAD ROW "    can: {}\n", YB_E_MISSING_KEY, 12, 10, "can do something" },
	{ "a can that is a list", HEAD ROW "    can: [pay]\n", YB_E_SYNTAX, 12, 10, "a mapping" },
	{ "an unknown action", HEAD ROW "    can: {pays: yes}\n", YB_E_UNKNOWN_KEY, 12, 11, "did you mean \"pay\"" },
	{ "an unknown ability", HEAD ROW "    can: {pay: maybe}\n", YB_E_BAD_VALUE, 12, 16, "yes or implied" },
	{ "a payment that is printed", HEAD ROW "    can: {pay: print}\n", YB_E_BAD_VALUE, 12, 16, "yes or implied" },
	{ "a receipt that is sent", HEAD ROW "    can: {receipt: post}\n", YB_E_BAD_VALUE, 12, 20, "download or print" },
	{ "no Chinese", HEAD ROW "    can: {pay: yes}\n    caveat: {en: A}\n", YB_E_MISSING_KEY, 13, 13, "no `zh:`" },
	{ "no English", HEAD ROW "    can: {pay: yes}\n    caveat: {zh: 甲}\n", YB_E_MISSING_KEY, 13, 13, "no `en:`" },
	{ "an empty text", HEAD ROW "    can: {pay: yes}\n    caveat: {zh: \"\", en: A}\n", YB_E_BAD_VALUE, 13, 18, "text" },
	{ "a third language", HEAD ROW "    can: {pay: yes}\n    caveat: {zh: 甲, en: A, fr: A}\n", YB_E_UNKNOWN_KEY, 13, 0, "\"fr\"" },
	{ "a text in one language", HEAD ROW "    can: {pay: yes}\n    caveat: A\n", YB_E_SYNTAX, 13, 13, "zh and en" },
	{ "steps of an unknown action", HEAD ROW "    can: {pay: yes}\n    steps: {payy: [" PAIR "]}\n", YB_E_UNKNOWN_KEY, 13, 13, "did you mean \"pay\"" },
	{ "steps of what it cannot do", HEAD ROW "    can: {pay: yes}\n    steps: {enrol: [" PAIR "]}\n", YB_E_RULE, 13, 20, "\"enrol\"" },
	{ "steps that are a text", HEAD ROW "    can: {pay: yes}\n    steps: {pay: " PAIR "}\n", YB_E_SYNTAX, 13, 18, "a list" },
	{ "no step at all", HEAD ROW "    can: {pay: yes}\n    steps: {pay: []}\n", YB_E_BAD_VALUE, 13, 18, "empty" },
	{ "a step that is text", HEAD ROW "    can: {pay: yes}\n    steps: {pay: [dial]}\n", YB_E_SYNTAX, 13, 19, "a step" },
	{ "inputs that are a text", HEAD ROW "    can: {pay: yes}\n    inputs: card\n", YB_E_SYNTAX, 13, 13, "a list" },
	{ "17 inputs", HEAD ROW "    can: {pay: yes}\n    inputs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]\n", YB_E_LIMIT, 13, 13, "at most 16" },
	{ "33 steps", HEAD ROW "    can: {pay: yes}\n    steps: {pay: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}\n", YB_E_LIMIT, 13, 18, "at most 32" },
	{ "a region of five digits", HEAD ROW "    can: {pay: yes}\n    regions: [34000]\n", YB_E_BAD_IDENTITY, 13, 15, "six digits" },
	{ "the whole country as a limit", HEAD ROW "    can: {pay: yes}\n    regions: [\"000000\"]\n", YB_E_BAD_IDENTITY, 13, 15, "six digits" },
	{ "a limit to no region", HEAD ROW "    can: {pay: yes}\n    regions: []\n", YB_E_BAD_VALUE, 13, 14, "without a limit" },
	{ "notes that are a mapping", HEAD "channel_notes: {}\n", YB_E_SYNTAX, 6, 16, "a list" },
	{ "a note without id", HEAD NOTE "{text: " PAIR ", source: a}\n", YB_E_MISSING_KEY, 7, 5, "has an id" },
	{ "a note without text", HEAD NOTE "{id: n, source: a}\n", YB_E_MISSING_KEY, 7, 5, "`text:`" },
	{ "a note about nothing there is", HEAD NOTE "{id: n, about: [paying], text: " PAIR ", source: a}\n", YB_E_UNKNOWN_NAME, 7, 21, "an action" },
	{ "a note without source", HEAD NOTE "{id: n, text: " PAIR "}\n", YB_E_NO_SOURCE, 7, 5, "no source" },
	{ "a note twice", HEAD NOTE "{id: n, text: " PAIR ", source: a}\n  - {id: n, text: " PAIR ", source: a}\n", YB_E_DUPLICATE, 8, 10, "two notes \"n\"" },
	{ "an unknown key in a note", HEAD NOTE "{id: n, abuot: [pay], text: " PAIR ", source: a}\n", YB_E_UNKNOWN_KEY, 7, 13, "did you mean \"about\"" },
};

START_TEST(a_faulty_catalogue_is_refused_at_its_place)
{
	struct yb_error *err = NULL;
	struct yb_policy_set *made = load(&refusals[_i].text, 1, &err);
	const char *name = refusals[_i].name;

	ck_assert_msg(!made, "%s: accepted", name);
	ck_assert_msg(yb_error_get_status(err) == refusals[_i].status, "%s: %s, %s", name, yb_status_name(yb_error_get_status(err)), yb_error_get_message(err));
	ck_assert_msg(yb_error_get_line(err) == refusals[_i].line, "%s: line %u, %s", name, (unsigned)yb_error_get_line(err), yb_error_get_message(err));
	ck_assert_msg(!refusals[_i].column || yb_error_get_column(err) == refusals[_i].column, "%s: column %u, %s", name,
	              (unsigned)yb_error_get_column(err), yb_error_get_message(err));
	ck_assert_msg(strstr(yb_error_get_message(err), refusals[_i].fragment) != NULL, "%s: %s", name, yb_error_get_message(err));
	ck_assert_msg(!yb_error_get_next(err), "%s: also %s", name, yb_error_get_message(yb_error_get_next(err)));
	yb_error_unref(err);
}
END_TEST

/* A text one byte too long, and a channel too many. */
START_TEST(texts_and_channels_have_caps)
{
	for (int more = 0; more < 2; more++) {
		char *text = calloc(1, 64 << 10), *at = text;
		struct yb_error *err = NULL;
		struct yb_policy_set *made;
		at += sprintf(at, "%s    can: {pay: yes}\n    caveat: {zh: 甲, en: ", HEAD ROW);
		memset(at, 'x', 600 + (size_t)more);
		strcat(text, "}\n");
		made = load((const char *const[]){ text }, 1, &err);
		ck_assert_int_eq(made != NULL, !more);
		ck_assert_int_eq(err ? yb_error_get_status(err) : YB_OK, more ? YB_E_LIMIT : YB_OK);
		yb_policy_set_unref(made);
		yb_error_unref(err);
		err = NULL;
		at = text + sprintf(text, "%schannels:\n", HEAD);
		for (int i = 0; i < 256 + more; i++)
			at += sprintf(at, "  - {id: c%d, kind: app, operator: " PAIR ", label: " PAIR ", can: {pay: yes}, source: a}\n", i);
		made = load((const char *const[]){ text }, 1, &err);
		ck_assert_uint_eq(yb_channel_count(made), more ? 0 : 256);
		ck_assert_int_eq(err ? yb_error_get_status(err) : YB_OK, more ? YB_E_LIMIT : YB_OK);
		yb_policy_set_unref(made);
		yb_error_unref(err);
		free(text);
	}
}
END_TEST

/* ---- names ---- */

START_TEST(names_are_listed_from_1_and_read_back)
{
	yb_channel_action action, back = 0;
	yb_channel_kind kind;

	for (action = 1; yb_channel_action_get_name(action)[0]; action++) {
		const char *name = yb_channel_action_get_name(action);
		ck_assert_int_eq(yb_channel_action_from_name(name, strlen(name), &back), YB_OK);
		ck_assert_int_eq(back, action);
		ck_assert(has_chinese(yb_channel_action_get_label(action, YB_LANG_ZH)));
		ck_assert(yb_channel_action_get_label(action, YB_LANG_EN)[0]);
	}
	ck_assert_int_eq(action, YB_CHANNEL_ACTION_CONSULT + 1);
	for (kind = 1; yb_channel_kind_get_name(kind)[0]; kind++)
		;
	ck_assert_int_eq(kind, YB_CHANNEL_KIND_EMPLOYER + 1);
	ck_assert_str_eq(yb_channel_kind_get_name(YB_CHANNEL_KIND_MINI_PROGRAM), "mini_program");
	ck_assert_str_eq(yb_channel_ability_get_name(YB_CHANNEL_ABILITY_DOWNLOAD), "download");
	ck_assert_str_eq(yb_channel_ability_get_name(YB_CHANNEL_ABILITY_NONE), "");
	ck_assert_str_eq(yb_channel_ability_get_name(5), "");
	ck_assert_str_eq(yb_channel_action_get_name(0), "");
	ck_assert_str_eq(yb_channel_action_get_name(-1), "");
	ck_assert_str_eq(yb_channel_action_get_label(10, YB_LANG_ZH), "");
	ck_assert_str_eq(yb_channel_kind_get_name(INT32_MIN), "");
	ck_assert_int_eq(yb_channel_action_from_name("pay", 2, &back), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_channel_action_from_name("payment", 7, &back), YB_E_NOT_FOUND);
	ck_assert_int_eq(back, YB_CHANNEL_ACTION_CONSULT);
}
END_TEST

/* ---- rendering ---- */

static char *
list(const char *region, yb_format format, yb_lang lang)
{
	char *text = NULL;

	ck_assert_int_eq(yb_channel_render_list(set, region, region ? strlen(region) : 0, format, lang, &text, NULL), YB_OK);
	return text;
}

static int
occurrences(const char *text, const char *part)
{
	int n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

START_TEST(a_list_of_a_region_leaves_out_what_does_not_serve_it)
{
	char *all = list(NULL, YB_FORMAT_TEXT, YB_LANG_EN), *hefei = list("340100", YB_FORMAT_TEXT, YB_LANG_EN), *json;

	ck_assert_ptr_nonnull(strstr(all, "26 channels"));
	ck_assert_int_eq(occurrences(all, "only in"), 3);
	ck_assert_int_eq(occurrences(all, "\n                  can "), 26);
	ck_assert_ptr_nonnull(strstr(all, "receipt (download)"));
	ck_assert_ptr_nonnull(strstr(all, "proxy_pay (implied)"));
	ck_assert_ptr_nonnull(strstr(all, "seed 004 (seed)"));
	ck_assert_ptr_nonnull(strstr(hefei, "24 of 26 channels serve 340100"));
	ck_assert_ptr_nonnull(strstr(hefei, "wanshitong"));
	ck_assert_ptr_null(strstr(hefei, "suishenban"));
	ck_assert_ptr_null(strstr(hefei, "minzhengtong"));
	yb_free(all);
	yb_free(hefei);
	all = list(NULL, YB_FORMAT_TEXT, YB_LANG_ZH);
	ck_assert_ptr_nonnull(strstr(all, "共 26 个渠道"));
	ck_assert_ptr_nonnull(strstr(all, "缴费 pay*"));
	yb_free(all);
	json = list("110000", YB_FORMAT_JSON, YB_LANG_EN);
	ck_assert_int_eq(strncmp(json, "{\"schema\": \"yibao-channel/1\", \"region\": \"110000\", \"action\": null", 62), 0);
	ck_assert_int_eq(occurrences(json, "\"kind\": "), 23);
	ck_assert_int_eq(occurrences(json, "\"about\": "), 5);
	yb_free(json);
}
END_TEST

static char *
told(const char *id, yb_channel_action action, yb_format format, yb_lang lang)
{
	char *text = NULL;

	ck_assert_int_eq(yb_channel_render_steps(channel_of(id), action, format, lang, &text, NULL), YB_OK);
	return text;
}

START_TEST(steps_are_numbered_and_end_with_caveats_and_sources)
{
	char *text = told("wx_city", YB_CHANNEL_ACTION_PAY, YB_FORMAT_TEXT, YB_LANG_EN);
	const char *first = strstr(text, "  1. Me > Services > City services\n"), *last = strstr(text, "  7. pay\n"), *caveat = strstr(text, "Caveat"),
		*order = strstr(text, "The usual order"), *sources = strstr(text, "\nSources\n");

	ck_assert(first && last && caveat && order && sources);
	ck_assert(first < last && last < caveat && caveat < order && order < sources);
	ck_assert_ptr_nonnull(strstr(text, "location    must be the insured place"));
	ck_assert_ptr_nonnull(strstr(text, "asks for    ID number and name"));
	yb_free(text);
	text = told("wx_city", YB_CHANNEL_ACTION_PAY, YB_FORMAT_TEXT, YB_LANG_ZH);
	ck_assert_ptr_nonnull(strstr(text, "  2. 把所在地设为参保地\n"));
	yb_free(text);
	/* the remark on failed payments is not about asking */
	text = told("wx_city", YB_CHANNEL_ACTION_QUERY_BALANCE, YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_ptr_null(strstr(text, "payment fails"));
	ck_assert_ptr_nonnull(strstr(text, "first use"));
	yb_free(text);
}
END_TEST

START_TEST(what_is_not_known_is_said)
{
	char *text = told("nhsa_web", YB_CHANNEL_ACTION_PAY, YB_FORMAT_TEXT, YB_LANG_EN);

	ck_assert_ptr_nonnull(strstr(text, "No source says that this channel serves it. It can: query_records*\n"));
	yb_free(text);
	text = told("suishenban", YB_CHANNEL_ACTION_PAY, YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "The steps are not known."));
	ck_assert_ptr_nonnull(strstr(text, "only in     310000"));
	yb_free(text);
	text = told("wx_city", YB_CHANNEL_ACTION_PROXY_PAY, YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "implied only"));
	yb_free(text);
	text = told("window", YB_CHANNEL_ACTION_RECEIPT, YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "printed"));
	yb_free(text);
	text = told("nhsa_app", YB_CHANNEL_ACTION_RECEIPT, YB_FORMAT_TEXT, YB_LANG_ZH);
	ck_assert_ptr_nonnull(strstr(text, "下载"));
	yb_free(text);
	text = told("nhsa_web", YB_CHANNEL_ACTION_PAY, YB_FORMAT_JSON, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "\"action\": \"pay\""));
	ck_assert_ptr_nonnull(strstr(text, "\"can\": {\"query_records\": \"yes\"}"));
	ck_assert_ptr_nonnull(strstr(text, "\"steps\": {}"));
	ck_assert_ptr_nonnull(strstr(text, "\"location\": null"));
	yb_free(text);
}
END_TEST

/* ---- a caller's bugs ---- */

START_TEST(null_is_refused_or_nothing)
{
	const struct yb_channel *channel = channel_of("wx_city"), *out = channel;
	struct yb_error *err = NULL;
	const char *text = "untouched";
	char *rendered = NULL;
	yb_channel_action action = 0;

	ck_assert_uint_eq(yb_channel_count(NULL), 0);
	ck_assert_int_eq(yb_channel_at(NULL, 0, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_at(set, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_at(set, SIZE_MAX, &out), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_channel_find(NULL, "x", 1, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_find(set, NULL, 0, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_find(set, "x", 1, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_find(set, "wx_cit", 6, &out), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_channel_find(set, "", 0, &out), YB_E_NOT_FOUND);
	ck_assert_ptr_eq(out, channel);
	ck_assert_int_eq(yb_channel_action_from_name(NULL, 0, &action), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_action_from_name("pay", 3, NULL), YB_E_INVALID);
	ck_assert_str_eq(yb_channel_get_id(NULL), "");
	ck_assert_int_eq(yb_channel_get_kind(NULL), 0);
	ck_assert_str_eq(yb_channel_get_label(NULL, YB_LANG_EN), "");
	ck_assert_str_eq(yb_channel_get_operator(NULL, YB_LANG_EN), "");
	ck_assert_str_eq(yb_channel_get_location(NULL, YB_LANG_EN), "");
	ck_assert_str_eq(yb_channel_get_caveat(NULL, YB_LANG_EN), "");
	ck_assert_int_eq(yb_channel_get_confidence(NULL), 0);
	ck_assert_int_eq(yb_channel_get_ability(NULL, YB_CHANNEL_ACTION_PAY), YB_CHANNEL_ABILITY_NONE);
	ck_assert_int_eq(yb_channel_get_ability(channel, 0), YB_CHANNEL_ABILITY_NONE);
	ck_assert_int_eq(yb_channel_get_ability(channel, 10), YB_CHANNEL_ABILITY_NONE);
	ck_assert_uint_eq(yb_channel_get_step_count(NULL, YB_CHANNEL_ACTION_PAY), 0);
	ck_assert_uint_eq(yb_channel_get_step_count(channel, 0), 0);
	ck_assert_int_eq(yb_channel_get_step(NULL, YB_CHANNEL_ACTION_PAY, 0, YB_LANG_EN, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_get_step(channel, 0, 0, YB_LANG_EN, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_get_step(channel, YB_CHANNEL_ACTION_PAY, 0, YB_LANG_EN, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_get_step(channel, YB_CHANNEL_ACTION_PAY, 7, YB_LANG_EN, &text), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_channel_get_step(channel, YB_CHANNEL_ACTION_CONSULT, 0, YB_LANG_EN, &text), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_channel_get_input(NULL, 0, YB_LANG_EN, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_get_input(channel, 0, YB_LANG_EN, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_get_region(NULL, 0, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_get_region(channel, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_get_region(channel, 0, &text), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_channel_check_region(NULL, "110000", 6), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_check_region(channel, NULL, 0), YB_E_INVALID);
	ck_assert_str_eq(text, "untouched");
	ck_assert_int_eq(yb_channel_render_list(NULL, NULL, 0, YB_FORMAT_TEXT, YB_LANG_EN, &rendered, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_render_list(set, NULL, 0, YB_FORMAT_TEXT, YB_LANG_EN, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_render_list(set, NULL, 0, 2, YB_LANG_EN, &rendered, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_render_list(set, "11", 2, YB_FORMAT_TEXT, YB_LANG_EN, &rendered, &err), YB_E_BAD_IDENTITY);
	ck_assert_ptr_nonnull(err);
	yb_error_unref(err);
	ck_assert_int_eq(yb_channel_render_steps(NULL, YB_CHANNEL_ACTION_PAY, YB_FORMAT_TEXT, YB_LANG_EN, &rendered, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_render_steps(channel, 0, YB_FORMAT_TEXT, YB_LANG_EN, &rendered, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_render_steps(channel, YB_CHANNEL_ACTION_PAY, -1, YB_LANG_EN, &rendered, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_channel_render_steps(channel, YB_CHANNEL_ACTION_PAY, YB_FORMAT_TEXT, YB_LANG_EN, NULL, NULL), YB_E_INVALID);
	ck_assert_ptr_null(rendered);
}
END_TEST

Suite *
channel_suite(void)
{
	Suite *suite = suite_create("channel");
	TCase *tc = tcase_create("channel");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, there_are_26_channels_31_procedures_and_127_steps);
	tcase_add_loop_test(tc, a_channel_says_what_the_articles_say, 0, COUNT(channels));
	tcase_add_loop_test(tc, a_channel_names_its_articles, 0, COUNT(channels));
	tcase_add_test(tc, every_step_is_there_in_its_order);
	tcase_add_test(tc, every_text_is_in_both_languages);
	tcase_add_test(tc, contradictions_stay_visible);
	tcase_add_loop_test(tc, a_limit_holds_for_what_lies_within, 0, COUNT(places));
	tcase_add_test(tc, a_city_or_district_as_a_limit_does_not_serve_its_province);
	tcase_add_test(tc, of_two_channels_with_one_id_the_first_is_there);
	tcase_add_test(tc, a_child_does_not_take_over_the_channels_of_its_parent);
	tcase_add_test(tc, a_set_without_channels_has_none);
	tcase_add_loop_test(tc, a_faulty_catalogue_is_refused_at_its_place, 0, COUNT(refusals));
	tcase_add_test(tc, texts_and_channels_have_caps);
	tcase_add_test(tc, names_are_listed_from_1_and_read_back);
	tcase_add_test(tc, a_list_of_a_region_leaves_out_what_does_not_serve_it);
	tcase_add_test(tc, steps_are_numbered_and_end_with_caveats_and_sources);
	tcase_add_test(tc, what_is_not_known_is_said);
	tcase_add_test(tc, null_is_refused_or_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}
