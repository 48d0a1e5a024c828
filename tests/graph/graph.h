/* graph.h - the cards of graph.c, for who asks whether they hold every op. */

#ifndef TESTS_GRAPH_GRAPH_H
#define TESTS_GRAPH_GRAPH_H

extern const char *const *const graph_cards;
extern const int graph_card_count;

#endif
