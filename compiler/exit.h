/* exit.h - netc's exit codes, as the manual page lists them. */

#ifndef COMPILER_EXIT_H
#define COMPILER_EXIT_H

enum { EXIT_MISTAKE = 1, EXIT_USAGE = 2, EXIT_WORLD = 3, EXIT_INTERRUPTED = 130 };

#endif
