/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_POLICY_H
#define YIBAO_POLICY_H

#include <yibao/error.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Policy sets: documents read, checked and compiled once, then shared.
 *
 * A loader collects documents; building gives an immutable set. The set may
 * be used by any number of threads at once; its count of references is atomic.
 * Example: a directory with 110000-310.yaml and 000000-310.yaml gives a set
 * that settles bills of Beijing employees.
 */

/** How far a figure's source is to be trusted, strongest first. */
typedef int32_t yb_confidence;
enum {
	YB_CONFIDENCE_OFFICIAL = 1,  /**< text of the issuing authority */
	YB_CONFIDENCE_REPOST = 2,    /**< official text carried by others */
	YB_CONFIDENCE_SECONDARY = 3, /**< consistent secondary page; the default least confidence */
	YB_CONFIDENCE_WEAK = 4,      /**< a page that could not be confirmed */
	YB_CONFIDENCE_DRAFT = 5,     /**< a consultation draft */
	YB_CONFIDENCE_SEED = 6,      /**< an unsourced article */
	YB_CONFIDENCE_CASE = 7       /**< the parameters of a worked example */
};

/** Bits of yb_load_options.flags. */
enum {
	YB_LOAD_STRICT = 1 /**< a document that cannot be read fails the load instead of being set aside */
};

/** How documents are read; zero means default. */
struct yb_load_options {
	uint32_t size;            /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;           /**< YB_LOAD_ bits; unknown bits are refused */
	yb_confidence confidence; /**< clauses below it count as unsupported; 0 = #YB_CONFIDENCE_SECONDARY */
	yb_day known_on;          /**< the law as published by this day: what a later source says is left out; 0 = no limit */
};
/** Initializer of struct yb_load_options. */
#define YB_LOAD_OPTIONS_INIT { sizeof(struct yb_load_options), 0, 0, 0 }

/** Collects documents for one set. One thread at a time. */
struct yb_policy_loader;
/** Compiled policy documents; immutable; shared between threads. */
struct yb_policy_set;

/**
 * A loader without documents.
 * @param options  NULL for the defaults
 * @param[out] loader  yb_policy_loader_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_BAD_OPTIONS  unknown size, flag or confidence
 * @retval YB_E_NO_MEMORY    nothing was made
 * @since 0.1
 */
YB_API yb_status yb_policy_loader_new(const struct yb_load_options *options, struct yb_policy_loader **loader, struct yb_error **err);

/**
 * Drop a loader.
 * @param loader  a loader, or NULL
 * @since 0.1
 */
YB_API void yb_policy_loader_unref(struct yb_policy_loader *loader);

/**
 * Add one document from memory.
 * @param loader  a loader
 * @param name    shown in errors; copied
 * @param text    UTF-8 YAML, at most 1 MiB; copied
 * @param length  bytes of text
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_LIMIT      longer than 1 MiB
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_policy_loader_add_buffer(struct yb_policy_loader *loader, const char *name, const char *text, size_t length,
                                             struct yb_error **err);

/**
 * Add one document from a regular file.
 * @param loader  a loader
 * @param path    a regular file; a directory, FIFO or device is refused without being read
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_IO         cannot be opened or read, or is not a regular file
 * @retval YB_E_LIMIT      longer than 1 MiB
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_policy_loader_add_file(struct yb_policy_loader *loader, const char *path, struct yb_error **err);

/**
 * Add every `*.yaml` of a directory that is not `*.vectors.yaml`, in the order of their names.
 * Without #YB_LOAD_STRICT a file that cannot be read is set aside and named by the set.
 * @param loader  a loader
 * @param path    a directory
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_IO         cannot be opened or read
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_policy_loader_add_directory(struct yb_policy_loader *loader, const char *path, struct yb_error **err);

/**
 * Check and compile what the loader holds. The loader may be used again.
 * @param loader  a loader
 * @param[out] set  a new reference
 * @param[out] err  NULL, or where to put the findings; a chain of at most 50 a document; warnings may be there with #YB_OK
 * @retval YB_E_NO_MEMORY  nothing was made
 * @return with #YB_LOAD_STRICT the status of the first finding; without it a faulty document is set aside
 * @since 0.1
 */
YB_API yb_status yb_policy_set_new(struct yb_policy_loader *loader, struct yb_policy_set **set, struct yb_error **err);

/**
 * Take a reference.
 * @param set  a set
 * @return the same set
 * @since 0.1
 */
YB_API struct yb_policy_set *yb_policy_set_ref(struct yb_policy_set *set);

/**
 * Drop a reference.
 * @param set  a set, or NULL
 * @since 0.1
 */
YB_API void yb_policy_set_unref(struct yb_policy_set *set);

/**
 * Number of documents, those set aside included.
 * @param set  a set
 * @since 0.1
 */
YB_API size_t yb_policy_set_get_count(const struct yb_policy_set *set);

/**
 * Id of a document, `110000/310`.
 * @param set    a set
 * @param index  below yb_policy_set_get_count()
 * @return borrowed; "" when the document was set aside before its id could be read, or index is too large
 * @since 0.1
 */
YB_API const char *yb_policy_set_get_id(const struct yb_policy_set *set, size_t index);

/**
 * Title of a document.
 * @param set    a set
 * @param index  below yb_policy_set_get_count()
 * @param lang   the language; the other one when only that is there
 * @return borrowed; "" where unknown
 * @since 0.1
 */
YB_API const char *yb_policy_set_get_title(const struct yb_policy_set *set, size_t index, yb_lang lang);

/**
 * SHA-256 of a document's text, 64 lower-case hexadecimal digits.
 * @param set    a set
 * @param index  below yb_policy_set_get_count()
 * @return borrowed; "" when index is too large
 * @since 0.1
 */
YB_API const char *yb_policy_set_get_hash(const struct yb_policy_set *set, size_t index);

/**
 * Why a document was set aside.
 * @param set    a set
 * @param index  below yb_policy_set_get_count()
 * @return borrowed findings; NULL when the document is in use or index is too large
 * @since 0.1
 */
YB_API const struct yb_error *yb_policy_set_get_fault(const struct yb_policy_set *set, size_t index);

/**
 * What a code is, by the code tables of a province.
 * A profile 430000 is the document `430000/codes`; what it does not name is
 * national. By Hunan's, `med_type` 2101 is nationally 21, 普通住院.
 * @param set      a set; NULL with the profile `national`
 * @param profile  six digits, or `national`
 * @param field    name of a coded field, `med_type`, or `fund_pay_type`
 * @param code     as it was sent: without noughts before it, or in another spelling
 * @param on       the day; #YB_DAY_NONE: not known
 * @param lang     language of the name; the other one when only that is there
 * @param[out] spelling  NULL, or the code as the table has it
 * @param[out] national  NULL, or the national code that it is, "" when it is none
 * @param[out] name      NULL, or what it is called, "" when that is not known
 * @retval YB_E_UNKNOWN_NAME  no such profile, or no code table of that field
 * @retval YB_E_NOT_FOUND     no such code on that day
 * @return all texts are borrowed, and valid as long as the set
 * @since 0.1
 */
YB_API yb_status yb_policy_set_get_code(const struct yb_policy_set *set, const char *profile, const char *field, const char *code, yb_day on,
                                        yb_lang lang, const char **spelling, const char **national, const char **name);

/** Form of a rendered text. */
typedef int32_t yb_format;
enum {
	YB_FORMAT_TEXT = 0, /**< for a person: aligned, UTF-8, ends with a newline */
	YB_FORMAT_JSON = 1, /**< one JSON document, UTF-8, ends with a newline */
	YB_FORMAT_CSV  = 2, /**< RFC 4180, UTF-8, a line of names, lines end with CR LF; texts that a spreadsheet takes for a formula begin with ' */
	YB_FORMAT_HTML = 3  /**< one page to be printed, UTF-8, which loads nothing */
};

/**
 * A document as readable text: what it covers, its benefits, layers and figures.
 * @param set     a set
 * @param id      id of a document, `110000/310`
 * @param on      the day of which dated figures are shown; #YB_DAY_NONE shows every date
 * @param format  #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang    language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  no such document in use
 * @since 0.1
 */
YB_API yb_status yb_policy_set_render_document(const struct yb_policy_set *set, const char *id, yb_day on, yb_format format, yb_lang lang,
                                               char **text, struct yb_error **err);

/**
 * Every source of a document with its confidence and the clauses that rest on it, and what the document declares unsupported.
 * @param set     a set
 * @param id      id of a document
 * @param format  #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang    language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  no such document in use
 * @since 0.1
 */
YB_API yb_status yb_policy_set_render_sources(const struct yb_policy_set *set, const char *id, yb_format format, yb_lang lang, char **text,
                                              struct yb_error **err);

/**
 * Every figure of a document, with those of its parents: its place, value, sources and confidence, and whether it is stale on a day.
 * Stale is a figure whose last dated entry, clause, section or document ended before that day, and a series that has no such year; a source
 * published three years before is told as a note.
 * @param set     a set
 * @param id      id of a document
 * @param on      the day; #YB_DAY_NONE: nothing is called stale
 * @param format  #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang    language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  no such document in use
 * @since 0.1
 */
YB_API yb_status yb_policy_set_render_figures(const struct yb_policy_set *set, const char *id, yb_day on, yb_format format, yb_lang lang,
                                              char **text, struct yb_error **err);

/** Bits of yb_difference_options.flags. */
enum {
	YB_DIFFERENCE_NO_AMOUNTS = 1 /**< the clauses alone; nothing is asked */
};

/** How two documents are compared; zero means default. */
struct yb_difference_options {
	uint32_t size;     /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;    /**< YB_DIFFERENCE_ bits; unknown bits are refused */
	yb_day on;         /**< the day of which dated figures and overlays are compared; 0 = every date, no overlays */
	uint32_t cases;    /**< made up for each kind of question, beside those of the vectors; 0 = 400; at most 100000 */
	uint32_t examples; /**< changed cases told for each kind of question, at most 100 */
	uint32_t seed;     /**< of the made-up cases; 0 = 1 */
};
/** Initializer of struct yb_difference_options. */
#define YB_DIFFERENCE_OPTIONS_INIT { sizeof(struct yb_difference_options), 0, 0, 0, 0, 0 }

/**
 * What differs between two documents: clause by clause in words, and in the answers to a sample of questions.
 * The documents are compared as they are in force, with what parents give: neither order nor spelling makes a difference.
 * The sample holds the persons and claims of the vectors of both, and others made from the values at which the rules of either change;
 * the same documents, number and seed give the same sample.
 * @param before     a set
 * @param before_id  id of a document in it; of an overlay: its target with it on its first day
 * @param after      a set, the same or another
 * @param after_id   id of a document in it
 * @param options    NULL for the defaults
 * @param format     #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang       language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND    no such document in use
 * @retval YB_E_BAD_OPTIONS  unknown size or flag, or a number out of its range
 * @since 0.1
 */
YB_API yb_status yb_policy_set_render_difference(const struct yb_policy_set *before, const char *before_id, const struct yb_policy_set *after,
                                                 const char *after_id, const struct yb_difference_options *options, yb_format format,
                                                 yb_lang lang, char **text, struct yb_error **err);

/** Result of running a document's vectors; immutable. */
struct yb_vector_report;

/**
 * Run the vectors of a document, exact equality only, whatever the confidence of its clauses.
 * @param set  a set
 * @param id   id of a document
 * @param[out] report  yb_vector_report_unref() it
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  no such document in use
 * @since 0.1
 */
YB_API yb_status yb_policy_set_run_vectors(const struct yb_policy_set *set, const char *id, struct yb_vector_report **report,
                                           struct yb_error **err);

/**
 * What of the document its vectors touch: how many of its clauses, rows, entries and edges, and the place of each that none touches.
 * An edge is touched when vectors stand on both sides of it. What parents give is counted by itself and not listed.
 * @param report  a report
 * @param format  #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang    language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  *text is NULL
 * @since 0.1
 */
YB_API yb_status yb_vector_report_render_coverage(const struct yb_vector_report *report, yb_format format, yb_lang lang, char **text,
                                                  struct yb_error **err);

/**
 * Drop a report.
 * @param report  a report, or NULL
 * @since 0.1
 */
YB_API void yb_vector_report_unref(struct yb_vector_report *report);

/**
 * Number of vectors run.
 * @param report  a report
 * @since 0.1
 */
YB_API size_t yb_vector_report_get_count(const struct yb_vector_report *report);

/**
 * Number of vectors that failed.
 * @param report  a report
 * @since 0.1
 */
YB_API size_t yb_vector_report_get_failed(const struct yb_vector_report *report);

/**
 * Number of vectors left out because they ask a question this version does not answer.
 * @param report  a report
 * @since 0.1
 */
YB_API size_t yb_vector_report_get_skipped(const struct yb_vector_report *report);

/**
 * Id of a vector.
 * @param report  a report
 * @param index   below yb_vector_report_get_count()
 * @return borrowed; "" when index is too large
 * @since 0.1
 */
YB_API const char *yb_vector_report_get_id(const struct yb_vector_report *report, size_t index);

/**
 * What differed in a vector.
 * @param report  a report
 * @param index   below yb_vector_report_get_count()
 * @return borrowed; "" when it passed, one line a difference otherwise
 * @since 0.1
 */
YB_API const char *yb_vector_report_get_difference(const struct yb_vector_report *report, size_t index);

/**
 * How the answer of a vector that failed came about.
 * @param report  a report
 * @param index   below yb_vector_report_get_count()
 * @param lang    language of the text
 * @return borrowed; one line a step of its full explanation; where there is no answer the reasons in Chinese, which the difference has in
 * English; "" when it passed or index is too large
 * @since 0.1
 */
YB_API const char *yb_vector_report_get_steps(const struct yb_vector_report *report, size_t index, yb_lang lang);

/**
 * The text that a vector stands in.
 * @param report  a report
 * @param index   below yb_vector_report_get_count()
 * @return borrowed; the file or the name that the loader was given; "" when index is too large
 * @since 0.1
 */
YB_API const char *yb_vector_report_get_source_name(const struct yb_vector_report *report, size_t index);

/**
 * The line on which a vector begins.
 * @param report  a report
 * @param index   below yb_vector_report_get_count()
 * @return from 1; 0 when index is too large
 * @since 0.1
 */
YB_API uint32_t yb_vector_report_get_line(const struct yb_vector_report *report, size_t index);

#ifdef __cplusplus
}
#endif
#endif
