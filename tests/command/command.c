/* command.c - netc's command line: exit codes, files written whole or not at all, what a card may not do. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/scratch.h"

/* A card of few lines, in a folder of its own. $netc is netc, $card the card. A script may exit. */
#define CARD \
    "network a\ninput 8x8x1\nmodel {\n conv 3 3x3 relu\n flatten\n dense 2 softmax\n}\n" \
    "train {\n loss crossentropy\n optimizer sgd rate=1e-2\n epochs 1\n}\n"

static int run(const char *script, const char *card)
{
    char *folder = scratch_open(), command[4096];
    scratch_write(folder, "a.net", card, strlen(card));
    snprintf(command, sizeof command, "netc=$PWD/build/bin/netc; card=a.net; cd %s && (%s) >out 2>err", folder, script);
    int status = system(command);
    scratch_close(folder);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const struct { int code; const char *script; } uses[] = {
    { 0, "$netc --help" }, { 0, "$netc --version && grep -qx 'netc [0-9.]*' out" },
    { 0, "$netc $card && test -s a.c && test -z \"$(ls | grep '~')\"" },
    { 0, "$netc check $card && test ! -e a.c" },
    { 0, "$netc - <$card && grep -q 'trainer_main' out && test ! -e card.c" },
    { 0, "$netc -o - $card && grep -q 'trainer_main' out" },
    { 0, "mkdir there && $netc -MD -o there/x.c $card && grep -qx 'there/x.c: a.net' there/x.d" },
    { 0, "$netc -MD -MF rule $card && grep -qx 'a.c: a.net' rule" },
    { 0, "$netc -o - $card && test $(grep -c '[.]optimizer = OPTIMIZER' out) = 1" },      /* its training is told once */
    { 0, "{ head -7 $card; printf 'train {\\n loss crossentropy\\n optimizer sgd rate=1\\n phase a {\\n epochs 1\\n }\\n phase b {\\n epochs 2\\n }\\n}\\n'; } >b.net && "
         "$netc -o - b.net && test $(grep -c '[.]optimizer = OPTIMIZER' out) = 2 && grep -q '[.]batch = 32, [.]epochs = 3, ' out" },
    { 0, "$netc explain $card && grep -q 'conv1 *conv 3 3x3 relu *6x6x3 *30 *972' out" },
    { 0, "$netc explain --plan $card && grep -q '^conv1_forward  *conv  *forward  *972 ' out && grep -q '^plan of predicting' out" },
    { 0, "{ head -7 $card; printf 'train {\\n loss crossentropy\\n optimizer sgd rate=1\\n phase head {\\n epochs 1\\n freeze conv1\\n }\\n "
         "phase all {\\n epochs 1\\n }\\n phase tail {\\n epochs 1\\n freeze conv1\\n loss crossentropy smooth=10%%\\n }\\n}\\n'; } >b.net && "
         "$netc explain --plan b.net && test $(grep -c '^plan of a training step in phase \\(head\\|all\\|tail\\), 32' out) = 3 && "
         "grep -q '^plan of predicting in phases head, all, 32' out && grep -q '^plan of predicting in phase tail, ' out && "
         "test $(grep -c '^conv1_grad_weight ' out) = 1" },
    { 0, "head -7 $card >b.net; $netc explain --plan b.net" }, { 2, "$netc --plan $card" },
    { 0, "$netc --dump=lower $card && grep -q '^graph train' out" },
    { 0, "$netc --dump=ast $card && grep -qx '    conv 3 3x3 relu' out" },
    { 1, "sed s/relu/rellu/ $card >b.net; $netc b.net || { grep -q \"did you mean 'relu'\" err && test ! -e b.c && exit 1; }" },
    { 1, "sed s/relu/rellu/ $card >b.net; $netc --diagnostics=json b.net || { grep -q '\"line\"' err && exit 1; }" },
    { 1, "head -7 $card >b.net; $netc b.net || { code=$?; grep -q \"b.net:1:1: error: 'b.net' lacks its 'train'\" err; exit $code; }" },
    { 1, "head -7 $card >b.net; $netc --diagnostics=json b.net || { code=$?; grep -q MISSING_STATEMENT err || exit 9; exit $code; }" },
    { 1, ": >b.net; $netc check b.net" },
    /* a library: blocks, each judged as far as it can be without its callers */
    { 0, "printf 'let n=2\nblock twice(f) {\n    conv f 3x3\n    conv (n*f) 3x3\n}\n' >b.net; $netc check b.net && "
         "grep -q '^b.net: constants and blocks, for a card to take by include \"b.net\"' out" },
    { 1, "printf 'block twice(f) {\n    conv f 3x3 rel\n    add side\n}\n' >b.net; $netc check b.net || { code=$?; grep -q "
         "\"b.net:2:16: error: unknown activation 'rel'; did you mean 'relu'\" err && grep -q \"b.net:3:9: error: unknown label\" err "
         "&& test $(grep -c error: err) = 2 && exit $code; }" },
    { 1, "printf 'block twice(f, g) {\n    conv f 3x3\n}\n' >b.net; $netc check b.net || { code=$?; grep -q "
         "\"nothing uses the parameter 'g'\" err && exit $code; }" },
    { 1, "printf 'block twice(f) {\n    conv f 3x3\n}\n' >b.net; $netc build b.net || { code=$?; grep -q "
         "'note: these are constants and blocks, for a card to take by include \"b.net\"' err && exit $code; }" },
    { 0, "head -7 $card >b.net; $netc check b.net" },
    { 0, "sed 's/8x8x1/20x20x16/; s/conv 3/conv 16/' $card >b.net; $netc b.net && $netc --direct -o d.c b.net &&"
         " grep -q winograd b.c && ! grep -q winograd d.c" },
    { 0, "$netc $card && $netc --direct -o d.c $card && grep CARD_HASH a.c >a && grep CARD_HASH d.c >d && ! cmp a d &&"
         " sed -i -e /CARD_HASH/d -e 's/[.]direct = [01]//' a.c d.c && cmp a.c d.c" },
    { 0, "$netc $card && grep -q 'INLINE void sgd(' a.c && ! grep -qE ' adam\\(|shrink|define KERNEL' a.c" },
    { 0, "sed 's/3x3 relu/3x3\\n gelu/' $card >b.net; $netc b.net && grep -q '^INLINE vf vector_exp(' b.c && ! grep -q vector_tanh b.c" },
    { 0, "$netc build --direct $card && test -x a" },
    { 0, "cp $card \"it's a.net\" && $netc \"it's a.net\" && sed 's/.*: build it with //' out >line && sh line &&"
         " test -x \"it's a\" && $netc build \"it's a.net\" && grep -q \"; './it'.''s a' train trains\" out" },
    { 0, "cp $card b.net; sed -i 's/  */   /' b.net; $netc fmt b.net && grep -qx 'b.net: laid out anew' out && : >out &&"
         " $netc fmt b.net && test ! -s out && $netc fmt --check b.net && test ! -s out && grep -qx '    conv 3 3x3 relu' b.net" },
    { 1, "cp $card b.net; $netc fmt --check b.net || { grep -qx b.net out && cmp b.net $card && exit 1; }" },
    { 0, "$netc fmt - <$card >b.net && grep -qx '    conv 3 3x3 relu' b.net && $netc fmt - <b.net >c.net && cmp b.net c.net" },
    { 0, "printf 'model {\n  nonsense 3\n}\n' >b.net; $netc fmt b.net && grep -qx '    nonsense 3' b.net" },
    { 1, "printf 'model {\nconv (3\n}\n' >b.net; cp b.net c.net; $netc fmt b.net || { grep -q 'never closed' err && cmp b.net c.net && exit 1; }" },
    { 1, "printf 'model {\n' >b.net; $netc fmt --diagnostics=json b.net || { grep -q '\"id\": \"NEVER_CLOSED\"' err && exit 1; }" },
    { 3, "$netc fmt missing.net" }, { 2, "$netc fmt" }, { 2, "$netc --check $card" }, { 2, "$netc fmt -o x $card" },
    { 3, "$netc fmt $card missing.net || { code=$?; grep -q 'a.net: laid out' out || exit 9; exit $code; }" },
    { 2, "$netc --tune $card" }, { 2, "$netc explain --tune $card" },
    { 2, "$netc" }, { 2, "$netc --nonsense $card" }, { 2, "$netc $card $card" }, { 2, "$netc --target=z80 $card" },
    { 2, "$netc --dump=nothing $card" }, { 2, "$netc build -o - $card" }, { 2, "$netc -MD -o - $card" },
    { 2, "$netc $card -o" }, { 2, "$netc chekc $card || { code=$?; grep -q \"did you mean .check\" err; exit $code; }" },
    { 0, "$netc -h" }, { 0, "$netc help >a && $netc --help >b && cmp a b && $netc help build >c && cmp a c" },
    { 0, "$netc sweep --help && grep -qx 'usage: netc sweep .OPTION.... CARD.net' out && ! grep -q -e --svg out && "
         "grep -q '^  --halving  *train all shortly' out" },
    { 2, "mkdir one && cp $card one/only.net && cd one && { $netc build || { code=$?; grep -qx \"netc: the card that is "
         "here, only.net, is not named behind 'build'; see netc --help\" ../err; exit $code; }; }" },
    { 2, "$netc completion || { code=$?; grep -qx \"netc: a shell, bash, zsh or fish, belongs behind 'completion'; see netc --help\" err; exit $code; }" },
     { 0, "$netc --target x86-64-v2 $card" }, { 2, "mkdir a; $netc build $card || { code=$?; grep -q \"the folder a is called as the program would be; -o names\" err; exit $code; }" },
    { 0, "head -7 $card >b.net; $netc explain b.net && grep -q \"conv1 *conv 3 3x3 relu\" out" }, { 2, "$netc build" }, { 2, "$netc -o a.net a.net || { code=$?; grep -q '^network a' a.net; exit $code; }" },
    { 2, "cp $card a; $netc build a || { code=$?; cmp a $card; exit $code; }" },
    { 3, "$netc missing.net" }, { 3, "$netc -o nowhere/x.c $card" }, { 3, "$netc -o - $card >/dev/full" },
    { 3, "$netc --dump=plan $card >/dev/full" }, { 3, "CC=false $netc build $card" }, { 3, "CC=/nowhere/cc $netc build $card" },
    { 3, "CC=nosuch $netc build $card || { code=$?; grep -qx \"netc: the C compiler 'nosuch' could not be run: .*;"
         " CC= names another\" err && test $(wc -l <err) = 1 && test ! -e a; test $? = 0 || code=9; exit $code; }" },
};

static void every_use_has_its_exit_code(void)
{
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        int code = run(uses[i].script, CARD);
        CU_ASSERT_EQUAL(code, uses[i].code);
        if (code != uses[i].code)
            fprintf(stderr, "%s: %d\n", uses[i].script, code);
    }
}

/* A graph: a block, a repeat, a join within, and one of a value that passes a row. */
#define GRAPH \
    "input 8x8x2\nblock basic(n) {\n conv n 3x3 pad=same\n add input\n relu\n}\nmodel {\n stem: conv 4 3x3 pad=same\n" \
    " repeat 2 {\n  basic 4\n }\n basic 4\n conv 4 1x1\n add stem\n flatten\n dense 2 softmax\n}\n"

static const struct { int code; const char *script; } drawings[] = {
    { 0, "$netc explain $card && grep -qE '^repeat1 +repeat 2 [{] basic 4 [}] +8x8x4 +296 ' out && grep -qE '^add1 +add stem +conv2, stem ' out &&"
         " grep -qE '^basic1 +basic 4 +8x8x4 +148 ' out && ! grep -q basic1.conv1 out" },
    { 0, "$netc explain --unfold $card && grep -qE '^repeat1.2.basic1.add1 +add repeat1.1.basic1.relu1 +repeat1.2.basic1.conv1, repeat1.1.basic1.relu1 ' out" },
    { 0, "$netc explain --dot $card && grep -qx 'digraph \"a.net\" {' out && grep -q 'n1 -> n5 .label=\"8x8x4\"' out && test $(grep -c ' -> ' out) = 8" },
    { 0, "$netc explain --svg -o a.svg $card && test ! -s out && test $(grep -c '^<rect' a.svg) = 8 && test $(grep -c 'class=\"join\"' a.svg) = 1 &&"
         " test $(grep -c 'class=\"head\"' a.svg) = 8 && grep -q 'prefers-color-scheme: dark' a.svg" },
    { 0, "$netc explain --svg --unfold $card && test $(grep -c '^<rect' out) = 15 && test $(grep -c 'class=\"join\"' out) = 4" },
    { 2, "$netc explain --svg --dot $card" }, { 2, "$netc explain -o x $card" }, { 2, "$netc --svg $card" }, { 2, "$netc check --unfold $card" },
    { 3, "$netc explain --svg -o nowhere/a.svg $card" }, { 3, "$netc explain --dot $card >/dev/full" },
};

static void graphs_are_told_and_drawn(void)
{
    for (size_t i = 0; i < sizeof drawings / sizeof *drawings; i++) {
        int code = run(drawings[i].script, GRAPH);
        CU_ASSERT_EQUAL(code, drawings[i].code);
        if (code != drawings[i].code)
            fprintf(stderr, "%s: %d\n", drawings[i].script, code);
    }
}

static const struct { int code; const char *script; } edits[] = {
    { 0, "$netc diff $card $card && grep -qx 'the cards say the same' out" },
    { 0, "sed 's/  */ /; s/conv 3/conv  3/; $a# more' $card >b.net; $netc diff $card b.net && grep -qx 'the cards say the same' out" },
    { 0, "sed 's/conv 3/conv 5/; s/rate=1e-2/rate=1e-3/' $card >b.net; $netc diff $card b.net &&"
         " grep -qx '~ conv1: conv 3 3x3 relu -> conv 5 3x3 relu; 6x6x3 -> 6x6x5; 30 -> 50 parameters' out &&"
         " grep -qx '~ parameters: 248 -> 412' out && grep -qx -e '- train: optimizer sgd rate=1e-2' out && grep -qx '+ train: optimizer sgd rate=1e-3' out &&"
         " grep -qx 'weights, with train --from: 1 kept, 3 adapted, 0 new' out && grep -qx '~ adapted dense1.weight: 108x2 -> 180x2' out" },
    { 0, "sed 's/conv 3/conv 2/; s/ flatten/ flatten\\n dropout 10%/' $card >b.net; $netc diff $card b.net && grep -qx '+ dropout1: dropout 10%, 72, 0 parameters' out &&"
         " grep -qx '+ new conv1.weight: 3x3x1x3 -> 3x3x1x2; fewer channels than before' out && ! grep -q settings out" },
    { 0, "sed 's/conv 3/main: conv 3/; s/sgd/adam/' $card >b.net; $netc diff $card b.net && grep -q -e '^- conv1: conv 3 3x3 relu, 6x6x3, 30 parameters' out &&"
         " grep -qx -e '- dropped conv1.bias: 3' out && grep -qx '    load \"OLD.safetensors\" {' out && grep -qx '        rename \"conv1\" \"main\"' out" },
    { 0, "sed 's/conv 3/main: conv 3/; s/ flatten/ flatten\\n dense 5 relu/' $card >b.net; $netc diff $card b.net && grep -qx '    load \"OLD.safetensors\" main {' out" },
    { 0, "sed 's/conv 3/main: conv 4/' $card >b.net; $netc diff $card b.net && ! grep -q rename out" },
    { 0, "sed 's/ conv 3 3x3 relu/ a: repeat 2 { conv 3 3x3 relu }/' $card >c.net; sed 's/a: repeat/b: repeat/' c.net >b.net; $netc diff c.net b.net &&"
         " grep -qx '        rename \"a\" \"b\"' out && test $(grep -c rename out) = 2" },
    { 0, "sed 's/sgd/adam/' $card >b.net; $netc diff $card b.net && grep -qx 'all weights are kept, with train --from' out && ! grep -q layers out" },
    { 0, "sed 's/ conv 3 3x3 relu/ a: conv 3 3x3\\n from input\\n b: conv 3 3x3\\n concat a\\n conv 2 1x1/' $card >c.net;"
         " sed 's/concat a/from a\\n concat b/' c.net >b.net; $netc diff c.net b.net && grep -qx '~ adapted conv3.weight: 1x1x6x2 -> 1x1x6x2' out" },
    { 0, "head -7 $card >b.net; $netc diff $card b.net && grep -qx -e '- train: epochs 1' out" },
    { 1, "sed s/relu/rellu/ $card >b.net; $netc diff $card b.net || { grep -q \"b.net:4.*did you mean 'relu'\" err && test ! -s out && exit 1; }" },
    { 2, "$netc diff $card" }, { 2, "$netc diff $card $card $card" }, { 3, "$netc diff $card missing.net" }, { 2, "$netc diff --plan $card $card" },
};

static void an_edit_is_told(void)
{
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        int code = run(edits[i].script, CARD);
        CU_ASSERT_EQUAL(code, edits[i].code);
        if (code != edits[i].code)
            fprintf(stderr, "%s: %d\n", edits[i].script, code);
    }
}

#define SWEEP \
    "network a\nsweep width 2 4\nsweep speed 1e-2 0.1\ninput 8x8x1\nmodel {\n conv width 3x3\n flatten\n dense 2 softmax\n}\n" \
    "train {\n loss crossentropy\n optimizer sgd rate=speed\n epochs 1\n}\n"

/* The first value of each, unless the command line says another; 0.01 is 1e-2. */
static const struct { int code; const char *script; } sweeps[] = {
    { 0, "$netc explain $card && grep -qx 'sweep width: this is for 2, of 2 4; --set width=VALUE takes another' out &&"
         " grep -q '6x6x2' out" },
    { 0, "$netc explain --set width=4 --set=speed=0.1 $card && grep -q '6x6x4' out && grep -q 'speed: this is for 0.1' out" },
    { 0, "$netc $card && mv a.c b.c && $netc --set speed=0.01 --set width=2 $card &&"
         " sed -i '/^    [.]set = /d' a.c b.c && cmp a.c b.c" },
    { 0, "$netc $card && mv a.c b.c && $netc --set speed=0.1 $card && ! cmp -s a.c b.c && grep -q 'rate = 0.1' a.c" },
    { 2, "$netc check --set width=3 $card || { c=$?; grep -qx \"netc: --set width=3: 'sweep width' has the values 2 4\" err && exit $c; }" },
    { 2, "$netc check --set depth=3 $card || { c=$?; grep -qx \"netc: --set depth=3: the card has no 'sweep depth'\" err && exit $c; }" },
    { 2, "$netc check --set width $card" },
    { 0, "sed 's/8x8x1/8x8x3/' $card >b.net; $netc diff --set width=4 $card b.net && grep -q 'conv.*40.*112' out" },
    { 0, "sed '/^sweep/s/width 2 4/width 4/' $card >b.net; $netc diff --set speed=0.1 $card b.net" },
    { 2, "sed '/^sweep/s/width 2 4/width 4/' $card >b.net; $netc diff --set width=2 $card b.net" },
    { 2, "$netc diff --set depth=2 $card $card" },
};

static void a_sweep_is_set(void)
{
    for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++) {
        int code = run(sweeps[i].script, SWEEP);
        CU_ASSERT_EQUAL(code, sweeps[i].code);
        if (code != sweeps[i].code)
            fprintf(stderr, "%s: %d\n", sweeps[i].script, code);
    }
}

static void every_message_is_documented(void)
{
    int same = system("scripts/diagnostics.sh | cmp -s - docs/diagnostics.md");
    CU_ASSERT_EQUAL(same, 0);
    if (same)
        fprintf(stderr, "docs/diagnostics.md is not what base/diag.def says: scripts/diagnostics.sh >docs/diagnostics.md\n");
    CU_ASSERT_EQUAL(system("test $(grep -c '^DIAG(' base/diag.def) = $(grep -c '^| `[A-Z0-9_]*` | ' docs/diagnostics.md)"), 0);
}

/* What a card says stands in comments and strings of the program; it must not get out of them. */
static void a_card_holds_no_code(void)
{
    CU_ASSERT_EQUAL(run("$netc $card && cc -std=gnu17 -march=native -E -I $OLDPWD/build/include/netc a.c >text &&"
                        " ! grep -v '^ *.place' text | sed -E 's/\"([^\"\\\\]|\\\\.)*\"//g' | grep -q injected",
                        "network a\ninput 8x8x1\nmodel {\n conv (3 # */ int injected; /*\n ) 3x3 relu bias=no\n"
                        " after: relu\n conv 2 1x1 relu bias=no\n flatten\n dense 2 softmax\n}\n"
                        "train {\n loss crossentropy\n optimizer sgd rate=1e-2\n epochs 1\n}\n"), 0);
}

static void many_flags_reach_the_compiler(void)
{
    CU_ASSERT_EQUAL(run("for i in $(seq 300); do flags=\"$flags -DFLAG$i\"; done;"
                        " CC=echo CFLAGS=\"$flags\" $netc build $card &&"
                        " grep -q 'DFLAG300 .*libnetc.a' out", CARD), 0);
}

/* A compiler that prints its arguments, and is of whom it says. */
#define SAYS(whose) "printf '#!/bin/sh\\n[ \"$1\" = --version ] && echo " whose " || echo \"$@\"\\n' >own && chmod +x own && "
#define PARTS "$netc build $card && grep -q -e '-flto=auto .*a.c' out"
#define WHOLE "$netc build $card && grep -q 'a.c' out && ! grep -q -e '-flto=auto' out"

/* Who decides about it in CC or CFLAGS is left alone, and so is a linker that cannot do it. */
static void only_gcc_is_told_to_compile_in_parts(void)
{
    CU_ASSERT_EQUAL(run(SAYS("the Free Software Foundation") "export CC=./own && " PARTS, CARD), 0);
    CU_ASSERT_EQUAL(run(SAYS("another") "export CC=./own && " WHOLE, CARD), 0);
    CU_ASSERT_EQUAL(run(SAYS("the Free Software Foundation") "export CC='./own -fno-lto' && " WHOLE, CARD), 0);
    CU_ASSERT_EQUAL(run(SAYS("the Free Software Foundation") "export CC=./own CFLAGS=-fuse-ld=lld && " WHOLE, CARD), 0);
    CU_ASSERT_EQUAL(run("printf '#!/bin/sh\\n[ \"$1\" = --version ] && { echo no >&2; exit 1; }; echo \"$@\"\\n' >own &&"
                        " chmod +x own && export CC=./own && " WHOLE " && test ! -s err", CARD), 0);
}

/* A compiler that begins the program, and then does something else than to end it. */
#define BEGINS(then) "printf '#!/bin/sh\n[ \"$1\" = --version ] && exit\nfor w; do case $w in -o*) echo half >${w#-o};; esac; done\n" \
                     then "\n' >own && chmod +x own && echo old >a && export CC=./own && "
#define IS_OLD "test \"$(cat a)\" = old"

/* The program that was there stays until there is a new one. Who ends netc ends the compiler, too: netc then ends by the
 * same signal, so that a shell's loop does; only where it cannot know of its end, something is left beside. */
static void a_program_takes_its_place_when_it_is_whole(void)
{
    CU_ASSERT_EQUAL(run(BEGINS("exit 1") "$netc build $card || " IS_OLD " && grep -qx 'netc: ./own failed' err && ! ls a*tmp", CARD), 0);
    CU_ASSERT_EQUAL(run(BEGINS("echo $$ >pid; exec sleep 60") "{ $netc build $card & netc=$!; } &&"
                        " while ! test -s pid; do sleep 0.01; done && kill -TERM $netc; wait $netc; test $? = 143 && " IS_OLD
                        " && ! ls a*tmp && ! kill -0 $(cat pid)", CARD), 0);
    CU_ASSERT_EQUAL(run(BEGINS("echo $$ >pid; exec sleep 60") "{ $netc build $card & netc=$!; } &&"
                        " while ! test -s pid; do sleep 0.01; done && kill -KILL $netc; wait $netc; " IS_OLD " && "
                        "for i in $(seq 500); do kill -0 $(cat pid) 2>/dev/null || exit 0; sleep 0.01; done; exit 1", CARD), 0);
}

/* A compiler that says another version of itself when the file `version` does. */
#define OWN_CC "printf '#!/bin/sh\\n[ \"$1\" != --version ] || exec cat version\\nexec cc \"$@\"\\n' >own && chmod +x own &&" \
               " echo one >version && export CC=./own XDG_CACHE_HOME=$PWD/cache && "
#define TUNE(timed) "$netc build --tune $card && grep -q 'calls, of which " timed " were timed now' out && test -x a && "

/* What was timed is kept, and holds for the compiler that it was timed with; what is damaged counts for
 * nothing. */
static void tuning_is_kept(void)
{
    CU_ASSERT_EQUAL(run(OWN_CC TUNE("[1-9]") ": >out && " TUNE("0") "test ! -s err && echo two >version && : >out && "
                        TUNE("[1-9]") "grep -q 'tiles-.* holds for another netc or compiler: timing anew' err &&"
                        " test $(wc -l <err) = 1 && : >out && " TUNE("0") "true", CARD), 0);
    CU_ASSERT_EQUAL(run(OWN_CC TUNE("[1-9]") "sed -i '/^call/s/ / 7/' cache/netc/tiles-* && : >out && " TUNE("[1-9]")
                        "grep -q 'tiles-.* is damaged: timing anew' err && echo more >>$(echo cache/netc/tiles-*) &&"
                        " : >out && " TUNE("[1-9]") ": >out && " TUNE("0") "test $(wc -l <err) = 2", CARD), 0);
    CU_ASSERT_EQUAL(run(OWN_CC "XDG_CACHE_HOME=/dev/null && " TUNE("[1-9]") "grep -q 'is not kept' err", CARD), 0);
    CU_ASSERT_EQUAL(run("export HOME=$PWD && unset XDG_CACHE_HOME && " TUNE("[1-9]") "ls .cache/netc/tiles-*", CARD), 0);
}

/* What is timed has the card's own functions, too. The second convolution is one tile of Winograd's. */
static void what_is_timed_is_whole(void)
{
    CU_ASSERT_EQUAL(run("export XDG_CACHE_HOME=$PWD && sed -i 's/conv 3 3x3 relu/conv 16 3x3\\n leaky 0.1\\n conv 16 3x3\\n leaky 0.2/' $card && "
                        TUNE("[1-9]") "test ! -s err", CARD), 0);
}

/* The figures decide about tiles, which stand in the functions, and about nothing else. */
static void tuning_changes_no_hash(void)
{
    CU_ASSERT_EQUAL(run("export XDG_CACHE_HOME=$PWD && $netc build $card && grep CARD_HASH a.c >one && "
                        TUNE("[1-9]") "grep CARD_HASH a.c >two && cmp one two", CARD), 0);
}

void suite_command(void);
void suite_command(void)
{
    CU_pSuite suite = CU_add_suite("command", NULL, NULL);
    CU_add_test(suite, "every_use_has_its_exit_code", every_use_has_its_exit_code);
    CU_add_test(suite, "graphs_are_told_and_drawn", graphs_are_told_and_drawn);
    CU_add_test(suite, "an_edit_is_told", an_edit_is_told);
    CU_add_test(suite, "a_sweep_is_set", a_sweep_is_set);
    CU_add_test(suite, "every_message_is_documented", every_message_is_documented);
    CU_add_test(suite, "a_card_holds_no_code", a_card_holds_no_code);
    CU_add_test(suite, "tuning_is_kept", tuning_is_kept);
    CU_ADD_TEST(suite, what_is_timed_is_whole);
    CU_add_test(suite, "tuning_changes_no_hash", tuning_changes_no_hash);
    CU_add_test(suite, "many_flags_reach_the_compiler", many_flags_reach_the_compiler);
    CU_add_test(suite, "only_gcc_is_told_to_compile_in_parts", only_gcc_is_told_to_compile_in_parts);
    CU_ADD_TEST(suite, a_program_takes_its_place_when_it_is_whole);
}
