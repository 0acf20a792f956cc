/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_RECORD_H
#define YBI_RECORD_H

#include <yibao/claim.h>
#include <yibao/person.h>

#include "policy/field.h"
#include "policy/node.h"

/*
 * Facts by field number, as a person, a claim and each cost line keep them.
 * Text lives in buffers that are kept when a fact is forgotten, so a reused
 * record allocates nothing; everything is wiped when it is forgotten or freed.
 */

#define YBI_ATTRIBUTES 64
#define YBI_TOTALS 64
#define YBI_LINES 100000
#define YBI_CLAIM_SLOTS (YB_FIELD_YB_AFTER_ADMISSION - YB_FIELD_MDTRT_ID + 1)
#define YBI_TEXT_LONGEST 255 /* bytes of a text, a set or an attribute */

struct ybi_known {
	int64_t value;  /* fen, days, counts, flags, scaled numbers */
	char *text;     /* texts, codes; a set is its codes with | between; NULL until first used */
	uint32_t length, room;
	uint8_t type;   /* yb_type of its field */
	bool known;
	bool derived;   /* brdy, gend: nobody gave it, the identity number says so */
};

struct ybi_attribute {
	char name[64];
	char text[YBI_TEXT_LONGEST + 1];
	uint32_t length;
	uint8_t type;   /* yb_type of the number that was told, which then says it all; 0: the text does */
	int64_t value;
	uint64_t words; /* of its record when it got this text or number */
};

/* Which record it is. Who remembers a record holds a reference, so no later one can be taken for it. */
struct ybi_identity {
	size_t references; /* atomic: who remembers may be in another thread */
};

struct ybi_identity *ybi_identity_ref(struct ybi_identity *identity);
void ybi_identity_unref(struct ybi_identity *identity);

struct ybi_record {
	yb_part part;
	struct ybi_identity *identity; /* of a person or a claim */
	uint64_t shape;       /* grows with every change but that of a number of a claim to another, which leaves all else bound as before; or */
	uint64_t words;       /* of an attribute to another text or number: by these this one grows */
	yb_field first;       /* number of slots[0] */
	uint32_t count;       /* slots */
	struct ybi_known *slots;
	struct ybi_attribute *attributes; /* allocated on first use */
	size_t attribute_count, attribute_room;
	size_t attribute_next;            /* looked at first: who tells them bill after bill does so in one order */
};

/* One entry of the cover history of a person. */
struct ybi_cover {
	char insutype[8];
	char admdvs[8];        /* "" when not said */
	int32_t year;          /* not 0: a coverage year of a scheme paid by the year; else a period */
	yb_day begin, end;     /* of a period; end is the last day covered, YB_DAY_NONE: still running */
	yb_day paid_on;        /* YB_DAY_NONE when not said */
	uint8_t claimed, used; /* 0 not known, 1 no, 2 yes: did a fund pay; did 大病 use the raised part of its ceiling */
};

struct yb_person {
	struct ybi_record record;
	/* What the identity number says; it stands in the slots of brdy and gend where these are not given themselves. */
	bool has_identity;
	yb_day identity_birth;
	int32_t identity_sex;
	/* The cover history by time, a year by its 1 January; an empty one that was given is known. Kept for reuse. */
	struct ybi_cover *covers;
	size_t cover_count, cover_room;
	bool cover_known;
};

struct ybi_named_total {
	char name[64];
	yb_fen fen;
};

struct yb_claim {
	struct ybi_record record;
	struct ybi_record *lines; /* kept for reuse; one that was never used has no slots */
	size_t line_count, line_room;
	struct ybi_named_total *totals;
	size_t total_count, total_room;
	size_t total_next; /* as attribute_next */
};

/* The slot of a field, NULL when the record has no such field. */
const struct ybi_known *ybi_record_get(const struct ybi_record *record, yb_field field);

/* ---- values: checked before they are put, so that a refused one changes nothing ---- */

struct ybi_reading {
	int64_t value;
	const char *text; /* of texts and codes: the caller's, or buffer[] when it had to be rewritten */
	size_t length;
	const char *why;  /* after a refusal: a predicate, "is negative" */
	char buffer[24];  /* a padded code; an identity number, which is then to be wiped */
};

/* Read a field of `part` from its text. */
yb_status ybi_value_read(yb_part part, yb_field field, const char *text, size_t length, struct ybi_reading *reading);
/* Take a number for a field of `part` whose type is one of the bits (1 << YB_TYPE_x). */
yb_status ybi_value_take(yb_part part, yb_field field, unsigned types, int64_t value, struct ybi_reading *reading);

/* ---- records; a zeroed struct may be cleared and freed ---- */

yb_status ybi_record_init(struct ybi_record *record, yb_part part);
void ybi_record_clear(struct ybi_record *record);
void ybi_record_free(struct ybi_record *record);
/* Make room for a text, so that the next put of one no longer than this cannot fail. */
yb_status ybi_record_reserve(struct ybi_record *record, yb_field field, size_t length);
yb_status ybi_record_put(struct ybi_record *record, yb_field field, const struct ybi_reading *reading);
/* Put a number, as ybi_value_take() takes it. */
yb_status ybi_record_put_number(struct ybi_record *record, yb_field field, unsigned types, int64_t value);
yb_status ybi_record_unset(struct ybi_record *record, yb_field field);
yb_status ybi_record_get_text(const struct ybi_record *record, yb_field field, const char **text);
yb_status ybi_record_get_value(const struct ybi_record *record, yb_field field, int64_t *value);
/* The one of `count` rows of `size` bytes that begins with that name, or `count`. */
size_t ybi_name_find(const void *rows, size_t size, size_t count, const char *name);
/* NULL text forgets the attribute. */
yb_status ybi_record_set_attribute(struct ybi_record *record, const char *name, const char *text, size_t length);
yb_status ybi_record_set_attribute_value(struct ybi_record *record, const char *name, yb_type type, int64_t value);
#define YBI_NUMBER_TEXT 32
/* The text of an attribute, of a number the one that a document has for it; it may stand in `room`. */
const char *ybi_attribute_text(const struct ybi_attribute *attribute, char room[YBI_NUMBER_TEXT], size_t *length);
/* As ybi_grow(), but new elements are zeroed and what is left behind is wiped. */
bool ybi_grow_wiped(void *array, size_t count, size_t *room, size_t size);

/* ---- JSON: every fact in the order of the fields, as it is read; never the identity number ---- */

struct ybi_text;
/* The fields that are known, as members of an object that is begun; `first` is cleared by a member. */
void ybi_record_write(const struct ybi_record *record, struct ybi_text *out, bool *first);
/* The member "yb_attributes", by name; nothing when there are none. */
void ybi_attributes_write(const struct ybi_record *record, struct ybi_text *out, bool *first);

/* The whole document of a person or a claim; what the identity number says stands there as brdy and gend. */
void ybi_person_write(const struct yb_person *person, struct ybi_text *out);
void ybi_claim_write(const struct yb_claim *claim, struct ybi_text *out);
/* From a document that was read: yb_person_unref(), yb_claim_unref(). */
yb_status ybi_person_from_node(const struct ybi_node *root, struct yb_person **person, struct yb_error **err);
yb_status ybi_claim_from_node(const struct ybi_node *root, struct yb_claim **claim, struct yb_error **err);

/* ---- documents ---- */

#define YBI_FINDINGS 50

/* What is wrong with one document; reading stops when it is full. */
struct ybi_findings {
	struct yb_error **err;
	yb_status first; /* status of the first finding, YB_OK when there is none; YB_E_NO_MEMORY whenever there was no memory */
	unsigned count;
};

void ybi_finding(struct ybi_findings *findings, yb_status status, const struct ybi_place *place, const char *subject, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* The value at an entry was refused: quotes it only where it can hold no identity number. */
void ybi_finding_value(struct ybi_findings *findings, yb_status status, const struct ybi_entry *entry, yb_field field, const char *why);
bool ybi_findings_full(const struct ybi_findings *findings);

struct ybi_alias {
	const char *name; /* another spelling of the national platform */
	yb_field field;
};

/* The keys that a mapping may have, and what is done with their values. */
struct ybi_form {
	yb_part part;
	yb_field first;
	const char *names[48]; /* fields by number, then extra keys, then aliases */
	size_t fields, extras, count;
	const struct ybi_alias *aliases;
	/* A value of a field; may set reading->why when it refuses. */
	yb_status (*put)(void *owner, yb_field field, struct ybi_reading *reading);
	/* The value of extra key `index`. */
	void (*extra)(void *owner, size_t index, const struct ybi_entry *entry, struct ybi_findings *findings);
};

/* part 0: no fields, extra keys only. */
void ybi_form_init(struct ybi_form *form, yb_part part, const char *const *extras, size_t extra_count, const struct ybi_alias *aliases,
                   size_t alias_count);
void ybi_form_read(const struct ybi_form *form, const struct ybi_node *map, void *owner, struct ybi_findings *findings);
/* Is it the word null, for "not known"? */
bool ybi_node_is_null(const struct ybi_node *node);
/* The node of an entry when it is of that kind; NULL when it is null, or something else (a finding). */
const struct ybi_node *ybi_entry_expect(const struct ybi_entry *entry, enum ybi_kind kind, struct ybi_findings *findings);
/* The mapping yb_attributes. */
void ybi_attributes_read(struct ybi_record *record, const struct ybi_entry *entry, struct ybi_findings *findings);
/* Free the arena of a document after wiping its texts. */
void ybi_document_wipe(struct ybi_arena *arena, struct ybi_node *root);

#endif
