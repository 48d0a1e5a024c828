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

void suite_house(void);
void suite_house(void)
{
    CU_pSuite suite = CU_add_suite("house", NULL, NULL);
    CU_add_test(suite, "includes_obey_the_rooms", includes_obey_the_rooms);
    CU_add_test(suite, "generated_text_is_the_same_everywhere", generated_text_is_the_same_everywhere);
}
