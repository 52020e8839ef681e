/* tarsum.c - tarsums: names for what is in a tar archive
 * SPDX-License-Identifier: ISC */
#include "tarsum.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	const char *label;
} versions[] = {
	[TARSUM_V0] = { "v0", "tarsum+" },
	[TARSUM_V1] = { "v1", "tarsum.v1+" },
	[TARSUM_DEV] = { "dev", "tarsum.dev+" },
};

_Static_assert(sizeof(versions) / sizeof(versions[0]) == TARSUM_VERSION_COUNT,
	       "every version has a row");

bool tarsum_parse(const char *text, struct tarsum *tarsum)
{
	struct digest digest;

	for (enum tarsum_version version = 0; version < TARSUM_VERSION_COUNT; version++) {
		size_t length = strlen(versions[version].label);

		if (strncmp(text, versions[version].label, length) != 0)
			continue;
		if (!digest_parse(text + length, &digest) || digest.algorithm != SHA256)
			return false;
		tarsum_make(tarsum, version, &digest);
		return true;
	}
	return false;
}

void tarsum_make(struct tarsum *tarsum, enum tarsum_version version, const struct digest *digest)
{
	tarsum->version = version;
	snprintf(tarsum->text, sizeof(tarsum->text), "%s%s:%s", versions[version].label,
		 algorithm_name(SHA256), digest_hex(digest));
}

bool tarsum_equal(const struct tarsum *a, const struct tarsum *b)
{
	return strcmp(a->text, b->text) == 0;
}

const char *tarsum_hex(const struct tarsum *tarsum)
{
	return strchr(tarsum->text, ':') + 1;
}

const char *tarsum_version_name(enum tarsum_version version)
{
	return versions[version].name;
}
