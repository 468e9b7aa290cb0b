# SPDX-License-Identifier: BSD-2-Clause
"""DHCPv4-over-DHCPv6 clients: an endpoint on UDP, and many at once on it."""

import select
import socket
import struct
import time

import dhcp

ALL_AGENTS = "ff02::1:2"
SO_RCVBUFFORCE = 33
IPV6_RECVPKTINFO = getattr(socket, "IPV6_RECVPKTINFO", 49)
IPV6_PKTINFO = getattr(socket, "IPV6_PKTINFO", 50)


class Endpoint:
    """A UDP port on one interface that picks its source per datagram."""

    def __init__(self, ns, ifname, port=546, join=()):
        self.index = ns.ifindex(ifname)
        self.socket = ns.socket(socket.AF_INET6, socket.SOCK_DGRAM, 0)
        s = self.socket
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                     ifname.encode())
        s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
        for group in join:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                         dhcp.ip6(group) + struct.pack("@I", self.index))
        s.bind(("::", port))
        s.setblocking(False)

    def fileno(self):
        return self.socket.fileno()

    def send(self, payload, to=ALL_AGENTS, port=547, source=None):
        scope = self.index if to.startswith(("fe80", "ff02")) else 0
        control = []
        if source is not None:
            control = [(socket.IPPROTO_IPV6, IPV6_PKTINFO,
                        dhcp.ip6(source) + struct.pack("@I", self.index))]
        self.socket.sendmsg([payload], control, 0, (to, port, 0, scope))

    def receive(self, timeout_s=1.0):
        """(payload, (source, port), destination), or None in time."""
        ready, _, _ = select.select([self], [], [], max(0.0, timeout_s))
        if not ready:
            return None
        data, control, _, peer = self.socket.recvmsg(65535, 256)
        to = None
        for level, kind, body in control:
            if (level, kind) == (socket.IPPROTO_IPV6, IPV6_PKTINFO):
                to = socket.inet_ntop(socket.AF_INET6, body[:16])
        return data, (peer[0].split("%")[0], peer[1]), to

    def drain(self):
        while self.receive(0) is not None:
            pass

    def close(self):
        self.socket.close()


class Client:
    """One DHCPv4 client with its own MAC address and client identifier."""

    def __init__(self, number, with_client_id=True):
        self.number = number
        self.mac = "02:64:%02x:%02x:%02x:%02x" % tuple(
            number.to_bytes(4, "big"))
        self.client_id = b"\x01" + bytes.fromhex(self.mac.replace(":", ""))
        self.options = [(61, self.client_id)] if with_client_id else []
        self.xid = 0x40000000 + number
        self.offer = None
        self.lease = None  # the V4 of the ACK
        self.naks = 0

    def __repr__(self):
        return f"client {self.number}"

    def discover(self):
        return dhcp.V4(dhcp.DISCOVER, self.xid, self.mac,
                       self.options + [(55, bytes([1, 3, 6, 51, 54]))])

    def request(self):
        """Selecting: the address and server of the offer."""
        return dhcp.V4(dhcp.REQUEST, self.xid, self.mac, self.options + [
            (50, dhcp.ip4(self.offer.yiaddr)), (54, self.offer.get(54))])

    def renew(self):
        return dhcp.V4(dhcp.REQUEST, self.xid, self.mac, self.options,
                       ciaddr=self.lease.yiaddr)

    def rebooted(self, address):
        """INIT-REBOOT (RFC 2131 section 4.3.2)."""
        return dhcp.V4(dhcp.REQUEST, self.xid, self.mac, self.options + [
            (50, dhcp.ip4(address))])

    def release(self):
        return dhcp.V4(dhcp.RELEASE, self.xid, self.mac, self.options + [
            (54, self.lease.get(54))], ciaddr=self.lease.yiaddr)

    @property
    def address(self):
        return self.lease.yiaddr if self.lease else None

    def next_query(self):
        """What the client says next, or None: it has its lease."""
        if self.lease:
            return None
        return self.request() if self.offer else self.discover()

    def take(self, v4):
        """An answer with our transaction id; stale ones change nothing."""
        if v4.kind == dhcp.OFFER and not self.offer:
            self.offer = v4
        elif v4.kind == dhcp.ACK and self.offer and not self.lease:
            self.lease = v4
        elif v4.kind == dhcp.NAK and not self.lease:
            self.naks += 1
            self.offer = None


def default_send(endpoint):
    return lambda client, v4: endpoint.send(dhcp.query(v4))


def acquire(endpoint, clients, timeout_s=10.0, window=32, retry_s=0.5,
            send=None, unwrap=dhcp.response):
    """DISCOVER to ACK for all clients, window of them at a time.

    Returns those that have no lease when the time is over. Queries are
    repeated after retry_s, as a client does that lost an answer.
    """
    send = send or default_send(endpoint)
    by_xid = {c.xid: c for c in clients}
    waiting, active = list(reversed(clients)), {}
    end = time.monotonic() + timeout_s
    while (waiting or active) and time.monotonic() < end:
        now = time.monotonic()
        while waiting and len(active) < window:
            active[waiting.pop().xid] = 0.0
        for xid, last in active.items():
            if now - last >= retry_s:
                send(by_xid[xid], by_xid[xid].next_query())
                active[xid] = now
        got = endpoint.receive(0.02)
        while got is not None:
            _, v4 = unwrap(got[0])
            client = by_xid.get(v4.xid)
            if client and v4.xid in active:
                before = (client.offer, client.lease, client.naks)
                client.take(v4)
                if client.lease:
                    del active[v4.xid]
                elif before != (client.offer, client.lease, client.naks):
                    send(client, client.next_query())
                    active[v4.xid] = time.monotonic()
            got = endpoint.receive(0)
    return [c for c in clients if not c.lease]


def exchange(endpoint, v4, timeout_s=1.0, tries=3, flags=0, **kwargs):
    """The answer (by transaction id) to a query sent up to tries times."""
    for _ in range(tries):
        endpoint.send(dhcp.query(v4, flags), **kwargs)
        answer = answer_to(endpoint, v4.xid, timeout_s)
        if answer is not None:
            return answer
    return None


def answer_to(endpoint, xid, timeout_s):
    end = time.monotonic() + timeout_s
    while True:
        got = endpoint.receive(end - time.monotonic())
        if got is None:
            return None
        _, v4 = dhcp.response(got[0])
        if v4.xid == xid:
            return v4
