/* writer.h - what the writers of a generated file's code share. */

#ifndef GEN_WRITER_H
#define GEN_WRITER_H

#include "compiler/gen/gen.h"
#include "compiler/gen/names.h"

/* A function of the file: a kernel with its numbers. Calls that agree in all share one. */
typedef struct { const char *key, *name; } Instance;

/* An UPDATE: all behind its name, and that. */
typedef struct { const char *body, *name; } UpdateText;

typedef struct {
    FILE *out;
    Arena *arena;
    const Generation *g;
    const Call **call;          /* of all uses, in order */
    int calls;
    Instance *instance;
    int instances, room;
    UpdateText *update;
    int updates, update_room;
    Names names;                /* of the plan at hand */
} Writer;

/* ---- texts.c: kernels and headers as netc holds them ---- */

/* The text of runtime/kernels/FILE. */
const char *kernel_text(const char *file);

/* A text without what only those who include it need: #include lines, its guard. */
const char *without_includes(Arena *arena, const char *text);

bool begins(const char *text, const char *with);

/* ---- headers.c ---- */

/* What the code, which is that of the calls' kernels, uses of the headers that these include, in an order in which each
 * is behind what it uses itself. */
void put_headers(Writer *w, const char *code);

/* ---- functions.c ---- */

/* The calls' kernels with their numbers, and all that these stand on. */
void put_kernels(Writer *w);

/* ---- pieces.c: what kernels are composed with ---- */

/* The AFTER of a call that has one. */
const char *after_name(Arena *arena, const Call *call);

/* The activation of a call that has one, as kernels/activation.h or the file itself has it; its slope has _slope
 * behind. */
const char *activation_name(Arena *arena, const Call *call);

/* A number of the card as C reads it as a float. */
const char *literal(Arena *arena, double value);

void put_activations(Writer *w);
void put_afters(Writer *w);

/* ---- updates.c: what is done with gradients ---- */

/* True of a call whose kernel has an UPDATE. */
bool updates(const Call *call);

/* That of the call; "" where it has none, or put_update has not met it yet. */
const char *update_name(const Writer *w, const Call *call);

/* The parameter that the call takes a step of; NULL: it takes none. */
const Value *updated_by(const Call *call);

/* True where the optimiser is one whose rate is another for each parameter, since its means are corrected. */
bool corrects(const JobTrain *train);

void put_update(Writer *w);
void put_rates(Writer *w);

/* ---- instances.c: the kernels with their numbers ---- */

void put_instances(Writer *w);

/* What the processor could do, for profiles. */
void put_peak(Writer *w);

/* The kernel's function; with _turn behind it, the one that a schedule names. */
const char *function_of(const Writer *w, const Call *call);

/* An array, or the lack of one; else what a Turn says beside. */
bool takes_array(const Argument *argument);

/* True where a function of the file has the name. */
bool is_taken(const void *writer, const char *name);

/* ---- schedules.c: the order in which they run ---- */

void put_use(Writer *w, const Plan *plan);

#endif
