/* guess.c - the distance is that of Damerau and Levenshtein in its restricted form (optimal string
 * alignment): letters inserted, dropped, changed, and neighbours swapped; case does not matter. */

#include "base/guess.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 32 };

static int least(int a, int b, int c)
{
    int smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static int distance(const char *a, int n, const char *b, int m)
{
    int row[LONGEST + 1][LONGEST + 1];
    for (int i = 0; i <= n; i++)
        row[i][0] = i;
    for (int j = 0; j <= m; j++)
        row[0][j] = j;
    for (int i = 1; i <= n; i++)
        for (int j = 1; j <= m; j++) {
            row[i][j] = least(row[i - 1][j] + 1, row[i][j - 1] + 1,
                              row[i - 1][j - 1] + !same(a[i - 1], b[j - 1]));
            bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]);
            if (swapped && row[i - 2][j - 2] + 1 < row[i][j])
                row[i][j] = row[i - 2][j - 2] + 1;
        }
    return row[n][m];
}

/* A third of the letters may be wrong; of a short word, one. */
Guess guess_begin(const char *word)
{
    int length = (int)strlen(word);
    return (Guess){.word = word, .distance = (length < 6 ? 1 : length / 3) + 1};
}

void guess_try(Guess *guess, const char *candidate)
{
    int n = (int)strlen(guess->word), m = (int)strlen(candidate);
    if (n > LONGEST || m > LONGEST || abs(n - m) >= guess->distance)
        return;
    int d = distance(guess->word, n, candidate, m);
    if (d < guess->distance && d < m) {
        guess->distance = d;
        guess->nearest = candidate;
    }
}

const char *guess_text(Arena *arena, const Guess *guess)
{
    return guess->nearest ? arena_printf(arena, "; did you mean '%s'?", guess->nearest) : "";
}
