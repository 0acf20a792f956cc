/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_RECEIPT_H
#define YIBAO_RECEIPT_H

#include <yibao/decision.h>
#include <yibao/error.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Receipts: what an answer rests on, so that it can be worked out again years later.
 *
 * A receipt names the question and its options, the facts of the person and
 * the claim (never the identity number), the policy documents by the SHA-256
 * of their text, the day as of which the law was known, the semantics number
 * of the library and the answer. An archive keeps the texts of the documents,
 * so that a receipt can be verified after the files have changed. Example: a
 * bill settled in March with #YB_SETTLE_RECEIPT; in December, after the
 * region's document was amended, yb_receipt_verify() answers
 * #YB_VERDICT_EQUAL from the archive, and #YB_VERDICT_CANNOT without it.
 */

/** Texts of policy documents, by the SHA-256 of each. One thread at a time. */
struct yb_policy_archive;

/** Bits for yb_policy_archive_new(). */
enum {
	YB_ARCHIVE_READ = 1 /**< nothing is written to the directory; what is added is held in memory */
};

/**
 * An archive, in a directory or in memory.
 * @param directory  an existing directory, where each text is a file HASH.yaml; NULL: the archive is in memory
 * @param flags      YB_ARCHIVE_ bits
 * @param[out] archive  yb_policy_archive_unref() it
 * @param[out] err      NULL, or where to put the detail of a failure
 * @retval YB_E_IO         there is no such directory
 * @retval YB_E_INVALID    an unknown flag
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_policy_archive_new(const char *directory, uint32_t flags, struct yb_policy_archive **archive, struct yb_error **err);

/**
 * Drop an archive; what is in its directory stays.
 * @param archive  an archive, or NULL
 * @since 0.1
 */
YB_API void yb_policy_archive_unref(struct yb_policy_archive *archive);

/**
 * Keep one text. A text that is there already is not kept twice; in a directory it is on the disk when this returns.
 * @param archive  an archive
 * @param text     UTF-8 YAML, at most 1 MiB; it is not read, only kept
 * @param length   bytes of text
 * @param[out] err NULL, or where to put the detail of a failure
 * @retval YB_E_LIMIT      longer than 1 MiB
 * @retval YB_E_IO         cannot be written
 * @retval YB_E_NO_MEMORY  nothing was kept
 * @since 0.1
 */
YB_API yb_status yb_policy_archive_add_text(struct yb_policy_archive *archive, const char *text, size_t length, struct yb_error **err);

/**
 * Keep the text of every document of a set that is in use.
 * @param archive  an archive
 * @param set      a set
 * @param[out] err NULL, or where to put the detail of a failure
 * @retval YB_E_IO         cannot be written; texts before it are kept
 * @retval YB_E_NO_MEMORY  texts before it are kept
 * @since 0.1
 */
YB_API yb_status yb_policy_archive_add_set(struct yb_policy_archive *archive, const struct yb_policy_set *set, struct yb_error **err);

/**
 * Keep the texts that a decision rests on: its document, those it is built on, and the overlays that may change them.
 * @param archive   an archive
 * @param decision  a decision that a document answered
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_UNKNOWN    no document answered
 * @retval YB_E_IO         cannot be written; texts before it are kept
 * @retval YB_E_NO_MEMORY  texts before it are kept
 * @since 0.1
 */
YB_API yb_status yb_policy_archive_add_decision(struct yb_policy_archive *archive, const struct yb_decision *decision, struct yb_error **err);

/**
 * A kept text. From a directory it is read, and held until the archive is dropped.
 * @param archive  an archive
 * @param hash     64 lower-case hexadecimal digits
 * @param[out] text    borrowed from the archive, NUL-terminated
 * @param[out] length  bytes of it
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND      no such text
 * @retval YB_E_CONTRADICTION  its file was changed: the content is not that of its name
 * @retval YB_E_BAD_VALUE  not a hash
 * @retval YB_E_NO_MEMORY  nothing was read
 * @since 0.1
 */
YB_API yb_status yb_policy_archive_get_text(struct yb_policy_archive *archive, const char *hash, const char **text, size_t *length,
                                            struct yb_error **err);

/**
 * The receipt of a decision that was asked for with a RECEIPT flag, as a JSON document of schema "yibao-receipt/1". The JSON form of the
 * decision holds the same as its member "receipt".
 * @param decision  a decision; its results are worked out here, so it is not const
 * @param[out] text  UTF-8 JSON without a newline; free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_UNKNOWN    it was asked without the flag, or no document answered
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_decision_dup_receipt(struct yb_decision *decision, char **text, struct yb_error **err);

/** What verifying found. */
typedef int32_t yb_verdict;
enum {
	YB_VERDICT_EQUAL = 1,     /**< worked out again from the same texts and facts, the answer is the same */
	YB_VERDICT_DIFFERENT = 2, /**< it is not; the report says where */
	YB_VERDICT_CANNOT = 3     /**< it cannot be worked out again; the report says why */
};

/**
 * Work out again what a receipt says, and compare.
 *
 * The answer is asked of a set made of the receipt's documents alone, taken from the archive by their hashes. Of a decision document its
 * amounts are compared too, not only those of its receipt.
 * @param archive  where the texts are
 * @param json     a decision document with a receipt, or a receipt
 * @param length   bytes of json
 * @param name     shown in errors, a path for example
 * @param format   form of the report
 * @param lang     language of a report in text
 * @param[out] verdict  a #yb_verdict
 * @param[out] report   for a person, or a JSON document of schema "yibao-verify/1"; free it with yb_free()
 * @param[out] err      NULL, or where to put the detail of a failure
 * @retval YB_E_MISSING_KEY  a document without a receipt
 * @retval YB_E_NO_MEMORY    nothing was found out
 * @return the status of the first finding where the document cannot be read
 * @since 0.1
 */
YB_API yb_status yb_receipt_verify(struct yb_policy_archive *archive, const char *json, size_t length, const char *name, yb_format format,
                                   yb_lang lang, yb_verdict *verdict, char **report, struct yb_error **err);

/**
 * Number of the meaning that this library gives to policy documents. It is raised only when the same documents and facts may get another answer.
 * @return 1
 * @since 0.1
 */
YB_API int32_t yb_semantics(void);

#ifdef __cplusplus
}
#endif
#endif
