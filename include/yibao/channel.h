/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_CHANNEL_H
#define YIBAO_CHANNEL_H

#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The channel catalogue: where one can pay, enrol and ask, and in which steps.
 *
 * Channels are data of policy documents (`000000/channels`), in Chinese and
 * English, with their sources. They are guidance and carry no amounts. What a
 * source does not say is absent: an ability that is not there is not known,
 * which is not the same as impossible. Channels are there whatever the least
 * confidence of the set; yb_channel_get_confidence() says how far to trust one.
 * Example: the catalogue that is shipped has 26 channels; `wx_city` can
 * #YB_CHANNEL_ACTION_PAY in 7 steps, the second of which is "set location to
 * insured place"; `wanshitong` is limited to region 340000, so it serves
 * 340100 and does not serve 110000.
 *
 * A channel is borrowed from its set and lives as long as the set; it is
 * immutable and may be read by any number of threads at once.
 */

/** One channel; borrowed from a policy set. */
struct yb_channel;

/** What one may want to do through a channel; numbered without a gap. */
typedef int32_t yb_channel_action;
enum {
	YB_CHANNEL_ACTION_PAY = 1,            /**< `pay`, 缴费 */
	YB_CHANNEL_ACTION_PROXY_PAY = 2,      /**< `proxy_pay`, 代缴: pay for another person */
	YB_CHANNEL_ACTION_FAMILY_POOL = 3,    /**< `family_pool`, 家庭共济: share the personal account with relatives */
	YB_CHANNEL_ACTION_ENROL = 4,          /**< `enrol`, 参保登记 */
	YB_CHANNEL_ACTION_QUERY_BALANCE = 5,  /**< `query_balance`, 查询余额: of the personal account */
	YB_CHANNEL_ACTION_QUERY_RECORDS = 6,  /**< `query_records`, 查询缴费记录 */
	YB_CHANNEL_ACTION_QUERY_PROGRESS = 7, /**< `query_progress`, 查询办理进度 */
	YB_CHANNEL_ACTION_RECEIPT = 8,        /**< `receipt`, 缴费凭证 */
	YB_CHANNEL_ACTION_CONSULT = 9         /**< `consult`, 咨询 */
};

/** Whether a channel serves an action. */
typedef int32_t yb_channel_ability;
enum {
	YB_CHANNEL_ABILITY_NONE = 0,     /**< no source says so */
	YB_CHANNEL_ABILITY_YES = 1,      /**< `yes`: a source says so */
	YB_CHANNEL_ABILITY_IMPLIED = 2,  /**< `implied`: not said, but what is said implies it */
	YB_CHANNEL_ABILITY_DOWNLOAD = 3, /**< `download`: of a receipt, as a file */
	YB_CHANNEL_ABILITY_PRINT = 4     /**< `print`: of a receipt, on paper */
};

/** What sort of thing a channel is; numbered without a gap. */
typedef int32_t yb_channel_kind;
enum {
	YB_CHANNEL_KIND_APP = 1,          /**< `app`: of the medical insurance or social security authority */
	YB_CHANNEL_KIND_WEB = 2,          /**< `web`: a site */
	YB_CHANNEL_KIND_GOV_APP = 3,      /**< `gov_app`: of a regional government, for all its services */
	YB_CHANNEL_KIND_MINI_PROGRAM = 4, /**< `mini_program`: a program inside an app */
	YB_CHANNEL_KIND_WECHAT = 5,       /**< `wechat`, 微信 */
	YB_CHANNEL_KIND_ALIPAY = 6,       /**< `alipay`, 支付宝 */
	YB_CHANNEL_KIND_UNIONPAY = 7,     /**< `unionpay`, 云闪付 */
	YB_CHANNEL_KIND_BANK = 8,         /**< `bank` */
	YB_CHANNEL_KIND_TAX = 9,          /**< `tax`: of the tax bureau */
	YB_CHANNEL_KIND_PHONE = 10,       /**< `phone`: a hotline */
	YB_CHANNEL_KIND_COUNTER = 11,     /**< `counter`: people, in person */
	YB_CHANNEL_KIND_KIOSK = 12,       /**< `kiosk`: a self-service machine */
	YB_CHANNEL_KIND_EMPLOYER = 13     /**< `employer`: withholds from the wage */
};

/**
 * Name of an action as documents write it, `query_balance`. Counting up from 1 until "" lists them all.
 * @param action  any value
 * @return static text, never NULL; "" for a value that is no action
 * @since 0.1
 */
YB_API const char *yb_channel_action_get_name(yb_channel_action action);

/**
 * Name of an action for a person, 查询余额.
 * @param action  any value
 * @param lang    the language
 * @return static text, never NULL; "" for a value that is no action
 * @since 0.1
 */
YB_API const char *yb_channel_action_get_label(yb_channel_action action, yb_lang lang);

/**
 * The action of a name.
 * @param name    `query_balance`
 * @param length  bytes of name
 * @param[out] action  changed only on #YB_OK
 * @retval YB_E_INVALID    NULL
 * @retval YB_E_NOT_FOUND  no action has that name
 * @since 0.1
 */
YB_API yb_status yb_channel_action_from_name(const char *name, size_t length, yb_channel_action *action);

/**
 * Name of an ability as documents write it, `download`.
 * @param ability  any value
 * @return static text, never NULL; "" for #YB_CHANNEL_ABILITY_NONE and for a value that is no ability
 * @since 0.1
 */
YB_API const char *yb_channel_ability_get_name(yb_channel_ability ability);

/**
 * Name of a kind as documents write it, `mini_program`. Counting up from 1 until "" lists them all.
 * @param kind  any value
 * @return static text, never NULL; "" for a value that is no kind
 * @since 0.1
 */
YB_API const char *yb_channel_kind_get_name(yb_channel_kind kind);

/**
 * Number of channels of a set, in the order of its documents. Of two channels with one id the first is there.
 * @param set  a set
 * @return 0 also for NULL
 * @since 0.1
 */
YB_API size_t yb_channel_count(const struct yb_policy_set *set);

/**
 * The channel at a position.
 * @param set    a set
 * @param index  below yb_channel_count()
 * @param[out] channel  borrowed from the set; changed only on #YB_OK
 * @retval YB_E_INVALID    NULL
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_channel_at(const struct yb_policy_set *set, size_t index, const struct yb_channel **channel);

/**
 * The channel of an id.
 * @param set     a set
 * @param id      `wx_city`
 * @param length  bytes of id
 * @param[out] channel  borrowed from the set; changed only on #YB_OK
 * @retval YB_E_INVALID    NULL
 * @retval YB_E_NOT_FOUND  no channel has that id
 * @since 0.1
 */
YB_API yb_status yb_channel_find(const struct yb_policy_set *set, const char *id, size_t length, const struct yb_channel **channel);

/**
 * Id of a channel, `wx_city`.
 * @param channel  a channel
 * @return borrowed; "" for NULL
 * @since 0.1
 */
YB_API const char *yb_channel_get_id(const struct yb_channel *channel);

/**
 * What sort of thing a channel is.
 * @param channel  a channel
 * @return 0 for NULL
 * @since 0.1
 */
YB_API yb_channel_kind yb_channel_get_kind(const struct yb_channel *channel);

/**
 * Name of a channel, 微信 城市服务.
 * @param channel  a channel
 * @param lang     the language
 * @return borrowed; "" for NULL
 * @since 0.1
 */
YB_API const char *yb_channel_get_label(const struct yb_channel *channel, yb_lang lang);

/**
 * Who runs a channel.
 * @param channel  a channel
 * @param lang     the language
 * @return borrowed; "" for NULL
 * @since 0.1
 */
YB_API const char *yb_channel_get_operator(const struct yb_channel *channel, yb_lang lang);

/**
 * What place has to be set in a channel before it serves.
 * @param channel  a channel
 * @param lang     the language
 * @return borrowed; "" where no source names one, and for NULL
 * @since 0.1
 */
YB_API const char *yb_channel_get_location(const struct yb_channel *channel, yb_lang lang);

/**
 * What to beware of: warnings, and where sources contradict each other.
 * @param channel  a channel
 * @param lang     the language
 * @return borrowed; "" where there is none, and for NULL
 * @since 0.1
 */
YB_API const char *yb_channel_get_caveat(const struct yb_channel *channel, yb_lang lang);

/**
 * Whether a channel serves an action.
 * @param channel  a channel
 * @param action   the action
 * @return #YB_CHANNEL_ABILITY_NONE also for NULL and for a value that is no action
 * @since 0.1
 */
YB_API yb_channel_ability yb_channel_get_ability(const struct yb_channel *channel, yb_channel_action action);

/**
 * Something that a channel asks for: a number, a document, an account.
 * @param channel  a channel
 * @param index    from 0
 * @param lang     the language
 * @param[out] text  borrowed; changed only on #YB_OK
 * @retval YB_E_INVALID    NULL
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_channel_get_input(const struct yb_channel *channel, size_t index, yb_lang lang, const char **text);

/**
 * Number of steps that are known of an action.
 * @param channel  a channel
 * @param action   the action
 * @return 0 where none are known, also of an action that the channel serves
 * @since 0.1
 */
YB_API size_t yb_channel_get_step_count(const struct yb_channel *channel, yb_channel_action action);

/**
 * A step of an action.
 * @param channel  a channel
 * @param action   the action
 * @param index    from 0, in the order in which they are taken
 * @param lang     the language
 * @param[out] text  borrowed; changed only on #YB_OK
 * @retval YB_E_INVALID    NULL, or no action
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_channel_get_step(const struct yb_channel *channel, yb_channel_action action, size_t index, yb_lang lang, const char **text);

/**
 * A region that a channel is limited to.
 * @param channel  a channel
 * @param index    from 0
 * @param[out] admdvs  borrowed; six digits; changed only on #YB_OK
 * @retval YB_E_INVALID    NULL
 * @retval YB_E_NOT_FOUND  index is past the last one; at 0: the channel has no limit
 * @since 0.1
 */
YB_API yb_status yb_channel_get_region(const struct yb_channel *channel, size_t index, const char **admdvs);

/**
 * Whether a channel serves the whole of a region: it has no limit, or a limit that is the region, its city or its province.
 * A limit 340000 serves 340100; a limit 340100 does not serve 340000.
 * @param channel  a channel
 * @param admdvs   six digits
 * @param length   bytes of admdvs
 * @return #YB_OK when it does
 * @retval YB_E_INVALID       NULL
 * @retval YB_E_BAD_IDENTITY  not a region code
 * @retval YB_E_NOT_FOUND     it does not
 * @since 0.1
 */
YB_API yb_status yb_channel_check_region(const struct yb_channel *channel, const char *admdvs, size_t length);

/**
 * How far what is said of a channel is to be trusted: the weakest of its sources.
 * @param channel  a channel
 * @return 0 for NULL
 * @since 0.1
 */
YB_API yb_confidence yb_channel_get_confidence(const struct yb_channel *channel);

/**
 * The channels of a set: what each can do, where, with caveats and sources. The JSON form has the schema "yibao-channel/1",
 * with every text in both languages and all steps.
 * @param set     a set
 * @param region  six digits: only what serves that region, see yb_channel_check_region(); NULL for all
 * @param length  bytes of region
 * @param format  #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang    language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID       NULL, or no format
 * @retval YB_E_BAD_IDENTITY  region is not a region code
 * @retval YB_E_NO_MEMORY     nothing was made
 * @since 0.1
 */
YB_API yb_status yb_channel_render_list(const struct yb_policy_set *set, const char *region, size_t length, yb_format format, yb_lang lang,
                                        char **text, struct yb_error **err);

/**
 * How to do something through a channel: what it asks for, the numbered steps, caveats and sources. An action that the channel
 * is not known to serve is rendered too; the text says so. The JSON form has the schema "yibao-channel/1", with that channel
 * alone and the steps of that action alone.
 * @param channel  a channel
 * @param action   the action
 * @param format   #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang     language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    NULL, no action or no format
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_channel_render_steps(const struct yb_channel *channel, yb_channel_action action, yb_format format, yb_lang lang, char **text,
                                         struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
