/* test_upload_tarsum.c - uploads by tarsum: upload_verify.h, upload.h, repository.h
 * SPDX-License-Identifier: ISC */
#include "upload_verify.h"

#include "arena.h"
#include "hash.h"
#include "layout.h"
#include "repository.h"
#include "scratch.h"
#include "store.h"
#include "tap.h"
#include "tar_build.h"
#include "tarsum_hash.h"
#include "upload.h"

static struct arena arena;
static struct store store;

static struct digest digest_of_tar(enum algorithm algorithm)
{
	struct digest digest;

	hash_bytes(algorithm, tar, tar_length, &digest);
	return digest;
}

static struct tarsum tarsum_of_tar(enum tarsum_version version)
{
	struct tarsum_hash *hash = tarsum_hash_begin(&arena, version);
	struct tarsum tarsum;

	tarsum_hash_add(hash, tar, tar_length);
	scratch_must(!tarsum_hash_end(hash, &tarsum), "tarsum");
	return tarsum;
}

static const char *alias_of(const char *name, const struct tarsum *tarsum)
{
	return layout_in(&arena, layout_tarsum(&arena, name, tarsum), "link");
}

static void make_tar(const char *content)
{
	tar_empty();
	tar_add('0', "file", content);
	tar_end();
}

/* A session with these bytes, closed and opened again. */
static void send(const char *name, enum algorithm algorithm, const void *bytes, size_t length,
		 struct upload *upload)
{
	const char *id;

	scratch_must(upload_create(&store, &arena, name, "-", algorithm, upload) == DONE &&
		     upload_append(upload, bytes, length) == DONE, "send");
	upload_note(upload);
	id = upload->id;
	upload_close(upload);
	scratch_must(upload_open(&store, &arena, name, "-", id, upload) == DONE, "open");
}

static void test_layout(void)
{
	static const struct {
		const char *tarsum, *path;
	} cases[] = {
		{ "tarsum+sha256:", "/_tarsum/v0/sha256/" },
		{ "tarsum.v1+sha256:", "/_tarsum/v1/sha256/" },
		{ "tarsum.dev+sha256:", "/_tarsum/dev/sha256/" },
	};
	const char *hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tarsum tarsum;

		ok(tarsum_parse(arena_printf(&arena, "%s%s", cases[i].tarsum, hex), &tarsum),
		   "%s", cases[i].tarsum);
		is_text(layout_tarsum(&arena, "a/b", &tarsum),
			arena_printf(&arena, "docker/registry/v2/repositories/a/b%s%s",
				     cases[i].path, hex), "its place");
	}
}

static void test_whole(enum algorithm algorithm, enum tarsum_version version)
{
	const char *name = arena_printf(&arena, "whole/%d/%d", algorithm, version);
	struct tarsum_finding finding;
	struct digest digest, found;
	struct tarsum tarsum;
	struct upload upload;
	struct blob blob;

	make_tar(name);
	digest = digest_of_tar(SHA256);
	tarsum = tarsum_of_tar(version);
	send(name, algorithm, tar, tar_length, &upload);
	is_number(upload_verify_tarsum(&upload, &tarsum, &finding), DONE, "has its tarsum");
	is_text(finding.digest.text, digest.text, "and SHA-256");
	is_number(upload_commit(&upload, &finding.digest, &tarsum), DONE, "committed");
	is_text(scratch_get(alias_of(name, &tarsum)), digest.text, "the tarsum leads to it");
	is_number(scratch_mode(alias_of(name, &tarsum)), 0640, "by a file like others");
	ok(!scratch_has(upload.path), "the session is gone");
	is_number(repository_find_tarsum(&store, &arena, name, &tarsum, &found), DONE, "found");
	is_text(found.text, digest.text, "by its digest");
	is_number(repository_open_blob(&store, &arena, name, &found, &blob), DONE, "and there");
	is_number(repository_find_tarsum(&store, &arena, "whole", &tarsum, &found), MISSING,
		  "not in another repository");
	arena_reset(&arena);
}

static void test_mismatch(void)
{
	struct tarsum right, wrong;
	struct tarsum_finding finding;
	struct upload upload;

	make_tar("wrong");
	wrong = tarsum_of_tar(TARSUM_V1);
	make_tar("right");
	right = tarsum_of_tar(TARSUM_V1);
	send("mismatch", SHA256, tar, tar_length, &upload);
	is_number(upload_verify_tarsum(&upload, &wrong, &finding), MISMATCH, "another tarsum");
	is_text(finding.reason, NULL, "of an archive");
	is_text(finding.actual.text, right.text, "which has this");
	wrong = right;
	wrong.version = TARSUM_V0;
	is_number(upload_verify_tarsum(&upload, &wrong, &finding), MISMATCH, "another version");
	is_number(upload_cut(&upload, 600), DONE, "cut off");
	is_number(upload_verify_tarsum(&upload, &right, &finding), MISMATCH, "no archive");
	is_text(finding.reason, "the archive ends within an entry", "and why");
	is_number(upload_append(&upload, tar + 600, tar_length - 600), DONE, "the rest again");
	is_number(upload_verify_tarsum(&upload, &right, &finding), DONE, "is right");
	is_number(upload_cancel(&upload), DONE, "cancelled");
	arena_reset(&arena);
}

/* A commit that was cut short before the tarsum's link, or before all links. */
static void test_cut_short(bool lost)
{
	struct tarsum_finding finding;
	struct tarsum tarsum, wrong;
	struct digest digest;
	struct upload upload;
	const char *blob, *id;

	make_tar("other");
	wrong = tarsum_of_tar(TARSUM_V1);
	make_tar("cut short");
	tarsum = tarsum_of_tar(TARSUM_V1);
	digest = digest_of_tar(SHA256);
	blob = layout_in(&arena, layout_blob(&arena, &digest), "data");
	send("cut", SHA256, tar, tar_length, &upload);
	id = upload.id;
	scratch_must(session_record(upload.session_fd, &upload.session, true, upload.size,
				    &digest) == 0 &&
		     store_place(&store, layout_in(&arena, upload.path, "data"), blob) == DONE &&
		     (!lost || unlinkat(scratch, blob, 0) == 0), "cut");
	upload_close(&upload);
	is_number(upload_open(&store, &arena, "cut", "-", id, &upload), DONE, "without its data");
	if (lost) {
		is_number(upload_verify_tarsum(&upload, &tarsum, &finding), MISSING,
			  "nor the blob");
	} else {
		is_number(upload_verify_tarsum(&upload, &wrong, &finding), MISMATCH,
			  "the blob has not any tarsum");
		is_number(upload_verify_tarsum(&upload, &tarsum, &finding), DONE, "but its own");
		is_number(upload_commit(&upload, &finding.digest, &tarsum), DONE, "finished");
		is_text(scratch_get(alias_of("cut", &tarsum)), digest.text, "the tarsum");
	}
	ok(!scratch_has(upload.path), "the session is gone");
	is_number(scratch_has(alias_of("cut", &tarsum)), !lost, "and the tarsum leads to it");
	scratch_must(lost || (unlinkat(scratch, alias_of("cut", &tarsum), 0) == 0 &&
			      unlinkat(scratch, blob, 0) == 0), "unlink");
	arena_reset(&arena);
}

/* Two archives of one tarsum, one after the other; and what goes and comes. */
static void test_again(void)
{
	struct tarsum_finding finding;
	struct digest first, second, found;
	struct tarsum tarsum;
	struct upload upload;
	struct blob blob;

	make_tar("again");
	tarsum = tarsum_of_tar(TARSUM_V1);
	first = digest_of_tar(SHA256);
	send("again", SHA256, tar, tar_length, &upload);
	is_number(upload_verify_tarsum(&upload, &tarsum, &finding), DONE, "one archive");
	is_number(upload_commit(&upload, &first, &tarsum), DONE, "is stored");
	tar_blocks(10240);
	second = digest_of_tar(SHA256);
	send("again", SHA256, tar, tar_length, &upload);
	is_number(upload_verify_tarsum(&upload, &tarsum, &finding), DONE, "a longer one");
	is_number(upload_commit(&upload, &second, &tarsum), DONE, "is stored");
	is_number(repository_find_tarsum(&store, &arena, "again", &tarsum, &found), DONE, "found");
	is_text(found.text, second.text, "is the last one");
	is_number(repository_remove_blob(&store, &arena, "again", &second), DONE, "taken away");
	is_number(repository_find_tarsum(&store, &arena, "again", &tarsum, &found), DONE, "known");
	is_number(repository_open_blob(&store, &arena, "again", &found, &blob), MISSING,
		  "but not there");
	is_number(repository_keep_tarsum(&store, &arena, "again", &tarsum, &found), MISSING,
		  "nor to be kept");
	is_number(repository_open_blob(&store, &arena, "again", &first, &blob), DONE,
		  "the first is there");
	arena_reset(&arena);
}

/* What the collector condemned comes back. */
static void test_keep(void)
{
	static const struct timespec old[] = { { 1000000, 0 }, { 1000000, 0 } };
	struct digest digest, found;
	struct tarsum tarsum;
	struct upload upload;
	struct stat status;
	const char *alias, *mark;

	make_tar("keep");
	tarsum = tarsum_of_tar(TARSUM_V0);
	digest = digest_of_tar(SHA256);
	alias = alias_of("keep", &tarsum);
	mark = layout_in(&arena, layout_tarsum(&arena, "keep", &tarsum), "condemned");
	is_number(repository_keep_tarsum(&store, &arena, "keep", &tarsum, &found), MISSING,
		  "never heard of");
	send("keep", SHA256, tar, tar_length, &upload);
	is_number(upload_commit(&upload, &digest, &tarsum), DONE, "committed");
	scratch_must(utimensat(scratch, alias, old, 0) == 0, "age");
	is_number(repository_keep_tarsum(&store, &arena, "keep", &tarsum, &found), DONE, "kept");
	is_text(found.text, digest.text, "this blob");
	scratch_must(fstatat(scratch, alias, &status, 0) == 0, "stat");
	ok(status.st_mtime > 1000000, "its time is new");
	scratch_put(mark, arena_printf(&arena, "run 1\ninode %llu\nmtime %lld.%09ld\n",
				       (unsigned long long)status.st_ino,
				       (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec));
	is_number(repository_find_tarsum(&store, &arena, "keep", &tarsum, &found), MISSING,
		  "condemned it is not found");
	send("keep", SHA256, tar, tar_length, &upload);
	is_number(upload_commit(&upload, &digest, &tarsum), DONE, "pushed again");
	is_number(repository_find_tarsum(&store, &arena, "keep", &tarsum, &found), DONE,
		  "it is found");
	ok(!scratch_has(mark), "and no longer condemned");
	arena_reset(&arena);
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	scratch_must(store_open(&store, scratch_path, true), "store");
	store.durable = true;
	store.lock_seconds = 0;
	test_layout();
	for (enum tarsum_version version = 0; version < TARSUM_VERSION_COUNT; version++) {
		test_whole(SHA256, version);
		test_whole(SHA512, version);
	}
	test_mismatch();
	test_cut_short(true);
	test_cut_short(false);
	test_again();
	test_keep();
	tar_empty();
	close(store.root);
	scratch_remove();
	return done_testing();
}
