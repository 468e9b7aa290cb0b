/* SPDX-License-Identifier: BSD-2-Clause */
/* ip_json - what `ip -j' shows, taken apart; each call ends the test if not. */
#ifndef DHCP4O6_TESTS_IP_JSON_H
#define DHCP4O6_TESTS_IP_JSON_H

#include <jansson.h>
#include <stdint.h>

void ip_run(const char *command); /* exit code 0 */
/* The array that a command prints; json_decref() is the caller's. */
json_t *ip_json(const char *command);
uint32_t ip_ifindex(const char *name);
/*
 * Of `ip -j addr show dev NAME': the entry whose "local" is addr, or NULL; its
 * document goes to *all, and is to be freed.
 */
json_t *ip_find_addr(const char *name, const char *addr, json_t **all);
/*
 * What `ip -4 route show WHAT' prints, without blanks at the end of lines and
 * without the word linkdown. Until the next call of any of these.
 */
const char *ip_routes(const char *what);

#endif /* DHCP4O6_TESTS_IP_JSON_H */
