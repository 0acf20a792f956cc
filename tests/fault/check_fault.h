/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CHECK_FAULT_H
#define CHECK_FAULT_H

#include <check.h>

/* No test decides by the clock: this only ends one that hangs. */
#define FAULT_TIMEOUT 900

Suite *harness_suite(void);
Suite *loss_suite(void);
Suite *tamper_suite(void);
Suite *process_suite(void);
Suite *planted_suite(void);
Suite *secret_suite(void);

#endif
