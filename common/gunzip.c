/* gunzip.c - undoes gzip as its bytes come; the only file that knows zlib
 * SPDX-License-Identifier: ISC */
#include "gunzip.h"

#include <stdint.h>
#include <unistd.h>
#include <zlib.h>

#include "arena.h"
#include "log.h"

enum {
	OUTPUT_FREE = 256 << 20, /* bytes */
	OUTPUT_TIMES = 100,
	WINDOW_BITS = MAX_WBITS + 16 /* gzip, not zlib's own format */
};

struct gunzip {
	z_stream stream;
	uint64_t in, out; /* bytes */
	bool begun;       /* a member that has not ended */
	const char *reason;
};

bool gunzip_is_wanted(const unsigned char *bytes)
{
	return bytes[0] == 0x1f && bytes[1] == 0x8b;
}

static void release(void *stream)
{
	inflateEnd(stream);
}

/* What can go wrong here is memory, or another zlib than it was built with. */
struct gunzip *gunzip_begin(struct arena *arena)
{
	struct gunzip *gunzip = arena_alloc(arena, sizeof(*gunzip));
	int result = inflateInit2(&gunzip->stream, WINDOW_BITS);

	if (result != Z_OK) {
		log_line("cannot begin to decompress: %s", zError(result));
		_exit(1);
	}
	arena_defer(arena, release, &gunzip->stream);
	return gunzip;
}

void gunzip_give(struct gunzip *gunzip, const void *bytes, size_t length)
{
	gunzip->stream.next_in = (Bytef *)bytes;
	gunzip->stream.avail_in = (uInt)length;
}

static void judge(struct gunzip *gunzip, int result)
{
	uint64_t most = gunzip->in * OUTPUT_TIMES;

	gunzip->begun = result != Z_STREAM_END;
	if (result == Z_STREAM_END)
		inflateReset(&gunzip->stream);
	else if (result != Z_OK && result != Z_BUF_ERROR)
		gunzip->reason = "the gzip data is damaged, or is none";
	if (gunzip->out > (most > OUTPUT_FREE ? most : OUTPUT_FREE))
		gunzip->reason = "the gzip data becomes more than a hundred times as large";
}

size_t gunzip_take(struct gunzip *gunzip, void *bytes, size_t room)
{
	z_stream *stream = &gunzip->stream;
	size_t taken = 0;

	stream->next_out = bytes;
	stream->avail_out = (uInt)room;
	while (!gunzip->reason && !taken) {
		uInt given = stream->avail_in;
		int result;

		/* Between members it would read on for ever. */
		if (!given && !gunzip->begun)
			break;
		result = inflate(stream, Z_NO_FLUSH);
		taken = room - stream->avail_out;
		gunzip->in += given - stream->avail_in;
		gunzip->out += taken;
		judge(gunzip, result);
		if (result == Z_BUF_ERROR)
			break;
	}
	return gunzip->reason ? 0 : taken;
}

const char *gunzip_fault(const struct gunzip *gunzip, bool at_end)
{
	if (gunzip->reason)
		return gunzip->reason;
	return at_end && gunzip->begun ? "the gzip data ends too early" : NULL;
}
