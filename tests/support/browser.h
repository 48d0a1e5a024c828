/* browser.h - a page in a headless Chromium, which is driven over its debugging pipe: what a person would
 * see is asked of the page itself. A browser that does not answer for 30 seconds is a failed assertion. */

#ifndef TESTS_SUPPORT_BROWSER_H
#define TESTS_SUPPORT_BROWSER_H

#include <jansson.h>
#include <stdbool.h>

typedef struct Browser Browser;

/* Shows a page; `profile` is a folder of its own. NULL: there is no Chromium. */
Browser *browser_open(const char *profile);
void     browser_close(Browser *browser);

/* Goes to an address, and waits until it is shown. */
void browser_go(Browser *browser, const char *url);

/* The value of an expression of JavaScript, awaited where it is a promise; to be given up. */
json_t *browser_ask(Browser *browser, const char *expression);

/* Chooses a file in an <input> that a CSS selector finds, as a person does; the path is absolute. */
void browser_choose(Browser *browser, const char *selector, const char *path);

/* Waits until the expression is true; false where it never is. */
bool browser_wait(Browser *browser, const char *expression);

/* As wide as that, light or dark. */
void browser_look(Browser *browser, int width, int height, bool dark);

/* A PNG of what is seen, written to a file. */
void browser_shoot(Browser *browser, const char *path);

#endif
