/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <yibao/yibao.h>

/*
 * One target a program. With --enable-fuzzing libFuzzer gives it bytes, else
 * replay.c gives it the files of a folder. What must never be aborts.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_REQUIRE(condition) \
	((condition) ? (void)0 : (fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition), abort()))

/* A set of one document; NULL where it is refused, which must be told with a place. */
struct yb_policy_set *fuzz_load(const char *text, size_t length);
struct yb_person *fuzz_person(const char *json);
struct yb_claim *fuzz_claim(const char *json);
/* What holds of every call: a failure is told, and it is no fault of the library. */
void fuzz_status(yb_status st, struct yb_error *err);
/* What holds of every answer: the sums, and each form can be rendered. */
void fuzz_answer(struct yb_decision *decision);
/* All five questions about a person, and one bill. */
void fuzz_ask(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim);

#endif
