/* messages.c - every message of diag.def fires as written in cases/ID.case, line and caret
 * included, and is silent on a card that is nearly the same and sound; JSON says what text says.
 *
 * A case is parts of a file, each under a line of its own: `== fires` (the card), `== says` (all
 * that netc prints of it), `== silent` (a sound card), and `== file NAME` for what is included. {0} stands for a byte 0
 * in a card, {models} for the folder of the models in what is said. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

void suite_messages(void);

#define DIAG(id, format) #id,
static const char *const ids[] = {
#include "base/diag.def"
};
#undef DIAG

enum { PARTS = 8 };

typedef struct {
    char *text;                 /* of the whole case; the parts point into it */
    const char *title[PARTS], *body[PARTS];
    size_t length[PARTS];
    int parts;
    char *folder;               /* with the files that the cards include */
} Case;

static const char *part(const Case *c, const char *title, size_t *length)
{
    for (int i = 0; i < c->parts; i++)
        if (!strcmp(c->title[i], title)) {
            *length = c->length[i];
            return c->body[i];
        }
    fprintf(stderr, "a case lacks its part '%s'\n", title);
    CU_FAIL("a case lacks a part");
    *length = 0;
    return "";
}

/* Cuts the text at its titles, in place. */
static Case case_open(const char *id)
{
    Case c = {.folder = scratch_open()};
    char path[200];
    snprintf(path, sizeof path, "tests/diagnostics/cases/%s.case", id);
    c.text = file_text(path);
    for (char *at = c.text; at && c.parts < PARTS; ) {
        char *title = at + strlen("== "), *end = strchr(title, '\n');
        char *next = strstr(end, "\n== ");
        *end = 0;
        c.title[c.parts] = title;
        c.body[c.parts] = end + 1;
        c.length[c.parts++] = next > end ? (size_t)(next - end) : next ? 0 : strlen(end + 1);
        at = next ? next + 1 : NULL;
    }
    for (int i = 0; i < c.parts; i++)
        if (!strncmp(c.title[i], "file ", 5))
            scratch_write(c.folder, c.title[i] + 5, c.body[i], c.length[i]);
    return c;
}

static void case_close(Case *c)
{
    scratch_close(c->folder);
    free(c->text);
}

/* The text with another one in the mark's place, to be freed. */
static char *with(const char *text, size_t length, const char *mark, const char *other, size_t other_length, size_t *all)
{
    char *whole;
    FILE *out = open_memstream(&whole, all);
    const char *at = memmem(text, length, mark, strlen(mark)), *end = text + length;
    for (; at; text = at + strlen(mark), at = memmem(text, (size_t)(end - text), mark, strlen(mark))) {
        fwrite(text, 1, (size_t)(at - text), out);
        fwrite(other, 1, other_length, out);
    }
    fwrite(text, 1, (size_t)(end - text), out);
    fclose(out);
    return whole;
}

static Checked check_part(const Case *c, const char *title)
{
    size_t length;
    const char *text = part(c, title, &length);
    char *card = with(text, length, "{0}", "", 1, &length);
    Checked checked = check_in(c->folder, "case.net", card, length);
    free(card);
    return checked;
}

static char *said_of(const Case *c)
{
    size_t length;
    const char *text = part(c, "says", &length);
    char *models = realpath("models", NULL);
    char *said = with(text, length, "{models}", models, strlen(models), &length);
    free(models);
    return said;
}

static void fires_as_written(void)
{
    for (int id = 0; id < DIAG_COUNT; id++) {
        Case c = case_open(ids[id]);
        Checked checked = check_part(&c, "fires");
        char *expected = said_of(&c);
        CU_ASSERT(diag_has(checked.diagnostics, id));
        CU_ASSERT(checked.card == NULL);
        CU_ASSERT(same_text(ids[id], checked.said, expected));
        free(expected);
        checked_close(&checked);
        case_close(&c);
    }
}

static void is_silent_on_a_sound_card(void)
{
    for (int id = 0; id < DIAG_COUNT; id++) {
        Case c = case_open(ids[id]);
        Checked checked = check_part(&c, "silent");
        CU_ASSERT(checked.card != NULL);
        CU_ASSERT(same_text(ids[id], checked.said, ""));
        checked_close(&checked);
        case_close(&c);
    }
}

/* ---- JSON ---- */

static const char *field(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "(none)";
}

static void print_object(FILE *out, const json_t *object)
{
    fprintf(out, "%s:%d:%d: %s: %s\n", field(object, "file"),
            (int)json_integer_value(json_object_get(object, "line")),
            (int)json_integer_value(json_object_get(object, "column")), field(object, "kind"),
            field(object, "message"));
}

/* The lines of text that have a place, without the card's lines and carets. */
static void print_heads(FILE *out, const char *said)
{
    for (const char *end; *said; said = end + 1) {
        end = strchr(said, '\n');
        if (*said != ' ')
            fwrite(said, 1, (size_t)(end + 1 - said), out);
    }
}

static void json_says_what_text_says(void)
{
    for (int id = 0; id < DIAG_COUNT; id++) {
        Case c = case_open(ids[id]);
        Checked checked = check_part(&c, "fires");
        char *json, *from_json, *from_text;
        size_t length;
        FILE *out = open_memstream(&json, &length);
        diag_print_json(checked.diagnostics, out);
        fclose(out);

        json_t *mistakes = json_loads(json, 0, NULL);
        CU_ASSERT_FATAL(mistakes != NULL);
        bool named = false;
        out = open_memstream(&from_json, &length);
        for (size_t i = 0; i < json_array_size(mistakes); i++) {
            const json_t *mistake = json_array_get(mistakes, i);
            const json_t *notes = json_object_get(mistake, "children");
            named = named || !strcmp(field(mistake, "id"), ids[id]);
            print_object(out, mistake);
            for (size_t j = 0; j < json_array_size(notes); j++)
                print_object(out, json_array_get(notes, j));
        }
        fclose(out);
        out = open_memstream(&from_text, &length);
        print_heads(out, checked.said);
        fclose(out);
        CU_ASSERT(named);
        CU_ASSERT(same_text("JSON", from_json, from_text));
        json_decref(mistakes);
        free(json);
        free(from_json);
        free(from_text);
        checked_close(&checked);
        case_close(&c);
    }
}

/* What no UTF-8 is must not make the JSON ill-formed. */
static void json_stands_wild_bytes(void)
{
    static const char card[] =
        "let a=1 \xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\"\\\n\x01 \xe2\x82\xac\n";
    char *folder = scratch_open(), *json;
    size_t length;
    Checked checked = check_in(folder, "wild\xff.net", card, sizeof card - 1);
    FILE *out = open_memstream(&json, &length);
    diag_print_json(checked.diagnostics, out);
    fclose(out);
    json_t *mistakes = json_loads(json, 0, NULL);
    CU_ASSERT(json_array_size(mistakes) >= 2);
    json_decref(mistakes);
    free(json);
    checked_close(&checked);
    scratch_close(folder);
}

/* ---- places ---- */

static char *place_text(const Place *place, bool color)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    place_print(out, place, "error", "what", color);
    fclose(out);
    return text;
}

static void carets_stand_under_their_text(void)
{
    static const struct { Place place; const char *text; } places[] = {
        {{"a.net", 7, 3, 2, "\t\tab c"},
         "a.net:7:3: error: what\n    7 | \t\tab c\n      | \t\t^~\n"},
        {{"a.net", 12345, 8, 4, "\"\xc3\xa4\xc3\xb6\" \xc3\xbc\xc3\xbc"},
         "a.net:12345:8: error: what\n12345 | \"\xc3\xa4\xc3\xb6\" \xc3\xbc\xc3\xbc\n      |      "
         "^~\n"},
        {{"a.net", 1, 4, 1, "abc"}, "a.net:1:4: error: what\n    1 | abc\n      |    ^\n"},
        {{"a.net", 1, 900, 5, "abc"}, "a.net:1:900: error: what\n    1 | abc\n      |    ^\n"},
        {{"a.net", 1, 2, 1, "a\033[2Jb"}, "a.net:1:2: error: what\n    1 | a?[2Jb\n      |  ^\n"},
        {{"a.net", 1, 2, 1, NULL}, "a.net:1:2: error: what\n"},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *text = place_text(&places[i].place, false);
        CU_ASSERT(same_text("a place", text, places[i].text));
        free(text);
    }
}

static void color_is_for_terminals(void)
{
    Place place = {"a.net", 1, 1, 1, "a"};
    char *text = place_text(&place, true);
    CU_ASSERT(strstr(text, "\033[1;31merror:") != NULL);
    free(text);

    FILE *file = tmpfile();
    CU_ASSERT(!place_color(file));
    fclose(file);
    int terminal = posix_openpt(2);
    if (terminal < 0)
        return;
    file = fdopen(terminal, "r+");
    unsetenv("NO_COLOR");
    CU_ASSERT(place_color(file));
    setenv("NO_COLOR", "", 1);
    CU_ASSERT(place_color(file));
    setenv("NO_COLOR", "1", 1);
    CU_ASSERT(!place_color(file));
    unsetenv("NO_COLOR");
    fclose(file);
}

/* ---- the world ---- */

static void an_unreadable_card_is_no_mistake(void)
{
    static const char *const paths[] = {"/nowhere/at-all.net", "/"};
    for (int i = 0; i < 2; i++) {
        Arena *arena = arena_open();
        Diagnostics *diagnostics = diag_open(arena);
        CU_ASSERT(check_card(arena, paths[i], diagnostics) == NULL);
        CU_ASSERT(diag_count(diagnostics) == 0);
        CU_ASSERT_FATAL(diag_world(diagnostics) != NULL);
        CU_ASSERT(strstr(diag_world(diagnostics), paths[i]) != NULL);
        arena_close(arena);
    }
}

void suite_messages(void)
{
    CU_pSuite suite = CU_add_suite("messages", NULL, NULL);
    CU_add_test(suite, "every message fires as written", fires_as_written);
    CU_add_test(suite, "every message is silent on a sound card", is_silent_on_a_sound_card);
    CU_add_test(suite, "JSON says what text says", json_says_what_text_says);
    CU_add_test(suite, "JSON stands wild bytes", json_stands_wild_bytes);
    CU_add_test(suite, "carets stand under their text", carets_stand_under_their_text);
    CU_add_test(suite, "color is for terminals", color_is_for_terminals);
    CU_add_test(suite, "an unreadable card is no mistake", an_unreadable_card_is_no_mistake);
}
