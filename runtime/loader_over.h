/* loader_over.h - for who looks at the data itself: a loader over a shelf that is open already. */

#ifndef RUNTIME_LOADER_OVER_H
#define RUNTIME_LOADER_OVER_H

#include <stdio.h>

#include "runtime/shelf.h"

/* As loader_open, over the shelf of the same part, which stays the caller's and must outlive the
 * loader. Damaged files are left out, whatever the card says of them. */
Loader *loader_over(Shelf *shelf, const LoaderOptions *options);

/* One line for each damaged file, "PATH: reason", up to the card's limit. */
void loader_list_damaged(FILE *out, const Dataset *dataset, PartKind part, const Shelf *shelf);

#endif
