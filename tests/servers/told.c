/* told.c - answer what a program is told by the web server
 * SPDX-License-Identifier: ISC
 *
 * In the place of the registry's programs, by FastCGI and by CGI.  The answer,
 * after the body, is the request's environment, a variable a line.  As hythe-blobs it ends without
 * one, as a program that crashes would. */
#define _GNU_SOURCE
#include <fcgi_stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *name = argc ? strrchr(argv[0], '/') : NULL;

	while (FCGI_Accept() >= 0) {
		if (name && strcmp(name, "/hythe-blobs") == 0)
			_exit(1);
		while (getchar() != EOF)
			;
		printf("Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n");
		for (char **variable = environ; *variable; variable++)
			printf("%s\n", *variable);
	}
	return 0;
}
