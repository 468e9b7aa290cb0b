/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drop_reason - why a packet got no answer. One list for decoders, logs,
 * `dhcp4o6ctl stats`, metrics, tests and the manual: adding a row here is all
 * it takes. Columns: enum suffix, name shown to people, explanation.
 */
#ifndef DHCP4O6_WIRE_DROP_REASON_H
#define DHCP4O6_WIRE_DROP_REASON_H

/* clang-format off */
#define DROP_REASON_TABLE(ROW)                                                                                         \
	/* Frames from AF_XDP: all that the kernel would have checked. */                                              \
	ROW(FRAME_TRUNCATED, "frame-truncated", "headers run past the end of the frame")                              \
	ROW(FRAME_ETHERTYPE, "frame-ethertype", "not IPv6 behind at most two VLAN tags")                              \
	ROW(FRAME_VLAN, "frame-vlan", "the interface, or the one behind the VLAN tags, is not served")                 \
	ROW(FRAME_VERSION, "frame-version", "IP version is not 6")                                                    \
	ROW(FRAME_NOT_UDP, "frame-not-udp", "IPv6 next header is not UDP")                                            \
	ROW(FRAME_LENGTH, "frame-length", "IPv6 or UDP length disagrees with the frame")                              \
	ROW(FRAME_PORT, "frame-port", "UDP destination port is not 547")                                              \
	ROW(FRAME_DESTINATION, "frame-destination", "destination is not an address of this host")                     \
	ROW(FRAME_SOURCE, "frame-source", "source is unspecified, multicast, loopback or IPv4-mapped, or its MAC a group") \
	ROW(FRAME_CHECKSUM, "frame-checksum", "UDP checksum is wrong or missing")                                     \
	/* ARP, to a client that looks for conflicts. */                                                               \
	ROW(ARP_SHORT, "arp-short", "ARP packet shorter than one of IPv4 on Ethernet")                                 \
	ROW(ARP_KIND, "arp-kind", "ARP packet that is no request and no reply about IPv4 on Ethernet")                 \
	/* DHCPv6 envelope */                                                                                          \
	ROW(DHCP6_SHORT, "dhcp6-short", "DHCPv6 message shorter than its header")                                     \
	ROW(DHCP6_OPTION_OVERRUN, "dhcp6-option-overrun", "DHCPv6 option header or body runs past its area")           \
	ROW(DHCP6_OPTION_LENGTH, "dhcp6-option-length", "DHCPv6 option with a length its definition forbids")         \
	ROW(DHCP6_TYPE, "dhcp6-type", "DHCPv6 message type that is not taken here")                              \
	ROW(DHCP6_NOT_SERVED, "dhcp6-not-served", "DHCPv6 message that is not DHCPv4-over-DHCPv6")                     \
	ROW(DHCP6_REPEATED, "dhcp6-repeated-option", "DHCPv6 option twice that may be there once")                   \
	ROW(DHCP6_BOUNDS, "dhcp6-bounds", "more IAs, addresses or options than one message may have")                \
	ROW(DHCP6_PREFIX_LENGTH, "dhcp6-prefix-length", "IA Prefix of more than 128 bits")                           \
	ROW(DHCP6_NO_CLIENT_ID, "dhcp6-no-client-id", "message that must name its client does not")                  \
	ROW(DHCP6_NO_SERVER_ID, "dhcp6-no-server-id", "message that must name a server does not")                    \
	ROW(DHCP6_SERVER_ID, "dhcp6-server-id", "message that must not name a server does")                          \
	ROW(DHCP6_STATELESS_IA, "dhcp6-stateless-ia", "INFORMATION-REQUEST with an IA")                              \
	ROW(DHCP6_UNICAST, "dhcp6-unicast", "DHCPv6 message of a client to an address of this host")                 \
	ROW(DHCP6_BUSY, "dhcp6-busy", "more DHCPv6 messages came than are decided in a turn of a flood")              \
	/* Messages of servers, to a client. */                                                                        \
	ROW(DHCP6_XID, "dhcp6-xid", "answer to no message that is waiting for one")                                    \
	ROW(DHCP6_CLIENT_ID, "dhcp6-client-id", "message for another client")                                          \
	ROW(DHCP6_UNEXPECTED, "dhcp6-unexpected", "message that the client has no use for as things are")              \
	ROW(DHCP6_NO_RAPID_COMMIT, "dhcp6-no-rapid-commit", "REPLY to a SOLICIT without Rapid Commit")                 \
	ROW(DHCP6_NO_LEASE, "dhcp6-no-lease", "ADVERTISE or REPLY with nothing in it that was asked for")              \
	ROW(DHCP6_STATUS, "dhcp6-status", "REPLY with a status that gives nothing")                                    \
	ROW(DHCP6_RECONFIGURE, "dhcp6-reconfigure", "RECONFIGURE that asks for none of the three messages it may")     \
	ROW(DHCP6_AUTH, "dhcp6-auth", "RECONFIGURE that does not prove to be from the server in use")                  \
	ROW(DHCP6_REPLAY, "dhcp6-replay", "RECONFIGURE that was sent before")                                          \
	ROW(SERVER_DUID, "server-duid", "the DUID of the server is not on disk yet")                                  \
	ROW(RELAY_SHORT, "relay-short", "RELAY-FORW shorter than its header")                                         \
	ROW(RELAY_NO_MESSAGE, "relay-no-message", "RELAY-FORW without a Relay Message option")                        \
	ROW(RELAY_TWO_MESSAGES, "relay-two-messages", "RELAY-FORW with more than one Relay Message option")            \
	ROW(RELAY_DEPTH, "relay-depth", "more relay levels, relay options or a higher hop count than the limit")      \
	ROW(RELAY_REPEATED, "relay-repeated-option", "RELAY-FORW with an option twice that may be there once")        \
	ROW(RELAY_REPLY, "relay-reply", "RELAY-REPL sent to a server")                                                \
	ROW(QUERY_NO_DHCPV4, "query-no-dhcpv4", "DHCPV4-QUERY without a DHCPv4 Message option")                       \
	ROW(QUERY_TWO_DHCPV4, "query-two-dhcpv4", "DHCPV4-QUERY with more than one DHCPv4 Message option")             \
	/* DHCPv4 message */                                                                                           \
	ROW(DHCP4_SHORT, "dhcp4-short", "DHCPv4 message shorter than its fixed part")                                 \
	ROW(DHCP4_OP, "dhcp4-op", "op is not that of a message to the receiver")                                       \
	ROW(DHCP4_HLEN, "dhcp4-hlen", "hardware address longer than 16 octets")                                       \
	ROW(DHCP4_COOKIE, "dhcp4-cookie", "magic cookie is missing or wrong")                                         \
	ROW(DHCP4_OPTION_OVERRUN, "dhcp4-option-overrun", "DHCPv4 option runs past its area")                          \
	ROW(DHCP4_OPTION_LENGTH, "dhcp4-option-length", "DHCPv4 option with a length its definition forbids")          \
	ROW(DHCP4_NO_TYPE, "dhcp4-no-type", "no DHCP Message Type option")                                            \
	ROW(DHCP4_TYPE, "dhcp4-type", "DHCP message type that the receiver does not take")                             \
	ROW(DHCP4_NO_CLIENT, "dhcp4-no-client", "neither hardware address nor client identifier")                     \
	/* Between the halves */                                                                                       \
	ROW(IPC_SHORT, "ipc-short", "datagram from the other half shorter than its header")                           \
	ROW(IPC_DIALECT, "ipc-dialect", "datagram from the other half in no known dialect")                           \
	ROW(IPC_INTERFACE, "ipc-interface", "the other half names an interface that is not here")                     \
	ROW(IPC_FOREIGN, "ipc-foreign", "the other port belongs to a user that is not trusted")                       \
	ROW(IPC_PEER_DOWN, "ipc-peer-down", "the other half is not running")                                          \
	ROW(IPC_WINDOW, "ipc-window", "too many queries are waiting for the other half")                              \
	ROW(IPC_TRUNCATED, "ipc-truncated", "datagram does not fit its buffer or its dialect")                        \
	ROW(IPC_RESPONSE, "ipc-response", "answer of the other half is no DHCPV4-RESPONSE")                           \
	/* Decisions of the DHCPv4 server */                                                                           \
	ROW(NO_SUBNET, "no-subnet", "no subnet for the link the query came from")                                     \
	ROW(OTHER_SERVER, "other-server", "message names another server")                                             \
	ROW(UNKNOWN_BINDING, "unknown-binding", "no record of the client, and not authoritative")                     \
	ROW(NOT_AUTHORITATIVE, "not-authoritative", "an answer needs `authoritative'")                                \
	ROW(WRONG_LINK, "wrong-link", "RENEWING client is on another link than its address")                          \
	ROW(POOL_EXHAUSTED, "pool-exhausted", "no free address that the client may use")                              \
	ROW(CLIENT_DENIED, "client-denied", "pools exist, but none permits this client")                              \
	ROW(CLIENT_LEASES, "client-leases", "the client has had too many addresses")                                  \
	ROW(CLASS_LIMIT, "class-limit", "the client's classes have a `lease limit', and all of them have reached it")    \
	ROW(LEASES_MAX, "leases-max", "no more leases are kept than `leases-max' says")                                \
	ROW(MIN_SECS, "min-secs", "DISCOVER of a client that waits less than `min-secs'")                             \
	ROW(BOOTING_DENIED, "booting-denied", "`deny booting' where the client is")                                   \
	ROW(UNKNOWN_CLIENT, "unknown-client", "`deny unknown-clients', and no host declaration for the client")        \
	ROW(DECLINE_IGNORED, "decline-ignored", "DECLINE where `deny declines' is in force")                           \
	ROW(NO_ADDRESS_NAMED, "no-address-named", "message names no address although it has to")                      \
	ROW(NOT_OWNER, "not-owner", "RELEASE or DECLINE of an address the client does not hold")                      \
	ROW(STORE_FAILED, "store-failed", "the lease could not be written")                                           \
	ROW(STORE_BUSY, "store-busy", "too many lease changes are waiting for the disk")                              \
	ROW(REPLY_TOO_LONG, "reply-too-long", "answer does not fit into a datagram")                                  \
	/* Decisions of the DHCPv4 client */                                                                           \
	ROW(OTHER_XID, "other-xid", "answer of a DHCPv4 server to another transaction")                                \
	ROW(OTHER_CHADDR, "other-chaddr", "answer of a DHCPv4 server for another hardware address")                    \
	ROW(OTHER_CLIENT_ID, "other-client-id", "answer of a DHCPv4 server with another client identifier")            \
	ROW(SERVER_REJECTED, "server-rejected", "answer of a server that `reject' names")                              \
	ROW(NOT_AWAITED, "not-awaited", "answer of a DHCPv4 server that nothing waits for")                            \
	ROW(OTHER_ADDRESS, "other-address", "ACK for another address than was asked for")                              \
	ROW(BAD_ADDRESS, "bad-address", "OFFER or ACK of an address that no host can have")                            \
	ROW(NO_LEASE_TIME, "no-lease-time", "OFFER or ACK without a lease time")                                       \
	ROW(LEASE_OVER, "lease-over", "ACK of a lease that ran out before it came")                                    \
	ROW(MISSING_OPTION, "missing-option", "OFFER or ACK without an option that must be there")                     \
	ROW(OFFER_NOT_TAKEN, "offer-not-taken", "OFFER that is no better than one before")                             \
	/* Between network and a client's half */                                                                      \
	ROW(NO_SERVERS, "no-servers", "DHCPV4-QUERY or DHCPV4-RESPONSE while no DHCPv6 server gives option 88")        \
	ROW(SERVER_ADDRESS, "server-address", "option 88 has an address that no server can have")                      \
	ROW(NO_SOURCE, "no-source", "the interface has no usable address of the scope of the destination")             \
	ROW(LINK_DOWN, "link-down", "the interface is down, or has no link-local address")                             \
	ROW(OTHER_SOURCE, "other-source", "DHCPV4-RESPONSE from an address that option 88 does not have")              \
	/* Sending */                                                                                                  \
	ROW(SEND_FAILED, "send-failed", "the kernel refused to send it")                                      \
	ROW(NO_MEMORY, "no-memory", "memory ran out or a table is full")

enum drop_reason {
	DROP_NONE, /* not dropped */
#define DROP_REASON_ENUM(suffix, name, text) DROP_##suffix,
	DROP_REASON_TABLE(DROP_REASON_ENUM)
#undef DROP_REASON_ENUM
	DROP_REASON_COUNT,
};
/* clang-format on */

/* "none" for DROP_NONE, "unknown" outside the table; never NULL. */
const char *drop_reason_name(enum drop_reason reason);
const char *drop_reason_text(enum drop_reason reason);

#endif /* DHCP4O6_WIRE_DROP_REASON_H */
