#include "base/text.h"

#include <ctype.h>
#include <string.h>

const char *grouped_text(Arena *arena, long number)
{
    const char *digits = arena_printf(arena, "%ld", number);
    char *text = arena_alloc(arena, 2 * strlen(digits)), *to = text;
    for (size_t left = strlen(digits); left; left--) {
        *to++ = *digits++;
        if (left > 1 && left % 3 == 1 && isdigit((unsigned char)to[-1]))
            *to++ = ',';
    }
    return text;
}

const char *shape_text(Arena *arena, Shape shape)
{
    return arena_printf(arena, "%dx%dx%d", shape.h, shape.w, shape.c);
}

const char *shape_short_text(Arena *arena, Shape shape)
{
    return shape_is_vector(shape) ? arena_printf(arena, "%d", shape.c) : shape_text(arena, shape);
}

const char *shell_text(Arena *arena, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    if (*word && !word[strspn(word, plain)])
        return word;
    char *text = arena_alloc(arena, 4 * strlen(word) + 3), *end = text;
    *end++ = '\'';
    for (; *word; word++)
        end = *word == '\'' ? stpcpy(end, "'\\''") : (*end = *word, end + 1);
    stpcpy(end, "'");
    return text;
}

const char *either_text(Arena *arena, const char *const *part, int parts)
{
    const char *text = parts ? part[0] : "";
    for (int i = 1; i < parts; i++)
        text = arena_printf(arena, "%s%s%s", text, i < parts - 1 ? ", " : " or ", part[i]);
    return text;
}

const char *bytes_text(Arena *arena, double bytes)
{
    static const char *const unit[] = { "kB", "MB", "GB", "TB" };
    if (bytes < 1000)
        return arena_printf(arena, "%.0f byte%s", bytes, plural((long)bytes));
    size_t at = 0;
    for (bytes /= 1000; bytes >= 1000 && at + 1 < sizeof unit / sizeof *unit; at++)
        bytes /= 1000;
    return arena_printf(arena, "%.1f %s", bytes, unit[at]);
}
