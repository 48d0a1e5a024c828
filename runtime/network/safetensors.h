/* safetensors.h - tensors in files, as the safetensors format has them: a length, a JSON header, raw
 * little-endian numbers. Files are read strictly, since they come from anywhere: nothing of a file is
 * used before all of its header has been proven sound. */

#ifndef NETWORK_SAFETENSORS_H
#define NETWORK_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/system/reason.h"
#include "runtime/system/whole.h"

/* A tensor of floats, as a header describes it; its values are dense, row after row. */
typedef struct {
    const char *name;
    int dims;
    int dim[4];
} TensorHead;

typedef struct {
    const char *key, *value;
} Metadata;

/* ---- writing ---- */

/* Writes the header of a file whose tensors, in this order, the caller writes next with whole_write.
 * The same heads and metadata give the same bytes. */
void safetensors_begin(WholeFile *file, const TensorHead *head, int tensors,
                       const Metadata *metadata, int pairs);

/* Puts texts into the metadata of a file, in place of those of the same keys; all else stays as it is, and the file is
 * replaced whole. False, and the reason in `why`, where it cannot be read; that it cannot be written is a fault. */
bool safetensors_amend(const char *path, const Metadata *metadata, int pairs, char why[REASON_ROOM]);

/* ---- reading ---- */

typedef struct Safetensors Safetensors;

/* Opens a file and proves its header; NULL, and the reason in `why`, where that fails. */
Safetensors *safetensors_open(const char *path, char why[REASON_ROOM]);
void         safetensors_close(Safetensors *file);

/* True while the file that was opened is what stands at that path: files that others replace are written anew. */
bool safetensors_stands(const Safetensors *file, const char *path);

/* The text of a key of the file's metadata, or NULL. Lives as long as the file is open. */
const char *safetensors_metadata(const Safetensors *file, const char *key);

/* The head of the file's tensor of that name; false where there is none, or one with more or larger dimensions than a
 * head has. Then of one tensor after the other, from 0, without its dimensions where they are such; false behind the
 * last. Names live as long as the file is open. */
bool safetensors_head(const Safetensors *file, const char *name, TensorHead *head);
bool safetensors_head_at(const Safetensors *file, int index, TensorHead *head);

/* Goes to the values of the file's tensor of that name, which must be F32 and of the same shape.
 * False, and the reason in `why`, where it is not. */
bool safetensors_find(Safetensors *file, const TensorHead *head, char why[REASON_ROOM]);

/* The next values of the tensor that was found; the caller asks for no more than it has. */
bool safetensors_next(Safetensors *file, float *values, size_t count, char why[REASON_ROOM]);

#endif
