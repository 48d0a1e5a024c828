/* names.c - see names.h. */

#include "compiler/gen/names.h"

#include <ctype.h>
#include <string.h>

#include "compiler/gen/kernels.h"

/* What the functions of a generated file say, C's own words first. */
static const char *const reserved[] = {
    "asm", "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else",
    "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict",
    "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "typeof", "union",
    "unsigned", "void", "volatile", "while", "linux", "unix", "memset", "size_t", "uint32_t", "uint64_t",
    "int32_t", "int8_t", "Step", "Turn", "ArrayRow", "ScheduleRow", "SegmentRow", "Schedule", "schedule_run", "Rates",
    "step", "turn", "nothing", "array", "call", "segment", "schedule", "rates", "image",
};

static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        if ((at == text || !is_of_word(at[-1])) && !is_of_word(at[length]))
            return true;
    return false;
}

static bool is_header(const char *file)
{
    size_t length = strlen(file);
    return length > 2 && !strcmp(file + length - 2, ".h");
}

static bool is_reserved(const char *name)
{
    bool small = false;
    for (const char *c = name; *c; c++)
        small |= islower((unsigned char)*c) != 0;
    if (!small || *name == '_')         /* macros, and what belongs to the compiler */
        return true;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (!strcmp(reserved[i], name))
            return true;
    for (const KernelText *k = kernel_texts; k->name; k++)
        if (is_header(k->name) && has_word(k->text, name))
            return true;
    return false;
}

const char *identifier(Arena *arena, const char *name)
{
    char *text = arena_alloc(arena, 2 * strlen(name) + 2), *to = text;
    for (const char *c = name; *c; c++) {
        *to++ = is_of_word(*c) ? *c : '_';
        if (*c == '/')
            *to++ = '_';
    }
    if (is_reserved(text))
        *to = '_';
    return text;
}

Names names_of_plan(Arena *arena, const Plan *plan)
{
    Names names = { .arena = arena, .of = arena_array(arena, const char *, plan->buffers),
                    .slots = 2 * (size_t)plan->buffers + 1 };
    names.slot = arena_array(arena, const char *, names.slots);
    return names;
}

/* Where the name stands, or would. */
static const char **slot_of(const Names *names, const char *name)
{
    size_t hash = 5381;
    for (const char *c = name; *c; c++)
        hash = hash * 33 + (unsigned char)*c;
    for (size_t i = hash % names->slots;; i = (i + 1) % names->slots)
        if (!names->slot[i] || !strcmp(names->slot[i], name))
            return &names->slot[i];
}

const char *name_of(Names *names, const Buffer *buffer, NameTaken *taken, const void *whose)
{
    const char **own = &names->of[buffer->number];
    if (*own)
        return *own;
    const char *name = identifier(names->arena, buffer->name);
    while (*slot_of(names, name) || taken(whose, name))
        name = arena_printf(names->arena, "%s_", name);
    *slot_of(names, name) = name;
    *own = name;
    return name;
}
