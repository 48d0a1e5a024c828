/* regroup.c - maps and tables whose groups of channels are whole vectors, for convolutions in groups: see
 * choose_conv.h. */

#include "compiler/plan/choose_conv.h"

Groups groups_in(const Plan *plan, const Op *op, int channels)
{
    int each = channels / groups_of(op);
    return (Groups){ groups_of(op), each, (int)lanes_up(plan, each) };
}

static bool is_spread(Groups g)
{
    return g.groups > 1 && g.each != g.wide;
}

static void spread(Call *call, Buffer *from, Buffer *to, long rows, Groups g, int stride)
{
    reads(call, from);
    writes(call, to);
    size(call, "PIXELS", rows);
    size(call, "GROUPS", g.groups);
    size(call, "C", g.each);
    size(call, "XS", stride);
    size(call, "FROM", g.each);
    size(call, "YS", g.groups * g.wide);
    size(call, "TO", g.wide);
}

static void gather(Call *call, Buffer *from, Buffer *to, long rows, Groups g, int stride)
{
    reads(call, from);
    writes(call, to);
    size(call, "PIXELS", rows);
    size(call, "GROUPS", g.groups);
    size(call, "C", g.each);
    size(call, "XS", g.groups * g.wide);
    size(call, "FROM", g.wide);
    size(call, "YS", stride);
    size(call, "TO", g.each);
}

/* ---- maps ---- */

Buffer *wide_map(Plan *plan, const Op *op, const char *suffix, const Value *map, Groups g)
{
    if (!is_spread(g))
        return at(plan, map);
    return helper_buffer(plan, op, suffix, STORE_BATCH, ELEMENT_FLOAT, pixels(map) * g.groups * g.wide);
}

Buffer *spread_map(Plan *plan, const Op *op, const char *suffix, const Value *map, Groups g)
{
    Buffer *wide = wide_map(plan, op, suffix, map, g);
    if (is_spread(g))
        spread(call_images(plan, op, "regroup", suffix), at(plan, map), wide, pixels(map), g, stride(plan, map));
    return wide;
}

void gather_map(Plan *plan, const Op *op, const char *suffix, Buffer *wide, const Value *map, Groups g)
{
    if (is_spread(g))
        gather(call_images(plan, op, "regroup", suffix), wide, at(plan, map), pixels(map), g, stride(plan, map));
}

/* ---- tables, whose rows are as long as their last dimension ---- */

static long rows_of(const Value *table)
{
    return value_size(table) / table->dim[table->dims - 1];
}

Buffer *wide_table(Plan *plan, const Op *op, const char *suffix, const Value *table, Groups g)
{
    if (!is_spread(g))
        return at(plan, table);
    return helper_buffer(plan, op, suffix, STORE_TABLE, ELEMENT_FLOAT, rows_of(table) * g.groups * g.wide);
}

Buffer *spread_table(Plan *plan, const Op *op, const char *suffix, const Value *table, Groups g)
{
    Buffer *wide = wide_table(plan, op, suffix, table, g);
    if (is_spread(g))
        spread(call_batch(plan, op, "regroup", suffix, 1), at(plan, table), wide, rows_of(table), g, stride(plan, table));
    return wide;
}

void gather_table(Plan *plan, const Op *op, const char *suffix, Buffer *wide, const Value *table, Groups g)
{
    if (is_spread(g))
        gather(call_batch(plan, op, "regroup", suffix, 1), wide, at(plan, table), rows_of(table), g,
               stride(plan, table));
}
