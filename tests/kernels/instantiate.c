/* instantiate.c - a kernel's text with its shapes put in: golden texts, and expressions whose value must not
 * change. */

#include "compiler/gen/instantiate.h"

#include <CUnit/CUnit.h>
#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- golden texts ---- */

static const Param sizes[] = {
    { "H", "5" }, { "W", "3" }, { "ONE", "1" }, { "NONE", "0" }, { "MOST", "2147483647" }, { "RATE", "0.5f" },
    { "WORD", "4000000000u" }, { "AFTER", "after_relu" },
};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* What the kernel becomes, to be freed; NULL where it is none. */
static char *instance_of(const char *text, const Param *param, int params)
{
    char *made = NULL;
    size_t length;
    FILE *out = open_memstream(&made, &length);
    bool done = instantiate(out, text, "conv1", param, params);
    fclose(out);
    if (done)
        return made;
    CU_ASSERT_EQUAL(length, 0);
    free(made);
    return NULL;
}

static void expect(const char *text, const char *want)
{
    char *made = instance_of(text, sizes, SIZES);
    if (!made || strcmp(made, want)) {
        char said[1024];
        snprintf(said, sizeof said, "'%s' became '%s', not '%s'", text, made ? made : "(nothing)", want);
        CU_assertImplementation(CU_FALSE, __LINE__, said, __FILE__, "", CU_FALSE);
    }
    free(made);
}

/* A statement within a kernel, before and after. */
static const struct { const char *from, *to; } statements[] = {
    /* names: whole words alone, and not in strings */
    { "HH + H2 + _H + H;", "HH + H2 + _H + 5;" },
    { "f(\"H\", 'H', \"\\\"H\", H);", "f(\"H\", 'H', \"\\\"H\", 5);" },
    { "AFTER(x, RATE, WORD);", "after_relu(x, 0.5f, 4000000000u);" },
    { "x = 0xH + 1e5H + H;", "x = 0xH + 1e5H + 5;" },
    /* comments go as prose */
    { "/* x [H][W], by H * W; don't \"H */ x;", "/* x [5][3], by 15; don't \"5 */ x;" },
    { "x; // H of W.\n H;", "x; // 5 of 3.\n 5;" },
    { "x /* H */ + W;", "x /* 5 */ + 3;" },
    /* constants are folded, the author's own numbers are not */
    { "x = H * W + 2;", "x = 17;" },
    { "x = 2 * 3 + 0;", "x = 2 * 3 + 0;" },
    { "x = (H + W) / 2 * y;", "x = 4 * y;" },
    { "x = y * ONE + NONE;", "x = y;" },
    { "x = y / ONE - NONE;", "x = y;" },
    { "x[(H)] = ((W));", "x[5] = 3;" },
    { "for (i = 0; i + H <= y; i += W)", "for (i = 0; i + 5 <= y; i += 3)" },
    { "x = H\n + W;", "x = 5\n + 3;" },
    /* what binds tighter, or comes first */
    { "x = y / H * W;", "x = y / 5 * 3;" },
    { "x = y % H * W;", "x = y % 5 * 3;" },
    { "x = y - H + W;", "x = y - 5 + 3;" },
    { "x = y - H * W;", "x = y - 15;" },
    { "x = H + W * y;", "x = 5 + 3 * y;" },
    { "x = y * H + W;", "x = y * 5 + 3;" },
    { "x = y + H - W;", "x = y + 2;" },
    { "x = NONE * y + z;", "x = 0 * y + z;" },
    { "x = y + NONE * z;", "x = y + 0 * z;" },
    { "x = 1 << H + W;", "x = 1 << 8;" },
    { "x = H << ONE;", "x = 5 << 1;" },
    /* signs of one operand */
    { "x = -H + W;", "x = -5 + 3;" },
    { "x = ~H + W;", "x = ~5 + 3;" },
    { "x = !H + W;", "x = !5 + 3;" },
    { "x = y / -H * W;", "x = y / -5 * 3;" },
    { "return -NONE;", "return -0;" },
    { "x = (int)-NONE;", "x = (int)-0;" },
    { "x = y ? -NONE : H;", "x = y ? -0 : 5;" },
    /* casts and calls keep their brackets */
    { "x = (float)H / W;", "x = (float)5 / 3;" },
    { "x = (size_t)(H * W) * sizeof *y;", "x = (size_t)(15) * sizeof *y;" },
    { "f(H); if (H) return (H);", "f(5); if (5) return (5);" },
    /* what has no value, or not that of an int */
    { "x = H / NONE + H % NONE;", "x = 5 / 0 + 5 % 0;" },
    { "x = MOST + ONE;", "x = 2147483647 + 1;" },
    { "x = W - H;", "x = 3 - 5;" },
    { "x = H * RATE;", "x = 5 * 0.5f;" },
    { "x = 2.f * H * W;", "x = 2.f * 15;" },
};

static void statements_become_constant(void)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        char from[256], to[256];
        snprintf(from, sizeof from, "KERNEL void conv(int x)\n{\n    %s\n}\n", statements[i].from);
        snprintf(to, sizeof to, "static void conv1(int x)\n{\n    %s\n}\n", statements[i].to);
        expect(from, to);
    }
}

static const struct { const char *from, *to; } heads[] = {
    { "/* conv: x [H] */\nKERNEL void conv(const float *x, int H)\n{\n}\n",
      "/* conv: x [5] */\nstatic void conv1(const float *x)\n{\n}\n" },
    { "KERNEL void conv(int H, int W)\n{\n}\n", "static void conv1(void)\n{\n}\n" },
    { "KERNEL void conv(int H, float *x, int W, int n, uint32_t WORD, float RATE)\n{\n}\n",
      "static void conv1(float *x, int n)\n{\n}\n" },
    { "KERNEL int conv(const float *restrict x,\n         int n, int H)\n{\n}\n",
      "static int conv1(const float *restrict x,\n                 int n)\n{\n}\n" },
    { "KERNEL void conv(float *x,\n                 int H, int W,\n                 int n)\n{\n}\n",
      "static void conv1(float *x,\n                  int n)\n{\n}\n" },
    /* text that ends too soon */
    { "KERNEL void conv(int n) { /* H", "static void conv1(int n) { /* 5" },
    { "KERNEL void conv(int n) { \"H", "static void conv1(int n) { \"H" },
};

static void heads_are_renamed(void)
{
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        expect(heads[i].from, heads[i].to);
}

/* The new name is the caller's, even where it is a shape's. */
static void the_name_is_no_parameter(void)
{
    const Param param[] = { { "conv1", "7" }, { "H", "5" } };
    char *made = instance_of("KERNEL void conv(int n)\n{\n    n = conv1 + H;\n}\n", param, 2);
    CU_ASSERT_PTR_NOT_NULL_FATAL(made);
    CU_ASSERT_STRING_EQUAL(made, "static void conv1(int n)\n{\n    n = 12;\n}\n");
    free(made);
}

static void what_is_no_kernel_is_refused(void)
{
    const char *const texts[] = {
        "", "static void conv(int H)\n{\n}\n", "/* KERNEL void conv(int H) */", "KERNEL", "KERNEL(",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CU_ASSERT_PTR_NULL(instance_of(texts[i], sizes, SIZES));
}

/* ---- values ---- */

/* Expressions of x, y, shapes and numbers, written at random. */
typedef struct {
    char text[512];
    size_t length;
    uint32_t state;
} Author;

static unsigned choose(Author *a, unsigned below)
{
    a->state ^= a->state << 13;
    a->state ^= a->state >> 17;
    a->state ^= a->state << 5;
    return (a->state >> 5) % below;
}

static void put(Author *a, const char *text)
{
    size_t length = strlen(text);
    if (a->length + length < sizeof a->text)
        memcpy(a->text + a->length, text, length + 1);
    a->length += length;
}

static void put_sum(Author *a, int depth);

static void put_operand(Author *a, int depth)
{
    static const char *const words[] = { "H", "W", "ONE", "NONE", "H", "W", "x", "y", "2", "1", "0", "7" };
    static const char *const signs[] = { "-", "~", "!", "(int)" };
    if (choose(a, 5) == 0)
        put(a, signs[choose(a, 4)]);
    if (depth && choose(a, 3) == 0) {
        put(a, "(");
        put_sum(a, depth - 1);
        put(a, ")");
    } else {
        put(a, words[choose(a, 12)]);
    }
}

static void put_sum(Author *a, int depth)
{
    static const char *const signs[] = { " + ", " - ", " * ", " / ", " % ", " << ", "*", "+", "/" };
    put_operand(a, depth);
    for (unsigned more = choose(a, 4); more; more--) {
        put(a, signs[choose(a, 9)]);
        put_operand(a, depth);
    }
}

/* Reads such an expression, as C does. `bad`: it has no value. */
typedef struct {
    const char *at;
    bool bad;
} Reader;

static bool takes(Reader *r, const char *text)
{
    r->at += strspn(r->at, " ");
    if (strncmp(r->at, text, strlen(text)))
        return false;
    r->at += strlen(text);
    return true;
}

static long in_range(Reader *r, long value)
{
    r->bad |= labs(value) > INT_MAX;
    return r->bad ? 0 : value;
}

static long value_of_shift(Reader *r);

static long value_of_operand(Reader *r)
{
    static const struct { const char *word; long value; } words[] = {
        { "ONE", 1 }, { "NONE", 0 }, { "H", 5 }, { "W", 3 }, { "x", 11 }, { "y", -4 },
    };
    if (takes(r, "(int)"))
        return value_of_operand(r);
    if (takes(r, "-"))
        return -value_of_operand(r);
    if (takes(r, "~"))
        return ~value_of_operand(r);
    if (takes(r, "!"))
        return !value_of_operand(r);
    if (takes(r, "(")) {
        long value = value_of_shift(r);
        r->bad |= !takes(r, ")");
        return value;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (takes(r, words[i].word))
            return words[i].value;
    char *end = (char *)r->at;
    long value = isdigit((unsigned char)*r->at) ? strtol(r->at, &end, 10) : 0;
    r->bad |= end == r->at;
    r->at = end;
    return value;
}

static long value_of_product(Reader *r)
{
    long value = value_of_operand(r);
    for (;;) {
        bool over = false, rest = false;
        if (!takes(r, "*") && !(over = takes(r, "/")) && !(rest = takes(r, "%")))
            return value;
        long by = value_of_operand(r);
        r->bad |= (over || rest) && by == 0;
        if (r->bad)
            return 0;
        value = in_range(r, over ? value / by : rest ? value % by : value * by);
    }
}

static long value_of_sum(Reader *r)
{
    long value = value_of_product(r);
    for (;;) {
        if (takes(r, "+"))
            value = in_range(r, value + value_of_product(r));
        else if (takes(r, "-"))
            value = in_range(r, value - value_of_product(r));
        else
            return value;
    }
}

static long value_of_shift(Reader *r)
{
    long value = value_of_sum(r);
    while (takes(r, "<<")) {
        long by = value_of_sum(r);
        r->bad |= value < 0 || by < 0 || by > 30;
        value = r->bad ? 0 : in_range(r, value << by);
    }
    return value;
}

/* Whether the whole text is an expression that has a value. */
static bool evaluate(const char *text, long *value)
{
    Reader r = { text, false };
    *value = value_of_shift(&r);
    return !r.bad && *r.at == ';';
}

static void folding_keeps_the_value(void)
{
    Author author = { .state = 2463534242u };
    int compared = 0, shorter = 0, differ = 0;
    for (int i = 0; i < 200000; i++) {
        static const char head[] = "KERNEL void conv(int x, int y)\n{\n    return ";
        author.length = 0;
        put(&author, head);
        put_sum(&author, 2);
        put(&author, ";\n}\n");
        long before, after;
        if (author.length >= sizeof author.text || !evaluate(author.text + strlen(head), &before))
            continue;
        char *made = instance_of(author.text, sizes, 4);
        const char *expression = strstr(made, "return ") + strlen("return ");
        if ((!evaluate(expression, &after) || after != before) && differ++ < 5) {
            char said[1200];
            snprintf(said, sizeof said, "%s is %ld, but became %s", author.text + strlen(head), before,
                     expression);
            CU_assertImplementation(CU_FALSE, __LINE__, said, __FILE__, "", CU_FALSE);
        }
        compared++;
        shorter += strlen(made) < author.length;
        free(made);
    }
    CU_ASSERT_EQUAL(differ, 0);
    CU_ASSERT_TRUE(compared > 50000 && shorter > compared / 2);
}

void suite_instantiate(void);
void suite_instantiate(void)
{
    CU_pSuite suite = CU_add_suite("instantiate", NULL, NULL);
    CU_ADD_TEST(suite, statements_become_constant);
    CU_ADD_TEST(suite, heads_are_renamed);
    CU_ADD_TEST(suite, the_name_is_no_parameter);
    CU_ADD_TEST(suite, what_is_no_kernel_is_refused);
    CU_ADD_TEST(suite, folding_keeps_the_value);
}
