/* test_manifest.c - manifest.h
 * SPDX-License-Identifier: ISC */
#include "manifest.h"

#include "manifest_build.h"
#include "tap.h"
#include "text.h"

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
	test_descriptors();
	test_referrer();
	test_limits();
	test_long_value();
	test_stored();
	arena_reset(&arena);
	return done_testing();
}
