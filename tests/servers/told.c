/* told.c - answer what a program is told by the web server
 * SPDX-License-Identifier: ISC
 *
 * In the place of the registry's programs, by FastCGI and by CGI.  The answer is the
 * program's name, the request's environment, a variable a line, and behind `own' what of
 * HYTHE_* it was started with.  A header X-Answer of the request makes it the headers of
 * a blob, with that one more, and no body.  As hythe-blobs it ends without an answer,
 * as a program that crashes would, if the target has `crash'. */
#define _GNU_SOURCE
#include <fcgi_stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char blob_headers[] = "Docker-Distribution-API-Version: registry/2.0\r\n"
				   "Docker-Content-Digest: sha256:told\r\n"
				   "ETag: \"sha256:told\"\r\n"
				   "Cache-Control: max-age=31536000\r\n"
				   "X-Content-Type-Options: nosniff\r\n"
				   "Content-Security-Policy: sandbox\r\n"
				   "Content-Type: application/octet-stream\r\n";

/* The text of each variable that begins with `prefix`, each behind `word`. */
static char *list(char *text, const char *word, char **variables, const char *prefix)
{
	for (; *variables; variables++)
		if (strncmp(*variables, prefix, strlen(prefix)) == 0)
			text = stpcpy(stpcpy(stpcpy(text, word), *variables), "\n");
	return text;
}

int main(int argc, char **argv)
{
	static char text[1 << 18], own[1 << 16];
	const char *name = argc ? strrchr(argv[0], '/') : NULL;

	name = name ? name + 1 : "";
	list(own, "own ", environ, "HYTHE_");
	while (FCGI_Accept() >= 0) {
		const char *target = getenv("REQUEST_URI"), *method = getenv("REQUEST_METHOD");
		const char *answer = getenv("HTTP_X_ANSWER");

		if (strcmp(name, "hythe-blobs") == 0 && target && strstr(target, "crash"))
			_exit(1);
		while (getchar() != EOF)
			;
		if (answer) {
			printf("Status: 200 OK\r\n%s%s\r\n\r\n", blob_headers, answer);
			continue;
		}
		sprintf(text, "program=%s\n", name);
		strcpy(list(text + strlen(text), "", environ, ""), own);
		printf("Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n",
		       (int)strlen(text));
		if (!method || strcmp(method, "HEAD") != 0)
			fwrite(text, 1, strlen(text), stdout);
	}
	return 0;
}
