/* house.c - the rules of the house: who may include whom, and a generated file that is the same from
 * run to run and from folder to folder. */

#include <CUnit/CUnit.h>
#include <stdlib.h>

static void includes_obey_the_rooms(void)
{
    CU_ASSERT_EQUAL(system("tests/house/includes.sh"), 0);
}

static void generated_text_is_the_same_everywhere(void)
{
    CU_ASSERT_EQUAL(system("here=$PWD; there=$(mktemp -d) && cp examples/catdog/catdog.net $there &&"
                           " build/bin/netc -o - --target=x86-64-v3 examples/catdog/catdog.net >$there/one.c &&"
                           " cd $there && LC_ALL=C $here/build/bin/netc -o two.c --target=x86-64-v3 catdog.net >/dev/null &&"
                           " cmp one.c two.c; code=$?; rm -rf $there; exit $code"), 0);
}

/* A run is found again by the hash: what does not touch the result must not touch it. */
static void comments_do_not_change_the_hash(void)
{
    CU_ASSERT_EQUAL(system("there=$(mktemp -d) && for t in x86-64-v3 x86-64-v2; do"
                           " build/bin/netc -o - --target=$t examples/catdog/catdog.net | grep CARD_HASH >$there/one &&"
                           " { echo '# a comment'; cat examples/catdog/catdog.net; } >$there/catdog.net &&"
                           " build/bin/netc -o - --target=$t $there/catdog.net | grep CARD_HASH >$there/two &&"
                           " cmp $there/one $there/two || exit 1; done;"
                           " sed 's/rate=1e-4/rate=2e-4/' $there/catdog.net >$there/other.net &&"
                           " build/bin/netc -o - --target=x86-64-v2 $there/other.net | grep CARD_HASH >$there/three &&"
                           " ! cmp -s $there/one $there/three; code=$?; rm -rf $there; exit $code"), 0);
}

void suite_house(void);
void suite_house(void)
{
    CU_pSuite suite = CU_add_suite("house", NULL, NULL);
    CU_add_test(suite, "includes_obey_the_rooms", includes_obey_the_rooms);
    CU_add_test(suite, "generated_text_is_the_same_everywhere", generated_text_is_the_same_everywhere);
    CU_add_test(suite, "comments_do_not_change_the_hash", comments_do_not_change_the_hash);
}
