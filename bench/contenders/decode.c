/* decode.c - a contender that decodes JPEG files and nothing else: libjpeg as its manual has it, no picture
 * kept, files in memory. No loader that decodes by this library can be faster by more than what it decodes
 * otherwise. A round is all the files.
 *
 * usage: decode [--data DIR] [--threads N]      a contender, see serve.h; DIR/data/train holds the files */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "bench/contenders/serve.h"

typedef struct {
    unsigned char *bytes;
    unsigned long size;
} File;

typedef struct {
    File *file;
    int files, threads;
} Files;

static File read_file(const char *path)
{
    FILE *stream = fopen(path, "rb");
    if (!stream || fseek(stream, 0, SEEK_END)) {
        perror(path);
        exit(3);
    }
    File file = { .size = (unsigned long)ftell(stream) };
    file.bytes = malloc(file.size);
    rewind(stream);
    if (!file.bytes || fread(file.bytes, 1, file.size, stream) != file.size) {
        perror(path);
        exit(3);
    }
    fclose(stream);
    return file;
}

static Files read_folder(const char *root)
{
    Files files = { 0 };
    char folder[4096], path[8192];
    struct dirent **entry;
    snprintf(folder, sizeof folder, "%s/data/train", root);
    int entries = scandir(folder, &entry, NULL, alphasort);
    files.file = calloc(entries > 0 ? (size_t)entries : 1, sizeof *files.file);
    for (int i = 0; i < entries; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
        if (entry[i]->d_name[0] != '.')
            files.file[files.files++] = read_file(path);
    }
    return files;
}

static void decode(const File *file)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, file->bytes, file->size);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg);
    JSAMPROW row = malloc((size_t)jpeg.output_width * 3);
    while (jpeg.output_scanline < jpeg.output_height)
        jpeg_read_scanlines(&jpeg, &row, 1);
    free(row);
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
}

static void run(void *context)
{
    const Files *files = context;
    #pragma omp parallel for schedule(dynamic) num_threads(files->threads)
    for (int i = 0; i < files->files; i++)
        decode(&files->file[i]);
}

int main(int argc, char **argv)
{
    Files files = read_folder(told(argc, argv, "data", "."));
    files.threads = told_number(argc, argv, "threads", 2);
    char facts[80];
    snprintf(facts, sizeof facts, "{\"images\": %d}", files.files);
    serve(facts, run, &files);
}
