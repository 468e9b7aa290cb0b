/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shapes - what the items of control answers look like.
 *
 * `stats` shapes are read by dhcp4o6ctl generically: a daemon may add members
 * and they are shown. The tool knows these rules and few names:
 *
 *  - a string, boolean or number directly in the outermost object is a fact
 *    (pid, version, ...), shown first, never as a rate;
 *  - an object is a heading with rows; objects nest;
 *  - an integer in an object counts upward since the daemon's start, and is
 *    shown as a rate by -w, unless it stands under a member "state", which
 *    holds present values (also strings and booleans);
 *  - a string or boolean anywhere is shown as it is;
 *  - an array of objects is a table of present values, its columns the members
 *    of its first element;
 *  - a name that ends in _s, _ms, _us, _ns or _octets carries its unit;
 *  - rows that are 0 are not shown unless asked for with -a.
 *
 * server6, command `stats`, args {"interface": IF} (optional), one item:
 * {"server6": {
 *    "pid": 4711, "version": "0.1.0", "port": 6767, "uptime_s": 3600,
 *    "dialect": "native",
 *    "interfaces": {
 *      "eth0": {
 *        "xdp": {"state": {"mode": "native" | "generic" | "none",
 *                          "why": TEXT, "note": TEXT, "queues": 2,
 *                          "zerocopy": BOOL, "pinned": BOOL}},
 *        "classifier": {NAME-OF-REASON: PACKETS, ...},
 *        "afxdp": {"queue 0": {"rx_frames": N, "tx_frames": N,
 *                  and XDP_STATISTICS by the kernel's names: "rx_dropped",
 *                  "rx_invalid_descs", "tx_invalid_descs", "rx_ring_full",
 *                  "rx_fill_ring_empty_descs", "tx_ring_empty_descs"}, ...}
 *      }, ...},
 *    "duid": "00:01:...",                     of the server
 *    METRICS_OF_SERVER6: "socket", "afxdp", "ipc", "leases6", "dhcp6", "drops",
 *    with "ipc" extended by "state": {"peer": "up" | "down" | "foreign" |
 *      "unknown", "why": TEXT, "in_flight": N, "window": N},
 *    and "leases6" by "state": {"batches_waiting": N,
 *      "reconfigures_in_flight": N, "reconfigures_all": BOOL},
 *    "journal": as of server4, below,
 *    "pools": {"state": {"networks": N, "records": N, "leases_max": N,
 *               "addresses_active": N, "prefixes_active": N, "offered": N,
 *               "declined": N, "memory_octets": N, "expiry_held": BOOL},
 *              "offers_expired": N, "probes": N,
 *              "networks": [{"network": NAME, "addresses": N,
 *               "addr_active": N, "prefixes": N, "pd_active": N,
 *               "declined": N}, ...]}       sizes end at 2^63-1
 * }}
 * "classifier" is what dhcp4o6ctl reads from the pinned maps itself when
 * server6 does not answer.
 *
 * Both servers have in `stats' a member
 *    "reload": {"state": {"result": "none" | "applied" | "refused",
 *                "text": TEXT, "time": "2026-11-25T03:43:14Z" of its end,
 *                "under_way": BOOL, "read_ms": N: reading and laying out,
 *                "swap_us": N: how long nothing else was done},
 *               "count": N, "failures": N}
 *
 * Both servers, command `reload`, no args: reads the configuration again. One
 * item a finding,
 *   {"severity": "error" | "warning" | "note", "text": FINDING}
 * FINDING as at start: `file:line:column: error: message', and maybe the line
 * and a caret below. The end's code is OK, or CONFIG when the former one stays
 * in force; its text says which.
 *
 * server4, command `stats`, one item:
 * {"server4": {
 *    "pid", "version", "port", "uptime_s" as above,
 *    METRICS_OF_SERVER4: "ipc", "leases", "dhcp4", "drops", with "ipc" extended
 *    by "state": {"peer", "dialect": of the last query,
 *      "batches_waiting": N},
 *    "journal": {"state": {"health": "good" | "failed", "error": TEXT,
 *                 "file": PATH, "size_octets": N, "pending": N,
 *                 "compacting": BOOL, "sync_max_us": N,
 *                 "sync_mean_us": N},
 *                "batches": N, "records": N, "failures": N, "syncs": N,
 *                "compactions": N, "compaction_failures": N},
 *    "pools": {"state": {"networks": N, "records": N, "active": N,
 *               "offered": N, "declined": N, "memory_octets": N,
 *               "expiry_held": BOOL},
 *              "offers_expired": N, "offers_reused": N,
 *              "networks": [{"network": NAME, "addresses": N, "active": N,
 *               "offered": N, "declined": N, "reserved": N, "free": N}, ...]}
 * }}
 *
 * server4, command `leases`, args (all optional, all of them must match):
 *   "address": "192.0.2.7"      this one; NOT_FOUND if there is no record
 *   "subnet": "192.0.2.0/24"    addresses in it
 *   "state": "active"           lease_state_name() of it
 *   "client": "ff:00:..."       client identifier, or hardware address, hex
 *                               with or without separators
 * Without "state", leases that are free, expired or released are given too.
 * One item a lease; a member that is unknown is left out:
 * {
 *   "address": "192.0.2.7",
 *   "psid": 3, "psid_len": 6    only for a shared address
 *   "state": "active",
 *   "client_id": "ff:00:00:00:01:...",        lower-case hex, colons
 *   "hardware": "02:00:00:00:00:01", "htype": 1,
 *   "starts": 1767225600, "updated": N,       seconds since 1970, UTC
 *   "expires": N, or null: never
 *   "source": "fe80::1",                      IPv6 source of the query
 *   "relays": [{"link_address": "2001:db8::1", "interface_id": "67:65:30"}],
 *                                             from the client outward
 *   "host_name": "cpe1",                      cleaned: printable ASCII
 *   "network": "name of the shared network",
 *   "reserved": true                          only for a fixed-address
 * }
 *
 * server6, command `leases', args as above but for
 *   "address": "2001:db8::7"    or "2001:db8:100::/56": a delegated prefix
 *   "subnet": "2001:db8::/32"
 *   "client": DUID
 *   "iaid": "7"                 decimal, or hex with 0x
 * and items with these members instead of address, PSID and network:
 * {
 *   "kind": "ia_na", "address": "2001:db8::7"
 *   "kind": "ia_pd", "prefix": "2001:db8:100::", "prefix_len": 56
 *   "iaid": 7,
 *   "preferred_s": 3600,                      as it was given
 *   "interface": "eth0",                      the last message came in on it
 *   "relays": with "peer_address", too
 *   "reconfigure": true                       the client accepts RECONFIGURE
 * }
 *
 * server6, command `reconfigure', args one of
 *   "client": DUID in hex; "address": one, or PREFIX/LENGTH, that the client
 *   holds; "all": true
 * and "message": "renew" (the default), "rebind" or "information-request".
 * One item, when the first message has been sent or a sweep begun:
 *   {"client": "00:01:..."}, or {"client": "all"}
 *
 * server4 and server6, command `config', no args: the configuration in force,
 * as conf_print() writes it, in pieces to be joined:
 * {"text": "..."}
 *
 * client4, command `stats', one item:
 * {"client4": {"pid", "version", "port", "uptime_s" as above,
 *    METRICS_OF_CLIENT4: "ipc", "dhcp4", "drops", with "ipc" extended by
 *    "state": {"peer"}}}
 *
 * client4, command `client': what is true now, one item. Times are in seconds
 * from now, null for never; all of a lease is left out where there is none.
 * {"client4": {
 *    "interface": "eth1", "state": "BOUND",    of the machine
 *    "dhcp4o6": true,                          DHCPv4-over-DHCPv6 is on
 *    "peer": "up" | "down" | "foreign" | "unknown",
 *    "client_id": "ff:...", "hardware": "02:00:...",
 *    "address": "192.0.2.7", "prefix_length": 24, "in_use": true,
 *    "server_id": "192.0.2.1", "server6": "2001:db8::1",
 *    "t1_s": N, "t2_s": N, "expires_s": N
 * }}
 *
 * client6, command `client', args {"interface": IF} (optional), one item. Times
 * as above, those without an end null; what is not known is left out.
 * {"client6": {
 *    "pid": 4711, "duid": "00:01:...",
 *    "dhcp4o6": true,                          it is on
 *    "peer": as above, "port": 6767,
 *    "interfaces": [
 *      {"interface": "eth1",
 *       "state": "bound" or another of the machine, or "starting",
 *       "link": "up" | "down" | "gone", "link_local": "fe80::1",
 *       "server_duid": "00:01:...", "in_use": true,
 *       "t1_s": N, "t2_s": N, "expires_s": N, "next_message_s": N,
 *       "refresh_s": N,                        of a stateless client
 *       "addresses": [{"address": "2001:db8::7", "iaid": N,
 *                      "preferred_s": N, "valid_s": N}, ...],
 *       "prefixes": [{"prefix": "2001:db8:1::", "prefix_len": 56, ...}, ...],
 *       "dhcp4o6": true,                       queries go out on it
 *       "dhcp4o6_servers": ["2001:db8::547", ...]}, ...]
 * }}
 * client6, command `stats', one item:
 * {"client6": {"pid", "version", "port", "uptime_s" as above,
 *    METRICS_OF_CLIENT6: "socket", "ipc", "dhcp6", "drops", with "ipc" extended
 *    by "state": {"peer", "up": BOOL}}}
 *
 * client4 and client6, commands `renew' and `release': no item; the end's code
 * is OK, or FAILED with a text that says why. These and `client' have the
 * argument "interface" (optional); NOT_FOUND if it is not one of theirs.
 */
#ifndef DHCP4O6_CTL_SHAPES_H
#define DHCP4O6_CTL_SHAPES_H

#define CTL_COMMAND_STATS       "stats"
#define CTL_COMMAND_LEASES      "leases"
#define CTL_COMMAND_RECONFIGURE "reconfigure"
#define CTL_COMMAND_RELOAD      "reload"
#define CTL_COMMAND_CONFIG      "config"
#define CTL_COMMAND_CLIENT      "client"
#define CTL_COMMAND_RENEW       "renew"
#define CTL_COMMAND_RELEASE     "release"

#define CTL_SERVER4 "server4" /* program part of the socket's name */
#define CTL_SERVER6 "server6"
#define CTL_CLIENT4 "client4"
#define CTL_CLIENT6 "client6"

#endif /* DHCP4O6_CTL_SHAPES_H */
