/* terminal.h - what standard output shows on. */

#ifndef BASE_TERMINAL_H
#define BASE_TERMINAL_H

#include <stdbool.h>

/* True where it is a terminal that can move its cursor. */
bool terminal_moves(void);

/* Its size at this moment; 80 columns and 24 rows where it does not tell. */
typedef struct { int columns, rows; } TerminalSize;
TerminalSize terminal_size(void);

/* True where the user's locale writes UTF-8. */
bool terminal_is_utf8(void);

#endif
