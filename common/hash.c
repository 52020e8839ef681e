/* hash.c - computes digests, and what is made of hashes
 * SPDX-License-Identifier: ISC */
#include "hash.h"

#include <gcrypt.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include "arena.h"
#include "beside.h"
#include "log.h"

/* A thread costs as much as to hash some 100 KiB, and a hand-over as some KiB: it begins
 * with what is more than the one, and is handed nothing shorter than the other. */
enum { BESIDE_AFTER = 1 << 20, BESIDE_LEAST = 128 * 1024 };

struct hash {
	struct arena *arena;
	enum algorithm algorithm;
	gcry_md_hd_t md;
	uint64_t size; /* of all pieces that a thread might have had */
	struct beside *beside; /* or NULL */
};

static const int gcrypt_algorithms[] = {
	[SHA256] = GCRY_MD_SHA256,
	[SHA512] = GCRY_MD_SHA512,
};

_Static_assert(sizeof(gcrypt_algorithms) / sizeof(gcrypt_algorithms[0]) == ALGORITHM_COUNT,
	       "every algorithm has a row");

/* What can go wrong with a hash is memory, or a library without the
 * algorithm: neither leaves anything to answer with. */
static void must(gcry_error_t error, const char *what)
{
	if (error) {
		log_line("cannot %s a hash: %s", what, gcry_strerror(error));
		_exit(1);
	}
}

static void prepare(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return;
	if (!gcry_check_version(GCRYPT_VERSION)) {
		log_line("libgcrypt %s is older than %s, which this program was built with",
			 gcry_check_version(NULL), GCRYPT_VERSION);
		_exit(1);
	}
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

void hash_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, prepare);
}

static void release(void *resource)
{
	gcry_md_close(resource);
}

struct hash *hash_begin(struct arena *arena, enum algorithm algorithm)
{
	struct hash *hash = arena_alloc(arena, sizeof(*hash));

	hash_init();
	*hash = (struct hash){ .arena = arena, .algorithm = algorithm };
	must(gcry_md_open(&hash->md, gcrypt_algorithms[algorithm], 0), "begin");
	arena_defer(arena, release, hash->md);
	return hash;
}

/* Until it is this thread's again. */
static void settle(struct hash *hash)
{
	if (hash->beside)
		beside_wait(hash->beside);
}

void hash_add(struct hash *hash, const void *bytes, size_t length)
{
	settle(hash);
	gcry_md_write(hash->md, bytes, length);
}

static void add_there(void *md, const void *bytes, size_t length)
{
	gcry_md_write(md, bytes, length);
}

void hash_add_beside(struct hash *hash, const void *bytes, size_t length)
{
	uint64_t before = hash->size;

	hash->size += length;
	if (before <= BESIDE_AFTER && hash->size > BESIDE_AFTER)
		hash->beside = beside_start(hash->arena, add_there, hash->md);
	if (hash->beside && length >= BESIDE_LEAST)
		beside_hand_over(hash->beside, bytes, length);
	else
		hash_add(hash, bytes, length);
}

void hash_digest(struct hash *hash, struct digest *digest)
{
	gcry_md_hd_t so_far;

	settle(hash);
	must(gcry_md_copy(&so_far, hash->md), "copy"); /* reading ends a hash */
	digest_from_bytes(digest, hash->algorithm, gcry_md_read(so_far, 0));
	gcry_md_close(so_far);
}

void hash_next(struct hash *hash, unsigned char *bytes)
{
	settle(hash);
	memcpy(bytes, gcry_md_read(hash->md, 0),
	       gcry_md_get_algo_dlen(gcrypt_algorithms[hash->algorithm]));
	gcry_md_reset(hash->md);
}

void hash_bytes(enum algorithm algorithm, const void *bytes, size_t length, struct digest *digest)
{
	unsigned char raw[DIGEST_BYTES_MAX];

	hash_init();
	gcry_md_hash_buffer(gcrypt_algorithms[algorithm], raw, bytes, length);
	digest_from_bytes(digest, algorithm, raw);
}

void hash_mac(const void *key, size_t key_length, const void *bytes, size_t length,
	      unsigned char mac[HASH_MAC_BYTES])
{
	gcry_md_hd_t md;

	hash_init();
	must(gcry_md_open(&md, GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC), "begin");
	must(gcry_md_setkey(md, key, key_length), "key");
	gcry_md_write(md, bytes, length);
	memcpy(mac, gcry_md_read(md, GCRY_MD_SHA256), HASH_MAC_BYTES);
	gcry_md_close(md);
}

bool hash_md5(const void *bytes, size_t length, unsigned char sum[HASH_MD5_BYTES])
{
	hash_init();
	if (gcry_md_test_algo(GCRY_MD_MD5))
		return false;
	gcry_md_hash_buffer(GCRY_MD_MD5, sum, bytes, length);
	return true;
}

bool hash_equal(const void *a, const void *b, size_t length)
{
	const volatile unsigned char *one = a, *other = b;
	unsigned char differences = 0;

	while (length--)
		differences |= (unsigned char)(*one++ ^ *other++);
	return differences == 0;
}
