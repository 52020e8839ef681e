/* test_manifest.c - manifest.h
 * SPDX-License-Identifier: ISC */
#include "manifest.h"

#include <stdlib.h>
#include "arena.h"
#include "tap.h"
#include "text.h"

#define OCI_IMAGE "application/vnd.oci.image.manifest.v1+json"
#define OCI_INDEX "application/vnd.oci.image.index.v1+json"
#define DOCKER_IMAGE "application/vnd.docker.distribution.manifest.v2+json"
#define DOCKER_LIST "application/vnd.docker.distribution.manifest.list.v2+json"
#define SCHEMA1 "application/vnd.docker.distribution.manifest.v1+prettyjws"

#define HEX16 "0123456789abcdef"
#define HEX64 HEX16 HEX16 HEX16 HEX16
#define HEX63 HEX16 HEX16 HEX16 "0123456789abcde"

/* Pieces of documents.  In the tables `'` stands for `"`. */
#define DIGEST "'digest':'sha256:" HEX64 "'"
#define DESCRIPTOR "{'mediaType':'a/b'," DIGEST ",'size':1}"
#define WITH(more) "{'mediaType':'a/b'," DIGEST ",'size':1," more "}"
#define OF_A "'mediaType':'a','digest':'sha256:" HEX_OF_A "','size':1"
#define HEX_OF_A "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
#define OF_NOTHING "'mediaType':'a','digest':'sha256:" HEX_OF_NOTHING "','size':0"
#define HEX_OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define TYPED(type) "'schemaVersion':2,'mediaType':'" type "'"
#define PARTS "'config':" DESCRIPTOR ",'layers':[" DESCRIPTOR "]"
#define IMAGE(more) "{" TYPED(OCI_IMAGE) "," PARTS more "}"
#define LAYER(descriptor) "{" TYPED(OCI_IMAGE) ",'config':" DESCRIPTOR ",'layers':[" descriptor "]}"
#define INDEX(more) "{" TYPED(OCI_INDEX) ",'manifests':[" DESCRIPTOR "]" more "}"

static struct arena arena;

static const char *double_quotes(const char *text)
{
	char *copy = arena_copy(&arena, text, strlen(text));

	for (char *quote = copy; (quote = strchr(quote, '\'')) != NULL; )
		*quote = '"';
	return copy;
}

/* Parse a copy that ends where the bytes end, so that a step beyond is seen. */
static bool parse_bytes(const char *bytes, size_t length, const char *content_type,
			struct manifest *manifest)
{
	char *copy = malloc(length ? length : 1);
	bool good;

	memcpy(copy, bytes, length);
	good = manifest_parse(&arena, copy, length, content_type, manifest);
	free(copy);
	return good;
}

static bool parse(const char *text, const char *content_type, struct manifest *manifest)
{
	text = double_quotes(text);
	return parse_bytes(text, strlen(text), content_type, manifest);
}

static void test_good(void)
{
	static const struct {
		const char *text, *content_type, *media_type;
		size_t descriptors;
	} cases[] = {
		{ IMAGE(""), OCI_IMAGE, OCI_IMAGE, 2 },
		{ IMAGE(""), NULL, OCI_IMAGE, 2 },
		{ IMAGE(""), "", OCI_IMAGE, 2 },
		{ IMAGE(""), "application/octet-stream", OCI_IMAGE, 2 },
		{ IMAGE(""), "application/json; charset=utf-8", OCI_IMAGE, 2 },
		{ IMAGE(""), "Application/VND.oci.image.manifest.v1+JSON ; x=y", OCI_IMAGE, 2 },
		{ INDEX(""), OCI_INDEX, OCI_INDEX, 1 },
		{ "{" TYPED(DOCKER_IMAGE) "," PARTS "}", DOCKER_IMAGE, DOCKER_IMAGE, 2 },
		{ "{" TYPED(DOCKER_IMAGE) "," PARTS "}", NULL, DOCKER_IMAGE, 2 },
		{ "{" TYPED(DOCKER_LIST) ",'manifests':[]}", DOCKER_LIST, DOCKER_LIST, 0 },
		{ "{'schemaVersion':2," PARTS "}", OCI_IMAGE, OCI_IMAGE, 2 },
		{ "{'schemaVersion':2," PARTS "}", NULL, OCI_IMAGE, 2 },
		{ "{'schemaVersion':2,'manifests':[]}", OCI_INDEX, OCI_INDEX, 0 },
		{ "{'schemaVersion':2,'manifests':[]}", "application/json", OCI_INDEX, 0 },
		{ "{" TYPED(OCI_IMAGE) ",'config':" DESCRIPTOR ",'layers':[]}", NULL, OCI_IMAGE,
		  1 },
		{ IMAGE(",'subject':" DESCRIPTOR), NULL, OCI_IMAGE, 3 },
		{ INDEX(",'subject':" DESCRIPTOR), NULL, OCI_INDEX, 2 },
		{ IMAGE(",'subject':null,'annotations':null,'artifactType':null"), NULL, OCI_IMAGE,
		  2 },
		{ IMAGE(",'annotations':{'a':'b'},'artifactType':'a/b','other':[1e3]"), NULL,
		  OCI_IMAGE, 2 },
		{ LAYER("{'data':'YQ=='," OF_A ",'urls':['u'],'annotations':{},'artifactType':'x'}"),
		  NULL, OCI_IMAGE, 2 },
		{ LAYER(WITH("'urls':null,'data':null,'platform':{}")), NULL, OCI_IMAGE, 2 },
		{ LAYER("{" OF_NOTHING ",'data':''}"), NULL, OCI_IMAGE, 2 },
		{ LAYER("{" DIGEST ",'size':9007199254740992,'mediaType':''}"), NULL, OCI_IMAGE,
		  2 },
		{ LAYER("{" DIGEST ",'size':0,'mediaType':'a'}"), NULL, OCI_IMAGE, 2 },
		{ LAYER("{'digest':'sha512:" HEX64 HEX64 "','size':0,'mediaType':'a'}"), NULL,
		  OCI_IMAGE, 2 },
		/* Docker's types know no subject: it is not looked into. */
		{ "{" TYPED(DOCKER_IMAGE) "," PARTS ",'subject':7}", NULL, DOCKER_IMAGE, 2 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = double_quotes(cases[i].text);
		const struct media_type *stored;
		struct manifest manifest;

		ok(parse(text, cases[i].content_type, &manifest), "good document %zu", i);
		is_number((long long)manifest.fault_count, 0, "without a fault");
		is_text(manifest.media_type ? manifest.media_type->text : NULL,
			cases[i].media_type, "of its type");
		is_number((long long)manifest.descriptor_count, (long long)cases[i].descriptors,
			  "with its descriptors");
		stored = manifest_media_type(&arena, text, strlen(text));
		ok(stored == manifest.media_type, "and of the same type once stored");
	}
}

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

static void test_descriptors(void)
{
	static const char text[] =
		"{" TYPED(OCI_IMAGE) ","
		"'config':{'mediaType':'c/c'," DIGEST ",'size':3,'urls':['u']},"
		"'layers':[" WITH("'urls':[]") "," WITH("'urls':['u']") ","
		"{'mediaType':'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',"
		DIGEST ",'size':4}],'subject':" DESCRIPTOR "}";
	static const struct {
		enum descriptor_role role;
		const char *at, *media_type;
		bool foreign;
	} wanted[] = {
		{ ROLE_CONFIG, "/config", "c/c", false },
		{ ROLE_LAYER, "/layers/0", "a/b", false },
		{ ROLE_LAYER, "/layers/1", "a/b", true },
		{ ROLE_LAYER, "/layers/2",
		  "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", true },
		{ ROLE_SUBJECT, "/subject", "a/b", false },
	};
	const size_t count = sizeof(wanted) / sizeof(wanted[0]);
	struct manifest manifest;

	ok(parse(text, NULL, &manifest), "an image with all kinds of descriptors");
	is_number((long long)manifest.descriptor_count, (long long)count, "which are all there");
	for (size_t i = 0; i < count && i < manifest.descriptor_count; i++) {
		const struct descriptor *descriptor = &manifest.descriptors[i];

		is_number(descriptor->role, wanted[i].role, "the role");
		is_text(descriptor->at, wanted[i].at, "the pointer");
		is_text(descriptor->media_type, wanted[i].media_type, "the media type");
		is_number(descriptor->foreign, wanted[i].foreign, "whether it is foreign");
		is_text(descriptor->digest.text, "sha256:" HEX64, "the digest");
	}
	is_number((long long)manifest.descriptors[3].size, 4, "the size");
	ok(manifest.subject == &manifest.descriptors[4], "the subject is one of them");
}

/* NULL stays NULL. */
static const char *json(const char *text)
{
	return text ? double_quotes(text) : NULL;
}

static void test_referrer(void)
{
	static const struct {
		const char *text, *artifact_type, *annotations;
	} cases[] = {
		{ IMAGE(""), "'a/b'", NULL },
		{ IMAGE(",'artifactType':'x/y'"), "'x/y'", NULL },
		{ IMAGE(",'artifactType':'\\u00e4\\n\\u0001'"), "'\xc3\xa4\\n\\u0001'", NULL },
		{ IMAGE(",'artifactType':''"), "'a/b'", NULL },
		{ INDEX(""), NULL, NULL },
		{ INDEX(",'artifactType':''"), NULL, NULL },
		{ INDEX(",'artifactType':'x/y'"), "'x/y'", NULL },
		{ "{" TYPED(OCI_IMAGE) ",'layers':[],"
		  "'config':{'mediaType':''," DIGEST ",'size':1}}",
		  NULL, NULL },
		{ IMAGE(",'annotations':{}"), "'a/b'", "{}" },
		{ IMAGE(",'annotations': { 'b' : 'c/d' , 'a' : 'x\\ny\\u00e9' } "), "'a/b'",
		  "{'b':'c/d','a':'x\\ny\xc3\xa9'}" },
	};
	struct manifest manifest;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ok(parse(cases[i].text, NULL, &manifest), "document %zu", i);
		is_text(manifest.artifact_type, json(cases[i].artifact_type), "its artifact type");
		is_text(manifest.annotations, json(cases[i].annotations), "its annotations");
		ok(manifest.subject == NULL, "and no subject");
	}
	ok(!parse(IMAGE(",'annotations':{'a':'b','c':null}"), NULL, &manifest) &&
	   !manifest.annotations, "bad annotations are not shown");
}

/* An index of `count` times `descriptor`, and perhaps a subject. */
static struct text make_index(const char *descriptor, size_t count, const char *subject)
{
	struct text text;

	text_init(&text, &arena);
	text_add(&text, double_quotes("{" TYPED(OCI_INDEX) ",'manifests':["));
	for (size_t i = 0; i < count; i++) {
		text_add(&text, i ? "," : "");
		text_add(&text, double_quotes(descriptor));
	}
	text_add(&text, "]");
	text_add(&text, double_quotes(subject));
	text_add(&text, "}");
	return text;
}

static void test_limits(void)
{
	struct manifest manifest;
	struct text text;

	text = make_index(DESCRIPTOR, DESCRIPTORS_MAX, "");
	ok(parse_bytes(text.bytes, text.length, NULL, &manifest), "as many as allowed");
	is_number((long long)manifest.descriptor_count, DESCRIPTORS_MAX, "are all there");
	text = make_index(DESCRIPTOR, DESCRIPTORS_MAX + 2, "");
	ok(!parse_bytes(text.bytes, text.length, NULL, &manifest), "two more");
	is_number((long long)manifest.fault_count, 1, "are one fault");
	is_number(manifest.faults[0].problem, PROBLEM_TOO_MANY, "which says so");
	is_text(manifest.faults[0].at, "/manifests/4096", "and where");
	is_number((long long)manifest.descriptor_count, DESCRIPTORS_MAX, "the others are there");
	text = make_index(DESCRIPTOR, DESCRIPTORS_MAX, ",'subject':" DESCRIPTOR);
	ok(!parse_bytes(text.bytes, text.length, NULL, &manifest), "a subject counts as well");
	is_text(manifest.faults[0].at, "/subject", "where it stands");
	ok(manifest.subject == NULL, "and is none");
	text = make_index("7", 200, "");
	ok(!parse_bytes(text.bytes, text.length, NULL, &manifest), "two hundred faults");
	is_number((long long)manifest.fault_count, MANIFEST_FAULTS_MAX, "are cut at the limit");
	text = make_index("[]", 65536, "");
	ok(!parse_bytes(text.bytes, text.length, NULL, &manifest), "too many values");
	is_text(manifest.faults[0].value, "too many", "are told as such");
	text = make_index("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 1, "");
	ok(!parse_bytes(text.bytes, text.length, NULL, &manifest), "as deep as allowed");
	is_text(manifest.faults[0].at, "/manifests/0", "is read to the bottom");
	ok(!parse_bytes("{}\0", 3, NULL, &manifest), "a NUL behind the document");
	is_text(manifest.faults[0].value, "trailing", "is something behind it");
}

static void test_long_value(void)
{
	struct manifest manifest;
	struct text text;

	text_init(&text, &arena);
	for (int i = 0; i < 1000; i++)
		text_add(&text, "\xe2\x82\xac");
	parse(arena_printf(&arena, "{" TYPED(OCI_INDEX) ",'manifests':[{'mediaType':'a',"
			   "'size':1,'digest':'%s'}]}", text.bytes), NULL, &manifest);
	is_number((long long)strlen(manifest.faults[0].value), 255, "a long value is cut");
	parse(INDEX(""), text.bytes, &manifest);
	is_number((long long)strlen(manifest.faults[0].value), 255, "a long type as well");
}

static void test_stored(void)
{
	static const struct {
		const char *text, *media_type;
	} cases[] = {
		{ "{'mediaType':'" DOCKER_IMAGE "'}", DOCKER_IMAGE },
		{ "{'layers':[],'mediaType':'" DOCKER_IMAGE "'}", DOCKER_IMAGE },
		{ "{'manifests':[]}", OCI_INDEX },
		{ "{'layers':[]}", OCI_IMAGE },
		{ "{'a':{'manifests':[]},'layers':[]}", OCI_IMAGE },
		{ "{'mediaType':'text/html','layers':[]}", NULL },
		{ "{'mediaType':7,'layers':[]}", NULL },
		{ "{'schemaVersion':1,'fsLayers':[]}", NULL },
		{ "{}", NULL },
		{ "[]", NULL },
		{ "", NULL },
		{ "\x1f\x8b", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = double_quotes(cases[i].text);
		const struct media_type *type = manifest_media_type(&arena, text, strlen(text));

		is_text(type ? type->text : NULL, cases[i].media_type, "the type once stored");
	}
}

int main(void)
{
	arena_init(&arena);
	test_good();
	test_faults();
	test_sizes();
	test_many_faults();
	test_descriptors();
	test_referrer();
	test_limits();
	test_long_value();
	test_stored();
	arena_reset(&arena);
	return done_testing();
}
