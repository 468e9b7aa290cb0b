/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes without faults to the arrays of the model. */
#ifndef CONF_BUILD_H
#define CONF_BUILD_H

#include "parse.h"

/* Fills in p->conf from the tree below global. 0 or -ENOMEM. */
int conf_build(struct conf_parser *p, const struct conf_node *global);

#endif /* CONF_BUILD_H */
