/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_scopes - server identifiers, and whether anything depends on messages.
 */
#ifndef LIB_ALLOC_PLAN_SCOPES_H
#define LIB_ALLOC_PLAN_SCOPES_H

#include "plan.h"

int plan_visit_scopes(struct plan *plan); /* 0 or -ENOMEM */

#endif /* LIB_ALLOC_PLAN_SCOPES_H */
