/* test_htpasswd.c - htpasswd.h and apr1.h, by what htpasswd and openssl made
 * SPDX-License-Identifier: ISC */
#include "htpasswd.h"

#include <stdlib.h>
#include <time.h>

#include "apr1.h"
#include "arena.h"
#include "scratch.h"
#include "tap.h"

#define EIGHTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define WORDS "p\xc3\xa4ss w\xc3\xb6rd"

static struct arena arena;
static const char *said;

static const struct htpasswd *parse(const char *text)
{
	const struct htpasswd *users;

	scratch_listen();
	users = htpasswd_parse(&arena, "/etc/htpasswd", arena_copy(&arena, text, strlen(text)));
	said = scratch_said();
	return users;
}

static const struct {
	const char *password, *hash;
} vectors[] = {
	{ "secret", "$apr1$wuXtyVij$hQyQQ1MqOOr7IcEm.L57R." },
	{ "secret", "$apr1$ab$jiiV6N7hIIuIoJbc1hxOE/" },
	{ "", "$apr1$1ms9wXiY$f60Ze1L4JfINZes3o8JLY0" },
	{ "", "$apr1$ab$S8K6Sgp3W8c9Jb6LxgywZ." },
	{ WORDS, "$apr1$fgt8s5AX$.bkxrcUBabVW.Ha8xHXwV." },
	{ WORDS, "$apr1$ab$9L4heGacuvGoG9IzSxLmw0" },
	{ EIGHTY, "$apr1$l65ScSh.$Y66abbb3fMpjnv85hLcsb/" },
	{ EIGHTY, "$apr1$ab$7DqRYci6c1Kb2pKLVFuWq." },
	{ "secret", "$2y$04$/y.yP9arpswaoF65I/pUy.2zrQLONFMnGe2RQHNlOm2TzHhrADWoO" },
	{ "", "$2y$04$RDHh78a7kHFOFFU4OaBTEOG.jimiuKjYj5dR9sgYDOUCrXF7WfrZG" },
	{ WORDS, "$2y$04$sQmZy6gJ9KsvjIsBkTzd/e7M.3pAxCiye8A/2Q39wx7AzixHyuLtG" },
	{ EIGHTY, "$2y$04$SMC2jVPoYpGRDvaaXVkbQ.t3n4AiusUxzmyAXRKWk8QHnEyR2yb8W" },
	{ "secret", "$2b$04$/y.yP9arpswaoF65I/pUy.2zrQLONFMnGe2RQHNlOm2TzHhrADWoO" },
	{ "secret", "$2a$04$/y.yP9arpswaoF65I/pUy.2zrQLONFMnGe2RQHNlOm2TzHhrADWoO" },
	{ "secret", "$5$8czNrXzCa4dte37D$NL44QYV/uVSbrlPm8gWlDUfaDdXryFelzgwn.hljbJ9" },
	{ "secret", "$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA" },
	{ WORDS, "$5$saltsalt$lgM1tAqXJ.vdl5BiLTiTMLTnc4KaTBKpyVbIEyW6.R." },
	{ EIGHTY, "$5$saltsalt$peCIf/aMQFeNmV6rqOkX/YcYB7S/s75QcIDS9BqabiB" },
	{ "secret", "$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0"
		    "Y77vwPZN.Pq.H91p5hVO1" },
	{ EIGHTY, "$6$saltsalt$C98y10L0p9W3fqstr2/SLqyn9xviiDi46mT8OoKEiQ60suGkVbER4An8oHaQA6czQv"
		  "c8WmViTgthJgoG/KOcX." },
};

static void test_vectors(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct htpasswd *users =
			parse(arena_printf(&arena, "u:%s\n", vectors[i].hash));

		is_text(said, "", vectors[i].hash);
		is_text(htpasswd_find(users, "u"), vectors[i].hash, "is kept");
		ok(htpasswd_verify(users, &arena, "u", vectors[i].password), "fits");
		ok(!htpasswd_verify(users, &arena, "u", "Secret"), "another does not");
		ok(!htpasswd_verify(users, &arena, "u",
				    arena_printf(&arena, "x%s", vectors[i].password)),
		   "nor a longer one");
		ok(!htpasswd_verify(users, &arena, "v", vectors[i].password),
		   "nor that of another user");
	}
}

/* Each is the hash of "secret", or looks like it; `kind` is what the log says of
 * it, NULL where the line is accepted and fits nothing. */
static const struct {
	const char *line, *kind;
} refused[] = {
	{ "u:secret", "plain text or DES" },
	{ "u:8O55hWMX0lLdY", "plain text or DES" },
	{ "u:", "plain text or DES" },
	{ "u:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "{SHA}" },
	{ "u:{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "{SSHA}" },
	{ "u:$1$ab$K1Rf0mj0VCwBnK1dPTvXc0", "$1$" },
	{ "u:$3$$8a1988498237d28adefab48d8bbbf63c", "$3$" },
	{ "u:$argon2id$v=19$m=65536,t=2,p=1$x$y", "$argon2id$" },
	{ "u:*", "plain text or DES" },
	{ "u:!", "plain text or DES" },
	{ "u:$", "plain text or DES" },
	{ "u:$secretsecretsecretsecret$", "plain text or DES" },
	{ "u", "this is no 'user:hash'" },
	{ ":$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "this is no" },
	{ "a b:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "this is no" },
	{ "@u:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "this is no" },
	{ "u:$apr1$", NULL },
	{ "u:$apr1$$", NULL },
	{ "u:$apr1$wuXtyVij", NULL },
	{ "u:$apr1$wuXtyVijx$hQyQQ1MqOOr7IcEm.L57R.", NULL },
	{ "u:$apr1$wuXtyVij$", NULL },
	{ "u:$2y$04$", NULL },
	{ "u:$5$saltsalt", NULL },
	{ "u:$5$", NULL },
	{ "u:$6$saltsalt$", NULL },
};

static void test_refused(void)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const struct htpasswd *users =
			parse(arena_printf(&arena, "# a line\n%s\n", refused[i].line));

		ok(!htpasswd_verify(users, &arena, "u", "secret") &&
		   !htpasswd_verify(users, &arena, "u", ""), "nobody gets in by %s",
		   refused[i].line);
		if (refused[i].kind)
			ok(strstr(said, "/etc/htpasswd:2: ") && strstr(said, refused[i].kind) &&
			   !strstr(said, "secret"), "which is said: %s", said);
		else
			is_text(said, "", "of which nothing can be said");
	}
}

#define TAIL "abcdefghijkl$XFQnRmFDoRnfefa6tLCdzcaB9xoGhmmkRgfG1lm0pK1"

/* Each would keep a thread, or the memory, of the registry for whoever asks. */
static const struct {
	const char *hash;
	bool is_dear;
} costs[] = {
	{ "$2y$15$/y.yP9arpswaoF65I/pUy.2zrQLONFMnGe2RQHNlOm2TzHhrADWoO", false },
	{ "$2y$16$/y.yP9arpswaoF65I/pUy.2zrQLONFMnGe2RQHNlOm2TzHhrADWoO", true },
	{ "$2b$20$/y.yP9arpswaoF65I/pUy.2zrQLONFMnGe2RQHNlOm2TzHhrADWoO", true },
	{ "$2a$31$/y.yP9arpswaoF65I/pUy.2zrQLONFMnGe2RQHNlOm2TzHhrADWoO", true },
	{ "$2y$99$/y.yP9arpswaoF65I/pUy.2zrQLONFMnGe2RQHNlOm2TzHhrADWoO", true },
	{ "$6$rounds=5000000$saltsalt$x", false },
	{ "$6$rounds=5000001$saltsalt$x", true },
	{ "$5$rounds=999999999$saltsalt$x", true },
	{ "$5$rounds=99999999999999999999999$saltsalt$x", true },
	{ "$5$saltsalt$x", false },
	{ "$y$j9T$" TAIL, false },
	{ "$y$jBT$" TAIL, false },
	{ "$y$jCT$" TAIL, true },
	{ "$y$jFT$" TAIL, true },
	{ "$y$jB/$" TAIL, false },
	{ "$y$jUT$" TAIL, true },
	{ "$y$jTU$" TAIL, true },
	{ "$y$jzT$" TAIL, true },
	{ "$y$j9T5$" TAIL, true },
	{ "$y$k9T$" TAIL, true },
	{ "$y$", true },
};

static void test_costs(void)
{
	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		const struct htpasswd *users =
			parse(arena_printf(&arena, "u:%s\n", costs[i].hash));

		ok(!htpasswd_find(users, "u") == costs[i].is_dear, "%s", costs[i].hash);
		ok(!strstr(said, "/etc/htpasswd:1: ") == !costs[i].is_dear, "which is said");
	}
}

static void test_lines(void)
{
	const struct htpasswd *users = parse(
		"# users\n\n"
		"bob:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA:Bob:bob@example.org\r\n"
		"alice:{SHA}x\n"
		"bob:$apr1$ab$S8K6Sgp3W8c9Jb6LxgywZ.\n"
		"carol:$apr1$ab$jiiV6N7hIIuIoJbc1hxOE/");
	char large[PASSWORD_MAX_LENGTH + 2];

	ok(htpasswd_verify(users, &arena, "bob", "secret"), "what follows the hash is ignored");
	ok(!htpasswd_verify(users, &arena, "bob", ""), "and so is a second line");
	ok(!htpasswd_find(users, "alice"), "whose hash is of no use is not there");
	ok(htpasswd_verify(users, &arena, "carol", "secret"), "the last line needs no end");
	ok(!htpasswd_find(users, "caro") && !htpasswd_find(users, "Carol"), "names are exact");
	memset(large, 'a', sizeof(large));
	large[PASSWORD_MAX_LENGTH + 1] = '\0';
	ok(!htpasswd_verify(users, &arena, "bob", large), "a password that is too long");
	users = parse("");
	ok(!htpasswd_verify(users, &arena, "bob", "secret"), "nobody is in an empty file");
}

/* An unknown user must cost what a known one does. */
static void test_time(void)
{
	const struct htpasswd *users = parse(
		"u:$2y$08$xiQvrCMZmNTAGYf2q/bXBuGZZb3TzQN0v0U4jVJ9mUe8e4YVmC3bC\n");
	clock_t known, unknown, begin = clock();

	for (int i = 0; i < 5; i++)
		htpasswd_verify(users, &arena, "u", "secret");
	known = clock() - begin;
	begin = clock();
	for (int i = 0; i < 5; i++)
		htpasswd_verify(users, &arena, "nobody", "secret");
	unknown = clock() - begin;
	ok(unknown > known / 3 && unknown < known * 3, "%ld for a user, %ld for nobody",
	   (long)known, (long)unknown);
}

static void test_new(void)
{
	const char *hash = htpasswd_hash(&arena, "secret");
	const char *other = htpasswd_hash(&arena, "secret");

	ok(hash && strncmp(hash, "$2y$10$", 7) == 0, "a new hash is bcrypt");
	ok(hash && other && strcmp(hash, other) != 0, "with a salt of its own");
	ok(hash && htpasswd_verify(parse(arena_printf(&arena, "u:%s\n", hash)), &arena, "u",
				   "secret"), "and fits");
}

int main(void)
{
	scratch_make();
	arena_init(&arena);
	test_vectors();
	test_refused();
	test_costs();
	test_lines();
	test_time();
	test_new();
	is_text(apr1(&arena, "secret", "$apr1$ab$jiiV6N7hIIuIoJbc1hxOE/"),
		"$apr1$ab$jiiV6N7hIIuIoJbc1hxOE/", "apr1 with a hash as setting");
	is_text(apr1(&arena, "secret", "$apr1$ab"), "$apr1$ab$jiiV6N7hIIuIoJbc1hxOE/",
		"and with the salt alone");
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
