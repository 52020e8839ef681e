/* public_key.c - signatures of others
 * SPDX-License-Identifier: ISC */
#include "public_key.h"

#include <gcrypt.h>
#include <string.h>
#include "arena.h"
#include "hash.h"

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192, P256_BYTES = 32, SHA256_BYTES = 32 };

struct public_key {
	gcry_sexp_t sexp;
	bool is_rsa;
	size_t signature_length;
};

static void release(void *resource)
{
	gcry_sexp_release(resource);
}

static const struct public_key *new_key(struct arena *arena, gcry_sexp_t sexp, bool is_rsa,
					size_t signature_length)
{
	struct public_key *key = arena_alloc(arena, sizeof(*key));

	arena_defer(arena, release, sexp);
	*key = (struct public_key){ sexp, is_rsa, signature_length };
	return key;
}

const struct public_key *public_key_rsa(struct arena *arena, struct big_number modulus,
					struct big_number exponent)
{
	const struct public_key *key = NULL;
	unsigned bits = 0;
	gcry_mpi_t n = NULL, e = NULL;
	gcry_sexp_t sexp;

	hash_init();
	if (modulus.length <= RSA_BITS_MAX / 8 && exponent.length <= RSA_BITS_MAX / 8 &&
	    !gcry_mpi_scan(&n, GCRYMPI_FMT_USG, modulus.bytes, modulus.length, NULL) &&
	    !gcry_mpi_scan(&e, GCRYMPI_FMT_USG, exponent.bytes, exponent.length, NULL))
		bits = gcry_mpi_get_nbits(n);
	/* Under an exponent of 1 everything is its own signature. */
	if (bits >= RSA_BITS_MIN && gcry_mpi_cmp_ui(e, 3) >= 0 && gcry_mpi_test_bit(e, 0) &&
	    !gcry_sexp_build(&sexp, NULL, "(public-key(rsa(n %m)(e %m)))", n, e))
		key = new_key(arena, sexp, true, (bits + 7) / 8);
	gcry_mpi_release(n);
	gcry_mpi_release(e);
	return key;
}

/* Is the point, uncompressed, one of the curve's? */
static bool is_on_curve(const unsigned char *point, size_t length)
{
	gcry_mpi_t value = gcry_mpi_set_opaque_copy(NULL, point, (unsigned)length * 8);
	gcry_ctx_t curve = NULL;
	gcry_mpi_point_t decoded = gcry_mpi_point_new(0);
	bool is = false;

	if (!gcry_mpi_ec_new(&curve, NULL, "NIST P-256") &&
	    !gcry_mpi_ec_decode_point(decoded, value, curve))
		is = gcry_mpi_ec_curve_point(decoded, curve);
	gcry_mpi_point_release(decoded);
	gcry_ctx_release(curve);
	gcry_mpi_release(value);
	return is;
}

const struct public_key *public_key_p256(struct arena *arena, struct big_number x,
					 struct big_number y)
{
	unsigned char point[1 + 2 * P256_BYTES] = { 4 }; /* uncompressed */
	gcry_sexp_t sexp;

	if (x.length != P256_BYTES || y.length != P256_BYTES)
		return NULL;
	memcpy(point + 1, x.bytes, P256_BYTES);
	memcpy(point + 1 + P256_BYTES, y.bytes, P256_BYTES);
	hash_init();
	if (!is_on_curve(point, sizeof(point)) ||
	    gcry_sexp_build(&sexp, NULL, "(public-key(ecc(curve \"NIST P-256\")(q %b)))",
			    (int)sizeof(point), point))
		return NULL;
	return new_key(arena, sexp, false, 2 * P256_BYTES);
}

static gcry_error_t build_signature(gcry_sexp_t *sexp, const struct public_key *key,
				    const unsigned char *signature)
{
	if (key->is_rsa)
		return gcry_sexp_build(sexp, NULL, "(sig-val(rsa(s %b)))",
				       (int)key->signature_length, signature);
	return gcry_sexp_build(sexp, NULL, "(sig-val(ecdsa(r %b)(s %b)))", P256_BYTES, signature,
			       P256_BYTES, signature + P256_BYTES);
}

bool public_key_verifies(const struct public_key *key, const void *bytes, size_t length,
			 const void *signature, size_t signature_length)
{
	static const char *const forms[] = { "(data(flags raw)(hash sha256 %b))",
					     "(data(flags pkcs1)(hash sha256 %b))" };
	unsigned char sum[SHA256_BYTES];
	gcry_sexp_t data = NULL, value = NULL;
	bool good;

	if (signature_length != key->signature_length)
		return false;
	hash_init();
	gcry_md_hash_buffer(GCRY_MD_SHA256, sum, bytes, length);
	good = !gcry_sexp_build(&data, NULL, forms[key->is_rsa], (int)sizeof(sum), sum) &&
	       !build_signature(&value, key, signature) && !gcry_pk_verify(value, data, key->sexp);
	gcry_sexp_release(data);
	gcry_sexp_release(value);
	return good;
}
