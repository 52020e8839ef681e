/* fill.c - fill a storage root with many small images, fast
 * SPDX-License-Identifier: ISC
 *
 * fill ROOT BLOBS GARBAGE: so many layers of some bytes each, ten to an image,
 * a thousand images to a repository; of the images the first GARBAGE per cent
 * have no manifest, as if it had been deleted.  Nothing is synced. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "digest.h"
#include "file.h"
#include "hash.h"
#include "layout.h"
#include "text.h"

enum { LAYERS = 10, IMAGES = 1000 };

static int root;

static void stop(const char *path)
{
	perror(path);
	exit(1);
}

static void put(struct arena *arena, const char *directory, const char *leaf, const char *bytes,
		size_t length)
{
	int fd;

	if (file_make_directories(root, directory) < 0)
		stop(directory);
	fd = file_open(root, layout_in(arena, directory, leaf), O_WRONLY | O_CREAT, FILE_MODE);
	if (fd < 0 || file_write_at(fd, bytes, length, 0) < 0)
		stop(directory);
	close(fd);
}

static void put_blob(struct arena *arena, const char *bytes, size_t length, struct digest *digest)
{
	hash_bytes(SHA256, bytes, length, digest);
	put(arena, layout_blob(arena, digest), "data", bytes, length);
}

static void put_link(struct arena *arena, const char *directory, const struct digest *digest)
{
	put(arena, directory, "link", digest->text, strlen(digest->text));
}

/* Put one layer, linked, and add its descriptor. */
static void add_layer(struct text *text, struct arena *arena, const char *name, unsigned long i)
{
	const char *bytes = arena_printf(arena, "layer %lu\n", i);
	struct digest digest;

	put_blob(arena, bytes, strlen(bytes), &digest);
	put_link(arena, layout_layer(arena, name, &digest), &digest);
	text_add_format(text,
			"%s{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\","
			"\"digest\":\"%s\",\"size\":%zu}",
			i % LAYERS ? "," : "", digest.text, strlen(bytes));
}

static void put_image(struct arena *arena, unsigned long number, int has_manifest)
{
	const char *name = arena_printf(arena, "bench/r%lu", number / IMAGES);
	const char *tag = arena_printf(arena, "t%lu", number % IMAGES);
	struct digest config, digest;
	struct text text;

	put_blob(arena, "{}", 2, &config);
	put_link(arena, layout_layer(arena, name, &config), &config);
	text_init(&text, arena);
	text_add_format(
		&text,
		"{\"schemaVersion\":2,\"config\":{\"mediaType\":"
		"\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":2},"
		"\"layers\":[",
		config.text);
	for (unsigned long i = number * LAYERS; i < (number + 1) * LAYERS; i++)
		add_layer(&text, arena, name, i);
	text_add(&text, "]}");
	if (!has_manifest)
		return;
	put_blob(arena, text.bytes, text.length, &digest);
	put_link(arena, layout_revision(arena, name, &digest), &digest);
	put_link(arena, layout_in(arena, layout_tag(arena, name, tag), "current"), &digest);
}

int main(int argc, char **argv)
{
	unsigned long images, garbage;

	if (argc != 4) {
		fputs("usage: fill ROOT BLOBS GARBAGE\n", stderr);
		return 2;
	}
	umask(0);
	root = open(argv[1], O_RDONLY | O_DIRECTORY);
	if (root < 0)
		stop(argv[1]);
	images = strtoul(argv[2], NULL, 10) / LAYERS;
	garbage = images * strtoul(argv[3], NULL, 10) / 100;
	for (unsigned long i = 0; i < images; i++) {
		struct arena arena;

		arena_init(&arena);
		put_image(&arena, i, i >= garbage);
		arena_reset(&arena);
	}
	return 0;
}
