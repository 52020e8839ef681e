/* test_manifest_faults.c - manifest.h: what is wrong with a manifest, and where
 * SPDX-License-Identifier: ISC */
#include "manifest.h"

#include "manifest_build.h"
#include "tap.h"

/* Documents with one fault. */
static void test_faults(void)
{
	static const struct {
		const char *text, *content_type;
		enum manifest_problem problem;
		const char *at, *value;
	} cases[] = {
		{ "", NULL, PROBLEM_JSON, "", "syntax" },
		{ "{'a':[1,x]}", NULL, PROBLEM_JSON, "/a/1", "syntax" },
		{ "{} {}", NULL, PROBLEM_JSON, "", "trailing" },
		{ "{'a':1,'a':2}", NULL, PROBLEM_JSON, "/a", "duplicate key" },
		{ "{'layers':[],'\\u006cayers':[]}", NULL, PROBLEM_JSON, "/layers",
		  "duplicate key" },
		{ "[]", NULL, PROBLEM_SHAPE, "", NULL },
		{ "null", NULL, PROBLEM_SHAPE, "", NULL },
		{ "2", NULL, PROBLEM_SHAPE, "", NULL },
		{ "'x'", NULL, PROBLEM_SHAPE, "", NULL },

		{ IMAGE(""), SCHEMA1, PROBLEM_SCHEMA1, "", SCHEMA1 },
		{ "no JSON at all", SCHEMA1, PROBLEM_SCHEMA1, "", SCHEMA1 },
		{ "{'schemaVersion':1,'name':'a','tag':'b','fsLayers':[]}", NULL, PROBLEM_SCHEMA1,
		  "/schemaVersion", "1" },
		{ "{'schemaVersion':1," PARTS "}", OCI_IMAGE, PROBLEM_SCHEMA1, "/schemaVersion",
		  "1" },
		{ "{" TYPED(SCHEMA1) "," PARTS "}", NULL, PROBLEM_SCHEMA1, "/mediaType", SCHEMA1 },

		{ "{'schemaVersion':'2'," PARTS "}", NULL, PROBLEM_SCHEMA_VERSION,
		  "/schemaVersion", "2" },
		{ "{'schemaVersion':2.0," PARTS "}", NULL, PROBLEM_SCHEMA_VERSION,
		  "/schemaVersion", "2.0" },
		{ "{'schemaVersion':3," PARTS "}", NULL, PROBLEM_SCHEMA_VERSION,
		  "/schemaVersion", "3" },
		{ "{'schemaVersion':null," PARTS "}", NULL, PROBLEM_SCHEMA_VERSION,
		  "/schemaVersion", "null" },
		{ "{'schemaVersion':[2]," PARTS "}", NULL, PROBLEM_SCHEMA_VERSION,
		  "/schemaVersion", NULL },
		{ "{" PARTS "}", NULL, PROBLEM_SCHEMA_VERSION, "/schemaVersion", NULL },

		{ IMAGE(""), "text/html", PROBLEM_MEDIA_TYPE, "", "text/html" },
		{ IMAGE(""), "application/json2", PROBLEM_MEDIA_TYPE, "", "application/json2" },
		{ IMAGE(""), DOCKER_IMAGE, PROBLEM_MEDIA_TYPE, "/mediaType", OCI_IMAGE },
		{ IMAGE(""), OCI_INDEX, PROBLEM_MEDIA_TYPE, "/mediaType", OCI_IMAGE },
		{ "{" TYPED("text/html") "," PARTS "}", NULL, PROBLEM_MEDIA_TYPE, "/mediaType",
		  "text/html" },
		{ "{" TYPED("") "," PARTS "}", NULL, PROBLEM_MEDIA_TYPE, "/mediaType", "" },
		{ "{" TYPED(OCI_IMAGE ";a=b") "," PARTS "}", NULL, PROBLEM_MEDIA_TYPE,
		  "/mediaType", OCI_IMAGE ";a=b" },
		{ "{'schemaVersion':2,'mediaType':null," PARTS "}", NULL, PROBLEM_FIELD,
		  "/mediaType", "null" },
		{ "{'schemaVersion':2,'mediaType':2," PARTS "}", NULL, PROBLEM_FIELD,
		  "/mediaType", "2" },
		{ "{'schemaVersion':2," PARTS "}", DOCKER_IMAGE, PROBLEM_MEDIA_TYPE,
		  "/mediaType", NULL },
		{ "{'schemaVersion':2,'manifests':[]}", DOCKER_LIST, PROBLEM_MEDIA_TYPE,
		  "/mediaType", NULL },

		{ "{" TYPED(OCI_INDEX) "," PARTS "}", NULL, PROBLEM_SHAPE, "/mediaType",
		  OCI_INDEX },
		{ "{" TYPED(OCI_IMAGE) ",'manifests':[]}", NULL, PROBLEM_SHAPE, "/mediaType",
		  OCI_IMAGE },
		{ "{'schemaVersion':2," PARTS "}", OCI_INDEX, PROBLEM_SHAPE, "", OCI_INDEX },
		{ "{'schemaVersion':2,'manifests':[]}", OCI_IMAGE, PROBLEM_SHAPE, "", OCI_IMAGE },
		{ IMAGE(",'manifests':[]"), NULL, PROBLEM_SHAPE, "", NULL },
		{ INDEX(",'layers':[]"), NULL, PROBLEM_SHAPE, "", NULL },
		{ INDEX(",'config':" DESCRIPTOR), NULL, PROBLEM_SHAPE, "", NULL },
		{ "{'schemaVersion':2}", NULL, PROBLEM_SHAPE, "", NULL },
		{ "{" TYPED(OCI_IMAGE) "}", OCI_IMAGE, PROBLEM_SHAPE, "", NULL },
		{ "{" TYPED(OCI_IMAGE) ",'config':" DESCRIPTOR "}", NULL, PROBLEM_FIELD, "/layers",
		  NULL },
		{ "{" TYPED(OCI_IMAGE) ",'layers':[]}", NULL, PROBLEM_FIELD, "/config", NULL },
		{ "{" TYPED(OCI_IMAGE) ",'layers':[],'config':[]}", NULL, PROBLEM_FIELD, "/config",
		  NULL },
		{ "{" TYPED(OCI_IMAGE) ",'layers':[],'config':null}", NULL, PROBLEM_FIELD,
		  "/config",
		  "null" },
		{ "{" TYPED(OCI_IMAGE) ",'layers':null,'config':" DESCRIPTOR "}", NULL,
		  PROBLEM_FIELD,
		  "/layers", "null" },
		{ "{" TYPED(OCI_INDEX) ",'manifests':{}}", NULL, PROBLEM_FIELD, "/manifests",
		  NULL },
		{ "{" TYPED(OCI_INDEX) ",'manifests':[" DESCRIPTOR ",'x']}", NULL, PROBLEM_FIELD,
		  "/manifests/1", "x" },

		{ IMAGE(",'Layers':[]"), NULL, PROBLEM_FIELD, "/Layers", NULL },
		{ IMAGE(",'layer\\u017f':[]"), NULL, PROBLEM_FIELD, "/layer\xc5\xbf", NULL },
		{ IMAGE(",'Manifests':[]"), NULL, PROBLEM_FIELD, "/Manifests", NULL },
		{ IMAGE(",'CONFIG':{}"), NULL, PROBLEM_FIELD, "/CONFIG", NULL },
		{ IMAGE(",'MediaType':'" OCI_INDEX "'"), NULL, PROBLEM_FIELD, "/MediaType", NULL },
		{ IMAGE(",'SchemaVersion':1"), NULL, PROBLEM_FIELD, "/SchemaVersion", NULL },
		{ LAYER(WITH("'Digest':'x'")), NULL, PROBLEM_FIELD, "/layers/0/Digest", NULL },

		{ IMAGE(",'artifactType':7"), NULL, PROBLEM_FIELD, "/artifactType", "7" },
		{ IMAGE(",'annotations':'x'"), NULL, PROBLEM_FIELD, "/annotations", "x" },
		{ IMAGE(",'annotations':{'a':'b','c/d':true}"), NULL, PROBLEM_FIELD,
		  "/annotations/c~1d", "true" },
		{ IMAGE(",'subject':'x'"), NULL, PROBLEM_FIELD, "/subject", "x" },
		{ IMAGE(",'subject':{'mediaType':'a','digest':'x','size':0}"), NULL, PROBLEM_DIGEST,
		  "/subject/digest", "x" },

		{ LAYER("null"), NULL, PROBLEM_FIELD, "/layers/0", "null" },
		{ LAYER("[]"), NULL, PROBLEM_FIELD, "/layers/0", NULL },
		{ LAYER(DESCRIPTOR ",{" DIGEST ",'size':1}"), NULL, PROBLEM_FIELD,
		  "/layers/1/mediaType", NULL },
		{ LAYER("{'mediaType':7," DIGEST ",'size':1}"), NULL, PROBLEM_FIELD,
		  "/layers/0/mediaType", "7" },
		{ LAYER("{'mediaType':'a','size':1}"), NULL, PROBLEM_FIELD, "/layers/0/digest",
		  NULL },
		{ LAYER("{'mediaType':'a','digest':7,'size':1}"), NULL, PROBLEM_FIELD,
		  "/layers/0/digest", "7" },
		{ LAYER(DESCRIPTOR ",{'mediaType':'a','digest':'sha256:" HEX63 "','size':1}"), NULL,
		  PROBLEM_DIGEST, "/layers/1/digest", "sha256:" HEX63 },
		{ LAYER("{'mediaType':'a','digest':'sha256:" HEX63 "F','size':1}"), NULL,
		  PROBLEM_DIGEST, "/layers/0/digest", "sha256:" HEX63 "F" },
		{ LAYER("{'mediaType':'a','digest':'../../x','size':1}"), NULL, PROBLEM_DIGEST,
		  "/layers/0/digest", "../../x" },
		{ LAYER("{'mediaType':'a'," DIGEST "}"), NULL, PROBLEM_FIELD, "/layers/0/size",
		  NULL },
		{ LAYER(WITH("'urls':'http://a'")), NULL, PROBLEM_FIELD, "/layers/0/urls",
		  "http://a" },
		{ LAYER(WITH("'urls':['a',7]")), NULL, PROBLEM_FIELD, "/layers/0/urls/1", "7" },
		{ LAYER(WITH("'annotations':{'':1}")), NULL, PROBLEM_FIELD,
		  "/layers/0/annotations/",
		  "1" },
		{ LAYER(WITH("'data':7")), NULL, PROBLEM_FIELD, "/layers/0/data", "7" },
		{ LAYER(WITH("'data':'YQ='")), NULL, PROBLEM_FIELD, "/layers/0/data", "YQ=" },
		{ LAYER(WITH("'data':'Y==='")), NULL, PROBLEM_FIELD, "/layers/0/data", "Y===" },
		{ LAYER(WITH("'data':'YQ=a'")), NULL, PROBLEM_FIELD, "/layers/0/data", "YQ=a" },
		{ LAYER(WITH("'data':'Y-_a'")), NULL, PROBLEM_FIELD, "/layers/0/data", "Y-_a" },
		{ LAYER("{" OF_A ",'data':'Yg=='}"), NULL, PROBLEM_DIGEST, "/layers/0/data",
		  "sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d" },
		{ LAYER("{" OF_A ",'data':'YWE='}"), NULL, PROBLEM_SIZE, "/layers/0/data", "2" },
		{ LAYER("{" OF_A ",'data':''}"), NULL, PROBLEM_SIZE, "/layers/0/data", "0" },
		{ LAYER("{'data':'YWE='," OF_A "}"), NULL, PROBLEM_SIZE, "/layers/0/data", "2" },
		{ LAYER("{" OF_A ",'data':'YQ=='},{" OF_A ",'data':'Yg=='}"), NULL, PROBLEM_DIGEST,
		  "/layers/1/data",
		  "sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d" },
		{ IMAGE(",'subject':{" OF_A ",'data':'Yg=='}"), NULL, PROBLEM_DIGEST, "/subject/data",
		  "sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct manifest manifest;

		ok(!parse(cases[i].text, cases[i].content_type, &manifest), "bad document %zu", i);
		is_number((long long)manifest.fault_count, 1, "has one fault");
		if (!manifest.fault_count)
			continue;
		is_number(manifest.faults[0].problem, cases[i].problem, "its problem");
		is_text(manifest.faults[0].at, cases[i].at, "its pointer");
		is_text(manifest.faults[0].value, cases[i].value, "its value");
		ok(manifest.faults[0].reason && *manifest.faults[0].reason, "its reason");
	}
}

static void test_sizes(void)
{
	static const struct {
		const char *text;
		bool good;
		long long size;
	} cases[] = {
		{ "0", true, 0 },
		{ "9007199254740992", true, 9007199254740992 },
		{ "9007199254740993", false, 0 },
		{ "9223372036854775807", false, 0 },
		{ "9223372036854775808", false, 0 },
		{ "18446744073709551617", false, 0 },
		{ "99999999999999999999999999999999999999", false, 0 },
		{ "-1", false, 0 },
		{ "-99999999999999999999999999999999999999", false, 0 },
		{ "1.0", false, 0 },
		{ "1e3", false, 0 },
		{ "1E400", false, 0 },
		{ "'1'", false, 0 },
		{ "true", false, 0 },
		{ "null", false, 0 },
		{ "[1]", false, 0 },
		{ "{}", false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = arena_printf(&arena, "{" TYPED(OCI_INDEX) ",'manifests':["
						"{'mediaType':'a'," DIGEST ",'size':%s}]}",
						cases[i].text);
		struct manifest manifest;

		is_number(parse(text, NULL, &manifest), cases[i].good, cases[i].text);
		if (cases[i].good)
			is_number((long long)manifest.descriptors[0].size, cases[i].size,
			"is read");
		else
			ok(manifest.fault_count == 1 &&
			   manifest.faults[0].problem == PROBLEM_SIZE &&
			   strcmp(manifest.faults[0].at, "/manifests/0/size") == 0, "is a fault");
	}
}

/* Every fault is told, in the order of the document. */
static void test_many_faults(void)
{
	static const char text[] =
		"{'annotations':{'a':1},'layers':[{'size':-1,'digest':'x','mediaType':'a'},"
		DESCRIPTOR ",7],'mediaType':'b','config':{'size':1},'Subject':{}}";
	static const struct {
		enum manifest_problem problem;
		const char *at;
	} wanted[] = {
		{ PROBLEM_MEDIA_TYPE, "" },
		{ PROBLEM_FIELD, "/annotations/a" },
		{ PROBLEM_SIZE, "/layers/0/size" },
		{ PROBLEM_DIGEST, "/layers/0/digest" },
		{ PROBLEM_FIELD, "/layers/2" },
		{ PROBLEM_MEDIA_TYPE, "/mediaType" },
		{ PROBLEM_FIELD, "/config/mediaType" },
		{ PROBLEM_FIELD, "/config/digest" },
		{ PROBLEM_FIELD, "/Subject" },
		{ PROBLEM_SCHEMA_VERSION, "/schemaVersion" },
	};
	const size_t count = sizeof(wanted) / sizeof(wanted[0]);
	struct manifest manifest;

	ok(!parse(text, "text/html", &manifest), "a document of faults");
	is_number((long long)manifest.fault_count, (long long)count, "has all of them");
	for (size_t i = 0; i < count && i < manifest.fault_count; i++) {
		is_number(manifest.faults[i].problem, wanted[i].problem, "the problem");
		is_text(manifest.faults[i].at, wanted[i].at, "the pointer");
	}
	is_number((long long)manifest.descriptor_count, 1, "the good descriptor is there");
	is_text(manifest.descriptors[0].at, "/layers/1", "with its pointer");
}

int main(void)
{
	arena_init(&arena);
	test_faults();
	test_sizes();
	test_many_faults();
	arena_reset(&arena);
	return done_testing();
}
