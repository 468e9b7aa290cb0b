/* SPDX-License-Identifier: BSD-2-Clause */
/* own_netns - a network namespace for the test program alone. */
#ifndef DHCP4O6_TESTS_OWN_NETNS_H
#define DHCP4O6_TESTS_OWN_NETNS_H

/*
 * Moves the program into a new network namespace with lo up, where any port is
 * free and nothing is heard from outside. 0, or a negative errno: the program
 * then stays where it is. Needs root.
 */
int own_netns_enter(void);

#endif /* DHCP4O6_TESTS_OWN_NETNS_H */
