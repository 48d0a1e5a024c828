#include "runtime/data/alike.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/data/data_counts.h"
#include "runtime/network/pool.h"
#include "runtime/pictures/input.h"
#include "runtime/system/memory.h"

enum {
    GRID = 8,                   /* fields of a side that are compared with their neighbour, */
    WORDS = 2,                  /* along rows and along columns: 64 bits each */
    FACE = 16,                  /* fields of a side by which a pair is judged */
    MOST_BITS = 8,              /* that pictures alike may differ in */
    BLOCKS = MOST_BITS + 1,     /* of the bits: one of them is the same in both then */
    BITS = 64 * WORDS,
    BLOCK_BITS = BITS / BLOCKS,
    MOST_COMPARED = 500,        /* others of the same block that an item is compared with */
    MOST_OFF = 3,               /* of 255: the mean difference of their fields, once their mean is taken off, */
    MOST_BRIGHTER = 32,         /* and that mean */
};

/* What is known of one item. */
typedef struct {
    PartKind part;
    long item;
    bool sound;
    uint64_t values;            /* a hash of them all */
    uint64_t bits[WORDS];
    uint8_t face[FACE * FACE];
    long leader;                /* another that it is alike, or itself */
} Known;

typedef struct {
    const Shelves *shelves;
    Known *known;
    long count;
    char **room;                /* of each thread */
    bool pictures;              /* of bytes */
    int order[BITS];            /* of the bits: those first that tell most items from others */
} Search;

/* ---- fingerprints ---- */

/* splitmix64's last step (Steele, Lea, Flood 2014), on eight bytes at a time. */
static uint64_t hash_of(const void *values, size_t bytes)
{
    uint64_t hash = bytes, word;
    for (size_t at = 0; at < bytes; at += sizeof word) {
        word = 0;
        memcpy(&word, (const char *)values + at, bytes - at < sizeof word ? bytes - at : sizeof word);
        hash = (hash ^ word) * 0xbf58476d1ce4e5b9u;
        hash ^= hash >> 29;
    }
    return hash;
}

/* A picture's mean brightness in one of `rows` x `columns` fields, in 16ths. */
static unsigned field_of(const uint8_t *picture, Shape shape, int rows, int columns, int row, int column)
{
    int top = row * shape.h / rows, left = column * shape.w / columns;
    int bottom = (row + 1) * shape.h / rows, right = (column + 1) * shape.w / columns;
    bottom = bottom > top ? bottom : top + 1;
    right = right > left ? right : left + 1;
    long sum = 0, across = (long)(right - left) * shape.c;
    for (int y = top; y < bottom; y++) {
        const uint8_t *from = picture + ((long)y * shape.w + left) * shape.c;
        for (long i = 0; i < across; i++)
            sum += from[i];
    }
    return (unsigned)(sum * 16 / ((bottom - top) * across));
}

static void take_shape(Known *known, const uint8_t *picture, Shape shape)
{
    for (int i = 0; i < GRID * GRID; i++) {
        int y = i / GRID, x = i % GRID;
        unsigned left = field_of(picture, shape, GRID, GRID + 1, y, x);
        unsigned right = field_of(picture, shape, GRID, GRID + 1, y, x + 1);
        unsigned above = field_of(picture, shape, GRID + 1, GRID, y, x);
        unsigned below = field_of(picture, shape, GRID + 1, GRID, y + 1, x);
        known->bits[0] |= (uint64_t)(left < right) << i;
        known->bits[1] |= (uint64_t)(above < below) << i;
    }
    for (int i = 0; i < FACE * FACE; i++)
        known->face[i] = (uint8_t)(field_of(picture, shape, FACE, FACE, i / FACE, i % FACE) / 16);
}

static void look_at(void *context, int task, int worker)
{
    const Search *search = context;
    const Dataset *set = search->shelves->dataset;
    Known *known = &search->known[task];
    const Shelf *shelf = search->shelves->shelf[known->part];
    const Seen *seen = shelf_seen(shelf);
    char reason[REASON_ROOM];
    const void *values = seen && seen[known->item].reason ? NULL
                       : shelf_picture(shelf, known->item, search->room[worker], reason);
    if (!values)
        return;
    size_t size = shelf_has_bytes(shelf) ? sizeof(uint8_t) : sizeof(float);
    known->sound = true;
    known->values = hash_of(values, size * (size_t)shape_size(set->job->input.shape));
    if (search->pictures)
        take_shape(known, values, set->job->input.shape);
}

/* ---- which are alike ---- */

static long leader_of(Known *known, long i)
{
    while (known[i].leader != i)
        i = known[i].leader = known[known[i].leader].leader;
    return i;
}

static void join(Known *known, long a, long b)
{
    a = leader_of(known, a);
    b = leader_of(known, b);
    known[a > b ? a : b].leader = a > b ? b : a;
}

static bool look_alike(const Known *a, const Known *b)
{
    int bits = __builtin_popcountll(a->bits[0] ^ b->bits[0]) + __builtin_popcountll(a->bits[1] ^ b->bits[1]), mean = 0;
    long off = 0;
    if (bits > MOST_BITS)
        return false;
    for (int i = 0; i < FACE * FACE; i++)
        mean += a->face[i] - b->face[i];
    if (abs(mean) > MOST_BRIGHTER * FACE * FACE)
        return false;
    for (int i = 0; i < FACE * FACE; i++)
        off += labs((long)(a->face[i] - b->face[i]) * FACE * FACE - mean);
    return off <= (long)MOST_OFF * FACE * FACE * FACE * FACE;
}

static int bit_of(const Known *known, int bit)
{
    return (int)(known->bits[bit / 64] >> bit % 64 & 1);
}

typedef struct { int bit; long off; } Balance;  /* how many more items have it set than not, or not than set */

static int by_balance(const void *left, const void *right)
{
    const Balance *a = left, *b = right;
    return a->off != b->off ? (a->off > b->off) - (a->off < b->off) : a->bit - b->bit;
}

/* Bits that are the same in nearly all items, as those of a blank border, must not come together in a block: all items
 * would share it. So they are dealt out to the blocks in this order, and the last few to none. */
static void order_bits(Search *search)
{
    Balance balance[BITS];
    for (int bit = 0; bit < BITS; bit++) {
        long off = 0;
        for (long i = 0; i < search->count; i++)
            if (search->known[i].sound)
                off += bit_of(&search->known[i], bit) ? 1 : -1;
        balance[bit] = (Balance){ bit, labs(off) };
    }
    qsort(balance, BITS, sizeof *balance, by_balance);
    for (int i = 0; i < BITS; i++)
        search->order[i] = balance[i].bit;
}

static unsigned block_of(const Search *search, const Known *known, int block)
{
    unsigned bits = 0;
    for (int i = 0; i < BLOCK_BITS; i++)
        bits = bits << 1 | (unsigned)bit_of(known, search->order[i * BLOCKS + block]);
    return bits;
}

/* An item under a number by which it is sorted. */
typedef struct {
    uint64_t number;
    long known;
} Entry;

static int by_number(const void *left, const void *right)
{
    const Entry *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (a->known > b->known) - (a->known < b->known);
}

static long list_sound(const Search *search, Entry *entry)
{
    long count = 0;
    for (long i = 0; i < search->count; i++)
        if (search->known[i].sound)
            entry[count++].known = i;
    return count;
}

/* Values that hash alike are the same. */
static void join_same(Search *search, Entry *entry)
{
    long count = list_sound(search, entry);
    for (long i = 0; i < count; i++)
        entry[i].number = search->known[entry[i].known].values;
    qsort(entry, (size_t)count, sizeof *entry, by_number);
    for (long i = 1; i < count; i++)
        if (entry[i].number == entry[i - 1].number)
            join(search->known, entry[i].known, entry[i - 1].known);
}

/* Of two that differ in MOST_BITS at most, one block is the same: only these are compared. Where more share it than
 * MOST_COMPARED, pictures of hardly any shape, only the next so many are: the time must not grow by their square, and
 * who is alike many is found through one of them. */
static void join_near(Search *search, Entry *entry)
{
    Known *known = search->known;
    order_bits(search);
    for (int block = 0; block < BLOCKS; block++) {
        long count = 0;
        for (long i = 0; i < search->count; i++)
            if (known[i].sound && known[i].leader == i)
                entry[count++] = (Entry){ block_of(search, &known[i], block), i };
        qsort(entry, (size_t)count, sizeof *entry, by_number);
        for (long i = 0; i < count; i++)
            for (long j = i + 1; j < count && j - i <= MOST_COMPARED && entry[j].number == entry[i].number; j++)
                if (look_alike(&known[entry[i].known], &known[entry[j].known]))
                    join(known, entry[i].known, entry[j].known);
    }
}

/* ---- the groups ---- */

typedef struct {
    long leader;
    bool across;
    const Known *known;
} Member;

static int by_group(const void *left, const void *right)
{
    const Member *a = left, *b = right;
    if (a->across != b->across)
        return a->across ? -1 : 1;
    if (a->leader != b->leader)
        return a->leader < b->leader ? -1 : 1;
    return (a->known > b->known) - (a->known < b->known);
}

static Alike list_groups(Search *search)
{
    long *size = need_memory(sizeof *size * (size_t)(search->count + 1));
    bool *across = need_memory(sizeof *across * (size_t)(search->count + 1));
    Member *member = need_memory(sizeof *member * (size_t)(search->count + 1));
    Alike alike = { .item = need_memory(sizeof *alike.item * (size_t)(search->count + 1)) };
    for (long i = 0; i < search->count; i++) {
        long leader = leader_of(search->known, i);
        size[leader]++;
        across[leader] |= search->known[i].part != search->known[leader].part;
    }
    for (long i = 0; i < search->count; i++) {
        long leader = leader_of(search->known, i);
        if (size[leader] > 1)
            member[alike.items++] = (Member){ leader, across[leader], &search->known[i] };
    }
    qsort(member, (size_t)alike.items, sizeof *member, by_group);
    for (long i = 0, begin = 0; i < alike.items; i++) {
        bool first = !i || member[i].leader != member[i - 1].leader;
        begin = first ? i : begin;
        alike.across += first && member[i].across;
        alike.groups += first;
        long same = begin;
        while (member[same].known->values != member[i].known->values)
            same++;
        alike.item[i] = (AlikeItem){ .part = member[i].known->part, .item = member[i].known->item,
                                     .group = alike.groups - 1, .same = (int)(same - begin) };
    }
    free(member);
    free(across);
    free(size);
    return alike;
}

Alike alike_find(const Shelves *shelves, int threads)
{
    const Dataset *set = shelves->dataset;
    Search search = { .shelves = shelves };
    size_t room = 0;
    for (int part = 0; part < PART_COUNT; part++)
        search.count += shelves->shelf[part] ? set->part[part].items : 0;
    search.known = need_memory(sizeof *search.known * (size_t)(search.count + 1));
    search.pictures = !shape_is_vector(set->job->input.shape);
    long count = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        for (long i = 0; shelves->shelf[part] && i < set->part[part].items; i++, count++)
            search.known[count] = (Known){ .part = (PartKind)part, .item = i, .leader = count };
        if (shelves->shelf[part]) {
            search.pictures = search.pictures && (shelf_has_bytes(shelves->shelf[part]) || !set->part[part].items);
            room = room > shelf_room(shelves->shelf[part]) ? room : shelf_room(shelves->shelf[part]);
        }
    }
    Pool *pool = pool_open(threads);
    search.room = need_memory(sizeof *search.room * (size_t)pool_threads(pool));
    for (int i = 0; i < pool_threads(pool); i++)
        search.room[i] = need_memory(room);
    pool_run(pool, look_at, &search, (int)search.count);
    for (int i = 0; i < pool_threads(pool); i++)
        free(search.room[i]);
    pool_close(pool);
    Entry *entry = need_memory(sizeof *entry * (size_t)(search.count + 1));
    join_same(&search, entry);
    if (search.pictures)
        join_near(&search, entry);
    Alike alike = list_groups(&search);
    free(entry);
    free(search.room);
    free(search.known);
    return alike;
}

void alike_free(Alike *alike)
{
    free(alike->item);
    *alike = (Alike){ 0 };
}

/* ---- in lines ---- */

bool alike_begins(const Alike *alike, long i)
{
    return !i || alike->item[i - 1].group != alike->item[i].group;
}

static int class_of(const Alike *alike, long i, const Dataset *dataset)
{
    return dataset->part[alike->item[i].part].item[alike->item[i].item].class;
}

/* Of the group that i is in. */
static long first_of(const Alike *alike, long i)
{
    while (!alike_begins(alike, i))
        i--;
    return i;
}

bool alike_is_same(const Alike *alike, long i)
{
    return alike->item[i].same < i - first_of(alike, i);
}

bool alike_is_of_another_class(const Alike *alike, long i, const Dataset *dataset)
{
    return class_of(alike, i, dataset) != class_of(alike, first_of(alike, i), dataset);
}

const char *alike_how(const Alike *alike, long i, const Dataset *dataset)
{
    static const char *const how[2][2] = { { "nearly the same", "nearly the same, but of another class" },
                                           { "the same", "the same, but of another class" } };
    return alike_begins(alike, i) ? "" : how[alike_is_same(alike, i)][alike_is_of_another_class(alike, i, dataset)];
}

static void tell_item(FILE *out, Arena *arena, const Alike *alike, long i, const Dataset *dataset)
{
    const AlikeItem *is = &alike->item[i];
    const Item *item = &dataset->part[is->part].item[is->item];
    bool first = alike_begins(alike, i);
    const char *name = dataset_item_name(arena, item), *gap = first ? "" : "  ", *how = alike_how(alike, i, dataset);
    fprintf(out, "  %c %-10s  %s%s%s\n", first ? '-' : ' ', data_part_name[is->part], name, gap, how);
}

void alike_tell(FILE *out, const Alike *alike, const Dataset *dataset)
{
    enum { MOST_GROUPS = 10, MOST_ITEMS = 40 };
    const char *what = items_word(&dataset->job->data);
    if (!alike->groups)
        return;
    fprintf(out, "\n%ld %s are alike, in %d group%s", alike->items, what, alike->groups, plural(alike->groups));
    if (alike->across)
        fprintf(out, "; %d of them %s in several parts: what is measured there is known from training", alike->across,
                alike->across == 1 ? "lies" : "lie");
    fprintf(out, "\n");
    long odd = 0;
    for (long k = 0; k < alike->items; k++)
        odd += alike_is_of_another_class(alike, k, dataset);
    if (odd)
        fprintf(out, "%ld of them %s of another class than what %s alike: one of the two labels is probably wrong\n", odd,
                odd == 1 ? "is" : "are", odd == 1 ? "it is" : "they are");
    Arena *arena = arena_open();
    long i = 0;
    for (; i < alike->items && i < MOST_ITEMS && alike->item[i].group < MOST_GROUPS; i++)
        tell_item(out, arena, alike, i, dataset);
    if (i < alike->items)
        fprintf(out, "  ... and %ld more\n", alike->items - i);
    arena_close(arena);
}
