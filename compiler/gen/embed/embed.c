/* embed.c - prints files as a C file that defines kernel_texts (see ../kernels.h). A tool of the
 * build: `embed FILE... > kernels.c`. It ends with 1 where a file cannot be read. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *basename_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* One string a line of the file, so that what is printed can be read. Octal escapes end after three
 * digits, and an escaped `?` makes no trigraph. */
static void print_string(FILE *file)
{
    int c, fresh = 1;
    while ((c = getc(file)) != EOF) {
        if (fresh)
            fputs("\n        \"", stdout);
        fresh = c == '\n';
        if (c == '\n')
            fputs("\\n\"", stdout);
        else if (c == '"' || c == '\\' || c == '?')
            printf("\\%c", c);
        else if (c < ' ' || c > '~')
            printf("\\%03o", (unsigned)c);
        else
            putchar(c);
    }
    if (!fresh)
        putchar('"');
}

int main(int count, char **path)
{
    printf("/* Made by embed from %d files. */\n\n"
           "#include \"compiler/gen/kernels.h\"\n\n"
           "const KernelText kernel_texts[] = {\n", count - 1);
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(path[i], "r");
        if (!file) {
            fprintf(stderr, "embed: %s: %s\n", path[i], strerror(errno));
            return 1;
        }
        printf("    { \"%s\",\n        \"\"", basename_of(path[i]));
        print_string(file);
        printf(" },\n");
        int bad = ferror(file);
        fclose(file);
        if (bad) {
            fprintf(stderr, "embed: %s: cannot be read\n", path[i]);
            return 1;
        }
    }
    printf("    {0}\n};\n");
    return fflush(stdout) || ferror(stdout);
}
