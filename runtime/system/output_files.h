/* output_files.h - the pictures that a command writes to a folder, named by what they answer: no two alike, and none that
 * was there before lost without a word. */

#ifndef SYSTEM_OUTPUT_FILES_H
#define SYSTEM_OUTPUT_FILES_H

typedef struct {
    const char *folder;
    void *taken;                /* the paths that were given out: tsearch(3) */
    long replaced;              /* of them, so many were there before */
} OutputFiles;

/* Makes the folder where it is missing; failures are faults. `folder` must outlive what is opened. */
OutputFiles output_files_open(const char *folder);

/* FOLDER/NAME.png, '/' being '_' there, or FOLDER/NAME-2.png and so on where another has that already. Lives until
 * the files are closed. */
const char *output_files_path(OutputFiles *files, const char *name);

/* Says on standard error how many files were replaced. */
void output_files_close(OutputFiles *files);

#endif
