/* read.h - the files a card is made of. */

#ifndef CHECK_READ_H
#define CHECK_READ_H

#include "compiler/check/context.h"

struct CardFile {
    const Syntax *syntax;
    Frame frame;                /* what it names */
    Span lacks_braces;          /* the first statement without its block; source NULL: none */
    bool is_card;               /* it holds what a card holds, though it is included: that was told */
    bool astray;                /* a '}' too many has left a statement outside its braces */
    bool open;                  /* its statements are being read: who includes it now is a circle */
    unsigned long device, inode;
};

/* Reads and parses the card itself; NULL where it cannot be read: the world's fault is told. */
CardFile *read_card(Check *check, const char *path);

/* The file that `path` names, seen from the file it stands in, then in netc's own models/; read
 * once, however often it is included. NULL where it cannot be read; that is reported. */
CardFile *read_include(Check *check, const CardFile *from, const char *path, Span span);

/* A file of blocks that has a block of that name, beside the card or among netc's models, as `include` would name it;
 * NULL: none. All that it names counts as lost: one line would bring it. */
const char *file_with_block(Check *check, const char *block);

#endif
