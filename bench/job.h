/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef JOB_H
#define JOB_H
#include <stddef.h>
#include <stdint.h>
// one claim and its result, as an opaque-handle API would see them
typedef struct { uint8_t level, cat, age, k, x; int64_t a, b, c, y; } claim_t;
typedef struct { int64_t elig, ded, base, fund1, fund2, fund3, oop; } result_t;
// columns
typedef struct { const uint8_t *level,*cat,*k,*x; const int64_t *a,*b,*c,*y; } in_t;
typedef struct { int64_t *o[7]; } out_t;   // elig ded base fund1 fund2 fund3 oop
typedef void (*cols_fn)(size_t n, const in_t *in, const out_t *out);
typedef void (*one_fn)(const claim_t *, result_t *);
typedef struct { const uint8_t *cat,*year,*reg,*late; } pin_t;
typedef void (*ass_fn)(size_t n, const pin_t*, const int32_t *tab, int64_t *out);
#endif
