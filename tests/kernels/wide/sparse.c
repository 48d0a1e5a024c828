/* sparse.c - the gradients through a 2x2 max-pool, which walk lists of winners, and the sums over shards. */

#include "tests/kernels/wide/wide.h"

#include "runtime/kernels/pack_rows.c"
#include "runtime/kernels/pack_taps.c"
#include "runtime/kernels/pool_grad_input.c"
#include "runtime/kernels/pool_grad_input_rows.c"
#include "runtime/kernels/pool_grad_weight.c"
#include "runtime/kernels/sum_rows.c"
#include "runtime/kernels/sum_shards.c"

/* A convolution of k filters r x s over pixels of c channels, `pixel` floats, that made ph x pw pools. */
typedef struct {
    int ph, pw, c, pixel, k, r, s, sh, sw;
} Shape;

static const Shape shapes[] = {
    { 3, 5, 3, 3, 5, 3, 3, 1, 1 },              /* an input of colours */
    { 4, 3, 1, 1, 17, 1, 1, 1, 1 },
    { 1, 7, 4, 16, 32, 3, 3, 1, 1 },
    { 5, 1, 16, 16, 33, 2, 3, 2, 1 },
    { 2, 2, 31, 32, 3, 3, 2, 1, 3 },
    { 3, 4, 5, 16, 16, 2, 5, 3, 2 },
};

static int height_of(const Shape *z) { return (2 * z->ph - 1) * z->sh + z->r; }
static int width_of(const Shape *z)  { return (2 * z->pw - 1) * z->sw + z->s; }

/* Where in the picture, in floats, the window of a pool's result `who` begins, for its row r. */
static int window_at(const Shape *z, int pool, int who, int r)
{
    int row = (pool / z->pw * 2 + who / 2) * z->sh + r, column = (pool % z->pw * 2 + who % 2) * z->sw;
    return (row * width_of(z) + column) * z->pixel;
}

/* ---- weights ---- */

/* The winners of each sort: any, none alive, all the same. */
static const struct { int least, most; } winners[] = { { 0, 4 }, { 4, 4 }, { 2, 2 } };

/* How pool_grad_weight is called. `taps`: each tap of a row is a run of its own. */
typedef struct {
    const Shape *shape;
    bool taps;
    int least, most;            /* winners */
    int rv, pb, copies;
    bool band;
} Way;

/* Where element e of the window's row r lies in dw [K][RB][R][RUNS][RV]. */
static int place_in_blocks(const Shape *z, bool taps, int rv, int k, int r, int e)
{
    int runs = taps ? z->s : 1, run = z->s * z->pixel / runs, rb = (run + rv - 1) / rv;
    return (((k * rb + e % run / rv) * z->r + r) * runs + e / run) * rv + e % run % rv;
}

static int floats_in_blocks(const Shape *z, bool taps, int rv)
{
    int runs = taps ? z->s : 1, run = z->s * z->pixel / runs;
    return z->k * z->r * runs * ((run + rv - 1) / rv * rv);
}

/* What is dead has a gradient, too; and behind the last row lie those of the next image. */
static void grad_weight_case(const Way *way, bool poison)
{
    const Shape *z = way->shape;
    int ks = up(z->k), row = z->s * z->pixel, pools = z->ph * z->pw, runs = way->taps ? z->s : 1, run = row / runs;
    int floats = floats_in_blocks(z, way->taps, way->rv), list = ks * (way->pb * z->pw + VL);
    open_case("pool_grad_weight %dx%d, pixel %d, %d filters %dx%d, winners %d to %d, RUNS %d, PB %d, RV %d, E %d, "
              "band %d, NaN %d", z->ph, z->pw, z->pixel, z->k, z->r, z->s, way->least, way->most, runs, way->pb, way->rv,
              way->copies, way->band, poison);
    float *x = given(height_of(z) * width_of(z) * z->pixel, 4), *dy = given_rows(2 * pools, z->k, ks, 4);
    int8_t *winner = given_bytes(2 * pools * ks, way->least, way->most);
    float *dw = begun(floats, 9), *want = copy_of(dw);
    float *db = begun(ks, 9), *want_b = copy_of(db);
    int *offset = blank_ints(list), *count = blank_ints(ks);
    float *value = blank(list);
    float *band = blank(way->band ? ((2 * way->pb - 1) * z->sh + z->r) * width_of(z) * way->rv : 0);
    if (poison) {                               /* in a window that is alive, a NaN must reach the weight */
        winner[0] = 0;
        x[0] = NAN;
        dy[0] = 1;
    }
    seal();
    for (int i = 0; i < pools * ks; i++) {
        int k = i % ks, who = winner[i];
        if (who == 4)
            continue;
        want_b[k] += dy[i];
        for (int e = 0; k < z->k && e < z->r * row; e++)
            want[place_in_blocks(z, way->taps, way->rv, k, e / row, e % row)] +=
                dy[i] * x[window_at(z, i / ks, who, e / row) + e % row];
    }
    if (poison && want[0] == want[0])
        differs("the NaN goes nowhere");

    pool_grad_weight(x, winner, dy, dw, db, offset, value, count, band, width_of(z), z->pixel, z->r, runs, run, z->sh,
                     z->sw, z->ph, z->pw, z->k, ks, way->pb, (run + way->rv - 1) / way->rv, way->rv,
                     way->band ? way->rv : z->pixel, way->copies);
    for (int i = 0; i < floats; i++)
        if (i / (z->r * runs * way->rv) % ((run + way->rv - 1) / way->rv) * way->rv + i % way->rv >= run)
            dw[i] = want[i];                    /* past the run's end it is junk */
    same(dw, want);
    same(db, want_b);
    close_case();
}

static void test_pool_grad_weight(void)
{
    for (int i = 0; i < 2 * COUNT(shapes) * COUNT(winners); i++)
        for (int vectors = 1; vectors <= 3; vectors++)
            for (int pb = 1; pb <= shapes[i / 2 % COUNT(shapes)].ph; pb++)
                for (int copies = 1; copies <= 3; copies++) {
                    int w = i / 2 / COUNT(shapes);
                    Way way = { &shapes[i / 2 % COUNT(shapes)], i % 2, winners[w].least, winners[w].most,
                                vectors * VL, pb, copies, false };
                    grad_weight_case(&way, false);
                    way.band = true;
                    grad_weight_case(&way, false);
                }
    for (int band = 0; band <= 1; band++) {
        grad_weight_case(&(Way){ &shapes[2], false, 0, 4, VL, 1, 1, band }, true);
        grad_weight_case(&(Way){ &shapes[2], true, 0, 4, VL, 1, 1, band }, true);
    }
}

/* ---- the input ---- */

/* w [R][S][C][KS] at place e of a row of S*CS floats; 0 in what is no weight */
static float weight_at(const Shape *z, const float *w, int r, int e, int k)
{
    int s = e / z->pixel, c = e % z->pixel;
    return s < z->s && c < z->c ? w[((r * z->s + s) * z->c + c) * up(z->k) + k] : 0;
}

/* The same in pack_rows' order: [RB][K][R][RV] */
static float packed_at(const Shape *z, const float *w, int i, int rv)
{
    int block = i / (z->k * z->r * rv);
    return weight_at(z, w, i / rv % z->r, block * rv + i % rv, i / (z->r * rv) % z->k);
}

static void pack_rows_case(const Shape *z, int rv)
{
    int ks = up(z->k), rb = (z->s * z->pixel + rv - 1) / rv;
    open_case("pack_rows %dx%dx%dx%d, pixel %d, RV %d", z->r, z->s, z->c, z->k, z->pixel, rv);
    float *w = given_rows(z->r * z->s * z->c, z->k, ks, 99);
    float *u = blank(rb * z->k * z->r * rv), *want = copy_of(u);
    seal();
    for (int i = 0; i < rb * z->k * z->r * rv; i++)
        want[i] = packed_at(z, w, i, rv);
    for (int task = 0; task < rb; task++)
        pack_rows(w, u, task, z->r, z->s, z->c, z->pixel, z->k, ks, rv);
    same(u, want);
    close_case();
}

static void test_pack_rows(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int vectors = 1; vectors <= 3; vectors++)
            pack_rows_case(&shapes[i], vectors * VL);
}

/* In pack_taps' order: [KS/KT][XS/VL][KT][R*S][VL] */
static float tap_at(const Shape *z, const float *w, int i, int kt)
{
    int taps = z->r * z->s, tap = i / VL % taps, k = i / VL / taps % kt, c = i / VL / taps / kt % (z->pixel / VL);
    int block = i / (taps * kt * z->pixel), e = tap % z->s * z->pixel + c * VL + i % VL;
    return block * kt + k < z->k ? weight_at(z, w, tap / z->s, e, block * kt + k) : 0;
}

static void pack_taps_case(const Shape *z, int kt)
{
    int ks = up(z->k), floats = ks * z->r * z->s * z->pixel;
    open_case("pack_taps %dx%dx%dx%d, pixel %d, KT %d", z->r, z->s, z->c, z->k, z->pixel, kt);
    float *w = given_rows(z->r * z->s * z->c, z->k, ks, 99), *u = blank(floats), *want = copy_of(u);
    seal();
    for (int i = 0; i < floats; i++)
        want[i] = tap_at(z, w, i, kt);
    for (int task = 0; task < ks / kt; task++)
        pack_taps(w, u, task, z->r, z->s, z->c, z->pixel, z->k, ks, kt);
    same(u, want);
    close_case();
}

/* Every block of channels that divides them all. */
static void each_block(const Shape *z, void (*test)(const Shape *, int))
{
    for (int kt = VL; kt <= up(z->k) && z->pixel % VL == 0; kt += VL)
        if (up(z->k) % kt == 0)
            test(z, kt);
}

static void test_pack_taps(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        each_block(&shapes[i], pack_taps_case);
}

/* Both kernels' operands; what they make of them. */
typedef struct {
    float *w, *u, *dy, *dx, *want;
    int8_t *winner;
} Backward;

/* `poison`: a NaN in a gradient that is alive and, where that one goes, in a weight. */
static Backward given_backward(const Shape *z, int least, int most, long floats, bool poison)
{
    int ks = up(z->k), row = z->s * z->pixel, pools = z->ph * z->pw;
    Backward b = {
        .w = given_rows(z->r * z->s * z->c, z->k, ks, 4), .u = given(floats, 0),
        .dy = given_rows(pools, z->k, ks, 4), .dx = blank(height_of(z) * width_of(z) * z->pixel),
        .winner = given_bytes(pools * ks, least, most),
    };
    b.want = copy_of(b.dx);
    if (poison) {
        b.winner[0] = 3;
        b.dy[0] = NAN;
    }
    for (int i = 0; i < height_of(z) * width_of(z) * z->pixel; i++)
        b.want[i] = 0;
    for (int i = 0; i < pools * ks; i++) {
        for (int e = 0; i % ks < z->k && b.winner[i] < 4 && e < z->r * row; e++)
            b.want[window_at(z, i / ks, b.winner[i], e / row) + e % row] +=
                b.dy[i] * weight_at(z, b.w, e / row, e % row, i % ks);
        if (i % ks >= z->k)
            b.dy[i] = NAN;                      /* what a pad holds is nobody's concern */
    }
    return b;
}

/* The channels' padding is 0 times what a gradient is: of a NaN, a NaN. */
static void check_poison(const Shape *z, const Backward *b)
{
    int found = 0;
    for (int i = 0; i < height_of(z) * width_of(z) * z->pixel; i++)
        found += b->want[i] != b->want[i];
    if (found != z->r * z->s * z->pixel)
        differs("the NaN goes nowhere");
}

static void grad_input_case(const Shape *z, int least, int most, int kt, bool poison)
{
    int ks = up(z->k), floats = ks * z->r * z->s * z->pixel;
    open_case("pool_grad_input %dx%d, pixel %d, %d filters %dx%d, winners %d to %d, KT %d, NaN %d", z->ph, z->pw,
              z->pixel, z->k, z->r, z->s, least, most, kt, poison);
    Backward b = given_backward(z, least, most, floats, poison);
    for (int i = 0; i < floats; i++)
        b.u[i] = tap_at(z, b.w, i, kt);
    if (poison)
        check_poison(z, &b);
    seal();
    int *won = blank_ints(2 * 4 * z->pw);

    pool_grad_input(b.winner, b.dy, b.u, b.dx, (uint64_t *)won, height_of(z), width_of(z), z->pixel, z->r, z->s, z->sh,
                    z->sw, z->ph, z->pw, z->k, ks, kt);
    same(b.dx, b.want);
    close_case();
}

static void any_winners(const Shape *z, int kt)
{
    for (int w = 0; w < COUNT(winners); w++)
        grad_input_case(z, winners[w].least, winners[w].most, kt, false);
    grad_input_case(z, 0, 4, kt, true);
}

static void test_pool_grad_input(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        if (shapes[i].s >= shapes[i].sw)
            each_block(&shapes[i], any_winners);
}

static void grad_input_rows_case(const Shape *z, int least, int most, int rv, bool poison)
{
    int ks = up(z->k), row = z->s * z->pixel, floats = z->k * z->r * row;
    open_case("pool_grad_input_rows %dx%d, pixel %d, %d filters %dx%d, winners %d to %d, RV %d, NaN %d", z->ph, z->pw,
              z->pixel, z->k, z->r, z->s, least, most, rv, poison);
    Backward b = given_backward(z, least, most, floats, poison);
    for (int i = 0; i < floats; i++)
        b.u[i] = packed_at(z, b.w, i, rv);
    if (poison)
        check_poison(z, &b);
    seal();
    int *offset = blank_ints(z->pw * ks + VL), *start = blank_ints(z->pw * 5);
    float *value = blank(z->pw * ks + VL);

    pool_grad_input_rows(b.winner, b.dy, b.u, b.dx, offset, value, start, height_of(z), width_of(z), z->pixel, z->r,
                         z->sh, z->sw, z->ph, z->pw, z->k, ks, row / rv, rv);
    same(b.dx, b.want);
    close_case();
}

static void test_pool_grad_input_rows(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int vectors = 1; vectors <= 6; vectors++) {
            if (shapes[i].pixel % VL || shapes[i].s * shapes[i].pixel / VL % vectors)
                continue;
            for (int w = 0; w < COUNT(winners); w++)
                grad_input_rows_case(&shapes[i], winners[w].least, winners[w].most, vectors * VL, false);
            grad_input_rows_case(&shapes[i], 0, 4, vectors * VL, true);
        }
}

/* ---- sums over shards ---- */

/* Numbers whose sum depends on the order. */
static float *given_uneven(int count)
{
    float *part = given(count, 9999);
    for (int i = 0; i < count; i++)
        part[i] *= (float)ldexp(1, number(-12, 12));
    return part;
}

static float tree(const float *part, int size, int shards)
{
    int half = shards / 2;
    return shards == 1 ? *part : tree(part, size, half) + tree(part + half * size, size, half);
}

static void sum_rows_case(const Shape *z, bool taps, int rv, int shards)
{
    int ks = up(z->k), runs = taps ? z->s : 1, run = z->s * z->pixel / runs, size = floats_in_blocks(z, taps, rv) + VL;
    open_case("sum_rows %dx%dx%dx%d, pixel %d, RUNS %d, RV %d, %d shards", z->r, z->s, z->c, z->k, z->pixel, runs, rv,
              shards);
    float *part = given_uneven(shards * size), *g = blank(z->r * z->s * z->c * ks), *want = copy_of(g);
    seal();
    for (int i = 0; i < z->r * z->s * z->c * ks; i++) {
        int k = i % ks, c = i / ks % z->c, s = i / ks / z->c % z->s, r = i / ks / z->c / z->s;
        want[i] = k < z->k ? tree(part + place_in_blocks(z, taps, rv, k, r, s * z->pixel + c), size, shards) : 0;
    }
    sum_rows(part, g, z->r, z->s, z->c, z->pixel, z->k, ks, runs, run, (run + rv - 1) / rv, rv, shards, size);
    same(g, want);
    close_case();
}

static void test_sum_rows(void)
{
    for (int i = 0; i < 2 * COUNT(shapes); i++)
        for (int vectors = 1; vectors <= 3; vectors++)
            for (int shards = 1; shards <= 8; shards *= 2)
                sum_rows_case(&shapes[i / 2], i % 2, vectors * VL, shards);
}

static void test_sum_shards(void)
{
    for (int shards = 1; shards <= 16; shards *= 2)
        for (int size = VL; size <= 5 * VL; size += VL) {
            open_case("sum_shards %d of %d", shards, size);
            float *part = given_uneven(shards * size), *g = blank(size), *want = copy_of(g);
            seal();
            for (int i = 0; i < size; i++)
                want[i] = tree(part + i, size, shards);
            sum_shards(part, g, size, shards);
            same(g, want);
            close_case();
        }
}

/* ---- what lists are made of ---- */

static void test_load8(void)
{
    open_case("load8");
    int8_t *from = given_bytes(5 * VL, -128, 127);
    int *to = blank_ints(5 * VL), *want = copy_of(to);
    seal();
    for (int i = 0; i < 5 * VL; i += VL) {
        vi v = load8(from + i);
        memcpy(to + i, &v, sizeof v);
    }
    for (int i = 0; i < 5 * VL; i++)
        want[i] = from[i];
    same(to, want);
    close_case();
}

static void test_turn(void)
{
    open_case("turn");
    float *from = given(VL * VL, 999), *to = blank(VL * VL), *want = copy_of(to);
    vf v[VL];
    seal();
    for (int i = 0; i < VL * VL; i++)
        want[i] = from[i % VL * VL + i / VL];
    for (int i = 0; i < VL; i++)
        v[i] = load(from + i * VL);
    turn(v);
    for (int i = 0; i < VL; i++)
        store(to + i * VL, v[i]);
    same(to, want);
    close_case();
}

static void test_turn_bytes(void)
{
    open_case("turn_bytes");
    int8_t *from = given_bytes(VL * VL, -128, 127);
    vb v[VL];
    seal();
    memcpy(v, from, sizeof v);
    turn_bytes(v);
    for (int i = 0; i < VL * VL; i++)
        if (v[i / VL][i % VL] != from[i % VL * VL + i / VL])
            differs("row %d, lane %d: %d", i / VL, i % VL, v[i / VL][i % VL]);
    close_case();
}

static void test_bits_of(void)
{
    open_case("bits_of");
    seal();
    for (unsigned want = 0; want < 1u << VL; want += VL < 16 ? 1 : 37) {
        vb bytes;
        vi mask;
        for (int i = 0; i < VL; i++)
            bytes[i] = (int8_t)(mask[i] = -(int)(want >> i & 1));
        if (bits_of_bytes(bytes) != want || bits_of(mask) != want)
            differs("%x and %x instead of %x", bits_of_bytes(bytes), bits_of(mask), want);
    }
    close_case();
}

/* Lane by lane alive or dead as `alive` has its bits; at any float. */
static void append_case(unsigned alive, int at)
{
    open_case("append of %x at %d", alive, at);
    int live = 0, *place = given_ints(VL, 0, 1 << 30), *offset = blank_ints(at + VL);
    float *number = given(VL, 999), *value = blank(at + VL);
    int *want = copy_of(offset);
    float *want_value = copy_of(value);
    vi o, mask;
    seal();
    for (int i = 0; i < VL; i++) {
        o[i] = place[i];
        mask[i] = -(int)(alive >> i & 1);
        if (mask[i]) {
            want[at + live] = place[i];
            want_value[at + live++] = number[i];
        }
    }
    int count = append(offset + at, value + at, mask, o, load(number));
    if (count != live)
        differs("%d are live, not %d", live, count);
    for (int i = at + live; i < at + VL; i++) {
        offset[i] = want[i];                    /* behind them may be anything */
        value[i] = want_value[i];
    }
    same(offset, want);
    same(value, want_value);
    close_case();
}

static void test_append(void)
{
    for (unsigned alive = 0; alive < 1u << VL; alive += VL < 16 || alive < 1 << 9 ? 1 : 37)
        append_case(alive, (int)(alive % 7));
    append_case((1u << VL) - 1, 3);
}

WIDE_TESTS(sparse) = {
    { "pool_grad_weight", test_pool_grad_weight },
    { "pool_grad_input", test_pool_grad_input },
    { "pool_grad_input_rows", test_pool_grad_input_rows },
    { "pack_rows", test_pack_rows },
    { "pack_taps", test_pack_taps },
    { "sum_rows", test_sum_rows },
    { "sum_shards", test_sum_shards },
    { "vec: load8", test_load8 },
    { "list: turn", test_turn },
    { "list: turn_bytes", test_turn_bytes },
    { "list: bits_of", test_bits_of },
    { "list: append", test_append },
    { 0 },
};
