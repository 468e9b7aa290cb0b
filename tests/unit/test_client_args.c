/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines of the clients: dhclient's flags, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../daemon/client/client_args.h"
#include "dhcp4o6/base/log.h"

#define WORDS_MAX 64

/* What a program printed, standard error and output alike. */
static char printed[16384];

/* Parses a line, cut at blanks; keeps what is printed. */
static int parse(const struct daemon_program *program, const char *line,
		 struct client_args *args)
{
	static char copy[1024], *words[WORDS_MAX + 1];
	int kept_out = dup(STDOUT_FILENO), kept_err = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	int count = 0, status;
	size_t n;

	snprintf(copy, sizeof(copy), "program %s", line);
	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
		words[count++] = w;
	assert_in_range(count, 1, WORDS_MAX);
	words[count] = NULL;
	assert_non_null(file);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	dup2(fileno(file), STDERR_FILENO);
	status = (int)client_args_parse(program, count, words, args);
	fflush(stdout);
	dup2(kept_out, STDOUT_FILENO);
	dup2(kept_err, STDERR_FILENO);
	close(kept_out);
	close(kept_err);
	rewind(file);
	n = fread(printed, 1, sizeof(printed) - 1, file);
	printed[n] = '\0';
	fclose(file);
	return status;
}

static int teardown(void **state)
{
	(void)state;
	unsetenv("PATH_DHCLIENT_CONF");
	unsetenv("PATH_DHCLIENT_DB");
	unsetenv("PATH_DHCLIENT_PID");
	unsetenv("PATH_DHCLIENT_SCRIPT");
	return 0;
}

static void the_lines_of_dhclient_users_are_understood(void **state)
{
	struct client_args args;

	(void)state;
	assert_int_equal(parse(&client_program6,
			       "-d -v -6 -4o6 6767 -lf leases6 -pf pid6 eth1",
			       &args),
			 DAEMON_EXIT_NONE);
	assert_true(args.common.foreground);
	assert_true(args.common.log_to_stderr);
	assert_int_equal(args.common.log_level, LOG_LEVEL_INFO);
	assert_int_equal(args.common.port, 6767);
	assert_string_equal(args.common.lease_file, "leases6");
	assert_string_equal(args.common.pid_file, "pid6");
	assert_int_equal(args.common.interface_count, 1);
	assert_string_equal(args.common.interfaces[0], "eth1");
	assert_int_equal(args.na_count, 1);
	assert_int_equal(args.pd_count, 0);
	assert_string_equal(printed, "");
	assert_int_equal(parse(&client_program4,
			       "-d -v -4 -4o6 6800 -lf leases4 -pf pid4 eth1",
			       &args),
			 DAEMON_EXIT_NONE);
	assert_int_equal(args.common.port, 6800);
	assert_string_equal(args.common.conf_file, client_program4.conf_file);
}

static void every_flag_has_its_effect(void **state)
{
	struct client_args args;

	(void)state;
	assert_int_equal(
		parse(&client_program6,
		      "-cf c -df d -sf s --no-pid -q -x -1 -nw -w -D LL -e A=b "
		      "--env _C2=x=y -N -N -P -R --prefix-len-hint 56 "
		      "--address-prefix-len 64 --dad-wait-time 3 "
		      "--decline-wait-time 0 --timeout 7 -user u -group g "
		      "--log-level debug --run-dir r -t e0",
		      &args),
		DAEMON_EXIT_NONE);
	assert_string_equal(args.common.conf_file, "c");
	assert_string_equal(args.duid_file, "d");
	assert_string_equal(client_args_script(&args, "conf"), "s");
	assert_null(args.common.pid_file);
	assert_true(args.common.quiet);
	assert_int_equal(args.task, CLIENT_TASK_STOP);
	assert_true(args.one_try);
	assert_true(args.waits_not);
	assert_true(args.waits_for_link);
	assert_true(args.has_duid_type);
	assert_int_equal(args.duid_type, CLIENT_DUID_LL);
	assert_int_equal(args.env_count, 2);
	assert_string_equal(args.env[0], "A=b");
	assert_string_equal(args.env[1], "_C2=x=y");
	assert_int_equal(args.na_count, 2);
	assert_int_equal(args.pd_count, 1);
	assert_true(args.require_all);
	assert_int_equal(args.prefix_hint, 56);
	assert_int_equal(args.addr_len, 64);
	assert_int_equal(args.dad_wait_s, 3);
	assert_int_equal(args.decline_wait, 0);
	assert_int_equal(args.timeout_s, 7);
	assert_string_equal(args.common.user, "u");
	assert_string_equal(args.common.group, "g");
	assert_int_equal(args.common.log_level, LOG_LEVEL_DEBUG);
	assert_string_equal(args.common.run_dir, "r");
	assert_true(args.common.test_config);
	assert_string_equal(printed, "");
}

static void stateless_asks_for_no_address(void **state)
{
	struct client_args args;

	(void)state;
	assert_int_equal(parse(&client_program6, "-S e0", &args),
			 DAEMON_EXIT_NONE);
	assert_true(args.stateless);
	assert_int_equal(args.na_count + args.pd_count, 0);
	assert_int_equal(parse(&client_program6, "-P e0", &args),
			 DAEMON_EXIT_NONE);
	assert_int_equal(args.na_count, 0);
	assert_int_equal(args.pd_count, 1);
}

static const struct {
	const struct daemon_program *program;
	const char *line;
	const char *says;
} wrong_lines[] = {
	{ &client_program4, "-6 e0", "-6 is served by dhcp4o6-client6" },
	{ &client_program6, "-4 e0", "-4 is served by dhcp4o6-client4" },
	{ &client_program4, "", "names no interface" },
	{ &client_program6, "-d", "names no interface" },
	{ &client_program4, "e0 e1", "e1: one interface only" },
	{ &client_program6, "-P e0 e1", "e1: with -P one interface" },
	{ &client_program6, "e0 e1 e0", "e0: named twice" },
	{ &client_program6, "a/b", "a/b: no name of an interface" },
	{ &client_program6, "sixteen-octets-x",
	  "sixteen-octets-x: no name of an interface" },
	{ &client_program6, "a b c d e f g h i j k l m n o p q",
	  "q: too many interfaces" },
	{ &client_program4, "-S e0", "-S is a flag of dhcp4o6-client6" },
	{ &client_program4, "-N e0", "-N is a flag of dhcp4o6-client6" },
	{ &client_program4, "--prefix-len-hint 8 e0",
	  "prefix-len-hint is a flag of dhcp4o6-client6" },
	{ &client_program6, "-i e0", "-i is a flag of dhcp4o6-client4" },
	{ &client_program6, "-T e0", "-T: IA_TA is no more" },
	{ &client_program6, "-g 192.0.2.1 e0", "-g: not supported" },
	{ &client_program6, "-s 192.0.2.1 e0", "-s: not supported" },
	{ &client_program6, "-p 546 e0", "-p: not supported" },
	{ &client_program4, "-I e0", "-I: not supported" },
	{ &client_program4, "-n", "-n: without an interface" },
	{ &client_program4, "-tf f e0", "-tf: not supported" },
	{ &client_program4, "-play f e0", "-play: not supported" },
	{ &client_program4, "-D XY e0", "-D: expects LL or LLT" },
	{ &client_program4, "-4o6 65535 e0", "from 1 to 65534" },
	{ &client_program4, "-4o6 -1 e0", "from 1 to 65534" },
	{ &client_program4, "-4o6 6767x e0", "from 1 to 65534" },
	{ &client_program4, "--timeout 0 e0", "from 1 to 86400" },
	{ &client_program6, "--prefix-len-hint 129 e0", "from 1 to 128" },
	{ &client_program4, "-e novalue e0", "expects VAR=val" },
	{ &client_program4, "-e =x e0", "expects VAR=val" },
	{ &client_program4, "-e 1A=x e0", "expects VAR=val" },
	{ &client_program4, "-e A-B=x e0", "expects VAR=val" },
	{ &client_program4, "-r -x e0", "exclude each other" },
	{ &client_program6, "-S -N e0", "-S excludes -N and -P" },
	{ &client_program6, "-N -N -N -N -N -N -N -N -N e0",
	  "-N: given too often" },
	{ &client_program6, "-N -N -N -N -P -P -P -P -P e0",
	  "-N and -P are given too often" },
	{ &client_program4, "--no-script -sf s e0",
	  "--no-script excludes -sf" },
	{ &client_program4, "-group g e0", "-group needs -user" },
	{ &client_program4, "-lf", "requires an argument" },
	{ &client_program4, "--nonsense e0", "unrecognized option" },
};

/* What is no success says why, in one line, and names the flag. */
static void what_is_wrong_is_named_and_exits_with_64(void **state)
{
	struct client_args args;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong_lines) / sizeof(wrong_lines[0]); i++) {
		if (parse(wrong_lines[i].program, wrong_lines[i].line, &args) !=
			    DAEMON_EXIT_CLIENT_USAGE ||
		    !strstr(printed, wrong_lines[i].says))
			fail_msg("%s: %s", wrong_lines[i].line, printed);
	}
	assert_int_equal(DAEMON_EXIT_CLIENT_USAGE, 64);
	assert_int_equal(DAEMON_EXIT_NO_LEASE, 2);
}

static void help_lists_what_the_program_has_and_no_more(void **state)
{
	struct client_args args;

	(void)state;
	assert_int_equal(parse(&client_program4, "--help", &args),
			 DAEMON_EXIT_OK);
	assert_non_null(strstr(printed, "usage: dhcp4o6-client4 [flags] "
					"INTERFACE\n"));
	assert_non_null(strstr(printed, "-sf, --script FILE"));
	assert_non_null(strstr(printed, "-i, --duid-client-id"));
	assert_null(strstr(printed, "--stateless"));
	assert_null(strstr(printed, "-bpf"));
	assert_non_null(strstr(printed, client_program4.lease_file));
	assert_int_equal(parse(&client_program6, "-h", &args), DAEMON_EXIT_OK);
	assert_non_null(strstr(printed, "INTERFACE ...\n"));
	assert_non_null(strstr(printed, "-S, --stateless"));
	assert_null(strstr(printed, "--duid-client-id"));
	assert_int_equal(parse(&client_program6, "--version", &args),
			 DAEMON_EXIT_OK);
	assert_int_equal(strncmp(printed, "dhcp4o6-client6 ", 16), 0);
}

static void the_environment_counts_where_no_flag_does(void **state)
{
	struct client_args args;

	(void)state;
	setenv("PATH_DHCLIENT_CONF", "ec", 1);
	setenv("PATH_DHCLIENT_DB", "el", 1);
	setenv("PATH_DHCLIENT_PID", "ep", 1);
	setenv("PATH_DHCLIENT_SCRIPT", "es", 1);
	parse(&client_program4, "e0", &args);
	assert_string_equal(args.common.conf_file, "ec");
	assert_string_equal(args.common.lease_file, "el");
	assert_string_equal(args.common.pid_file, "ep");
	assert_string_equal(client_args_script(&args, NULL), "es");
	assert_string_equal(client_args_script(&args, "conf"), "conf");
	parse(&client_program4, "-cf c -lf l --no-pid -sf s e0", &args);
	assert_string_equal(args.common.conf_file, "c");
	assert_string_equal(args.common.lease_file, "l");
	assert_null(args.common.pid_file);
	assert_string_equal(client_args_script(&args, "conf"), "s");
	parse(&client_program4, "--no-script e0", &args);
	assert_null(client_args_script(&args, "conf"));
	/* An empty one says nothing. */
	setenv("PATH_DHCLIENT_CONF", "", 1);
	parse(&client_program4, "e0", &args);
	assert_string_equal(args.common.conf_file, client_program4.conf_file);
}

static void a_variable_given_twice_has_its_last_value(void **state)
{
	char line[1024] = "";
	struct client_args args;
	int i;

	(void)state;
	assert_int_equal(
		parse(&client_program4, "-e A=1 -e AB=2 -e A=3 e0", &args),
		DAEMON_EXIT_NONE);
	assert_int_equal(args.env_count, 2);
	assert_string_equal(args.env[0], "A=3");
	assert_string_equal(args.env[1], "AB=2");
	for (i = 0; i < 17; i++)
		snprintf(line + strlen(line), sizeof(line) - strlen(line),
			 "-e A%d=1 ", i);
	strcat(line, "e0");
	assert_int_equal(parse(&client_program4, line, &args),
			 DAEMON_EXIT_NONE);
	assert_int_equal(args.env_count, 17);
}

static void values_of_variables_stay_in_their_line(void **state)
{
	char text[CLIENT_ARG_ENV_LEN + 2];

	(void)state;
	assert_true(client_env_is_sound("A=b c;$(d)"));
	assert_true(client_env_is_sound("A="));
	assert_false(client_env_is_sound("A=b\nc"));
	assert_false(client_env_is_sound("A=b\r"));
	assert_false(client_env_is_sound("A"));
	assert_false(client_env_is_sound(""));
	memset(text, 'x', sizeof(text));
	text[1] = '=';
	text[CLIENT_ARG_ENV_LEN] = '\0';
	assert_true(client_env_is_sound(text));
	text[CLIENT_ARG_ENV_LEN] = 'x';
	text[CLIENT_ARG_ENV_LEN + 1] = '\0';
	assert_false(client_env_is_sound(text));
}

int main(void)
{
#define ROW(test) cmocka_unit_test_teardown(test, teardown)
	const struct CMUnitTest tests[] = {
		ROW(the_lines_of_dhclient_users_are_understood),
		ROW(every_flag_has_its_effect),
		ROW(stateless_asks_for_no_address),
		ROW(what_is_wrong_is_named_and_exits_with_64),
		ROW(help_lists_what_the_program_has_and_no_more),
		ROW(the_environment_counts_where_no_flag_does),
		ROW(a_variable_given_twice_has_its_last_value),
		ROW(values_of_variables_stay_in_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
