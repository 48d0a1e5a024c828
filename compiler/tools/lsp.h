/* lsp.h - netc lsp: the language server, which an editor starts and speaks to over its standard input and output. */

#ifndef TOOLS_LSP_H
#define TOOLS_LSP_H

#include <stdio.h>

/* Serves LSP 3.17 until the editor says `exit` or closes the stream. Returns 0 where it had said `shutdown` before,
 * else 1, as the protocol wants it. */
int lsp(FILE *in, FILE *out);

#endif
