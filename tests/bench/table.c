/* table.c - the bench's table: what a row prints, when a goal is reached, what the JSON holds. */

#include "bench/table.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

static char *text;
static size_t length;
static FILE *out;

static Table *open_table(void)
{
    out = open_memstream(&text, &length);
    Table *table = table_open(out);
    table_section(table, "step", "a step");
    return table;
}

static void close_table(Table *table)
{
    table_close(table);
    fclose(out);
    free(text);
}

static bool says(const char *line)
{
    fflush(out);
    return strstr(text, line) != NULL;
}

static void rows_are_lines(void)
{
    Table *table = open_table();
    table_add(table, &(Row){ .what = "2 threads", .value = 412.34, .unit = "img/s", .against = "yardstick", .other = 350,
                             .ratio = 1.178, .goal = AT_LEAST(1.15), .note = "a note" });
    table_add(table, &(Row){ .what = "bare", .value = 12345 });
    CU_ASSERT(says("\nstep: a step\n"));
    CU_ASSERT(says("  2 threads                                      412.3 img/s  yardstick 350.0              1.178"
                   "  >= 1.15   reached  a note\n"));
    CU_ASSERT(says("  bare                                                 12345\n"));
    close_table(table);
}

static void goals_are_of_the_ratio_or_the_value(void)
{
    CU_ASSERT(goal_reached(&(Row){ .value = 1, .ratio = 1.2, .goal = AT_LEAST(1.15) }));
    CU_ASSERT(!goal_reached(&(Row){ .value = 9, .ratio = 1.1, .goal = AT_LEAST(1.15) }));
    CU_ASSERT(goal_reached(&(Row){ .value = 14, .goal = AT_MOST(15) }));
    CU_ASSERT(!goal_reached(&(Row){ .value = 16, .goal = AT_MOST(15) }));
    CU_ASSERT(goal_reached(&(Row){ .ratio = 0.98, .goal = NEAR_ONE(0.03) }));
    CU_ASSERT(!goal_reached(&(Row){ .ratio = 1.04, .goal = NEAR_ONE(0.03) }));
    CU_ASSERT(!goal_reached(&(Row){ .ratio = 9 }));
}

static void json_has_what_the_row_has(void)
{
    Table *table = open_table();
    table_add(table, &(Row){ .what = "a", .value = 1, .unit = "ms", .goal = AT_MOST(2) });
    table_add(table, &(Row){ .what = "b", .value = 3, .goal = AT_MOST(2) });
    table_skip(table, "no %s", "yardstick");
    const json_t *first = json_array_get(table_rows(table), 0), *second = json_array_get(table_rows(table), 1);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(first, "section")), "step");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(first, "goal")), "<= 2");
    CU_ASSERT(json_is_true(json_object_get(first, "reached")));
    CU_ASSERT(json_is_false(json_object_get(second, "reached")));
    CU_ASSERT_PTR_NULL(json_object_get(second, "unit"));
    CU_ASSERT_PTR_NULL(json_object_get(first, "ratio"));
    CU_ASSERT_EQUAL(table_goals(table), 2);
    CU_ASSERT_EQUAL(table_reached(table), 1);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json_array_get(table_skipped(table), 0), "why")),
                           "no yardstick");
    close_table(table);
}

void suite_bench(void);
void suite_bench(void)
{
    CU_pSuite suite = CU_add_suite("bench", NULL, NULL);
    CU_add_test(suite, "rows_are_lines", rows_are_lines);
    CU_add_test(suite, "goals_are_of_the_ratio_or_the_value", goals_are_of_the_ratio_or_the_value);
    CU_add_test(suite, "json_has_what_the_row_has", json_has_what_the_row_has);
}
