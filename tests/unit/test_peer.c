/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is on the other port: real sockets of real users, a fake clock. Users
 * other than our own need root; without it those tests are skipped.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../lib/ipc/peer_lookup.h"
#include "dhcp4o6/ipc/peer.h"
#include "own_netns.h"
#include "skip.h"

#define STRANGER 65534 /* nobody */

static uint16_t port = 6767;

static struct mono_time at_ms(int64_t ms)
{
	return (struct mono_time){ .ns = ms * NS_PER_MS };
}

static struct ipc_peer *open_peer(void)
{
	uid_t uids[] = { getuid() };
	struct ipc_peer *peer = NULL;

	assert_int_equal(ipc_peer_open(&peer, IPC_HALF_V6, port, uids, 1), 0);
	return peer;
}

static int open_v4(void)
{
	int fd = ipc_link_socket(IPC_HALF_V4, port, 65536);

	assert_true(fd >= 0);
	return fd;
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_ino;
}

/* A process of another user that holds a socket until it is told to end. */
struct stranger {
	pid_t pid;
	int talk;
	uint64_t inode;
};

enum stranger_way {
	STRANGER_CONNECTED, /* like a half of ours */
	STRANGER_WILDCARD,  /* bound to [::], connected to nobody */
	STRANGER_DEVICE,    /* like a half, and bound to lo */
};

static int stranger_socket(enum stranger_way way)
{
	struct sockaddr_in6 addr = { .sin6_family = AF_INET6,
				     .sin6_port = htons((uint16_t)(port + 1)) };
	int fd;

	if (way == STRANGER_CONNECTED)
		return ipc_link_socket(IPC_HALF_V4, port, 65536);
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (way == STRANGER_DEVICE &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2))
		return -1;
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return -1;
	return fd;
}

static void stranger_main(int talk, enum stranger_way way)
{
	struct stat st;
	uint64_t inode = 0;
	char c;
	int fd;

	if (!setresgid(STRANGER, STRANGER, STRANGER) &&
	    !setresuid(STRANGER, STRANGER, STRANGER)) {
		fd = stranger_socket(way);
		if (fd >= 0 && !fstat(fd, &st))
			inode = st.st_ino;
	}
	if (write(talk, &inode, sizeof(inode)) == (ssize_t)sizeof(inode))
		(void)!read(talk, &c, 1);
	_exit(0);
}

static struct stranger start_stranger(enum stranger_way way)
{
	struct stranger s;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	s.pid = fork();
	assert_true(s.pid >= 0);
	if (s.pid == 0) {
		close(pair[0]);
		stranger_main(pair[1], way);
	}
	close(pair[1]);
	s.talk = pair[0];
	assert_int_equal(read(s.talk, &s.inode, sizeof(s.inode)),
			 sizeof(s.inode));
	assert_true(s.inode != 0);
	return s;
}

static void stop_stranger(struct stranger *s)
{
	close(s->talk);
	assert_int_equal(waitpid(s->pid, NULL, 0), s->pid);
}

static void expect_change(struct ipc_peer *peer, enum ipc_peer_state state)
{
	struct ipc_peer_info info;

	assert_true(ipc_peer_poll_change(peer, &info));
	assert_int_equal(info.state, state);
	assert_int_equal(info.error, 0);
	assert_false(ipc_peer_poll_change(peer, &info));
}

static void an_empty_port_is_down_and_said_once(void **state)
{
	struct ipc_peer *peer = open_peer();
	struct ipc_peer_info info;

	(void)state;
	assert_false(ipc_peer_poll_change(peer, &info));
	assert_int_equal(ipc_peer_check(peer, at_ms(1)), DROP_IPC_PEER_DOWN);
	expect_change(peer, IPC_PEER_DOWN);
	for (int64_t ms = 2; ms < 1000; ms++)
		assert_int_equal(ipc_peer_check(peer, at_ms(ms)),
				 DROP_IPC_PEER_DOWN);
	assert_false(ipc_peer_poll_change(peer, &info));
	ipc_peer_get_info(peer, &info);
	assert_int_equal(info.lookups, 10); /* one in 100 ms */
	ipc_peer_close(peer);
}

static void our_own_user_is_up_and_looked_at_each_second(void **state)
{
	struct ipc_peer *peer = open_peer();
	struct ipc_peer_info info;
	int fd = open_v4();

	(void)state;
	for (int64_t ms = 1; ms < 5000; ms += 10)
		assert_int_equal(ipc_peer_check(peer, at_ms(ms)), DROP_NONE);
	expect_change(peer, IPC_PEER_UP);
	ipc_peer_get_info(peer, &info);
	assert_int_equal(info.lookups, 5);
	assert_int_equal(info.uid, getuid());
	assert_true(info.inode == inode_of(fd));
	close(fd);
	ipc_peer_close(peer);
}

static void both_halves_find_each_other(void **state)
{
	uid_t uids[] = { getuid() };
	int v6 = ipc_link_socket(IPC_HALF_V6, port, 65536);
	struct ipc_peer *peer = NULL;
	struct ipc_peer_info info;

	(void)state;
	assert_true(v6 >= 0);
	assert_int_equal(ipc_peer_open(&peer, IPC_HALF_V4, port, uids, 1), 0);
	assert_int_equal(ipc_peer_check(peer, at_ms(1)), DROP_NONE);
	ipc_peer_get_info(peer, &info);
	assert_true(info.inode == inode_of(v6));
	close(v6);
	ipc_peer_close(peer);
}

static void a_peer_that_dies_and_returns_is_noticed(void **state)
{
	struct ipc_peer *peer = open_peer();
	int fd = open_v4();

	(void)state;
	assert_int_equal(ipc_peer_check(peer, at_ms(1)), DROP_NONE);
	expect_change(peer, IPC_PEER_UP);
	close(fd);
	assert_int_equal(ipc_peer_check(peer, at_ms(2)), DROP_NONE);
	ipc_peer_refused(peer, at_ms(3)); /* what the first send brings */
	assert_int_equal(ipc_peer_check(peer, at_ms(3)), DROP_IPC_PEER_DOWN);
	expect_change(peer, IPC_PEER_DOWN);
	fd = open_v4();
	assert_int_equal(ipc_peer_check(peer, at_ms(50)), DROP_IPC_PEER_DOWN);
	ipc_peer_heard(peer); /* it speaks first */
	assert_int_equal(ipc_peer_check(peer, at_ms(50)), DROP_NONE);
	expect_change(peer, IPC_PEER_UP);
	close(fd);
	ipc_peer_close(peer);
}

static void a_restart_between_two_looks_is_news(void **state)
{
	struct ipc_peer *peer = open_peer();
	int fd = open_v4();

	(void)state;
	assert_int_equal(ipc_peer_check(peer, at_ms(1)), DROP_NONE);
	expect_change(peer, IPC_PEER_UP);
	close(fd);
	fd = open_v4();
	assert_int_equal(ipc_peer_check(peer, at_ms(1002)), DROP_NONE);
	expect_change(peer, IPC_PEER_UP);
	close(fd);
	ipc_peer_close(peer);
}

static void an_old_refusal_changes_nothing_for_long(void **state)
{
	struct ipc_peer *peer = open_peer();
	struct ipc_peer_info info;
	int fd = open_v4();

	(void)state;
	assert_int_equal(ipc_peer_check(peer, at_ms(1)), DROP_NONE);
	expect_change(peer, IPC_PEER_UP);
	ipc_peer_refused(peer, at_ms(2));
	assert_int_equal(ipc_peer_check(peer, at_ms(2)), DROP_NONE);
	assert_false(ipc_peer_poll_change(peer, &info));
	close(fd);
	ipc_peer_close(peer);
}

static void refuse_way(enum stranger_way way)
{
	struct stranger s = start_stranger(way);
	struct ipc_peer *peer = open_peer();
	struct ipc_peer_info info;
	int fd;

	assert_int_equal(ipc_peer_check(peer, at_ms(1)), DROP_IPC_FOREIGN);
	ipc_peer_heard(peer); /* what it says does not make it better */
	assert_int_equal(ipc_peer_check(peer, at_ms(2)), DROP_IPC_FOREIGN);
	assert_true(ipc_peer_poll_change(peer, &info));
	assert_int_equal(info.state, IPC_PEER_FOREIGN);
	assert_int_equal(info.uid, STRANGER);
	assert_true(info.inode == s.inode);
	assert_int_equal(info.lookups, 1);
	stop_stranger(&s);
	fd = open_v4();
	assert_int_equal(ipc_peer_check(peer, at_ms(102)), DROP_NONE);
	expect_change(peer, IPC_PEER_UP);
	close(fd);
	ipc_peer_close(peer);
}

static void a_strangers_socket_is_refused_however_it_is_bound(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip_case("needs root, for other users");
	refuse_way(STRANGER_CONNECTED);
	refuse_way(STRANGER_WILDCARD);
	refuse_way(STRANGER_DEVICE);
}

static void a_stranger_in_the_place_of_a_dead_peer_is_refused(void **state)
{
	struct ipc_peer *peer;
	struct stranger s;
	int fd;

	(void)state;
	if (getuid() != 0)
		skip_case("needs root, for other users");
	peer = open_peer();
	fd = open_v4();
	assert_int_equal(ipc_peer_check(peer, at_ms(1)), DROP_NONE);
	close(fd);
	s = start_stranger(STRANGER_CONNECTED);
	assert_int_equal(ipc_peer_check(peer, at_ms(1001)), DROP_IPC_FOREIGN);
	stop_stranger(&s);
	ipc_peer_close(peer);
}

static void a_user_on_the_list_is_trusted(void **state)
{
	uid_t uids[] = { 4711, STRANGER };
	struct ipc_peer *peer = NULL;
	struct stranger s;

	(void)state;
	if (getuid() != 0)
		skip_case("needs root, for other users");
	s = start_stranger(STRANGER_CONNECTED);
	assert_int_equal(ipc_peer_open(&peer, IPC_HALF_V6, port, uids, 2), 0);
	assert_int_equal(ipc_peer_check(peer, at_ms(1)), DROP_NONE);
	stop_stranger(&s);
	ipc_peer_close(peer);
}

/* Exit code of a child that checks after it has given everything up. */
static int check_without_privileges(void)
{
	uid_t uids[] = { 0 };
	struct ipc_peer_info info;
	struct ipc_peer *peer;

	if (ipc_peer_open(&peer, IPC_HALF_V6, port, uids, 1))
		return 1;
	if (setresgid(STRANGER, STRANGER, STRANGER) ||
	    setresuid(STRANGER, STRANGER, STRANGER))
		return 2;
	if (ipc_peer_check(peer, at_ms(1)) != DROP_NONE)
		return 3;
	ipc_peer_get_info(peer, &info);
	return info.uid == 0 && info.inode ? 0 : 4;
}

static void the_check_works_without_privileges(void **state)
{
	int fd, status;
	pid_t pid;

	(void)state;
	if (getuid() != 0)
		skip_case("needs root, for other users");
	fd = open_v4();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(check_without_privileges());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
}

static bool suspect_all(const void *arg, uid_t uid)
{
	(void)arg;
	(void)uid;
	return true;
}

static void proc_and_sock_diag_agree(void **state)
{
	struct peer_ports ports = { port, (uint16_t)(port + 1) };
	struct peer_owner by_diag = { 0 }, by_proc = { 0 };
	int nl = socket(AF_NETLINK, SOCK_RAW, 4 /* NETLINK_SOCK_DIAG */);
	FILE *proc = fopen("/proc/net/udp6", "re");
	int err, fd;

	(void)state;
	assert_true(nl >= 0);
	assert_non_null(proc);
	assert_int_equal(
		peer_lookup_proc(proc, ports, suspect_all, NULL, &by_proc),
		-ENOENT);
	fd = open_v4();
	assert_int_equal(
		peer_lookup_proc(proc, ports, suspect_all, NULL, &by_proc), 0);
	assert_true(by_proc.inode == inode_of(fd));
	assert_int_equal(by_proc.uid, getuid());
	err = peer_lookup_diag(nl, ports, &by_diag);
	if (err == -ENOENT) {
		print_message("no udp_diag in this kernel\n");
	} else {
		assert_int_equal(err, 0);
		assert_true(by_diag.inode == by_proc.inode);
		assert_int_equal(by_diag.uid, by_proc.uid);
		assert_true(by_diag.cookie != 0);
	}
	close(fd);
	close(nl);
	fclose(proc);
}

/* The kernel prefers a connected socket to a bound one, bound to [::] last. */
static void proc_picks_the_socket_the_kernel_would(void **state)
{
	static const char text[] =
		"  sl  local_address remote_address st uid inode\n"
		" 1: 00000000000000000000000000000000:1A70 "
		"00000000000000000000000000000000:0000 07 00000000:00000000 "
		"00:00000000 00000000  1000        0 11 2 0 0\n"
		" 2: 00000000000000000000000001000000:1A70 "
		"00000000000000000000000001000000:1A6F 01 00000000:00000000 "
		"00:00000000 00000000    77        0 22 2 0 0\n"
		" 3: 00000000000000000000000001000000:1A70 "
		"00000000000000000000000000000000:0000 07 00000000:00000000 "
		"00:00000000 00000000  1001        0 33 2 0 0\n"
		" 4: 00000000000000000000000001000000:1A70 "
		"00000000000000000000000001000000:9999 01 00000000:00000000 "
		"00:00000000 00000000  1002        0 44 2 0 0\n"
		" 5: 000080FE00000000FF00000001000000:1A70 "
		"00000000000000000000000000000000:0000 07 00000000:00000000 "
		"00:00000000 00000000  1003        0 55 2 0 0\n"
		"rubbish\n";
	struct peer_ports ports = { 6767, 6768 };
	struct peer_owner owner = { 0 };
	char copy[sizeof(text)];
	FILE *proc;

	(void)state;
	if (htonl(1) == 1)
		skip_case("the addresses above are little-endian");
	memcpy(copy, text, sizeof(text));
	proc = fmemopen(copy, sizeof(text) - 1, "r");
	assert_non_null(proc);
	assert_int_equal(
		peer_lookup_proc(proc, ports, suspect_all, NULL, &owner), 0);
	assert_int_equal(owner.uid, 77);
	assert_int_equal(owner.inode, 22);
	fclose(proc);
}

static void arguments_that_make_no_sense_are_refused(void **state)
{
	uid_t uids[IPC_PEER_UIDS_MAX + 1] = { 0 };
	struct ipc_peer *peer;

	(void)state;
	assert_int_equal(ipc_peer_open(&peer, IPC_HALF_V6, 0, uids, 1),
			 -EINVAL);
	assert_int_equal(ipc_peer_open(&peer, IPC_HALF_V6, 65535, uids, 1),
			 -EINVAL);
	assert_int_equal(ipc_peer_open(&peer, IPC_HALF_V6, port, uids, 0),
			 -EINVAL);
	assert_int_equal(ipc_peer_open(&peer, IPC_HALF_V6, port, uids,
				       IPC_PEER_UIDS_MAX + 1),
			 -EINVAL);
	ipc_peer_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_port_is_down_and_said_once),
		cmocka_unit_test(our_own_user_is_up_and_looked_at_each_second),
		cmocka_unit_test(both_halves_find_each_other),
		cmocka_unit_test(a_peer_that_dies_and_returns_is_noticed),
		cmocka_unit_test(a_restart_between_two_looks_is_news),
		cmocka_unit_test(an_old_refusal_changes_nothing_for_long),
		cmocka_unit_test(
			a_strangers_socket_is_refused_however_it_is_bound),
		cmocka_unit_test(
			a_stranger_in_the_place_of_a_dead_peer_is_refused),
		cmocka_unit_test(a_user_on_the_list_is_trusted),
		cmocka_unit_test(the_check_works_without_privileges),
		cmocka_unit_test(proc_and_sock_diag_agree),
		cmocka_unit_test(proc_picks_the_socket_the_kernel_would),
		cmocka_unit_test(arguments_that_make_no_sense_are_refused),
	};

	if (own_netns_enter()) /* not root: hope for a free pair of ports */
		port = (uint16_t)(20000 + 2 * (getpid() % 20000));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
