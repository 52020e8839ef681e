/* test_upload.c - upload.h and upload_verify.h
 * SPDX-License-Identifier: ISC */
#include "upload.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "hash.h"
#include "layout.h"
#include "lock.h"
#include "scratch.h"
#include "store.h"
#include "tap.h"
#include "upload_verify.h"

static struct arena arena;
static struct store store;

static struct digest digest_of(const char *text, enum algorithm algorithm)
{
	struct digest digest;

	hash_bytes(algorithm, text, strlen(text), &digest);
	return digest;
}

static const char *blob_of(const struct digest *digest)
{
	return layout_in(&arena, layout_blob(&arena, digest), "data");
}

static const char *link_of(const char *name, const struct digest *digest)
{
	return layout_in(&arena, layout_layer(&arena, name, digest), "link");
}

/* Open a session and send `text`; its id.  Nothing is held afterwards. */
static const char *begin(const char *name, const char *text, bool noted)
{
	struct upload upload;

	scratch_must(upload_create(&store, &arena, name, "-", SHA256, &upload) == DONE &&
		     upload_append(&upload, text, strlen(text)) == DONE, "begin");
	if (noted)
		upload_note(&upload);
	upload_close(&upload);
	return upload.id;
}

static enum outcome reopen(const char *name, const char *id, struct upload *upload)
{
	return upload_open(&store, &arena, name, "-", id, upload);
}

static void test_ids(void)
{
	static char longest[130];
	static const struct {
		const char *id;
		bool good;
	} cases[] = {
		{ "a", true }, { "1f-A._=-", true }, { "...", true }, { "-", true },
		{ longest, true }, { "", false }, { ".", false }, { "..", false },
		{ "a/b", false }, { "/", false },
		{ "../a", false }, { "a b", false }, { "a\n", false }, { "a%2f", false },
		{ "\xc3\xa9", false }, { "a+b", false }, { "a:b", false },
	};
	struct upload upload;
	off_t size;

	memset(longest, 'x', 128);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_number(upload_id_valid(cases[i].id), cases[i].good, cases[i].id);
		is_number(reopen("a", cases[i].id, &upload), MISSING, "no such session");
		is_number(upload_status(&store, &arena, "a", "-", cases[i].id, &size), MISSING,
			  "nor a status");
	}
	longest[128] = 'x';
	ok(!upload_id_valid(longest), "129 bytes are too many");
}

static void test_whole(enum algorithm algorithm)
{
	const struct digest abcdef = digest_of("abcdef", algorithm);
	const struct digest wrong = digest_of("abcdeF", algorithm);
	struct digest actual;
	struct upload upload;
	const char *id, *path;
	off_t size = -1;

	is_number(upload_create(&store, &arena, "lib/a", "-", SHA256, &upload), DONE, "created");
	id = upload.id;
	path = upload.path;
	ok(upload_id_valid(id) && upload.size == 0, "with an id, and empty");
	ok(scratch_has(layout_in(&arena, path, "startedat")), "docker-registry can purge it");
	is_number(upload_append(&upload, "abc", 3), DONE, "some bytes");
	upload_note(&upload);
	is_number(upload.size, 3, "are counted");
	is_number(upload_status(&store, &arena, "lib/a", "-", id, &size), DONE, "its status");
	is_number(size, 3, "without its lock");
	upload_close(&upload);
	upload_close(&upload);
	arena_reset(&arena);

	id = begin("lib/a", "abc", true);
	is_number(reopen("lib/a", id, &upload), DONE, "opened again");
	is_number(upload.size, 3, "where it was");
	ok(upload.session.has_digest, "and what it was is known");
	is_number(upload_append(&upload, "def", 3), DONE, "the rest");
	is_number(upload_verify(&upload, &wrong, &actual), MISMATCH, "not that digest");
	is_text(actual.text, abcdef.text, "but this");
	is_number(upload_verify(&upload, &abcdef, &actual), DONE, "verified");
	is_number(upload_commit(&upload, &abcdef, NULL), DONE, "committed");
	is_text(scratch_get(blob_of(&abcdef)), "abcdef", "the blob");
	is_number(scratch_mode(blob_of(&abcdef)), 0440, "its mode");
	is_text(scratch_get(link_of("lib/a", &abcdef)), abcdef.text, "its link");
	ok(!scratch_has(layout_upload(&arena, "lib/a", id)), "the session is gone");
	arena_reset(&arena);

	id = begin("lib/b", "abcdef", true);
	is_number(reopen("lib/b", id, &upload), DONE, "the same bytes elsewhere");
	is_number(upload_verify(&upload, &abcdef, &actual), DONE, "verified");
	is_number(upload_commit(&upload, &abcdef, NULL), DONE, "committed a second time");
	is_text(scratch_get(blob_of(&abcdef)), "abcdef", "the blob is there");
	is_text(scratch_get(link_of("lib/b", &abcdef)), abcdef.text, "with its second link");
	ok(!scratch_has(layout_upload(&arena, "lib/b", id)), "the session is gone");
	is_number(reopen("lib/b", id, &upload), MISSING, "and cannot be opened");
	arena_reset(&arena);
}

static void test_empty(void)
{
	const struct digest none = digest_of("", SHA256);
	struct digest actual;
	struct upload upload;
	const char *id = begin("a", "", false);

	is_number(reopen("a", id, &upload), DONE, "a session without bytes");
	is_number(upload_verify(&upload, &none, &actual), DONE, "is the empty blob");
	is_number(upload_commit(&upload, &none, NULL), DONE, "which is committed");
	is_text(scratch_get(blob_of(&none)), "", "and there");
	arena_reset(&arena);
}

static void *close_soon(void *upload)
{
	usleep(100000);
	upload_close(upload);
	return NULL;
}

static void test_held_for_a_moment(void)
{
	const char *id = begin("a", "abc", true);
	struct upload first, second;
	struct arena others; /* for each thread its own */
	pthread_t thread;

	arena_init(&others);
	is_number(reopen("a", id, &first), DONE, "opened");
	is_number(upload_open(&store, &others, "a", NULL, id, &second), HELD,
		  "busy for who does not wait");
	upload_close(&second);
	scratch_must(pthread_create(&thread, NULL, close_soon, &first) == 0, "a thread");
	is_number(upload_open(&store, &others, "a", "-", id, &second), DONE,
		  "opened when the other has closed it");
	pthread_join(thread, NULL);
	arena_reset(&others);
}

static void test_held(void)
{
	const char *id = begin("a", "abc", true);
	struct upload first, second;
	off_t size;

	is_number(reopen("a", id, &first), DONE, "opened");
	is_number(reopen("a", id, &second), HELD, "a second time it is busy");
	is_number(upload_status(&store, &arena, "a", "-", id, &size), DONE, "its status is not");
	upload_close(&first);
	upload_close(&second);
	is_number(reopen("a", id, &first), DONE, "opened once closed");
	is_number(reopen("b", id, &second), MISSING, "not that of another repository");
	is_number(upload_status(&store, &arena, "b", "-", id, &size), MISSING, "nor its status");
	upload_close(&first);

	/* Moved by hand, it is still that of the repository in its header. */
	scratch_must(mkdirat(scratch, layout_repository(&arena, "b"), 0750) == 0 &&
		     mkdirat(scratch, layout_uploads(&arena, "b"), 0750) == 0 &&
		     renameat(scratch, layout_upload(&arena, "a", id), scratch,
			      layout_upload(&arena, "b", id)) == 0, "move");
	is_number(reopen("b", id, &second), MISSING, "not where it was moved to");
	is_number(upload_status(&store, &arena, "b", "-", id, &size), MISSING, "nor its status");
	arena_reset(&arena);
}

static void test_cut(void)
{
	const struct digest wanted = digest_of("01234vwxyz", SHA256);
	struct digest actual;
	struct upload upload;
	const char *id = begin("a", "0123456789", true);

	is_number(reopen("a", id, &upload), DONE, "ten bytes, noted");
	is_number(upload_append(&upload, "abc", 3), DONE, "three more");
	is_number(upload_cut(&upload, 10), DONE, "cut off again");
	is_number(upload.size, 10, "ten are left");
	actual = digest_of("0123456789", SHA256);
	is_number(upload_verify(&upload, &actual, &actual), DONE, "the same as before");
	is_number(upload_cut(&upload, 5), DONE, "cut further than was noted");
	is_number(upload_append(&upload, "vwxyz", 5), DONE, "five others");
	is_number(upload_verify(&upload, &wanted, &actual), DONE, "what is there counts");
	is_text(actual.text, wanted.text, "and not what was noted");
	upload_close(&upload);
	is_number(reopen("a", id, &upload), DONE, "opened again without a note");
	is_number(upload_verify(&upload, &wanted, &actual), DONE, "what is there still counts");
	is_number(upload_cut(&upload, 0), DONE, "all cut off");
	is_number(upload_append(&upload, "abc", 3), DONE, "and begun again");
	actual = digest_of("abc", SHA256);
	is_number(upload_verify(&upload, &actual, &actual), DONE, "with nothing left of it");
	is_number(upload_cancel(&upload), DONE, "cancelled");
	ok(!scratch_has(upload.path), "it is gone");
	is_number(reopen("a", id, &upload), MISSING, "for good");
	arena_reset(&arena);
}

/* A process that is killed after `text`, noted or not; the id of its session. */
static const char *killed(const char *text, bool noted)
{
	char id[64] = "";
	int ends[2];
	pid_t child;

	scratch_must(pipe(ends) == 0, "pipe");
	fflush(stdout);
	child = fork();
	if (child == 0) {
		struct upload upload;

		if (upload_create(&store, &arena, "a", "-", SHA256, &upload) != DONE ||
		    upload_append(&upload, text, strlen(text)) != DONE)
			_exit(1);
		if (noted)
			upload_note(&upload);
		_exit(write(ends[1], upload.id, strlen(upload.id)) < 0);
	}
	scratch_must(child > 0 && waitpid(child, NULL, 0) == child, "fork");
	close(ends[1]);
	scratch_must(read(ends[0], id, sizeof(id) - 1) > 0, "id");
	close(ends[0]);
	return arena_copy(&arena, id, strlen(id));
}

static void test_killed(void)
{
	const struct digest wanted = digest_of("abcdef", SHA256);
	struct digest actual;

	for (int noted = 0; noted < 2; noted++) {
		const char *id = killed("abc", noted);
		struct upload upload;

		is_number(reopen("a", id, &upload), DONE, "a killed process lets go");
		is_number(upload.size, 3, "what it wrote is there");
		is_number(upload_append(&upload, "def", 3), DONE, "it goes on");
		is_number(upload_verify(&upload, &wanted, &actual), DONE, "and is right");
		is_number(upload_cancel(&upload), DONE, "cancelled");
		arena_reset(&arena);
	}
}

/* A commit that was cut short: the record of it is there, `data` is the blob
 * already or, with `lost`, nowhere. */
static const char *cut_short(const char *text, const struct digest *digest, bool lost)
{
	const char *id = begin("c", text, false), *data;
	struct upload upload;

	scratch_must(reopen("c", id, &upload) == DONE, "open");
	data = layout_in(&arena, upload.path, "data");
	scratch_must(session_record(upload.session_fd, &upload.session, true, upload.size,
				    digest) == 0, "record");
	scratch_must((lost ? unlinkat(scratch, data, 0) :
		      store_place(&store, data, blob_of(digest)) != DONE) == 0, "data");
	upload_close(&upload);
	return id;
}

static void test_cut_short(void)
{
	static const enum algorithm algorithms[] = { SHA256, SHA512 };

	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		const struct digest digest = digest_of("cut short", algorithms[i]);
		const struct digest wrong = digest_of("other", algorithms[i]);
		const struct digest gone = digest_of("gone", algorithms[i]);
		struct digest actual;
		struct upload upload;
		const char *id = cut_short("cut short", &digest, false);
		off_t size = -1;

		is_number(upload_status(&store, &arena, "c", "-", id, &size), DONE, "its status");
		is_number(size, 9, "is what it had");
		is_number(reopen("c", id, &upload), DONE, "a commit that was cut short");
		ok(upload.data_fd < 0 && upload.size == 9, "has no data and knows its size");
		is_number(upload_verify(&upload, &wrong, &actual), MISMATCH, "not that digest");
		is_number(upload_verify(&upload, &digest, &actual), DONE, "but its own");
		is_number(upload_commit(&upload, &digest, NULL), DONE, "is finished");
		is_text(scratch_get(blob_of(&digest)), "cut short", "the blob");
		is_text(scratch_get(link_of("c", &digest)), digest.text, "its link");
		ok(!scratch_has(upload.path), "the session is gone");

		id = cut_short("gone", &gone, true);
		is_number(reopen("c", id, &upload), DONE, "one whose blob is gone");
		is_number(upload_verify(&upload, &gone, &actual), DONE, "verified before");
		is_number(upload_commit(&upload, &gone, NULL), MISSING, "cannot be finished");
		ok(!scratch_has(upload.path), "its session goes");
		ok(!scratch_has(link_of("c", &gone)), "and nothing is linked");
		is_number(reopen("c", id, &upload), MISSING, "for good");
		arena_reset(&arena);
	}
}

/* Announced, but killed before the rename; then more bytes came. */
static void test_announced(void)
{
	const struct digest early = digest_of("abc", SHA256), late = digest_of("abcdef", SHA256);
	const char *id = begin("a", "abc", false);
	struct digest actual;
	struct upload upload;

	reopen("a", id, &upload);
	session_record(upload.session_fd, &upload.session, true, 3, &early);
	upload_close(&upload);
	is_number(reopen("a", id, &upload), DONE, "announced and not done");
	ok(upload.data_fd >= 0 && upload.size == 3, "it has its data");
	is_number(upload_append(&upload, "def", 3), DONE, "more comes");
	is_number(upload_verify(&upload, &early, &actual), MISMATCH, "it is no longer that");
	is_number(upload_verify(&upload, &late, &actual), DONE, "but this");
	upload_close(&upload);
	unlinkat(scratch, layout_in(&arena, upload.path, "data"), 0);
	is_number(reopen("a", id, &upload), MISSING, "nothing is believed without data then");
	arena_reset(&arena);
}

/* A commit that fails at the link, for a file is in the way. */
static enum outcome fail_to_link(struct upload *upload, const char *name, const char *text,
				 const struct digest *digest)
{
	const char *layers = layout_in(&arena, layout_repository(&arena, name), "_layers");
	enum outcome outcome;

	scratch_must(reopen(name, begin(name, text, true), upload) == DONE, "open");
	scratch_put(layers, "");
	outcome = upload_commit(upload, digest, NULL);
	scratch_must(unlinkat(scratch, layers, 0) == 0, "unlink");
	return outcome;
}

static void test_commit_failed(void)
{
	const struct digest there = digest_of("there", SHA256);
	const struct digest new = digest_of("new", SHA256), late = digest_of("late", SHA256);
	struct digest actual;
	struct upload upload;
	struct locks locks;

	scratch_must(reopen("g", begin("g", "there", true), &upload) == DONE &&
		     upload_commit(&upload, &there, NULL) == DONE, "a blob");
	is_number(fail_to_link(&upload, "f", "there", &there), FAILED, "a blob without its link");
	is_number(scratch_mode(layout_in(&arena, upload.path, "data")), 0640,
		  "which was there: the session can go on with its own data");
	upload_close(&upload);
	is_number(reopen("f", upload.id, &upload), DONE, "opened again");
	is_number(upload_verify(&upload, &there, &actual), DONE, "verified");
	is_number(upload_commit(&upload, &there, NULL), DONE, "and committed");

	is_number(fail_to_link(&upload, "h", "new", &new), FAILED, "a new blob without its link");
	ok(upload.data_fd < 0 && upload.size == 3, "it has the bytes, and the session has not");
	is_number(upload_commit(&upload, &new, NULL), DONE, "its commit can be finished");

	scratch_must(reopen("f", begin("f", "late", true), &upload) == DONE &&
		     lock_repository(&store, &arena, "f", LOCK_EXCLUSIVE, &locks) == DONE, "lock");
	is_number(upload_commit(&upload, &late, NULL), BUSY, "somebody holds the repository");
	lock_release(&locks);
	ok(upload.data_fd >= 0 && upload.size == 4, "the session has its bytes");
	is_number(upload_cut(&upload, 2), DONE, "and can be cut back");
	is_number(upload_append(&upload, "te", 2), DONE, "and go on");
	is_number(upload_verify(&upload, &late, &actual), DONE, "to the same");
	is_number(upload_commit(&upload, &late, NULL), DONE, "which is committed");
	is_text(scratch_get(blob_of(&new)), "new", "the new blob is whole");
	is_text(scratch_get(blob_of(&late)), "late", "and so is the late one");
	arena_reset(&arena);
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	scratch_must(store_open(&store, scratch_path, true), "store");
	store.durable = true;
	store.lock_seconds = 0;
	test_ids();
	test_whole(SHA256);
	test_whole(SHA512);
	test_empty();
	test_held();
	test_held_for_a_moment();
	test_cut();
	test_killed();
	test_cut_short();
	test_announced();
	test_commit_failed();
	close(store.root);
	scratch_remove();
	return done_testing();
}
