/* test_media_type.c - media_type.h
 * SPDX-License-Identifier: ISC */
#include "media_type.h"

#include "tap.h"

#define OCI "application/vnd.oci.image."
#define DOCKER "application/vnd.docker."

static void test_find(void)
{
	static const struct {
		const char *text;
		const char *found;
		enum manifest_shape shape;
	} cases[] = {
		{ OCI "manifest.v1+json", OCI "manifest.v1+json", SHAPE_IMAGE },
		{ OCI "index.v1+json", OCI "index.v1+json", SHAPE_INDEX },
		{ DOCKER "distribution.manifest.v2+json", DOCKER "distribution.manifest.v2+json",
		  SHAPE_IMAGE },
		{ DOCKER "distribution.manifest.list.v2+json",
		  DOCKER "distribution.manifest.list.v2+json", SHAPE_INDEX },
		{ OCI "manifest.v1+json; charset=utf-8", OCI "manifest.v1+json", SHAPE_IMAGE },
		{ OCI "manifest.v1+json;charset=utf-8", OCI "manifest.v1+json", SHAPE_IMAGE },
		{ OCI "manifest.v1+json ;x", OCI "manifest.v1+json", SHAPE_IMAGE },
		{ " " OCI "manifest.v1+json", OCI "manifest.v1+json", SHAPE_IMAGE },
		{ "Application/VND.oci.image.INDEX.v1+JSON", OCI "index.v1+json", SHAPE_INDEX },
		{ OCI "manifest.v1+jso", NULL, 0 },
		{ OCI "manifest.v1+jsons", NULL, 0 },
		{ OCI "manifest.v2+json", NULL, 0 },
		{ OCI "config.v1+json", NULL, 0 },
		{ DOCKER "distribution.manifest.v1+json", NULL, 0 },
		{ "application/json", NULL, 0 },
		{ "text/html", NULL, 0 },
		{ "; " OCI "manifest.v1+json", NULL, 0 },
		{ "", NULL, 0 },
		{ " ", NULL, 0 },
		{ ";", NULL, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct media_type *found = media_type_find(cases[i].text);

		is_text(found ? found->text : NULL, cases[i].found, cases[i].text);
		if (found)
			is_number(found->shape, cases[i].shape, "its shape");
	}
	is_text(media_type_default(SHAPE_IMAGE)->text, OCI "manifest.v1+json", "default image");
	is_text(media_type_default(SHAPE_INDEX)->text, OCI "index.v1+json", "default index");
}

static void test_kinds(void)
{
	static const struct {
		const char *text;
		bool schema1, foreign;
	} cases[] = {
		{ DOCKER "distribution.manifest.v1+json", true, false },
		{ DOCKER "distribution.manifest.v1+prettyjws", true, false },
		{ DOCKER "distribution.manifest.v1+prettyjws; charset=utf-8", true, false },
		{ DOCKER "distribution.manifest.v2+json", false, false },
		{ DOCKER "image.rootfs.foreign.diff.tar", false, true },
		{ DOCKER "image.rootfs.foreign.diff.tar.gzip", false, true },
		{ DOCKER "image.rootfs.diff.tar.gzip", false, false },
		{ OCI "layer.nondistributable.v1.tar", false, true },
		{ OCI "layer.nondistributable.v1.tar+gzip", false, true },
		{ OCI "layer.nondistributable.v1.tar+zstd", false, true },
		{ OCI "layer.v1.tar+gzip", false, false },
		{ OCI "layer.nondistributable", false, false },
		{ "", false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ok(media_type_is_schema1(cases[i].text) == cases[i].schema1, "schema 1: %s",
		   cases[i].text);
		ok(media_type_is_foreign(cases[i].text) == cases[i].foreign, "foreign: %s",
		   cases[i].text);
	}
}

int main(void)
{
	test_find();
	test_kinds();
	return done_testing();
}
