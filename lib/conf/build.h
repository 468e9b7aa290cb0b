/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes without faults to the arrays of the model. */
#ifndef CONF_BUILD_H
#define CONF_BUILD_H

#include "parse.h"

/* Fills in p->conf from the tree below global. 0 or -ENOMEM. */
int conf_build(struct conf_parser *p, const struct conf_node *global);

/* Shared by build.c, build6.c and build_class.c; failures are the arena's. */
void conf_build_scope(struct conf_parser *p, const struct conf_node *node,
		      struct conf_scope *scope,
		      const struct conf_scope *parent);
const struct conf_permit *conf_build_permits(struct conf_parser *p,
					     const struct conf_node *node,
					     size_t *count);
size_t conf_count_children(const struct conf_node *node,
			   enum conf_scope_kind kind);
void conf_build_pools6(struct conf_parser *p, const struct conf_node *node,
		       struct conf_subnet6 *subnet);
void conf_build_fixed6(struct conf_parser *p, const struct conf_node *node,
		       struct conf_host *host);
void conf_build_ifs(struct conf_parser *p, const struct conf_node *node,
		    struct conf_scope *scope);
void conf_build_classes(struct conf_parser *p);
/* Collects the definitions in force that hold nothing but a space. */
void conf_build_holders(struct conf_parser *p);
/* The options of scope; without memory the arena's flag is set. */
void conf_build_options(struct conf_parser *p, const struct conf_node *node,
			struct conf_scope *scope);

#endif /* CONF_BUILD_H */
