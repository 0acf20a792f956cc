/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_DECISION_H
#define YBI_DECISION_H

#include <yibao/decision.h>
#include <yibao/eligibility.h>
#include <yibao/ledger.h>
#include <yibao/reimburse.h>

#include "account/record.h"
#include "base/hash.h"
#include "base/text.h"
#include "policy/book.h"
#include "policy/profile.h"
#include "rule/single.h"

/*
 * What a decision holds: the facts it was made from, the results, the
 * obstacles. Texts and steps are worked out from these when asked for.
 */

enum ybi_reason_code {
	YBI_REASON_NO_BENEFIT, YBI_REASON_TWO_BENEFITS, YBI_REASON_MISSING_FACT, YBI_REASON_UNSUPPORTED, YBI_REASON_LOW_CONFIDENCE,
	YBI_REASON_NO_FIGURE, YBI_REASON_DAY_NOT_COVERED, YBI_REASON_POSSIBLE_GAP, YBI_REASON_LENIENT_GAP, YBI_REASON_LENIENT_CONFIDENCE,
	YBI_REASON_TOTALS_ZERO, YBI_REASON_CEILING, YBI_REASON_NO_SECTION, YBI_REASON_REFUSED, YBI_REASON_NO_CHARGE, YBI_REASON_NO_CREDIT,
	YBI_REASON_CREDIT_BY_YEAR, YBI_REASON_SHORTFALL, YBI_REASON_NOT_REFUNDABLE, YBI_REASON_TOO_LATE, YBI_REASON_NO_RULE, YBI_REASON_TWO_RULES,
	YBI_REASON_NOT_PAID, YBI_REASON_WAITING, YBI_REASON_COVER_ENDED, YBI_REASON_NO_MONTHS, YBI_REASON_NOT_COVERED, YBI_REASON_COVER_OPEN,
	YBI_REASON_NOT_ENCODED, YBI_REASON_NOT_INSURED, YBI_REASON_WAIT_SHARE, YBI_REASON_PAID_LATER, YBI_REASON_WAIT_OUTLASTS,
	YBI_REASON_REFORM, YBI_REASON_UNDATED, YBI_REASON_YEAR_MISSED, YBI_REASON_ITEM_UNLISTED, YBI_REASON_ITEM_DIFFERS,
	YBI_REASON_YEAR_ENDS, YBI_REASON_LOCAL_CODE,
	YBI_REASON_CHECK_FAILED, YBI_REASON_CHECK_WARNING, YBI_REASON_CHECK_NOTE,
	YBI_REASON_COUNT_
};

struct ybi_reason {
	uint32_t code;
	uint32_t subject; /* fact, clause or layer, by code */
	uint32_t lacking; /* a fact + 1 that keeps a gap from being told, 0: none */
	uint8_t part;     /* of a stay in two parts: told of one of them, 0: of the whole */
	bool both;        /* likewise, the other part says the same */
};

#define YBI_REASONS 96
#define YBI_REMARKS 40 /* of them, at most so many remarks on what is not encoded: reasons come first */

/* Header fields of 2207/2304 that an answer repeats. */
enum { YBI_HEAD_PSN_NO, YBI_HEAD_MDTRT_ID, YBI_HEAD_INSUTYPE, YBI_HEAD_PSN_TYPE, YBI_HEAD_CVLSERV_FLAG, YBI_HEAD_INSUPLC,
       YBI_HEAD_FIXMEDINS, YBI_HEAD_HOSP_LV, YBI_HEAD_MED_TYPE, YBI_HEAD_MDTRTAREA, YBI_HEAD_COUNT_ };
#define YBI_HEAD_SIZE 64

/* What a catalogue did to a cost line: the row, and what that rests on. */
struct ybi_line_item {
	const struct ybi_item *item; /* NULL: nothing */
	uint32_t clause;
};

enum ybi_item_role { YBI_ITEM_CLASS, YBI_ITEM_SHARE, YBI_ITEM_PRICE, YBI_ITEM_LIMIT, YBI_ITEM_ROLES_ };

/* What earlier lines of the bill took of an item's limit. */
struct ybi_item_use {
	const struct ybi_item *item;
	yb_day day; /* YB_DAY_NONE: of the stay */
	yb_fen fen;
	struct ybi_fraction count;
};

/* A cost line as it was split. */
struct ybi_line {
	struct ybi_line_item items[YBI_ITEM_ROLES_];
	const struct ybi_book *book; /* of the clauses of its items */
	char feedetl_sn[32];
	yb_fen amount, own, over, prior, scope;
	struct ybi_fraction share; /* prior share used */
	uint32_t limit;            /* the limit that cut it, UINT32_MAX for none */
};

#define YBI_AMOUNT_FIRST YB_FIELD_MEDFEE_SUMAMT
#define YBI_AMOUNT_LAST YB_FIELD_ACCT_MULAID_PAY

/* One way to an earlier start of cover. */
struct ybi_shorten {
	yb_shorten kind;
	int32_t years;
	yb_fen price;  /* -1: not stated */
	yb_day paid_on, start;
};

/* The bill and its four parts, in the order of their fields. */
enum { YBI_BUCKET_TOTAL, YBI_BUCKET_OWN, YBI_BUCKET_OVER, YBI_BUCKET_PRIOR, YBI_BUCKET_SCOPE, YBI_BUCKETS };

#define YBI_SHORTENS 24
#define YBI_HISTORY 256
#define YBI_OPEN_CHANNELS 64

/* Where a ledger stood when a bill was settled with what it knows. */
struct ybi_basis {
	bool there;
	int64_t position;
	char request[YBI_HASH_SIZE]; /* over what was asked, before the ledger told its part */
	char hash[YB_LEDGER_HASH_SIZE + 1]; /* of the identity number, "" none */
	char episode[YB_LEDGER_HASH_SIZE];
};

/* How a refund was asked. */
enum ybi_refund_mode { YBI_REFUND_ALL, YBI_REFUND_MONTH, YBI_REFUND_YEAR, YBI_REFUND_INTEREST, YBI_REFUND_CONTRIBUTION };

/* A code as it was given; what it is follows from the profile and the reference day. */
struct ybi_coded {
	uint32_t fact, length;
	char text[256];
};

#define YBI_CODED 16 /* coded fields of a person and a bill */

/* The book of the last region and scheme, while the decision holds the set. */
struct ybi_found_book {
	const struct yb_policy_set *set;
	char region[8], scheme[8];
	enum ybi_ask ask;
	const struct ybi_book *book; /* NULL: none was found yet */
};

/* An attribute's fact, and which numbers are its value as they are. */
struct ybi_bound_attribute {
	uint32_t fact;
	yb_type type; /* -1: none */
	int64_t low, high;
};

/* A bill that the dense way answered: of one with the same shape, only these numbers and attributes are bound again. */
struct ybi_again {
	bool valid, bound; /* may be done; was done */
	bool silent;       /* every check that could refuse the bill lacks a fact, and says nothing */
	const struct yb_policy_set *set;
	bool opened;       /* what stands before the layers hangs on none of these numbers: it is as it was found, */
	bool opened_words; /* but for attributes that it hangs on, */
	bool twice;        /* person and bill tell one attribute: the bill's is the fact, whichever changes */
	uint32_t opened_benefit, opened_reasons; /* with the first of the reasons, and the clauses of opened_used */
	struct ybi_identity *person, *claim;  /* references */
	uint64_t person_shape, claim_shape, person_words, claim_words;
	uint32_t flags, number_count, total_count;
	struct ybi_bound_number { uint32_t slot, fact; } numbers[YBI_CLAIM_SLOTS];
	uint32_t totals[YBI_TOTALS];          /* facts, YBI_NO_FACT for one that no rule asks for */
	struct ybi_bound_attribute attributes[2][YBI_ATTRIBUTES]; /* the person's, then the bill's */
};

/* What a step is of. */
enum ybi_step_op {
	YBI_STEP_PART, YBI_STEP_BENEFIT, YBI_STEP_BASE, YBI_STEP_DEDUCTIBLE, YBI_STEP_MODIFY, YBI_STEP_BAND, YBI_STEP_CEILING, YBI_STEP_PAID,
	YBI_STEP_PERSON, YBI_STEP_WINDOW, YBI_STEP_CHARGE, YBI_STEP_TOTAL, YBI_STEP_PAYER, YBI_STEP_CREDIT, YBI_STEP_LESS, YBI_STEP_NET,
	YBI_STEP_MONTHS, YBI_STEP_REPAY, YBI_STEP_GAP, YBI_STEP_RULE, YBI_STEP_WAIT, YBI_STEP_START, YBI_STEP_REWARD, YBI_STEP_COUNT_
};

struct ybi_step {
	enum ybi_step_op op;
	uint32_t clause, layer; /* UINT32_MAX: none */
	size_t zh, en; /* where its text begins among those of the language */
	yb_fen amount;
	bool has_amount;
	uint8_t part; /* of a stay in two parts */
};

/* A zeroed struct has no steps. The texts lie one behind another, so that room for them is made once and serves the next answer. */
struct ybi_steps {
	struct ybi_step *rows;
	size_t count, room;
	struct ybi_text zh, en;   /* each step with a NUL, then what is being said; muted in a language that nobody will read */
	size_t open_zh, open_en;  /* where that begins */
	bool failed;
};

/* How the amounts of a settlement are laid out in a language: a line each, with blanks for the amount. */
#define YBI_AMOUNT_LINES 20
struct ybi_amount_lines {
	struct ybi_text text;
	struct { uint32_t begin, amount, end; } rows[YBI_AMOUNT_LINES]; /* where the line begins, its blanks end, it ends */
};

struct yb_decision {
	yb_outcome outcome;
	enum ybi_ask ask;
	bool lenient;
	struct yb_policy_set *set; /* a reference, while it answers something */
	const struct ybi_book *book, *base; /* the book that answers; the same without overlays */
	yb_confidence least;       /* of the clauses that were allowed */

	struct ybi_fact *facts;
	struct ybi_memo *memo;
	struct ybi_value *results;
	uint8_t *used, *opened_used, *missing, *gaps;
	size_t fact_room, memo_room, result_room, used_room, opened_room, missing_room, gap_room; /* each of its own: one may fail to grow */
	uint32_t stamp;
	const struct ybi_trace *trace; /* what evaluations touch is noted there; NULL: nowhere */
	bool traced;               /* results, reasons and used clauses are there; else only amounts */
	bool has_totals;           /* the claim gave running totals */
	struct ybi_value *answers; /* by answer, of the other questions; then room for the sums of a year */
	size_t answer_room;

	enum ybi_refund_mode mode;
	yb_day month_first[12];    /* of a year asked month by month */
	yb_fen month_paid[12];
	uint32_t month_count;
	uint32_t choice;           /* rule of eligibility or of repayment, UINT32_MAX: none */
	struct ybi_wait wait;
	yb_day entry_end;          /* last day of the cover that the question rests on, YB_DAY_NONE: it has none */
	yb_day asked_on;           /* is there cover on this day? YB_DAY_NONE: not asked */
	bool unpaid;               /* nothing was paid: worked out as if it were on the day asked about */
	bool share_given;          /* the bill falls into a wait that pays a share */
	struct ybi_fraction share; /* of each fund's payment */
	bool year_missed;         /* the year asked about is not in the history and counts as a gap */
	bool cover_open;           /* cover on the day of the bill could not be told */
	struct ybi_shorten shorten[YBI_SHORTENS];
	uint32_t shorten_count;
	uint32_t channels[YBI_OPEN_CHANNELS]; /* of the book */
	uint32_t channel_count;
	struct ybi_reward_year history[YBI_HISTORY];
	uint32_t history_count;
	struct ybi_reward_log reward_log;

	struct ybi_single single;  /* room for a plan */
	bool dense;                /* the plan of the benefit answered: the facts are within what it is proven for */
	struct ybi_value *beside;  /* results of the layers for a slightly larger bill, and the facts and clauses that stand in its way */
	uint8_t *beside_missing, *beside_gaps;
	size_t beside_room, beside_missing_room, beside_gap_room;
	struct ybi_found_book found;
	struct ybi_again again;

	const char *lacking[2];    /* without region or scheme there is no book: their names */
	uint32_t lacking_count;

	uint32_t benefit;          /* UINT32_MAX: none */
	struct ybi_obstacles obstacles;
	struct ybi_mishap mishap;
	struct ybi_reason reasons[YBI_REASONS];
	uint32_t reason_count;

	yb_fen amounts[YBI_AMOUNT_LAST - YBI_AMOUNT_FIRST + 1];
	bool known[YBI_AMOUNT_LAST - YBI_AMOUNT_FIRST + 1];
	int64_t fund_share;        /* pool_prop_selfpay, 4 decimals */
	bool has_fund_share;

	struct ybi_line *lines;
	size_t line_count, line_room;
	struct ybi_item_use *item_uses; /* by row, open addressing */
	size_t item_use_room;
	struct ybi_basis basis;
	size_t rendered;           /* bytes of the last rendering and some more: room for the next */
	struct ybi_amount_lines amount_lines[2]; /* in English and Chinese, once a text was rendered */
	struct ybi_text codes[2];  /* likewise the codes of the bill; told: they are those of this answer */
	bool codes_told[2];
	struct ybi_steps steps;    /* of the last explanation; nobody reads them after it */
	struct ybi_text asked;     /* options, person and claim as members of a receipt; empty when none was asked for */
	yb_fen limit_used[YBI_CHOICES]; /* by limit of the benefit, in this stay */

	/* A stay over the end of a medical year: the whole has two parts, each a settlement of its own, and their sums. */
	struct yb_decision *parts[2]; /* kept for reuse */
	bool split;                   /* they are part of this answer */
	uint8_t part;                 /* of a part: 1 or 2 */
	yb_day part_first, part_last; /* of a part: its days */
	const struct yb_decision *whole;
	yb_fen before[YBI_BUCKETS];   /* of the whole: what falls on the first part, total and buckets, where it is known */
	bool before_known[YBI_BUCKETS];
	struct ybi_value *dues;       /* of a second part, by layer: the deductible of the stay */
	size_t due_room;
	char head[YBI_HEAD_COUNT_][YBI_HEAD_SIZE];
	struct ybi_coded coded[YBI_CODED];
	uint32_t coded_count;
	uint32_t local_codes; /* bits of ybi_open_fields[]: a code there is in no table and named by no rule */
	yb_day begin, end;
};

/* ---- bind.c ---- */
/* Make room for a book's questions; nothing is allocated when there is enough. */
yb_status ybi_decision_prepare(struct yb_decision *decision, const struct yb_policy_set *set, const struct ybi_book *book, struct yb_error **err);
/* The person's fields and attributes to facts. */
yb_status ybi_bind_person(struct yb_decision *decision, const struct yb_person *person, struct yb_error **err);
/* Person and claim to facts, and what can be derived from them at once. */
yb_status ybi_bind(struct yb_decision *decision, const struct yb_person *person, const struct yb_claim *claim, struct yb_error **err);
/* Set one fact from its text, as a document or vector writes it. */
yb_status ybi_bind_text(struct yb_decision *decision, uint32_t fact, const char *text, size_t length, struct yb_error **err);
/* What a number is of, for an attribute of that type; 0: it has none. */
yb_type ybi_number_type(enum ybi_type type);
yb_status ybi_bind_attribute(struct yb_decision *decision, uint32_t fact, const struct ybi_attribute *attribute, struct yb_error **err);
/* The value of a text: its own where the book knows it, else that of the longest beginning that a cell names, `C*`. */
uint32_t ybi_bind_atom(const struct ybi_book *book, uint32_t fact, const char *text, size_t length);
/* Does the book keep a running total of this name? One that no rule asks for is fine as long as its layer exists. */
bool ybi_total_known(const struct ybi_book *book, const char *name);
/* What follows from facts that were set: age, retired, stay_days, out_of_area, year. */
yb_status ybi_bind_derived(struct yb_decision *decision, struct yb_error **err);
/* A code of a cost line to its fact, by the profile and the reference day. */
yb_status ybi_bind_code(struct yb_decision *decision, uint32_t fact, const char *text, size_t length, struct yb_error **err);
/* The fields whose tables leave room for local codes. */
extern const yb_field ybi_open_fields[3];
/* Does a coded fact have this national code, or one that is it? */
bool ybi_code_is(const struct yb_decision *decision, yb_field field, const char *national);
/* What a code of the answer is, on the reference day. */
void ybi_code_of(const struct yb_decision *decision, yb_field field, const char *code, struct ybi_found_code *found);
/* How far apart two regions are, by the first four digits of their codes. */
enum ybi_area { YBI_AREA_NONE, YBI_AREA_PROVINCE, YBI_AREA_CROSS };
enum ybi_area ybi_area_between(int32_t insured, int32_t treated);
/* Are two regions one pooling area: a city, or a municipality as a whole? */
bool ybi_same_area(const char *insured, const char *other);
void ybi_fact_set(struct yb_decision *decision, uint32_t fact, int64_t value);
/* Would the question bind the same, but for numbers of the bill? Then these are bound, and the decision is as it is before the dense way. */
bool ybi_bind_again(struct yb_decision *decision, const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim,
                    uint32_t flags);
/* What was bound may be bound again: the facts are still those of the question. */
void ybi_bind_keep(struct yb_decision *decision, const struct yb_person *person, const struct yb_claim *claim, uint32_t flags);

/* ---- cover.c ---- */
/* What the cover history says at the year, day of payment and day asked about that the facts have. */
yb_status ybi_cover_bind(struct yb_decision *decision, const struct yb_person *person, struct yb_error **err);
/* The coverage years of a history up to `year`, for rewards; false when it is not known. */
bool ybi_cover_years(struct yb_decision *decision, const struct yb_person *person, int32_t year);
/* The entry that the cover of the question rests on, NULL when there is none. */
const struct ybi_cover *ybi_cover_current(const struct yb_decision *decision, const struct yb_person *person);
/* First day of a coverage year, YB_DAY_NONE when there is no such day. */
yb_day ybi_cover_year_first(const struct ybi_book *book, int32_t year);

/* Days of the options, 0 where one is not said: a day that cannot be is none whichever document answers. */
yb_status ybi_question_days(yb_day on, yb_day paid_on, struct yb_error **err);
/* ---- question.c: what every question does before and after its own work ---- */
/* Finds the document; NULL with the outcome set where region or scheme is lacking. */
yb_status ybi_question_find(struct yb_decision *decision, const struct yb_policy_set *set, const struct yb_person *person, enum ybi_ask ask,
                            const struct ybi_book **book, struct yb_error **err);
/* Takes the book as it is on the reference day (YB_DAY_NONE: not known) and binds the person. */
yb_status ybi_question_begin(struct yb_decision *decision, const struct yb_policy_set *set, const struct ybi_book *book,
                             const struct yb_person *person, enum ybi_ask ask, bool lenient, yb_day day, struct yb_error **err);
/* Section, days in force, declared gaps, rules that say no; true when the outcome is given by one of them. */
bool ybi_question_open(struct yb_decision *decision, struct ybi_eval *eval);
/* The rule that says no, UINT32_MAX when none is sure to; what could still say no is an obstacle. */
uint32_t ybi_refusal_of(struct yb_decision *decision, struct ybi_eval *eval, enum ybi_ask ask, struct ybi_obstacles *obstacles);
/* Does a check of the document fail that is an error? Others are remarks; what cannot be told is passed over. */
bool ybi_question_faulty(struct yb_decision *decision, struct ybi_eval *eval);
/* The same for the question asked, as a reason; and its declared gaps. */
bool ybi_question_refused(struct yb_decision *decision, struct ybi_eval *eval);
void ybi_question_gaps(struct yb_decision *decision, struct ybi_eval *eval);
/* Does the section of the question answer on a day? */
bool ybi_question_covers(const struct yb_decision *decision, yb_day day);
/* Obstacles as reasons and an outcome; false when there are none. */
bool ybi_question_stopped(struct yb_decision *decision, struct yb_error **err, yb_status *status);
/* Remarks of a lenient answer; sets the outcome. */
void ybi_question_answered(struct yb_decision *decision);
const char *ybi_section_name(enum ybi_ask ask);
/* Keep the window and its start as facts of the answer; drop what was kept. */
void ybi_keep_window(struct yb_decision *decision, struct ybi_eval *eval);
void ybi_drop_window(struct yb_decision *decision);
/* The window that the payment falls into, NULL for none. */
const struct ybi_window *ybi_window_of(const struct yb_decision *decision);

/* ---- fee.c, refund.c, eligibility.c: bound facts to an outcome ---- */
yb_status ybi_fee_bound(struct yb_decision *decision, struct yb_error **err);
yb_status ybi_refund_bound(struct yb_decision *decision, enum ybi_refund_mode mode, yb_fen paid, struct yb_error **err);
yb_status ybi_eligibility_bound(struct yb_decision *decision, struct yb_error **err);
yb_status ybi_rewards_bound(struct yb_decision *decision, struct yb_error **err);
/*
 * Is there cover on the day of a bill, as the history of the person has it? A bill outside it is refused (the outcome is set), one in a
 * wait that pays a share gets the share. Rewards that raise a ceiling are worked out. Nothing where no history is known.
 */
yb_status ybi_cover_of_bill(struct yb_decision *decision, const struct yb_person *person, struct yb_error **err);

/* ---- item.c ---- */
/* What catalogues say of one cost line: the row of each role, NULL where none says it. */
struct ybi_found {
	struct ybi_line_item roles[YBI_ITEM_ROLES_];
	struct ybi_fraction price; /* the cap, in fen for the unit that the line counts */
	const char *kind;
	bool listed, own;          /* in a catalogue; in none, and so not covered */
	bool stopped;              /* something is lacking: an obstacle, or bad_unit */
	bool bad_unit, failed;     /* counted in a unit that the row cannot convert; a number that does not fit */
};

/* Room for the lines of a bill; forgets what was used. */
yb_status ybi_items_start(struct yb_decision *decision, const struct ybi_benefit *benefit, size_t lines, struct yb_error **err);
/* Looks the item of a line up, and sets the facts that hang on it. */
void ybi_item_find(struct yb_decision *decision, const struct ybi_benefit *benefit, const struct ybi_record *line, size_t index,
                   struct ybi_found *found);
/* Cuts what is allowed to what the limits of the item leave. `price`: what is allowed for a unit of the line, NULL where it has no price. */
yb_status ybi_item_limit(struct yb_decision *decision, const struct ybi_benefit *benefit, const struct ybi_record *line,
                         struct ybi_found *found, const struct ybi_fraction *price, yb_fen *allowed);

/* ---- reimburse.c ---- */
/* Bound facts to an outcome; the lines of `claim` are split when it has any. */
yb_status ybi_settle_bound(struct yb_decision *decision, const struct yb_claim *claim, struct yb_error **err);
/* The same by the dense tables; false when the exact way must be gone. */
bool ybi_settle_dense(struct yb_decision *decision, struct yb_error **err, yb_status *status);
/* To a whole step of the benefit, in fen. */
yb_status ybi_round_fen(struct ybi_fraction q, const struct ybi_benefit *benefit, yb_fen *out);
void ybi_eval_start(struct yb_decision *decision, struct ybi_eval *eval);
/* The exact way over the same facts, for what a plan leaves out: results, reasons, used clauses. */
yb_status ybi_decision_trace(struct yb_decision *decision, struct yb_error **err);
/* ---- receipt.c ---- */
#define YBI_RECEIPT 256u /* YB_FEE_RECEIPT and its like */
/* Keep what was asked, where `flags` says so; `options` are those of the question, whole. */
yb_status ybi_receipt_keep(struct yb_decision *decision, uint32_t flags, const struct yb_person *person, const struct yb_claim *claim,
                           const void *options, struct yb_error **err);
/* The receipt as a JSON object; nothing was kept: false. */
bool ybi_receipt_write(struct yb_decision *decision, struct ybi_text *out);
/* The bill is the sum of its four buckets: one of the five that was not given follows from the others. */
yb_status ybi_balance_buckets(struct yb_decision *decision, struct yb_error **err);
/* What a benefit lets the account pay of a bill whose funds are drawn, as far as its parts are known. */
yb_fen ybi_account_may(const struct yb_decision *decision);
void ybi_account_asks(struct yb_decision *decision, uint32_t account);
bool ybi_account_pays_all(const struct yb_decision *decision);
/* Account and cash, of what is left to the person; then the identities of the answer. */
yb_status ybi_draw_person(struct yb_decision *decision, yb_fen funds, yb_fen may, bool all, struct yb_error **err);
void ybi_draw_fund_share(struct yb_decision *decision);

/* ---- split.c: a stay over the end of a medical year ---- */
/* How a part is begun anew: a book of its day, and the facts of person and bill. */
struct ybi_part_source {
	void *context;
	yb_status (*begin)(void *context, struct yb_decision *part, yb_day on, struct yb_error **err);
};
/* Settles the bill in two parts where it is to be and says so in *done; sets an outcome where that cannot be told. */
yb_status ybi_settle_split(struct yb_decision *decision, const struct yb_claim *claim, const struct ybi_part_source *source, bool *done,
                           struct yb_error **err);
/* The part that a day of the stay falls into: a cost line with another day is none of its own. */
bool ybi_part_has_line(const struct yb_decision *part, const struct ybi_record *line);
/* The facts of a part that are not those of the whole; called before what is derived from them. */
void ybi_bind_part(struct yb_decision *part);
/* Does what is by the stay go on from the first part? */
bool ybi_part_goes_on(const struct yb_decision *decision);
/* What limits on cost lines have let through before: nothing, or of the second part of a stay what they did in the first. */
void ybi_bind_limits(struct yb_decision *part, const struct ybi_benefit *benefit);
/* "part1.X" of an answer in two parts: the part, and X. */
struct yb_decision *ybi_part_named(const struct yb_decision *decision, const char **name);
void ybi_parts_free(struct yb_decision *decision);
/* What an answered bill, not one in two parts, adds to a running total `basic.paid.year` or `pool.NAME`; and the period of one. */
yb_fen ybi_total_added(struct yb_decision *decision, const char *name);
/* Running totals are whole fen; what lies beyond a ceiling may be none. */
yb_fen ybi_total_whole(struct ybi_fraction q);
enum ybi_period ybi_total_period(const struct ybi_book *book, const char *name);

/* ---- answer.c ---- */
/* The value and type of a named result of the question answered; false when it has none. */
bool ybi_answer_find(struct yb_decision *decision, const char *name, struct ybi_value *value, enum ybi_type *type);
/* The unit in which yb_decision_get_result() has a type. */
yb_result ybi_result_unit(enum ybi_type type);

/* ---- explain.c ---- */
/* No steps, in room that was there before. */
void ybi_steps_begin(struct ybi_steps *steps, bool zh, bool en);
/* The text of a step in a language that is told, and its length. */
const char *ybi_step_text(const struct ybi_steps *steps, size_t index, yb_lang lang, size_t *length);
void ybi_explain(struct yb_decision *decision, yb_explain level, struct ybi_steps *steps);
void ybi_steps_free(struct ybi_steps *steps);
const char *ybi_reason_name(uint32_t code);
/* The clause that a reason rests on, UINT32_MAX for none. */
uint32_t ybi_reason_clause(const struct yb_decision *decision, const struct ybi_reason *reason);
void ybi_reason_text(const struct yb_decision *decision, const struct ybi_reason *reason, yb_lang lang, struct ybi_text *out);
/* Name under which a lacking fact is asked for: brdy for age, enddate for the reference day. */
const char *ybi_missing_name(const struct yb_decision *decision, uint32_t fact);
/* The decision that a reason was found by: the one itself, or a part of it. */
const struct yb_decision *ybi_reason_of(const struct yb_decision *decision, const struct ybi_reason *reason);

/* One more reason; further ones are dropped once there is no room. */
void ybi_reason_add(struct yb_decision *decision, uint32_t code, uint32_t subject);

#endif
