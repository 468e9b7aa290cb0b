/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_host - the part of building a plan that is about hosts. */
#ifndef LIB_ALLOC_PLAN_HOST_H
#define LIB_ALLOC_PLAN_HOST_H

#include "plan.h"

int plan_add_hosts(struct plan *plan);

#endif /* LIB_ALLOC_PLAN_HOST_H */
