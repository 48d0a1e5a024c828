/* report.h - report.html in a run's folder: all that a training shows of itself on one page, refreshed as it goes on:
 * curves, what was taken for what, the worst mistakes, what the network sees, its layers, where the time went, how the
 * run came to be. runtime/show/page.h tells what such a page is. */

#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "runtime/answers/review.h"
#include "runtime/network/step_times.h"
#include "runtime/training/train_log.h"

Report *report_open(const Training *training);
void    report_close(Report *report);

/* Before a step on a batch: of the first one some images are kept, to be shown. Returns what the step's `laps` are to
 * be: now and then one is timed. */
Laps *report_step(Report *report, const Training *training, const Batch *batch);

/* What the validation shall fill; NULL where nothing is held out. */
Review *report_review(Report *report, const Training *training);

/* After an epoch, when it is in the results: writes the page, where it is the last or enough time has passed since
 * the page was written last that a training is not slowed down by a fiftieth. What cannot be written is told once on
 * standard error, and the training goes on. Returns the seconds that it took. */
double report_refresh(Report *report, const Training *training, const Speed *speed, bool last);

/* Where an epoch is broken off: writes the page, unless that would take the answers and times away from the one that is
 * there, which is settled then. */
void report_break(Report *report, const Training *training, const Speed *speed);

/* The page that is there, if any, stays as it was after the last epoch that it shows; but no browser waits for another. */
void report_settle(Report *report);

/* After the last epoch, and runtime/training/conclude.h: the page tells of that, too, and shows the best weights' answers
 * and maps. These the network has from here on. False where a signal ends their pass over what is held out, or a picture is
 * gone, which its loader tells: the page stays as it was after the last epoch, and says so. */
bool report_conclude(Report *report, Training *training, const Speed *speed);

#endif
