/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_YIBAO_H
#define YIBAO_YIBAO_H

/**
 * @file
 * Everything: the header most programs include.
 */

#include <yibao/arrow.h>
#include <yibao/bulk.h>
#include <yibao/channel.h>
#include <yibao/claim.h>
#include <yibao/date.h>
#include <yibao/decision.h>
#include <yibao/eligibility.h>
#include <yibao/error.h>
#include <yibao/fee.h>
#include <yibao/field.h>
#include <yibao/identity.h>
#include <yibao/ledger.h>
#include <yibao/money.h>
#include <yibao/person.h>
#include <yibao/policy.h>
#include <yibao/post.h>
#include <yibao/receipt.h>
#include <yibao/reconcile.h>
#include <yibao/refund.h>
#include <yibao/reimburse.h>
#include <yibao/types.h>
#include <yibao/whatif.h>

#endif
