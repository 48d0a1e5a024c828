/* data_page.h - what the `data` command tells, on one HTML page. */

#ifndef COMMANDS_DATA_PAGE_H
#define COMMANDS_DATA_PAGE_H

#include "runtime/data/alike.h"
#include "runtime/data/channel_facts.h"

/* A contact sheet that was written as a file. */
typedef struct {
    const char *id, *title, *text;      /* of its section; of one that has none, it stands in the section before */
    const char *file;           /* its name in the folder */
    uint8_t *png;
    size_t bytes;
} DataSheet;

/* Writes the page whole; failures are faults. `report` is what data_report printed. */
void data_page(const char *path, const Shelves *shelves, const ChannelFacts *facts, const Alike *alike,
               const DataSheet *sheet, int sheets, const char *report);

#endif
