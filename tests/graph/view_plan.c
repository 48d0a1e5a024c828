/* view_plan.c - what a view costs the C compiler: it shares functions with training and with the prediction of one image,
 * and what it has to itself is small. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/pass/pass.h"
#include "compiler/plan/plan.h"
#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

/* Wide enough for Winograd, of which the view's first is not: a pool follows, which training does in one go with it. */
static const char card[] =
    "network shares\ninput 40x40x16\nmodel {\n conv 32 3x3 relu pad=same\n pool max 2x2\n"
    " a: conv 32 3x3 pad=same\n norm batch relu\n conv 32 3x3 pad=same\n add a\n relu\n conv 48 3x3 relu stride=2 pad=same\n"
    " flatten\n dense 24 relu\n dense 3 softmax\n}\ntrain {\n epochs 1\n batch 8\n loss crossentropy\n"
    " optimizer sgd rate=1e-1\n}\n";

static const Plan *plan_of(const Checked *checked, UseKind use, const Plan *train, const Plan *single)
{
    PlanOrder order = { .target = target_named("x86-64-v4"), .batch = use == USE_TRAIN ? 8 : 1 };
    if (train)
        order.beside[0] = train->graph;
    if (single)
        order.beside[1] = single->graph;
    Graph *graph = lower(checked->arena, checked->card, use);
    for (int i = 0; i < PASSES; i++)
        passes[i].run(graph);
    return plan_graph(graph, order);
}

static long size_of(const Call *call, const char *name)
{
    for (int i = 0; i < call->sizes; i++)
        if (!strcmp(call->size[i].name, name))
            return call->size[i].value;
    return 0;
}

/* A tile of so few sums that its code is short. */
static bool is_short(const Call *call)
{
    long across = size_of(call, "TW") ? size_of(call, "TW") : 1, vectors = size_of(call, "KB") ? size_of(call, "KB") : 1;
    return strcmp(call->kernel, "winograd") != 0 && across * vectors <= 4 && size_of(call, "NT") <= 1;
}

static bool has_call(const Plan *plan, const Call *call)
{
    for (int i = 0; plan && i < plan->calls; i++) {
        const Call *other = plan->call[i];
        bool same = !strcmp(other->kernel, call->kernel) && other->sizes == call->sizes &&
                    other->bias == call->bias && other->activation == call->activation;
        for (int k = 0; same && k < call->sizes; k++)
            same = other->size[k].value == call->size[k].value;
        if (same)
            return true;
    }
    return false;
}

static void what_a_view_has_alone_is_short(void)
{
    char *folder = scratch_open();
    Checked checked = check_in(folder, "card.net", card, strlen(card));
    CU_ASSERT_PTR_NOT_NULL_FATAL(checked.card);
    const Plan *train = plan_of(&checked, USE_TRAIN, NULL, NULL), *single = plan_of(&checked, USE_SINGLE, NULL, NULL);
    const Plan *view = plan_of(&checked, USE_VIEW, train, single), *alone = plan_of(&checked, USE_VIEW, NULL, NULL);
    int shared = 0, winograd = 0;
    for (int i = 0; i < view->calls; i++) {
        const Call *call = view->call[i];
        bool has = has_call(train, call) || has_call(single, call);
        CU_ASSERT_TRUE(has || is_short(call));
        if (!has && !is_short(call))
            fprintf(stderr, "%s is the view's own, and long\n", call->name);
        shared += has && !is_short(call);
        winograd += !strcmp(call->kernel, "winograd");
    }
    CU_ASSERT(shared >= 3 && winograd >= 1);
    for (int i = 0; i < alone->calls; i++)
        CU_ASSERT_TRUE(is_short(alone->call[i]));
    checked_close(&checked);
    scratch_close(folder);
}

void suite_view_plan(void);
void suite_view_plan(void)
{
    CU_pSuite suite = CU_add_suite("graph: what a view costs", NULL, NULL);
    CU_ADD_TEST(suite, what_a_view_has_alone_is_short);
}
