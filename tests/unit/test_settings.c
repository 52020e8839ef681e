/* test_settings.c - settings.h
 * SPDX-License-Identifier: ISC */
#include "settings.h"

#include "manifest_put.h"
#include "settings_read.h"
#include "tap.h"

static bool is_usual(void)
{
	return settings.sendfile == SENDFILE_NONE && settings.open == 0 &&
	       settings.delete_allowed == 1 && settings.read_only == 0 && settings.durable == 1 &&
	       settings.threads == 16 && settings.manifest_limit == 4 << 20 &&
	       settings.manifest_depth == 32 && settings.manifest_descriptors == 4096 &&
	       settings.blob_limit == 0 && settings.reserve == 64 << 20 &&
	       settings.lock_wait == 10 &&
	       settings.upload_expiry == 7 * 86400 && settings.upload_sessions == 1000 &&
	       settings.sparse == SPARSE_INDEX && !settings.warning &&
	       settings.storage[0] == '/' && settings.remote_user == 0 && settings.tokens == 0 &&
	       settings.token_lifetime == 300;
}

static void test_files(void)
{
	static const struct {
		const char *text;
		bool good;
		unsigned line, threads;
	} cases[] = {
		{ "", true, 0, 16 },
		{ "\n\n", true, 0, 16 },
		{ "# threads = 3\n", true, 0, 16 },
		{ "  \t # threads = 3\n", true, 0, 16 },
		{ "threads=3", true, 0, 3 },
		{ "threads = 3\n", true, 0, 3 },
		{ " \tthreads\t =\t3 \t\r\n", true, 0, 3 },
		{ "threads = 3\r\n\r\nopen = yes\r\n", true, 0, 3 },
		{ "threads = 3\nthreads = 4\n", true, 0, 4 },
		{ "threads\n", false, 1, 0 },
		{ "\nthreads 3\n", false, 2, 0 },
		{ "threads = 3 threads = 4\n", false, 1, 0 },
		{ "= 3\n", false, 1, 0 },
		{ "=\n", false, 1, 0 },
		{ "threads =\n", false, 1, 0 },
		{ "Threads = 3\n", false, 1, 0 },
		{ "thread = 3\n", false, 1, 0 },
		{ "threadss = 3\n", false, 1, 0 },
		{ "config = /etc/passwd\n", false, 1, 0 },
		{ "open = yes\n\n# x\nnonsense = 1\n", false, 4, 0 },
		{ "[hythe]\nthreads = 3\n", false, 1, 0 },
		{ "threads = 3\nopen = \x1b[2J\n", false, 2, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool good = read_text(cases[i].text, NULL);

		is_number(good, cases[i].good, "file");
		if (good)
			is_number((long long)settings.threads, cases[i].threads, "its threads");
		else
			ok(strstr(said, arena_printf(&arena, "%s/conf:%u: ", scratch_path,
						     cases[i].line)) && !strchr(said, '\x1b'),
			   "said of line %u: %s", cases[i].line, strchr(said, ':'));
	}
	ok(read_text("", NULL) && is_usual(), "an empty file is what is usual");
	ok(!read_text("a = 1\nthreads = 0\nb = 2\nthreads = 5\n", NULL), "many faults");
	ok(strstr(said, "conf:1:") && strstr(said, "conf:2:") && strstr(said, "conf:3:") &&
	   !strstr(said, "conf:4:"), "each of them is said");
}

static void test_storage(void)
{
	char path[1100] = "storage = /", *start = path + strlen("storage = ");

	ok(read_text("storage = /srv/a b\n", NULL), "a storage root with a space");
	is_text(settings.storage, "/srv/a b", "is read");
	ok(read_text("storage = /srv/a=b\n", NULL), "one with an equals sign");
	is_text(settings.storage, "/srv/a=b", "is read");
	memset(start + 1, 'x', 1022);
	ok(read_text(path, NULL), "1,023 bytes");
	is_text(settings.storage, start, "are read");
	start[1023] = 'x';
	ok(!read_text(path, NULL), "1,024 bytes are too many");
}

static void test_warning(void)
{
	char text[1100] = "warning = ", *start = text + strlen(text);

	ok(read_text("warning = the \"disk\" is = 90% full; \\o/ ~\n", NULL), "a warning");
	is_text(settings.warning, "the \"disk\" is = 90% full; \\o/ ~", "is kept as it stands");
	ok(read_text("warning = one\n", "HYTHE_WARNING="), "an empty one");
	is_text(settings.warning, NULL, "is none");
	memset(start, 'x', 1000);
	ok(read_text(text, NULL), "1,000 bytes");
	is_text(settings.warning, start, "are kept");
	start[1000] = 'x';
	ok(!read_text(text, NULL), "1,001 bytes are too many");
}

static void test_texts(void)
{
	static const char file[] =
		"access = /etc/hythe/access\nhtpasswd = /etc/hythe/htpasswd\ntokens = yes\n"
		"token_realm = https://r.example/token\ntoken_service = r.example\n"
		"token_keys = /etc/hythe/keys\nissuer = https://other.example\n"
		"issuer_keys = /etc/hythe/jwks\nimmutable = v* \t release-?\n"
		"read_only_file = /run/hythe/maintenance\n";
	const struct {
		const char *name, *const *field, *usual, *set;
	} texts[] = {
		{ "access", &settings.access, NULL, "/etc/hythe/access" },
		{ "htpasswd", &settings.htpasswd, NULL, "/etc/hythe/htpasswd" },
		{ "token_realm", &settings.token_realm, NULL, "https://r.example/token" },
		{ "token_service", &settings.token_service, "hythe", "r.example" },
		{ "token_keys", &settings.token_keys, NULL, "/etc/hythe/keys" },
		{ "issuer", &settings.issuer, NULL, "https://other.example" },
		{ "issuer_keys", &settings.issuer_keys, NULL, "/etc/hythe/jwks" },
		{ "immutable", &settings.immutable, NULL, "v* \t release-?" },
		{ "read_only_file", &settings.read_only_file, NULL, "/run/hythe/maintenance" },
	};

	read_text("", NULL);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		is_text(*texts[i].field, texts[i].usual, texts[i].name);
	ok(!settings_have_logins(&settings), "nobody can log in");
	ok(read_text(file, NULL), "a file");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		is_text(*texts[i].field, texts[i].set, texts[i].name);
	ok(settings_have_logins(&settings), "somebody can log in");
	ok(read_text(file, "HYTHE_IMMUTABLE=") && !settings.immutable, "it can be taken back");
}

/* What needs something else that is not there. */
static void test_incomplete(void)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "htpasswd = /h\n", "need access" },
		{ "remote_user = yes\n", "need access" },
		{ "tokens = yes\n", "need access" },
		{ "access = /a\n", NULL },
		{ "access = /a\nhtpasswd = /h\nremote_user = yes\ntokens = yes\n", NULL },
		{ "access = /a\ntokens = yes\nissuer = i\n", "issuer_keys" },
		{ "access = /a\ntokens = yes\nissuer_keys = /k\n", "issuer_keys" },
		{ "access = /a\nissuer = i\nissuer_keys = /k\n", "needs tokens" },
		{ "access = /a\ntokens = yes\nissuer = i\nissuer_keys = /k\n", "token_service" },
		{ "access = /a\ntokens = yes\nissuer = i\nissuer_keys = /k\ntoken_service = hythe\n",
		  NULL },
		{ "hosts = many\ndurability = none\n", "durability = full" },
		{ "hosts = many\n", NULL },
		{ "hosts = one\ndurability = none\n", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ok(read_text(cases[i].text, NULL) == !cases[i].said, "settings %zu", i);
		ok(cases[i].said ? strstr(said, cases[i].said) != NULL : !*said, "what is said");
	}
}

static void test_environment(void)
{
	const char *const several[] = {
		"PATH=/bin", "HYTHE_THREADS=5", "HYTHE_READ_ONLY=yes", "THREADS=7",
		"XHYTHE_THREADS=8", "HYTHE_STORAGE=/from/environment", NULL
	};
	const char *const broken[] = {
		"HYTHE_THREADS=x", "HYTHE_OPEN=maybe", "HYTHE_LOCK_WAIT=7", NULL
	};

	scratch_put("conf", "threads = 3\nread_only = no\nopen = yes\nstorage = /from/file\n");
	ok(read_all(several), "file and environment");
	ok(settings.threads == 5 && settings.read_only == 1, "the environment wins");
	ok(settings.open == 1, "what it does not say is the file's");
	is_text(settings.storage, "/from/environment", "its storage root");
	is_text(said, "", "nothing is said");
	ok(!read_all(broken), "bad values in the environment");
	ok(strstr(said, "HYTHE_THREADS") && strstr(said, "HYTHE_OPEN"), "each of them is said");
	ok(read_text("", "HYTHE_COLOUR=red") && is_usual(), "an unknown variable is no fault");
	ok(strstr(said, "HYTHE_COLOUR") != NULL, "but is said");
	ok(read_text("", "HYTHE_A_VARIABLE_WHOSE_NAME_IS_LONGER_THAN_ANY_SETTING=red") &&
	   is_usual(), "nor is one with a long name");
	ok(strstr(said, "HYTHE_A_VARIABLE") != NULL, "and is said as well");
	ok(read_text("", "HYTHE_THREADS") && is_usual(), "a variable without a value is none");
	ok(!read_text("threads = 0\n", "HYTHE_THREADS=5"), "a bad file stays bad");
}

static void test_unreadable(void)
{
	static char big[65537];

	unlinkat(scratch, "conf", 0);
	ok(!read_all(NULL), "a file that was named must be there");
	ok(strstr(said, "/conf'") != NULL, "its path is said");
	scratch_must(mkdirat(scratch, "conf", 0755) == 0, "mkdir");
	ok(!read_all(NULL) && *said, "a directory is no file");
	unlinkat(scratch, "conf", AT_REMOVEDIR);

	scratch_put_bytes("conf", "threads = 3\n\0open = yes\n", 24);
	ok(!read_all(NULL) && *said, "a NUL is refused");
	scratch_put_bytes("conf", "\0", 1);
	ok(!read_all(NULL) && *said, "a NUL alone too");
	memset(big, '\n', sizeof(big));
	memcpy(big + 65536 - 11, "threads = 3", 11);
	scratch_put_bytes("conf", big, 65536);
	ok(read_all(NULL), "64 KiB are read");
	is_number((long long)settings.threads, 3, "to the last byte");
	scratch_put_bytes("conf", big, 65537);
	ok(!read_all(NULL) && *said, "one more is refused");
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	test_files();
	test_storage();
	test_warning();
	test_texts();
	test_incomplete();
	test_environment();
	test_unreadable();
	scratch_remove();
	arena_reset(&arena);
	return done_testing();
}
